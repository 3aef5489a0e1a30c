"""Numbers of transport: bills brought to one form so that two writings of the same bill are found to be one."""

from __future__ import annotations

import re

from motcua.lib.bilingual import Text

_MARKS = re.compile(r"[\s\-/.,]+")
_AWB = re.compile(r"\d{11}")


def bill_key(number: str, carrier: str = "") -> str:
    """
    The number to compare by: capitals, no blanks, dashes, slashes or points; the issuer's own code in front dropped.

    An air waybill is its eleven digits. The number as written is kept beside it.
    """
    key = _MARKS.sub("", number).upper()
    code = carrier.upper()
    if code and key.startswith(code) and len(key) > len(code):
        return key[len(code) :]
    return key


def awb_fault(number: str) -> Text | None:
    """What is wrong with an air waybill number; None when it is right."""
    digits = _MARKS.sub("", number)
    if not _AWB.fullmatch(digits):
        return Text(
            f"Số vận đơn hàng không “{number}” phải có 3 chữ số của hãng và 8 chữ số, ví dụ 057-51987552.",
            f"The air waybill number “{number}” must be 3 digits of the airline and 8 digits, such as 057-51987552.",
        )
    expected = int(digits[3:10]) % 7
    if int(digits[10]) != expected:
        return Text(
            f"Số vận đơn hàng không {number}: chữ số cuối phải là {expected}.",
            f"Air waybill {number}: the last digit should be {expected}.",
        )
    return None
