"""
Search over a million cases with an exact count.

Every word must be found. A word of letters (and numbers of up to three digits) is the beginning of a word of the case,
whatever its accents; a word with a longer number may be any part, as nobody remembers how a code begins. Words of the
first sort are counted from `casework_searchtext`, the others from the trigram index (see migration 0003).

Numbers that identify are also read as such: a dossier code in either national order, a declaration number with its
twelfth digit, a certificate number whatever its spaces and hyphens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat

from motcua.casework.models import Case
from motcua.lib.vietnamese import fold
from motcua.people.permissions import Reach

PAGE = 30
WORDS = 8
LONGEST = 200
# A list of more hits than this is read from the newest case backwards: the next hit is never far.
COMMON = 2_000
# How many cases one reading backwards may pass before the index is asked after all.
WINDOW = 40_000

_LONG_NUMBER = re.compile("[0-9]{4}")
_CODE = re.compile(r"(?P<unit>[0-9a-z]{2,3}(?:\.[0-9a-z]{1,3}){0,3})-(?P<rest>[0-9]{6}-[0-9]{4,6})")


@dataclass(frozen=True)
class Wanted:
    """A question taken apart: `starts` begin words, `numbers` are whole short numbers, `insides` stand anywhere."""

    starts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    insides: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not (self.starts or self.numbers or self.insides)


@dataclass(frozen=True)
class Hits:
    """One page of hits, newest first; `counts` by kind are exact; `after` goes on with the next page."""

    rows: list[Case]
    counts: dict[str, int]
    before: int = 0
    after: str = ""

    @property
    def total(self) -> int:
        """All hits of all kinds within reach."""
        return sum(self.counts.values())


def read(text: str) -> Wanted:
    """Take a question apart; of a very long one the first eight words count."""
    starts, numbers, insides = [], [], []
    for word in fold(_clean(text)).split()[:WORDS]:
        # The count of words writes '#' for a long number, so a typed '#' must be looked up in the cases themselves.
        if _LONG_NUMBER.search(word) or "#" in word:
            insides.append(word)
        elif word[-1] in "0123456789":
            numbers.append(word)
        else:
            starts.append(word)
    return Wanted(tuple(starts), tuple(numbers), tuple(insides))


def _clean(text: str) -> str:
    """The question without what the database cannot hold."""
    return "".join(letter for letter in text[:LONGEST] if letter.isprintable() or letter.isspace())


def exact(text: str, reach: Reach) -> list[Case]:
    """The cases whose number this is, written in any of its ways."""
    ways = set(_references(_clean(text)))
    return list(Case.objects.filter(reach.q(organisation=""), reference__in=ways)[:5]) if ways else []


def _references(text: str) -> Iterator[str]:
    tidy = " ".join(text.split())
    if not tidy:
        return
    yield tidy
    yield tidy.upper()
    whole = tidy.replace(" ", "")
    if whole.isascii() and whole.isdigit() and len(whole) in {11, 12}:
        yield whole[:11]
    if match := _CODE.fullmatch(whole.lower()):
        turned = ".".join(reversed(match["unit"].split(".")))
        yield f"{match['unit']}-{match['rest']}".upper()
        yield f"{turned}-{match['rest']}".upper()


def search(text: str, reach: Reach, *, kind: str = "", after: str = "", size: int = PAGE) -> Hits:
    """All cases within reach in which every word is found; nothing for an empty question."""
    wanted = read(text)
    offices = None if reach.everything else sorted(reach.offices)
    if wanted.is_empty or offices == []:
        return Hits([], {})
    cases = _in(Case.objects.all(), offices)
    hashes: list[int] | None = None
    if wanted.insides:
        counts = _count_cases(_matching(cases, wanted))
    else:
        counts, hashes = _count_words(wanted, offices, kind)
    if kind:
        cases = cases.filter(kind=kind)
    last, before = _read_key(after)
    if last:
        cases = cases.filter(pk__lt=last)
    total = counts.get(kind, 0) if kind else sum(counts.values())
    rows = _newest(cases, wanted, total, size + 1, last, hashes)
    more, rows = len(rows) > size, rows[:size]
    return Hits(rows, counts, before, f"{rows[-1].pk}~{before + len(rows)}" if more else "")


def _in(cases: QuerySet[Case], offices: list[str] | None) -> QuerySet[Case]:
    return cases if offices is None else cases.filter(office__in=offices)


def of_firm(organisation: int, reach: Reach, *, kind: str = "", after: str = "", size: int = PAGE) -> Hits:
    """All cases of one firm within reach, newest first; declarations too, whose own text holds no name."""
    cases = Case.objects.filter(reach.q(organisation=""), organisation=organisation)
    counts = _count_cases(cases)
    if kind:
        cases = cases.filter(kind=kind)
    last, before = _read_key(after)
    if last:
        cases = cases.filter(pk__lt=last)
    rows = list(cases.order_by("-pk")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    return Hits(rows, counts, before, f"{rows[-1].pk}~{before + len(rows)}" if more else "")


def _matching(cases: QuerySet[Case], wanted: Wanted, column: str = "search") -> QuerySet[Case]:
    for word in wanted.insides:
        cases = cases.filter(**{f"{column}__contains": word})
    for word in wanted.starts:
        cases = cases.filter(Q(**{f"{column}__contains": f" {word}"}) | Q(**{f"{column}__startswith": word}))
    for word in wanted.numbers:
        cases = cases.filter(**{f"{column}__regex": _whole_number(word, "(^| )")})
    return cases


def _unindexed(cases: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """The same condition in a form that the trigram index cannot serve: for common words it costs more than it saves."""
    return _matching(cases.annotate(text=Concat("search", Value(""))), wanted, "text")


def _whole_number(word: str, before: str) -> str:
    return f"{before}{re.escape(word)}($|[^0-9])"


def _count_cases(cases: QuerySet[Case]) -> dict[str, int]:
    return dict(cases.order_by().values_list("kind").annotate(number=Count("pk")))


def _count_words(
    wanted: Wanted, offices: list[str] | None, kind: str
) -> tuple[dict[str, int], list[int] | None]:
    """The exact counts by kind, and where the hits of the kind asked for are to be found unless they are many."""
    # Long words are rare ones: a line that lacks the first is not looked at again.
    starts = [f" {word}" for word in sorted({*wanted.starts, *wanted.numbers}, key=len, reverse=True)]
    numbers = [_whole_number(word, " ") for word in wanted.numbers]
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, cases, hashes from motcua_search_counts(%s::text[], %s::text[], %s::text[])",
            [offices, starts, numbers],
        )
        rows = cursor.fetchall()
    found = [hashes for name, _, hashes in rows if not kind or name == kind]
    few = None if None in found else sorted({one for hashes in found for one in hashes})
    return {name: number for name, number, _ in rows}, few


def _newest(
    cases: QuerySet[Case], wanted: Wanted, total: int, size: int, last: int, hashes: list[int] | None
) -> list[Case]:
    """The newest hits. Common words are met soon on the way back from the newest case; rare ones are looked up."""
    if total > COMMON:
        top = last or (Case.objects.aggregate(top=Max("pk"))["top"] or 0) + 1
        near = _unindexed(cases.filter(pk__gte=top - WINDOW), wanted)
        rows = list(near.order_by("-pk")[:size])
        if len(rows) == size:
            return rows
    if hashes is not None:
        # Words are compared once more: two texts may share a hash.
        found = cases.filter(pk__in=RawSQL(_OF_LINES, [hashes, last or _NO_END, size]))
        return list(_unindexed(found, wanted).order_by("-pk")[:size])
    # An order no index has: else the planner may walk the whole table back for a handful of hits.
    return list(_matching(cases, wanted).order_by((F("pk") + 0).desc())[:size])


_NO_END = 2**62
_OF_LINES = """
select found.id from unnest(%s::bigint[]) as line (hash) cross join lateral (
  select c.id from casework_case c
  where hashtextextended(motcua_search_words(c.search), 0) = line.hash and c.id < %s order by c.id desc limit %s
) found
"""


def _read_key(text: str) -> tuple[int, int]:
    """The id below which to go on and how many rows stand before; (0, 0) for a key nobody gave out."""
    last, _, before = text.partition("~")
    if last.isascii() and last.isdigit() and before.isascii() and before.isdigit() and len(text) < 40:
        return int(last), int(before)
    return 0, 0


_tidied_at: datetime | None = None


def tidy(now: datetime) -> bool:
    """Add up the lines of the count of words, at most once an hour; a timed job. Never more to do at once."""
    global _tidied_at
    if _tidied_at is None or now - _tidied_at >= timedelta(hours=1):
        _tidied_at = now
        with connection.cursor() as cursor:
            cursor.execute("select motcua_tidy_search()")
    return False
