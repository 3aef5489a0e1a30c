"""
Rows as COPY reads them, a line of text each.

A batch has every moment and every detail as text already, because its digests are made of text; so the lines are put
together here instead of asking the driver to find a way for each value of each row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

from motcua.lib.digest import utc_text

NULL = "\\N"
# How many characters go to the server at a time.
_PIECE = 2**18

_SPECIAL = re.compile(r"[\\\b\f\n\r\t\v]")
_ESCAPES = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}


def escaped(text: str) -> str:
    """A text as COPY reads it; most have nothing to escape."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) if _SPECIAL.search(text) else text


def hexadecimal(content: bytes | memoryview) -> str:
    """Bytes as COPY reads them."""
    return "\\\\x" + content.hex()


def array(texts: Sequence[str]) -> str:
    """An array of texts as COPY reads it."""
    if not texts:
        return "{}"
    quoted = ('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)
    return escaped("{" + ",".join(quoted) + "}")


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: NULL,
    str: escaped,
    int: str,
    bool: lambda value: "t" if value else "f",
    Decimal: str,
    datetime: utc_text,
    date: date.isoformat,
    bytes: hexadecimal,
    memoryview: hexadecimal,
    dict: lambda value: escaped(json.dumps(value, ensure_ascii=False)),
    list: array,
}


def written(value: object) -> str:
    """A value of a column as COPY reads it. TypeError for a kind of value that no column of ours holds."""
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value)
    if isinstance(value, str):  # a member of an enumeration
        return escaped(str(value))
    raise TypeError(f"a {type(value).__name__} cannot be a column's value")


def line(values: Iterable[object]) -> str:
    """A row as COPY reads it."""
    return "\t".join(map(written, values)) + "\n"


def copy_lines(model: type[models.Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY finished lines into a table."""
    names = ", ".join(columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"copy {model._meta.db_table} ({names}) from stdin") as copy,
    ):
        for piece in _pieces(lines):
            copy.write(piece)


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    piece: list[str] = []
    size = 0
    for text in lines:
        piece.append(text)
        size += len(text)
        if size >= _PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    yield "".join(piece).encode()


def copy_models(model: type[models.Model], subjects: Sequence[models.Model]) -> None:
    """COPY rows of a domain table; an `id` that is not set is given by the table's own sequence."""
    given = bool(subjects) and subjects[0].pk is not None
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.column
        and not field.generated
        and (given or not field.primary_key)
        # What the database fills in itself is left to it.
        and not (subjects and isinstance(getattr(subjects[0], field.attname), DatabaseDefault))
    ]
    # JSON may be any value there, a list or a plain text; only the field knows that its column is JSON.
    columns = [
        (field.attname, _json(field) if isinstance(field, models.JSONField) else written) for field in fields
    ]
    lines = (
        "\t".join([write(getattr(subject, name)) for name, write in columns]) + "\n" for subject in subjects
    )
    copy_lines(model, [str(field.column) for field in fields], lines)


def copy_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY rows given by column, all with the same columns; those left out get what the table gives them."""
    names = list(rows[0])
    as_json = {
        field.column: _json(field)
        for field in model._meta.concrete_fields
        if isinstance(field, models.JSONField)
    }
    writers = [as_json.get(name, written) for name in names]
    lines = (
        "\t".join([write(row[name]) for name, write in zip(names, writers, strict=True)]) + "\n"
        for row in rows
    )
    copy_lines(model, names, lines)


def _json(field: models.JSONField[Any, Any]) -> Callable[[Any], str]:
    def write(value: object) -> str:
        return NULL if value is None else escaped(json.dumps(value, ensure_ascii=False, cls=field.encoder))

    return write
