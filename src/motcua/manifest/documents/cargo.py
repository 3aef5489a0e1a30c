"""The cargo declaration (IMO FAL form 2 and its kin): bills, their goods, the boxes they travel in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from motcua.manifest.documents.boxes import Amount, Coded, box, figure, mass, moment
from motcua.manifest.documents.call import Party, Place, Sheet


class BillKind(Coded):
    """Simple bills stand alone; a house bill hangs under a master. Codes as in UN/EDIFACT 1153 and IATA lists."""

    SIMPLE = "simple", "Vận đơn đơn", "Simple bill", "BM"
    MASTER = "master", "Vận đơn chủ", "Master bill", "MB"
    HOUSE = "house", "Vận đơn thứ cấp", "House bill", "BH"


class Nature(Coded):
    """What becomes of the goods at this port; codes as cargo manifests commonly carry them in GIS."""

    IMPORT = "import", "Nhập khẩu", "Import", "23"
    EXPORT = "export", "Xuất khẩu", "Export", "22"
    TRANSIT = "transit", "Quá cảnh", "Transit", "24"
    TRANSHIPMENT = "transhipment", "Trung chuyển", "Transhipment", "28"
    STAYS_ABOARD = "stays-aboard", "Hàng không dỡ (còn lại trên tàu)", "Remains on board", "26"


class Fullness(Coded):
    """How full a box is; codes of UN/EDIFACT data element 8169."""

    EMPTY = "empty", "Rỗng", "Empty", "4"
    FULL = "full", "Đầy", "Full", "5"


class EquipmentKind(Coded):
    """What the goods travel in; codes of UN/EDIFACT data element 8053."""

    CONTAINER = "container", "Công-ten-nơ", "Container", "CN"
    TRAILER = "trailer", "Rơ moóc", "Trailer", "TE"
    WAGON = "wagon", "Toa xe", "Rail wagon", "RR"
    PALLET = "uld", "Thiết bị chất xếp hàng không (ULD)", "Unit load device", "UL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount with its currency."""

    amount: Amount = figure("Số tiền", "Amount", "n..16,3")
    currency: str = box("Loại tiền", "Currency", "a3", codes="ISO 4217")


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerousGoods:
    """Goods of the IMDG Code (IATA DGR by air), as IMO FAL form 7 asks for them."""

    un_number: str = box("Số UN", "UN number", "n4", needed=True)
    hazard_class: str = box("Loại nguy hiểm", "Class", "an..7", needed=True)
    proper_name: str = box("Tên vận chuyển đúng", "Proper shipping name", "an..256")
    packing_group: str = box("Nhóm đóng gói", "Packing group", "an..3", codes="UN/EDIFACT 8339")
    subsidiary_risk: str = box("Nguy hiểm phụ", "Subsidiary risk", "an..15")
    flash_point: Amount = figure("Điểm chớp cháy", "Flash point", "n..5,1", unit="CEL")
    marine_pollutant: bool | None = box("Chất ô nhiễm biển", "Marine pollutant", default=None)
    ems: str = box("Mã EmS", "EmS", "an..10")
    gross_kg: Amount = mass("Khối lượng cả bì", "Gross mass", "126")
    net_kg: Amount = mass("Khối lượng tịnh", "Net mass", "128")
    packages: int | None = figure("Số kiện", "Packages", "n..8", "144")
    package_kind: str = box("Loại kiện", "Kind of packages", "an..2", "141", codes="UN/ECE 21")
    equipment: str = box("Số công-ten-nơ", "Container number", "an..17", "159")
    bill: str = box("Số vận đơn, số tham chiếu", "Bill or booking", "an..35", "D023")
    marks: str = box("Ký mã hiệu", "Marks and numbers", "an..512", "142")
    stowage: str = box("Vị trí xếp trên tàu", "Stowage position", "an..25")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of goods in a bill."""

    number: int | None = figure("Số thứ tự", "Sequence", "n..5", "006")
    description: str = box("Mô tả hàng hóa", "Description", "an..512", "137", needed=True)
    hs: str = box("Mã HS", "HS code", "an..18", "145", codes="HS")
    packages: int | None = figure("Số kiện", "Packages", "n..8", "144")
    package_kind: str = box("Loại kiện", "Kind of packages", "an..2", "141", codes="UN/ECE 21")
    marks: str = box("Ký mã hiệu", "Marks and numbers", "an..512", "142")
    gross_kg: Amount = mass("Khối lượng cả bì", "Gross mass", "126")
    net_kg: Amount = mass("Khối lượng tịnh", "Net mass", "128")
    volume_m3: Amount = figure("Thể tích", "Volume", "n..16,6", unit="MTQ")
    origin: str = box("Nước xuất xứ", "Origin", "a2", "063", codes="ISO 3166-1")
    value: Money = box("Trị giá", "Value", of=Money)
    dangerous: tuple[DangerousGoods, ...] = box("Hàng nguy hiểm", "Dangerous goods", many=True)
    chassis: tuple[str, ...] = box("Số khung", "Chassis numbers", "an..35", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EquipmentUse:
    """Which goods stand in which box: a box may serve many bills, a bill many boxes."""

    equipment: str = box("Số công-ten-nơ", "Container number", "an..17", "159", needed=True)
    item: int | None = figure("Thuộc dòng hàng", "Of which item", "n..5", "006")
    packages: int | None = figure("Số kiện", "Packages", "n..8", "144")
    gross_kg: Amount = mass("Khối lượng cả bì", "Gross mass", "126")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One bill of lading, air waybill or consignment note."""

    number: str = box("Số vận đơn", "Bill number", "an..35", "D023", needed=True)
    kind: BillKind = box("Loại vận đơn", "Kind of bill", "an..3", "D024", default=BillKind.SIMPLE)
    master_number: str = box("Số vận đơn chủ", "Master bill number", "an..35", "D023")
    sequence: int | None = figure("Số thứ tự", "Sequence", "n..5", "006")
    nature: Nature | None = box("Tính chất lô hàng", "Nature", "an..3", default=None)
    carrier: Party = box("Người phát hành vận đơn", "Issuer of the bill", of=Party)
    shipper: Party = box("Người gửi hàng", "Shipper", of=Party)
    consignee: Party = box("Người nhận hàng", "Consignee", of=Party)
    notify: tuple[Party, ...] = box("Bên được thông báo", "Notify parties", many=True)
    receipt: Place = box("Nơi nhận hàng để chở", "Place of receipt", of=Place)
    loading: Place = box("Cảng xếp hàng", "Port of loading", of=Place)
    transhipment: Place = box("Cảng chuyển tải", "Port of transhipment", of=Place)
    unloading: Place = box("Cảng dỡ hàng", "Port of unloading", of=Place)
    delivery: Place = box("Địa điểm giao hàng", "Place of delivery", of=Place)
    destination: Place = box("Cảng đích cuối cùng", "Final destination", of=Place)
    warehouse: Place = box("Địa điểm lưu giữ hàng", "Location of goods", of=Place)
    freight: Money = box("Cước phí", "Freight", of=Money)
    prepaid: bool | None = box("Cước trả trước", "Freight prepaid", default=None)
    ucr: str = box("Số tham chiếu lô hàng (UCR)", "Unique consignment reference", "an..35", "016")
    issued_on: date | None = moment("Ngày phát hành vận đơn", "Date of issue")
    departed_on: date | None = moment("Ngày khởi hành", "Date of departure")
    packages: int | None = figure("Tổng số kiện", "Packages in all", "n..8", "146")
    gross_kg: Amount = mass("Tổng khối lượng cả bì", "Gross mass in all", "131")
    volume_m3: Amount = figure("Tổng thể tích", "Volume in all", "n..16,6", unit="MTQ")
    split: bool | None = box("Lô hàng chia chuyến", "Split over several flights", default=None)
    items: tuple[Item, ...] = box("Hàng hóa", "Goods", many=True)
    uses: tuple[EquipmentUse, ...] = box("Công-ten-nơ chứa hàng", "Containers used", many=True)
    remarks: str = box("Ghi chú", "Remarks", "an..512", "105")

    @property
    def all_packages(self) -> int | None:
        """The packages of the bill: as declared for the whole, else the sum of its items."""
        if self.packages is not None:
            return self.packages
        known = [item.packages for item in self.items if item.packages is not None]
        return sum(known) if known else None

    @property
    def all_gross_kg(self) -> Decimal | None:
        """The gross mass of the bill: as declared for the whole, else the sum of its items."""
        if self.gross_kg is not None:
            return self.gross_kg
        known = [item.gross_kg for item in self.items if item.gross_kg is not None]
        return sum(known, Decimal(0)) if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """One container, trailer, wagon or unit load device aboard."""

    number: str = box("Số hiệu", "Number", "an..17", "159", needed=True)
    kind: EquipmentKind = box("Loại thiết bị", "Kind", "an..3", default=EquipmentKind.CONTAINER)
    size_type: str = box("Kích cỡ, kiểu", "Size and type", "an..10", "152", codes="ISO 6346")
    fullness: Fullness | None = box("Tình trạng đầy, rỗng", "Full or empty", "n1", default=None)
    seals: tuple[str, ...] = box("Số niêm phong", "Seals", "an..35", "165", many=True)
    tare_kg: Amount = mass("Khối lượng vỏ", "Tare")
    gross_kg: Amount = mass("Khối lượng cả bì", "Gross mass")
    verified_kg: Amount = mass("Khối lượng xác minh (VGM)", "Verified gross mass")
    operator: str = box("Người khai thác", "Operator", "an..17")
    stowage: str = box("Vị trí xếp trên tàu", "Stowage position", "an..25")
    temperature: Amount = figure("Nhiệt độ đặt", "Set temperature", "n..5,1", unit="CEL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the sender says the whole comes to; a rule recounts it."""

    bills: int | None = figure("Số vận đơn", "Bills", "n..5")
    packages: int | None = figure("Số kiện", "Packages", "n..8", "146")
    gross_kg: Amount = mass("Khối lượng cả bì", "Gross mass", "131")
    volume_m3: Amount = figure("Thể tích", "Volume", "n..16,6", unit="MTQ")
    containers: int | None = figure("Số công-ten-nơ", "Containers", "n..5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Sheet):
    """The cargo declaration of one call (IMO FAL form 2), with bills and boxes."""

    equipment: tuple[Equipment, ...] = box("Công-ten-nơ, toa xe", "Containers, wagons", many=True)
    bills: tuple[Bill, ...] = box("Vận đơn", "Bills", many=True)
    totals: Totals = box("Tổng cộng", "Totals", of=Totals)
