"""The replay: the year is made up, then sent through the doors, in the order in which a department would meet it."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter as Counted
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

from django.db import connections, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from motcua.casework import clock
from motcua.casework.batch import Filing, record_many
from motcua.casework.clock import Effect, Tick
from motcua.casework.copying import copy_models
from motcua.casework.models import Case, Event
from motcua.casework.models import Counter as Series
from motcua.casework.registry import office_hours
from motcua.casework.seal import seal_events, signer
from motcua.demo import certificates, harbour, inspections, office, ships, trade
from motcua.demo.counter import Counter, Dossiers
from motcua.demo.firms import firms
from motcua.demo.sizes import DECEMBER_2019, NINE_MONTHS_2020, Sizes
from motcua.demo.trade import Declared
from motcua.dossiers.models import Dossier, Item, Letter, Version
from motcua.exchange.models import Partner
from motcua.lib import receipts
from motcua.lib.digest import canonical
from motcua.lib.errors import Refused
from motcua.lib.worktime import OfficeHours
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation, RoleGrant
from motcua.people.queries import receiving_offices
from motcua.people.roles import Role
from motcua.procedures.catalogue import catalogue
from motcua.reform.models import Act
from motcua.reporting.models import Coverage

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass
class Loaded:
    """What the replay wrote, by part."""

    parts: dict[str, int] = field(default_factory=dict)


def replay(sizes: Sizes, *, progress: Progress, jobs: int = 2) -> Loaded:
    """
    Fill an empty department with the demo year. Refused when there are cases already: two years would be one too many.

    `progress` is called with (part, done, of all).
    """
    if Case.objects.exists():
        raise Refused(
            "Cơ sở dữ liệu đã có hồ sơ; năm mẫu chỉ nạp vào cơ sở dữ liệu trống. Dùng MOTCUA_HOME khác, hoặc 'make clean'.",
            "There are cases already; the demo year goes into an empty database. Choose another MOTCUA_HOME, or 'make clean'.",
        )
    loaded = Loaded()
    ensure_cast()
    Partner.objects.get_or_create(code=trade.CORE, defaults={"name": "Hệ thống thông quan tự động"})
    known = firms(sizes.firms)
    hours = office_hours("customs-offices")
    progress("Making up the year", 0, 1)
    declared = trade.year(sizes, hours, [firm.tax_code or "" for firm in known])
    trade.carry_over(declared, min(2, sizes.carried_over))
    progress("Making up the year", 1, 1)
    # The objects made up so far live until the end: looking through them again and again for garbage is time lost.
    gc.collect()
    gc.freeze()
    inspected = inspections.year(declared)
    # The longest parts first, so that the processes end together; an office's nights must follow each other.
    largest, *others = sorted(trade.OFFICES, key=lambda office: -trade.OFFICES[office])
    tasks = [
        _feeds_of(largest, declared),
        _Task("Dossiers", partial(_dossiers, sizes)),
        *(_feeds_of(office, declared) for office in others),
        _Task("Inspections", partial(inspections.exchange, inspected)),
        _Task("Movements of ships", partial(_ships, sizes)),
        _Task("Certificates of origin", partial(certificates.replay, sizes, declared)),
    ]
    loaded.parts = _share_out(tasks, _totals(sizes, declared, inspected), progress, jobs)
    inspections.tie(inspected)
    certificates.link()
    office.tasks()
    office.steering()
    Act.objects.bulk_create(office.acts(list(receiving_offices(NINE_MONTHS_2020.last))))
    Coverage.objects.create(
        figures="dossiers.", complete_from=DECEMBER_2019.first,
        source="Năm mẫu: năm 2019 chỉ nạp phần làm gốc so sánh (tờ khai có kiểm tra chuyên ngành, tàu, C/O).",
    )  # fmt: skip
    loaded.parts["On the desks today"] = _today(known)
    loaded.parts["Calls of today"] = harbour.today(timezone.now())
    return loaded


def _today(known: list[Organisation]) -> int:
    """The desks as they lie this morning, so that whoever signs in finds work; nothing of it falls into the nine months."""
    now = timezone.now()
    cast = list(Organisation.objects.filter(users__username__in=("lan", "binh")).distinct().order_by("pk"))
    maker = Dossiers(Sizes(), counters(now.date()), [*cast * 30, *known[:120]], name="today", late=0.15)
    newest = Dossier.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    filings = list(maker.desk_of(now))
    record_many(filings)
    _count_codes(maker)
    _papers(Dossier.objects.filter(pk__gt=newest))
    return len(filings)


def finish(progress: Progress) -> None:
    """What follows a bulk load: the ledger is sealed."""
    total = Event.objects.count()
    done = 0

    def sealed(size: int) -> None:
        nonlocal done
        done += size
        progress("Sealing the ledger", done, total)

    seal_events(timezone.now(), progress=sealed)


@dataclass(frozen=True)
class _Task:
    """A part of the year that waits for no other: `run` is given a function to tell how far it is."""

    part: str
    run: Callable[[Callable[[int], None]], int]


def _feeds_of(office_code: str, declared: list[Declared]) -> _Task:
    return _Task("Customs core feeds", partial(_feed, office_code, declared))


def _totals(sizes: Sizes, declared: list[Declared], inspected: list[Any]) -> dict[str, int]:
    ships = sizes.movements_2019 + sizes.movements_last_quarter_2019 + sizes.movements_2020
    forms = sizes.certificates_2019 + sizes.certificates_last_quarter_2019 + sizes.certificates_2020
    counted = sizes.online_dossiers + sizes.desk_or_post + sizes.december_2019 + sizes.october_2020 // 2
    return {
        "Customs core feeds": len(declared), "Dossiers": counted, "Inspections": len(inspected),
        "Movements of ships": ships, "Certificates of origin": forms,
    }  # fmt: skip


def _share_out(tasks: list[_Task], totals: dict[str, int], progress: Progress, jobs: int) -> dict[str, int]:
    """Offices and kinds of cases do not wait for each other: `jobs` processes take one part after another."""
    done: Counted[str] = Counted()

    def advanced(part: str, count: int) -> None:
        done[part] += count
        progress(part, min(done[part], totals[part]), totals[part])

    written: Counted[str] = Counted()
    if jobs == 1:
        for task in tasks:
            written[task.part] += task.run(partial(advanced, task.part))
    else:
        connections.close_all()
        context = get_context("fork")
        queue = context.SimpleQueue()
        with ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_begin, initargs=(tasks, queue)
        ) as pool:
            futures = [pool.submit(_run, index) for index in range(len(tasks))]
            while not all(future.done() for future in futures) or not queue.empty():
                if queue.empty():
                    wait(futures, timeout=0.2, return_when=FIRST_COMPLETED)
                else:
                    advanced(*queue.get())
            for task, future in zip(tasks, futures, strict=True):
                written[task.part] += future.result()
    for part, total in totals.items():
        progress(part, total, total)
    return dict(written)


_tasks: list[_Task] = []
_tell: Callable[[tuple[str, int]], None] = print


def _begin(tasks: list[_Task], queue: Any) -> None:
    global _tasks, _tell
    _tasks, _tell = tasks, queue.put


def _run(index: int) -> int:
    connections.close_all()
    task = _tasks[index]
    waiting = 0

    def told(count: int) -> None:
        nonlocal waiting
        waiting += count
        if waiting >= 500:
            _tell((task.part, waiting))
            waiting = 0

    try:
        return task.run(told)
    finally:
        connections.close_all()


def _feed(office_code: str, declared: list[Declared], told: Callable[[int], None]) -> int:
    """One office's nights, in order."""
    return trade.feed([one for one in declared if one.office == office_code], told)


def _ships(sizes: Sizes, told: Callable[[int], None]) -> int:
    return ships.load(sizes, office_hours("clock-24x7"), told)


def counters(on: date = NINE_MONTHS_2020.first) -> list[Counter]:
    """The offices that take dossiers on a day, with the people of the cast who sit there."""
    found = []
    for place in receiving_offices(on):
        keys = {}
        for role in (Role.ONE_STOP, Role.HANDLER, Role.LEADER):
            grant = (
                RoleGrant.objects.filter(role=role, office=place.code)
                .select_related("user")
                .order_by("pk")
                .first()
            )
            keys[role] = grant.user.key if grant else "clock"
        hours: OfficeHours = office_hours(place.calendar)
        found.append(Counter(place, hours, keys[Role.ONE_STOP], keys[Role.HANDLER], keys[Role.LEADER]))
    return found


def _dossiers(sizes: Sizes, told: Callable[[int], None]) -> int:
    """Dossiers through the batch door, then the papers that a counter would have made with each."""
    maker = Dossiers(sizes, counters(), firms(sizes.firms))
    count = _in_batches(maker.filings(), told)
    _count_codes(maker)
    _papers(Dossier.objects.all())
    return count


def _papers(dossiers: QuerySet[Dossier]) -> None:
    """Versions, document lists and signed receipts of the replayed dossiers, as `dossiers.actions` would have kept them."""
    key = signer()
    rows = dossiers.select_related("case").order_by("pk")
    for chunk in _chunks(rows.iterator(chunk_size=2000), 2000):
        versions: list[Model] = []
        items: list[Model] = []
        letters: list[Model] = []
        events: dict[int, dict[int, Event]] = {}
        for event in Event.objects.filter(case__in=[d.pk for d in chunk], number__lte=2):
            events.setdefault(event.case_id, {})[event.number] = event
        for dossier in chunk:
            case = dossier.case
            assert case.sheet_since is not None
            sheet = catalogue().get(case.procedure, case.sheet_since)
            first, second = events[case.pk][1], events[case.pk].get(2)
            content = hashlib.sha256(canonical(dossier.answers)).hexdigest()
            versions.append(
                Version(
                    dossier=dossier, number=1, answers=dossier.answers, content_sha256=content,
                    filed_at=first.recorded_at, filed_by=dossier.typed_by,
                )
            )  # fmt: skip
            items += [
                Item(
                    dossier=dossier, document=document.id,
                    state=Item.State.NOT_NEEDED if document.is_conditional else Item.State.PROVIDED,
                )
                for document in sheet.documents
            ]  # fmt: skip
            if second is not None and second.kind == "accepted":
                body = receipts.receipt(
                    department=case.office, reference=case.reference, procedure=case.procedure, title=sheet.title.vi,
                    received_at=second.happened_at,
                    due_at=_due_at_acceptance(case, second), case=case.pk, content_sha256=content,
                    signer=key,
                    event={
                        "number": 2, "kind": "accepted", "happened_at": second.happened_at,
                        "recorded_at": second.recorded_at, "digest": bytes(second.digest), "previous": bytes(first.digest),
                    },
                )  # fmt: skip
                letters.append(
                    Letter(
                        case=case,
                        kind=Letter.Kind.RECEIPT,
                        body=body,
                        issued_at=second.recorded_at,
                        issued_by=second.actor,
                    )
                )
        with transaction.atomic():
            for rows_of in (versions, items, letters):
                copy_models(type(rows_of[0]), rows_of)


def _count_codes(maker: Dossiers) -> None:
    """So that a dossier filed later on such a day gets the next code and not one that is taken."""
    Series.objects.bulk_create(
        Series(series=f"dossier {unit} {day:%y%m%d}", last=last) for (unit, day), last in maker.codes.items()
    )


def _due_at_acceptance(case: Case, accepted: Event) -> datetime | None:
    """What the receipt said: later pauses move the deadline, not the paper in the applicant's hand."""
    ticks = [Tick(accepted.happened_at, Effect.START, "", accepted.number)]
    return clock.read(ticks, case.limit, office_hours(case.calendar)).due_at


def _in_batches(filings: Iterable[Filing], told: Callable[[int], None], size: int = 3000) -> int:
    done = 0
    for chunk in _chunks(iter(filings), size):
        record_many(chunk)
        done += len(chunk)
        told(len(chunk))
    return done


def _chunks(things: Iterator[T], size: int) -> Iterator[list[T]]:
    while chunk := list(islice(things, size)):
        yield chunk
