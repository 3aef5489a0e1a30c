"""
Every way an EDIFACT file can be wrong: its code, what to say, how to mend it, how CONTRL names it.

The texts stand here and nowhere else. A `Defect` is one of them at one place; `finding` turns it into the
`Finding` that people and doors read. The numbers in `syntax_code` are of the service code list 0085
(ISO 9735, UN/CEFACT service code directory): what CONTRL says about the fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from motcua.lib.findings import Finding, Severity

BASIS = "ISO 9735"

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands in a file.

    `segment` counts from 1 through the whole file, `in_message` from 1 at UNH; 0 means that the place is not
    inside a segment or a message. `element` counts the data elements after the tag from 1, `component` from 1;
    0 means the whole. `byte` and `line` count from the start of the file: byte from 0, line from 1.
    """

    byte: int = 0
    line: int = 1
    segment: int = 0
    element: int = 0
    component: int = 0
    in_message: int = 0
    tag: str = ""

    def __str__(self) -> str:
        parts = [f"segment {self.segment}"] if self.segment else []
        parts += [f"element {self.element}"] if self.element else []
        parts += [f"component {self.component}"] if self.component else []
        return ", ".join([*parts, f"byte {self.byte}"])


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of defect. `severity` is what ISO 9735 and plain safety ask for; a profile may change it."""

    severity: Severity
    syntax_code: int
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Defect:
    """One fault at one place; `values` fill its sentences."""

    code: str
    position: Position
    severity: Severity
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def refuses(self) -> bool:
        return self.severity is ERROR

    @property
    def syntax_code(self) -> int:
        """The code of list 0085 that CONTRL reports for this fault."""
        return FAULTS[self.code].syntax_code

    @property
    def finding(self) -> Finding:
        """The same for people, in both languages."""
        fault = FAULTS[self.code]
        return Finding(
            code=self.code,
            place=str(self.position),
            vi=fault.vi.format_map(self.values),
            en=fault.en.format_map(self.values),
            severity=self.severity,
            basis=BASIS,
        )


FAULTS: dict[str, Fault] = {
    # ---- the bytes before and around the segments ----
    "edi.bom": Fault(
        WARNING, 21,
        "Tệp bắt đầu bằng dấu thứ tự byte (BOM) {name}; hãy lưu tệp không có BOM.",
        "The file starts with a byte order mark ({name}); save it without one.",
    ),
    "edi.utf16": Fault(
        WARNING, 21,
        "Tệp ở mã UTF-16; đã chuyển sang UTF-8 để đọc, vị trí byte tính sau khi chuyển. Hãy gửi UTF-8 (UNOY).",
        "The file is in UTF-16; it was turned into UTF-8 to be read, bytes count after that. Send UTF-8 (UNOY).",
    ),
    "edi.text.before": Fault(
        WARNING, 21,
        "Có {count} byte không thuộc bản tin đứng trước bản trao đổi: “{sample}”; hãy bỏ phần này.",
        "{count} bytes that belong to no message stand before the interchange: “{sample}”; remove them.",
    ),
    "edi.text.after": Fault(
        WARNING, 21,
        "Có {count} byte không thuộc bản tin đứng sau bản trao đổi: “{sample}”; hãy bỏ phần này.",
        "{count} bytes that belong to no message stand after the interchange: “{sample}”; remove them.",
    ),
    "edi.una": Fault(
        ERROR, 20,
        "UNA không dùng được (“{una}”): các dấu phải khác nhau và không phải chữ, số. Đã đọc theo “{used}”.",
        "UNA cannot be used (“{una}”): its characters must differ and be neither letters nor digits. Read with “{used}”.",
    ),
    "edi.una.short": Fault(
        WARNING, 20,
        "UNA thiếu ký tự trống dự phòng (“{una}”); hãy viết đủ sáu ký tự sau UNA.",
        "UNA lacks its reserved blank (“{una}”); write all six characters after UNA.",
    ),
    "edi.separators": Fault(
        WARNING, 22,
        "Dấu phân cách trong tệp không đúng như đã khai; đã đọc theo “{used}”. Hãy ghi đúng UNA.",
        "The separators are not those declared; read with “{used}”. State them in UNA.",
    ),
    "edi.terminator.newline": Fault(
        WARNING, 22,
        "Đoạn kết thúc bằng xuống dòng thay cho dấu kết thúc; hãy kết thúc mỗi đoạn bằng “'”.",
        "Segments end with line breaks instead of a terminator; end each segment with “'”.",
    ),
    "edi.terminator.missing": Fault(
        WARNING, 13,
        "Đoạn cuối ({tag}) thiếu dấu kết thúc; tệp có thể đã bị cắt. Hãy gửi lại tệp đầy đủ.",
        "The last segment ({tag}) has no terminator; the file may have been cut. Send it whole.",
    ),
    # ---- segments ----
    "edi.break": Fault(
        WARNING, 21,
        "Có xuống dòng bên trong đoạn {tag}; đã bỏ khi đọc. Hãy không ngắt dòng trong đoạn.",
        "A line break stands inside segment {tag}; it was left out. Do not wrap segments.",
    ),
    "edi.segment.empty": Fault(
        WARNING, 12,
        "Đoạn rỗng; hãy bỏ dấu kết thúc thừa.",
        "An empty segment; remove the extra terminator.",
    ),
    "edi.segment.long": Fault(
        ERROR, 39,
        "Đoạn dài quá {limit} byte nên không được đọc; hãy kiểm tra dấu kết thúc đoạn.",
        "A segment is longer than {limit} bytes and was not read; check the segment terminator.",
    ),
    "edi.tag": Fault(
        ERROR, 12,
        "“{tag}” không phải mã đoạn (ba chữ hoa hoặc số, bắt đầu bằng chữ); hãy kiểm tra dấu phân cách và ký tự thoát.",
        "“{tag}” is no segment tag (three capitals or digits, a letter first); check separators and release characters.",
    ),
    "edi.tag.blank": Fault(
        WARNING, 12,
        "Có khoảng trống cạnh mã đoạn {tag}; đã bỏ khi đọc. Hãy viết mã đoạn liền với dấu phân cách.",
        "Blanks stand beside the tag {tag}; they were left out. Write the tag right before its separator.",
    ),
    "edi.tag.nesting": Fault(
        WARNING, 34,
        "Mã đoạn {tag} mang chỉ số lồng nhau “{nesting}”, hệ thống không dùng; hãy bỏ chỉ số.",
        "Tag {tag} carries the nesting indicator “{nesting}”, which is not used here; remove it.",
    ),
    "edi.release.end": Fault(
        ERROR, 21,
        "Ký tự thoát đứng cuối đoạn {tag} mà không có ký tự nào theo sau; hãy viết đúp ký tự thoát.",
        "A release character ends segment {tag} with nothing after it; double the release character.",
    ),
    "edi.release.needless": Fault(
        NOTE, 21,
        "Ký tự thoát đứng trước “{character}” trong đoạn {tag} là thừa; chỉ đặt trước dấu phân cách.",
        "The release character before “{character}” in segment {tag} is needless; put it before separators only.",
    ),
    "edi.trailing": Fault(
        NOTE, 45,
        "Đoạn {tag} có dấu phân cách thừa ở cuối; hãy bỏ các phần tử rỗng cuối đoạn.",
        "Segment {tag} ends with needless separators; leave out empty elements at its end.",
    ),
    "edi.repetition.service": Fault(
        WARNING, 22,
        "Đoạn {tag} chứa “{character}”, là dấu lặp theo cú pháp 4; đã đọc như chữ thường. Hãy đặt ký tự thoát trước nó.",
        "Segment {tag} holds “{character}”, the repetition separator of syntax 4; read as plain text. Release it.",
    ),
    # ---- characters ----
    "edi.charset.unknown": Fault(
        ERROR, 46,
        "Bộ ký tự “{charset}” không được hỗ trợ; hãy dùng UNOA đến UNOL, UNOW hoặc UNOY.",
        "Character set “{charset}” is not supported; use UNOA to UNOL, UNOW or UNOY.",
    ),
    "edi.charset.bytes": Fault(
        ERROR, 21,
        "Byte {hex} không thuộc {charset}; đã đọc theo {used}. Hãy gửi đúng bộ ký tự đã khai.",
        "Byte {hex} is not of {charset}; read as {used}. Send the character set you declare.",
    ),
    "edi.charset.other": Fault(
        WARNING, 21,
        "Khai {charset} nhưng nội dung giống UTF-8; đã đọc theo {used}. Hãy khai UNOY nếu gửi UTF-8.",
        "{charset} is declared but the text looks like UTF-8; read as {used}. Declare UNOY if you send UTF-8.",
    ),
    "edi.charset.repertoire": Fault(
        WARNING, 21,
        "Ký tự “{character}” không thuộc {charset}; hãy khai bộ ký tự rộng hơn. Chỉ báo chỗ đầu tiên trong bản tin.",
        "Character “{character}” is not of {charset}; declare a wider set. Only the first place in a message is named.",
    ),
    "edi.charset.control": Fault(
        ERROR, 21,
        "Có ký tự điều khiển {hex} trong đoạn {tag}; hãy bỏ ký tự này.",
        "Control character {hex} stands in segment {tag}; remove it.",
    ),
    "edi.syntax": Fault(
        ERROR, 2,
        "Phiên bản cú pháp “{version}” không được hỗ trợ; hãy dùng 1, 2, 3 hoặc 4.",
        "Syntax version “{version}” is not supported; use 1, 2, 3 or 4.",
    ),
    # ---- interchange ----
    "edi.unb.missing": Fault(
        ERROR, 13,
        "Thiếu UNB: không biết ai gửi, gửi cho ai; hãy đặt bản tin trong UNB … UNZ.",
        "UNB is missing: nobody knows who sends and to whom; wrap the messages in UNB … UNZ.",
    ),
    "edi.unb.element": Fault(
        ERROR, 13,
        "UNB thiếu {name_vi}; hãy ghi đủ.",
        "UNB lacks {name_en}; state it.",
    ),
    "edi.unb.long": Fault(
        WARNING, 39,
        "{name_vi} trong UNB dài {length} ký tự, quá {limit}; hãy rút ngắn.",
        "{name_en} in UNB has {length} characters, more than {limit}; shorten it.",
    ),
    "edi.unz.missing": Fault(
        ERROR, 13,
        "Thiếu UNZ cho bản trao đổi {reference}; tệp có thể đã bị cắt. Hãy gửi lại đầy đủ.",
        "UNZ is missing for interchange {reference}; the file may have been cut. Send it whole.",
    ),
    "edi.unz.count": Fault(
        ERROR, 29,
        "UNZ ghi {stated} nhưng đếm được {counted} {unit_vi}; hãy sửa số đếm hoặc gửi đủ.",
        "UNZ states {stated} but there are {counted} {unit_en}; mend the count or send all of them.",
    ),
    "edi.unz.reference": Fault(
        ERROR, 28,
        "UNZ mang số {stated} khác số {expected} của UNB; hãy ghi cùng một số.",
        "UNZ carries reference {stated}, UNB {expected}; they must be the same.",
    ),
    "edi.interchange.empty": Fault(
        ERROR, 32,
        "Bản trao đổi không có bản tin nào; hãy gửi ít nhất một bản tin.",
        "The interchange holds no message; send at least one.",
    ),
    "edi.interchange.mixed": Fault(
        ERROR, 30,
        "Bản tin {reference} đứng ngoài nhóm trong khi bản trao đổi có nhóm; hãy chỉ dùng một cách.",
        "Message {reference} stands outside a group although the interchange has groups; use one way only.",
    ),
    "edi.trailer.alone": Fault(
        ERROR, 33,
        "{tag} đứng mà không có đoạn mở đầu của nó; hãy kiểm tra thứ tự các đoạn.",
        "{tag} stands without its header; check the order of segments.",
    ),
    "edi.outside": Fault(
        ERROR, 33,
        "Đoạn {tag} đứng ngoài bản tin; hãy đặt nó giữa UNH và UNT.",
        "Segment {tag} stands outside any message; put it between UNH and UNT.",
    ),
    # ---- groups ----
    "edi.une.missing": Fault(
        ERROR, 13,
        "Thiếu UNE cho nhóm {reference}; hãy đóng nhóm.",
        "UNE is missing for group {reference}; close the group.",
    ),
    "edi.une.count": Fault(
        ERROR, 29,
        "UNE ghi {stated} nhưng nhóm có {counted} bản tin; hãy sửa số đếm hoặc gửi đủ.",
        "UNE states {stated} but the group holds {counted} messages; mend the count or send all of them.",
    ),
    "edi.une.reference": Fault(
        ERROR, 28,
        "UNE mang số {stated} khác số {expected} của UNG; hãy ghi cùng một số.",
        "UNE carries reference {stated}, UNG {expected}; they must be the same.",
    ),
    "edi.ung.element": Fault(
        ERROR, 13,
        "UNG thiếu {name_vi}; hãy ghi đủ.",
        "UNG lacks {name_en}; state it.",
    ),
    "edi.ung.type": Fault(
        ERROR, 31,
        "Bản tin loại {type} nằm trong nhóm {expected}; mỗi nhóm chỉ chứa một loại.",
        "A message of type {type} stands in a group of {expected}; a group holds one type only.",
    ),
    # ---- messages ----
    "edi.unh.element": Fault(
        ERROR, 13,
        "UNH thiếu {name_vi}; hãy ghi đủ.",
        "UNH lacks {name_en}; state it.",
    ),
    "edi.unh.repeat": Fault(
        ERROR, 26,
        "Số tham chiếu bản tin {reference} đã dùng trong bản trao đổi này; mỗi bản tin một số.",
        "Message reference {reference} was used before in this interchange; give each message its own.",
    ),
    "edi.unt.missing": Fault(
        ERROR, 13,
        "Bản tin {reference} thiếu UNT; hãy gửi lại đầy đủ.",
        "Message {reference} has no UNT; send it whole.",
    ),
    "edi.unt.count": Fault(
        ERROR, 29,
        "UNT ghi {stated} đoạn nhưng đếm được {counted} (kể cả UNH và UNT); hãy sửa số đếm hoặc gửi đủ.",
        "UNT states {stated} segments but there are {counted} (UNH and UNT included); mend the count or send all.",
    ),
    "edi.unt.reference": Fault(
        ERROR, 28,
        "UNT mang số {stated} khác số {expected} của UNH; hãy ghi cùng một số.",
        "UNT carries reference {stated}, UNH {expected}; they must be the same.",
    ),
    "edi.message.empty": Fault(
        ERROR, 32,
        "Bản tin {reference} không có nội dung; hãy gửi ít nhất một đoạn dữ liệu.",
        "Message {reference} has no content; send at least one data segment.",
    ),
    "edi.message.version": Fault(
        ERROR, 17,
        "Bản tin {message} không nằm trong số bản tin được nhận của người gửi này: {taken}; hãy gửi đúng loại và phiên bản.",
        "Message {message} is not among those taken from this sender: {taken}; send an agreed type and version.",
    ),
    # ---- structure of messages ----
    "edi.structure.unknown": Fault(
        NOTE, 18,
        "Không có bảng cấu trúc của {message}; đã đọc thành danh sách đoạn, chưa kiểm tra thứ tự.",
        "No structure table for {message}; read as a list of segments, their order is unchecked.",
    ),
    "edi.structure.missing": Fault(
        ERROR, 13,
        "Thiếu {missing} trước đoạn {tag} ({path}); hãy thêm vào.",
        "{missing} is missing before segment {tag} ({path}); add it.",
    ),
    "edi.structure.unexpected": Fault(
        ERROR, 15,
        "Đoạn {tag} không được đứng ở đây ({path}); hãy đặt đúng vị trí theo bảng cấu trúc {message}.",
        "Segment {tag} may not stand here ({path}); put it where the table of {message} has it.",
    ),
    "edi.structure.foreign": Fault(
        ERROR, 15,
        "Đoạn {tag} không có trong {message}; hãy bỏ đoạn này.",
        "Segment {tag} does not occur in {message}; remove it.",
    ),
    "edi.structure.many": Fault(
        ERROR, 35,
        "Đoạn {tag} lặp quá {limit} lần ({path}); hãy bớt hoặc tách thành nhiều bản tin.",
        "Segment {tag} repeats more than {limit} times ({path}); send fewer or split the message.",
    ),
    "edi.structure.groups": Fault(
        ERROR, 36,
        "Nhóm {group} lặp quá {limit} lần ({path}); hãy bớt hoặc tách thành nhiều bản tin.",
        "Group {group} repeats more than {limit} times ({path}); send fewer or split the message.",
    ),
}  # fmt: skip
