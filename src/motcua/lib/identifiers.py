"""Numbers that people copy from papers: checked, brought to one form, and explained when they are wrong.

Every function takes the text as typed and returns the canonical form, or raises `Refused` with a
Vietnamese and an English sentence: what is wrong, what was expected, how to mend it.
Check digits come from python-stdnum, which others keep up to date.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn

from stdnum import imo, iso6346
from stdnum.vn import mst

from motcua.lib.errors import Refused

# ISO 3166-1 alpha-2, as assigned; XK is not assigned and therefore absent.
COUNTRIES: Final = frozenset(
    re.findall(
        r"[A-Z]{2}",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
        "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
        "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
        "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
        "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
        "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
        "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
        "VN VU WF WS YE YT ZA ZM ZW ",
    )
)


class TaxCodeKind(StrEnum):
    """Whose tax code it is."""

    ENTERPRISE = "enterprise"
    BRANCH = "branch"
    PERSON = "person"


@dataclass(frozen=True)
class TaxCode:
    """A Vietnamese tax code: 10 digits, `NNNNNNNNNN-NNN` for a branch, or the 12 digits of a personal id."""

    value: str
    kind: TaxCodeKind

    @property
    def parent(self) -> str:
        """The code of the enterprise a branch belongs to; its own code otherwise."""
        return self.value[:10] if self.kind is TaxCodeKind.BRANCH else self.value

    def __str__(self) -> str:
        return self.value


class Flow(StrEnum):
    """Which way the goods of a declaration go."""

    IMPORT = "import"
    EXPORT = "export"


@dataclass(frozen=True)
class DeclarationNumber:
    """A VNACCS declaration number: the first 11 digits identify it, the 12th counts its amendments.

    Compare declarations by `key`, never by `number`: an amended declaration is the same declaration.
    `amendment` is None when only the 11 digits were given; `flow` is None unless the first is 1 or 3.
    """

    key: str
    amendment: int | None
    flow: Flow | None

    @property
    def number(self) -> str:
        """As it is printed: 12 digits, or 11 when the amendment is not known."""
        return self.key if self.amendment is None else f"{self.key}{self.amendment}"

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True)
class NswFileCode:
    """A file code of the national single window: ministry, procedure, year, a sequence of any length."""

    ministry: str
    procedure: str
    year: int
    sequence: str

    @property
    def value(self) -> str:
        """As the portal prints it, without spaces."""
        return f"{self.ministry}{self.procedure}{self.year % 100:02d}{self.sequence}"

    def __str__(self) -> str:
        return self.value


def tax_code(text: str, *, place: str = "") -> TaxCode:
    """Read a tax code (MST) of 10 or 13 digits, or a 12-digit personal id used as one.

    The weights 31, 29, 23, 19, 17, 13, 7, 5, 3 give the tenth digit; a personal id has no check digit.
    """
    digits = _strip(text, " -.")
    if not re.fullmatch(r"[0-9]+", digits) or len(digits) not in (10, 12, 13):
        _refuse(
            f"Mã số thuế {_shown(text)} phải có 10 chữ số, 13 chữ số (chi nhánh, ví dụ 0314409058-002) "
            f"hoặc 12 chữ số (số định danh cá nhân). Hãy chép lại từ giấy chứng nhận đăng ký.",
            f"The tax code {_shown(text)} must have 10 digits, 13 digits (a branch, such as 0314409058-002) "
            f"or 12 digits (a personal id). Copy it from the registration certificate.",
            place,
        )
    if len(digits) == 12:
        if digits.startswith("000"):
            _refuse(
                f"Số định danh cá nhân {digits} không thể bắt đầu bằng 000: ba số đầu là mã tỉnh. "
                f"Hãy chép lại từ thẻ căn cước.",
                f"The personal id {digits} cannot begin with 000: the first three digits are the province. "
                f"Copy it from the identity card.",
                place,
            )
        return TaxCode(digits, TaxCodeKind.PERSON)
    if digits.startswith("00") or digits[2:9] == "0000000":
        _refuse(
            f"Mã số thuế {digits} không tồn tại: hai số đầu là mã tỉnh (không thể là 00), "
            f"bảy số tiếp theo là số thứ tự (không thể toàn số 0).",
            f"The tax code {digits} cannot exist: the first two digits are the province (never 00) "
            f"and the next seven a serial number (never all zeros).",
            place,
        )
    expected = mst.calc_check_digit(digits[:9])
    if len(expected) > 1:
        _refuse(
            f"Mã số thuế {digits} không tồn tại: không có mã nào bắt đầu bằng {digits[:9]}. "
            f"Hãy kiểm tra lại chín chữ số đầu.",
            f"The tax code {digits} cannot exist: no code begins with {digits[:9]}. "
            f"Check the first nine digits.",
            place,
        )
    if digits[9] != expected:
        _refuse(
            f"Mã số thuế {digits}: chữ số kiểm tra (thứ 10) phải là {expected}, không phải {digits[9]}. "
            f"Hãy so lại từng chữ số với giấy chứng nhận đăng ký.",
            f"Tax code {digits}: the check digit (the tenth) should be {expected}, not {digits[9]}. "
            f"Compare digit by digit with the registration certificate.",
            place,
        )
    if len(digits) == 10:
        return TaxCode(digits, TaxCodeKind.ENTERPRISE)
    if digits.endswith("000"):
        _refuse(
            f"Mã số chi nhánh {digits[:10]}-000 không tồn tại: chi nhánh đánh số từ 001 đến 999. "
            f"Nếu là trụ sở chính, chỉ ghi {digits[:10]}.",
            f"The branch code {digits[:10]}-000 cannot exist: branches run from 001 to 999. "
            f"For the head office write {digits[:10]} only.",
            place,
        )
    return TaxCode(f"{digits[:10]}-{digits[10:]}", TaxCodeKind.BRANCH)


def imo_number(text: str, *, place: str = "") -> str:
    """Read an IMO ship number: seven digits, the last one the check digit. Returned without `IMO`."""
    digits = re.sub(r"^IMO", "", _strip(text, " -.").upper())
    if not re.fullmatch(r"[0-9]{7}", digits):
        _refuse(
            f"Số IMO {_shown(text)} phải có đúng 7 chữ số, ví dụ IMO 9074729. Hãy chép từ giấy đăng ký tàu.",
            f"The IMO number {_shown(text)} must have exactly 7 digits, such as IMO 9074729. "
            f"Copy it from the ship's certificate of registry.",
            place,
        )
    expected = imo.calc_check_digit(digits[:6])
    if digits[6] != expected:
        _refuse(
            f"Số IMO {digits}: chữ số kiểm tra phải là {expected}, không phải {digits[6]}. "
            f"Hãy so lại với giấy đăng ký tàu.",
            f"IMO number {digits}: the check digit should be {expected}, not {digits[6]}. "
            f"Compare it with the ship's certificate of registry.",
            place,
        )
    return digits


def container_number(text: str, *, place: str = "") -> str:
    """Read an ISO 6346 container number: owner code, category U, J, Z or R, six digits, check digit."""
    number = _strip(text, " -./").upper()
    if not re.fullmatch(r"[A-Z]{3}[UJZR][0-9]{7}", number):
        _refuse(
            f"Số container {_shown(text)} phải gồm 4 chữ cái (chữ thứ tư là U, J, Z hoặc R) và 7 chữ số, "
            f"ví dụ CSQU3054383. Hãy chép từ cửa container.",
            f"The container number {_shown(text)} must be 4 letters (the fourth U, J, Z or R) and 7 digits, "
            f"such as CSQU3054383. Copy it from the container door.",
            place,
        )
    expected = iso6346.calc_check_digit(number[:10])
    if number[10] != expected:
        _refuse(
            f"Số container {number}: chữ số kiểm tra phải là {expected}, không phải {number[10]}. "
            f"Hãy chép từ cửa container, không chép từ giấy đặt chỗ.",
            f"Container {number}: the check digit should be {expected}, not {number[10]}. "
            f"Copy the number from the container door, not from the booking.",
            place,
        )
    return number


def unlocode(text: str, *, place: str = "") -> str:
    """Read a UN/LOCODE: a country and three characters out of A-Z and 2-9, written without a space.

    Only the form is checked; whether the place exists is a question for the code list.
    """
    code = _strip(text, " ").upper()
    if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", code):
        _refuse(
            f"Mã địa điểm UN/LOCODE {_shown(text)} phải gồm 2 chữ cái của nước và 3 ký tự (A-Z, 2-9), "
            f"ví dụ VNHPH. Hãy tra trong danh mục cảng.",
            f"The UN/LOCODE {_shown(text)} must be the 2 letters of a country and 3 characters (A-Z, 2-9), "
            f"such as VNHPH. Look it up in the list of ports.",
            place,
        )
    # XZ stands for installations in international waters.
    if code[:2] != "XZ" and code[:2] not in COUNTRIES:
        _refuse(
            f"Mã địa điểm {code}: {code[:2]} không phải là mã nước theo ISO 3166. "
            f"Hãy kiểm tra hai chữ cái đầu.",
            f"UN/LOCODE {code}: {code[:2]} is not a country of ISO 3166. Check the first two letters.",
            place,
        )
    return code


def hs_code(text: str, *, place: str = "") -> str:
    """Read a commodity code of 6 digits (HS) or 8 digits (AHTN, Vietnam). Returned as digits only."""
    digits = _strip(text, " .-")
    if not re.fullmatch(r"[0-9]{6}|[0-9]{8}", digits):
        _refuse(
            f"Mã HS {_shown(text)} phải có 6 hoặc 8 chữ số, ví dụ 0306.17 hoặc 0306.17.10. "
            f"Hãy tra trong Danh mục hàng hóa xuất khẩu, nhập khẩu.",
            f"The HS code {_shown(text)} must have 6 or 8 digits, such as 0306.17 or 0306.17.10. "
            f"Look it up in the nomenclature of exports and imports.",
            place,
        )
    if digits[:2] in ("00", "77"):
        _refuse(
            f"Mã HS {digits}: không có chương {digits[:2]}. Hãy kiểm tra hai chữ số đầu.",
            f"HS code {digits}: there is no chapter {digits[:2]}. Check the first two digits.",
            place,
        )
    return digits


def country(text: str, *, place: str = "") -> str:
    """Read an ISO 3166-1 alpha-2 country code."""
    code = _strip(text, " ").upper()
    if code not in COUNTRIES:
        _refuse(
            f"Mã nước {_shown(text)} không có trong ISO 3166; cần 2 chữ cái, ví dụ VN, CN.",
            f"The country code {_shown(text)} is not in ISO 3166; two letters are needed, such as VN or CN.",
            place,
        )
    return code


def declaration_number(text: str, *, place: str = "") -> DeclarationNumber:
    """Read a VNACCS declaration number of 12 digits, or the 11 digits that identify it."""
    digits = _strip(text, " -.")
    if not re.fullmatch(r"[1-9][0-9]{10,11}", digits):
        _refuse(
            f"Số tờ khai {_shown(text)} phải có 12 chữ số (hoặc 11 chữ số đầu) và không bắt đầu bằng 0, "
            f"ví dụ 103456789010. Hãy chép từ tờ khai đã đăng ký trên VNACCS.",
            f"The declaration number {_shown(text)} must have 12 digits (or its first 11) and not begin "
            f"with 0, such as 103456789010. Copy it from the declaration registered in VNACCS.",
            place,
        )
    flow = {"1": Flow.IMPORT, "3": Flow.EXPORT}.get(digits[0])
    return DeclarationNumber(digits[:11], int(digits[11]) if len(digits) == 12 else None, flow)


def nsw_file_code(text: str, *, place: str = "") -> NswFileCode:
    """Read a file code of the national single window, such as BNNPTNT25200010180 or BNNPTNT252410000188.

    Ministry in letters, two digits of the procedure, two of the year, then a sequence.
    The length of the sequence has grown over the years and is not checked.
    """
    code = _strip(text, " -./").upper()
    match = re.fullmatch(r"([A-Z]{2,12})([0-9]{2})([0-9]{2})([0-9]+)", code)
    if match is None or len(code) > 40:
        _refuse(
            f"Mã hồ sơ một cửa quốc gia {_shown(text)} phải gồm mã bộ, 2 số của thủ tục, 2 số của năm và "
            f"số thứ tự, ví dụ BNNPTNT25200010180. Hãy chép từ Cổng thông tin một cửa quốc gia.",
            f"The single-window file code {_shown(text)} must be the ministry, 2 digits of the procedure, "
            f"2 digits of the year and a sequence, such as BNNPTNT25200010180. "
            f"Copy it from the national single window.",
            place,
        )
    ministry, procedure, year, sequence = match.groups()
    return NswFileCode(ministry, procedure, 2000 + int(year), sequence)


def certificate_key(text: str, *, place: str = "") -> str:
    """Give the compare key of a certificate-of-origin reference: capitals and digits only.

    `VN-CN 20/02/12345`, `vn-cn20/02/12345` and `VNCN200212345` are one certificate.
    Keep the reference as printed for display; use the key for uniqueness and search.
    """
    folded = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).upper()
    key = re.sub(r"[^A-Z0-9]", "", folded)
    if not re.search(r"[0-9]", key):
        _refuse(
            f"Số tham chiếu C/O {_shown(text)} phải có ít nhất một chữ số. Hãy chép từ góc trên của C/O.",
            f"The certificate reference {_shown(text)} must hold at least one digit. "
            f"Copy it from the top corner of the certificate.",
            place,
        )
    return key


def _strip(text: str, marks: str) -> str:
    """Without white space of any kind and without the separators people type."""
    dashes = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return "".join(letter for letter in dashes if letter not in marks and not letter.isspace())


def _shown(text: str) -> str:
    """What was typed, quoted; long or unprintable text is cut so that the message stays readable."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text.strip())
    return f"«{clean[:40]}…»" if len(clean) > 40 else f"«{clean}»"


def _refuse(vi: str, en: str, place: str) -> NoReturn:
    raise Refused(vi, en, place=place)
