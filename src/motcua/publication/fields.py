"""
The fields of a procedure's record in the national database, made from a sheet; pure.

The names of the fields are those one sees on a record's public page; the wire names are this project's own, since no
public description of the interface was found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from motcua.law.sheets import Sheet
from motcua.lib.bilingual import Text

LABELS: dict[str, Text] = {
    "code": Text("Mã thủ tục", "Code"),
    "title": Text("Tên thủ tục", "Title"),
    "decision": Text("Số quyết định công bố", "Decision"),
    "level": Text("Cấp thực hiện", "Level"),
    "field": Text("Lĩnh vực", "Field"),
    "steps": Text("Trình tự thực hiện", "Steps"),
    "ways": Text("Cách thức thực hiện", "Ways of submitting"),
    "documents": Text("Thành phần hồ sơ", "Papers"),
    "sets": Text("Số lượng bộ hồ sơ", "Sets"),
    "applicants": Text("Đối tượng thực hiện", "Applicants"),
    "result": Text("Kết quả thực hiện", "Result"),
    "basis": Text("Căn cứ pháp lý", "Legal basis"),
    "conditions": Text("Yêu cầu, điều kiện", "Conditions"),
    "fees": Text("Phí, lệ phí", "Fees"),
    "since": Text("Ngày có hiệu lực", "In force since"),
    "sha256": Text("Mã băm nội dung", "Digest of the content"),
}


def record_of(sheet: Sheet) -> dict[str, Any]:
    """What the record says of a version, in JSON's own types."""
    published = sheet.published
    return {
        "code": sheet.national_code.value if sheet.national_code else "",
        "title": sheet.title.vi,
        "decision": published.decision if published else "",
        "level": sorted(str(level) for level in sheet.level),
        "field": sheet.field,
        "steps": [step.name.vi for step in sheet.steps],
        "ways": {
            str(way): {
                "limit": channel.limit.limit.to_text() if channel.limit else "",
            }
            for way, channel in sheet.channels.open().items()
        },
        "documents": [
            {
                "name": paper.name.vi,
                "originals": paper.originals,
                "copies": paper.copies,
                "form": paper.form or "",
            }
            for paper in sheet.documents
        ],
        "sets": sheet.sets,
        "applicants": sheet.applicants.vi,
        "result": sheet.result.name.vi,
        "basis": [" ".join(filter(None, (basis.text, basis.article))) for basis in sheet.basis],
        "conditions": sheet.conditions.vi if sheet.conditions else "",
        "fees": list(sheet.fees),
        "since": sheet.since.isoformat(),
        "sha256": sheet.digest,
    }


@dataclass(frozen=True)
class Difference:
    """One field that differs: its path in the record, what the sheet says and what the copy says."""

    path: str
    ours: Any
    theirs: Any

    @property
    def label(self) -> Text:
        """The field in words."""
        top = self.path.partition(".")[0].partition("[")[0]
        return LABELS.get(top) or Text(top, top)


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> list[Difference]:
    """Field by field, what a copy says otherwise; what it lacks is None there, what only it has is None with us."""
    return list(_differences("", ours, theirs))


def _differences(path: str, ours: Any, theirs: Any) -> Iterator[Difference]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in dict.fromkeys([*ours, *theirs]):
            yield from _differences(f"{path}.{key}" if path else key, ours.get(key), theirs.get(key))
    elif isinstance(ours, list) and isinstance(theirs, list):
        for index in range(max(len(ours), len(theirs))):
            first, second = (side[index] if index < len(side) else None for side in (ours, theirs))
            yield from _differences(f"{path}[{index}]", first, second)
    elif ours != theirs:
        yield Difference(path, ours, theirs)
