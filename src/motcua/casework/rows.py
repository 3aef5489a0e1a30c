"""
Rows of several tables written in one statement: one way to the database and back instead of one for each row.

The rows travel as one JSON value and PostgreSQL reads the columns out of it by their types. So the statement is the same
text for every filing of a kind, and no value is ever a part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models


class Row(NamedTuple):
    """A row to be written, by column; what is left out gets the model's default."""

    model: type[models.Model]
    values: Mapping[str, Any]


@cache
def _defaults(model: type[models.Model]) -> dict[str, Any]:
    """Every column that is written, with its default; not those which the database fills in itself."""
    return {
        str(field.column): field.get_default()
        for field in model._meta.concrete_fields
        if field.db_default is models.NOT_PROVIDED
    }


def row_of(instance: models.Model) -> Row:
    """The row an unsaved instance stands for."""
    attributes = {str(field.column): field.attname for field in instance._meta.concrete_fields}
    return Row(
        type(instance),
        {column: getattr(instance, attributes[column]) for column in _defaults(type(instance))},
    )


def values_of(row: Row) -> dict[str, Any]:
    """The row whole. TypeError for a column the table does not have: JSON would drop it without a word."""
    defaults = _defaults(row.model)
    if not row.values.keys() <= defaults.keys():
        raise TypeError(
            f"{row.model.__name__} has no column {', '.join(row.values.keys() - defaults.keys())}"
        )
    return {**defaults, **row.values}


@cache
def insertion(model: type[models.Model], with_id: bool, place: str, source: str, tail: str) -> str:
    """
    `insert into …` of the row that stands at `place` (an SQL expression of type jsonb), once for each row of `source`.

    An id that is not given comes from its sequence. `tail` is added as it stands (`on conflict …`, `returning …`).
    """
    key = model._meta.pk.column if model._meta.pk else None
    columns = [column for column in _defaults(model) if with_id or column != key]
    table = model._meta.db_table
    return (
        f"insert into {table} ({', '.join(columns)}) select {', '.join(f'r.{column}' for column in columns)} "
        f"from {source}, jsonb_populate_record(null::{table}, {place}) r {tail}"
    )


def has_id(row: Row) -> bool:
    """Whether the row brings its own id."""
    key = row.model._meta.pk
    return key is not None and row.values.get(str(key.column)) is not None


def as_json(value: Any) -> str:
    """The JSON that PostgreSQL reads times, numbers and bytes out of."""
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "\\x" + bytes(value).hex()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"a {type(value).__name__} cannot be a column's value")


def written(instances: Iterable[models.Model]) -> None:
    """Tell Django that these stand in the database now, so that a later `save` changes them."""
    for instance in instances:
        instance._state.adding, instance._state.db = False, connection.alias
