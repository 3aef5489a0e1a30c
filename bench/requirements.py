"""Which inspections goods need: lookups a second over the real tables, beside a scan of every rule in the same run."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter

from bench.figures import Report, middle, spread
from motcua.law.inspections import Inspections, Rule, load_inspections

ROOT = Path(__file__).resolve().parents[1]
AIM = 20_000


def report(*, full: bool = False) -> Report:
    """Half of the questions are about goods under inspection, half about any goods; every answer is compared with the scan."""
    count = 500_000 if full else 100_000
    began = perf_counter()
    inspections = load_inspections(ROOT / "law")
    loaded = perf_counter() - began
    questions = _questions(inspections, count)
    speeds = [count / _seconds(inspections, questions) for _ in range(5)]
    few = questions[:2000]
    began = perf_counter()
    scanned = [_scan(inspections, *question) for question in few]
    scan = len(few) / (perf_counter() - began)
    for question, expected in zip(few, scanned, strict=True):
        hs, purpose, origin, on = question
        found = inspections.required(hs, purpose=purpose, origin=origin, on=on)
        assert {(one.rule.id, *(rule.id for rule in one.set_aside)) for one in found} == expected
    told = Report("requirements: HS code, purpose, origin and day to the inspections needed")
    speed = middle(speeds)
    told.add(
        f"{count:,} lookups over {len(inspections)} rules", f"{speed:,.0f}/s",
        f"{speed / scan:.1f} times a scan of all rules ({scan:,.0f}/s)", f"{AIM:,}/s", speed >= AIM,
    )  # fmt: skip
    told.notes.append(
        f"{spread(speeds)} a second; one process; the first {len(few):,} answers equal the scan's"
    )
    told.notes.append(f"reading the tables takes {loaded * 1000:,.0f} ms, once")
    return told


Question = tuple[str, str, str, date]


def _questions(inspections: Inspections, count: int) -> list[Question]:
    random = Random(4)
    prefixes = [prefix for rules in inspections.tables.values() for rule in rules for prefix in rule.hs]
    purposes = list(inspections.vocabulary.purposes)
    days = [date(2019, 3, 1), date(2020, 6, 1), date(2021, 9, 1), date(2026, 1, 5)]
    return [
        (
            random.choice(prefixes).ljust(8, "1") if random.random() < 0.5 else f"{random.randrange(10**6, 10**8):08d}",
            random.choice(purposes), random.choice(("CN", "IN", "VN", "TH")), random.choice(days),
        )
        for _ in range(count)
    ]  # fmt: skip


def _seconds(inspections: Inspections, questions: list[Question]) -> float:
    began = perf_counter()
    for hs, purpose, origin, on in questions:
        inspections.required(hs, purpose=purpose, origin=origin, on=on)
    return perf_counter() - began


def _scan(inspections: Inspections, hs: str, purpose: str, origin: str, on: date) -> set[tuple[str, ...]]:
    """The same by looking at every rule: the winner of each ministry and kind first, then those set aside."""
    groups: dict[tuple[str, str], list[tuple[int, Rule]]] = {}
    for ministry, rules in inspections.tables.items():
        for rule in rules:
            lengths = [len(prefix) for prefix in rule.hs if hs.startswith(prefix)]
            if lengths and rule.fits(flow="import", purpose=purpose, origin=origin, on=on):
                groups.setdefault((ministry, rule.kind), []).extend((length, rule) for length in lengths)
    return {
        tuple(
            rule.id
            for _, rule in sorted(
                group,
                key=lambda one: (one[0], bool(one[1].purposes), bool(one[1].origins), one[1].since),
                reverse=True,
            )
        )
        for group in groups.values()
    }
