"""What libxml2 says about a fault, in plain Vietnamese and English, with the way to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable

_NAMESPACE = re.compile(r"\{[^}']*\}")
_SUBJECT = re.compile(
    r"^Element '(?P<name>[^']*)'(?:, attribute '(?P<attribute>[^']*)')?: (?P<rest>.*)$", re.DOTALL
)

# What a simple type is called by people.
_TYPES = {
    "decimal": ("số thập phân, dấu chấm ngăn phần lẻ", "a decimal number with a point"),
    "integer": ("số nguyên", "a whole number"),
    "nonNegativeInteger": ("số nguyên không âm", "a whole number, zero or more"),
    "positiveInteger": ("số nguyên dương", "a whole number, one or more"),
    "date": ("ngày dạng năm-tháng-ngày (2020-09-01)", "a date as year-month-day (2020-09-01)"),
    "dateTime": ("thời điểm dạng 2020-09-01T08:30:00+07:00", "a time as 2020-09-01T08:30:00+07:00"),
    "time": ("giờ dạng 08:30:00", "a time of day as 08:30:00"),
    "boolean": ("true hoặc false", "true or false"),
}


def _names(text: str) -> str:
    return ", ".join(part.strip() for part in _NAMESPACE.sub("", text).split(","))


def _content(who: str, rest: str) -> tuple[str, str, str]:
    expected = re.search(r"Expected is (?:one of )?\( (.*) \)", rest)
    names = _names(expected[1]) if expected else ""
    if rest.startswith("Missing child"):
        return (
            "xml.schema.missing",
            f"{who} thiếu phần tử con {names}. Hãy thêm vào.",
            f"{who} lacks its child {names}. Add it.",
        )
    if names:
        return (
            "xml.schema.unexpected",
            f"{who} không được đứng ở đây; chỗ này phải là {names}. Hãy sửa tên hoặc thứ tự.",
            f"{who} may not stand here; {names} is due. Mend its name or the order.",
        )
    return (
        "xml.schema.unexpected",
        f"{who} không được đứng ở đây. Hãy xóa hoặc đặt đúng chỗ.",
        f"{who} may not stand here. Delete it or move it to its place.",
    )


def _datatype(who: str, rest: str) -> tuple[str, str, str]:
    match = re.search(
        r"^'(.*)' is not a valid value of the (?:atomic|local atomic|union|list) type(?: '([^']*)')?",
        rest,
        re.S,
    )
    value = match[1] if match else ""
    kind = (match[2] or "").split(":")[-1] if match else ""
    vi, en = _TYPES.get(kind, ("giá trị đúng dạng đã quy định", "a value of the form laid down"))
    return (
        "xml.schema.value",
        f"{who} có giá trị “{value}”; phải là {vi}.",
        f"{who} holds “{value}”; it must be {en}.",
    )


def _facet(who: str, rest: str) -> tuple[str, str, str]:
    match = re.match(r"\[facet '(\w+)'\] (.*)", rest, re.DOTALL)
    facet, said = (match[1], match[2]) if match else ("", rest)
    numbers = re.findall(r"'([^']*)'", said)
    last = numbers[-1] if numbers else ""
    first = numbers[0] if numbers else ""
    sentences: dict[str, tuple[str, str]] = {
        "maxLength": (
            f"{who} dài {first} ký tự, tối đa {last}. Hãy rút ngắn.",
            f"{who} is {first} characters long, at most {last} are taken. Shorten it.",
        ),
        "minLength": (
            f"{who} có {first} ký tự, tối thiểu {last}. Hãy điền đủ.",
            f"{who} has {first} characters, at least {last} are due. Complete it.",
        ),
        "length": (
            f"{who} có {first} ký tự, phải đúng {last}.",
            f"{who} has {first} characters, exactly {last} are due.",
        ),
        "pattern": (
            f"{who} có giá trị “{first}” không đúng mẫu {last}.",
            f"{who} holds “{first}”, which does not follow the pattern {last}.",
        ),
        "maxInclusive": (f"{who} là {first}, lớn nhất được {last}.", f"{who} is {first}, at most {last}."),
        "minInclusive": (f"{who} là {first}, nhỏ nhất được {last}.", f"{who} is {first}, at least {last}."),
        "minExclusive": (
            f"{who} là {first}, phải lớn hơn {last}.",
            f"{who} is {first}, it must exceed {last}.",
        ),
        "totalDigits": (f"{who} có quá nhiều chữ số ({said}).", f"{who} has too many digits ({said})."),
        "fractionDigits": (
            f"{who} có quá nhiều chữ số sau dấu chấm ({said}).",
            f"{who} has too many digits after the point ({said}).",
        ),
    }
    if facet == "enumeration":
        choices = re.search(r"set \{(.*)\}", said, re.DOTALL)
        listed = choices[1] if choices else ""
        value = re.search(r"The value '(.*?)' is not", said, re.DOTALL)
        held = value[1] if value else first
        return (
            "xml.schema.choice",
            f"{who} có giá trị “{held}”; chỉ nhận một trong: {listed}.",
            f"{who} holds “{held}”; one of these is taken: {listed}.",
        )
    vi, en = sentences.get(facet, (f"{who}: {said}", f"{who}: {said}"))
    return (f"xml.schema.{facet.lower() or 'facet'}", vi, en)


def _attribute(who: str, rest: str) -> tuple[str, str, str]:
    missing = re.search(r"The attribute '([^']*)' is required but missing", rest)
    if missing:
        return (
            "xml.schema.missing",
            f"{who} thiếu thuộc tính {missing[1]}. Hãy thêm vào.",
            f"{who} lacks the attribute {missing[1]}. Add it.",
        )
    return (
        "xml.schema.unexpected",
        f"{who} không được có ở đây. Hãy xóa.",
        f"{who} is not allowed here. Delete it.",
    )


def _root(who: str, rest: str) -> tuple[str, str, str]:
    return (
        "xml.schema.root",
        f"{who} không phải phần tử gốc mà lược đồ biết. Hãy kiểm tra tên và không gian tên (xmlns).",
        f"{who} is no root that the schema knows. Check its name and its namespace (xmlns).",
    )


_BY_KIND: tuple[tuple[str, Callable[[str, str], tuple[str, str, str]]], ...] = (
    ("SCHEMAV_ELEMENT_CONTENT", _content),
    ("SCHEMAV_CVC_DATATYPE_VALID", _datatype),
    ("SCHEMAV_CVC_COMPLEX_TYPE_3", _attribute),
    ("SCHEMAV_CVC_COMPLEX_TYPE_4", _attribute),
    ("SCHEMAV_CVC_TYPE_3_1_1", _attribute),
    ("SCHEMAV_CVC_ELT_1", _root),
)


def explain_schema(kind: str, message: str) -> tuple[str, str, str]:
    """(code, Vietnamese, English) of one entry of libxml2's log; what has no sentence keeps its own words."""
    plain = _NAMESPACE.sub("", message)
    subject = _SUBJECT.match(plain)
    if subject is None:
        return "xml.schema", f"Không đúng lược đồ: {plain}", f"Not as the schema says: {plain}"
    who = f"@{subject['attribute']}" if subject["attribute"] else f"<{subject['name']}>"
    rest = subject["rest"].strip()
    if rest.startswith("[facet"):
        return _facet(who, rest)
    for start, sentence in _BY_KIND:
        if kind.startswith(start):
            return sentence(who, rest)
    return "xml.schema", f"{who}: không đúng lược đồ ({rest})", f"{who}: not as the schema says ({rest})"


# What stops the parser: pattern of libxml2's sentence, Vietnamese, English. {0}, {1} … are what the pattern caught.
_SYNTAX: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"Opening and ending tag mismatch: (\S+) line (\d+) and (\S+)"),
        "Thẻ <{0}> mở ở dòng {1} lại đóng bằng </{2}>. Hãy đóng đúng thẻ.",
        "The tag <{0}> of line {1} is closed by </{2}>. Close the right tag.",
    ),
    (
        re.compile(r"Premature end of data in tag (\S+) line (\d+)"),
        "Tệp kết thúc khi thẻ <{0}> ở dòng {1} chưa đóng: có lẽ tệp bị cắt. Hãy gửi lại tệp đầy đủ.",
        "The file ends while the tag <{0}> of line {1} is open: it seems to be cut off. Send the whole file again.",
    ),
    (
        re.compile(r"invalid Char value (\d+)|Char 0x([0-9A-Fa-f]+) out of allowed range"),
        "Ký tự điều khiển số {0} không được có trong XML. Hãy xóa ký tự này.",
        "The control character number {0} may not stand in XML. Delete it.",
    ),
    (
        re.compile(r"xmlParseEntityRef: no name|EntityRef: expecting ';'"),
        "Dấu “&” đứng một mình. Hãy viết “&amp;”.",
        "A “&” stands alone. Write “&amp;”.",
    ),
    (
        re.compile(r"Entity '([^']*)' not defined"),
        "Thực thể “&{0};” không có trong XML. Hãy viết chính ký tự đó.",
        "The entity “&{0};” is unknown to XML. Write the character itself.",
    ),
    (
        re.compile(r"StartTag: invalid element name"),
        "Sau dấu “<” không phải tên thẻ. Nếu là dấu nhỏ hơn, hãy viết “&lt;”.",
        "No tag name follows “<”. For the sign “less than” write “&lt;”.",
    ),
    (
        re.compile(r"Attribute (\S+) redefined"),
        "Thuộc tính {0} có hai lần trong một thẻ. Hãy bỏ một.",
        "The attribute {0} stands twice in one tag. Remove one.",
    ),
    (
        re.compile(r"Namespace prefix (\S+) (?:on|for) (\S+) (?:on \S+ )?is not defined"),
        "Tiền tố “{0}:” của {1} không được khai báo bằng xmlns:{0}. Hãy khai báo ở thẻ gốc.",
        "The prefix “{0}:” of {1} is not declared by xmlns:{0}. Declare it in the root tag.",
    ),
    (
        re.compile(r"Excessive depth in document: (\d+)"),
        "Các phần tử lồng nhau quá {0} tầng.",
        "Elements are nested deeper than {0} levels.",
    ),
)


def explain_syntax(message: str) -> tuple[str, str]:
    """(Vietnamese, English) of what stopped the parser; what has no sentence keeps the parser's own words."""
    for pattern, vi, en in _SYNTAX:
        match = pattern.search(message)
        if match:
            caught = [group or "" for group in match.groups()]
            return vi.format(*caught), en.format(*caught)
    reason = message.split(", line ")[0].strip()
    return (
        f"Không đọc được XML tại đây ({reason}). Hãy sửa chỗ này hoặc xuất lại tệp từ phần mềm đã tạo ra nó.",
        f"The XML cannot be read here: {reason}. Mend it, or export the file again from the program that made it.",
    )
