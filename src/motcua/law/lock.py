"""A sheet that took force is law: it must not change in silence.

`law/lock.json` keeps the digest of every sheet from the day it takes force, and every erratum made since:

    {"sheets": {"procedures/<field>/<procedure>/<day>.yaml": "<sha-256>"},
     "errata": [{"path", "was", "now", "on", "reason"}]}

The functions here read and compute; writing the file is one line for the caller (`write`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from motcua.law.load import load
from motcua.law.sheets import Catalogue
from motcua.lib.errors import Malformed, Refused
from motcua.lib.findings import Finding, Severity

FILE: Final = "lock.json"


@dataclass(frozen=True)
class Erratum:
    """A mistake in a sheet in force that was put right in the open: why, when, which digest became which."""

    path: str
    was: str
    now: str
    on: date
    reason: str


@dataclass(frozen=True)
class Lock:
    """What was in force when it was last locked: digests by path inside the law folder, and the errata."""

    sheets: Mapping[str, str] = field(default_factory=dict)
    errata: tuple[Erratum, ...] = ()

    def to_json(self) -> str:
        """The text of `lock.json`, sorted, one entry per line, so that a change reads well in a review."""
        content = {
            "sheets": dict(sorted(self.sheets.items())),
            "errata": [
                {
                    "path": one.path,
                    "was": one.was,
                    "now": one.now,
                    "on": one.on.isoformat(),
                    "reason": one.reason,
                }
                for one in self.errata
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def read(folder: Path) -> Lock:
    """Read `lock.json`; an empty lock when there is none yet. Raises `Malformed` for anything else."""
    file = folder / FILE
    if not file.exists():
        return Lock()
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        sheets = {str(path): _digest(digest) for path, digest in content["sheets"].items()}
        return Lock(sheets, tuple(_erratum(one) for one in content["errata"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Malformed(
            f"{FILE} không đọc được ({error}); hãy khôi phục từ git, không sửa tay.",
            f"{FILE} cannot be read ({error}); restore it from git, do not edit it by hand.",
            place=f"{folder.name}/{FILE}",
        ) from None


def write(folder: Path, lock: Lock) -> None:
    """Write `lock.json`."""
    (folder / FILE).write_text(lock.to_json(), encoding="utf-8")


def check(folder: Path, today: date) -> list[Finding]:
    """Compare the sheets in force on `today`, or earlier, with the lock.

    Errors: a sheet edited or taken away after it took force, each with the way to mend it.
    Warnings: a sheet in force that is not locked yet. Raises `Invalid` when the folder itself does not load.
    """
    return compare(load(folder), read(folder), today, name=folder.name)


def compare(catalogue: Catalogue, lock: Lock, today: date, *, name: str = "law") -> list[Finding]:
    """The same for what is loaded already; `name` is the folder as findings show it."""
    findings = []
    present = {sheet.path: sheet for sheet in catalogue}
    for path, digest in lock.sheets.items():
        sheet = present.get(path)
        if sheet is None:
            findings.append(_taken_away(f"{name}/{path}"))
        elif sheet.digest != digest:
            findings.append(_edited(f"{name}/{path}", sheet.since))
    for path, sheet in present.items():
        if sheet.since <= today and path not in lock.sheets:
            findings.append(_not_locked(f"{name}/{path}", sheet.since))
    return sorted(findings, key=lambda finding: finding.place)


def locked(catalogue: Catalogue, lock: Lock, today: date) -> Lock:
    """The lock with every sheet added that has taken force by `today`; what is locked is never replaced."""
    added = {sheet.path: sheet.digest for sheet in catalogue if sheet.since <= today}
    return Lock({**added, **lock.sheets}, lock.errata)


def with_erratum(catalogue: Catalogue, lock: Lock, path: str, *, on: date, reason: str) -> Lock:
    """The lock that accepts the present content of one sheet as an erratum.

    `path` is the path inside the law folder. Raises `Refused` when the sheet is not there, not locked, not
    changed, or when no reason is given.
    """
    sheet = next((sheet for sheet in catalogue if sheet.path == path), None)
    was = lock.sheets.get(path)
    if sheet is None or was is None:
        raise Refused(
            f"{path} không có trong thư mục luật hoặc chưa khóa; chỉ đính chính tệp đã khóa.",
            f"{path} is not in the law folder or not locked; only a locked file can have an erratum.",
        )
    if sheet.digest == was:
        raise Refused(f"{path} không thay đổi: không có gì để đính chính.", f"{path} has not changed.")
    if not reason.strip():
        raise Refused(
            "Đính chính phải có lý do; hãy ghi điều gì sai và căn cứ nào cho biết.",
            "An erratum needs a reason: say what was wrong and how it is known.",
        )
    erratum = Erratum(path, was, sheet.digest, on, reason.strip())
    return Lock({**lock.sheets, path: sheet.digest}, (*lock.errata, erratum))


def _edited(place: str, since: date) -> Finding:
    return Finding(
        "edited-in-force",
        place,
        f"tệp này có hiệu lực từ {since:%d/%m/%Y} và đã bị sửa sau khi khóa. "
        f"Nếu luật đổi: trả lại nội dung cũ và thêm tệp mới mang ngày hiệu lực mới. "
        f"Nếu tệp ghi sai: motcua law lock --erratum, kèm lý do.",
        f"this file is in force since {since.isoformat()} and was edited after it was locked. "
        f"If the law changed: restore the file and add a new one named by the new in-force date. "
        f"If the file was wrong: motcua law lock --erratum, with a reason.",
    )


def _taken_away(place: str) -> Finding:
    return Finding(
        "taken-away",
        place,
        "tệp đã khóa không còn. Hãy khôi phục; nếu thủ tục bị bãi bỏ, ghi until trong bản cuối.",
        "the locked file is gone. Restore it; if the procedure was abolished, "
        "give its last version an until.",
    )


def _not_locked(place: str, since: date) -> Finding:
    return Finding(
        "not-locked",
        place,
        f"tệp có hiệu lực từ {since:%d/%m/%Y} nhưng chưa khóa; hãy chạy motcua law lock.",
        f"the file is in force since {since.isoformat()} but not locked; run motcua law lock.",
        Severity.WARNING,
    )


def _digest(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9a-f]{64}", value):
        raise ValueError(f"{value!r} is not a SHA-256")
    return value


def _erratum(one: Any) -> Erratum:
    return Erratum(
        str(one["path"]),
        _digest(one["was"]),
        _digest(one["now"]),
        date.fromisoformat(one["on"]),
        str(one["reason"]),
    )
