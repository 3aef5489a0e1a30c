"""Samples for the addresses of the applicant's pages: a dossier of Lan's and one of Bình's, a draft of each."""

from __future__ import annotations

from collections.abc import Callable

from motcua.casework.models import Attachment
from motcua.dossiers import actions
from motcua.dossiers.documents import Application, Upload
from motcua.dossiers.drafts import begin
from motcua.dossiers.models import Dossier, Letter
from motcua.people.actor import Actor
from tests.dossiers.trader_cast import ANSWERS, PDF, PROCEDURE, now, office
from tests.people.matrix import Factory, Sample, Thing, World

NOBODYS = "G12.00.20.001-201012-9999"


def a_dossier(world: World) -> Sample:
    """A dossier of each of the two firms, taken in and decided, so that every address has something to answer."""
    return _of(world, lambda dossier: {"reference": dossier.case.reference}, {"reference": NOBODYS})


def a_file(world: World) -> Sample:
    """A file of each dossier."""
    return _of(
        world,
        lambda dossier: {
            "reference": dossier.case.reference,
            "pk": Attachment.objects.filter(case=dossier.case).values_list("pk", flat=True)[0],
        },
        {"reference": NOBODYS, "pk": 987654321},
    )


def a_letter(world: World) -> Sample:
    """The receipt of each dossier."""
    return _of(
        world,
        lambda dossier: {
            "reference": dossier.case.reference,
            "pk": dossier.case.letters.get(kind=Letter.Kind.RECEIPT).pk,
        },
        {"reference": NOBODYS, "pk": 987654321},
    )


def an_open_dossier(world: World) -> Sample:
    """A dossier of each firm that can still be amended or withdrawn."""
    return _of(
        world, lambda dossier: {"reference": dossier.case.reference}, {"reference": NOBODYS}, decide=False
    )


def _of(
    world: World,
    kwargs: Callable[[Dossier], dict[str, object]],
    missing: dict[str, object],
    *,
    decide: bool = True,
) -> Sample:
    mine, foreign = (_filed(world, name, decide=decide) for name in ("lan", "binh"))
    return Sample(
        Thing(kwargs(mine), world.lans),
        Thing(kwargs(foreign), world.binhs),
        missing,
        {"score": "5", "reason": "Thử rút"},
    )


def _filed(world: World, name: str, *, decide: bool) -> Dossier:
    user = world.people[name]
    assert user.organisation is not None
    hoa = Actor.of(world.people["hoa"], world.today)
    dossier = actions.lodge(
        Application(
            procedure=PROCEDURE, office=office(), channel="online", applicant_name=user.organisation.name,
            received_at=now(), organisation=user.organisation.pk, answers=ANSWERS,
            files={"claim": Upload("claim.pdf", PDF)},
        ),
        actor=Actor.of(user, world.today), at=now(),
    )  # fmt: skip
    actions.accept(dossier, actor=hoa, at=now())
    if decide:
        actions.decide(dossier, outcome="approved", number="1", text="Chấp thuận.", actor=hoa, at=now())
    return dossier


def a_draft(world: World) -> Sample:
    """A draft is one person's alone, whoever else works for the same firm."""
    lans, binhs = (
        begin(world.people[name], PROCEDURE, organisation, office=office(), contact="")
        for name, organisation in (("lan", world.lans), ("binh", world.binhs))
    )
    return Sample(
        Thing({"pk": lans.pk}, user=world.people["lan"].full_name),
        Thing({"pk": binhs.pk}, user=world.people["binh"].full_name),
        {"pk": 987654321},
        {"token": "not-the-token"},
    )


def a_paper_of_a_draft(world: World) -> Sample:
    """The same with the name of a paper in the address."""
    sample = a_draft(world)
    assert sample.foreign is not None
    assert sample.missing is not None
    mine, foreign = (
        Thing({**thing.kwargs, "name": "claim"}, user=thing.user) for thing in (sample.mine, sample.foreign)
    )
    return Sample(mine, foreign, {**sample.missing, "name": "claim"})


SAMPLES: dict[str, Factory] = {
    **dict.fromkeys(
        ("dossier", "dossier-lodged", "acknowledgement-pdf", "dossier-rate", "dossier-supplement"), a_dossier
    ),
    **dict.fromkeys(("dossier-amend", "dossier-withdraw"), an_open_dossier),
    "dossier-file": a_file,
    "letter-pdf": a_letter,
    "letter-json": a_letter,
    **dict.fromkeys(
        ("draft-answers", "draft-save", "draft-papers", "draft-check", "draft-lodge", "draft-discard"),
        a_draft,
    ),
    "draft-drop-paper": a_paper_of_a_draft,
}

# Addresses whose answer depends on more than who asks, each tested elsewhere.
EXEMPT: dict[str, str] = {
    "acknowledgement-json": "only what was filed on the web has one; tests/dossiers/test_trader_filing.py asks for it",
    "new-dossier": "the address names a procedure and not a thing of somebody's; tests/dossiers/test_trader_filing.py",
}
