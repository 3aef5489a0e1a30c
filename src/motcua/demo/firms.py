"""Made-up firms: names from a list of words, tax codes with a right check digit. Any likeness to a real firm is chance."""

from __future__ import annotations

from random import Random

from stdnum.vn import mst

from motcua.demo.chance import chance
from motcua.people.models import Organisation

_KINDS = ("Công ty TNHH", "Công ty Cổ phần", "Công ty TNHH MTV", "Doanh nghiệp tư nhân", "Hợp tác xã")
_TRADES = (
    "Thương mại", "Xuất nhập khẩu", "Sản xuất", "Thuỷ sản", "Dệt may", "Vật liệu xây dựng", "Nông sản", "Than và khoáng sản",
    "Logistics", "Vận tải biển", "Thiết bị điện", "Thực phẩm", "Cơ khí", "Bao bì", "Gốm sứ", "Hoá chất",
)  # fmt: skip
_FIRST = (
    "Đông", "An", "Bình", "Hồng", "Thanh", "Minh", "Phú", "Quang", "Tân", "Việt", "Hải", "Hoàng", "Kim", "Ngọc", "Thuận",
    "Trường", "Đại", "Hạ", "Long", "Bảo", "Gia", "Nam", "Sao", "Thiên", "Vĩnh", "Xuân",
)  # fmt: skip
_SECOND = (
    "Á", "Phát", "Thịnh", "Cường", "Hưng", "Lộc", "Dương", "Giang", "Sơn", "Anh", "Đức", "Thành", "Khánh", "Lâm", "Nhật",
    "Phong", "Quý", "Tiến", "Yên", "Vinh", "Hà", "Đạt", "Mỹ", "Linh",
)  # fmt: skip


def tax_code(random: Random) -> str:
    """A ten-digit tax code that passes its check; the serial is drawn until a check digit exists."""
    while True:
        body = f"{random.randrange(57, 58)}{random.randrange(1, 10_000_000):07d}"
        try:
            return body + str(mst.calc_check_digit(body))
        except (ValueError, mst.InvalidChecksum):
            continue


def firms(count: int) -> list[Organisation]:
    """The firms of the demo, stored once; asked again, the same are found."""
    random = chance("firms")
    wanted: dict[str, Organisation] = {}
    while len(wanted) < count:
        code = tax_code(random)
        if not mst.is_valid(code) or code in wanted:
            continue
        name = f"{random.choice(_KINDS)} {random.choice(_TRADES)} {random.choice(_FIRST)} {random.choice(_SECOND)}"
        wanted[code] = Organisation(kind=Organisation.Kind.FIRM, tax_code=code, name=name)
    Organisation.objects.bulk_create((firm.prepare() for firm in wanted.values()), ignore_conflicts=True)
    return list(Organisation.objects.filter(tax_code__in=wanted).order_by("tax_code"))
