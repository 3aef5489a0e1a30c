"""
Vietnamese text, numbers and dates: searching, sorting, writing and reading them.

* Search    `fold` drops case and diacritics, so that `nguyen van duc` finds Nguyễn Văn Đức.
* Sorting   `sort_key` is plain ASCII and sorts byte by byte; no server needs a Vietnamese collation.
* Numbers   1.425 and 7,5 in Vietnamese are 1,425 and 7.5 in English.
* Times     held in UTC, shown in Vietnam time (UTC+7, no daylight saving).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from motcua.lib.bilingual import known_language
from motcua.lib.errors import Refused

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

MARKED = {
    "a": "áàảãạăắằẳẵặâấầẩẫậ",
    "d": "đ",
    "e": "éèẻẽẹêếềểễệ",
    "i": "íìỉĩị",
    "o": "óòỏõọôốồổỗộơớờởỡợ",
    "u": "úùủũụưứừửữự",
    "y": "ýỳỷỹỵ",
}
UNMARK = {ord(letter): plain for plain, letters in MARKED.items() for letter in letters}
OTHER_MARKS = re.compile("[\u0300-\u036f]")


def nfc(text: str) -> str:
    """The text in the composed form in which everything is stored."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The search key: lower case, no diacritics, đ as d, single spaces; `fold(fold(x)) == fold(x)`."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFC", text).lower().translate(UNMARK)
    if not plain.isascii():
        # Letters of other languages (ü, ç); scripts whose marks are vowels (Thai, Lao) are left whole.
        plain = nfc(OTHER_MARKS.sub("", unicodedata.normalize("NFD", plain))).lower()
    return " ".join(plain.split())


# Sorting. First the 29 letters and f j w z in the order of the alphabet, then the tones, then capitals: this
# is the order of the Unicode collation for Vietnamese. The key is
#     <one character per letter> SPACE <one digit per tone> SPACE <one digit per case>
# and a word gap is '-', above the SPACE that parts the fields, below digits and letters.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANK = {letter: chr(ord("A") + place) for place, letter in enumerate(ALPHABET)}
TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
SHAPES = {"\u0302", "\u0306", "\u031b"}
GAP, SIGN, FOREIGN = "-", ".", "z"


def sort_key(text: str) -> str:
    """The ASCII key whose byte order is the Vietnamese order: An < Ánh < Ăn < Ân < Ẩn < Ấn < Da < Đa.

    Tones sort as Ma Mà Mả Mã Má Mạ, small letters before capitals, digits before letters, signs before
    digits, letters of other alphabets after z. Outer and double spaces do not count.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for char in " ".join(nfc(text).split()):
        rank, tone, case = _weights(char)
        if rank:
            letters.append(rank)
            tones.append(tone)
            cases.append(case)
        elif tones:
            # A mark that could not be composed belongs to the letter before it.
            tones[-1] = max(tones[-1], tone)
    return " ".join(("".join(letters), "".join(tones).rstrip("0"), "".join(cases).rstrip("0")))


def name_sort_key(full_name: str) -> str:
    """The key of a person's name: the given name (last word) first, then the full name."""
    words = full_name.split()
    return f"{sort_key(words[-1])}  {sort_key(full_name)}" if words else ""


@lru_cache(maxsize=4096)
def _weights(char: str) -> tuple[str, str, str]:
    if char == " ":
        return GAP, "0", "0"
    if char.isascii() and char.isdigit():
        return char, "0", "0"
    small = char.lower()
    case = "0" if small == char else "1"
    if small in RANK:
        return RANK[small], "0", case
    base, *marks = list(unicodedata.normalize("NFD", small))
    tone = max((TONES.get(mark, "6") for mark in marks if mark not in SHAPES), default="0")
    shape = next((mark for mark in marks if mark in SHAPES), "")
    letter = nfc(base + shape)
    if letter not in RANK:
        # A breve on i, say: no letter of ours, so it counts as a plain i with a foreign mark.
        letter, tone = base, "6"
    if letter in RANK:
        return RANK[letter], tone, case
    if unicodedata.combining(char):
        return "", TONES.get(char, "6"), ""
    return f"{FOREIGN if char.isalnum() else SIGN}{ord(char):06x}", "0", "0"


def number(value: int | Decimal, language: str, decimals: int | None = None) -> str:
    """The number as people write it: 127.258 and 7,5 in `vi`, 127,258 and 7.5 in `en`.

    With `decimals` it is rounded half up to so many; without, every decimal given is kept.
    ValueError for NaN, infinity or another language.
    """
    vietnamese = known_language(language) == "vi"
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"{value} cannot be written as a number")
    if decimals is not None:
        digits = max(exact.adjusted(), 0) + decimals + 2
        exact = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=digits))
    if exact.is_zero():
        exact = exact.copy_abs()
    text = f"{exact:,f}"
    return text.translate(str.maketrans(",.", ".,")) if vietnamese else text


GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?P<mark>[., \u00a0\u2009\u202f'])[0-9]{3})(?:(?P=mark)[0-9]{3})*")
SPACES = " \u00a0\u2009\u202f'"
LONGEST_NUMBER = 60


def parse_number(text: str, language: str | None = None) -> int | Decimal:
    """Read a number written for people; int when it has no decimals, else Decimal.

    Without a language a lone '1.425' is refused: it is 1425 in Vietnamese and 1.425 in English. Also refused:
    an empty text, wrong groups ('12.34' in Vietnamese), signs inside, exponents, more than 60 characters.
    """
    raw = text.strip()
    sign, body = (-1, raw[1:]) if raw[:1] in ("-", "−") else (1, raw.removeprefix("+"))
    if not body or len(raw) > LONGEST_NUMBER or not re.fullmatch(r"[0-9][0-9., \u00a0\u2009\u202f']*", body):
        raise _unreadable(raw)
    marks = _marks_of(body, raw) if language is None else (".,", ",.")[known_language(language) == "en"]
    group, decimal = marks[0], marks[1]
    whole, _, part = body.partition(decimal)
    whole = _ungroup(whole, group, raw, language)
    if decimal in body and not re.fullmatch("[0-9]+", part):
        raise _unreadable(raw, language)
    return sign * (Decimal(f"{whole}.{part}") if decimal in body else int(whole))


def _marks_of(body: str, raw: str) -> str:
    """Grouping and decimal mark of a number whose language is not known; Refused when both readings fit."""
    dots, commas = body.count("."), body.count(",")
    if dots and commas:
        return ".," if body.rindex(",") > body.rindex(".") else ",."
    if dots > 1 or commas > 1:
        return ".," if dots else ",."
    if not dots and not commas:
        return ".,"
    mark = "." if dots else ","
    whole, _, part = body.partition(mark)
    if len(part) == 3 and re.fullmatch("[1-9][0-9]{0,2}", whole):
        as_vi, as_en = (whole + part, f"{whole}.{part}") if dots else (f"{whole}.{part}", whole + part)
        raise Refused(
            f"'{raw}' đọc được theo hai cách: kiểu Việt Nam là {as_vi}, kiểu Anh là {as_en} (ở đây viết "
            "không có dấu ngăn nghìn, dấu chấm là dấu thập phân). Hãy nêu ngôn ngữ của tệp hoặc viết số "
            "không có dấu ngăn nghìn.",
            f"'{raw}' can be read in two ways: {as_vi} in the Vietnamese style, {as_en} in the English style "
            "(written here with a decimal point and no grouping). Declare the language of the file, or write "
            "no grouping mark.",
        )
    return ",." if dots else ".,"


def _ungroup(whole: str, group: str, raw: str, language: str | None) -> str:
    if re.fullmatch("[0-9]+", whole):
        return whole
    match = GROUPED.fullmatch(whole)
    if match is None or (match["mark"] != group and match["mark"] not in SPACES):
        raise _unreadable(raw, language)
    return re.sub("[^0-9]", "", whole)


def _unreadable(raw: str, language: str | None = None) -> Refused:
    shown = raw if len(raw) <= LONGEST_NUMBER else raw[:20] + "…"
    example = "1,425 / 7.5" if language and known_language(language) == "en" else "1.425 / 7,5"
    return Refused(
        f"'{shown}' không phải là một con số viết đúng. Hãy viết như {example}, tối đa "
        f"{LONGEST_NUMBER} ký tự.",
        f"'{shown}' is not a properly written number. Write it like {example}, with at most "
        f"{LONGEST_NUMBER} characters.",
    )


MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip


def date_text(day: date, language: str, official: bool = False) -> str:
    """dd/mm/yyyy; on documents 'ngày 05 tháng 02 năm 2020' (Decree 30/2020, annex I) and '5 February 2020'.

    On documents days 1 to 9 and months 1 and 2 carry a leading zero, other months do not.
    """
    vietnamese = known_language(language) == "vi"
    if not official:
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
    if vietnamese:
        month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
        return f"ngày {day.day:02d} tháng {month} năm {day.year}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def datetime_text(moment: datetime, language: str, official: bool = False) -> str:
    """'14:05 ngày 02/03/2020 (giờ Việt Nam)'; ValueError for a moment without a zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone: nobody can say when that was")
    local = moment.astimezone(VIETNAM)
    day = date_text(local.date(), language, official)
    if known_language(language) == "vi":
        return f"{local:%H:%M} {'' if official else 'ngày '}{day} (giờ Việt Nam)"
    return f"{local:%H:%M} on {day} (Vietnam time)"


def money(value: Decimal, language: str) -> str:
    """An amount in đồng, decimals only where there are any: 1.500.000 đồng, VND 1,500,000."""
    amount = Decimal(value)
    whole = amount == amount.to_integral_value()
    digits = number(amount, language, 0) if whole else number(Decimal(f"{amount:f}".rstrip("0")), language)
    return f"{digits} đồng" if known_language(language) == "vi" else f"VND {digits}"


VI_DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]
EN_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
    "seventeen", "eighteen", "nineteen",
]  # fmt: skip
EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
EN_SCALES = ["", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion"]
LARGEST_IN_WORDS = 10**21 - 1


def in_words(n: int, language: str) -> str:
    """The number in words: một nghìn bốn trăm hai mươi lăm, one thousand four hundred and twenty-five.

    ValueError beyond 10^21 - 1 either side of zero.
    """
    vietnamese = known_language(language) == "vi"
    if abs(n) > LARGEST_IN_WORDS:
        raise ValueError(f"{n} is too large to be said in words")
    if n < 0:
        return f"{'âm' if vietnamese else 'minus'} {in_words(-n, language)}"
    return _vi_words(n) if vietnamese else _en_words(n)


def _vi_words(n: int, padded: bool = False) -> str:
    """`padded` when a larger group stands before: then a missing hundred is said, không trăm linh năm."""
    for size, name in ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn")):
        if n >= size:
            rest = f" {_vi_words(n % size, padded=True)}" if n % size else ""
            return f"{_vi_words(n // size, padded)} {name}{rest}"
    hundreds, tens, unit = n // 100, n // 10 % 10, n % 10
    words = [VI_DIGITS[hundreds], "trăm"] if hundreds or padded else []
    if tens > 1:
        words += [VI_DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif words and unit:
        words.append("linh")
    if unit or not (words or tens):
        words.append(_vi_unit(tens, unit))
    return " ".join(words)


def _vi_unit(tens: int, unit: int) -> str:
    """The last digit changes its name after tens: hai mươi mốt, hai mươi tư, mười lăm."""
    if tens >= 2 and unit in (1, 4):
        return "mốt" if unit == 1 else "tư"
    return "lăm" if tens and unit == 5 else VI_DIGITS[unit]


def _en_words(n: int) -> str:
    if n < 1000:
        return _en_below_thousand(n)
    power = (len(str(n)) - 1) // 3
    head, rest = divmod(n, 1000**power)
    words = f"{_en_below_thousand(head)} {EN_SCALES[power]}"
    if not rest:
        return words
    return f"{words} and {_en_words(rest)}" if rest < 100 else f"{words} {_en_words(rest)}"


def _en_below_thousand(n: int) -> str:
    hundreds, rest = divmod(n, 100)
    if hundreds:
        return f"{EN_SMALL[hundreds]} hundred" + (f" and {_en_below_thousand(rest)}" if rest else "")
    if rest < 20:
        return EN_SMALL[rest]
    return EN_TENS[rest // 10] + (f"-{EN_SMALL[rest % 10]}" if rest % 10 else "")
