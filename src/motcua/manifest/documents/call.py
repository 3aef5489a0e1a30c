"""A call: one means of transport at one place, coming or going, and who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from motcua.manifest.documents.boxes import Amount, Coded, box, figure, moment


class Mode(Coded):
    """How it travels; codes of UN/ECE Recommendation 19."""

    SEA = "sea", "Đường biển", "Sea", "1"
    RAIL = "rail", "Đường sắt", "Rail", "2"
    ROAD = "road", "Đường bộ", "Road", "3"
    AIR = "air", "Đường hàng không", "Air", "4"
    RIVER = "river", "Đường thủy nội địa", "Inland waterway", "8"


class MovementKind(Coded):
    """Which procedure; codes as the national single window numbers them."""

    ENTRY = "entry", "Nhập cảnh", "Entry", "1"
    EXIT = "exit", "Xuất cảnh", "Exit", "2"
    TRANSIT = "transit", "Quá cảnh", "Transit", "3"
    PORT_ARRIVAL = "port-arrival", "Vào cảng", "Arrival in port", "4"
    PORT_DEPARTURE = "port-departure", "Rời cảng", "Departure from port", "5"


class Function(Coded):
    """What a message does to an earlier one; codes of UN/EDIFACT data element 1225."""

    ORIGINAL = "original", "Khai mới", "Original", "9"
    REPLACE = "replace", "Thay thế", "Replacement", "5"
    CHANGE = "change", "Sửa đổi", "Change", "4"
    ADD = "add", "Bổ sung", "Addition", "2"
    CANCEL = "cancel", "Hủy", "Cancellation", "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody named in a document: carrier, agent, shipper, consignee."""

    name: str = box("Tên", "Name", "an..70")
    address: str = box("Địa chỉ", "Address", "an..256", "239")
    tax_code: str = box("Mã số thuế", "Tax code", "an..17")
    country: str = box("Nước", "Country", "a2", "242", codes="ISO 3166-1")
    code: str = box("Mã", "Code", "an..17")
    phone: str = box("Điện thoại", "Telephone", "an..50", "240")
    email: str = box("Thư điện tử", "Email", "an..256", "240")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A port, airport, station, gate or town; `code` is a UN/LOCODE where there is one."""

    code: str = box("Mã địa điểm", "Place code", "an..17", "L010", codes="UN/LOCODE")
    name: str = box("Tên địa điểm", "Place name", "an..256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conveyance:
    """The ship, aircraft, train or vehicle itself."""

    name: str = box("Tên phương tiện", "Name", "an..35", "T005")
    imo: str = box("Số IMO", "IMO number", "n7", "T006")
    call_sign: str = box("Hô hiệu", "Call sign", "an..10", "T006")
    mmsi: str = box("Số MMSI", "MMSI", "n9")
    registration: str = box("Số đăng ký, biển kiểm soát", "Registration", "an..35", "T006")
    trailer: str = box("Biển số rơ moóc", "Trailer registration", "an..35")
    flag: str = box("Quốc tịch", "Flag", "a2", "T014", codes="ISO 3166-1")
    kind: str = box("Loại phương tiện", "Type of conveyance", "an..4", "T018", codes="UN/ECE 28")
    certificate_number: str = box("Số giấy chứng nhận đăng ký", "Certificate of registry, number", "an..35")
    certificate_date: date | None = moment("Ngày cấp đăng ký", "Certificate of registry, date")
    certificate_port: str = box("Nơi đăng ký", "Port of registry", "an..35")
    gross_tonnage: Amount = figure("Tổng dung tích (GT)", "Gross tonnage", "n..10,3")
    net_tonnage: Amount = figure("Dung tích thực dụng (NT)", "Net tonnage", "n..10,3")
    deadweight: Amount = figure("Trọng tải toàn phần (DWT)", "Deadweight", "n..10,3", unit="TNE")
    length: Amount = figure("Chiều dài lớn nhất (LOA)", "Length over all", "n..6,2", unit="MTR")
    beam: Amount = figure("Chiều rộng", "Beam", "n..6,2", unit="MTR")
    air_draught: Amount = figure("Chiều cao tĩnh không", "Air draught", "n..6,2", unit="MTR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One entry or exit, one transit, one arrival in or departure from a port: the unit that is counted."""

    mode: Mode | None = box("Phương thức", "Mode of transport", "n1", "T022", needed=True, default=None)
    movement: MovementKind | None = box("Loại thủ tục", "Kind of movement", "n1", needed=True, default=None)
    conveyance: Conveyance = box("Phương tiện", "Conveyance", needed=True, of=Conveyance)
    journey: str = box("Số chuyến", "Voyage, flight or train number", "an..17", "149")
    journey_date: date | None = moment("Ngày của chuyến", "Date of the journey")
    carrier: Party = box("Người vận chuyển", "Carrier", of=Party)
    agent: Party = box("Đại lý", "Agent", of=Party)
    port: Place = box("Cảng, cửa khẩu", "Port or gate", needed=True, of=Place)
    berth: str = box("Cầu, bến, vị trí neo", "Berth or anchorage", "an..35")
    previous_port: Place = box("Cảng rời cuối cùng", "Last port of call", of=Place)
    next_port: Place = box("Cảng đến tiếp theo", "Next port of call", of=Place)
    ports_before: tuple[Place, ...] = box("Các cảng đã qua", "Ports called at before", many=True)
    ports_after: tuple[Place, ...] = box("Các cảng sẽ đến", "Ports to be called at", many=True)
    eta: datetime | None = moment("Dự kiến đến (ETA)", "Estimated arrival", "172")
    etd: datetime | None = moment("Dự kiến rời (ETD)", "Estimated departure")
    ata: datetime | None = moment("Thực tế đến (ATA)", "Actual arrival")
    atd: datetime | None = moment("Thực tế rời (ATD)", "Actual departure")
    voyage_days: Amount = figure("Số ngày hành trình", "Days of voyage", "n..4,1", unit="DAY")
    master: str = box("Tên thuyền trưởng, người điều khiển", "Master, captain or driver", "an..70")
    crew: int | None = figure("Số thuyền viên, tổ lái", "Crew", "n..5")
    passengers: int | None = figure("Số hành khách", "Passengers", "n..5")
    draught_fore: Amount = figure("Mớn nước mũi", "Draught fore", "n..5,2", unit="MTR")
    draught_aft: Amount = figure("Mớn nước lái", "Draught aft", "n..5,2", unit="MTR")
    purpose: str = box("Mục đích", "Purpose of call", "an..70", codes="UN/EDIFACT 8025")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What every paper of a call has: whose it is, what it does to an earlier one, who signs it."""

    call: Call = box("Lượt phương tiện", "Call", needed=True, of=Call)
    function: Function = box("Chức năng", "Function", "n..2", "017", needed=True, default=Function.ORIGINAL)
    reference: str = box("Số tham chiếu của người gửi", "Sender's reference", "an..35", "D026")
    number: str = box("Số tờ khai", "Number", "an..70", "D014")
    office: str = box("Cơ quan hải quan", "Customs office", "an..17", "065")
    declarant: Party = box("Người khai", "Declarant", of=Party)
    issued_at: datetime | None = moment("Thời điểm lập", "Issued at", "D011")
    signed_at: str = box("Nơi ký", "Place of signature", "an..35")
    remarks: str = box("Ghi chú", "Remarks", "an..512", "105")
