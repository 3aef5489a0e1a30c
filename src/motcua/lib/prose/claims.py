"""
What a text claims about its figures, so that it can be recomputed.

* Change      1.425 tờ khai, giảm 7,5% so với năm 2019 (1.540 tờ khai); up 22% from 3,001 to 3,661
* PointChange từ 82% lên 85%, tăng 3 điểm phần trăm
* Share       48/52 nhiệm vụ (92,3%); 48 of 52 tasks
* Breakdown   127.258 hồ sơ, trong đó 119.910 trực tuyến, 7.329 trực tiếp        (motcua.lib.prose.sums)
* Equation    119.910 + 7.329 = 127.258                                          (motcua.lib.prose.equations)
* Percents    73,6% xanh, 23,28% vàng và 3,12% đỏ
* Period      so với năm 2019: the base of a change is named by a year alone

Only what stands in the text is read; nothing here judges whether it is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.lib.bilingual import Language
from motcua.lib.prose.comparisons import (
    WAY_BEFORE,
    Change,
    Period,
    PointChange,
    changes,
    periods,
    point_changes,
    way_of,
)
from motcua.lib.prose.equations import Equation, equations
from motcua.lib.prose.figures import AMOUNTS, Kind, Number, Value
from motcua.lib.prose.sentences import Sentence, sentences
from motcua.lib.prose.sums import Breakdown, breakdowns
from motcua.lib.vietnamese import fold

__all__ = [
    "Breakdown", "Change", "Claims", "Equation", "Kind", "Number", "Percents", "Period", "PointChange", "Share",
    "Total", "claims",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """part / whole with the percentage given for it, if any; `sure` when the words leave no other reading."""

    number: Number
    part: Value
    whole: Value
    percent: Number | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Percents:
    """Three or more percentages listed side by side in one sentence."""

    numbers: tuple[Number, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Total:
    """A figure called a total, with what tells one total from another in the same text.

    thing  what is counted, folded: the words between 'tổng số' and the figure and those after it
    deed   the two words before 'tổng số', folded: tiếp nhận, giải quyết
    names  capitalised names in the sentence, dates its years and dates
    """

    number: Number
    value: Value
    thing: str
    deed: str
    names: frozenset[str]
    dates: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything one text says with figures."""

    numbers: list[Number]
    changes: list[Change]
    points: list[PointChange]
    shares: list[Share]
    breakdowns: list[Breakdown]
    equations: list[Equation]
    percents: list[Percents]
    periods: list[Period]
    totals: list[Total]

    @property
    def quantities(self) -> list[Number]:
        """The figures that are amounts; dates, codes and telephone numbers left out."""
        return [number for number in self.numbers if number.kind in AMOUNTS]


def claims(text: str, language: Language | None = None) -> Claims:
    """Read every figure and every claim of a text; never fails, whatever the text."""
    parts = sentences(text, language)
    return Claims(
        numbers=[number for sentence in parts for number in sentence.numbers],
        changes=[found for sentence in parts for found in changes(sentence)],
        points=[found for sentence in parts for found in point_changes(sentence)],
        shares=[found for sentence in parts for found in _shares(sentence)],
        breakdowns=list(breakdowns(parts)),
        equations=list(equations(parts)),
        percents=[found for sentence in parts for found in _percents(sentence)],
        periods=[found for sentence in parts for found in periods(sentence)],
        totals=[found for sentence in parts for found in _totals(sentence)],
    )


OUT_OF = re.compile(
    r"[^.,;:()\d]{0,40}?\b(?:trên tổng số|trong tổng số|out of(?: a total of)?|of a total of)\s*(?:là\s*)?"
    r"|\s*(?:trên|of|of the)\s*",
    re.I,
)
LINK = re.compile(
    r"(?:\(\s*|[,;–-]\s*)(?:đạt|chiếm|bằng|tương đương|tức|hay|or|i\.e\.|equal to|tỷ lệ|tỉ lệ|"
    r"đạt tỷ lệ|đạt tỉ lệ|khoảng|~|≈)?"
    r"(?:\s*(?:là|khoảng|gần|hơn|about|nearly|tỷ lệ|tỉ lệ))?\s*$"
    r"|(?:đạt|chiếm|bằng|tương đương|đạt tỷ lệ|đạt tỉ lệ|=|or|equals)\s*$",
    re.I,
)
SURE_LINK = re.compile(r"(?:\(|=|bằng|tương đương|tức|hay|or|i\.e\.|equal to|equals)\s*$", re.I)


def _shares(sentence: Sentence) -> Iterator[Share]:
    for number in sentence.numbers:
        if number.kind is Kind.SHARE and number.value is not None and number.of is not None:
            if _is_pair(sentence, number):
                continue
            percent, sure = _percent_beside(sentence, number, number)
            yield Share(number, number.value, number.of, percent, sure)
    for part, whole in zip(sentence.numbers, sentence.numbers[1:], strict=False):
        if part.kind is not Kind.QUANTITY or whole.kind is not Kind.QUANTITY or part.hedge:
            continue
        if OUT_OF.fullmatch(sentence.between(part, whole)) and part.value is not None and whole.value:
            percent, sure = _percent_beside(sentence, part, whole)
            yield Share(part, part.value, whole.value, percent, sure)


def _is_pair(sentence: Sentence, number: Number) -> bool:
    """'tăng 93 vụ (206/113 vụ)' sets two figures side by side; the lower one is no whole."""
    earlier = sentence.earlier(number)[:1]
    return bool(number.depth and earlier and WAY_BEFORE.search(sentence.before(earlier[0])))


def _percent_beside(sentence: Sentence, first: Number, last: Number) -> tuple[Number | None, bool]:
    """The percentage that says the same as a share: '48/52 (92,3%)' or '92,3% (48/52)'."""
    for percent in sentence.later(last)[:1]:
        gap = sentence.between(last, percent)
        plain = percent.kind is Kind.PERCENT and not way_of(sentence, percent) and len(gap) < 70
        if plain and LINK.search(gap) and not re.search(r"[.:]", gap):
            return percent, bool(SURE_LINK.search(gap))
    for percent in sentence.earlier(first)[:1]:
        gap = sentence.between(percent, first)
        plain = percent.kind is Kind.PERCENT and not way_of(sentence, percent)
        if plain and re.fullmatch(r"[^.,;:()]{0,50}\(\s*(?:tức|là|i\.e\.)?\s*", gap):
            return percent, True
    return None, False


def _percents(sentence: Sentence) -> Iterator[Percents]:
    """Percentages parted only by words, commas and parentheses; a change or a comparison ends the list."""
    row: list[Number] = []
    for number in sentence.numbers:
        if number.kind is Kind.QUANTITY and row:
            continue
        listed = number.kind is Kind.PERCENT and not way_of(sentence, number) and number.depth == 0
        if not listed or (row and (len(sentence.between(row[-1], number)) > 60)):
            if len(row) > 2:
                yield Percents(tuple(row), sentence.words)
            row = []
        if listed:
            row.append(number)
    if len(row) > 2:
        yield Percents(tuple(row), sentence.words)


CALLED_TOTAL = re.compile(
    r"(?P<deed>[^.,;:()]*)\b(?:tổng số|tổng cộng|tổng|a total of|total of|total|altogether)\b"
    r"(?P<thing>[^.,;()]{0,40}?):?\s*$",
    re.I,
)
# Capital letters that only begin a sentence are no names.
OPENERS = frozenset(
    re.findall(
        r"\w+",
        "trong đến tổng tính như vậy cả có đã năm tháng theo riêng hồ toàn kết tiếp "
        "the in total a an of by so as at to this these overall altogether our we it",
    )
)


def _totals(sentence: Sentence) -> Iterator[Total]:
    for number in sentence.numbers:
        called = CALLED_TOTAL.search(sentence.before(number, 60))
        if (
            number.kind is not Kind.QUANTITY
            or number.depth
            or number.hedge
            or number.value is None
            or not called
        ):
            continue
        thing = re.sub(r"^la | la$", "", fold(f"{called['thing']} {number.noun}".replace("*", " ")))
        deed = " ".join(fold(called["deed"]).split()[-2:])
        if thing:
            yield Total(number, number.value, thing, deed, _names(sentence), _dates(sentence))


def _names(sentence: Sentence) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]+", sentence.words)
    capital = (word for word in words if word[0].isupper() and not word.isupper())
    return frozenset(word for word in capital if word.lower() not in OPENERS)


def _dates(sentence: Sentence) -> frozenset[str]:
    kinds = (Kind.YEAR, Kind.DATE)
    return frozenset(fold(number.raw) for number in sentence.numbers if number.kind in kinds)
