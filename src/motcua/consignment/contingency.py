"""
When a system is down: declare it, hand out numbered forms, take what was written down, and merge it when the system is back.

Nothing is lost and nothing doubled: a line that was taken before is told as repeated; a form number on two different papers,
two forms for one document, or a tax code that is not the electronic one's are conflicts, and a person decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet

from motcua.casework.batch import Continuation, Filing, record_many
from motcua.casework.models import Case, Channel, Event, Link
from motcua.casework.record import NewCase, NewEvent, record
from motcua.consignment.lifecycle import CONFLICTS
from motcua.consignment.matching import coded
from motcua.consignment.models import FormSheet, Outage, Paper
from motcua.consignment.offline import Line
from motcua.declarations.feed import compare_key
from motcua.declarations.models import Declaration
from motcua.lib.errors import Duplicate, NotAllowed, Refused
from motcua.manifest.models import Bill
from motcua.nsw.models import Inspection
from motcua.origin.models import Certificate
from motcua.people.actor import Actor

SYSTEMS = ("portal", "customs-core", "nsw", "asean", "port", "payment")


# Outages ----------------------------------------------------------------------------------------------------------


def declare(system: str, *, vi: str, en: str, began_at: datetime, actor: Actor, at: datetime) -> Outage:
    """Declare that a system does not work; Duplicate when that is declared already."""
    if system not in SYSTEMS:
        raise Refused(
            f"Hệ thống là một trong: {', '.join(SYSTEMS)}.",
            f"The system is one of {', '.join(SYSTEMS)}.",
            place="system",
        )
    if began_at > at:
        raise Refused(
            "Sự cố không thể bắt đầu ở tương lai.",
            "An outage does not begin in the future.",
            place="began_at",
        )
    try:
        with transaction.atomic():
            return Outage.objects.create(
                system=system, vi=vi, en=en, began_at=began_at, declared_at=at, declared_by=actor.key
            )
    except IntegrityError as error:
        raise Duplicate(
            f"Sự cố của {system} đã được công bố.",
            f"An outage of {system} is declared already.",
            place="system",
        ) from error


def end(system: str, *, actor: Actor, at: datetime) -> Outage:
    """Say that a system works again."""
    changed = Outage.objects.filter(system=system, ended_at=None).update(ended_at=at, ended_by=actor.key)
    if not changed:
        raise NotAllowed(
            f"Không có sự cố nào của {system}.", f"There is no outage of {system}.", place="system"
        )
    return Outage.objects.filter(system=system).latest("ended_at")


def open_outages(now: datetime) -> QuerySet[Outage]:
    """What does not work now, for the notice on every page."""
    return Outage.objects.filter(began_at__lte=now).filter(Q(ended_at=None) | Q(ended_at__gt=now))


@transaction.atomic
def print_forms(office: str, count: int, *, actor: Actor, at: datetime) -> list[FormSheet]:
    """Give out the next numbers of an office, to be printed before they are needed; a number is given once."""
    if not 1 <= count <= 1000:
        raise Refused("Mỗi lần in từ 1 đến 1000 mẫu.", "Print 1 to 1000 forms at a time.", place="count")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into casework_counter (series, last) values (%s, %s) "
            "on conflict (series) do update set last = casework_counter.last + excluded.last returning last",
            [f"paper-form {office}", count],
        )
        last = int(cursor.fetchone()[0])
    return FormSheet.objects.bulk_create(
        [
            FormSheet(number=f"G-{office}-{number:06d}", office=office, printed_at=at, printed_by=actor.key)
            for number in range(last - count + 1, last + 1)
        ]
    )


# Taking -----------------------------------------------------------------------------------------------------------


@dataclass
class Taken:
    """What became of every line of a file: taken, taken before, or in conflict. Together they are the file."""

    taken: int = 0
    repeated: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        """Every line, whatever became of it."""
        return self.taken + len(self.repeated) + len(self.disputed)


@transaction.atomic
def take(
    lines: Sequence[Line],
    *,
    office: str,
    source: str,
    actor: Actor,
    at: datetime,
    outage: Outage | None = None,
) -> Taken:
    """
    Take the lines of a counter's file, each with the time at which it truly came. All of them or none.

    The same file again changes nothing. A form number that stands on two different papers opens a case for each.
    """
    if late := next((line for line in lines if line.received_at > at), None):
        raise Refused(
            f"Mẫu {late.form}: giờ nhận còn ở tương lai.",
            f"Form {late.form}: its time lies in the future.",
            place=late.form,
        )
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('paper-intake', 0))")
    known: dict[str, set[str]] = defaultdict(set)
    rows = Paper.objects.filter(form__in={line.form for line in lines}).values_list("form", "digest")
    for form, digest in rows:
        known[form].add(digest)
    done = Taken()
    filings = []
    for line in sorted(lines, key=lambda one: one.received_at):
        if line.digest in known[line.form]:
            done.repeated.append(line.form)
            continue
        copy = len(known[line.form]) + 1
        known[line.form].add(line.digest)
        filings.append(_filing(line, copy, office, source, actor, at, outage))
        if copy > 1:
            done.disputed.append(line.form)
        else:
            done.taken += 1
    record_many(filings)
    return done


def _filing(
    line: Line, copy: int, office: str, source: str, actor: Actor, at: datetime, outage: Outage | None
) -> Filing:
    events = [
        NewEvent(kind="taken", at=line.received_at, recorded_at=at, actor=actor.key, channel=Channel.DESK)
    ]
    if copy > 1:
        events.append(_disputed("form-used-twice", actor, at))
    return Filing(
        NewCase(
            kind="paper", reference=line.form if copy == 1 else f"{line.form}/{copy}", office=office, channel=Channel.DESK,
            opened_at=line.received_at, label=line.name, search=f"{line.number} {line.tax_code}",
        ),
        events,
        Paper(
            form=line.form, copy=copy, kind=line.kind, number=line.number, compare_key=_key(line.kind, line.number),
            tax_code=line.tax_code, name=line.name, note=line.note, digest=line.digest, outage=outage, source=source[:120],
            entered_at=at, entered_by=actor.key,
        ),
    )  # fmt: skip


def _key(kind: str, number: str) -> str:
    key = compare_key(number)
    return key[:11] if kind == "declaration" else key


def _disputed(code: str, actor: Actor, at: datetime) -> NewEvent:
    return NewEvent(
        kind="disputed", at=at, recorded_at=at, actor=actor.key, channel=Channel.DESK, details={"code": code}
    )


# Merging ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merged:
    """What a reconciliation did: merged, put before a person, still waiting for their twin."""

    merged: int
    disputed: int
    waiting: int


@transaction.atomic
def merge(*, actor: Actor, at: datetime) -> Merged:
    """
    Tie every waiting paper to its electronic twin by kind and number. Run as often as one likes: what is merged stays so.

    Two waiting forms for one document, and a twin of another firm, are put before a person.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('paper-intake', 0))")
    waiting = list(Paper.objects.filter(case__status="waiting").select_related("case").order_by("pk"))
    twins = _twins(waiting)
    # By the document and not by its case: two bills of one ship are two papers of one movement.
    keys = {paper.compare_key for paper in waiting}
    taken = set(
        Paper.objects.filter(compare_key__in=keys, case__status="merged").values_list("kind", "compare_key")
    )
    times = Counter((paper.kind, paper.compare_key) for paper in waiting)
    # Whom a person has called the right one is not asked about again.
    kept = set(
        Event.objects.filter(case__in=[one.pk for one in waiting], kind="kept").values_list("case", flat=True)
    )
    steps, links, disputed = [], [], 0
    for paper in waiting:
        twin = twins.get((paper.kind, paper.compare_key))
        code = ""
        if times[paper.kind, paper.compare_key] > 1 or (paper.kind, paper.compare_key) in taken:
            code = "number-twice"
        elif (
            twin is not None
            and paper.pk not in kept
            and paper.tax_code
            and twin[2]
            and paper.tax_code[:10] != twin[2][:10]
        ):
            code = "other-firm"
        if code:
            disputed += 1
            steps.append(Continuation(paper.case.reference, [_disputed(code, actor, at)]))
        elif twin is not None:
            event = NewEvent(
                kind="merged",
                at=at,
                recorded_at=at,
                actor=actor.key,
                channel=Channel.DESK,
                details={"reference": twin[1]},
            )
            steps.append(Continuation(paper.case.reference, [event]))
            links.append(Link(source_id=paper.pk, target_id=twin[0], kind="paper-of", made_at=at))
    record_many([], steps)
    Link.objects.bulk_create(links)
    return Merged(len(links), disputed, len(waiting) - len(steps))


Twin = tuple[int, str, str]


def _twins(papers: Sequence[Paper]) -> dict[tuple[str, str], Twin]:
    """The electronic case of each document: id, reference, tax code. One question for each kind."""
    keys: dict[str, set[str]] = defaultdict(set)
    for paper in papers:
        keys[paper.kind].add(paper.compare_key)
    found: dict[tuple[str, str], Twin] = {}
    asked = {
        "declaration": (Declaration, "key", "tax_code", "case"),
        "inspection": (Inspection, "file_code", "tax_code", "case"),
        "certificate": (Certificate, "compare_key", "importer", "case"),
    }
    for kind, (model, name, firm, case) in asked.items():
        if not keys[kind]:
            continue
        rows = model._default_manager.filter(**{f"{name}__in": keys[kind]})
        for key, pk, reference, tax_code in rows.values_list(name, f"{case}__pk", f"{case}__reference", firm):
            found.setdefault((kind, key), (pk, reference, tax_code or ""))
    return found | _bills(keys["bill"])


def _bills(keys: set[str]) -> dict[tuple[str, str], Twin]:
    """
    The movement of each bill, its number written with the carrier's code or without. A number that bills of several ships
    or carriers bear is left to wait: a guess would tie the wrong one.
    """
    written = {key: coded(key) for key in keys}
    rows = Bill.objects.filter(live=True, key__in=keys | {number for _, number in written.values()})
    by_key: dict[str, list[tuple[str, Twin]]] = defaultdict(list)
    for key, carrier, pk, reference, tax_code in rows.values_list(
        "key", "carrier", "movement__case__pk", "movement__case__reference", "consignee_code"
    ):
        by_key[key].append((carrier, (pk, reference, tax_code)))
    found: dict[tuple[str, str], Twin] = {}
    for key, (code, number) in written.items():
        twins = {twin for _, twin in by_key[key]}
        if code:
            twins |= {twin for carrier, twin in by_key[number] if carrier in {"", code}}
        if len(twins) == 1:
            found["bill", key] = twins.pop()
    return found


def conflicts(office: str = "") -> QuerySet[Paper]:
    """The papers a person must decide on, oldest first."""
    found = Paper.objects.filter(case__status="disputed").select_related("case")
    return (found.filter(case__office=office) if office else found).order_by("case__opened_at", "pk")


def reason_of(case: Case) -> str:
    """Why a paper is in conflict, by code."""
    last = case.events.filter(kind="disputed").order_by("-number").values_list("details", flat=True).first()
    return str(last["code"]) if last and last["code"] in CONFLICTS else ""


@transaction.atomic
def decide(paper: Paper, *, keep: bool, actor: Actor, at: datetime) -> None:
    """A person says of a paper in conflict: it is the right one and waits for its twin, or it is set aside."""
    record(
        paper.case, "kept" if keep else "set_aside", at=at, actor=actor, channel=Channel.DESK, recorded_at=at
    )
