"""The other papers of a call: IMO FAL forms 1 and 3 to 7, and those of health, security and waste."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from motcua.manifest.documents.boxes import Amount, Coded, box, figure, mass, moment
from motcua.manifest.documents.call import Party, Place, Sheet
from motcua.manifest.documents.cargo import DangerousGoods


class Sex(Coded):
    """As travel documents have it."""

    FEMALE = "F", "Nữ", "Female", "F"
    MALE = "M", "Nam", "Male", "M"
    OTHER = "X", "Khác", "Unspecified", "X"


class Delivery(Coded):
    """What becomes of waste at this port."""

    ALL = "all", "Toàn bộ", "All", "1"
    SOME = "some", "Một phần", "Some", "2"
    NONE = "none", "Không", "None", "3"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralDeclaration(Sheet):
    """IMO FAL form 1, general declaration."""

    position: str = box("Vị trí tàu trong cảng", "Position in the port", "an..70")
    voyage: str = box("Tóm tắt hành trình", "Brief particulars of voyage", "an..512")
    cargo: str = box("Mô tả tóm tắt hàng hóa", "Brief description of the cargo", "an..512")
    waste_requirements: str = box("Yêu cầu tiếp nhận chất thải", "Waste reception needed", "an..512")
    cargo_declarations: int | None = figure("Số bản khai hàng hóa", "Cargo declarations attached", "n..3")
    stores_declarations: int | None = figure("Số bản khai dự trữ", "Stores declarations attached", "n..3")
    crew_lists: int | None = figure("Số danh sách thuyền viên", "Crew lists attached", "n..3")
    passenger_lists: int | None = figure("Số danh sách hành khách", "Passenger lists attached", "n..3")
    effects_declarations: int | None = figure("Số bản khai hành lý", "Effects declarations attached", "n..3")
    health_declarations: int | None = figure("Số bản khai y tế", "Health declarations attached", "n..3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody aboard: crew or passenger."""

    family_name: str = box("Họ", "Family name", "an..70", needed=True)
    given_names: str = box("Tên", "Given names", "an..70")
    rank: str = box("Chức danh", "Rank or rating", "an..35")
    nationality: str = box("Quốc tịch", "Nationality", "a..3", codes="ISO 3166-1", needed=True)
    born_on: date | None = moment("Ngày sinh", "Date of birth", needed=True)
    born_at: str = box("Nơi sinh", "Place of birth", "an..70")
    sex: Sex | None = box("Giới tính", "Sex", "a1", default=None)
    document_kind: str = box("Loại giấy tờ", "Kind of document", "an..3", codes="ICAO 9303")
    document_number: str = box("Số giấy tờ", "Document number", "an..35", needed=True)
    document_country: str = box("Nước cấp", "Issued by", "a..3", codes="ISO 3166-1")
    document_expires: date | None = moment("Có giá trị đến", "Valid until")
    visa: str = box("Số thị thực", "Visa number", "an..35")
    embarked: Place = box("Nơi lên", "Port of embarkation", of=Place)
    leaves: Place = box("Nơi rời", "Port of disembarkation", of=Place)
    in_transit: bool | None = box("Quá cảnh", "In transit", default=None)
    residence: str = box("Nơi cư trú", "Residence", "an..256")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewList(Sheet):
    """IMO FAL form 5, crew list."""

    persons: tuple[Person, ...] = box("Thuyền viên", "Crew", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassengerList(Sheet):
    """IMO FAL form 6, passenger list."""

    persons: tuple[Person, ...] = box("Hành khách", "Passengers", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What one of the crew brings that is dutiable or restricted."""

    family_name: str = box("Họ", "Family name", "an..70", needed=True)
    given_names: str = box("Tên", "Given names", "an..70")
    rank: str = box("Chức danh", "Rank or rating", "an..35")
    articles: str = box("Hành lý phải khai", "Effects", "an..512", needed=True)
    quantity: str = box("Số lượng", "Quantity", "an..35")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewEffects(Sheet):
    """IMO FAL form 4, crew's effects declaration."""

    effects: tuple[Effects, ...] = box("Hành lý thuyền viên", "Crew's effects", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """One article of the ship's stores."""

    article: str = box("Tên vật dụng", "Name of article", "an..256", needed=True)
    quantity: Amount = figure("Số lượng", "Quantity", "n..14,3", needed=True)
    unit: str = box("Đơn vị tính", "Unit", "an..3", codes="UN/ECE 20")
    location: str = box("Vị trí trên tàu", "Location on board", "an..70")
    official_use: str = box("Phần dành cho cơ quan quản lý", "Official use", "an..256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores(Sheet):
    """IMO FAL form 3, ship's stores declaration."""

    persons_aboard: int | None = figure("Số người trên tàu", "Persons on board", "n..5")
    days_of_stay: Amount = figure("Thời gian ở cảng", "Period of stay", "n..4,1", unit="DAY")
    storage: str = box("Nơi để dự trữ", "Place of storage", "an..256")
    stores: tuple[Store, ...] = box("Dự trữ của tàu", "Stores", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerousGoodsManifest(Sheet):
    """IMO FAL form 7, dangerous goods manifest."""

    goods: tuple[DangerousGoods, ...] = box("Hàng nguy hiểm", "Dangerous goods", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class PortVisit:
    """A port called at before, with the level of security there."""

    port: Place = box("Cảng", "Port", needed=True, of=Place)
    facility: str = box("Bến cảng", "Port facility", "an..35")
    arrived_on: date | None = moment("Ngày đến", "Arrived on")
    departed_on: date | None = moment("Ngày rời", "Departed on")
    security_level: int | None = figure("Cấp độ an ninh", "Security level", "n1")
    measures: str = box("Biện pháp an ninh bổ sung", "Further security measures", "an..256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sickness:
    """Somebody who is or was ill aboard."""

    name: str = box("Họ tên", "Name", "an..70", needed=True)
    rank: str = box("Hạng, chức danh", "Class or rating", "an..35")
    age: int | None = figure("Tuổi", "Age", "n..3")
    sex: Sex | None = box("Giới tính", "Sex", "a1", default=None)
    nationality: str = box("Quốc tịch", "Nationality", "a..3", codes="ISO 3166-1")
    embarked: Place = box("Nơi lên tàu", "Port where joined", of=Place)
    embarked_on: date | None = moment("Ngày lên tàu", "Date joined")
    illness: str = box("Bệnh", "Nature of illness", "an..256")
    since: date | None = moment("Ngày phát bệnh", "Date of onset")
    outcome: str = box("Xử lý, kết quả", "Disposal of case", "an..256")


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDeclaration(Sheet):
    """Maritime declaration of health (International Health Regulations 2005, annex 8): its nine questions."""

    sanitation_certificate: str = box("Số giấy chứng nhận vệ sinh tàu", "Sanitation certificate", "an..35")
    sanitation_port: Place = box("Nơi cấp", "Issued at", of=Place)
    sanitation_date: date | None = moment("Ngày cấp", "Issued on")
    reinspection: bool | None = box("Phải kiểm tra lại", "Re-inspection required", default=None)
    affected_area: str = box("Đã qua vùng có dịch", "Visited an affected area", "an..256")
    death: bool | None = box("Có người chết", "Anybody died aboard, not by accident", default=None)
    suspected_infection: bool | None = box(
        "Có ca nghi bệnh truyền nhiễm", "A suspected infectious case", default=None
    )
    more_ill_than_usual: bool | None = box(
        "Số người ốm cao hơn thường lệ", "More ill than usual", default=None
    )
    ill_now: bool | None = box("Hiện có người ốm", "Anybody ill now", default=None)
    doctor_consulted: bool | None = box("Đã hỏi ý kiến bác sĩ", "A doctor was consulted", default=None)
    risk_known: bool | None = box(
        "Có điều kiện làm lây lan bệnh", "A condition that may spread disease", default=None
    )
    measures_taken: str = box("Biện pháp y tế đã áp dụng", "Sanitary measures taken", "an..256")
    stowaways: bool | None = box("Có người trốn theo tàu", "Stowaways found", default=None)
    sick_animal: bool | None = box("Có động vật ốm", "A sick animal or pet", default=None)
    ports: tuple[PortVisit, ...] = box(
        "Các cảng đã qua trong 30 ngày", "Ports of the last 30 days", many=True
    )
    sick: tuple[Sickness, ...] = box("Danh sách người ốm", "Sick list", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityNotice(Sheet):
    """Ship pre-arrival security information (SOLAS XI-2, regulation 9)."""

    certificate: str = box("Số giấy chứng nhận an ninh (ISSC)", "ISSC number", "an..35")
    certificate_issuer: str = box("Cơ quan cấp ISSC", "ISSC issued by", "an..70")
    certificate_expires: date | None = moment("ISSC có giá trị đến", "ISSC valid until")
    interim: bool | None = box("ISSC tạm thời", "Interim ISSC", default=None)
    plan_aboard: bool | None = box(
        "Có kế hoạch an ninh được duyệt", "Approved security plan aboard", default=None
    )
    level: int | None = figure("Cấp độ an ninh hiện tại", "Current security level", "n1", needed=True)
    company: Party = box("Công ty quản lý tàu", "Company", of=Party)
    officer: str = box("Sĩ quan an ninh công ty (CSO)", "Company security officer", "an..70")
    officer_phone: str = box("Điện thoại CSO", "Telephone of the CSO", "an..50")
    ports: tuple[PortVisit, ...] = box("Mười cảng ghé gần nhất", "Last ten calls", many=True)
    ship_to_ship: str = box("Hoạt động giữa tàu với tàu", "Ship-to-ship activities", "an..512")
    matters: str = box("Vấn đề an ninh cần báo", "Security matters to report", "an..512")


@dataclass(frozen=True, slots=True, kw_only=True)
class WasteLine:
    """One kind of waste aboard."""

    kind: str = box("Loại chất thải", "Kind of waste", "an..70", needed=True)
    delivered_m3: Amount = figure("Lượng giao", "To be delivered", "n..8,3", unit="MTQ")
    capacity_m3: Amount = figure("Dung tích chứa tối đa", "Storage capacity", "n..8,3", unit="MTQ")
    kept_m3: Amount = figure("Lượng giữ lại", "Kept aboard", "n..8,3", unit="MTQ")
    next_delivery: Place = box("Cảng sẽ giao phần còn lại", "Port of next delivery", of=Place)
    expected_m3: Amount = figure("Lượng dự kiến phát sinh", "To be generated", "n..8,3", unit="MTQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waste(Sheet):
    """Advance notice of waste (MARPOL; IMO circular MEPC.1/Circ.834)."""

    delivery: Delivery | None = box("Giao chất thải tại cảng này", "Delivery at this port", default=None)
    last_port: Place = box("Cảng giao chất thải gần nhất", "Last port of delivery", of=Place)
    last_delivery: datetime | None = moment("Thời điểm giao gần nhất", "Last delivered at")
    lines: tuple[WasteLine, ...] = box("Các loại chất thải", "Kinds of waste", many=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotice(Sheet):
    """Notice that a ship comes, leaves or passes: which ports, when, who is aboard (CUSREP, BERMAN)."""

    cargo: str = box("Hàng trên tàu", "Cargo aboard", "an..512")
    gross_kg: Amount = mass("Khối lượng hàng", "Mass of the cargo", "131")
    containers: int | None = figure("Số công-ten-nơ", "Containers", "n..5")
    others_aboard: int | None = figure("Số người khác trên tàu", "Other persons aboard", "n..5")
