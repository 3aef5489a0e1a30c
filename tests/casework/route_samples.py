"""Samples for the officers' addresses: a dossier at Móng Cái, and one at Hòn Gai whose people are not in the matrix."""

from __future__ import annotations

from motcua.casework import attachments
from motcua.dossiers import actions
from motcua.dossiers.models import Dossier, Letter
from motcua.dossiers.officer_acts import ACTS
from tests.dossiers.officer_cast import PDF, actor, handled, vn
from tests.people.matrix import Factory, Sample, Thing, World

MISSING = {"reference": "001.20.00.G12-200914-9999"}


def _both() -> tuple[Dossier, Dossier]:
    return handled(), handled(office="20CF")


def a_case(world: World) -> Sample:
    """A dossier for the page of a case and for every act on it."""
    mine, foreign = _both()
    return Sample(
        Thing({"reference": mine.case.reference}, office="20BB"),
        Thing({"reference": foreign.case.reference}, office="20CF"),
        MISSING,
    )


def a_paper(world: World) -> Sample:
    """An attached file of each."""
    things = []
    for dossier in _both():
        one = attachments.attach(
            dossier.case, document="claim", name="claim.pdf", content=PDF, actor=actor("hoa"), at=vn(14)
        )
        things.append(Thing({"reference": dossier.case.reference, "pk": one.pk}, office=dossier.case.office))
    return Sample(things[0], things[1], {**MISSING, "pk": 987654321})


def a_letter(world: World) -> Sample:
    """The receipt of each."""
    things = []
    for dossier in _both():
        letter = Letter.objects.get(case=dossier.case, kind="receipt")
        things.append(
            Thing({"reference": dossier.case.reference, "pk": letter.pk}, office=dossier.case.office)
        )
    return Sample(things[0], things[1], {**MISSING, "pk": 987654321})


def lacking(world: World) -> Sample:
    """A dossier of each office that waits for a supplement."""
    things = []
    for dossier in _both():
        actions.request_supplement(dossier, items={"claim": "Thiếu chữ ký."}, actor=actor("dung"), at=vn(15))
        things.append(Thing({"reference": dossier.case.reference}, office=dossier.case.office))
    return Sample(things[0], things[1], MISSING)


def a_procedure(world: World) -> Sample:
    """A procedure that is taken on paper; its page belongs to the counter of Móng Cái."""
    return Sample(
        Thing({"field": "tax", "name": "refund"}, office="20BB"), None, {"field": "tax", "name": "nothing"}
    )


SAMPLES: dict[str, Factory] = {
    "case": a_case,
    "case-paper": a_paper,
    **{f"officer-{act.name}": a_case for act in ACTS},
    "officer-take-supplement": lacking,
    "officer-letter": a_letter,
    "officer-control-slip": a_case,
    "counter-take": a_procedure,
}

EXEMPT: dict[str, str] = {
    "counter-firms": "404 without the procedure it is asked for; tests/dossiers/test_officer_counter.py asks it with one",
}
