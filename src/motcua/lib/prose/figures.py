"""
Figures found in running prose, Vietnamese or English, each with its place.

An amount is a quantity (1.425 tờ khai), a percentage, points of percentage, or a share (48/52). Dates,
years, times of day, telephone numbers, numbers of documents and articles, codes and list markers also hold
digits: they are recognised so that nobody adds them up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from motcua.lib.bilingual import Language
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import fold, nfc, parse_number

Value = int | Decimal


class Kind(StrEnum):
    """What digits in a text stand for; only the first four are amounts of something."""

    QUANTITY = "quantity"
    PERCENT = "percent"
    POINTS = "points"
    SHARE = "share"
    YEAR = "year"
    DATE = "date"
    TIME = "time"
    CODE = "code"
    PHONE = "phone"
    MARKER = "marker"


AMOUNTS = (Kind.QUANTITY, Kind.PERCENT, Kind.POINTS, Kind.SHARE)


@dataclass(frozen=True, slots=True)
class Number:
    """One figure in a text.

    value    None for a date, a code and the like; for a share its upper number
    of       the lower number of a share
    unit     what one step of the last digit shown is worth: 1 for 1.425, 0.1 for 7,5, 100000 for 730,4 triệu
    noun     up to six words that follow, as written
    measure  'count', or 'money', 'time', 'mass', 'length', 'score', 'times': only like adds to like
    hedge    '', 'about', 'over' (hơn, trên) or 'under' (gần, dưới)
    style    the language whose grouping and decimal marks were read
    depth    how many parentheses stand open around it

    start and end are offsets into the NFC text; line and column count from 1.
    """

    kind: Kind
    raw: str
    start: int
    end: int
    line: int
    column: int
    language: Language
    style: Language
    depth: int = 0
    value: Value | None = None
    of: Value | None = None
    unit: Decimal = Decimal(1)
    noun: str = ""
    measure: str = "count"
    hedge: str = ""

    @property
    def place(self) -> str:
        """'line:column'."""
        return f"{self.line}:{self.column}"

    @property
    def is_percent(self) -> bool:
        """True for a percentage, not for points of percentage."""
        return self.kind is Kind.PERCENT


MONTH = (
    r"(?-i:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|"
    r"Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
YEAR = r"(?:19|20)\d{2}"
BEFORE = r"(?<![\w.,/])"
# Words after which a number names a thing instead of counting it: điều 27, Article 7, form 05, mức độ 4.
NAMING = (
    r"(?<!tổng )(?<!trong )(?<!một )(?<!các )(?<!con )số(?: hiệu)?|no\.|điều|khoản|mục|chương|bảng|hình|"
    r"phụ lục|mẫu(?: số)?|cột|nghị quyết(?: số)?|nghị định(?: số)?|thông tư(?: số)?|quyết định(?: số)?|"
    r"công văn(?: số)?|chỉ thị(?: số)?|luật(?: số)?|article|decree|circular|decision|resolution|directive|"
    r"law|form|annex|appendix|section|table|figure|chapter|column|page|trang|mức độ|level|phase|giai đoạn|lần|"
    r"lần thứ|đợt|round|version|"
    r"phiên bản|vòng|hạng|quốc lộ|thứ|rule|option"
)
SEVERAL = r"(?:mức độ|levels?|điều|khoản|articles?)\s+\d+(?:\s?(?:,|và|and|-|–)\s?\d)+(?![\w%]|[.,/]\d|\s?%)"
# 'giảm16%' is met in print: these words may stand without a space before a figure.
GLUED = r"giảm|tăng|đạt|gồm|còn"
RUN = rf"(?:{BEFORE}|" + "|".join(f"(?<={word})" for word in GLUED.split("|")) + ")"
DIGITS = r"[0-9]+(?:[.,'\u00a0\u2009\u202f][0-9]+)*"

# Tried in this order wherever a match may begin.
PATTERNS = {
    Kind.MARKER: r"^[ \t]*(?:\#+[ \t]*)?(?:\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?)[ \t]+(?=\*{0,2}[^\W\d])",
    Kind.PHONE: (
        r"(?:điện thoại|đt|tel|phone|hotline|đường dây nóng|tổng đài|fax)\.?[ :]+\(?\+?\d[\d .()-]{5,18}\d"
        r"|\(\+?0?\d{2,4}\)[ .-]?\d[\d .-]{5,12}\d|\+84[\d .-]{8,13}\d"
        rf"|{BEFORE}0\d{{1,3}}[ .-]?\d{{3,4}}[ .-]?\d{{3,4}}(?!\w)|{BEFORE}1[89]00[ .]?\d{{4}}(?!\w)"
    ),
    Kind.TIME: (
        r"(?<![\w.,:])\d{1,3}:\d{2}(?::\d{2})?(?![\w:])|(?<![\w.,])\d{1,2}h\d{2}(?!\w)"
        rf"|{BEFORE}\d+\s?(?:giờ|hours?|h)\s?\d{{1,2}}\s?(?:phút|minutes?|min|m)\b(?:\s?\d{{1,2}}\s?(?:giây|seconds?|s)\b)?"
        rf"|{BEFORE}\d+\s?(?:phút|minutes?)\s?\d{{1,2}}\s?(?:giây|seconds?)\b"
    ),
    Kind.CODE: (
        rf"{BEFORE}\d+[a-z]?/(?:\d{{4}}/)?(?-i:[A-ZĐ][A-ZĐƯ]+\w*|[A-ZĐ]+\d\w*)(?:-[A-ZĐ]\w*)*|\b{SEVERAL}"
        rf"|\b(?:{NAMING})\s+(?!\d{{1,3}}(?:[.,]\d{{3}})+(?!\d))\d+(?:[./-]\d+)*(?:/[A-ZĐ][\w-]*)?[a-z]?(?![\w%]|[.,]\d|\s?%)"
        rf"|(?<!\w)(?!(?:{GLUED})\d)[^\W\d_]\w*[-_.]?\d[\w.-]*(?<![.-])"
        rf"|{BEFORE}\d+[-_](?=[^\W\d_])[\w-]+|{BEFORE}24/(?:7|24)(?![\w/])"
    ),
    Kind.DATE: (
        rf"{BEFORE}(?:\d{{1,2}}(?:/\d{{1,2}})?\s?[-–]\s?)?\d{{1,2}}(?P<slash>[/.-])\d{{1,2}}(?P=slash){YEAR}(?!\w)"
        rf"|{BEFORE}{YEAR}-\d{{2}}-\d{{2}}(?!\d)|{BEFORE}{YEAR}\s?[-–]\s?{YEAR}(?!\w)"
        rf"|\b(?:tháng|quý)\s+(?:[IV]+\b|\d{{1,2}}(?!\d))(?:\s?[/-]\s?{YEAR})?(?:\s+năm\s+{YEAR})?"
        rf"|\b(?:ngày|hôm|sáng|chiều|tối)\s+\d{{1,2}}(?:[/.-]\d{{1,2}})?(?!\d)(?:\s+tháng\s+\d{{1,2}})?(?:\s+năm\s+{YEAR})?"
        rf"|{BEFORE}\d{{1,2}}(?:st|nd|rd|th)?(?:\s?[-–]\s?\d{{1,2}})?\s+{MONTH}\b(?:,?\s+{YEAR})?"
        rf"|\b{MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s?[-–]\s?\d{{1,2}})?(?!\d)(?:,?\s+{YEAR})?|\b{MONTH}\s+{YEAR}"
        rf"|{BEFORE}(?:0?[1-9]|1[0-2])/{YEAR}(?!\w)"
    ),
    Kind.SHARE: rf"{RUN}(?P<part>{DIGITS})\s?/\s?(?P<whole>{DIGITS})(?![\w/])",
    Kind.QUANTITY: rf"{RUN}(?P<figure>[+\-−]?{DIGITS})",
}
TOKEN = re.compile(
    "|".join(f"(?P<{kind.value}>{pattern})" for kind, pattern in PATTERNS.items()),
    re.IGNORECASE | re.MULTILINE,
)
# Addresses, file names and ruled lines say nothing; they are blanked so that places stay right.
ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s)\]]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.\w+)+|(?<![\w.-])[\w.-]{1,80}\.(?:jpe?g|png|gif|pdf|html?|xlsx?|docx?)\b[^\s)]*"
    r"|^[ \t]*[=\-*_~]{3,}[ \t]*$",
    re.MULTILINE,
)
SCALE = re.compile(
    r"\s?(nghìn tỷ|ngàn tỷ|tỷ(?! lệ)|tỉ(?! lệ)|triệu|nghìn|ngàn|trillion|billion|million|thousand)\b", re.I
)
SCALES = {"nghìn": 3, "ngàn": 3, "thousand": 3, "triệu": 6, "million": 6, "tỷ": 9, "tỉ": 9, "billion": 9}
SCALES |= {"nghìn tỷ": 12, "ngàn tỷ": 12, "trillion": 12}
POINTS = re.compile(r"\s?(?:điểm\s?(?:phần trăm|%)|percentage[ -]points?|pp\b|%\s?điểm)", re.I)
PERCENT = re.compile(r"\s?(?:%|phần trăm\b|per ?cent\b|pct\b)", re.I)
HEDGES = (
    ("over", re.compile(r"(?:hơn|trên|vượt|quá|tối thiểu|ít nhất|over|more than|above|at least)\s*$", re.I)),
    (
        "under",
        re.compile(
            r"(?:gần|dưới|tối đa|chưa đến|nearly|almost|under|less than|up to|below|close to)\s*$", re.I
        ),
    ),
    (
        "about",
        re.compile(
            r"(?:khoảng|chừng|ước|ước tính|ước đạt|about|around|approximately|roughly|circa|~|≈)\s*$", re.I
        ),
    ),
)
NOUN = re.compile(r"[^,;:.()\[\]|\"“”*=+0-9%]*")
MEASURES = {
    "money": "đồng vnd vnđ usd đô $ eur dollars euros",
    "time": "giờ phút giây ngày tháng năm tuần quý hour hours minute minutes second seconds day days week "
    "weeks month months year years h",
    "mass": "tấn kg ton tons tonne tonnes",
    "length": "km m m2 m3 ha mét teu",
    "score": "điểm point points",
    "times": "lần times",
}
MEASURE_OF = {word: measure for measure, words in MEASURES.items() for word in words.split()}
# Things that come in whole numbers: 127.258 dossiers cannot be 127 and a bit, whatever the language around.
COUNTED = re.compile(
    r"(?:to khai|ho so|luot|nhiem vu|thu tuc|c/o|don vi|doanh nghiep|phuong tien|lo hang|container|chi cuc|"
    r"can bo|nguoi|van ban|giao dich|giay phep|chung nhan|tthc|declarations?|dossiers?|tasks?|files?|"
    r"applications?|transits?|movements?|vehicles?|cases?|documents?|shipments?|certificates?|procedures?|units?|offices?|enterprises?|"
    r"compan(?:y|ies)|people|records?|permits?|consignments?|businesses)\b"
)
VIETNAMESE_LETTER = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I)


def language_of(text: str, otherwise: Language = "vi") -> Language:
    """`vi` when a quarter of the words carry Vietnamese letters; `otherwise` for fewer than three words."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) < 3:
        return otherwise
    marked = sum(1 for word in words if VIETNAMESE_LETTER.search(word))
    return "vi" if 4 * marked >= len(words) else "en"


def readable(text: str) -> str:
    """The NFC text with addresses and file names blanked out, every character at its old place."""
    return ADDRESS.sub(lambda match: " " * len(match[0]), nfc(text))


def figures(text: str, language: Language | None = None) -> list[Number]:
    """Every figure of a text in order, dates and codes included.

    Each paragraph is read in the language it looks like; `language` overrides that.
    """
    page = _Page(readable(text), language)
    found = [page.figure(match) for match in TOKEN.finditer(page.text)]
    return list(_ranges(page.text, found))


def _ranges(text: str, found: list[Number]) -> Iterator[Number]:
    """10-15 % and 'từ 5 đến 10' are spans, so both ends are only about right."""
    span = re.compile(r"\s?[-–]\s?|\s(?:đến|tới|to)\s")
    fuzzy: set[int] = set()
    for place, (left, right) in enumerate(pairwise(found)):
        gap = text[left.end : right.start]
        plain = left.kind is right.kind is Kind.PERCENT or (
            left.kind is Kind.QUANTITY and right.kind in (Kind.QUANTITY, Kind.PERCENT)
        )
        if plain and span.fullmatch(gap) and not text[: left.start].rstrip().endswith(("từ", "from")):
            fuzzy |= {place, place + 1}
    for place, number in enumerate(found):
        yield replace(number, hedge=number.hedge or "about") if place in fuzzy else number


class _Page:
    """A text with the tables that tell line, column, depth and language of an offset."""

    def __init__(self, text: str, language: Language | None) -> None:
        self.text = text
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.parens, self.depths = _parentheses(text)
        whole = language or language_of(text)
        self.paragraphs = [0, *(match.end() for match in re.finditer(r"\n\s*\n", text))]
        ends = [*self.paragraphs[1:], len(text)]
        pieces = [text[start:end] for start, end in zip(self.paragraphs, ends, strict=True)]
        self.languages = [language or language_of(piece, whole) for piece in pieces]

    def figure(self, match: re.Match[str]) -> Number:
        start, end = match.span()
        line = bisect_right(self.lines, start)
        spoken = self.languages[bisect_right(self.paragraphs, start) - 1]
        here = bisect_right(self.parens, start) - 1
        kind = Kind(next(kind.value for kind in PATTERNS if match[kind.value] is not None))
        number = Number(
            kind, match[0], start, end, line, start - self.lines[line - 1] + 1, spoken, spoken,
            depth=self.depths[here] if here >= 0 else 0,
        )  # fmt: skip
        if kind is Kind.SHARE:
            return self._share(number, match["part"], match["whole"])
        return self._amount(number, match["figure"]) if kind is Kind.QUANTITY else number

    def _share(self, number: Number, part: str, whole: str) -> Number:
        upper, lower = _read(part, number.language), _read(whole, number.language)
        if upper is None or lower is None or not lower[0]:
            return replace(number, kind=Kind.CODE)
        day_and_month = part.isdigit() and whole.isdigit() and int(part) <= 31 and int(whole) <= 12
        if part[0] == "0" or whole[0] == "0" or (day_and_month and upper[0] > lower[0]):
            return replace(number, kind=Kind.DATE if day_and_month else Kind.CODE)
        noun = self._noun(number.end)
        return replace(
            number, value=upper[0], of=lower[0], noun=noun, measure=_measure(noun), hedge=self._hedge(number)
        )

    def _amount(self, number: Number, digits: str) -> Number:
        text, end = self.text, number.end
        for kind, sign in ((Kind.POINTS, POINTS), (Kind.PERCENT, PERCENT)):
            if unit := sign.match(text, end):
                return self._percent(replace(number, kind=kind, end=unit.end()), digits)
        scale = SCALE.match(text, end)
        end = scale.end() if scale else end
        noun = self._noun(end)
        glued = re.match(r"[^\W\d_]+", text[end : end + 20])
        if glued and not scale and not (COUNTED.match(fold(noun)) or glued[0].lower() in MEASURE_OF):
            return replace(number, kind=Kind.CODE)
        if re.fullmatch(YEAR, digits) and not (COUNTED.match(fold(noun)) or scale):
            return replace(number, kind=Kind.YEAR)
        read = _read(digits, number.language, whole_only=bool(COUNTED.match(fold(noun))))
        if read is None or re.match(r"0\d", digits):
            return replace(number, kind=Kind.CODE)
        value, unit_, style = read
        power = SCALES[scale[1].lower()] if scale else 0
        if power:
            scaled = Decimal(value).scaleb(power)
            value, unit_ = (int(scaled) if scaled == int(scaled) else scaled), unit_.scaleb(power)
        paid = re.search(r"(?:US|VND|VNĐ|EUR|USD|[$€])\s?$", text[max(0, number.start - 5) : number.start])
        return replace(
            number, raw=text[number.start : end], end=end, value=value, unit=unit_, style=style, noun=noun,
            measure="money" if paid else _measure(noun), hedge=self._hedge(number),
        )  # fmt: skip

    def _percent(self, number: Number, digits: str) -> Number:
        read = _read(digits, number.language, decimals=True)
        if read is None:
            return replace(number, kind=Kind.CODE)
        value, unit, style = read
        return replace(
            number, raw=self.text[number.start : number.end], value=value, unit=unit, style=style,
            noun=self._noun(number.end), measure="percent", hedge=self._hedge(number),
        )  # fmt: skip

    def _noun(self, end: int) -> str:
        after = NOUN.match(self.text, end, end + 90)
        words = re.split(r"\n\s*[\n\-*+•]", after[0] if after else "")[0].split()
        return " ".join(words[:6]).strip(" -–")

    def _hedge(self, number: Number) -> str:
        before = self.text[max(0, number.start - 20) : number.start]
        return next((name for name, pattern in HEDGES if pattern.search(before)), "")


def _parentheses(text: str) -> tuple[list[int], list[int]]:
    """Offsets from which on a depth holds; a blank line closes what was left open."""
    places, depths, depth = [], [], 0
    for match in re.finditer(r"[()]|\n\s*\n", text):
        depth = depth + 1 if match[0] == "(" else max(0, depth - 1) if match[0] == ")" else 0
        places.append(match.end() if match[0] == "(" else match.start())
        depths.append(depth)
    return places, depths


def _measure(noun: str) -> str:
    first = noun.lower().split()[:1]
    return MEASURE_OF.get(first[0], "count") if first else "count"


def _read(
    digits: str, language: Language, *, decimals: bool = False, whole_only: bool = False
) -> tuple[Value, Decimal, Language] | None:
    """Value, step of the last digit and style; the other style is tried where the first makes no sense.

    A percentage such as 12.210 % has decimals, a count such as 127.258 dossiers has none.
    """
    other: Language = "en" if language == "vi" else "vi"
    readings: list[tuple[Value, Decimal, Language]] = []
    for style in (language, other):
        try:
            value = parse_number(digits, style)
        except Refused:
            continue
        exponent = Decimal(value).as_tuple().exponent
        readings.append((value, Decimal(1).scaleb(int(exponent)), style))
    if decimals and len(readings) == 2 and Decimal(readings[0][0]) >= 1000:
        return readings[1]
    if whole_only:
        return next((reading for reading in readings if reading[1] == 1), readings[0] if readings else None)
    return readings[0] if readings else None
