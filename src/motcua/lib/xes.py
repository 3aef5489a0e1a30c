"""
Reads event logs in XES (IEEE 1849-2016, and XES 1.0), plain or gzipped, one trace at a time. Pure.

Every value comes as text, as the log has it, under its key; a trace's own attributes come with the prefix `case:`, as
other tools name them. Classifiers, extensions, globals and nested attributes are passed over: they describe, they do not
say when something happened.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from motcua.lib import xmldoc
from motcua.lib.errors import Malformed

# A log of a million events is some 500 MB; a small file that grows beyond this is an attack.
LIMITS = xmldoc.Limits(bytes=1024 * 1024 * 1024, elements=50_000_000, depth=64, text=1024 * 1024)
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
_CASE = "case:"


def read_xes(file: Path, keys: Sequence[str]) -> tuple[list[int], dict[str, list[str | None]]]:
    """
    The line each event begins on, and for each key one text an event, None where neither event nor trace has it.

    Malformed, with line and column, for what is no XML, no gzip or no event log.
    """
    content = _unpacked(file)
    root = xmldoc.look(content)
    if root.name != "log":
        raise Malformed(
            f"Phần tử gốc là <{root.name}>, nhật ký XES phải là <log>.",
            f"The root is <{root.name}>; an XES log has <log>.",
            place=f"line {root.line}",
        )
    lines: list[int] = []
    found: dict[str, list[str | None]] = {key: [] for key in keys}
    for trace in xmldoc.stream(content, "{*}trace", limits=LIMITS):
        own = {f"{_CASE}{key}": value for key, value in _attributes(trace).items()}
        for event in trace.iterchildren("{*}event"):
            lines.append(cast("int", event.sourceline) or 0)
            values = _attributes(event)
            for key, column in found.items():
                column.append(values.get(key, own.get(key)))
    return lines, found


def _attributes(element: xmldoc.Element) -> dict[str, str]:
    """The direct attributes of a trace or an event; of a repeated key the first counts."""
    values: dict[str, str] = {}
    for child in element.iterchildren("*"):
        if xmldoc.local(child) in _VALUES and (key := child.get("key")) is not None:
            values.setdefault(str(key), str(child.get("value", "")))
    return values


def _unpacked(file: Path) -> bytes:
    content = file.read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(file) as packed:
            content = packed.read(LIMITS.bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Malformed(
            f"Không giải nén được tệp gzip: {error}. Hãy tải lại tệp.",
            f"The gzip file cannot be unpacked: {error}. Fetch the file again.",
            place="byte 0",
        ) from error
    return content
