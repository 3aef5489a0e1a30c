"""Reads the law folder: every fault of every file at once, each with its path and line.

The folder holds `procedures/<field>/<procedure>/<in-force-date>.yaml`, `parameters/*.yaml` and
`calendars/*.yaml`. Nothing is half loaded: one error anywhere and `load` raises `Invalid`.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from motcua.law.nodes import Node, Place, explain, read
from motcua.law.sheets import Catalogue, Sheet
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding, Severity, errors

# Labour Code 45/2019/QH14, article 105: at most eight hours in a working day.
HOURS_IN_A_DAY: Final = 8


def load(folder: Path) -> Catalogue:
    """Load every sheet below `folder`. Raises `Invalid` with ALL findings of all files.

    Warnings alone refuse nothing: they stay in `Catalogue.findings`.
    """
    catalogue, findings = examine(folder)
    if errors(findings):
        raise Invalid(findings)
    return catalogue


def examine(folder: Path) -> tuple[Catalogue, list[Finding]]:
    """Load what can be loaded and say everything that is wrong; never raises for a fault in a file."""
    findings: list[Finding] = []
    loaded: list[_Loaded] = []
    calendars = _calendars(folder)
    fees = _fees(folder)
    for file in sorted((folder / "procedures").rglob("*")):
        if file.is_dir() or file.name.startswith(".") or file.suffix == ".md":
            continue
        one = _Loaded(folder, file)
        one.load(calendars=calendars, fees=fees)
        findings += one.findings
        loaded.append(one)
    findings += _across(loaded)
    findings.sort(key=_by_place)
    sheets = [one.sheet for one in loaded if one.sheet is not None]
    return Catalogue(sheets, findings=findings), findings


def examine_draft(
    folder: Path, file: Path, procedure: str, since: date
) -> tuple[Sheet | None, list[Finding]]:
    """
    A sheet that is only proposed, wherever its file lies, with everything that is wrong in it and with its place among the
    versions of `folder`: one of the same day, or one that ends later, overlaps with it.

    `since` is the day it would take force; a file named by a day (`2021-01-01.yaml`) says its own.
    """
    draft = _Loaded(folder, file, (procedure, _iso_date(file.stem) or since))
    draft.load(calendars=_calendars(folder), fees=_fees(folder))
    findings = list(draft.findings)
    if draft.sheet is not None:
        catalogue, _ = examine(folder)
        known = catalogue.versions(procedure) if procedure in catalogue else []
        findings += _overlaps_of_draft(draft, draft.sheet, known)
    findings.sort(key=_by_place)
    return (None if errors(findings) else draft.sheet), findings


def _overlaps_of_draft(draft: _Loaded, sheet: Sheet, known: list[Sheet]) -> Iterator[Finding]:
    for version in known:
        if version.since == sheet.since:
            vi, en = "đã có hiệu lực từ đúng ngày ấy", "takes force on the very same day"
        elif version.since < sheet.since and version.until is not None and version.until > sheet.since:
            vi, en = f"còn hiệu lực đến {version.until}", f"is in force until {version.until}"
        elif version.since > sheet.since and (sheet.until is None or sheet.until > version.since):
            vi, en = f"có hiệu lực sau đó, từ {version.since}", f"takes force after it, on {version.since}"
        else:
            continue
        yield _at(
            draft,
            (),
            "overlap",
            f"dự thảo có hiệu lực từ {sheet.since} nhưng bản {version.path} {vi}; hãy đổi ngày trong tên tệp",
            f"the draft takes force on {sheet.since} but {version.path} {en}; change the day in the file's name",
        )


class _Loaded:
    """One file on its way to a sheet, with what is wrong in it; `named` says whose sheet it is where the path does not."""

    def __init__(self, folder: Path, file: Path, named: tuple[str, date] | None = None) -> None:
        self.file = file
        self.named = named
        inside = named is None
        self.place = (Path(folder.name) / file.relative_to(folder)).as_posix() if inside else file.name
        self.inside = file.relative_to(folder / "procedures") if inside else Path(file.name)
        self.findings: list[Finding] = []
        self.node: Node | None = None
        self.sheet: Sheet | None = None
        self.procedure: str | None = None

    def load(self, *, calendars: set[str], fees: set[str]) -> None:
        identity = self._identity()
        self.node, faults = read(self.file, self.place)
        self.findings += faults
        if self.node is None or identity is None:
            return
        content = self.node.plain
        if not isinstance(content, dict):
            self.say(
                (),
                "not-a-sheet",
                "tệp phải là danh sách khóa: giá trị; hãy xem law/README.md",
                "the file must be a list of key: value; see law/README.md",
            )
            return
        self.procedure, since = identity
        own = {key: value for key, value in content.items() if key not in ("procedure", "since")}
        for key in ("procedure", "since"):
            if key in content:
                self.say(
                    (key,),
                    "unknown-key",
                    f"khóa {key!r} không ghi trong tệp: nó lấy từ đường dẫn; hãy xóa dòng này",
                    f"the key {key!r} does not belong in the file: it comes from the path; delete this line",
                )
        try:
            self.sheet = Sheet(procedure=self.procedure, since=since, **own)
        except ValidationError as error:
            for fault in error.errors():
                self.findings.append(explain(fault, self.node, self.place, Sheet))
        self._check_names(own, calendars=calendars, fees=fees)
        if self.sheet is not None:
            self._check_until(self.sheet)
            self._check_hours(self.sheet)

    def say(self, path: Place, code: str, vi: str, en: str, severity: Severity = Severity.ERROR) -> None:
        """Note one fault at the line of `path`."""
        line = self.node.line(path) if self.node is not None else 1
        self.findings.append(Finding(code, f"{self.place}:{line}", vi, en, severity))

    def _identity(self) -> tuple[str, date] | None:
        if self.named is not None:
            return self.named
        parts = self.inside.parts
        since = _iso_date(self.file.stem) if self.file.suffix == ".yaml" else None
        names = all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", part) for part in parts[:-1])
        if len(parts) == 3 and since is not None and names:
            return f"{parts[0]}/{parts[1]}", since
        self.say(
            (),
            "path",
            "đường dẫn phải là procedures/<lĩnh-vực>/<thủ-tục>/<ngày-hiệu-lực>.yaml, "
            "ví dụ procedures/thong-quan/khai-bo-sung/2018-06-05.yaml; hãy đổi tên tệp",
            "the path must be procedures/<field>/<procedure>/<in-force-date>.yaml, "
            "such as procedures/clearance/amend-declaration/2018-06-05.yaml; rename the file",
        )
        return None

    def _check_names(self, content: dict[str, Any], *, calendars: set[str], fees: set[str]) -> None:
        calendar = content.get("calendar")
        if isinstance(calendar, str) and calendar not in calendars:
            self.say(
                ("calendar",),
                "unknown-calendar",
                f"không có lịch làm việc {calendar!r}{_nearest_vi(calendar, calendars)}",
                f"there is no calendar {calendar!r}{_nearest_en(calendar, calendars)}",
            )
        named = content.get("fees")
        for index, fee in enumerate(named if isinstance(named, list) else ()):
            if isinstance(fee, str) and fee not in fees:
                self.say(
                    ("fees", index),
                    "unknown-fee",
                    f"không có khoản phí {fee!r} trong parameters/fees.yaml{_nearest_vi(fee, fees)}",
                    f"there is no fee {fee!r} in parameters/fees.yaml{_nearest_en(fee, fees)}",
                )
        for listing, key in (("documents", "id"), ("steps", "id"), ("form", "id"), ("fees", None)):
            self._check_repeats(content.get(listing), (listing,), key)
        form = content.get("form")
        for index, item in enumerate(form if isinstance(form, list) else ()):
            if isinstance(item, dict):
                self._check_repeats(item.get("choices"), ("form", index, "choices"), "value")

    def _check_repeats(self, items: Any, path: Place, key: str | None) -> None:
        seen: Counter[str] = Counter()
        for index, item in enumerate(items if isinstance(items, list) else ()):
            name = item if key is None else item.get(key) if isinstance(item, dict) else None
            if not isinstance(name, str):
                continue
            seen[name] += 1
            if seen[name] > 1:
                self.say(
                    (*path, index, *([key] if key else [])),
                    "repeated",
                    f"{name!r} đã có ở trên trong {path[0]}; hãy đổi tên hoặc xóa một dòng",
                    f"{name!r} stands in {path[0]} already; rename it or delete one",
                )

    def _check_until(self, sheet: Sheet) -> None:
        if sheet.until is not None and sheet.until <= sheet.since:
            self.say(
                ("until",),
                "until",
                f"ngày hết hiệu lực {sheet.until} phải sau ngày có hiệu lực {sheet.since}",
                f"the day of abolition {sheet.until} must come after the in-force date {sheet.since}",
            )
        if sheet.replaced_by is not None and sheet.until is None:
            self.say(
                ("replaced_by",),
                "until",
                "có replaced_by thì phải có until: ngày thủ tục bị thay thế",
                "replaced_by needs until: the day on which the procedure was replaced",
            )

    def _check_hours(self, sheet: Sheet) -> None:
        total = sum((step.hours for step in sheet.steps if step.hours is not None), Decimal(0))
        for name, channel in sheet.channels.open().items():
            limit = channel.limit
            if limit is None:
                continue
            allowed = limit.value * (HOURS_IN_A_DAY if limit.unit.endswith("days") else 1)
            if total > allowed:
                self.say(
                    ("channels", name.value, "limit"),
                    "steps-exceed-limit",
                    f"các bước cộng lại {total} giờ, nhiều hơn thời hạn {allowed} giờ của cách nộp {name}; "
                    f"hãy xem lại hours của từng bước",
                    f"the steps add up to {total} hours, more than the limit of {allowed} hours by {name}; "
                    f"look at the hours of each step",
                    Severity.WARNING,
                )


def _across(everything: list[_Loaded]) -> Iterator[Finding]:
    """What is only wrong when files are seen together."""
    files = [one for one in everything if one.sheet is not None]
    # A broken sheet still exists: whoever names it is not wrong.
    known = {one.procedure for one in everything if one.procedure is not None}
    by_procedure: dict[str, list[_Loaded]] = {}
    codes: dict[str, str] = {}
    for one in files:
        assert one.sheet is not None
        sheet = one.sheet
        by_procedure.setdefault(sheet.procedure, []).append(one)
        if sheet.replaced_by is not None and (
            sheet.replaced_by not in known or sheet.replaced_by == sheet.procedure
        ):
            yield _at(
                one,
                ("replaced_by",),
                "unknown-procedure",
                f"không có thủ tục {sheet.replaced_by!r} khác để thay thế"
                + _nearest_vi(sheet.replaced_by, known - {sheet.procedure}),
                f"there is no other procedure {sheet.replaced_by!r} to take over"
                + _nearest_en(sheet.replaced_by, known - {sheet.procedure}),
            )
        if sheet.national_code is not None:
            owner = codes.setdefault(sheet.national_code.value, sheet.procedure)
            if owner != sheet.procedure:
                yield _at(
                    one,
                    ("national_code", "value"),
                    "repeated-national-code",
                    f"mã quốc gia {sheet.national_code.value} đã dùng cho {owner}; hãy kiểm tra lại",
                    f"the national code {sheet.national_code.value} is used by {owner} already; check it",
                    Severity.WARNING,
                )
    for versions in by_procedure.values():
        yield from _overlaps(versions)


def _overlaps(versions: list[_Loaded]) -> Iterator[Finding]:
    ordered = sorted((one for one in versions if one.sheet is not None), key=lambda one: _sheet(one).since)
    for earlier, later in pairwise(ordered):
        until, start = _sheet(earlier).until, _sheet(later).since
        if until is not None and until > start:
            yield _at(
                earlier,
                ("until",),
                "overlap",
                f"bản này hết hiệu lực {until} nhưng bản {later.place} đã có hiệu lực từ {start}; "
                f"hãy bỏ until hoặc sửa ngày",
                f"this version ends on {until} but {later.place} takes force on {start} already; "
                f"drop until or mend the date",
            )


def _sheet(one: _Loaded) -> Sheet:
    assert one.sheet is not None
    return one.sheet


def _at(
    one: _Loaded,
    path: Place,
    code: str,
    vi: str,
    en: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    line = one.node.line(path) if one.node is not None else 1
    return Finding(code, f"{one.place}:{line}", vi, en, severity)


def _calendars(folder: Path) -> set[str]:
    """The calendars an office can work by: those with a week; lists of days off have none."""
    names = set()
    for file in (folder / "calendars").glob("*.yaml"):
        node, _ = read(file, file.name)
        # What cannot be read is told by the loader of calendars, not once more by every sheet.
        if node is None or not isinstance(node.plain, dict) or "week" in node.plain:
            names.add(file.stem)
    return names


def _fees(folder: Path) -> set[str]:
    file = folder / "parameters" / "fees.yaml"
    if not file.is_file():
        return set()
    node, _ = read(file, file.name)
    return set(node.plain) if node is not None and isinstance(node.plain, dict) else set()


def _iso_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _nearest_vi(name: str, known: Iterable[str]) -> str:
    return _nearest(name, known, "; ý bạn là {}?", "; hiện có: {}", "; chưa có tên nào")


def _nearest_en(name: str, known: Iterable[str]) -> str:
    return _nearest(name, known, "; did you mean {}?", "; known: {}", "; none is known")


def _nearest(name: str, known: Iterable[str], one: str, many: str, none: str) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return one.format(repr(close[0]))
    return many.format(", ".join(names[:12])) if names else none


def _by_place(finding: Finding) -> tuple[str, int]:
    path, _, line = finding.place.rpartition(":")
    return path, int(line)
