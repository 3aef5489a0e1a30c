"""
What a firm does with its inspection: lodge it, complete it, supplement it, submit the conformity result, withdraw it.

Each function writes the domain rows, records the event and queues the message to the ministry, in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from motcua.casework.begin import begin
from motcua.casework.models import Case, Event, Link
from motcua.casework.record import NewCase
from motcua.casework.rows import Row, row_of, written
from motcua.exchange.models import Message
from motcua.law.inspections import History, Inspections, Mode, Requirement
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.identifiers import declaration_number
from motcua.nsw import sending
from motcua.nsw.documents import LASTING, Application, GoodsLine
from motcua.nsw.doing import Doing
from motcua.nsw.models import Goods, Inspection, Result
from motcua.nsw.rules import check
from motcua.nsw.tables import inspections
from motcua.people.actor import Actor
from motcua.procedures.catalogue import catalogue, local_date

PROCEDURE = "inspection/specialised-inspection-result"


def next_file_code(document_type: str, at: datetime) -> str:
    """The portal's file code: ministry, procedure, year, running number; its length grows when it must."""
    head = f"{document_type.rstrip('0123456789')}{document_type.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')[:2]}"
    year = f"{local_date(at):%y}"
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into casework_counter (series, last) values (%s, 1) "
            "on conflict (series) do update set last = casework_counter.last + 1 returning last",
            [f"nsw {head}{year}"],
        )
        row = cursor.fetchone()
    # Numbers below 5,000,000 belong to the portal itself: a department that lodges by its own door counts above them.
    return f"{head}{year}{5_000_000 + int(row[0]):07d}"


@transaction.atomic
def lodge(
    application: Application, *, actor: Actor, at: datetime, message: Message | None = None
) -> Inspection:
    """
    Lodge an application with a ministry: checked whole, numbered, tied to its declarations, sent.

    Raises Invalid with every finding, NotAllowed where the goods are exempt and nothing need be lodged.
    """
    tables, day = inspections(), local_date(at)
    findings = check(application, tables, day)
    if findings:
        raise Invalid(findings)
    needed = requirement_of(application, tables, at)
    if needed is not None and not needed.is_needed:
        why = needed.why()
        raise NotAllowed(
            f"Hàng được miễn kiểm tra, không phải nộp hồ sơ. {why.vi}", f"The goods are exempt. {why.en}"
        )
    file_code = application.file_code or next_file_code(application.document_type, at)
    sheet = catalogue().in_force(PROCEDURE, day)
    first = application.lines[0]
    inspection = Inspection(
        file_code=file_code, ministry=tables.of_document(application.document_type) or "", goods=first.description[:200],
        hs_code=first.hs_code, document_type=application.document_type, purpose=application.purpose,
        kind=needed.rule.kind if needed else "", rule=needed.rule.id if needed else "",
        mode=needed.mode.value if needed else "", flow=application.flow, tax_code=application.tax_code,
        applicant=application.applicant[:200], facts=dict(application.facts),
    )  # fmt: skip

    def rows(case: Case, event: Event) -> list[Row]:
        inspection.case = case
        return [row_of(inspection)]

    limit = needed.rule.limit.limit if needed is not None and needed.rule.limit is not None else None
    case, _ = begin(
        NewCase(
            kind="inspection", reference=file_code, office=application.office, channel=application.channel,
            opened_at=at, procedure=sheet.procedure, sheet_since=sheet.since, calendar="customs-offices", limit=limit,
            organisation=application.organisation, label=first.description,
            search=f"{application.tax_code} {application.applicant} {application.facts.get('bill', '')}",
        ),
        "applied", at=at, actor=actor, message=message, recorded_at=at, others=rows,
    )  # fmt: skip
    written([inspection])
    _keep_lines(inspection, application.lines)
    tie(inspection, at)
    sending.application(inspection, at)
    case.refresh_from_db()
    return inspection


def requirement_of(application: Application, tables: Inspections, at: datetime) -> Requirement | None:
    """The strictest requirement of this ministry over all lines, with what earlier lots came to."""
    day = local_date(at)
    ministry = tables.of_document(application.document_type)
    ranks = list(Mode)
    found: list[Requirement] = []
    for line in application.lines:
        history = history_of(application.tax_code, line.hs_code, line.origin)
        for one in tables.required(
            line.hs_code, purpose=application.purpose, origin=line.origin, on=day, flow=application.flow, history=history,
        ):  # fmt: skip
            if ministry is not None and one.ministry == tables.ministry_on(ministry, day):
                found.append(one)
    same = [one for one in found if one.rule.document_type == application.document_type] or found
    return max(same, key=lambda one: ranks.index(one.mode), default=None)


def history_of(tax_code: str, hs: str, origin: str) -> History:
    """What the last lots of a firm with the same heading and origin came to, the newest first."""
    lots = Inspection.objects.filter(
        tax_code=tax_code, lines__hs_code__startswith=hs[:4], lines__origin=origin
    )
    outcomes = (
        Result.objects.filter(inspection__in=lots, replaced_at=None, recalled_at=None)
        .order_by("-received_at")
        .values_list("outcome", flat=True)[:12]
    )
    passed = 0
    listed = list(outcomes)
    for outcome in listed:
        if outcome == "failed":
            break
        passed += 1
    return History(passed_in_a_row=passed, failed_last=bool(listed) and listed[0] == "failed")


def _keep_lines(inspection: Inspection, lines: Sequence[GoodsLine]) -> None:
    Goods.objects.bulk_create(
        Goods(
            inspection=inspection, number=line.number, description=line.description[:300], hs_code=line.hs_code,
            origin=line.origin, quantity=line.quantity, unit=line.unit, net_kg=line.net_kg,
            declaration_key=declaration_number(line.declaration_key).key if line.declaration_key else "",
            declaration_line=line.declaration_line,
        )
        for line in lines
    )  # fmt: skip


def tie(inspection: Inspection, at: datetime) -> int:
    """Link an inspection to the declarations its lines name and that are in the register; later ones are tied later."""
    keys = set(inspection.lines.exclude(declaration_key="").values_list("declaration_key", flat=True))
    declarations = Case.objects.filter(kind="declaration", reference__in=keys)
    links = Link.objects.bulk_create(
        [Link(source_id=inspection.pk, target=one, kind="inspects", made_at=at) for one in declarations],
        ignore_conflicts=True,
    )
    return len(links)


# Supplements: four kinds, told apart by the phase (the status) and the desk (the event's details) ------------


ANSWERS = {
    "incomplete": "completed",
    "awaiting_supplement": "supplemented",
    "awaiting_result_papers": "result_supplemented",
}


@transaction.atomic
def supplement(inspection: Inspection, *, text: str, actor: Actor, at: datetime) -> Event:
    """Answer what was asked, whichever desk asked it and in whichever phase; the message goes to the ministry."""
    if not text.strip():
        raise Refused("Hãy ghi đã bổ sung những gì.", "Say what you add.", place="text")
    kind = ANSWERS.get(inspection.case.status)
    if kind is None:
        raise NotAllowed("Không có yêu cầu bổ sung nào đang chờ.", "No supplement is asked for.")
    event = Doing.here(actor, at).record(inspection.case, kind, text=text)
    sending.supplement(inspection, event, text, at)
    return event


@transaction.atomic
def submit_conformity(
    inspection: Inspection, *, outcome: str, number: str, text: str, actor: Actor, at: datetime
) -> Event:
    """Hand in what the designated body found."""
    details = {"outcome": outcome, "sample": number[:40]}
    event = Doing.here(actor, at).record(inspection.case, "conformity_submitted", details, text)
    sending.conformity(inspection, event, outcome, number, text, at)
    return event


@transaction.atomic
def withdraw(inspection: Inspection, *, reason: str, actor: Actor, at: datetime) -> Event:
    """Withdraw an application that nobody has accepted yet; afterwards one asks to cancel."""
    if inspection.case.status not in {"waiting", "incomplete"}:
        raise NotAllowed(
            "Bộ đã tiếp nhận hồ sơ nên không rút ngay được. Hãy gửi yêu cầu hủy.",
            "The ministry has accepted it, so it cannot simply be withdrawn. Ask to cancel it.",
        )
    event = Doing.here(actor, at).record(inspection.case, "withdrawn", {"code": "trader"}, reason)
    sending.cancelled(inspection, event, reason, at)
    return event


# Never asked twice ------------------------------------------------------------------------------------------


def prefill(
    organisation: int | None, tax_code: str, document_type: str, declaration: str = ""
) -> Application:
    """
    An application filled in with all that is known already: the firm's last application to the same procedure, and the
    declaration with its lines and bill where one is named. The firm corrects; it does not type again.
    """
    last = (
        Inspection.objects.filter(case__organisation=organisation, document_type=document_type)
        .select_related("case")
        .order_by("-case__opened_at")
        .first()
        if organisation is not None
        else None
    )
    facts = {name: last.facts[name] for name in LASTING if last is not None and last.facts.get(name)}
    lines: tuple[GoodsLine, ...] = ()
    office = last.case.office if last is not None else ""
    known = _of_declaration(declaration, organisation) if declaration else None
    if known is not None:
        facts |= {name: value for name, value in known["facts"].items() if value}
        lines = tuple(GoodsLine(**line) for line in known["lines"])
        office = known["office"]
    return Application(
        document_type=document_type, purpose=last.purpose if last is not None else "other", office=office,
        applicant=last.applicant if last is not None else "", tax_code=tax_code, lines=lines, organisation=organisation,
        facts=facts,
    )  # fmt: skip


def _of_declaration(number: str, organisation: int | None) -> Mapping[str, Any] | None:
    """What the register of declarations knows, asked of whoever the project names: siblings do not know each other."""
    try:
        key = declaration_number(number).key
    except Refused:
        return None
    found: Mapping[str, Any] | None = import_string(settings.DECLARATION_FACTS)(key, organisation)
    return found
