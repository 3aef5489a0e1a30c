"""
The envelope of the national single window: who writes to whom, about which dossier, and what for.

    Envelope / Header / Reference{version, messageId}
                      / From, To{name, identity, countryCode, ministryCode, organizationCode, unitCode}
                      / Subject{documentType, type, function, reference, preReference, documentYear, sendDate}
             / Body   / Content{one element, named by the document}, Reason?

Shape and codes follow two public systems that speak with the portal, one of the maritime administration and one of the
Ministry of Agriculture; there is no public schema. They differ in the case of names (`ministryCode`, `ministrycode`,
`MinistryCode`), so names are read whatever their case, with or without a namespace, and written as above.

A procedure of a ministry is the documentType of its inspections (`BNNPTNT2500009`); ships use the numbers 1 to 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from typing import Final

from motcua.lib import xmldoc
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding, errors
from motcua.lib.xmldoc import Element

TYPE: Final = "nsw-envelope"
VIETNAM: Final = timezone(timedelta(hours=7))

Codes = Mapping[str, tuple[str, str]]

# A ship's papers: what the voyage is, what the paper is.
SHIP_DOCUMENTS: Final[Codes] = {
    "1": ("Nhập cảnh", "Entry"), "2": ("Xuất cảnh", "Exit"), "3": ("Quá cảnh", "Transit"),
    "4": ("Vào cảng", "Arrival in port"), "5": ("Rời cảng", "Departure from port"),
}  # fmt: skip
SHIP_TYPES: Final[Codes] = {
    "10": ("Thông báo an ninh tàu", "Ship security notice"),
    "20": ("Bản khai hàng hóa", "Cargo declaration"),
    "26": ("Kết quả phê duyệt của bộ, ngành", "Decision of a ministry"),
    "30": ("Thông báo tàu đến", "Notice of arrival"),
    "31": ("Thông báo tàu rời", "Notice of departure"),
    "32": ("Thông báo quá cảnh", "Notice of transit"),
    "40": ("Xác nhận tàu đến", "Confirmation of arrival"),
    "41": ("Xác nhận tàu rời", "Confirmation of departure"),
    "42": ("Xác nhận quá cảnh", "Confirmation of transit"),
    "50": ("Bản khai chung", "General declaration"),
    "51": ("Danh sách thuyền viên", "Crew list"),
    "52": ("Danh sách hành khách", "Passenger list"),
    "53": ("Bản khai hàng nguy hiểm", "Dangerous goods"),
    "54": ("Bản khai dự trữ của tàu", "Ship's stores"),
    "55": ("Bản khai hành lý thuyền viên", "Crew effects"),
    "56": ("Giấy khai báo y tế hàng hải", "Maritime declaration of health"),
    "57": ("Giấy khai báo kiểm dịch thực vật", "Plant quarantine"),
    "58": ("Giấy khai báo kiểm dịch động vật", "Animal quarantine"),
    "59": ("Hành lý hành khách", "Passengers' luggage"),
    "60": ("Giấy phép rời cảng cấp khi xuất cảnh", "Port clearance on leaving the country"),
    "61": ("Giấy phép rời cảng của tàu đến", "Port clearance of an arriving ship"),
    "62": ("Huỷ giấy phép rời cảng", "Cancelled port clearance"),
    "63": ("Yêu cầu cấp lại giấy phép rời cảng", "Request to reissue a port clearance"),
    "70": ("Lệnh điều động", "Movement order"),
    "71": ("Huỷ lệnh điều động", "Cancelled movement order"),
    "80": ("Thông báo cho phép quá cảnh", "Notice that transit is allowed"),
    "90": ("Giấy phép quá cảnh", "Transit permit"),
    "91": ("Xác nhận thông quan", "Customs clearance confirmed"),
    "92": ("Thông báo huỷ xác báo", "Confirmation withdrawn"),
    "93": ("Huỷ giấy phép quá cảnh", "Cancelled transit permit"),
    "94": ("Yêu cầu cấp lại giấy phép quá cảnh", "Request to reissue a transit permit"),
    "99": ("Toàn bộ hồ sơ", "Whole dossier"),
}
SHIP_FUNCTIONS: Final[Codes] = {
    "01": ("Khai báo", "Declare"),
    "02": ("Khai sửa", "Amend"),
    "03": ("Khai huỷ", "Cancel"),
    "04": ("Cấp lại, huỷ xác nhận", "Reissue or cancel a confirmation"),
    "05": ("Bổ sung chứng từ", "Add documents"),
    "10": ("Huỷ thủ tục", "Cancel the procedure"),
    "11": ("Hỏi kết quả", "Ask for the result"),
    "21": ("Chấp nhận", "Accept"),
    "22": ("Từ chối, lỗi kiểm tra", "Reject; the message has faults"),
    "23": ("Hoàn thành", "Completed"),
    "24": ("Xác nhận huỷ", "Cancellation confirmed"),
    "25": ("Yêu cầu sửa đổi, bổ sung", "Asks for amendment"),
    "26": ("Quyết định của bộ, ngành", "Decision of a ministry"),
    "27": ("Yêu cầu sửa đổi, bổ sung", "Asks for amendment"),
    "28": ("Sửa đổi, bổ sung", "Amended"),
    "29": ("Bổ sung tệp đính kèm", "Attachments added"),
    "99": ("Đã nhận", "Received"),
}
# An inspection's messages, as the Ministry of Agriculture's procedure 25 numbers them.
INSPECTION_TYPES: Final[Codes] = {
    "10": ("Hồ sơ đăng ký kiểm tra", "Application"),
    "11": ("Yêu cầu huỷ, sửa hồ sơ của doanh nghiệp", "The firm's request to cancel or to amend"),
    "12": ("Thông tin xử lý hồ sơ của cán bộ", "Word from the officer who handles it"),
    "13": ("Xác nhận đơn đăng ký kiểm tra", "Confirmation of the registration"),
    "14": ("Thu hồi xác nhận đăng ký", "Withdrawal of the registration"),
    "15": ("Hồ sơ gửi tổ chức được chỉ định", "Dossier for the designated body"),
    "16": ("Kết quả đánh giá sự phù hợp", "Result of the conformity assessment"),
    "17": ("Nộp kết quả đánh giá sự phù hợp", "The result is submitted"),
    "18": ("Thông báo tiếp nhận kết quả", "The result is acknowledged"),
    "19": ("Giấy xác nhận, thông báo kết quả kiểm tra", "Certificate, notice of the result"),
    "20": ("Thu hồi thông báo kết quả kiểm tra", "Withdrawal of the certificate"),
    "21": ("Báo cáo miễn, giảm kiểm tra", "Report of an exemption or reduction"),
    "22": ("Đã tiếp nhận báo cáo miễn, giảm", "The report is acknowledged"),
    "23": ("Danh mục nhóm hàng hóa", "Code list: groups of goods"),
    "24": ("Danh mục loại hàng hóa", "Code list: kinds of goods"),
    "25": ("Danh mục phân loại", "Code list: classes"),
}
# The source lists 00 to 28 and 99 without names; the names of those below follow the maritime ones where they agree.
INSPECTION_FUNCTIONS: Final[Codes] = {
    "00": ("Lỗi kiểm tra bản tin", "The message has faults"),
    "01": ("Khai mới", "New"),
    "02": ("Khai sửa, bổ sung", "Amend or supplement"),
    "03": ("Khai huỷ", "Cancel"),
    "04": ("Cấp, thông báo kết quả", "Issue"),
    "05": ("Thu hồi", "Withdraw"),
    "06": ("Cấp lại thay bản cũ", "Issue again in place of the former"),
    "21": ("Chấp nhận", "Accept"),
    "22": ("Lỗi kiểm tra bản tin", "The message has faults"),
    "23": ("Hoàn thành", "Completed"),
    "25": ("Yêu cầu bổ sung", "Asks for a supplement"),
    "26": ("Từ chối", "Refuse"),
    "27": ("Chuyển cán bộ xử lý", "Assigned to an officer"),
    "28": ("Lấy mẫu", "Sample taken"),
    "99": ("Đã nhận", "Received"),
}

RECEIVED, FAULTY = "99", "22"


class Family(StrEnum):
    """Whose messages they are; each family has codes of its own, and the numbers overlap."""

    SHIP = "ship"
    INSPECTION = "inspection"


_CODES: Final[Mapping[Family, tuple[Codes, Codes]]] = {
    Family.SHIP: (SHIP_TYPES, SHIP_FUNCTIONS),
    Family.INSPECTION: (INSPECTION_TYPES, INSPECTION_FUNCTIONS),
}


@dataclass(frozen=True)
class Party:
    """One end of a message."""

    name: str = ""
    identity: str = ""
    country: str = "VN"
    ministry: str = ""
    organisation: str = ""
    unit: str = ""


PORTAL: Final = Party("Cổng thông tin một cửa quốc gia", "NSW", "VN", "BTC", "TCHQ", "NSW")


@dataclass(frozen=True)
class Header:
    """
    Everything outside the content. `reference` is the dossier's number (the file code), `previous` the one it replaces;
    `message_id` and `version` together name a message for ever.
    """

    message_id: str
    sender: Party
    receiver: Party
    document_type: str
    type: str
    function: str
    reference: str = ""
    previous: str = ""
    year: str = ""
    sent_at: datetime | None = None
    version: str = "1"

    @property
    def family(self) -> Family:
        """Ships or inspections, by the document type."""
        return family_of(self.document_type)

    @property
    def is_answer(self) -> bool:
        """Whether it only says that a message came, or that it had faults: nobody answers an answer."""
        return self.function in {RECEIVED, FAULTY, "00"} and (
            self.function != FAULTY or self.family is Family.INSPECTION
        )


@dataclass(frozen=True)
class Reason:
    """Why: on behalf of whom, when, and the words."""

    text: str = ""
    code: str = ""
    organisation: str = ""
    division: str = ""
    name: str = ""
    on: str = ""


@dataclass
class Envelope:
    """A message: header, the one element of its content (None for a bare answer), reason, what is wrong with it."""

    header: Header
    content: Element | None = None
    reason: Reason | None = None
    findings: list[Finding] = field(default_factory=list)


def family_of(document_type: str) -> Family:
    """Ships are numbered 1 to 5, or carry a procedure of the maritime field (BGTVT01…); all else is an inspection."""
    return (
        Family.SHIP
        if document_type in SHIP_DOCUMENTS or document_type.startswith("BGTVT01")
        else Family.INSPECTION
    )


def name_of(header: Header) -> tuple[str, str]:
    """What a message is, in both languages: its type and its function."""
    types, functions = _CODES[header.family]
    type_, function = types.get(header.type), functions.get(header.function)
    unknown = ("chưa rõ", "unknown")
    (type_vi, type_en), (function_vi, function_en) = type_ or unknown, function or unknown
    return f"{type_vi} · {function_vi}", f"{type_en} · {function_en}"


# Reading ----------------------------------------------------------------------------------------------------


def read(content: bytes, *, limits: xmldoc.Limits = xmldoc.LIMITS) -> Envelope:
    """
    Read an envelope. Malformed when it is no XML or no envelope at all; what else is wrong stands in `findings`, each with
    line and path, so that a receiver can answer with all of it.
    """
    document = xmldoc.read(content, limits=limits)
    return of_element(document.root, document.findings)


def of_element(root: Element, findings: Iterable[Finding] = ()) -> Envelope:
    """The same for an envelope that stands in something else, such as a bundle of them."""
    if _name(root) != "envelope":
        raise Malformed(
            f"Phần tử gốc là <{xmldoc.local(root)}>; bản tin một cửa quốc gia bắt đầu bằng <Envelope>.",
            f"The root is <{xmldoc.local(root)}>; a message of the single window begins with <Envelope>.",
            place=xmldoc.place(root),
        )
    found = _Reader(list(findings))
    header = found.header(root)
    body = found.part(root, "Body")
    payload = found.content(body)
    reason = _reason(_child(body, "Reason") if body is not None else None)
    return Envelope(header, payload, reason, found.findings)


def require(envelope: Envelope) -> Envelope:
    """The envelope, or Invalid with everything that is wrong with it."""
    if errors(envelope.findings):
        raise Invalid(envelope.findings)
    return envelope


def peek(content: bytes) -> Header | None:
    """The header alone, for whoever only wants to know where a message belongs; None when there is none to be read."""
    try:
        return read(content).header
    except Malformed:
        return None


class _Reader:
    """Collects what is wrong while the parts are read."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings

    def say(self, code: str, place: str, vi: str, en: str) -> None:
        self.findings.append(Finding(code, place, vi, en))

    def part(self, parent: Element, name: str) -> Element | None:
        """A part that must be there, once."""
        same = [child for child in parent if _name(child) == name.lower()]
        if not same:
            self.say(
                "envelope-part", xmldoc.place(parent), f"Thiếu <{name}>. Hãy thêm vào <{xmldoc.local(parent)}>.",
                f"<{name}> is missing. Add it to <{xmldoc.local(parent)}>.",
            )  # fmt: skip
            return None
        if len(same) > 1:
            self.say(
                "envelope-part", xmldoc.place(same[1]), f"<{name}> có {len(same)} lần; chỉ được một.",
                f"<{name}> stands here {len(same)} times; only one is allowed.",
            )  # fmt: skip
        return same[0]

    def header(self, root: Element) -> Header:
        header = self.part(root, "Header")
        if header is None:
            return Header("", Party(), Party(), "", "", "")
        reference, sender = self.part(header, "Reference"), self.part(header, "From")
        receiver, subject = self.part(header, "To"), self.part(header, "Subject")
        year = self.text(subject, "documentYear")
        if year and not re.fullmatch(r"(19|20)\d\d", year):
            self.say(
                "envelope-year", _place(subject, "documentYear"), f"Năm '{year}' phải có 4 chữ số, như 2020.",
                f"The year '{year}' must have 4 digits, such as 2020.",
            )  # fmt: skip
        read = Header(
            message_id=self.needed(reference, "messageId", longest=100),
            version=self.text(reference, "version") or "1",
            sender=self.party(sender),
            receiver=self.party(receiver),
            document_type=self.needed(subject, "documentType"),
            type=self.needed(subject, "type"),
            function=self.needed(subject, "function"),
            reference=self.text(subject, "reference"),
            previous=self.text(subject, "preReference"),
            year=year,
            sent_at=self.moment(subject),
        )
        self.codes(read, subject)
        return read

    def codes(self, header: Header, subject: Element | None) -> None:
        """The codes must be known: a guess about what a message wants would be worse than a refusal."""
        if header.document_type and not re.fullmatch(r"[1-5]|[A-Z]{2,12}[0-9]{2,8}", header.document_type):
            self.say(
                "envelope-document-type", _place(subject, "documentType"),
                f"Loại hồ sơ '{header.document_type}' không phải 1 đến 5 (tàu biển) cũng không phải mã thủ tục như "
                "BNNPTNT2500009.",
                f"The document type '{header.document_type}' is neither 1 to 5 (ships) nor the code of a procedure such as "
                "BNNPTNT2500009.",
            )  # fmt: skip
        types, functions = _CODES[header.family]
        for name, value, known in (("type", header.type, types), ("function", header.function, functions)):
            if value and value not in known:
                self.say(
                    f"envelope-{name}", _place(subject, name),
                    f"Mã {name} '{value}' không có trong danh mục. Các mã: {', '.join(known)}.",
                    f"The {name} '{value}' is not in the list. Known: {', '.join(known)}.",
                )  # fmt: skip

    def content(self, body: Element | None) -> Element | None:
        holder = _child(body, "Content") if body is not None else None
        if body is not None and holder is None:
            self.part(body, "Content")
        if holder is None:
            return None
        children = list(holder)
        if len(children) > 1:
            self.say(
                "envelope-content", xmldoc.place(children[1]), f"<Content> phải có một phần tử, không phải {len(children)}.",
                f"<Content> must hold one element, not {len(children)}.",
            )  # fmt: skip
        return children[0] if children else None

    def party(self, element: Element | None) -> Party:
        if element is None:
            return Party()
        party = Party(
            name=self.text(element, "name"),
            identity=self.text(element, "identity"),
            country=self.text(element, "countryCode") or "VN",
            ministry=self.text(element, "ministryCode"),
            organisation=self.text(element, "organizationCode"),
            unit=self.text(element, "unitCode"),
        )
        if not party.identity:
            self.say(
                "envelope-identity", xmldoc.place(element), "Thiếu <identity>: ai gửi, ai nhận.",
                "<identity> is missing: it says who sends and who receives.",
            )  # fmt: skip
        return party

    def text(self, parent: Element | None, name: str) -> str:
        return text(parent, name)

    def needed(self, parent: Element | None, name: str, *, longest: int = 60) -> str:
        value = self.text(parent, name)
        if parent is not None and not value:
            self.say(
                "envelope-missing", _place(parent, name), f"Thiếu <{name}>.", f"<{name}> is missing or empty."
            )
        if len(value) > longest:
            self.say(
                "envelope-length", _place(parent, name), f"<{name}> dài {len(value)} chữ, tối đa {longest}.",
                f"<{name}> has {len(value)} characters, at most {longest} are taken.",
            )  # fmt: skip
        return value

    def moment(self, subject: Element | None) -> datetime | None:
        written = self.text(subject, "sendDate")
        if not written:
            return None
        at = moment(written)
        if at is None:
            self.say(
                "envelope-time", _place(subject, "sendDate"),
                f"Thời điểm '{written}' không đọc được; hãy ghi như 2020-03-02T08:00:00 (giờ Việt Nam).",
                f"The time '{written}' cannot be read; write it as 2020-03-02T08:00:00 (Vietnam time).",
            )  # fmt: skip
        return at


def moment(written: str) -> datetime | None:
    """A time as the portal's systems write it; without a zone it is Vietnam's. None when it is no time."""
    for shape in (None, "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y", "%Y%m%d%H%M%S"):
        try:
            at = datetime.fromisoformat(written) if shape is None else datetime.strptime(written, shape)  # noqa: DTZ007
        except ValueError:
            continue
        return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)
    return None


def _reason(element: Element | None) -> Reason | None:
    if element is None:
        return None
    said = text(element, "text") or text(element, "reason") or xmldoc.text_of(element)
    return Reason(
        said, text(element, "code"), text(element, "organization"), text(element, "division"),
        text(element, "name"), text(element, "date"),
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _lowered(tag: str) -> str:
    """A tag without namespace and case; a document repeats few of them very often."""
    return tag.rpartition("}")[2].lower()


def _name(element: Element) -> str:
    return _lowered(element.tag)


def _child(parent: Element, name: str) -> Element | None:
    wanted = name.lower()
    for child in parent:
        if _lowered(child.tag) == wanted:
            return child
    return None


def text(parent: Element | None, name: str) -> str:
    """The text of a child, whatever the case of its name; "" when there is none."""
    return xmldoc.text_of(_child(parent, name)) if parent is not None else ""


def children(parent: Element | None, name: str) -> list[Element]:
    """The children of a name, whatever its case."""
    wanted = name.lower()
    return [child for child in parent if _name(child) == wanted] if parent is not None else []


def child(parent: Element | None, name: str) -> Element | None:
    """The first child of a name, whatever its case."""
    return _child(parent, name) if parent is not None else None


def _place(parent: Element | None, name: str) -> str:
    if parent is None:
        return name
    found = _child(parent, name)
    return xmldoc.place(found) if found is not None else f"{xmldoc.place(parent)}/{name}"


# Writing ----------------------------------------------------------------------------------------------------


def write(envelope: Envelope, *, indent: bool = True) -> bytes:
    """The envelope as XML: the same envelope always gives the same bytes."""
    return xmldoc.write(as_element(envelope), indent=indent)


def as_element(envelope: Envelope) -> Element:
    """The envelope as an element, to be written by itself or in a bundle."""
    header, reason = envelope.header, envelope.reason
    make = xmldoc.make
    subject = (
        ("documentType", header.document_type), ("type", header.type), ("function", header.function),
        ("reference", header.reference), ("preReference", header.previous), ("documentYear", header.year),
        ("sendDate", header.sent_at.astimezone(VIETNAM).isoformat() if header.sent_at else ""),
    )  # fmt: skip
    return make(
        "Envelope", None,
        make(
            "Header", None,
            make("Reference", None, *filled((("version", header.version), ("messageId", header.message_id)))),
            _party("From", header.sender), _party("To", header.receiver),
            make("Subject", None, *filled(subject)),
        ),
        make("Body", None, make("Content", None, envelope.content), _write_reason(reason)),
    )  # fmt: skip


def _party(name: str, party: Party) -> Element:
    return xmldoc.make(
        name, None,
        *filled((
            ("name", party.name), ("identity", party.identity), ("countryCode", party.country),
            ("ministryCode", party.ministry), ("organizationCode", party.organisation), ("unitCode", party.unit),
        )),
    )  # fmt: skip


def _write_reason(reason: Reason | None) -> Element | None:
    if reason is None:
        return None
    return xmldoc.make(
        "Reason", None,
        *filled((
            ("code", reason.code), ("text", reason.text), ("organization", reason.organisation),
            ("division", reason.division), ("name", reason.name), ("date", reason.on),
        )),
    )  # fmt: skip


def filled(pairs: Iterable[tuple[str, object]]) -> list[Element]:
    """Elements for what has a value."""
    return [xmldoc.make(name, str(value)) for name, value in pairs if value not in (None, "")]


def answer(
    received: Envelope, findings: Iterable[Finding] = (), *, message_id: str, at: datetime
) -> Envelope:
    """
    The portal's answer to a message: 99, it was received; or 22 with every finding, so that the sender can mend it.

    Sender and receiver change places; the dossier and the kind of message stay.
    """
    was = received.header
    faults = list(findings)
    header = Header(
        message_id=message_id, sender=was.receiver if was.receiver.identity else PORTAL, receiver=was.sender,
        document_type=was.document_type, type=was.type, function=FAULTY if faults else RECEIVED,
        reference=was.reference, previous=was.message_id, year=was.year, sent_at=at,
    )  # fmt: skip
    content = xmldoc.make("Errors", None, *(_error(one) for one in faults)) if faults else None
    return Envelope(header, content)


def _error(finding: Finding) -> Element:
    pairs = (("code", finding.code), ("place", finding.place), ("text", finding.vi), ("textEn", finding.en))
    return xmldoc.make("Error", None, *filled(pairs))
