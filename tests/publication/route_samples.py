"""Samples for the pages of postings: a wall at Móng Cái and one at Hòn Gai, and a posting on each."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from motcua.people.actor import CLOCK
from motcua.procedures.catalogue import catalogue
from motcua.publication import actions
from motcua.publication.models import Posting
from tests.people.matrix import Factory, Sample, Thing, World

_PROCEDURE = {"field": "tax", "name": "refund"}


def _posting(office: str, now: datetime) -> Posting:
    known = Posting.objects.filter(office=office, procedure="tax/refund", removed_on=None).first()
    today = timezone.localdate(now)
    sheet = catalogue().in_force("tax/refund", today)
    return known or actions.post(office, "tax/refund", sheet.since, posted_on=today, actor=CLOCK, at=now)


def _codes() -> tuple[str, str]:
    from motcua.people.queries import receiving_offices

    codes = [one.code for one in receiving_offices(timezone.localdate())]
    mine = next(code for code in codes if code.startswith("20BB"))
    return mine, next(code for code in codes if code.startswith("20CF"))


def a_wall(world: World) -> Sample:
    """The walls of two offices."""
    mine, other = _codes()
    return Sample(Thing({"code": mine}, office=mine), Thing({"code": other}, office=other), {"code": "99XX"})


def a_place(world: World) -> Sample:
    """One procedure on each wall."""
    mine, other = _codes()
    return Sample(
        Thing({"code": mine, **_PROCEDURE}, office=mine), Thing({"code": other, **_PROCEDURE}, office=other),
        {"code": mine, "field": "tax", "name": "no-such"},
    )  # fmt: skip


def a_posting(world: World) -> Sample:
    """One posting on each wall."""
    mine, other = _codes()
    now = timezone.now()
    return Sample(
        Thing({"pk": _posting(mine, now).pk}, office=mine), Thing({"pk": _posting(other, now).pk}, office=other),
        {"pk": 987654321},
    )  # fmt: skip


def a_poster(world: World) -> Sample:
    """The poster of a refund: for everybody."""
    return Sample(Thing(_PROCEDURE), None, {"field": "tax", "name": "no-such"})


def a_poster_code(world: World) -> Sample:
    """What a QR code says."""
    sheet = catalogue().in_force("tax/refund", timezone.localdate())
    told = {**_PROCEDURE, "since": sheet.since.isoformat(), "digest": sheet.digest[:32]}
    return Sample(Thing(told), None, {**told, "name": "no-such"})


SAMPLES: dict[str, Factory] = {
    "publication-office": a_wall,
    "publication-place": a_place,
    "publication-post": a_place,
    "publication-check": a_posting,
    "publication-remove": a_posting,
    "poster": a_poster,
    "poster-check": a_poster_code,
}
EXEMPT: dict[str, str] = {
    "publication-proof": "the sample's posting has no photograph; asked in tests/publication/test_pages.py",
}
