"""
What stands inside the envelope of an inspection: application, word from an officer, result, withdrawal, request.

The portal's own bodies are not public; these hold what its statuses, its types of message and its result records are known
to carry, under names in the same style. Reading tells everything that is wrong, with line and path.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from motcua.lib import xmldoc
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.lib.identifiers import declaration_number
from motcua.lib.nsw_envelope import Envelope, child, children, filled, moment, text
from motcua.lib.xmldoc import Element, make
from motcua.nsw.documents import Application, Covered, GoodsLine, Notice

# (type, function) of what a ministry sends -> what it does here.
NOTICES: dict[tuple[str, str], str] = {
    ("12", "21"): "accept", ("12", "26"): "refuse", ("12", "25"): "supplement", ("12", "27"): "assign",
    ("12", "28"): "sample", ("13", "01"): "confirm", ("13", "04"): "confirm", ("14", "05"): "withdraw-registration",
    ("16", "04"): "tested", ("16", "01"): "tested", ("18", "25"): "result-supplement", ("18", "21"): "received",
    ("19", "04"): "result", ("19", "01"): "result", ("19", "06"): "replace", ("19", "02"): "replace",
    ("20", "05"): "recall", ("22", "21"): "exempt", ("22", "04"): "exempt", ("11", "21"): "agree", ("11", "26"): "decline",
    ("11", "27"): "take-up",
}  # fmt: skip
# What the portal sends to a ministry.
APPLICATION, SUPPLEMENT, CANCEL, EDIT, CERTIFICATE, CONFORMITY, MORE_CONFORMITY, EXEMPTION = (
    ("10", "01"), ("10", "02"), ("11", "03"), ("11", "02"), ("11", "06"), ("17", "01"), ("17", "02"), ("21", "01"),
)  # fmt: skip

OUTCOMES = {"1": "passed", "2": "failed", "3": "reduced", "4": "exempt"}
_OUTCOME_CODES = {name: code for code, name in OUTCOMES.items()}


# Applications -----------------------------------------------------------------------------------------------


def application_body(application: Application) -> Element:
    """The application as XML."""
    return make(
        "Application", None,
        *filled((("fileCode", application.file_code), ("purpose", application.purpose), ("flow", application.flow),
                 ("customsOffice", application.office))),
        make("Applicant", None, *filled((("name", application.applicant), ("taxCode", application.tax_code)))),
        make("Facts", None, *filled(sorted(application.facts.items()))),
        make("GoodsList", None, *(_goods_body(line) for line in application.lines)),
    )  # fmt: skip


def _goods_body(line: GoodsLine) -> Element:
    return make(
        "Goods", None,
        *filled((
            ("lineNo", line.number), ("description", line.description), ("hsCode", line.hs_code), ("origin", line.origin),
            ("quantity", _plain(line.quantity)), ("unit", line.unit),
            ("netWeightKg", _plain(line.net_kg) if line.net_kg is not None else None),
            ("declarationNo", line.declaration_key), ("declarationLine", line.declaration_line),
        )),
    )  # fmt: skip


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


class Reader:
    """Reads typed values out of a body and remembers what is wrong."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def say(self, code: str, at: Element, vi: str, en: str) -> None:
        """Note one fault at an element."""
        self.findings.append(Finding(code, xmldoc.place(at), vi, en))

    def needed(self, parent: Element, name: str, longest: int = 300) -> str:
        """A text that must be there."""
        value = text(parent, name)
        if not value:
            self.say("body-missing", parent, f"Thiếu <{name}>.", f"<{name}> is missing or empty.")
        if len(value) > longest:
            self.say(
                "body-length", parent, f"<{name}> dài {len(value)} chữ, tối đa {longest}.",
                f"<{name}> has {len(value)} characters, at most {longest} are taken.",
            )  # fmt: skip
        return value[:longest]

    def number(self, parent: Element, name: str) -> Decimal | None:
        """A number above zero; None when it is not given."""
        written = text(parent, name)
        if not written:
            return None
        try:
            value = Decimal(written)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value <= 0 or value >= Decimal(10) ** 15:
            self.say(
                "body-number", parent, f"<{name}> là '{written}'; cần số lớn hơn 0, dấu thập phân là dấu chấm.",
                f"<{name}> is '{written}'; a number above zero is needed, with a point for decimals.",
            )  # fmt: skip
            return None
        return value

    def whole(self, parent: Element, name: str) -> int | None:
        """A whole number above zero; None when it is not given."""
        written = text(parent, name)
        if not written:
            return None
        if not written.isascii() or not written.isdigit() or not 0 < int(written) < 32_000:
            self.say(
                "body-number", parent, f"<{name}> là '{written}'; cần số nguyên dương.",
                f"<{name}> is '{written}'; a whole number above zero is needed.",
            )  # fmt: skip
            return None
        return int(written)

    def day(self, parent: Element, name: str) -> date | None:
        """A day; None when it is not given."""
        written = text(parent, name)
        if not written:
            return None
        at = moment(written)
        if at is None:
            self.say(
                "body-date", parent, f"<{name}> là '{written}'; ghi ngày như 2020-06-05.",
                f"<{name}> is '{written}'; write the day as 2020-06-05.",
            )  # fmt: skip
            return None
        return at.date()


def read_application(body: Element) -> tuple[Application, list[Finding]]:
    """An application as it was written by `application_body`, and what cannot be read in it."""
    reader = Reader()
    who, goods = child(body, "Applicant"), child(body, "GoodsList")
    facts = child(body, "Facts")
    lines: list[GoodsLine] = []
    for element in children(goods, "Goods"):
        quantity = reader.number(element, "quantity")
        if quantity is None and not text(element, "quantity"):
            reader.say("body-missing", element, "Thiếu <quantity>.", "<quantity> is missing.")
        lines.append(
            GoodsLine(
                number=reader.whole(element, "lineNo") or len(lines) + 1,
                description=reader.needed(element, "description"), hs_code=reader.needed(element, "hsCode", 8),
                origin=reader.needed(element, "origin", 2), quantity=quantity or Decimal(1),
                unit=reader.needed(element, "unit", 10), net_kg=reader.number(element, "netWeightKg"),
                declaration_key=text(element, "declarationNo"), declaration_line=reader.whole(element, "declarationLine"),
            )
        )  # fmt: skip
    application = Application(
        document_type="", purpose=reader.needed(body, "purpose", 40), office=reader.needed(body, "customsOffice", 12),
        applicant=reader.needed(who, "name", 200) if who is not None else "",
        tax_code=reader.needed(who, "taxCode", 14) if who is not None else "",
        lines=tuple(lines), flow=text(body, "flow") or "import", file_code=text(body, "fileCode"),
        facts={xmldoc.local(one): xmldoc.text_of(one) for one in facts if xmldoc.text_of(one)} if facts is not None else {},
    )  # fmt: skip
    return application, reader.findings


# Notices of a ministry --------------------------------------------------------------------------------------


def notice_body(notice: Notice) -> Element:
    """What a ministry says, as XML."""
    return make(
        "Notice", None,
        *filled((
            ("number", notice.number), ("outcome", _OUTCOME_CODES.get(notice.outcome)), ("agency", notice.agency),
            ("issuedOn", notice.issued_on), ("validUntil", notice.valid_until), ("desk", notice.desk),
            ("code", notice.code), ("text", notice.text), ("sampleNo", notice.sample), ("officer", notice.officer),
            ("request", notice.request), ("at", notice.at.isoformat() if notice.at else None),
        )),
        make("Covers", None, *(_cover_body(one) for one in notice.covers)) if notice.covers else None,
    )  # fmt: skip


def _cover_body(cover: Covered) -> Element:
    return make(
        "Cover", None,
        *filled((
            ("declarationNo", cover.declaration_key), ("declarationLine", cover.declaration_line),
            ("goodsLine", cover.goods_line),
            ("quantity", _plain(cover.quantity) if cover.quantity is not None else None), ("unit", cover.unit),
        )),
    )  # fmt: skip


def read_notice(envelope: Envelope) -> tuple[Notice, list[Finding]]:
    """What a ministry's message says; all that is wrong with its body comes along."""
    header, body, reader = envelope.header, envelope.content, Reader()
    if header.is_answer:
        faults = tuple(
            f"{text(one, 'code')} {text(one, 'place')}: {text(one, 'text')}".strip()
            for one in children(body, "Error")
        )
        act = "received" if header.function == "99" else "faulty"
        return Notice(act, at=header.sent_at, answers=header.previous, faults=faults), []
    act = NOTICES.get((header.type, header.function), "")
    if not act:
        return Notice(""), [
            Finding(
                "nsw-act", "/Envelope/Header/Subject",
                f"Bản tin loại {header.type}, chức năng {header.function} không phải bản tin bộ gửi đến hải quan.",
                f"A message of type {header.type}, function {header.function} is none that a ministry sends to customs.",
            )
        ]  # fmt: skip
    why = envelope.reason.text if envelope.reason else ""
    code = envelope.reason.code if envelope.reason else ""
    if body is None:
        if act in _NEED_A_BODY:
            return Notice(act), [
                Finding(
                    "body-missing", "/Envelope/Body/Content", "Thiếu nội dung <Notice>.", "The content <Notice> is missing."
                )
            ]  # fmt: skip
        return Notice(act, at=header.sent_at, text=why, code=code), []
    outcome = text(body, "outcome")
    if act in {"result", "replace", "tested"}:
        allowed = ("1", "2") if act == "tested" else tuple(OUTCOMES)
        reader.needed(body, "outcome", 2)
        if outcome and outcome not in allowed:
            reader.say(
                "nsw-outcome", body, f"Kết quả '{outcome}' không có trong danh mục: {_listed(allowed)}.",
                f"The outcome '{outcome}' is not in the list: {_listed(allowed)}.",
            )  # fmt: skip
    if act in {"result", "replace"}:
        reader.needed(body, "number", 60)
    desk = text(body, "desk") or "one-stop"
    if desk not in {"one-stop", "specialist"}:
        reader.say(
            "nsw-desk", body, f"Nơi yêu cầu '{desk}' phải là one-stop hoặc specialist.",
            f"The desk '{desk}' must be one-stop or specialist.",
        )  # fmt: skip
    notice = Notice(
        act, at=_at(body, header.sent_at), number=text(body, "number")[:60], outcome=OUTCOMES.get(outcome, ""),
        agency=text(body, "agency")[:200], issued_on=reader.day(body, "issuedOn"), valid_until=reader.day(body, "validUntil"),
        covers=tuple(_covers(reader, child(body, "Covers"))), text=text(body, "text") or why,
        code=text(body, "code")[:24] or code[:24],
        desk=desk, sample=text(body, "sampleNo")[:40], officer=text(body, "officer")[:60], request=text(body, "request")[:12],
    )  # fmt: skip
    return notice, reader.findings


_NEED_A_BODY = {"result", "replace", "tested", "exempt", "agree", "decline", "take-up"}


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(f"{code} {OUTCOMES[code]}" for code in codes)


def _at(body: Element, sent_at: datetime | None) -> datetime | None:
    written = text(body, "at")
    return (moment(written) if written else None) or sent_at


def _covers(reader: Reader, holder: Element | None) -> Iterable[Covered]:
    for element in children(holder, "Cover"):
        written = reader.needed(element, "declarationNo", 20)
        try:
            key = declaration_number(written).key if written else ""
        except Refused as error:
            reader.say("nsw-declaration", element, error.text, error.text_en)
            key = ""
        yield Covered(
            key, reader.whole(element, "declarationLine"), reader.whole(element, "goodsLine"),
            reader.number(element, "quantity"), text(element, "unit")[:10],
        )  # fmt: skip
