"""Samples for the pages of the studies: a published one is everybody's, others and unknown ones are nobody's."""

from __future__ import annotations

from tests.people.matrix import Factory, Sample, Thing, World


def a_study(world: World) -> Sample:
    """The first round of 2020, open to everybody."""
    return Sample(Thing({"name": "2020-first"}), None, {"name": "1999-first"})


SAMPLES: dict[str, Factory] = {"release-time": a_study, "release-time-extract": a_study}
