"""
What a simulator keeps: one SQLite file in a folder of its own.

SQLite because it is in Python, needs no server, and a transaction that was committed survives `kill -9` and a power cut
(WAL with synchronous FULL): a partner that forgets what it acknowledged would prove nothing about the other side.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_TABLES = """
create table if not exists incoming (
  id integer primary key, reference text not null unique, type text not null, answers text, content blob not null,
  sha256 text not null, received_at text not null, reply blob not null, seen integer not null default 1,
  state text not null default 'waiting', findings text not null default '[]'
);
create table if not exists outgoing (
  id integer primary key, reference text not null unique, type text not null, answers text, content blob not null,
  sha256 text not null, made_at text not null, due real not null, attempts integer not null default 0,
  copies integer, state text not null default 'waiting', reply blob, state_url text, ask_at real,
  asked integer not null default 0, findings text not null default '[]', replaces text
);
create index if not exists outgoing_due on outgoing (state, due);
create table if not exists log (id integer primary key, at text not null, kind text not null, details text not null);
create table if not exists memory (kind text not null, key text not null, data text not null, primary key (kind, key));
"""


@dataclass(frozen=True)
class Incoming:
    """A message that came in; `answers` is the reference of ours that it answers."""

    id: int
    reference: str
    type: str
    answers: str | None
    content: bytes
    sha256: str
    received_at: datetime
    reply: bytes
    seen: int
    state: str
    findings: list[dict[str, Any]]


@dataclass(frozen=True)
class Outgoing:
    """
    A message of ours: waiting, acknowledged (the other side keeps it), then done, refused or stuck as the other side
    says; dead when nobody took it in 72 hours, replaced when it went out again under a new number.
    """

    id: int
    reference: str
    type: str
    answers: str | None
    content: bytes
    sha256: str
    made_at: datetime
    due: float
    attempts: int
    copies: int | None
    state: str
    reply: bytes | None
    state_url: str | None
    ask_at: float | None
    asked: int
    findings: list[dict[str, Any]]
    replaces: str | None


def digest(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


class Store:
    """One file, one connection, one writer at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(
            folder / "simulator.sqlite3", isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=full")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; may be nested, then the outermost counts."""
        with self.lock:
            self._depth += 1
            try:
                if self._depth == 1:
                    self._db.execute("begin immediate")
                yield
                if self._depth == 1:
                    self._db.execute("commit")
            except BaseException:
                if self._depth == 1:
                    self._db.execute("rollback")
                raise
            finally:
                self._depth -= 1

    def run(self, sql: str, *values: object) -> sqlite3.Cursor:
        """One statement."""
        with self.lock:
            return self._db.execute(sql, values)

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows of one statement."""
        with self.lock:
            return self._db.execute(sql, values).fetchall()

    # Messages -----------------------------------------------------------------------------------------------

    def incoming(self, where: str = "1", *values: object) -> list[Incoming]:
        """Messages that came in, in the order of coming."""
        return [
            _incoming(row) for row in self.rows(f"select * from incoming where {where} order by id", *values)
        ]

    def outgoing(self, where: str = "1", *values: object) -> list[Outgoing]:
        """Messages of ours, in the order of making."""
        return [
            _outgoing(row) for row in self.rows(f"select * from outgoing where {where} order by id", *values)
        ]

    def content(self, number: int) -> bytes | None:
        """The bytes of a message, whichever way it went."""
        rows = self.rows(
            "select content from incoming where id = ? union all select content from outgoing where id = ?",
            number,
            number,
        )
        return bytes(rows[0]["content"]) if rows else None

    def next_number(self, name: str) -> int:
        """1, 2, 3 …: a counter that survives."""
        with self.transaction():
            number = int(self.recall("counter", name) or 0) + 1
            self.remember("counter", name, number)
        return number

    # Log and memory -----------------------------------------------------------------------------------------

    def note(self, at: datetime, kind: str, **details: object) -> None:
        """Write down what happened."""
        text = json.dumps(details, ensure_ascii=False, default=str)
        self.run("insert into log (at, kind, details) values (?, ?, ?)", at.isoformat(), kind, text)

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        """Everything that happened since entry number `after`."""
        return [
            {"id": row["id"], "at": row["at"], "kind": row["kind"], **json.loads(row["details"])}
            for row in self.rows("select * from log where id > ? order by id", after)
        ]

    def remember(self, kind: str, key: str, data: object) -> None:
        """Keep something of the simulator's own: a ship, a declaration, a counter."""
        text = json.dumps(data, ensure_ascii=False, default=str)
        self.run(
            "insert into memory (kind, key, data) values (?, ?, ?) "
            "on conflict (kind, key) do update set data = excluded.data",
            kind, key, text,
        )  # fmt: skip

    def recall(self, kind: str, key: str) -> Any:
        """What was kept under a key; None when nothing was."""
        rows = self.rows("select data from memory where kind = ? and key = ?", kind, key)
        return json.loads(rows[0]["data"]) if rows else None

    def recall_all(self, kind: str) -> dict[str, Any]:
        """Everything of one kind, by key."""
        rows = self.rows("select key, data from memory where kind = ? order by rowid", kind)
        return {row["key"]: json.loads(row["data"]) for row in rows}


def _incoming(row: sqlite3.Row) -> Incoming:
    return Incoming(
        row["id"], row["reference"], row["type"], row["answers"], bytes(row["content"]), row["sha256"],
        datetime.fromisoformat(row["received_at"]), bytes(row["reply"]), row["seen"], row["state"],
        json.loads(row["findings"]),
    )  # fmt: skip


def _outgoing(row: sqlite3.Row) -> Outgoing:
    return Outgoing(
        row["id"], row["reference"], row["type"], row["answers"], bytes(row["content"]), row["sha256"],
        datetime.fromisoformat(row["made_at"]), row["due"], row["attempts"], row["copies"], row["state"],
        bytes(row["reply"]) if row["reply"] is not None else None, row["state_url"], row["ask_at"], row["asked"],
        json.loads(row["findings"]), row["replaces"],
    )  # fmt: skip
