"""Small hand-made logs, one defect each, and a mapping for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from motcua.eventlog.mapping import Mapping
from motcua.eventlog.read import Log, read_log

NOW = datetime(2020, 12, 31, tzinfo=UTC)
COLUMNS = ("case", "activity", "time", "who", "way", "start", "due", "end")
GOOD = ("c1", "Check", "2020-03-02 09:00:00+07:00", "R1", "Web", "2020-03-02 08:00:00+07:00",
        "2020-03-05 08:00:00+07:00", "2020-03-04 10:00:00+07:00")  # fmt: skip

MAPPING: dict[str, Any] = {
    "source": "small",
    "title": {"vi": "Nhật ký thử", "en": "A small log"},
    "columns": {
        "case": "case", "activity": "activity", "time": "time", "resource": "who", "channel": "way", "start": "start",
        "deadline": "due", "end": "end",
    },
    "zone": "Asia/Ho_Chi_Minh",
    "office": "ELSE",
    "office_is_ours": False,
    "channels": {"Web": "online", "Desk": "desk"},
    "activities": {"Check": {"id": "check", "kind": "step_done"}, "Ghi chú": {"id": "note"}},
}  # fmt: skip


def mapping(**changes: Any) -> Mapping:
    return Mapping.model_validate({**MAPPING, **changes})


def row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, default) for name, default in zip(COLUMNS, GOOD, strict=True))


def content(*rows: tuple[str, ...]) -> bytes:
    return "\n".join(",".join(cells) for cells in (COLUMNS, *rows)).encode()


def log(*rows: tuple[str, ...], **changes: Any) -> Log:
    return read_log(content(*rows), mapping(**changes), now=NOW)
