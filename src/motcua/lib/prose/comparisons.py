"""
Changes in prose: a percentage, the two figures it is taken from and the period it is measured against.

Only what stands in the text is read; nothing here judges whether it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Literal

from motcua.lib.prose.figures import AMOUNTS, Kind, Number
from motcua.lib.prose.sentences import Sentence
from motcua.lib.vietnamese import fold

Way = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Change:
    """A percentage of change and the two figures it comes from; `difference` when the text gives it too."""

    now: Number
    base: Number
    percent: Number
    way: Way
    difference: Number | None = None


@dataclass(frozen=True, slots=True)
class PointChange:
    """Two percentages and the change the text gives between them, in points or in per cent."""

    base: Number
    now: Number
    stated: Number


@dataclass(frozen=True, slots=True)
class Period:
    """A change whose base is a bare year; `percent` is the change, `words` the phrase."""

    percent: Number
    words: str
    year: int


UP = r"tăng|cao hơn|nhiều hơn|up|rise|rose|risen|rising|increas\w+|grew|grown|growth|gain\w*|higher|more"
DOWN = (
    r"giảm|thấp hơn|ít hơn|down|decreas\w+|fell|fall(?:en|ing)?|drop\w*|declin\w+|reduc\w+|"
    r"lower|less|fewer|cut"
)
# 'tăng lên 22%' and 'fell to 16%' give a level, not a change, so lên, còn and to are not among the fillers.
FILLER = (
    r"(?:\s*(?:thêm|trưởng|nhẹ|mạnh|được|bình quân|tương ứng|là|bằng|tương đương|khoảng|gần|hơn|trên|dưới|"
    r"tới|đến|ước|chừng|by|of|a|about|around|nearly|almost|over|some|more than|less than|approximately|"
    r"roughly)\b)*\s*\(?\s*"
)
WAY_BEFORE = re.compile(rf"(?<![\w])(?:(?P<up>{UP})|(?P<down>{DOWN})){FILLER}$", re.I)
WAY_AFTER = re.compile(
    r"\s*(?:(?P<up>higher|more|increase|rise|growth|gain|up)|"
    r"(?P<down>lower|fewer|less|decrease|drop|reduction|decline|fall|down))\b",
    re.I,
)
AGAINST = re.compile(
    r"\b(?:so với|so sánh với|so cùng kỳ|cùng kỳ|năm trước|compared (?:with|to)|against|from|over|than|"
    r"versus|vs|relative to|same period|last year|year earlier)\b",
    re.I,
)
FROM = re.compile(r"\b(?:từ|from)(?:\s+(?:mức|a level of))?\s*$", re.I)
RIGHT_AFTER = re.compile(r"\s*(?:từ|from|to|lên|xuống)\b", re.I)
TO = re.compile(r"\b(?:lên|xuống|lên đến|lên tới|xuống còn|còn|to|đến)(?:\s+(?:mức|còn))?\s*$", re.I)


def way_of(sentence: Sentence, percent: Number) -> Way | None:
    """Whether a percentage is said to be a rise or a fall; None when it is no change at all."""
    before = WAY_BEFORE.search(sentence.before(percent, 45))
    after = None if before else WAY_AFTER.match(sentence.after(percent, 25))
    match = before or after
    return None if match is None else ("up" if match["up"] else "down")


def changes(sentence: Sentence) -> Iterator[Change]:
    used: set[int] = set()
    for percent in sentence.numbers:
        if percent.kind is not Kind.PERCENT:
            continue
        difference = _difference(sentence, percent)
        way = way_of(sentence, difference or percent)
        pair = _from_to(sentence, percent, Kind.QUANTITY, used)
        if pair and pair[0].measure == pair[1].measure:
            base, now = pair
            way = way or _way_between(sentence, base, now)
        elif way:
            base_found = _base(sentence, percent)
            now_found = base_found and _now(sentence, difference or percent, base_found, used)
            if not base_found or not now_found:
                continue
            base, now = base_found, now_found
        else:
            continue
        if way and not (now.hedge or base.hedge):
            used |= {base.start, now.start}
            yield Change(now, base, percent, way, difference)


def _way_between(sentence: Sentence, base: Number, now: Number) -> Way | None:
    """'tăng từ 3.001 lên 3.661 lượt (22%)' says the way before the two figures, 'xuống' between them."""
    word = WAY_BEFORE.search(re.sub(r"(?:từ|from)\s*(?:mức\s*)?$", "", sentence.before(base, 45)))
    if word:
        return "up" if word["up"] else "down"
    gap = sentence.between(base, now)
    return "up" if re.search(r"\blên\b", gap) else "down" if re.search(r"\b(?:xuống|còn)\b", gap) else None


def _difference(sentence: Sentence, percent: Number) -> Number | None:
    """'tăng 660 lượt (22%)': the figure between the word and the percentage."""
    earlier = sentence.earlier(percent)
    if (
        not earlier
        or earlier[0].kind is not Kind.QUANTITY
        or not re.search(r"\(\s*$", sentence.before(percent, 10))
    ):
        return None
    gap = sentence.between(earlier[0], percent)
    close = len(gap) < 40 and not re.search(r"[,;.:]", gap)
    return earlier[0] if close and WAY_BEFORE.search(sentence.before(earlier[0], 45)) else None


def _from_to(
    sentence: Sentence, near: Number, kind: Kind, used: Set[int] = frozenset()
) -> tuple[Number, Number] | None:
    """Base and value of 'từ B lên A' or 'to A from B' right beside a percentage, in whichever order."""
    numbers = [number for number in sentence.numbers if number.kind in AMOUNTS]
    place = numbers.index(near)
    sides = [(place - 2, place - 1), (place + 1, place + 2)]
    if RIGHT_AFTER.match(sentence.after(near)):
        sides.reverse()
    for left, right in sides:
        if left < 0 or right >= len(numbers) or {numbers[left].kind, numbers[right].kind} != {kind}:
            continue
        first, second = numbers[left], numbers[right]
        if first.start in used:
            continue
        edge = (near.end, first.start) if left > place else (second.end, near.start)
        if any(
            re.search(r"[;.]", sentence.text[a:b]) or b - a > 60 for a, b in (edge, (first.end, second.start))
        ):
            continue
        words = sentence.before(first), sentence.before(second, 60)
        if FROM.search(words[0]) and TO.search(words[1]):
            return first, second
        if TO.search(words[0]) and FROM.search(words[1]):
            return second, first
    return None


def _base(sentence: Sentence, percent: Number) -> Number | None:
    """The figure compared with: behind the percentage and a word of comparison or a year."""
    for number in sentence.later(percent):
        between = re.sub(r"^\s*\)", "", sentence.between(percent, number))
        if (
            re.search(r"[,;.]|\)\s*[^\s(]", between)
            or len(between) > 110
            or number.kind in (Kind.PERCENT, Kind.POINTS)
        ):
            return None
        told = AGAINST.search(between) or re.search(r"\b(?:19|20)\d{2}\b", between)
        if (
            number.kind is Kind.QUANTITY
            and told
            and not TO.search(between)
            and not WAY_BEFORE.search(between)
        ):
            return number
    return None


def _now(sentence: Sentence, percent: Number, base: Number, used: set[int]) -> Number | None:
    """The nearest figure before the change that counts the same thing as the base."""
    for number in sentence.earlier(percent):
        plain = number.kind is Kind.QUANTITY and number.depth <= percent.depth and number.start not in used
        if not plain or number.measure != base.measure or WAY_BEFORE.search(sentence.before(number)):
            continue
        if same_thing(number.noun, base.noun):
            return number
    return None


def same_thing(noun: str, other: str) -> bool:
    """True when two nouns begin alike or one is not given: 'lượt phương tiện' and 'lượt'."""
    mine, theirs = fold(noun).split(), fold(other).split()
    stop = {"nam", "in", "cung", "of", "the", "for", "thang", "last", "a", "year", "so", "trong"}
    if not mine or not theirs or mine[0] in stop or theirs[0] in stop:
        return True
    return theirs[0] in mine or mine[0] in theirs or theirs[0].rstrip("s") == mine[0].rstrip("s")


def point_changes(sentence: Sentence) -> Iterator[PointChange]:
    for stated in sentence.numbers:
        if stated.kind not in (Kind.PERCENT, Kind.POINTS):
            continue
        pair = _from_to(sentence, stated, Kind.PERCENT)
        told = (
            stated.kind is Kind.POINTS or way_of(sentence, stated) or sentence.before(stated, 3).endswith("(")
        )
        if pair and told and stated not in pair:
            yield PointChange(pair[0], pair[1], stated)


YEAR_ALONE = re.compile(
    r"(?:so với|so sánh với|compared (?:with|to)|against|from|over|than|versus|vs\.?)\s+"
    r"(?:(?:cả )?năm|in|that of|the year|year)?\s*$",
    re.I,
)


def periods(sentence: Sentence) -> Iterator[Period]:
    for percent in sentence.numbers:
        if percent.kind is not Kind.PERCENT or not way_of(sentence, percent):
            continue
        following = sentence.later(percent)[:1]
        if (
            following
            and following[0].kind is Kind.YEAR
            and YEAR_ALONE.search(sentence.between(percent, following[0]))
        ):
            words = sentence.text[percent.end : following[0].end].strip()
            yield Period(percent, " ".join(words.split()), int(following[0].raw))
