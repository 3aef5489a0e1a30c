"""
What changed between an issue and now, figure by figure, and why: late rows, corrected rows, a changed definition.

The same query is asked twice, as of the issue and as of now. Rows that appear only now are late when nothing of the case was
known to reports then, corrected otherwise. When today's query cannot give the old figure for the old moment, the definition
(or the code) has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from motcua.casework.figures import Count, Period, root_of
from motcua.casework.models import Standing
from motcua.reporting.form06a import cell_of
from motcua.reporting.indicators import indicator
from motcua.reporting.models import Issue

# References named in a change; the counts are always whole.
NAMED = 100


def changes_since(
    before: Issue, content: dict[str, Any], period: Period, as_of: datetime
) -> list[dict[str, Any]]:
    """Every figure or cell that differs from the issue before, with its rows by reason."""
    if content["kind"] == "bulletin":
        return list(_of_figures(before, content, period, as_of))
    return list(_of_cells(before, content, period, as_of))


def _of_figures(
    before: Issue, content: dict[str, Any], period: Period, as_of: datetime
) -> Iterator[dict[str, Any]]:
    old = {row["code"]: row for row in before.content["figures"]}
    new = {row["code"]: row for row in content["figures"]}
    for code in sorted(old.keys() | new.keys()):
        was, now = old.get(code), new.get(code)
        if was is None or now is None:
            yield _change(code, was and was["value"], now and now["value"], definition=True)
            continue
        if _judged(was) == _judged(now):
            continue
        found = indicator(code)
        then = found.measure(period, before.as_of)
        definition = was["version"] != now["version"] or root_of(then.rows.references()) != was["digest"]
        moved = _moved(then, found.measure(period, as_of), before.as_of)
        # Same rows, other base or denominator: the figure is as it was, what it is held against is not.
        yield _change(
            code, was["value"], now["value"], definition=definition, base=(was["base"], now["base"]),
            of=(was["of"], now["of"]), **moved,
        )  # fmt: skip


def _judged(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["value"], row["of"], row["digest"], row["base"], row["change_raw"], row["version"]


def _of_cells(
    before: Issue, content: dict[str, Any], period: Period, as_of: datetime
) -> Iterator[dict[str, Any]]:
    old, new = _cells(before.content), _cells(content)
    for key, column in sorted(old.keys() | new.keys()):
        was, now = old.get((key, column), 0), new.get((key, column), 0)
        if was == now:
            continue
        then = cell_of(content["by"], key, column, period, before.as_of)
        moved = _moved(then, cell_of(content["by"], key, column, period, as_of), before.as_of)
        changed = then.value != was or before.content["mapping"] != content["mapping"]
        yield _change(f"06a:{key}:{column}", was, now, definition=changed, **moved)


def _cells(content: dict[str, Any]) -> dict[tuple[str, int], int]:
    return {
        (line["key"], int(column)): int(value)
        for line in [*content["lines"], content["total"]]
        for column, value in line["cells"].items()
    }


def _moved(then: Count, now: Count, known: datetime) -> dict[str, Any]:
    """Rows that came and went, by reason."""
    old, new = set(then.rows.references()), set(now.rows.references())
    came, went = sorted(new - old), sorted(old - new)
    known_then = set(
        Standing.objects.filter(case__reference__in=came, known_from__lte=known)
        .values_list("case__reference", flat=True)
    )  # fmt: skip
    of_cases = then.rows.of == "case"
    late = [reference for reference in came if of_cases and reference not in known_then]
    corrected = sorted([*(reference for reference in came if reference not in set(late)), *went])
    return {"late": late, "corrected": corrected}


def _change(
    code: str,
    before: int | None,
    after: int | None,
    *,
    definition: bool,
    late: list[str] | None = None,
    corrected: list[str] | None = None,
    base: tuple[Any, Any] | None = None,
    of: tuple[Any, Any] | None = None,
) -> dict[str, Any]:
    change: dict[str, Any] = {
        "code": code,
        "before": before,
        "after": after,
        "definition": definition,
        "late": {"count": len(late or []), "references": (late or [])[:NAMED]},
        "corrected": {"count": len(corrected or []), "references": (corrected or [])[:NAMED]},
    }
    if base is not None and base[0] != base[1]:
        change["base"] = {"before": base[0], "after": base[1]}
    if of is not None and of[0] != of[1]:
        change["of"] = {"before": of[0], "after": of[1]}
    return change
