"""Samples for the addresses of the catalogue: open to everybody."""

from __future__ import annotations

from tests.people.matrix import Factory, Sample, Thing, World

_REFUND = {"field": "tax", "name": "refund"}
_NOTHING = {"field": "tax", "name": "no-such-procedure"}


def a_procedure(world: World) -> Sample:
    """A procedure that has been in force since 2016."""
    return Sample(Thing(_REFUND), None, _NOTHING)


def a_reform(world: World) -> Sample:
    """The change of a procedure from one version to the next."""
    mine = {
        "field": "enterprise",
        "name": "customs-agent-recognition",
        "before": "2015-03-15",
        "after": "2019-08-05",
    }
    return Sample(Thing(mine), None, {**mine, "after": "2019-08-06"})


SAMPLES: dict[str, Factory] = {
    "procedure": a_procedure,
    "procedure-json": a_procedure,
    "procedure-changes": a_reform,
}
