"""
Where a copy of a procedure differs from the sheet in force: the site, the walls of the offices, the national database. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from motcua.law.sheets import Sheet
from motcua.publication.fields import Difference, differences, record_of

SITE, WALL, NATIONAL = "site", "wall", "national"


@dataclass(frozen=True)
class Drift:
    """One difference: the place, a code, the procedure, the office where it is a wall, and the sentence."""

    place: str
    code: str
    procedure: str
    vi: str
    en: str
    office: str = ""
    fields: tuple[Difference, ...] = field(default=())

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same alarm tomorrow."""
        return self.place, self.code, self.procedure, self.office


@dataclass(frozen=True)
class Hung:
    """What hangs at an office."""

    office: str
    procedure: str
    since: date
    sha256: str
    checked: bool


@dataclass(frozen=True)
class Answered:
    """What the national database answered about a procedure."""

    procedure: str
    national_id: str
    version: int
    state: str
    record: Mapping[str, Any]
    trouble: str = ""


def of_site(in_force: Iterable[Sheet], shown: Mapping[str, str]) -> Iterator[Drift]:
    """`shown` is what the site's open data says: procedure -> digest."""
    known = {sheet.procedure: sheet for sheet in in_force}
    for procedure, sheet in known.items():
        if procedure not in shown:
            yield Drift(
                SITE, "site-missing", procedure,
                f"Trang không có thủ tục này dù bản {sheet.since:%d/%m/%Y} đang có hiệu lực; hãy khởi động lại trang.",
                f"The site does not have it though the version of {sheet.since.isoformat()} is in force; restart the site.",
            )  # fmt: skip
        elif shown[procedure] != sheet.digest:
            yield Drift(
                SITE, "site-differs", procedure,
                f"Trang đang hiện bản có mã băm {shown[procedure][:12]}, bản có hiệu lực là {sheet.digest[:12]}.",
                f"The site shows the content {shown[procedure][:12]}, in force is {sheet.digest[:12]}.",
            )  # fmt: skip
    for procedure in sorted(shown.keys() - known.keys()):
        yield Drift(
            SITE, "site-abolished", procedure,
            "Trang còn hiện thủ tục không có hiệu lực.", "The site still shows a procedure that is not in force.",
        )  # fmt: skip


def of_walls(due: Mapping[str, Iterable[Sheet]], hung: Iterable[Hung]) -> Iterator[Drift]:
    """`due` is what must hang: office -> the sheets in force of the procedures it takes."""
    by_place = {(one.office, one.procedure): one for one in hung}
    for office, sheets in due.items():
        for sheet in sheets:
            one = by_place.pop((office, sheet.procedure), None)
            if one is None:
                yield Drift(
                    WALL, "wall-missing", sheet.procedure,
                    f"Chưa niêm yết bản {sheet.since:%d/%m/%Y}; hãy in tờ niêm yết và chụp ảnh.",
                    f"The version of {sheet.since.isoformat()} does not hang; print the poster and take a photograph.", office,
                )  # fmt: skip
            elif one.sha256 != sheet.digest:
                yield Drift(
                    WALL, "wall-old", sheet.procedure,
                    f"Đang treo bản {one.since:%d/%m/%Y} (mã băm {one.sha256[:12]}), bản có hiệu lực là "
                    f"{sheet.since:%d/%m/%Y} ({sheet.digest[:12]}); hãy thay tờ niêm yết.",
                    f"The version of {one.since.isoformat()} ({one.sha256[:12]}) hangs, in force is that of "
                    f"{sheet.since.isoformat()} ({sheet.digest[:12]}); put up the new one.", office,
                )  # fmt: skip
            elif not one.checked:
                yield Drift(
                    WALL, "wall-unchecked", sheet.procedure,
                    "Đã niêm yết nhưng chưa có người khác kiểm tra.", "It hangs, and nobody else has checked it.", office,
                )  # fmt: skip
    for (office, procedure), one in by_place.items():
        yield Drift(
            WALL, "wall-abolished", procedure,
            f"Bản {one.since:%d/%m/%Y} vẫn treo dù thủ tục không còn hiệu lực hoặc không làm ở đây; hãy gỡ xuống.",
            f"The version of {one.since.isoformat()} still hangs though the procedure is no longer in force or not done here; "
            "take it down.", office,
        )  # fmt: skip


def of_national(in_force: Iterable[Sheet], answers: Iterable[Answered]) -> Iterator[Drift]:
    """The national copy, field by field."""
    by_name = {one.procedure: one for one in answers}
    for sheet in in_force:
        one = by_name.pop(sheet.procedure, None)
        if one is not None and one.trouble:
            yield Drift(
                NATIONAL, "national-trouble", sheet.procedure,
                f"Cơ sở dữ liệu quốc gia trả lời không đúng: {one.trouble}",
                f"The national database answers wrongly: {one.trouble}",
            )  # fmt: skip
        elif one is None or one.state != "public":
            state = "chưa có" if one is None else f"ở trạng thái '{one.state}'"
            yield Drift(
                NATIONAL, "national-missing", sheet.procedure,
                f"Bản {sheet.since:%d/%m/%Y} chưa công khai trên cơ sở dữ liệu quốc gia ({state}).",
                f"The version of {sheet.since.isoformat()} is not public in the national database "
                f"({'unknown there' if one is None else one.state}).",
            )  # fmt: skip
        elif found := differences(record_of(sheet), dict(one.record)):
            names = ", ".join(dict.fromkeys(each.label.vi for each in found))
            names_en = ", ".join(dict.fromkeys(each.label.en for each in found))
            yield Drift(
                NATIONAL, "national-differs", sheet.procedure,
                f"Bản ghi {one.national_id} (lần {one.version}) khác {len(found)} chỗ: {names}.",
                f"Record {one.national_id} (version {one.version}) differs in {len(found)} places: {names_en}.", "", tuple(found),
            )  # fmt: skip
    for procedure, one in by_name.items():
        if one.state == "public":
            yield Drift(
                NATIONAL, "national-abolished", procedure,
                f"Bản ghi {one.national_id} vẫn công khai dù thủ tục không còn hiệu lực.",
                f"Record {one.national_id} is still public though the procedure is no longer in force.",
            )  # fmt: skip
