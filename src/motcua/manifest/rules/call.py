"""The conveyance, its ports and times, and the deadline of the paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from motcua.lib.bilingual import Text
from motcua.lib.findings import Severity
from motcua.lib.identifiers import COUNTRIES, imo_number, unlocode
from motcua.manifest.documents import Mode, MovementKind, Place, Sheet
from motcua.manifest.rules.rule import Facts, Fault, Rule, refused

CIRCULAR = "50/2018/TT-BTC"
EARLIEST, LATEST = timedelta(days=6), timedelta(days=30)
ENTRIES = frozenset({MovementKind.ENTRY, MovementKind.PORT_ARRIVAL})
EXITS = frozenset({MovementKind.EXIT, MovementKind.PORT_DEPARTURE})


def _named(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    call, ship = sheet.call, sheet.call.conveyance
    if call.mode is None:
        yield Fault("call.mode", "Chưa ghi phương thức vận tải.", "The mode of transport is missing.")
    if call.movement is None:
        yield Fault(
            "call.movement",
            "Chưa ghi loại thủ tục (nhập cảnh, xuất cảnh, quá cảnh, vào cảng, rời cảng).",
            "The kind of movement is missing (entry, exit, transit, arrival in port, departure from port).",
        )
    if call.mode is Mode.SEA and not (ship.imo or ship.call_sign):
        yield Fault(
            "call.conveyance.imo",
            "Chưa ghi số IMO hoặc hô hiệu của tàu; cần ít nhất một.",
            "The IMO number or the call sign is missing; give at least one.",
        )
    elif call.mode is not None and not (ship.imo or ship.call_sign or ship.registration or call.journey):
        yield Fault(
            "call.conveyance.registration",
            "Chưa ghi số đăng ký, biển kiểm soát hoặc số chuyến.",
            "The registration or the journey number is missing.",
        )
    if call.mode in {Mode.SEA, Mode.AIR, Mode.RAIL} and not call.journey:
        yield Fault("call.journey", "Chưa ghi số chuyến.", "The voyage, flight or train number is missing.")


def _imo(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    yield from refused(imo_number, sheet.call.conveyance.imo, "call.conveyance.imo")


def _flag(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    flag = sheet.call.conveyance.flag
    if flag and flag not in COUNTRIES:
        yield Fault(
            "call.conveyance.flag",
            f"Quốc tịch “{flag}” không phải mã nước ISO 3166 (hai chữ cái).",
            f"The flag “{flag}” is no ISO 3166 country code (two letters).",
        )


def _port(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    code = sheet.call.port.code
    if not code:
        yield Fault(
            "call.port.code",
            "Chưa ghi cảng, cửa khẩu làm thủ tục.",
            "The port or gate of the call is missing.",
        )
    elif not code.startswith("VN"):
        yield Fault(
            "call.port.code",
            f"{code} không ở Việt Nam; hãy ghi cảng Việt Nam nơi làm thủ tục, ví dụ VNHON.",
            f"{code} is not in Viet Nam; give the Vietnamese port of the call, such as VNHON.",
        )


def places_of(sheet: Sheet) -> Iterator[tuple[str, Place]]:
    """The places of a call with their paths."""
    call = sheet.call
    yield "call.port", call.port
    yield "call.previous_port", call.previous_port
    yield "call.next_port", call.next_port
    for index, place in enumerate(call.ports_before):
        yield f"call.ports_before[{index}]", place


def unknown_place(path: str, code: str, facts: Facts) -> Iterator[Fault]:
    """A code that has no form of a UN/LOCODE, or is not in the list of a country whose list is whole."""
    if not code or code in facts.codes.places:
        return
    found = list(refused(unlocode, code, path))
    yield from found
    if not found and code[:2] in facts.codes.listed:
        yield Fault(
            path,
            f"Danh mục UN/LOCODE không có {code}. Hãy tra lại mã cảng; nếu mã mới, báo để bổ sung danh mục.",
            f"UN/LOCODE has no {code}. Look the port up again; if the code is new, tell us to add it.",
            Severity.ERROR if code.startswith("VN") else Severity.WARNING,
        )


def _places(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    for path, place in places_of(sheet):
        yield from unknown_place(f"{path}.code", place.code, facts)


def _unverified(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    for path, place in places_of(sheet):
        if place.code in facts.codes.unverified_places:
            yield Fault(
                f"{path}.code",
                f"Mã {place.code} đang dùng nhưng chưa xác minh trong UN/LOCODE.",
                f"The code {place.code} is in use but unverified in UN/LOCODE.",
            )


def _times(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    call = sheet.call
    if facts.entry and call.eta is None and call.ata is None:
        yield Fault(
            "call.eta",
            "Chưa ghi giờ dự kiến đến (ETA); thời hạn khai tính từ đó.",
            "The expected arrival (ETA) is missing; the deadlines hang on it.",
        )
    if not facts.entry and call.etd is None and call.atd is None:
        yield Fault(
            "call.etd",
            "Chưa ghi giờ dự kiến rời (ETD); thời hạn khai tính từ đó.",
            "The expected departure (ETD) is missing; the deadlines hang on it.",
        )
    if call.eta and call.etd and call.etd < call.eta:
        yield Fault(
            "call.etd",
            "Giờ dự kiến rời sớm hơn giờ dự kiến đến.",
            "The expected departure is before the expected arrival.",
        )


def _window(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    name = "eta" if facts.entry else "etd"
    expected = getattr(sheet.call, name)
    if expected and not facts.at - EARLIEST <= expected <= facts.at + LATEST:
        yield Fault(
            f"call.{name}",
            "Giờ dự kiến quá xa lúc gửi (trước 6 ngày hoặc sau 30 ngày); hãy kiểm tra ngày tháng.",
            "The expected time is far from the time of filing (6 days before, 30 days after); check the date.",
        )


def _route(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    call = sheet.call
    other, name = (call.previous_port, "previous_port") if facts.entry else (call.next_port, "next_port")
    if other.code and other.code == call.port.code:
        yield Fault(
            f"call.{name}.code",
            f"{other.code} trùng với cảng làm thủ tục.",
            f"{other.code} is the port of the call itself.",
        )
    abroad = call.movement in {MovementKind.ENTRY, MovementKind.EXIT}
    if abroad and other.code.startswith("VN") and other.code != call.port.code:
        yield Fault(
            f"call.{name}.code",
            f"{other.code} ở Việt Nam: chuyển giữa hai cảng Việt Nam là thủ tục vào cảng, rời cảng, không phải "
            "nhập cảnh, xuất cảnh.",
            f"{other.code} is in Viet Nam: between two Vietnamese ports one declares arrival in port or departure "
            "from port, not entry or exit.",
        )


def _deadline(sheet: Sheet, facts: Facts) -> Iterator[Fault]:
    if facts.due is None or facts.due_why is None or facts.at <= facts.due.at:
        return
    yield Fault(
        "call.eta" if facts.due.law.anchor == "eta" else "call.etd",
        f"Khai muộn, vẫn được tiếp nhận và được đánh dấu rủi ro. {facts.due_why.vi}",
        f"Filed late; taken all the same, and flagged. {facts.due_why.en}",
    )


RULES = (
    Rule(
        "call-named",
        Text(
            "Bản khai phải nói rõ phương tiện nào, chuyến nào, thủ tục gì.",
            "A paper says which conveyance, which journey, which procedure.",
        ),
        CIRCULAR,
        Sheet,
        _named,
    ),
    Rule(
        "call-imo",
        Text("Số IMO phải đúng chữ số kiểm tra.", "An IMO number keeps its check digit."),
        "IMO A.1117(30)",
        Sheet,
        _imo,
    ),
    Rule(
        "call-flag",
        Text("Quốc tịch là mã nước ISO 3166.", "The flag is an ISO 3166 country."),
        CIRCULAR,
        Sheet,
        _flag,
    ),
    Rule(
        "call-port",
        Text("Thủ tục làm tại một cảng, cửa khẩu Việt Nam.", "A call is made at a Vietnamese port or gate."),
        CIRCULAR,
        Sheet,
        _port,
    ),
    Rule(
        "call-place",
        Text("Cảng ghi bằng mã UN/LOCODE có trong danh mục.", "Ports are UN/LOCODEs that exist."),
        CIRCULAR,
        Sheet,
        _places,
    ),
    Rule(
        "call-place-unverified",
        Text("Mã cảng chưa xác minh được nói rõ.", "An unverified port code is said to be so."),
        CIRCULAR,
        Sheet,
        _unverified,
        Severity.NOTE,
    ),
    Rule(
        "call-times",
        Text("Giờ dự kiến đến, rời phải có và theo thứ tự.", "The expected times are there and in order."),
        CIRCULAR,
        Sheet,
        _times,
    ),
    Rule(
        "call-window",
        Text("Giờ dự kiến gần lúc gửi.", "The expected time is near the time of filing."),
        CIRCULAR,
        Sheet,
        _window,
        Severity.WARNING,
    ),
    Rule(
        "call-route",
        Text(
            "Nhập cảnh từ nước ngoài, xuất cảnh ra nước ngoài.",
            "An entry comes from abroad, an exit goes abroad.",
        ),
        "58/2017/ND-CP",
        Sheet,
        _route,
    ),
    Rule(
        "call-late",
        Text(
            "Gửi đúng thời hạn; gửi muộn vẫn nhận và đánh dấu.",
            "Papers come in time; a late one is taken and flagged.",
        ),
        "08/2015/ND-CP",
        Sheet,
        _deadline,
        Severity.WARNING,
    ),
)
