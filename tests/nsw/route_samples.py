"""Samples for the addresses of inspections: of Lan's firm and of Bình's, of two ministries, of a laboratory, of two branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.utils import timezone

from motcua.nsw import acts, desk, requests
from motcua.nsw.documents import Notice
from motcua.nsw.doing import Doing
from motcua.nsw.models import Alert, Inspection
from motcua.nsw.results import give
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from tests.nsw.nsw_cast import application
from tests.people.matrix import Factory, Sample, Thing, World

NOBODYS = "BNNPTNT25209999999"


def inspection_of(
    world: World, name: str, *, status: str = "waiting", ministry: str = "MARD", office: str = "20BB"
) -> Inspection:
    """An application of somebody's firm in the status asked for."""
    from motcua.nsw.applications import lodge

    user = world.people[name]
    at = timezone.now() - timedelta(minutes=5)
    made = lodge(application(user, office=office), actor=Actor.of(user, world.today), at=at)
    if ministry != "MARD":
        Inspection.objects.filter(pk=made.pk).update(ministry=ministry)
    officer = Doing.here(Actor("clock", "Một Cửa"), at)
    if status != "waiting":
        acts.accept(made, officer)
    if status == "awaiting_conformity":
        acts.confirm(made, officer)
    if status in {"decided", "failed"}:
        outcome = "failed" if status == "failed" else "passed"
        give(made, Notice("result", number="1/KQ", outcome=outcome), officer)
    return made


def of_firms(status: str) -> Factory:
    """Lan's and Bình's."""

    def sample(world: World) -> Sample:
        mine, foreign = (inspection_of(world, name, status=status, office=office) for name, office in FIRMS)
        return Sample(
            Thing({"reference": mine.file_code}, world.lans), Thing({"reference": foreign.file_code}, world.binhs),
            {"reference": NOBODYS}, {"text": "x"},
        )  # fmt: skip

    return sample


FIRMS = (("lan", "20BB"), ("binh", "20CF"))


def of_ministries(
    status: str,
    more: Callable[[Inspection], dict[str, object]] = lambda one: {},
    missing: Mapping[str, object] = {},
) -> Factory:
    """One of Nga's ministry, one of another."""

    def sample(world: World) -> Sample:
        mine = inspection_of(world, "lan", status=status)
        foreign = inspection_of(world, "binh", status=status, ministry="MOH")
        return Sample(
            Thing({"reference": mine.file_code, **more(mine)}, world.people["nga"].organisation_id),
            Thing({"reference": foreign.file_code, **more(foreign)}, world.people["yen"].organisation_id),
            {"reference": NOBODYS, **missing}, {"text": "x"},
        )  # fmt: skip

    return sample


def asked(inspection: Inspection) -> dict[str, object]:
    """A request about it that waits."""
    requests.ask(
        inspection,
        "edit",
        reason="x",
        changes={"bill": "X"},
        actor=Actor("clock", ""),
        at=timezone.now() - timedelta(minutes=1),
    )
    return {"number": "Y1", "verdict": "agree"}


def of_branches(status: str) -> Factory:
    """Goods at Móng Cái, goods at Hòn Gai."""

    def sample(world: World) -> Sample:
        mine, foreign = (inspection_of(world, name, status=status, office=office) for name, office in FIRMS)
        return Sample(
            Thing({"reference": mine.file_code}, office="20BB"), Thing({"reference": foreign.file_code}, office="20CF"),
            {"reference": NOBODYS}, {"text": "x"},
        )  # fmt: skip

    return sample


def a_sample(world: World) -> Sample:
    """A sample of Sơn's laboratory and one of another."""
    other = Organisation.objects.create(kind="laboratory", name="Phòng thử nghiệm khác", code="LAB-X")
    places = (world.people["son"].organisation_id, other.pk)
    at = Doing.here(Actor("clock", ""), timezone.now() - timedelta(minutes=2))
    made = [
        acts.take_sample(
            inspection_of(world, "lan", status="accepted"), at, number="", laboratory=place, asked="x"
        )
        for place in places
    ]
    mine, foreign = (Thing({"pk": one.pk}, place) for one, place in zip(made, places, strict=True))
    return Sample(mine, foreign, {"pk": 987654321}, {})


def an_alert(world: World) -> Sample:
    """An alert of each of two branches."""
    things = []
    for name, office in FIRMS:
        inspection = inspection_of(world, name, office=office)
        one = Alert.objects.create(
            inspection=inspection, kind="recalled", office=office, raised_at=timezone.now()
        )
        things.append(Thing({"pk": one.pk}, office=office))
    return Sample(things[0], things[1], {"pk": 987654321})


SAMPLES: dict[str, Factory] = {
    "inspection": of_firms("decided"),
    **{f"inspection-{act.name}": of_firms("waiting") for act in desk.FIRM},
    "ministry-inspection": of_ministries("accepted"),
    **{f"ministry-{act.name}": of_ministries("accepted") for act in desk.MINISTRY},
    "ministry-request": of_ministries("waiting", asked, {"number": "Y1", "verdict": "agree"}),
    "laboratory-report": a_sample,
    "inspection-alert-seen": an_alert,
    "declaration-inspections": of_branches("waiting"),
    **{f"customs-{act.name}": of_branches("failed") for act in desk.CUSTOMS},
}
