"""YAML with line numbers, without YAML's surprises.

Only `true` and `false` are booleans (`on:` and `no` stay words), `0100047516` stays text,
a repeated key and an alias are faults: a sheet must read the same to a person and to a machine.
"""

from __future__ import annotations

import difflib
import re
import types
import typing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel

from motcua.lib.findings import Finding

Place = tuple[str | int, ...]


class _Loader(yaml.CSafeLoader):
    """The C parser with fewer guesses about what a word may mean."""


_Loader.yaml_implicit_resolvers = {}
for _pattern, _tag, _first in (
    (r"true|false", "bool", "tf"),
    (r"[-+]?(0|[1-9][0-9]*)", "int", "-+0123456789"),
    (r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", "float", "-+0123456789"),
    (r"~|null|", "null", ["~", "n", ""]),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "timestamp", "0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


class Node:
    """A parsed file: `plain` holds its content, `line(path)` the line of any place in it (from 1)."""

    def __init__(self, plain: Any, lines: dict[Place, int]) -> None:
        self.plain = plain
        self._lines = lines

    def line(self, path: Place) -> int:
        """The line of `path`, or of the nearest place above it; names not in the file are skipped."""
        known: Place = ()
        for part in path:
            if (*known, part) in self._lines:
                known = (*known, part)
        return self._lines[known]


def read(file: Path, place: str) -> tuple[Node | None, list[Finding]]:
    """Parse one YAML file, giving no node when it cannot be read; `place` is how findings name it."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except UnicodeDecodeError as error:
        return None, [
            Finding(
                "not-utf-8",
                f"{place}:1",
                f"tệp không phải UTF-8 (byte {error.start}); hãy lưu lại bằng UTF-8",
                f"the file is not UTF-8 (byte {error.start}); save it as UTF-8",
            )
        ]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        return None, [
            Finding(
                "yaml",
                f"{place}:{mark.line + 1 if mark else 1}",
                f"YAML không đọc được: {problem}; hãy kiểm tra thụt dòng, dấu hai chấm và dấu nháy",
                f"the YAML cannot be read: {problem}; check indents, colons and quotes",
            )
        ]
    if root is None:
        return None, [Finding("empty", f"{place}:1", "tệp trống", "the file is empty")]
    builder = _Builder(place)
    plain = builder.build(root, ())
    return Node(plain, builder.lines), builder.findings


class _Builder:
    """Turns composed nodes into plain values, noting lines and faults."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.lines: dict[Place, int] = {}
        self.findings: list[Finding] = []
        self._seen: set[int] = set()

    def build(self, node: yaml.Node, path: Place) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self._seen:
            self._say(
                node,
                "alias",
                "không dùng tham chiếu (*tên); hãy chép lại nội dung",
                "aliases (*name) are not used; write the content out",
            )
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Place) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._say(key_node, "key", "khóa phải là một từ", "a key must be one word")
                continue
            key = str(key_node.value)
            if key in plain:
                self._say(
                    key_node,
                    "repeated-key",
                    f"khóa {key!r} ghi hai lần; hãy xóa một dòng",
                    f"the key {key!r} stands here twice; delete one",
                )
                continue
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            plain[key] = self.build(value_node, (*path, key))
        return plain

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        kind, text = node.tag.rpartition(":")[2], node.value
        if kind == "bool":
            return text == "true"
        if kind == "int":
            return int(text)
        if kind == "float":
            return Decimal(text)
        if kind == "null":
            return None
        if kind == "timestamp":
            try:
                return date.fromisoformat(text)
            except ValueError:
                self._say(node, "date", f"không có ngày {text}", f"there is no day {text}")
                return None
        return text

    def _say(self, node: yaml.Node, code: str, vi: str, en: str) -> None:
        self.findings.append(Finding(code, f"{self.place}:{node.start_mark.line + 1}", vi, en))


_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "missing": ("thiếu khóa {name!r}", "the key {name!r} is missing"),
    "string_type": (
        '{name!r} phải là chữ; nếu là số, hãy đặt trong dấu nháy: "{input}"',
        '{name!r} must be text; put a number in quotes: "{input}"',
    ),
    "int_type": (
        "{name!r} phải là số nguyên, không phải {input!r}",
        "{name!r} must be a whole number, not {input!r}",
    ),
    "int_parsing": (
        "{name!r} phải là số nguyên, không phải {input!r}",
        "{name!r} must be a whole number, not {input!r}",
    ),
    "int_from_float": (
        "{name!r} phải là số nguyên, không phải {input}",
        "{name!r} must be a whole number, not {input}",
    ),
    "decimal_type": ("{name!r} phải là số, không phải {input!r}", "{name!r} must be a number, not {input!r}"),
    "decimal_parsing": (
        "{name!r} phải là số, không phải {input!r}",
        "{name!r} must be a number, not {input!r}",
    ),
    "bool_type": ("{name!r} phải là true hoặc false", "{name!r} must be true or false"),
    "bool_parsing": ("{name!r} phải là true hoặc false", "{name!r} must be true or false"),
    "date_type": ("{name!r} phải là ngày, viết 2020-04-24", "{name!r} must be a date, written 2020-04-24"),
    "date_parsing": ("{name!r} phải là ngày, viết 2020-04-24", "{name!r} must be a date, written 2020-04-24"),
    "date_from_datetime_parsing": (
        "{name!r} phải là ngày, viết 2020-04-24, không phải {input!r}",
        "{name!r} must be a date, written 2020-04-24, not {input!r}",
    ),
    "greater_than": ("{name!r} phải lớn hơn {gt}", "{name!r} must be more than {gt}"),
    "greater_than_equal": ("{name!r} phải từ {ge} trở lên", "{name!r} must be {ge} or more"),
    "less_than_equal": ("{name!r} không được quá {le}", "{name!r} must be {le} or less"),
    "too_short": ("{name!r} phải có ít nhất {min_length} mục", "{name!r} needs at least {min_length} entry"),
    "tuple_type": (
        "{name!r} phải là danh sách: mỗi mục một dòng bắt đầu bằng '-'",
        "{name!r} must be a list: one line per entry, beginning with '-'",
    ),
    "model_type": ("{name!r} phải gồm các khóa: {keys}", "{name!r} must hold the keys {keys}"),
}


def explain(fault: Any, node: Node, place: str, model: type[BaseModel], *, below: Place = ()) -> Finding:
    """Turn one fault of pydantic into a finding with path, line, both languages and the way to mend it.

    `below` says where in the file the model begins; () for the whole file.
    """
    path: Place = tuple(fault["loc"])
    kind: str = fault["type"]
    context: dict[str, Any] = dict(fault.get("ctx") or {})
    line = node.line((*below, *path))
    name = path[-1] if path else ""
    keys = known_keys(model, path if kind in ("model_type", "missing") else path[:-1])
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(str(name), keys, n=1)
        vi = f"; ý bạn là {close[0]!r}?" if close else f"; các khóa được dùng: {', '.join(keys)}"
        en = f"; did you mean {close[0]!r}?" if close else f"; known keys: {', '.join(keys)}"
        return Finding(
            "unknown-key", f"{place}:{line}", f"không có khóa {name!r}{vi}", f"unknown key {name!r}{en}"
        )
    if kind == "sheet":
        return Finding(
            context["kind"], f"{place}:{line}", f"{name}: {context['vi']}", f"{name}: {context['en']}"
        )
    if kind in ("literal_error", "enum"):
        return _not_in_list(fault, name, f"{place}:{line}")
    sentences = _SENTENCES.get(kind)
    if sentences is None:
        message = fault["msg"]
        return Finding(kind, f"{place}:{line}", f"{name!r} không hợp lệ: {message}", f"{name!r}: {message}")
    words = {**context, "name": name, "input": fault.get("input"), "keys": ", ".join(keys)}
    return Finding(kind, f"{place}:{line}", sentences[0].format(**words), sentences[1].format(**words))


def _not_in_list(fault: Any, name: str | int, place: str) -> Finding:
    expected = fault["ctx"]["expected"]
    known = re.findall(r"'([^']+)'", expected)
    close = difflib.get_close_matches(str(fault["input"]), known, n=1)
    vi = f"; ý bạn là {close[0]!r}?" if close else ""
    en = f"; did you mean {close[0]!r}?" if close else ""
    return Finding(
        "not-in-list",
        place,
        f"{name!r} là {fault['input']!r} nhưng phải là một trong: {', '.join(known)}{vi}",
        f"{name!r} is {fault['input']!r} but must be one of {', '.join(known)}{en}",
    )


def known_keys(model: type[BaseModel], path: Place) -> list[str]:
    """The keys a sheet may hold at this path, in the order of the shape, without those the path gives."""
    here: type[BaseModel] | None = model
    for part in path:
        if here is None or part not in here.model_fields:
            continue
        here = _model_in(here.model_fields[str(part)].annotation)
    if here is None:
        return []
    return [name for name in here.model_fields if name not in ("procedure", "since")]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if (
        isinstance(annotation, types.GenericAlias | types.UnionType)
        or typing.get_origin(annotation) is not None
    ):
        for inner in typing.get_args(annotation):
            found = _model_in(inner)
            if found is not None:
                return found
    return None
