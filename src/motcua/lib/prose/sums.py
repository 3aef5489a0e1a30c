"""
Totals and their parts in prose: 'X, trong đó Y ..., Z ...', 'X, of which Y and Z', 'X (Y, Z)'.

A sentence can often be read in more than one way. The reading whose parts add up wins; where none does, the
nearest figure before the opening word is the total, provided that no part is larger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from motcua.lib.prose.figures import Kind, Number, Value
from motcua.lib.prose.sentences import Sentence


class Strength(StrEnum):
    """What the opening word promises about the parts.

    whole   all of them: gồm, consisting of
    part    usually all of them: trong đó, of which, a colon, parentheses
    loose   some of them: trong đó có, including for example
    """

    WHOLE = "whole"
    PART = "part"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class Part:
    """One addend and, where the text gives it, its percentage of the total."""

    number: Number
    percent: Number | None = None
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A total and its parts as given; `rest` when the text names a remainder without a figure.

    `value` is the total read; it is not `total.value` where the total is the lower number of a share.
    """

    total: Number
    value: Value
    parts: tuple[Part, ...]
    strength: Strength
    opening: str
    rest: bool = False
    words: str = field(default="", repr=False)

    @property
    def sum(self) -> Value:
        """What the parts add up to."""
        return _sum(self.parts)

    @property
    def residual(self) -> Value:
        """Total minus parts: positive when something is missing."""
        return self.value - self.sum

    @property
    def tolerance(self) -> Decimal:
        """How far rounded figures may be apart: half a last digit each; 0 for whole counts."""
        return tolerance_of([self.total, *(part.number for part in self.parts)])

    @property
    def agrees(self) -> bool:
        """True when the parts add up to the total."""
        return abs(Decimal(self.residual)) <= self.tolerance


OPENINGS = (
    (
        Strength.LOOSE,
        r"trong đó có|trong đó chủ yếu|gồm cả|bao gồm cả|among them|among which|such as",
    ),
    (
        Strength.WHOLE,
        r"bao gồm|gồm có|gồm|chia ra|chia thành|cụ thể(?: là)?|comprising|comprises",
    ),
    (Strength.WHOLE, r"consisting of|consists of|made up of|broken down into|split into|divided into|namely"),
    (
        Strength.PART,
        r"trong số đó|trong số này|trong đó|of which|of these|of them|in which|in that|including",
    ),
    (Strength.PART, r"of (?:the|this) (?:figure|sum|total|number|amount)"),
)
OPENING = re.compile(
    "|".join(
        rf"(?P<{strength.value}{place}>\b(?:{words})\b)" for place, (strength, words) in enumerate(OPENINGS)
    )
    + r"|(?P<part9>[:(])|(?P<whole9>=)",
    re.IGNORECASE,
)
LONGEST_GAP = 400
LONGEST_LIST = 4000
SEPARATOR = re.compile(r"[,;+&:]|\bvà\b|\band\b|\bcòn lại\b|\bthe rest\b|\n\s*[-*+•|]", re.I)
REST = re.compile(r"\bcòn lại\b|\bthe (?:rest|remainder|others)\b|\bremaining\b|\bkhác\b|\bother\b", re.I)
ASIDE = re.compile(
    r"\b(?:tại|của|ở|thuộc|trên|mỗi|sau|trước|trong|at|of|from|in|across|within|every|per|than|against|với|"
    r"tăng|giảm|lên|xuống|up|down|by|to)\s*$",
    re.I,
)
NEXT_MATTER = re.compile(
    r"\b(?:ngoài ra|đồng thời|bên cạnh đó|trong khi|như vậy|đến nay|cùng với đó|qua đó|while|whereas|"
    r"meanwhile|moreover)\b",
    re.I,
)
CHANGED = re.compile(
    r"\b(?:tăng|giảm|so với|cao hơn|thấp hơn|up|down|increase\w*|decrease\w*|rose|fell|compared|than|"
    r"hạn|on time)\b",
    re.I,
)
SHARE_WORD = re.compile(
    r"(?:chiếm|tỷ lệ|tỉ lệ|tương đương|bằng|hay|or|i\.e\.|accounting for|making up|representing|equal to|"
    r"equivalent to)"
    r"\s*(?:tỷ lệ|tỉ lệ|là|khoảng|gần|hơn|about|nearly)?\s*$",
    re.I,
)
OF_TOTAL = re.compile(r"(?:tổng|of (?:the |all |them)?(?:total)?|trong tổng|số\b)", re.I)
OTHER_BASE = re.compile(
    r"(?:kế hoạch|chỉ tiêu|dự toán|đúng hạn|so với|cùng kỳ|of (?:the )?(?:plan|target)|on time)", re.I
)
AFTERWARDS = re.compile(
    r"(?:tổng cộng|tổng số|cộng|in total|a total of|altogether)\s*(?:là|có|đạt|:|of)?\s*$", re.I
)


def breakdowns(text: Sequence[Sentence]) -> Iterator[Breakdown]:
    """Every total with parts, in order; nested ones as their own."""
    for place, sentence in enumerate(text):
        taken: set[int] = set()
        for match in OPENING.finditer(sentence.text, sentence.start, sentence.end):
            if (
                any(number.start <= match.start() < number.end for number in sentence.numbers)
                or match.end() in taken
            ):
                continue
            found = _opened(sentence, match, text[place - 1] if place else None, taken)
            if found:
                yield found
        last = _closed(sentence)
        if last:
            yield last


def _opened(
    sentence: Sentence, match: re.Match[str], previous: Sentence | None, taken: set[int]
) -> Breakdown | None:
    """The breakdown after an opening word, or None when what follows does not read as parts."""
    strength = Strength(str(match.lastgroup)[:-1])
    following = [number for number in sentence.numbers if number.start >= match.end()]
    if not following or following[0].start - match.end() > LONGEST_GAP:
        return None
    opening = match[0]
    if opening in ":(=":
        word = OPENING.match(sentence.text, match.end() + len(_blank(sentence.text, match.end())))
        if word and word[0] not in ":(=":
            return None
        candidates = _just_before(sentence, match)
    else:
        colon = re.match(r"\s*:", sentence.text[match.end() : match.end() + 5])
        if colon:
            taken.add(match.end() + colon.end())
        candidates = _before(sentence, match.start(), following[0].depth) or _told_before(
            sentence, match, previous
        )
    parts, semicolons = _parts(sentence, match)
    if opening in ":(=" and len(parts) < 2:
        return None
    listed = sentence.text[match.end() : match.end() + 2].strip().startswith(":") or opening == ":"
    prefixes = _prefixes(parts, semicolons, listed or strength is Strength.WHOLE)
    counted = any(REST.search(sentence.before(part.number, 60).rpartition(";")[2]) for part in parts)
    rest = not counted and bool(REST.search(_scope(sentence, match.end())))
    return _reading(candidates, prefixes, strength, opening, rest, sentence.words)


def _scope(sentence: Sentence, start: int) -> str:
    """The words at the level of the opening: up to its closing parenthesis, inner parentheses left out."""
    depth, kept = 0, []
    for char in sentence.text[start : min(sentence.end, start + LONGEST_LIST)]:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            break
        kept.append(char if depth == 0 else "")
    return "".join(kept)


def _blank(text: str, start: int) -> str:
    found = re.match(r"\s*", text[start : start + 5])
    return found[0] if found else ""


def _just_before(sentence: Sentence, match: re.Match[str]) -> list[Number]:
    """The figure a colon, parenthesis or equals sign hangs on: only its noun may stand between."""
    for number in reversed(sentence.numbers):
        if number.end <= match.start():
            near = re.fullmatch(r"[^.,;:()=+]{0,60}", sentence.text[number.end : match.start()])
            return [number] if near and number.kind in (Kind.QUANTITY, Kind.SHARE) else []
    return []


def _before(sentence: Sentence, place: int, depth: int) -> list[Number]:
    """Possible totals in front of the opening word: those called a total, then the nearest first."""
    numbers = [
        number
        for number in reversed(sentence.numbers)
        if number.end <= place and number.depth <= depth and number.kind in (Kind.QUANTITY, Kind.SHARE)
    ]
    return sorted(numbers, key=lambda number: not AFTERWARDS.search(sentence.before(number)))


def _told_before(sentence: Sentence, match: re.Match[str], previous: Sentence | None) -> list[Number]:
    """'... 1.269 tờ khai. Trong đó, ...': the total stands in the sentence before."""
    if previous is None or match.start() - sentence.start > LONGEST_GAP:
        return []
    if sentence.text[sentence.start : match.start()].strip(" *-+\n\t"):
        return []
    return _before(previous, previous.end, 0)


def _parts(sentence: Sentence, match: re.Match[str]) -> tuple[list[Part], list[int]]:
    """The addends after the opening word and where semicolons part them."""
    parts: list[Part] = []
    semicolons: list[int] = []
    depth = -1
    position, nested = match.end(), False
    for number in sentence.numbers:
        if number.start < match.end():
            continue
        depth = number.depth if depth < 0 else depth
        if number.depth < depth or number.start - position > LONGEST_GAP:
            break
        gap = sentence.text[position : number.start]
        if NEXT_MATTER.search(gap) or (not parts and _too_far(gap)):
            break
        inner = OPENING.search(gap)
        if nested or (parts and inner and inner[0] not in "(:" and number.depth == depth):
            nested = ";" not in gap
            if nested:
                position = number.end
                continue
        if parts and number.kind is Kind.PERCENT:
            parts[-1] = _with_percent(sentence, parts[-1], number)
        if number.depth == depth and number.kind is Kind.QUANTITY and _is_part(gap, number, first=not parts):
            if ";" in gap and parts:
                semicolons.append(len(parts))
            parts.append(Part(number))
        # Words in deeper parentheses do not part the addends: the gap goes on from the figure at this depth.
        position = number.end if number.depth == depth else position
    return parts, semicolons


def _too_far(gap: str) -> bool:
    return len(gap) > 90 or "." in gap.strip() or ";" in gap


def _is_part(gap: str, number: Number, *, first: bool) -> bool:
    gap = re.sub(r"\([^()]*\)?", " ", gap)
    if ASIDE.search(gap) or number.value is None or number.value < 0:
        return False
    return first or bool(SEPARATOR.search(gap)) or number.raw.startswith("+")


def _with_percent(sentence: Sentence, part: Part, percent: Number) -> Part:
    """The part with its percentage, when the words between make it a share of the total and not a change."""
    gap = sentence.text[part.number.end : percent.start]
    if (
        part.percent
        or CHANGED.search(gap)
        or OTHER_BASE.match(percent.noun)
        or any(char.isdigit() for char in gap)
    ):
        return part
    aside = re.search(r"\(\s*(?:chiếm|tỷ lệ|tỉ lệ|≈|=|or|hay)?\s*$", gap)
    named = SHARE_WORD.search(gap)
    bare = re.fullmatch(r"[^.,;()]*,?\s*", gap) and (not percent.noun or OF_TOTAL.match(percent.noun))
    return Part(part.number, percent, bool(named)) if named or aside or bare else part


def _prefixes(parts: list[Part], semicolons: list[int], listed: bool) -> list[list[Part]]:
    """Readings of how far the parts go; the one a person would take first comes first."""
    cuts = [*semicolons, len(parts)]
    if semicolons and not (listed and semicolons[0] == 1):
        return [parts[:cut] for cut in cuts]
    return [parts[:cut] for cut in reversed(cuts)]


def _reading(
    candidates: list[Number],
    prefixes: list[list[Part]],
    strength: Strength,
    opening: str,
    rest: bool,
    words: str,
) -> Breakdown | None:
    possible: list[Breakdown] = []
    for number in candidates:
        if number.hedge:
            continue
        for value in (number.value, number.of):
            for prefix in prefixes:
                parts = tuple(part for part in prefix if part.number.measure == number.measure)
                if value is not None and parts:
                    possible.append(Breakdown(number, value, parts, strength, opening, rest, words))
    whole = [found for found in possible if found.agrees and len(found.parts) > 1]
    if whole:
        return whole[0]
    return next((found for found in possible if _holds(found)), None)


def _holds(found: Breakdown) -> bool:
    return all(value_of(part.number) <= found.value for part in found.parts)


def _closed(sentence: Sentence) -> Breakdown | None:
    """'481 tờ khai xuất khẩu và 778 tờ khai nhập khẩu, tổng cộng 1.269': the parts stand first."""
    for number in sentence.numbers:
        before = sentence.before(number)
        if number.kind is not Kind.QUANTITY or number.depth or number.hedge or not AFTERWARDS.search(before):
            continue
        parts: list[Part] = []
        position = sentence.start
        for other in sentence.numbers:
            if other.start >= number.start:
                break
            gap = sentence.text[position : other.start]
            if other.kind is Kind.QUANTITY and not other.depth and _is_part(gap, other, first=not parts):
                parts.append(Part(other))
            position = other.end
        if len(parts) > 1 and not OPENING.search(sentence.text, sentence.start, number.start):
            return _reading([number], [parts], Strength.PART, "tổng", False, sentence.words)
    return None


def value_of(number: Number) -> Value:
    """The value of an amount."""
    assert number.value is not None
    return number.value


def total_of(values: Iterator[Value]) -> Value:
    """The sum of values, exact."""
    total: Value = 0
    for value in values:
        total = total + value
    return total


def _sum(parts: tuple[Part, ...]) -> Value:
    return total_of(value_of(part.number) for part in parts)


def tolerance_of(numbers: Sequence[Number]) -> Decimal:
    """How far rounded figures may be apart: half a last digit each; 0 for whole counts."""
    units = [number.unit for number in numbers if number.unit != 1]
    return Decimal(0) if not units else sum(units, Decimal(0)) / 2


def percent_of(part: Value, whole: Value) -> Fraction | None:
    """part / whole x 100, exact; None when the whole is 0."""
    return Fraction(part) * 100 / Fraction(whole) if whole else None
