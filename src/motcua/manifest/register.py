"""What the database knows when a paper comes: the law in memory, the movement it belongs to, bills that are taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import Q

from motcua.casework.models import Case
from motcua.casework.record import NewCase
from motcua.law.sheets import NotInForce, UnknownProcedure
from motcua.lib.errors import Refused
from motcua.lib.worktime import Limit, Unit
from motcua.manifest import codes as lists
from motcua.manifest import provisions
from motcua.manifest.documents import BillKind, Call, Manifest, Sheet
from motcua.manifest.identity import call_keys, direction_of
from motcua.manifest.models import Bill, Movement, Version
from motcua.manifest.numbers import bill_key
from motcua.manifest.papers import Filed, Papers
from motcua.manifest.provisions import Provisions
from motcua.manifest.rules.rule import Known
from motcua.people.models import Office
from motcua.procedures.catalogue import catalogue, local_date

# A cleared call is still the one meant by a correction that comes soon after.
SOON = timedelta(days=30)

_PROCEDURES = {
    "entry": "transport/ship-entry",
    "exit": "transport/ship-exit",
    "transit": "transport/ship-transit",
    "port-arrival": "transport/ship-port-transfer",
    "port-departure": "transport/ship-port-transfer",
}
_OTHER_MODES = {
    "air": "transport/aircraft-entry-exit",
    "rail": "transport/vehicle-entry-exit",
    "road": "transport/vehicle-entry-exit",
    "river": "transport/border-boat",
}


@cache
def law() -> Provisions:
    """The provisions on movements, read once."""
    return provisions.load(settings.LAW)


@cache
def codes() -> lists.Codes:
    """The code lists, read once."""
    return lists.load(settings.CODES)


# The movement ---------------------------------------------------------------------------------------------------


def lock_call(call: Call) -> None:
    """Two first papers of one call at the same moment wait for each other; until COMMIT."""
    with connection.cursor() as cursor:
        for key in sorted(call_keys(call)):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"call {key}"])


def find_movement(call: Call) -> Movement | None:
    """The movement a paper is about: the open one, else one that was cleared a short while ago."""
    keys = call_keys(call)
    if not call.journey and not call.conveyance.imo:
        return None
    signs = [name for name in (call.conveyance.registration, call.conveyance.call_sign) if name]
    same_ship = Q(
        registration__in=signs, voyage=call.journey, port=call.port.code, direction=direction_of(call)
    )
    known = Movement.objects.select_related("case").exclude(case__status="cancelled")
    wanted = Q(call_key__in=keys) | (same_ship if signs and call.journey else Q(pk__in=[]))
    found = list(known.filter(wanted).order_by("-pk")[:5])
    for movement in found:
        if movement.live_key is not None:
            return movement
    expected = call.eta or call.etd
    for movement in found:
        was = movement.eta or movement.etd
        if was is None or expected is None or abs(was - expected) <= SOON:
            return movement
    return None


def movement_of_master(manifest: Manifest) -> Movement | None:
    """The movement whose carrier declared the master of these house bills."""
    keys = {bill_key(bill.master_number) for bill in manifest.bills if bill.master_number}
    bill = (
        Bill.objects.filter(key__in=keys, live=True)
        .exclude(kind=BillKind.HOUSE.value)
        .select_related("movement__case")
        .order_by("-pk")
        .first()
    )
    return bill.movement if bill else None


def papers_of(movement: Movement) -> Papers:
    """What filing must know of a movement that exists."""
    case = movement.case
    papers = Papers(movement, case.reference, case.status, case.received_at)
    papers.in_force = in_force(movement)
    return papers


def in_force(movement: Movement) -> dict[tuple[str, int | None], Filed]:
    """The versions that count: the last of each paper, those left out that wait or were not accepted."""
    found: dict[tuple[str, int | None], Filed] = {}
    rows = Version.objects.filter(movement=movement).order_by("number")
    for version in rows.select_related("decision"):
        key = (version.form, version.filer)
        before = found.get(key)
        if counts(version):
            corrections = before.corrections + 1 if before else 0
            found[key] = Filed(version.number, version.content, corrections)
        elif before is not None:
            # The number is used up; the content in force stays the one before.
            found[key] = Filed(version.number, before.content, before.corrections)
    return found


def counts(version: Version) -> bool:
    """Whether a version is in force by itself or by an officer's consent."""
    decision = getattr(version, "decision", None)
    return not version.waits or (decision is not None and decision.accepted)


# Bills ----------------------------------------------------------------------------------------------------------


def known_bills(document: Sheet, movement: Movement | None, filer: int | None, form: str) -> dict[str, Known]:
    """What the register has of the bills a manifest names, masters included."""
    if not isinstance(document, Manifest) or not document.bills:
        return {}
    direction = direction_of(document.call) if movement is None else movement.direction
    keys = {bill_key(bill.number, bill.carrier.code) for bill in document.bills}
    masters = {bill_key(bill.master_number) for bill in document.bills if bill.master_number}
    return bills_by_key(keys | masters, direction, movement, form, filer)


def bills_by_key(
    keys: Iterable[str], direction: str, movement: Movement | None, form: str, filer: int | None
) -> dict[str, Known]:
    """Live bills of one direction by number; `mine` where this paper itself declared it and may declare it again."""
    rows = Bill.objects.filter(key__in=list(keys), live=True, direction=direction).values_list(
        "key", "movement_id", "version__form", "version__filer", "kind", "packages", "gross_kg",
        "movement__case__reference",
    )  # fmt: skip
    found: dict[str, Known] = {}
    for key, pk, its_form, its_filer, kind, packages, gross, reference in rows:
        same = movement is not None and pk == movement.pk
        mine = same and its_form == form and (form != "house-bills" or its_filer == filer)
        found[key] = Known(reference, mine, kind, packages, gross)
    return found


# Opening a case -------------------------------------------------------------------------------------------------


Offices = list[tuple[str, date, date | None, str]]


def offices_known() -> Offices:
    """Every office with the days it stands and who came after it, for whoever asks often."""
    return list(Office.objects.values_list("code", "valid_from", "valid_to", "successor"))


def office_of(call: Call, asked: str, on: date, known: Offices | None = None) -> str:
    """The branch that handles a port on a day; Refused where nobody does."""
    code = law().offices.get(call.port.code) or asked
    offices = {name: (since, until, after) for name, since, until, after in known or offices_known()}
    seen: set[str] = set()
    while code in offices and code not in seen:
        since, until, after = offices[code]
        if since <= on and (until is None or on <= until):
            return code
        seen.add(code)
        code = after
    raise Refused(
        f"Cảng, cửa khẩu {call.port.code or '(trống)'} không thuộc địa bàn; hãy ghi mã cảng hoặc đơn vị hải quan.",
        f"The port or gate {call.port.code or '(empty)'} is not ours; give the port or the customs office.",
        place="call.port.code",
    )


def procedure_of(mode: str, kind: str) -> str:
    """The procedure of a movement in the catalogue."""
    return _PROCEDURES[kind] if mode == "sea" else _OTHER_MODES[mode]


def next_reference(at: datetime) -> str:
    """The next number of the year; its counter stays locked until COMMIT."""
    return next_references(at, 1)[0]


def next_references(at: datetime, count: int) -> list[str]:
    """The next numbers of the year at once."""
    year = local_date(at).year
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into casework_counter (series, last) values (%s, %s) "
            "on conflict (series) do update set last = casework_counter.last + %s returning last",
            [f"movement {year}", count, count],
        )
        last = int(cursor.fetchone()[0])
    return [f"EM-{year}-{number:06d}" for number in range(last - count + 1, last + 1)]


def new_case(
    movement: Movement, reference: str, office: str, channel: str, organisation: int | None, at: datetime
) -> NewCase:
    """The case of a movement, with the limit of the sheet in force that day."""
    procedure = procedure_of(movement.mode, movement.kind)
    since: date | None = None
    limit: Limit | None = Limit(1, Unit.HOURS)
    try:
        sheet = catalogue().in_force(procedure, local_date(at))
        since, limit = sheet.since, sheet.limit_for("online")
    except (UnknownProcedure, NotInForce):
        procedure = ""
    except Refused:
        # The sheet of vehicles and border boats is of the counter; no time is set for what comes by message.
        procedure, since, limit = "", None, None
    return NewCase(
        kind="movement", reference=reference, office=office, channel=channel, opened_at=at, procedure=procedure,
        sheet_since=since, calendar="clock-24x7", limit=limit, organisation=organisation, label=movement.ship,
        search=f"{movement.imo} {movement.flag} {movement.voyage} {movement.registration}",
    )  # fmt: skip


def locked(movement: Movement) -> Movement:
    """The movement with its case, locked until COMMIT and read anew."""
    Case.objects.select_for_update().get(pk=movement.pk)
    return Movement.objects.select_related("case").get(pk=movement.pk)
