"""
A message as people read it, with every fault at its place. Pure: bytes and places in, lines out.

EDIFACT is shown one segment a line, XML and JSON by lines, a workbook by the rows that have faults, anything else as
bytes. Of long messages the beginning is shown, and what stands around each fault; the rest is left out and says so.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from motcua.lib.edifact.tokens import Tokens
from motcua.lib.errors import Malformed

FIRST_LINES, AROUND, MOST_LINES = 60, 3, 800
LONGEST_LINE = 600
BYTES_A_LINE, MOST_BYTES = 16, 4_096
# A workbook that unpacks to more than this is not opened to be looked at.
LARGEST_WORKBOOK = 64 * 2**20
MOST_CELLS = 60


@dataclass(frozen=True)
class Piece:
    """A run of text; `marked` when it is at fault."""

    text: str
    marked: bool = False


@dataclass
class ShownLine:
    """One line: what it is called (a segment, a line, an offset, a row), its text, and the faults in it by number."""

    label: str
    pieces: list[Piece]
    faults: list[int] = field(default_factory=list)
    # How many lines before this one are left out.
    skipped: int = 0


@dataclass
class Showing:
    """A message for a page: how it is shown, its lines, how many follow that are left out, and faults without a place."""

    kind: str
    lines: list[ShownLine] = field(default_factory=list)
    left_out: int = 0
    homeless: list[int] = field(default_factory=list)


def show(content: bytes, type: str, places: Sequence[str]) -> Showing:
    """The message with the faults at `places`, in the words of the findings: `segment 3, element 2, byte 60`."""
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content, places)
    if type == "edifact":
        with suppress(Malformed):
            return _edifact(content, places)
    if head.startswith((b"{", b"[")):
        return _json(content, places)
    if head.startswith(b"<") or _is_text(content):
        kind = "xml" if head.startswith(b"<") else "text"
        return _lines(kind, _text(content).splitlines(), places)
    return _bytes(content, places)


# EDIFACT ----------------------------------------------------------------------------------------------------

_SEGMENT = re.compile(r"segment (\d+)")
_ELEMENT = re.compile(r"element (\d+)")
_COMPONENT = re.compile(r"component (\d+)")
_BYTE = re.compile(r"byte (\d+)")
_LINE = re.compile(r"line (\d+)")


def _edifact(content: bytes, places: Sequence[str]) -> Showing:
    """One segment a line; a fault with a segment stands there, one with a byte only at the segment around it."""
    wanted: dict[int, list[tuple[int, str]]] = {}
    by_byte: list[tuple[int, int]] = []
    homeless = []
    for number, place in enumerate(places):
        if found := _SEGMENT.search(place):
            wanted.setdefault(int(found[1]), []).append((number, place))
        elif found := _BYTE.search(place):
            by_byte.append((int(found[1]), number))
        else:
            homeless.append(number)
    by_byte.sort()

    def lines() -> Iterator[ShownLine]:
        tokens = Tokens(content)
        held = next(tokens, None)
        while held is not None:
            following = next(tokens, None)
            tokens.take()
            end = following.byte if following is not None else len(content) + 1
            marks = []
            line = ShownLine(str(held.number), [])
            for number, place in wanted.pop(held.number, []):
                line.faults.append(number)
                marks.append(_span(held, place))
            while by_byte and by_byte[0][0] < end:
                line.faults.append(by_byte.pop(0)[1])
            text = held.raw.decode(held.codec, "replace")
            line.pieces = _marked(" ".join(text.split()) if "\n" in text else text, marks)
            yield line
            held = following

    showing = Showing("edifact", homeless=homeless)
    _gather(showing, lines())
    showing.homeless += [number for pairs in wanted.values() for number, _ in pairs]
    showing.homeless += [number for _, number in by_byte]
    return showing


def _span(segment: Any, place: str) -> tuple[int, int]:
    """Where the element or component at fault begins and ends in the text of its segment; all of it without one."""
    found = _ELEMENT.search(place)
    raw: bytes = segment.raw
    if not found or b"\n" in raw or not raw.isascii():
        return 0, len(raw)
    element = int(found[1])
    inner = _COMPONENT.search(place)
    component = int(inner[1]) if inner else 0
    begin = segment.position(element, component).byte - segment.byte
    if component:
        after = segment.position(element, component + 1).byte - segment.byte
        whole = segment.position(element + 1).byte - segment.byte
        end = min(after, whole) if after > begin else whole
    else:
        end = segment.position(element + 1).byte - segment.byte
    end = end - 1 if end < len(raw) else end
    return begin, max(end, begin)


def _marked(text: str, marks: Iterable[tuple[int, int]]) -> list[Piece]:
    """The text in runs; a mark of no length stands at the place where something is missing."""
    text = text[:LONGEST_LINE] + "…" if len(text) > LONGEST_LINE else text
    pieces: list[Piece] = []
    at = 0
    for begin, end in sorted(set(marks)):
        begin, end = max(begin, at), min(end, len(text))
        if begin > at:
            pieces.append(Piece(text[at:begin]))
        pieces.append(Piece(text[begin:end] or "▯", marked=True))
        at = max(end, at)
    if text[at:] or not pieces:
        pieces.append(Piece(text[at:]))
    return pieces


# Lines ------------------------------------------------------------------------------------------------------


def _lines(kind: str, texts: Sequence[str], places: Sequence[str]) -> Showing:
    wanted: dict[int, list[int]] = {}
    homeless = []
    for number, place in enumerate(places):
        if (found := _LINE.search(place)) and 1 <= int(found[1]) <= len(texts):
            wanted.setdefault(int(found[1]), []).append(number)
        else:
            homeless.append(number)
    showing = Showing(kind, homeless=homeless)
    _gather(showing, _numbered(texts, wanted))
    return showing


def _numbered(texts: Sequence[str], wanted: dict[int, list[int]]) -> Iterator[ShownLine]:
    for number, text in enumerate(texts, 1):
        faults = wanted.get(number, [])
        yield ShownLine(str(number), _marked(text, [(0, len(text))] if faults else []), faults)


def _json(content: bytes, places: Sequence[str]) -> Showing:
    """Laid out anew, so that each member has a line; faults are found by their pointer (RFC 6901)."""
    try:
        body = json.loads(_text(content))
    except (ValueError, RecursionError):
        return _lines("json", _text(content).splitlines(), places)
    laid: list[tuple[str, str]] = []
    _lay(body, "", "", "", laid)
    at = {pointer: number for number, (pointer, _) in enumerate(laid, 1)}
    wanted: dict[int, list[int]] = {}
    homeless = []
    for number, place in enumerate(places):
        pointer = place
        # A member that is missing is shown at what should hold it.
        while pointer and pointer not in at:
            pointer = pointer.rpartition("/")[0]
        if pointer in at and place.startswith("/"):
            wanted.setdefault(at[pointer], []).append(number)
        else:
            homeless.append(number)
    showing = Showing("json", homeless=homeless)
    _gather(showing, _numbered([text for _, text in laid], wanted))
    return showing


def _lay(value: Any, pointer: str, lead: str, tail: str, laid: list[tuple[str, str]]) -> None:
    indent = "  " * pointer.count("/")
    if isinstance(value, dict | list) and value:
        opening, closing = ("{", "}") if isinstance(value, dict) else ("[", "]")
        laid.append((pointer, f"{indent}{lead}{opening}"))
        items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        for number, (key, inner) in enumerate(items):
            name = str(key).replace("~", "~0").replace("/", "~1")
            label = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(value, dict) else ""
            _lay(inner, f"{pointer}/{name}", label, "," if number + 1 < len(items) else "", laid)
        laid.append(("\0", f"{indent}{closing}{tail}"))
    else:
        laid.append((pointer, f"{indent}{lead}{json.dumps(value, ensure_ascii=False)}{tail}"))


# Workbooks --------------------------------------------------------------------------------------------------

_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, SyntaxError, LookupError, ValueError, TypeError,
    AttributeError, OSError, EOFError,
)  # fmt: skip
_CELL = re.compile(r"(?:(?P<sheet>[^!]+)!)?\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[1-9]\d*)\b")


def _workbook(content: bytes, places: Sequence[str]) -> Showing:
    """The rows that have faults, with their faulty cells marked; the workbook itself is a download."""
    wanted: dict[tuple[str, int], dict[str, list[int]]] = {}
    showing = Showing("xlsx")
    for number, place in enumerate(places):
        if found := _CELL.search(place):
            row = wanted.setdefault(((found["sheet"] or "").strip(" '"), int(found["row"])), {})
            row.setdefault(found["column"], []).append(number)
        else:
            showing.homeless.append(number)
    rows = _rows(content, set(wanted))
    for (sheet, line), cells in sorted(wanted.items()):
        texts = rows.get((sheet, line), {})
        pieces = []
        for column in sorted(set(texts) | set(cells), key=lambda name: (len(name), name)):
            text = f"{column}: {texts.get(column, '') or '▯'}"[:LONGEST_LINE]
            pieces += [Piece(text, column in cells), Piece(" │ ")]
        faults = [number for numbers in cells.values() for number in numbers]
        showing.lines.append(ShownLine(f"{sheet}!{line}" if sheet else str(line), pieces[:-1], faults))
    return showing


def _rows(content: bytes, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], dict[str, str]]:
    """The cells of some rows as texts; nothing from a workbook that is broken or unpacks to too much."""
    if not wanted:
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_WORKBOOK:
                return {}
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except _BROKEN:
        # Whatever is wrong with a stranger's workbook, its faults are shown without its cells.
        return {}
    found: dict[tuple[str, int], dict[str, str]] = {}
    for sheet, row in wanted:
        page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        for cells in page.iter_rows(min_row=row, max_row=row, max_col=MOST_CELLS, values_only=True):
            found[sheet, row] = {
                get_column_letter(number): str(value)
                for number, value in enumerate(cells, 1)
                if value is not None
            }
    book.close()
    return found


# Bytes ------------------------------------------------------------------------------------------------------


def _bytes(content: bytes, places: Sequence[str]) -> Showing:
    wanted: dict[int, list[int]] = {}
    homeless = []
    for number, place in enumerate(places):
        found = _BYTE.search(place)
        if found and int(found[1]) < min(len(content), MOST_BYTES):
            wanted.setdefault(int(found[1]) // BYTES_A_LINE, []).append(number)
        else:
            homeless.append(number)
    showing = Showing("bytes", homeless=homeless)
    for number, begin in enumerate(range(0, min(len(content), MOST_BYTES), BYTES_A_LINE)):
        row = content[begin : begin + BYTES_A_LINE]
        readable = "".join(chr(one) if 32 <= one < 127 else "·" for one in row)
        text = f"{row.hex(' '):<{BYTES_A_LINE * 3}} {readable}"
        faults = wanted.get(number, [])
        showing.lines.append(ShownLine(f"{begin:06x}", [Piece(text, bool(faults))], faults))
    showing.left_out = max(0, (len(content) - MOST_BYTES) // BYTES_A_LINE)
    return showing


def _is_text(content: bytes) -> bool:
    sample = content[:4_096]
    return (
        b"\0" not in sample and sum(one < 32 and one not in b"\t\r\n\x0c\x1c\x1d\x1f" for one in sample) == 0
    )


def _text(content: bytes) -> str:
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(codec, "replace")
    return content.decode("utf-8-sig", "replace")


def _gather(showing: Showing, lines: Iterable[ShownLine]) -> None:
    """Keep the beginning and what stands around each fault, up to what a page can hold."""
    recent: list[ShownLine] = []
    skipped = after = 0
    for number, line in enumerate(lines):
        room = len(showing.lines) < MOST_LINES
        if room and (number < FIRST_LINES or line.faults or after):
            if line.faults:
                kept = recent[-AROUND:]
                if kept:
                    kept[0].skipped = skipped - len(kept)
                    showing.lines += kept
                    skipped = 0
                after = AROUND
            elif after:
                after -= 1
            if skipped:
                line.skipped = skipped
            showing.lines.append(line)
            recent, skipped = [], 0
        else:
            recent = [*recent[-(AROUND - 1) :], line]
            skipped += 1
            if line.faults:
                showing.homeless += line.faults
    showing.left_out = skipped
