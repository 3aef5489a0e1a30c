"""The answers of an applicant: every field read and checked, all faults at once, one canonical value each.

Numbers are read the Vietnamese way: a point groups thousands, a comma begins the decimals. What could be
meant in two ways ("1.425" kilograms) is asked back, never guessed. Times without a zone are Vietnam time.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from motcua.law.parts import FieldType, FormField
from motcua.law.sheets import Sheet
from motcua.lib import identifiers
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding, Severity

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
SHORT: Final = 500
LONG: Final = 20_000
# What a number, a date or an identifier may need at most; longer text is not one.
WORD: Final = 60

Answer = str | int | bool
"""A canonical value, ready for JSON; dates, times, money and decimals are text."""


def check_answers(sheet: Sheet, answers: Mapping[str, str]) -> tuple[dict[str, Answer], list[Finding]]:
    """Read the answers to the form of a sheet; never raises, whatever the text.

    Gives the canonical values of the fields that could be read, by field id, and every fault at once
    with `place` = field id. Fields left empty are absent from the values. A name that is not in the
    form is a warning and its text is not kept.

    Shapes: text as NFC; integer as int; decimal as "1234.5"; money as whole VND "20000"; mass as kilograms
    "12.5"; date "2020-09-14"; datetime in UTC "2020-09-14T01:00:00Z"; yes_no as bool; identifiers as
    `motcua.lib.identifiers` writes them; a file as the name or id that was handed in.
    """
    values: dict[str, Answer] = {}
    findings: list[Finding] = []
    for field in sheet.form:
        text = answers.get(field.id) or ""
        try:
            value = read_field(field, text)
        except Refused as refusal:
            findings.append(Finding(f"bad-{field.type}", field.id, refusal.text, refusal.text_en))
            continue
        if value is not None:
            values[field.id] = value
        elif field.required:
            findings.append(
                Finding(
                    "missing",
                    field.id,
                    f"Chưa điền «{field.label.vi}»; đây là mục bắt buộc.{_hint_vi(field)}",
                    f"“{field.label.en}” is empty; it is required.{_hint_en(field)}",
                )
            )
    known = [field.id for field in sheet.form]
    findings += [_unknown(name, known) for name in answers if name not in known]
    return values, findings


def read_field(field: FormField, text: str) -> Answer | None:
    """Read one answer; None when nothing was filled in. Raises `Refused` with both languages."""
    clean = unicodedata.normalize("NFC", text).strip()
    if not clean:
        return None
    many_lines = field.type is FieldType.LONG_TEXT
    _refuse_unprintable(clean, many_lines=many_lines)
    longest = {
        FieldType.LONG_TEXT: LONG,
        FieldType.TEXT: SHORT,
        FieldType.FILE: SHORT,
        FieldType.CHOICE: SHORT,
    }
    allowed = longest.get(field.type, 254 if field.type is FieldType.EMAIL else WORD)
    if len(clean) > allowed:
        raise Refused(
            f"Nội dung dài {len(clean)} ký tự, nhiều nhất {allowed}. Hãy rút gọn hoặc đính kèm tệp.",
            f"The text has {len(clean)} characters; {allowed} are allowed. Shorten it or attach a file.",
        )
    if field.type is FieldType.CHOICE:
        return _choice(field, clean)
    return _READERS[field.type](clean)


def as_typed(field: FormField, value: Answer) -> str:
    """Write a canonical value as a person would type it; reading it again gives the same value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if field.type in (FieldType.DECIMAL, FieldType.MASS):
        return text.replace(".", ",")
    if field.type is FieldType.DATETIME:
        return datetime.fromisoformat(text).astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M:%S")
    return text


def _unknown(name: str, known: list[str]) -> Finding:
    shown = "".join(letter if letter.isprintable() else "?" for letter in name[:40])
    close = difflib.get_close_matches(name[:40], known, n=1)
    vi = f"; ý bạn là {close[0]!r}?" if close else ""
    en = f"; did you mean {close[0]!r}?" if close else ""
    return Finding(
        "unknown-field",
        shown,
        f"Mẫu khai không có mục {shown!r}{vi}; nội dung này không được lưu.",
        f"The form has no field {shown!r}{en}; its text is not kept.",
        Severity.WARNING,
    )


def _hint_vi(field: FormField) -> str:
    return f" {field.help.vi}" if field.help else ""


def _hint_en(field: FormField) -> str:
    return f" {field.help.en}" if field.help else ""


def _refuse_unprintable(text: str, *, many_lines: bool) -> None:
    for position, letter in enumerate(text, 1):
        if unicodedata.category(letter) in ("Cc", "Cs") and not (many_lines and letter in "\r\n\t"):
            raise Refused(
                f"Ký tự thứ {position} không in được (mã U+{ord(letter):04X}). Hãy xóa ký tự đó và gõ lại.",
                f"Character {position} cannot be printed (U+{ord(letter):04X}). Delete it and type again.",
            )


def _text(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _choice(field: FormField, text: str) -> str:
    values = [choice.value for choice in field.choices]
    if text in values:
        return text
    raise Refused(
        f"«{text[:40]}» không có trong danh sách; hãy chọn: "
        + "; ".join(choice.label.vi for choice in field.choices)
        + ".",
        f"«{text[:40]}» is not in the list; choose: "
        + "; ".join(choice.label.en for choice in field.choices)
        + ".",
    )


def _integer(text: str) -> int:
    digits = _without_spaces(text)
    if re.fullmatch(r"-?[1-9][0-9]{0,2}([.,][0-9]{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    if not re.fullmatch(r"-?[0-9]{1,18}", digits):
        raise Refused(
            f"«{text}» không phải số nguyên. Hãy viết chữ số, ví dụ 1425 hoặc 1.425.",
            f"“{text}” is not a whole number. Write digits, such as 1425 or 1.425.",
        )
    return int(digits)


def _money(text: str) -> str:
    bare = re.sub(r"(?i)(vnđ|vnd|đồng|đ|₫)$", "", text).strip()
    try:
        amount = _integer(bare)
    except Refused:
        amount = -1
    if amount < 0:
        raise Refused(
            f"«{text}» không phải số tiền. Hãy viết số đồng nguyên, ví dụ 20000 hoặc 20.000.",
            f"“{text}” is not an amount of money. Write whole đồng, such as 20000 or 20.000.",
        )
    return str(amount)


def _decimal(text: str) -> str:
    digits = _without_spaces(text)
    if re.fullmatch(r"-?[1-9][0-9]{0,2}\.[0-9]{3}", digits):
        grouped, split = digits.replace(".", ""), digits.replace(".", ",")
        raise Refused(
            f"«{text}» có thể hiểu hai cách. Hãy viết {grouped} hoặc {split}.",
            f"“{text}” can be read in two ways. "
            f"Write {grouped} for the whole number or {split} for decimals.",
        )
    if re.fullmatch(r"-?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?[0-9]+,[0-9]+", digits):
        digits = digits.replace(",", ".")
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,12})?", digits):
        raise Refused(
            f"«{text}» không phải số. Hãy viết chữ số, dấu phẩy trước phần thập phân, ví dụ 1425,5.",
            f"“{text}” is not a number. Write digits with a comma before the decimals, such as 1425,5.",
        )
    number = Decimal(digits)
    whole = number == number.to_integral_value()
    # Zero has no sign: -0 and 0 are one value.
    return f"{(number.quantize(Decimal(1)) if whole else number.normalize()) + 0:f}"


def _mass(text: str) -> str:
    kilograms = _decimal(re.sub(r"(?i)\s*kgs?$", "", text))
    if Decimal(kilograms) <= 0:
        raise Refused(f"Khối lượng «{text}» phải lớn hơn 0 kg.", f"The mass “{text}” must be more than 0 kg.")
    return kilograms


def _date(text: str) -> str:
    return _day(text).isoformat()


def _day(text: str) -> date:
    plain = _without_spaces(text)
    iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", plain)
    local = re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", plain)
    parts = iso.groups() if iso else local.groups()[::-1] if local else None
    if parts is not None and 1900 <= int(parts[0]) <= 2200:
        try:
            return date(*(int(part) for part in parts))
        except ValueError:
            pass
    raise Refused(
        f"«{text}» không phải một ngày có thật. Hãy viết ngày/tháng/năm, ví dụ 14/09/2020.",
        f"“{text}” is not a day that exists. Write day/month/year, such as 14/09/2020.",
    )


def _datetime(text: str) -> str:
    match = re.fullmatch(
        r"(\S+?)(?:\s+|T)([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
        text,
    )
    try:
        if match is None:
            raise ValueError
        day, hour, minute, second, zone = match.groups()
        local = datetime.combine(_day(day), datetime.min.time()).replace(
            hour=int(hour), minute=int(minute), second=int(second or 0), tzinfo=VIETNAM
        )
        if zone:
            local = local.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo)
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError, Refused):
        raise Refused(
            f"«{text}» không phải ngày giờ có thật. "
            f"Hãy viết ngày/tháng/năm giờ:phút, ví dụ 14/09/2020 08:30.",
            f"“{text}” is not a time that exists. "
            f"Write day/month/year hour:minute, such as 14/09/2020 08:30.",
        ) from None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _email(text: str) -> str:
    if not re.fullmatch(r"[^@\s,;<>\"]+@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}", text):
        raise Refused(
            f"«{text}» không phải địa chỉ thư điện tử. Cần dạng ten@congty.vn.",
            f"“{text}” is not an e-mail address. It should look like name@company.vn.",
        )
    name, _, host = text.rpartition("@")
    return f"{name}@{host.lower()}"


def _phone(text: str) -> str:
    digits = re.sub(r"[ ().\-\u00a0]", "", text)
    if not re.fullmatch(r"\+?[0-9]{8,15}", digits):
        raise Refused(
            f"«{text}» không phải số điện thoại. Cần 8 đến 15 chữ số, ví dụ 0203 3825 111.",
            f"“{text}” is not a telephone number. It needs 8 to 15 digits, such as 0203 3825 111.",
        )
    return digits


_YES: Final = frozenset({"yes", "true", "1", "on", "có", "co", "y"})
_NO: Final = frozenset({"no", "false", "0", "off", "không", "khong", "n"})


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise Refused(f"«{text}» phải là có hoặc không.", f"“{text}” must be yes or no.")
    return word in _YES


def _without_spaces(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace())


_READERS: Final[Mapping[FieldType, Callable[[str], Answer]]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.FILE: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.MONEY: _money,
    FieldType.MASS: _mass,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.TAX_CODE: lambda text: identifiers.tax_code(text).value,
    FieldType.HS_CODE: identifiers.hs_code,
    FieldType.UNLOCODE: identifiers.unlocode,
    FieldType.IMO: identifiers.imo_number,
    FieldType.CONTAINER: identifiers.container_number,
    FieldType.DECLARATION: lambda text: identifiers.declaration_number(text).number,
    FieldType.COUNTRY: identifiers.country,
    FieldType.EMAIL: _email,
    FieldType.PHONE: _phone,
    FieldType.YES_NO: _yes_no,
}
