"""
Specialised inspections as dated data: which ministry must see which goods, in which mode, and by which text.

`inspections/vocabulary.yaml` holds ministries, purposes and kinds; `inspections/rules/<ministry>.yaml` the rules. A rule
names HS prefixes and may name purposes and origins. For each ministry and kind of inspection the most specific rule in
force wins: the longest HS prefix, then one that names the purpose, then one that names the origin, then the newest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from motcua.law.nodes import explain, read
from motcua.law.parts import Basis, Flag, Line, Name, Part, Text, TimeLimit, wrong
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.lib.identifiers import COUNTRIES

P = TypeVar("P", bound=BaseModel)

FOLDER: Final = "inspections"


class Mode(StrEnum):
    """How closely a consignment is looked at; `exempt` means not at all, and the rule says why."""

    EXEMPT = "exempt"
    REDUCED = "reduced"
    NORMAL = "normal"
    STRICT = "strict"


MODES: Final[Mapping[Mode, tuple[str, str]]] = {
    Mode.EXEMPT: ("Miễn kiểm tra", "Exempt"),
    Mode.REDUCED: ("Kiểm tra giảm", "Reduced"),
    Mode.NORMAL: ("Kiểm tra thông thường", "Normal"),
    Mode.STRICT: ("Kiểm tra chặt", "Strict"),
}


def _prefix(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) in {2, 4, 6, 8}):
        raise wrong(
            "hs",
            f"mã HS {text!r} phải có 2, 4, 6 hoặc 8 chữ số",
            f"the HS code {text!r} must have 2, 4, 6 or 8 digits",
        )
    return text


def _country(text: str) -> str:
    if text not in COUNTRIES:
        raise wrong("country", f"{text!r} không phải mã nước ISO 3166", f"{text!r} is no country of ISO 3166")
    return text


Prefix = Annotated[str, AfterValidator(_prefix)]
Country = Annotated[str, AfterValidator(_country)]


class Purpose(Part):
    """What goods are brought in for; `code` is the ministry system's own, where it is known."""

    code: Line | None
    title: Text


class Ministry(Part):
    """A ministry in its time: its code on the portal, the partner it is, who took over from it."""

    code: Line
    partner: Line
    since: date
    until: date | None = None
    successor: Line | None = None
    title: Text

    def is_there(self, on: date) -> bool:
        """Whether it exists on a day."""
        return self.since <= on and (self.until is None or on < self.until)


class Vocabulary(Part):
    """The words the rules may use."""

    purposes: dict[str, Purpose]
    kinds: dict[str, Text]
    ministries: dict[str, Ministry]

    @model_validator(mode="after")
    def _successors_are_known(self) -> Vocabulary:
        for name, ministry in self.ministries.items():
            if ministry.successor is not None and ministry.successor not in self.ministries:
                raise wrong(
                    "successor",
                    f"{name}: không có bộ kế nhiệm {ministry.successor!r}",
                    f"{name}: there is no successor {ministry.successor!r}",
                )
        return self


class Rule(Part):
    """One line of a ministry's table. Without purposes or origins it holds for all of them."""

    id: Name
    kind: Name
    hs: Annotated[tuple[Prefix, ...], Field(min_length=1)]
    flow: Literal["import", "export"] = "import"
    purposes: tuple[Name, ...] = ()
    not_purposes: tuple[Name, ...] = ()
    origins: tuple[Country, ...] = ()
    not_origins: tuple[Country, ...] = ()
    goods: Text
    mode: Mode
    reduced_after: Annotated[int, Field(gt=0, le=100)] | None = None
    strict_after_failure: Flag = False
    document_type: Line | None = None
    limit: TimeLimit | None = None
    result_needed: Literal["before-clearance", "after-clearance"] = "before-clearance"
    since: date
    until: date | None = None
    basis: Annotated[tuple[Basis, ...], Field(min_length=1)]
    source: Line
    verified: Flag
    note: Text | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> Rule:
        if self.until is not None and self.until <= self.since:
            raise wrong(
                "until",
                f"{self.id}: ngày hết hiệu lực phải sau ngày có hiệu lực",
                f"{self.id}: the day it ends must come after the day it begins",
            )
        return self

    def fits(self, *, flow: str, purpose: str, origin: str, on: date) -> bool:
        """Whether the rule holds for goods whose HS code it is known to cover."""
        return (
            self.since <= on
            and (self.until is None or on < self.until)
            and self.flow == flow
            and (not self.purposes or purpose in self.purposes)
            and (not self.origins or origin in self.origins)
            and purpose not in self.not_purposes
            and origin not in self.not_origins
        )


class _Table(Part):
    ministry: Line
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One inspection that goods need: whose, which, in which mode, and which rules were set aside for a closer one."""

    ministry: str
    rule: Rule
    prefix: str
    mode: Mode
    set_aside: tuple[Rule, ...] = ()
    history: str = ""

    @property
    def is_needed(self) -> bool:
        """Whether anything must be lodged."""
        return self.mode is not Mode.EXEMPT

    def why(self) -> Text:
        """The reason in one sentence: which code matched, what was named, which text says so."""
        rule = self.rule
        vi = [f"Mã HS bắt đầu bằng {self.prefix} ({rule.goods.vi})"]
        en = [f"the HS code begins with {self.prefix} ({rule.goods.en})"]
        if rule.purposes:
            vi.append("đúng mục đích nêu trong quy định")
            en.append("the purpose is one the rule names")
        if rule.origins:
            vi.append(f"xuất xứ {', '.join(rule.origins)}")
            en.append(f"the origin is {', '.join(rule.origins)}")
        if self.history:
            vi.append(_HISTORY[self.history][0])
            en.append(_HISTORY[self.history][1])
        if self.set_aside:
            vi.append(f"quy định cụ thể hơn {', '.join(one.id for one in self.set_aside)}")
            en.append(f"closer than {', '.join(one.id for one in self.set_aside)}")
        texts = ", ".join(one.text for one in rule.basis)
        said = "; ".join(en)
        return Text(vi=f"{'; '.join(vi)}. Căn cứ {texts}.", en=f"{said[0].upper()}{said[1:]}. Basis {texts}.")


_HISTORY: Final = {
    "failed": ("lô trước không đạt nên kiểm tra chặt", "the lot before failed, so the inspection is strict"),
    "passed": ("các lô liền trước đều đạt nên kiểm tra giảm", "the lots before all passed, so it is reduced"),
}


@dataclass(frozen=True)
class History:
    """What earlier lots of the same firm, goods and origin came to."""

    passed_in_a_row: int = 0
    failed_last: bool = False


NO_HISTORY: Final = History()


@dataclass
class Inspections:
    """All rules of all ministries, asked by goods and day."""

    vocabulary: Vocabulary
    tables: Mapping[str, Sequence[Rule]]
    _by_prefix: dict[str, list[tuple[str, Rule]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[str, list[tuple[str, Rule]]] = defaultdict(list)
        for ministry, rules in self.tables.items():
            for rule in rules:
                for prefix in rule.hs:
                    found[prefix].append((ministry, rule))
        self._by_prefix = dict(found)

    def __len__(self) -> int:
        return sum(len(rules) for rules in self.tables.values())

    def required(
        self,
        hs: str,
        *,
        purpose: str,
        origin: str,
        on: date,
        flow: str = "import",
        history: History = NO_HISTORY,
    ) -> list[Requirement]:
        """
        Every inspection for these goods on this day, exemptions included; several ministries may stand beside each other.

        Refused for a purpose that nobody knows; the HS code and origin are taken as they are.
        """
        if purpose not in self.vocabulary.purposes:
            known = ", ".join(self.vocabulary.purposes)
            raise Refused(
                f"Không có mục đích {purpose!r}; hiện có: {known}.",
                f"There is no purpose {purpose!r}; known: {known}.",
                place="purpose",
            )
        by_prefix = self._by_prefix
        found: dict[tuple[str, str], list[tuple[str, Rule]]] = {}
        for length in (8, 6, 4, 2):
            for ministry, rule in by_prefix.get(hs[:length], ()) if len(hs) >= length else ():
                if rule.fits(flow=flow, purpose=purpose, origin=origin, on=on):
                    found.setdefault((ministry, rule.kind), []).append((hs[:length], rule))
        return [
            self._chosen(self.ministry_on(ministry, on), candidates, history)
            for (ministry, _), candidates in found.items()
        ]

    def _chosen(self, ministry: str, candidates: list[tuple[str, Rule]], history: History) -> Requirement:
        if len(candidates) > 1:
            candidates = sorted(candidates, key=_closeness, reverse=True)
        prefix, rule = candidates[0]
        mode, because = rule.mode, ""
        if mode is not Mode.EXEMPT and rule.strict_after_failure and history.failed_last:
            mode, because = Mode.STRICT, "failed"
        elif mode is Mode.NORMAL and rule.reduced_after and history.passed_in_a_row >= rule.reduced_after:
            mode, because = Mode.REDUCED, "passed"
        return Requirement(ministry, rule, prefix, mode, tuple(one for _, one in candidates[1:]), because)

    def ministry_on(self, name: str, on: date) -> str:
        """The ministry that holds this business on a day: the one named, or who took over from it."""
        ministry = self.vocabulary.ministries[name]
        while ministry.until is not None and on >= ministry.until and ministry.successor is not None:
            name = ministry.successor
            ministry = self.vocabulary.ministries[name]
        return name

    def by_code(self, code: str) -> str | None:
        """The ministry behind a code of the portal, such as BNNPTNT."""
        return next((name for name, one in self.vocabulary.ministries.items() if one.code == code), None)

    def of_document(self, document_type: str) -> str | None:
        """The ministry whose procedure a document type names: the letters it begins with."""
        return self.by_code(document_type.rstrip("0123456789"))


def _closeness(candidate: tuple[str, Rule]) -> tuple[int, bool, bool, date]:
    prefix, rule = candidate
    return len(prefix), bool(rule.purposes), bool(rule.origins), rule.since


def load_inspections(folder: Path) -> Inspections:
    """Read `inspections/` of the law folder. Raises `Invalid` with ALL findings by `path:line`."""
    findings: list[Finding] = []
    place = f"{folder.name}/{FOLDER}"
    vocabulary = _read(folder / FOLDER / "vocabulary.yaml", f"{place}/vocabulary.yaml", Vocabulary, findings)
    tables: dict[str, Sequence[Rule]] = {}
    names: dict[str, str] = {}
    for file in sorted((folder / FOLDER / "rules").glob("*.yaml")):
        where = f"{place}/rules/{file.name}"
        table = _read(file, where, _Table, findings)
        if table is None:
            continue
        if vocabulary is not None:
            findings += _unknown_words(table, vocabulary, where)
        findings += _repeated(table.rules, names, where)
        tables[table.ministry] = table.rules
    if findings or vocabulary is None:
        raise Invalid(findings)
    return Inspections(vocabulary, tables)


def _read(file: Path, place: str, shape: type[P], findings: list[Finding]) -> P | None:
    if not file.is_file():
        findings.append(Finding("missing", f"{place}:1", "không có tệp này", "there is no such file"))
        return None
    node, faults = read(file, place)
    findings += faults
    if node is None:
        return None
    if not isinstance(node.plain, dict):
        findings.append(
            Finding("shape", f"{place}:1", "tệp phải gồm khóa: giá trị", "keys and values are needed")
        )
        return None
    try:
        return shape.model_validate(node.plain)
    except ValidationError as error:
        findings += [explain(fault, node, place, shape) for fault in error.errors()]
        return None


def _unknown_words(table: _Table, vocabulary: Vocabulary, place: str) -> Iterable[Finding]:
    def unknown(what: str, word: str, rule: str, known: Iterable[str]) -> Finding:
        names = ", ".join(sorted(known))
        return Finding(
            f"unknown-{what}", f"{place}:1", f"{rule}: không có {word!r}; hiện có: {names}",
            f"{rule}: {word!r} is unknown; known: {names}",
        )  # fmt: skip

    if table.ministry not in vocabulary.ministries:
        yield unknown("ministry", table.ministry, "ministry", vocabulary.ministries)
    for rule in table.rules:
        if rule.kind not in vocabulary.kinds:
            yield unknown("kind", rule.kind, rule.id, vocabulary.kinds)
        for purpose in (*rule.purposes, *rule.not_purposes):
            if purpose not in vocabulary.purposes:
                yield unknown("purpose", purpose, rule.id, vocabulary.purposes)


def _repeated(rules: Iterable[Rule], names: dict[str, str], place: str) -> Iterable[Finding]:
    for rule in rules:
        if rule.id in names:
            yield Finding(
                "repeated", f"{place}:1", f"{rule.id!r} đã có trong {names[rule.id]}",
                f"{rule.id!r} stands in {names[rule.id]} already",
            )  # fmt: skip
        names[rule.id] = place


def as_plain(found: Requirement, inspections: Inspections) -> dict[str, Any]:
    """A requirement for programs: everything a person would need to check it."""
    ministry, rule, why = inspections.vocabulary.ministries[found.ministry], found.rule, found.why()
    kind, (mode_vi, mode_en) = inspections.vocabulary.kinds[rule.kind], MODES[found.mode]
    return {
        "ministry": found.ministry,
        "ministry_code": ministry.code,
        "ministry_name": {"vi": ministry.title.vi, "en": ministry.title.en},
        "kind": rule.kind,
        "kind_name": {"vi": kind.vi, "en": kind.en},
        "mode": found.mode.value,
        "mode_name": {"vi": mode_vi, "en": mode_en},
        "needed": found.is_needed,
        "document_type": rule.document_type,
        "limit": f"{rule.limit.value} {rule.limit.unit}" if rule.limit else None,
        "result_needed": rule.result_needed,
        "rule": rule.id,
        "hs": found.prefix,
        "since": rule.since.isoformat(),
        "until": rule.until.isoformat() if rule.until else None,
        "basis": [{"text": one.text, "article": one.article} for one in rule.basis],
        "source": rule.source,
        "verified": rule.verified,
        "note": {"vi": rule.note.vi, "en": rule.note.en} if rule.note else None,
        "why": {"vi": why.vi, "en": why.en},
        "set_aside": [one.id for one in found.set_aside],
    }
