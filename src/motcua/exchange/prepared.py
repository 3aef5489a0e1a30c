"""Statements asked so often that PostgreSQL should read and plan them once a connection, not once a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection

# psycopg prepares a statement that a connection has seen this often.
OFTEN = 3


def ask(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, ...] | None:
    """
    The first row of a statement, prepared; None when it gives none. Errors are Django's, as with its own cursors.

    Behind a pooler that hands a connection to others between two statements nothing is prepared: such a site says so by
    Django's DISABLE_SERVER_SIDE_CURSORS.
    """
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold is None and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        # Django leaves preparing off; its own cursors put their values into the text and are not touched by this.
        raw.prepare_threshold = OFTEN
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def ask_all(sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """
    All rows of a statement, or none where it gives none. They come in binary, which the driver reads in C: as text every
    moment would pass through Python. The values stand beside the statement and are never a part of it.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, parameters, binary=True)
        return cursor.fetchall() if cursor.description else []
