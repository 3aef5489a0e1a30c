"""
What a page of figures is asked for: a period, the moment whose knowledge counts, the base compared with.

    ?period=nine-months-2020   or   ?from=2020-01-01&to=2020-09-30
    &as_of=2020-10-05T17:00    a day means its end; left out, the last whole ten minutes that can no longer change
    &base=previous             same-period (left out), previous, full-last-year, none

The same question always has the same answer, so answers are kept; one whose moment may still change is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db.models import Max, Min
from django.http import QueryDict
from django.utils import timezone

from motcua.casework.figures import Figure, Period, cut
from motcua.casework.models import Standing
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.reporting import periods
from motcua.reporting.asof import parse_as_of, safe_as_of, snapshot
from motcua.reporting.measure import BULLETIN, Base, figures, moment_text

BASES: dict[str, Text] = {
    "same-period": Text("cùng kỳ năm trước", "the same period last year"),
    "previous": Text("kỳ liền trước", "the period before"),
    "full-last-year": Text("cả năm trước", "the whole of last year"),
    "none": Text("không so sánh", "nothing"),
}

# Pages of one and the same moment can be kept; ten minutes is how far a page opened without a moment may lag behind.
STEP = timedelta(minutes=10)
KEEP = 3600

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """One question. `name` is the period's name where it was asked by name, `chosen` says whether a moment was asked for."""

    period: Period
    as_of: datetime
    base: Base
    name: str = ""
    chosen: bool = False

    def query(self, **more: str) -> str:
        """The same question for another page, `?period=…`; more keys are added, empty ones left out."""
        asked = self._days | ({"as_of": moment_text(self.as_of)} if self.chosen else {})
        asked |= {"base": self.base} if self.base != "same-period" else {}
        asked |= {key: value for key, value in more.items() if value}
        return "?" + urlencode(asked)

    @property
    def fixed(self) -> Asked:
        """The question with its moment named: whoever opens it later gets the same answer."""
        return replace(self, chosen=True)

    @property
    def moment(self) -> str:
        """The moment as ISO text in Vietnam time."""
        return moment_text(self.as_of)

    @property
    def command(self) -> str:
        """How the same period and moment are asked for on the command line."""
        days = f"--period {self.name}" if self.name else f"--from {self.period.start} --to {self.period.end}"
        return f"{days} --as-of {self.moment}"

    @property
    def is_over(self) -> bool:
        """Whether the period had ended at the moment asked for."""
        return self.as_of >= self.period.ends

    @property
    def _days(self) -> dict[str, str]:
        if self.name:
            return {"period": self.name}
        return {"from": self.period.start.isoformat(), "to": self.period.end.isoformat()}


def asked(query: QueryDict) -> Asked:
    """The question in an address. Raises Refused for an unknown period or day, a moment to come, a period not yet begun."""
    name = query.get("period", "").strip()[:60]
    start, end = query.get("from", "").strip(), query.get("to", "").strip()
    if name:
        period = periods.period(name)
    elif start or end:
        period = periods.between(_day(start, "from"), _day(end, "to"))
    else:
        name = usual_period()
        period = periods.period(name)
    base = query.get("base", "same-period")
    text = query.get("as_of", "").strip()[:40]
    # An address bar turns the + of a time zone into a space.
    moment = parse_as_of(text.replace(" ", "+") if "T" in text else text) if text else _usual_moment()
    cut(period, moment)
    return Asked(period, moment, cast(Base, base if base in BASES else "same-period"), name, bool(text))


def _day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        shown = text[:20]
        raise Refused(
            f"«{shown}» không phải một ngày có thật; hãy nêu cả hai ngày như 2020-01-01.",
            f"“{shown}” is no day that exists; give both days, like 2020-01-01.",
            place=place,
        ) from None


def _usual_moment() -> datetime:
    """The last whole ten minutes whose reports can no longer change, so that all who open a page then see the same one."""
    since = safe_as_of() - datetime(2000, 1, 1, tzinfo=VIETNAM)
    return datetime(2000, 1, 1, tzinfo=VIETNAM) + since // STEP * STEP


def usual_period() -> str:
    """The period a page shows when none is asked for: the last one with days of its own that has dossiers, else this year."""
    for row in sorted(periods.declared().named, key=lambda row: row.end, reverse=True):
        if Standing.objects.filter(
            received_at__gte=row.period.begins, received_at__lt=row.period.ends
        ).exists():
            return row.name
    return f"calendar-year-{timezone.localdate().year}"


def period_choices(now: Asked) -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Periods by group for a drop-down list: those with days of their own, then for each year calendar and reporting periods."""
    named = [(row.name, row.label.text) for row in periods.declared().named]
    groups = [(Text("Kỳ có tên", "Named periods"), named)]
    for year in _years(now):
        for first_day, title in (
            (1, Text(f"Năm {year}", f"{year}")),
            (15, Text(f"Kỳ báo cáo năm {year} (từ ngày 15)", f"Reporting periods of {year} (from the 15th)")),
        ):
            kinds = [kind for kind in reversed(periods.declared().kinds) if kind.first_day == first_day]
            names = [name for kind in kinds for name in kind.names(year) if name not in dict(named)]
            begun = [(name, periods.period(name)) for name in names]
            groups.append((title, [(name, one.title) for name, one in begun if one.begins < now.as_of]))
    return [(title, rows) for title, rows in groups if rows]


def _years(now: Asked) -> list[int]:
    """The years the register tells of, newest first; at most three, and always the one asked for."""
    ends = Standing.objects.aggregate(first=Min("received_at"), last=Max("received_at"))
    years = {now.period.end.year}
    if ends["first"] and ends["last"]:
        years |= set(range(ends["first"].astimezone(VIETNAM).year, ends["last"].astimezone(VIETNAM).year + 1))
    return sorted(years, reverse=True)[:3]


def kept(name: str, question: Asked, find: Callable[[], T], *more: object) -> T:
    """An answer found once: the same question of the same code has the same answer, as long as its moment is past changing."""
    if question.as_of > safe_as_of():
        return find()
    parts = (question.period.start, question.period.end, question.moment, question.base)
    return once((name, *parts, *more), find)


def once(parts: tuple[object, ...], find: Callable[[], T]) -> T:
    """Something that cannot change, found once an hour in a process."""
    key = "figures-" + sha256("\n".join(map(str, (settings.VERSION, *parts))).encode()).hexdigest()
    return cast(T, cache.get_or_set(key, find, KEEP))


def figures_of(question: Asked, codes: Iterable[str] = BULLETIN) -> list[Figure]:
    """The figures of a question, in the order of `codes`."""
    wanted = tuple(codes)

    def find() -> list[Figure]:
        with snapshot():
            return figures(question.period, question.as_of, question.base, wanted)

    return kept("figures", question, find, *wanted)
