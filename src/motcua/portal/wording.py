"""Numbers, dates, money and time left, said the way a person reads them, in Vietnamese and in English.

Every function takes the language (`vi` or `en`) as its last argument and touches no request, so that
pages, papers and mails say the same thing in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from motcua.lib import vietnamese
from motcua.lib.vietnamese import VIETNAM

WORKING_DAY = timedelta(hours=8)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MINUS = "\N{MINUS SIGN}"
NO_FIGURE = "\N{EN DASH}"

Number = int | float | Decimal | str


def pick(value: object, language: str) -> str:
    """The text in one language, from a Text, a Finding, a Refused, a `{vi, en}`, a pair or a plain string.

    A missing English text falls back to the Vietnamese one, never to nothing.
    """
    if value is None:
        return ""
    if hasattr(value, "in_language"):
        return str(value.in_language(_known(language)))
    vietnamese: object
    english: object
    if isinstance(value, Mapping) and "vi" in value:
        vietnamese, english = value["vi"], value.get("en")
    elif isinstance(value, (tuple, list)) and len(value) == 2:
        vietnamese, english = value
    elif hasattr(value, "vi") and hasattr(value, "en"):
        vietnamese, english = value.vi, value.en
    else:
        return str(value)
    return str(vietnamese if _is_vietnamese(language) else english or vietnamese)


def number(value: Number | None, places: int | None, language: str) -> str:
    """`127258` as 127.258 or 127,258; `places` fixes the decimals (rounded half up), None keeps them."""
    if value is None or value == "":
        return NO_FIGURE
    return vietnamese.number(_decimal(value), _known(language), places).replace("-", MINUS)


def percent(value: Number | None, places: int, language: str) -> str:
    """`7.5` (already a percentage) as 7,5% or 7.5%."""
    if value is None or value == "":
        return NO_FIGURE
    return number(value, places, language) + "%"


def share(part: Number, whole: Number, places: int, language: str) -> str:
    """`48` of `52` as 92,3%, `52` of `52` as 100%; a whole of nothing has no share."""
    if not _decimal(whole):
        return NO_FIGURE
    exact = _decimal(part) * 100 / _decimal(whole)
    return percent(exact, 0 if exact == exact.to_integral_value() else places, language)


def money(value: Number | None, currency: str, language: str) -> str:
    """Dong with decimals only if there are any (1.250.000 đồng, VND 1,250,000); other currencies with two."""
    if value is None or value == "":
        return NO_FIGURE
    if currency == "VND":
        return vietnamese.money(_decimal(value), _known(language)).replace("-", MINUS)
    amount = number(value, 2, language)
    return f"{amount} {currency}" if _is_vietnamese(language) else f"{currency} {amount}"


def day(value: date, language: str) -> str:
    """14/09/2026 in Vietnamese, 14 Sep 2026 in English: nobody can take the month for the day."""
    value = vietnam_day(value)
    if _is_vietnamese(language):
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, language: str) -> str:
    """The hour and day on a Vietnamese clock: `09:05, 14/09/2026`."""
    return f"{vietnam_time(value):%H:%M}, {day(value, language)}"


def formal_day(value: date, language: str) -> str:
    """`ngày 05 tháng 02 năm 2026`, as Decree 30/2020/NĐ-CP writes the date of a paper."""
    return vietnamese.date_text(vietnam_day(value), _known(language), official=True)


def vietnam_time(value: datetime) -> datetime:
    """The same moment on a Vietnamese clock; ValueError for a time without a zone."""
    if value.utcoffset() is None:
        raise ValueError(f"the time {value.isoformat()} has no zone; give an aware datetime")
    return value.astimezone(VIETNAM)


def vietnam_day(value: date) -> date:
    """The calendar day in Vietnam; a plain date stays what it is."""
    return vietnam_time(value).date() if isinstance(value, datetime) else value


def duration(value: timedelta, language: str, *, working: bool = True) -> str:
    """`1 ngày 4 giờ làm việc`, `1 working day 4 hours`; a working day has 8 hours, a calendar day 24.

    Cut, never rounded up, to its two largest units: nobody is promised more time than there is.
    """
    minutes = abs(value) // timedelta(minutes=1)
    days, minutes = divmod(minutes, (WORKING_DAY if working else timedelta(days=1)) // timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    counted = [(days, "ngày", "day"), (hours, "giờ", "hour"), (minutes, "phút", "minute")]
    first = next((index for index, (count, _, _) in enumerate(counted) if count), 2)
    kept = [part for part in counted[first : first + 2] if part[0]] or [counted[2]]
    sign = MINUS if value < timedelta(0) else ""
    if _is_vietnamese(language):
        words = " ".join(f"{number(count, None, language)} {unit}" for count, unit, _ in kept)
        return f"{sign}{words} làm việc" if working else sign + words
    parts = [f"{number(count, None, language)} {unit}{'' if count == 1 else 's'}" for count, _, unit in kept]
    if working:
        parts[0] = parts[0].replace(" ", " working ", 1)
    return sign + " ".join(parts)


def share_used(left: timedelta, limit: timedelta) -> int:
    """How much of a time limit is gone, in whole percent between 0 and 100."""
    if limit <= timedelta(0):
        return 100
    used = Decimal((limit - left) // timedelta(seconds=1)) * 100 / (limit // timedelta(seconds=1))
    return int(min(max(used, Decimal(0)), Decimal(100)).to_integral_value(rounding=ROUND_DOWN))


def _decimal(value: Number) -> Decimal:
    # repr of a float is the shortest text that reads back as the same float: 7.5 stays 7.5.
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None


def _known(language: str) -> str:
    # A browser may ask for any language; whoever does not read Vietnamese gets English.
    return "vi" if language.lower().startswith("vi") else "en"


def _is_vietnamese(language: str) -> bool:
    return _known(language) == "vi"
