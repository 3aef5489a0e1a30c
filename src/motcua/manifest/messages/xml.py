"""
XML of any kind: which of the known messages it is, by the name and namespace of its root, and who reads it.

What is known but belongs elsewhere is refused with the reason and the place, never as "unreadable".
"""

from __future__ import annotations

from typing import Any, Final

from motcua.lib import xmldoc
from motcua.lib.findings import Finding
from motcua.manifest.messages import Part, Read, awmds, cargo_xml, epc, nsw_maritime, wco_cargo

_IATA: Final = ("FlightManifest", "Waybill", "HouseWaybill", "HouseManifest")

# Root -> (standard, version, why it is refused, in both languages).
_ELSEWHERE: Final[dict[str, tuple[str, str, str, str]]] = {
    "CC315A": (
        "eu-ics", "IE315",
        "Tờ khai tóm tắt nhập cảnh của Liên minh châu Âu (ENS, IE315) nộp cho hải quan châu Âu, theo từng lô hàng; "
        "Việt Nam nhận bản lược khai của cả chuyến. Hãy gửi CUSCAR, Awmds hoặc bản khai của cổng một cửa.",
        "An entry summary declaration of the European Union (ENS, IE315) is lodged with European customs, consignment by "
        "consignment; here the manifest of the whole call is taken. Send CUSCAR, Awmds or the portal's cargo declaration.",
    ),
    "CC313A": (
        "eu-ics", "IE313",
        "Bản sửa đổi ENS (IE313) của Liên minh châu Âu; hệ thống không nhận ENS nên không có gì để sửa.",
        "An amendment of a European ENS (IE313); no ENS is taken here, so there is nothing to amend.",
    ),
    "ErrorResponse": (
        "govtalk", "error",
        "Đây là thông báo lỗi của một hệ thống khác, không phải bản khai.",
        "This is an error report of another system, not a declaration.",
    ),
    "ASYCUDA": (
        "asycuda", "SAD",
        "Tờ khai hải quan ASYCUDA (SAD) thuộc hệ thống tờ khai, không phải bản lược khai. Bản lược khai là Awmds.",
        "An ASYCUDA goods declaration (SAD) belongs to the declaration system. The manifest is Awmds.",
    ),
    "Awmcds": (
        "asycuda", "Awmcds",
        "Awmcds (hàng ghép chung chỗ) chưa được nhận; hãy gửi Awmds với vận đơn thứ cấp.",
        "Awmcds (co-loading) is not taken; send Awmds with house bills.",
    ),
    "Envelope-soap": (
        "soap", "",
        "Đây là phong bì SOAP; hãy gửi chính nội dung bên trong.",
        "This is a SOAP envelope; send what stands inside it.",
    ),
}  # fmt: skip

_WCO_TYPES: Final = {
    "DEC": ("tờ khai hải quan", "a goods declaration"),
    "INV": ("yêu cầu hủy tờ khai", "the cancellation of a declaration"),
    "RES": ("trả lời của hải quan", "a response of customs"),
    "DMS": ("trả lời của hải quan", "a response of customs"),
}


def read(content: bytes, profile: Any = None) -> Read:
    """Read or refuse any XML; `Malformed` when it is none."""
    root = xmldoc.look(content)
    if root.name in ("Awmds", "Awbolds"):
        return awmds.read(content, profile)
    if root.name in _IATA and root.namespace.startswith("iata:"):
        return cargo_xml.read(content, profile)
    if root.name.lower() == "envelope" and "soap" not in root.namespace:
        return nsw_maritime.read(content, profile)
    if root.name == "EPCMessage":
        document = xmldoc.read(content)
        return epc.read(document.root, lambda: xmldoc.read(content).root, tuple(document.findings))
    if root.name in ("MetaData", "Declaration", "Response"):
        return _wco(content)
    return _refused(content, root)


def _wco(content: bytes) -> Read:
    """WCO Data Model: reports of cargo and conveyances are read, goods declarations and answers belong elsewhere."""
    document = xmldoc.read(content, limits=xmldoc.STREAMED)
    root = document.root
    named = next(root.iter("{*}WCOTypeName"), None)
    inner = next((one for one in root.iter("{*}Declaration", "{*}Response")), root)
    name = xmldoc.text_of(named).upper() if named is not None else _by_namespace(inner)
    if name in wco_cargo.REPORTS:
        again = lambda: xmldoc.read(content, limits=xmldoc.STREAMED).root  # noqa: E731
        return wco_cargo.read(root, name, again, tuple(document.findings))
    vi, en = _WCO_TYPES.get(name, ("thông điệp", "a message"))
    finding = Finding(
        "xml.elsewhere",
        xmldoc.place(named if named is not None else inner),
        f"Thông điệp WCO loại {name or '?'} là {vi}, thuộc hệ thống tờ khai; bản lược khai là loại CRI, CRE hoặc CONV.",
        f"The WCO message {name or '?'} is {en} and belongs to the declaration system; manifests are CRI, CRE or CONV.",
    )
    reference = xmldoc.text_of(next(inner.iter("{*}FunctionalReferenceID"), None))
    return _nothing("wco", f"{name} 3", finding, reference, name or "WCO", tuple(document.findings))


def _by_namespace(element: xmldoc.Element) -> str:
    """`urn:wco:datamodel:WCO:CRI:1` says CRI; without a namespace the content decides."""
    namespace = xmldoc.namespace_of(element)
    parts = namespace.split(":")
    if "WCO" in parts and parts.index("WCO") + 1 < len(parts):
        return parts[parts.index("WCO") + 1].split("-")[0].upper()
    if xmldoc.local(element) == "Response":
        return "RES"
    return "CRI" if element.find("{*}Consignment") is not None else "DEC"


def _refused(content: bytes, root: xmldoc.Root) -> Read:
    """What is known to belong elsewhere, and what is not known at all: read to its end, so that broken files say so."""
    document = xmldoc.read(content)
    if next(document.root.iter("{*}WCOTypeName"), None) is not None:
        return _wco(content)
    place = xmldoc.place(document.root)
    key = "Envelope-soap" if root.name == "Envelope" else root.name
    if key in _ELSEWHERE:
        standard, version, vi, en = _ELSEWHERE[key]
    elif "inventoryLinking" in root.name:
        standard, version = "uk-inventory-linking", root.name
        vi = f"<{root.name}> là thông điệp giám sát kho bãi của hải quan Anh, không phải bản khai của phương tiện."
        en = f"<{root.name}> belongs to the inventory linking of British customs; it is no paper of a call."
    else:
        standard, version = "xml", root.name
        named = f" ({root.namespace})" if root.namespace else ""
        vi = (
            f"Không nhận thông điệp <{root.name}>{named}. Hệ thống nhận: Envelope của cổng một cửa, Awmds, Awbolds, "
            "WCO CRI/CRE/CONV, IATA Cargo-XML, EPCMessage."
        )
        en = (
            f"<{root.name}>{named} is not taken. Taken are: the portal's Envelope, Awmds, Awbolds, WCO CRI/CRE/CONV, "
            "IATA Cargo-XML and EPCMessage."
        )
    finding = Finding("xml.elsewhere" if standard != "xml" else "xml.unknown", place, vi, en)
    return _nothing(standard, version, finding, "", root.name, tuple(document.findings))


def _nothing(
    standard: str, version: str, finding: Finding, reference: str, kind: str, before: tuple[Finding, ...]
) -> Read:
    part = Part(reference, kind, accepted=False, place=finding.place)
    return Read(standard, version, findings=(*before, finding), parts=(part,))
