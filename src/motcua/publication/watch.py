"""The watch: reads the copies, compares them with the sheets in force, raises alarms and clears them. A timed job."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from motcua.law.load import load
from motcua.law.sheets import Catalogue, Sheet
from motcua.lib.errors import Refused, Unavailable
from motcua.people.queries import receiving_offices
from motcua.procedures.catalogue import local_date
from motcua.publication import drift
from motcua.publication.drift import Answered, Drift, Hung
from motcua.publication.models import Alarm, NationalRecord, Posting, Watch
from motcua.publication.national import National, site_shows

EVERY = timedelta(hours=24)
SOONER = timedelta(hours=1)


@dataclass
class Round:
    """One comparison: what was compared on which day, what differs, and which place could not be asked and why."""

    on: date
    sheets: int
    drifts: list[Drift] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    unasked: dict[str, str] = field(default_factory=dict)


def national() -> National | None:
    """The national database this site is set to; None where none is set."""
    if not settings.NATIONAL_DATABASE_URL:
        return None
    file = settings.NATIONAL_DATABASE_KEY_FILE
    try:
        key = Path(file).read_text(encoding="utf-8").strip() if file else ""
    except OSError as error:
        raise Unavailable(f"the key of the national database cannot be read: {error}") from error
    return National(settings.NATIONAL_DATABASE_URL, key)


def compare(now: datetime, *, site: str = "", door: National | None = None) -> Round:
    """
    Compare site, walls and national copy with the sheets in force at `now`, as they lie on the disk.

    A place that cannot be asked is told; what the national database answered last time is then compared all the same.
    """
    on = local_date(now)
    catalogue = load(settings.LAW)
    in_force = catalogue.all_in_force(on)
    found = Round(on, len(in_force))
    if site:
        try:
            found.drifts += drift.of_site(in_force, site_shows(site))
            found.asked[drift.SITE] = site
        except Unavailable as error:
            found.unasked[drift.SITE] = str(error)
    else:
        found.unasked[drift.SITE] = "no address of a running site was given"
    found.drifts += drift.of_walls(due_on_walls(catalogue, on), hanging())
    found.asked[drift.WALL] = f"{Posting.objects.filter(removed_on=None).count()} postings"
    if door is None:
        found.unasked[drift.NATIONAL] = "no national database is set"
    else:
        try:
            keep(door.read_all(), now)
            found.asked[drift.NATIONAL] = door.url
        except (Unavailable, Refused) as error:
            found.unasked[drift.NATIONAL] = str(error)
    if door is not None or NationalRecord.objects.exists():
        found.drifts += drift.of_national(in_force, last_answers())
    return found


def due_on_walls(catalogue: Catalogue, on: date) -> dict[str, list[Sheet]]:
    """What must hang where: the procedures in force that are done at the office's level and come through its counter."""
    sheets = [sheet for sheet in catalogue.all_in_force(on) if sheet.counted_by == "one-stop"]
    due: dict[str, list[Sheet]] = {}
    for office in receiving_offices(on):
        level = "branch" if office.kind == "branch" else "department"
        due[office.code] = [sheet for sheet in sheets if level in {str(one) for one in sheet.level}]
    return due


def hanging() -> list[Hung]:
    """What hangs now."""
    return [
        Hung(one.office, one.procedure, one.since, one.sha256, one.checked_at is not None)
        for one in Posting.objects.filter(removed_on=None).order_by("office", "procedure")
    ]


@transaction.atomic
def keep(answers: Iterable[Answered], now: datetime) -> None:
    """Keep what the national database answered; a record that is gone from its list goes here too."""
    seen = set()
    for one in answers:
        seen.add(one.procedure)
        NationalRecord.objects.update_or_create(
            procedure=one.procedure,
            defaults={
                "national_id": one.national_id, "version": one.version, "state": one.state, "record": dict(one.record),
                "read_at": now, "trouble": one.trouble[:300],
            },
        )  # fmt: skip
    NationalRecord.objects.exclude(procedure__in=seen).delete()


def last_answers() -> list[Answered]:
    """What the national database answered last."""
    return [
        Answered(one.procedure, one.national_id, one.version, one.state, one.record, one.trouble)
        for one in NationalRecord.objects.order_by("procedure")
    ]


@transaction.atomic
def ring(found: Round, now: datetime) -> None:
    """
    Open an alarm for each new difference, keep those that still stand, clear those that are gone.

    What could not be asked clears nothing, and is an alarm of its own.
    """
    drifts = {one.key: one for one in found.drifts}
    for place, why in found.unasked.items():
        if place in _expected():
            silent = Drift(
                place, "unavailable", "", f"Không hỏi được: {why}", f"It could not be asked: {why}"
            )
            drifts[silent.key] = silent
    open_ones = {
        (one.place, one.code, one.procedure, one.office): one
        for one in Alarm.objects.select_for_update().filter(cleared_at=None)
    }
    for key, one in drifts.items():
        alarm = open_ones.pop(key, None) or Alarm(
            place=one.place, code=one.code, procedure=one.procedure, office=one.office, first_seen=now
        )
        alarm.vi, alarm.en, alarm.last_seen = one.vi, one.en, now
        alarm.save()
    for alarm in open_ones.values():
        if alarm.place in found.unasked and alarm.place == drift.SITE:
            continue
        alarm.cleared_at = now
        alarm.save()
    Watch.objects.create(at=now, found=len(found.drifts), unasked=sorted(found.unasked))


def _expected() -> set[str]:
    return {
        place
        for place, address in (
            (drift.SITE, settings.SITE_URL),
            (drift.NATIONAL, settings.NATIONAL_DATABASE_URL),
        )
        if address
    }


def watch(now: datetime) -> bool:
    """Compare once a day, an hour after a round in which a place was silent; False: there is never more at once."""
    last = Watch.objects.order_by("-at").first()
    if last is not None:
        silent = set(last.unasked) & _expected()
        if now - last.at < (SOONER if silent else EVERY):
            return False
    if last is None and not Posting.objects.exists() and not _expected():
        # A site on which nothing was ever posted and nothing is set to be asked has nothing to watch yet.
        return False
    ring(compare(now, site=settings.SITE_URL, door=national()), now)
    return False
