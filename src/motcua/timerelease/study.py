"""
A time release study as it is saved: which goods, which offices, from when to when, by whose stamps, by which rules. Pure.

One definition serves the two weeks of a year and every month between: only its window moves (`moved`). What it does not
name it does not measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from motcua.law.nodes import explain, read
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$", max_length=40)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Code = Annotated[str, StringConstraints(pattern=r"^(T[0-9]{2}|P[12]|[QR][0-9])$")]
Office = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}[A-Z]{2}(-[A-Z0-9]+)*$", max_length=12)]

Holder = Literal["trader", "carrier", "port", "customs", "agency", "bank"]
Clock = Literal["elapsed", "working"]
Source = Literal["declaration", "inspection", "movement"]
Dimension = Literal["office", "flow", "regime", "channel"]

HOLDERS: dict[str, Text] = {
    "trader": Text("Doanh nghiệp", "Trader"),
    "carrier": Text("Hãng vận chuyển", "Carrier"),
    "port": Text("Cảng, kho bãi", "Port"),
    "customs": Text("Hải quan", "Customs"),
    "agency": Text("Cơ quan kiểm tra chuyên ngành", "Inspecting agency"),
    "bank": Text("Ngân hàng, kho bạc", "Bank"),
    "ahead": Text("Xong trước khi bắt đầu", "Done before it began"),
}

# What each stamp is, in the usual order; every one is optional.
MILESTONES: dict[str, Text] = {
    "T00": Text("Khai bản lược khai hàng hóa", "Manifest filed"),
    "T01": Text("Phương tiện vận tải đến", "Means of transport arrives"),
    "T02": Text("Dỡ hàng xong", "Discharged"),
    "T03": Text("Hàng vào khu vực giám sát hải quan", "Placed in the customs area"),
    "P1": Text("Đăng ký kiểm tra chuyên ngành", "Inspection applied for"),
    "P2": Text("Có kết quả kiểm tra chuyên ngành", "Inspection result"),
    "T10": Text("Nộp tờ khai", "Declaration lodged"),
    "T11": Text("Đăng ký chính thức", "Registered"),
    "T12": Text("Phân luồng", "Channel assigned"),
    "T13": Text("Bắt đầu kiểm tra hồ sơ", "Document check begins"),
    "T14": Text("Kiểm tra hồ sơ xong", "Documents checked"),
    "T15": Text("Bắt đầu kiểm tra thực tế", "Physical inspection begins"),
    "T16": Text("Kiểm tra thực tế xong", "Goods checked"),
    "T17": Text("Xác định thuế", "Duty assessed"),
    "T18": Text("Nộp thuế hoặc bảo lãnh", "Duty paid or secured"),
    "T19": Text("Thông quan hoặc giải phóng hàng", "Released"),
    "T20": Text("Qua khu vực giám sát", "Out of the gate"),
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(_Shape):
    """A text in both languages."""

    vi: Words
    en: Words


class Window(_Shape):
    """The declarations whose `milestone` fell on these days, both included, local time."""

    milestone: Code
    first: date
    last: date


class Milestone(_Shape):
    """A stamp: the event that gives it, and who held the goods until then."""

    source: Source
    event: Words
    holder: Holder


class Interval(_Shape):
    """A time from one stamp to another; `clock` only where it is not the study's, which a stage may not have."""

    begin: Code
    end: Code
    clock: Clock | None = None
    target_hours: Annotated[float, Field(gt=0)] | None = None


class Wait(_Shape):
    """From `begin` to `end` the ball is with `holder`, whatever else goes on meanwhile; earlier waits go first."""

    begin: Code
    end: Code
    holder: Holder


class Outliers(_Shape):
    """The column "by rule" beside "all": Tukey's fence, or a fixed number of hours."""

    rule: Literal["tukey", "fixed"] = "tukey"
    hours: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Outliers:
        if (self.rule == "fixed") != (self.hours is not None):
            raise _wrong(
                "outliers",
                "quy tắc fixed cần hours, và chỉ quy tắc ấy",
                "the rule fixed needs hours, and only that rule",
            )
        return self


class PublishedMean(_Shape):
    """A mean as it was printed, h:mm:ss, with its change on the round before."""

    of: Words
    mean: Annotated[str, StringConstraints(pattern=r"^[0-9]+:[0-5][0-9]:[0-5][0-9]$")]
    change: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+:[0-5][0-9]:[0-5][0-9]$")] | None = None
    percent: Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")] | None = None


class Published(_Shape):
    """What was printed about this round, so that its arithmetic can be checked; never mixed with what we measure."""

    whole: int | None = None
    parts: dict[Slug, int] = {}
    means: tuple[PublishedMean, ...] = ()


class Reference(_Shape):
    """Where a fact of the definition was read."""

    url: Words
    accessed: date
    says: Words


class Study(_Shape):
    """The definition. `unverified` names the keys whose values were chosen here because no source says them."""

    name: Slug
    version: Annotated[int, Field(ge=1)]
    title: Both
    window: Window
    follow_up_end: date
    offices: Annotated[tuple[Office, ...], Field(min_length=1)]
    flows: tuple[Literal["import", "export"], ...] = ()
    regimes: tuple[Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}$")], ...] = ()
    unit: Literal["declaration"] = "declaration"
    clock: Clock = "elapsed"
    calendar: Words | None = None
    milestones: Annotated[dict[Code, Milestone], Field(min_length=2)]
    total: Interval
    stages: dict[Slug, Interval] = {}
    waits: tuple[Wait, ...] = ()
    exclude: tuple[Literal["cancelled"], ...] = ("cancelled",)
    outliers: Outliers = Outliers()
    minimum_n: Annotated[int, Field(ge=2)]
    by: tuple[Annotated[tuple[Dimension, ...], Field(min_length=1)], ...] = (("office",),)
    strata: tuple[Dimension, ...] = ("flow", "channel")
    base: Slug | None = None
    publish_as_of: date | None = None
    published: Published = Published()
    unverified: tuple[Words, ...] = ()
    sources: tuple[Reference, ...] = ()

    def codes(self) -> Iterator[tuple[str, str]]:
        """Every stamp the definition speaks of, with the place where it does."""
        yield "window.milestone", self.window.milestone
        for name, one in [
            ("total", self.total),
            *((f"stages.{name}", one) for name, one in self.stages.items()),
        ]:
            yield f"{name}.begin", one.begin
            yield f"{name}.end", one.end
        for at, wait in enumerate(self.waits):
            yield f"waits[{at}].begin", wait.begin
            yield f"waits[{at}].end", wait.end


def read_study(file: Path) -> Study:
    """Read a definition; `Invalid` with every fault of the file by path and line."""
    place = file.name
    node, findings = (
        read(file, place)
        if file.is_file()
        else (None, [Finding("missing-file", place, "không có tệp này", "this file does not exist")])
    )
    if node is not None:
        try:
            study = Study.model_validate(node.plain)
        except ValidationError as error:
            findings += [explain(fault, node, place, Study) for fault in error.errors()]
        else:
            findings += [
                Finding(code, f"{place}:{node.line(path)}", vi, en)
                for code, path, vi, en in _faults(study, file)
            ]
            if not findings:
                return study
    raise Invalid(findings)


Fault = tuple[str, tuple[str | int, ...], str, str]


def _faults(study: Study, file: Path) -> Iterator[Fault]:
    """What one key alone cannot tell: stamps that are not defined, days out of order, clocks that would mix."""
    if study.name != file.stem:
        yield (
            "name", ("name",), f"name là {study.name!r} nhưng tệp là {file.name}",
            f"the name is {study.name!r} but the file is {file.name}",
        )  # fmt: skip
    if study.window.first > study.window.last:
        yield "window", ("window", "last"), "ngày cuối trước ngày đầu", "the last day lies before the first"
    if study.follow_up_end < study.window.last:
        yield (
            "follow-up", ("follow_up_end",), "hết theo dõi trước khi hết đợt đăng ký",
            "the follow-up ends before the window does",
        )  # fmt: skip
    for where, code in study.codes():
        if code not in study.milestones:
            yield (
                "milestone", _path(where), f"{where}: mốc {code} không có trong milestones",
                f"{where}: {code} is not among the milestones",
            )  # fmt: skip
    for code in study.milestones:
        if code not in MILESTONES and code[0] not in "QR":
            yield (
                "milestone", ("milestones", code), f"không có mốc {code}; các mốc: {', '.join(MILESTONES)}",
                f"there is no stamp {code}; the stamps: {', '.join(MILESTONES)}",
            )  # fmt: skip
    if (
        study.milestones.get(study.window.milestone)
        and study.milestones[study.window.milestone].source != "declaration"
    ):
        yield (
            "window", ("window", "milestone"), "mốc của đợt đo phải là sự kiện của tờ khai",
            "the stamp of the window must be an event of declarations",
        )  # fmt: skip
    if (study.clock == "working") != (study.calendar is not None):
        yield (
            "clock", ("clock",), "đồng hồ working cần calendar, và chỉ đồng hồ ấy",
            "the working clock needs a calendar, and only that clock",
        )  # fmt: skip
    for name, one in {"total": study.total, **study.stages}.items():
        if one.clock is not None and one.clock != study.clock:
            path = ("total", "clock") if name == "total" else ("stages", name, "clock")
            yield (
                "clock", path,
                f"{name}: đồng hồ {one.clock} không trộn được với đồng hồ {study.clock} của đợt đo; hãy lập đợt đo khác",
                f"{name}: the clock {one.clock} cannot be mixed with the study's {study.clock}; make another study",
            )  # fmt: skip


def _path(where: str) -> tuple[str | int, ...]:
    parts: list[str | int] = []
    for part in where.replace("[", ".").replace("]", "").split("."):
        parts.append(int(part) if part.isdigit() else part)
    return tuple(parts)


def moved(study: Study, first: date, last: date) -> Study:
    """The same definition over other days, followed for as long; what was printed about the old days stays behind."""
    follow = study.follow_up_end - study.window.last
    window = study.window.model_copy(update={"first": first, "last": last})
    if first > last:
        raise Refused("Ngày cuối trước ngày đầu.", "The last day lies before the first.", place="window")
    return study.model_copy(
        update={
            "window": window,
            "follow_up_end": last + follow,
            "published": Published(),
            "base": None,
            "publish_as_of": None,
        }
    )


def find_study(folder: Path, text: str) -> Study:
    """
    A saved study by its name, or `NAME@2020-06-08..2020-06-13` for other days; Refused, naming those there are.
    """
    name, _, days = text.partition("@")
    known = names(folder)
    if name not in known:
        raise Refused(
            f"Không có đợt đo {name!r}; đang có: {', '.join(known) or 'chưa có'}.",
            f"There is no study {name!r}; there are: {', '.join(known) or 'none'}.",
            place="study",
        )
    study = read_study(folder / f"{name}.yaml")
    if not days:
        return study
    first, dots, last = days.partition("..")
    try:
        return moved(study, date.fromisoformat(first), date.fromisoformat(last if dots else first))
    except ValueError:
        raise Refused(
            f"Không đọc được khoảng ngày {days!r}; hãy viết 2020-06-08..2020-06-13.",
            f"The days {days!r} cannot be read; write 2020-06-08..2020-06-13.",
            place="study",
        ) from None


def names(folder: Path) -> list[str]:
    """The studies that are saved."""
    return sorted(file.stem for file in folder.glob("*.yaml"))


def _wrong(kind: str, vi: str, en: str) -> PydanticCustomError:
    return PydanticCustomError("sheet", "{en}", {"kind": kind, "vi": vi, "en": en})
