"""
The list behind a figure, page by page: exactly as many rows as the figure says, in the order of code points.

Who may see a row sees its reference and how the report knew it. Everybody else sees that the row is there: a masked reference
and a mark that is the same wherever the row appears and tells nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac

from motcua.casework.figures import Count, Period, Rows, cut, root_of
from motcua.casework.models import Standing
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.permissions import Reach
from motcua.people.queries import office_names
from motcua.procedures.catalogue import catalogue
from motcua.procedures.queries import field_name
from motcua.reporting.apart import NAMES, apart
from motcua.reporting.form06a import TOTAL, Line
from motcua.reporting.identities import HEADINGS
from motcua.reporting.indicators import indicator
from motcua.reporting.lists import count_of
from motcua.reporting.mapping import state_mapping

# What the department itself does is no secret: tasks of its plan and acts of reform are shown to everybody.
OPEN_KINDS = {"task"}
KEPT_LETTERS = (3, 2)
MARK_LENGTH = 12
CHUNK = 2000

CHANNELS = {
    "online": Text("Trực tuyến", "Online"),
    "desk": Text("Trực tiếp", "At the desk"),
    "post": Text("Bưu chính", "By post"),
    "message": Text("Qua hệ thống", "By message"),
}
KINDS = {
    "dossier": Text("Hồ sơ", "Dossier"),
    "declaration": Text("Tờ khai", "Declaration"),
    "inspection": Text("Kiểm tra chuyên ngành", "Specialised inspection"),
    "movement": Text("Lượt phương tiện", "Ship's movement"),
    "certificate": Text("C/O mẫu D", "Certificate form D"),
    "task": Text("Nhiệm vụ", "Task"),
}
VERDICTS = {
    "early": Text("Trước hạn", "Early"),
    "on_time": Text("Đúng hạn", "On time"),
    "late": Text("Quá hạn", "Late"),
}
OUTCOMES = {
    "approved": Text("Đồng ý", "Approved"),
    "rejected": Text("Không đồng ý", "Rejected"),
    "refused": Text("Không tiếp nhận", "Not accepted"),
    "withdrawn": Text("Đã rút", "Withdrawn"),
    "cancelled": Text("Đã huỷ", "Cancelled"),
    "released": Text("Thông quan", "Released"),
    "cleared": Text("Hoàn thành thủ tục", "Cleared"),
    "passed": Text("Đạt", "Passed"),
    "failed": Text("Không đạt", "Failed"),
    "reduced": Text("Kiểm tra giảm", "Reduced inspection"),
    "exempt": Text("Miễn kiểm tra", "Exempt"),
    "given": Text("Cho hưởng ưu đãi", "Preference given"),
    "not_given": Text("Không cho hưởng ưu đãi", "Preference not given"),
    "done": Text("Hoàn thành", "Done"),
    "dropped": Text("Đưa ra khỏi kế hoạch", "Dropped"),
}


@dataclass(frozen=True)
class Row:
    """One row. Of a masked one only `number`, `reference` (masked) and `mark` are known; times are as the report knew them."""

    number: int
    reference: str
    mark: str
    masked: bool
    has_page: bool = False
    kind: str = ""
    procedure: str = ""
    office: str = ""
    channel: str = ""
    received_at: datetime | None = None
    finished_at: datetime | None = None
    due_at: datetime | None = None
    verdict: str = ""
    outcome: str = ""

    @property
    def url(self) -> str:
        """The page of the case, for those who may open it."""
        return case_url(self.reference) if self.has_page else ""

    @property
    def kind_text(self) -> Text | None:
        """What the row is of."""
        return KINDS.get(self.kind)

    @property
    def title(self) -> Text | None:
        """What the procedure is called."""
        if self.procedure not in catalogue():
            return None
        title = catalogue().versions(self.procedure)[-1].title
        return Text(title.vi, title.en)

    @property
    def channel_text(self) -> Text | None:
        """How it was filed."""
        return CHANNELS.get(self.channel)

    @property
    def verdict_text(self) -> Text | None:
        """Early, on time or late, as the form counts it; None while it is open."""
        return VERDICTS.get(self.verdict)

    @property
    def outcome_text(self) -> Text | None:
        """How it ended."""
        return OUTCOMES.get(self.outcome) or (Text(self.outcome, self.outcome) if self.outcome else None)


class Known(NamedTuple):
    """The columns of a standing that a list shows."""

    procedure: str
    office: str
    channel: str
    received_at: datetime
    finished_at: datetime | None
    due_at: datetime | None
    verdict: str
    outcome: str


class Listing:
    """The rows of one figure as one reader may see them."""

    def __init__(self, code: str, period: Period, as_of: datetime, reach: Reach, office: str = "") -> None:
        self.code, self.period, self.as_of, self.reach, self.office = code, period, as_of, reach, office
        self.counted = counted(code, period, as_of, office)
        self._until = cut(period, as_of)

    @property
    def rows(self) -> Rows:
        """The query itself."""
        return self.counted.rows

    @cached_property
    def value(self) -> int:
        """The figure, which is how many rows there are."""
        return self.counted.value

    @cached_property
    def digest(self) -> str:
        """The Merkle root of all references."""
        return root_of(self.rows.references())

    def page(self, first: int, size: int) -> list[Row]:
        """`size` rows from row `first`, counted from 0."""
        return list(self._shown(self._read(" limit %s offset %s", size, first), first))

    def everything(self) -> Iterator[Row]:
        """All rows in order."""
        return self._shown(self._read(""), 0)

    def _read(self, end: str, *params: int) -> list[tuple[Any, ...]]:
        if self.rows.of == "case":
            sql = (
                "select c.reference, c.id, c.kind, c.procedure, c.office, c.channel "
                f"from ({self.rows.sql}) as rows join casework_case c on c.id = rows.counted "
                f'order by c.reference collate "C"{end}'
            )
        else:
            sql = (
                "select listed.reference from (select counted::text as reference "
                f'from ({self.rows.sql}) as rows) as listed order by listed.reference collate "C"{end}'
            )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*self.rows.params, *params])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def _shown(self, found: list[tuple[Any, ...]], first: int) -> Iterator[Row]:
        for start in range(0, len(found), CHUNK):
            chunk = found[start : start + CHUNK]
            known = self._known(chunk)
            for number, row in enumerate(chunk, first + start + 1):
                yield self._row(number, row, known)

    def _known(self, chunk: Iterable[tuple[Any, ...]]) -> dict[int, Known]:
        """What the report knew of the cases that this reader may see; plain tuples, because lists are long."""
        if self.rows.of != "case":
            return {}
        ids = [row[1] for row in chunk if self._is_open(row[2], row[4])]
        then = Q(known_from__lte=self.as_of) & (Q(known_to=None) | Q(known_to__gt=self.as_of))
        found = Standing.objects.filter(then, case_id__in=ids)
        return {row[0]: Known(*row[1:]) for row in found.values_list("case_id", *Known._fields)}

    def _is_open(self, kind: str, office: str) -> bool:
        return kind in OPEN_KINDS or self.reach.covers(office=office)

    def _row(self, number: int, row: tuple[Any, ...], known: dict[int, Known]) -> Row:
        reference = str(row[0])
        if self.rows.of != "case":
            return Row(number, reference, mark(reference), masked=False, procedure=reference)
        _, case_id, kind, procedure, office, channel = row
        if not self._is_open(kind, office):
            return Row(number, mask(reference), mark(reference), masked=True)
        known_here = self.reach.covers(office=office)
        then = known.get(case_id)
        if then is None:
            return Row(
                number, reference, mark(reference), False, known_here, kind, procedure, office, channel
            )
        until = self._until
        finished = then.finished_at if then.finished_at and then.finished_at < until else None
        return Row(
            number, reference, mark(reference), False, known_here, kind, then.procedure, then.office, then.channel,
            then.received_at, finished, then.due_at, _verdict(then) if finished else "",
            then.outcome if finished else "",
        )  # fmt: skip


def _verdict(then: Known) -> str:
    """As the form counts it: giving a case up is never early."""
    given_up = then.verdict == "early" and then.outcome in state_mapping().never_early
    return "on_time" if given_up else then.verdict


def counted(code: str, period: Period, as_of: datetime, office: str = "") -> Count:
    """The figure of a code; `office` narrows what is told apart under the form of one office."""
    name = code.removeprefix("06a:")
    if office and code.startswith("06a:") and name in NAMES:
        return apart(name, period, as_of, ("office = %s", [office]))
    return count_of(code, period, as_of)


def title_of(code: str) -> Text:
    """What a figure is called, by its code: an indicator, a cell of form II.06a, or what is told under it."""
    if not code.startswith("06a:"):
        return indicator(code).title
    name = code.removeprefix("06a:")
    if name in NAMES:
        return NAMES[name]
    line, _, number = name.rpartition(":")
    heading, of = HEADINGS[int(number)], _line_title(line)
    return Text(
        f"Biểu II.06a, cột {number}: {heading.vi}{of and f' · {of.vi}'}",
        f"Form II.06a, column {number}: {heading.en}{of and f' · {of.en}'}",
    )


def _line_title(line: str) -> Text | Literal[""]:
    """What the line of a cell is called: its office, its field or procedure, or both; '' of the whole department."""
    offices = office_names(line.split("+"))
    found = []
    for key in line.split("+"):
        if key in offices:
            found.append(offices[key].name)
        elif key in catalogue():
            title = catalogue().versions(key)[-1].title
            found.append(Text(title.vi, title.en))
        elif key != TOTAL:
            found.append(field_name(key))
    return Text(", ".join(one.vi for one in found), ", ".join(one.en for one in found)) if found else ""


def line_title(by: str, line: Line) -> Text:
    """What a line of the form is called for people; fields of work by their names."""
    return field_name(line.key) if by == "field" and line.key != TOTAL else line.title


def office_of(code: str) -> str:
    """The office a cell of the form is of; '' where it is of the whole department."""
    parts = code.split(":")
    if len(parts) != 3 or parts[0] != "06a":
        return ""
    return next((key for key in parts[1].split("+") if key[:2].isdigit() and key != TOTAL), "")


def is_code(code: str, period: Period, as_of: datetime) -> bool:
    """Whether there is a figure of this code."""
    try:
        count_of(code, period, as_of)
    except Refused:
        return False
    return True


def mask(reference: str) -> str:
    """`G12.00.20.006-201009-0001` as `G12.••.••.•••-••••••-••01`: the shape stays, what tells one from another goes."""
    first, last = KEPT_LETTERS
    if len(reference) <= first + last:
        return "•" * len(reference)
    middle = "".join("•" if letter.isalnum() else letter for letter in reference[first:-last])
    return reference[:first] + middle + reference[-last:]


def mark(reference: str) -> str:
    """
    Twelve hexadecimal digits that stand for a row in every list.

    Keyed with the site's secret: references are numbers in a row, and anybody could go through the digests of all of them.
    """
    return salted_hmac("motcua.reporting.rows", reference, algorithm="sha256").hexdigest()[:MARK_LENGTH]


def case_url(reference: str) -> str:
    """The page of a case for officers; '' where this site has none."""
    try:
        return reverse("case", args=[reference])
    except NoReverseMatch:
        return ""
