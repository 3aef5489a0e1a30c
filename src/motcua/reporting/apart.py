"""
What form II.06a holds in silence, told under it: dossiers waiting, withdrawn, cancelled, and refused at the door.

Waiting is read from the events, because a standing keeps what is counted and not who waits for whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings

from motcua.casework.figures import Count, Period, Rows, cut
from motcua.casework.registry import lifecycle
from motcua.lib.bilingual import Text
from motcua.reporting import populations
from motcua.reporting.populations import SYSTEM_OF

Narrowing = tuple[str, list[Any]]
EVERYWHERE: Narrowing = ("true", [])

NAMES = {
    "waiting": Text(
        "đang giải quyết, đồng hồ dừng (chờ bổ sung, nộp phí, kiểm tra chuyên ngành, dừng xử lý)",
        "in hand with the clock standing still (documents, payment, specialised inspection, suspension)",
    ),
    "withdrawn": Text("đã giải quyết, do người nộp rút", "settled because the applicant withdrew"),
    "cancelled": Text("đã giải quyết, do huỷ tờ khai", "settled because the declaration was cancelled"),
    "refused": Text("không được tiếp nhận, nằm ngoài biểu", "not accepted, outside the form"),
}  # fmt: skip


@dataclass(frozen=True)
class Apart:
    """How many of each; every one is a query with rows like a cell."""

    waiting: int
    withdrawn: int
    cancelled: int
    refused: int

    def items(self) -> list[tuple[str, Text, int]]:
        """(code, name, figure) in the order of printing."""
        return [(code, name, getattr(self, code)) for code, name in NAMES.items()]


def told_apart(
    period: Period, as_of: datetime, given_up: Mapping[str, int], narrow: Narrowing = EVERYWHERE
) -> Apart:
    """The four figures as known at `as_of`; `given_up` counts the settled by outcome, which the form has at hand."""
    return Apart(
        waiting=apart("waiting", period, as_of, narrow).value,
        withdrawn=given_up.get("withdrawn", 0),
        cancelled=given_up.get("cancelled", 0),
        refused=apart("refused", period, as_of, narrow).value,
    )


def apart(code: str, period: Period, as_of: datetime, narrow: Narrowing = EVERYWHERE) -> Count:
    """One of `waiting`, `withdrawn`, `cancelled`, `refused` with its rows."""
    condition, params = narrow
    if code == "waiting":
        rows = _waiting(period, as_of)
    elif code == "refused":
        rows = _refused(period, as_of)
    else:
        rows = populations.settled(period, as_of).having("outcome = %s", code)
    return Count(rows.having(condition, *params))


@cache
def _pauses() -> tuple[list[str], list[str], list[str], list[str]]:
    """Parallel lists (case kind, event kind, reason, on or off): which events open and end which reason to wait."""
    lines = []
    for kind in SYSTEM_OF:
        if kind not in settings.LIFECYCLES:
            continue
        steps = lifecycle(kind).steps.values()
        reasons = sorted({step.pauses for step in steps if step.pauses})
        for step in steps:
            if step.pauses:
                lines.append((kind, step.kind, step.pauses, "on"))
            if step.resumes:
                lines.append((kind, step.kind, step.resumes, "off"))
            if step.finishes:
                lines += [(kind, step.kind, reason, "off") for reason in reasons]
    columns = list(zip(*lines, strict=True)) if lines else [(), (), (), ()]
    return tuple(list(column) for column in columns)  # type: ignore[return-value]


def _waiting(period: Period, as_of: datetime) -> Rows:
    """Open at the end of the period with at least one reason to wait open: the last event on that reason opened it."""
    until = cut(period, as_of)
    still_open = populations.still_open(period, as_of)
    sql = f"""
select o.counted, o.office, o.procedure from ({still_open.sql}) as o
where exists (
    select 1 from (
        select distinct on (p.reason) p.turn
        from casework_event e
        join casework_case c on c.id = e.case_id
        join unnest(%s::text[], %s::text[], %s::text[], %s::text[]) as p(of_kind, kind, reason, turn)
          on p.of_kind = c.kind and p.kind = e.kind
        where e.case_id = o.counted and e.recorded_at <= %s and e.happened_at < %s
          and not exists (
              select 1 from casework_event v
              where v.case_id = e.case_id and v.voids = e.number and v.recorded_at <= %s
          )
        order by p.reason, e.number desc
    ) as latest
    where latest.turn = 'on'
)"""
    return Rows(sql, (*still_open.params, *_pauses(), as_of, until, as_of))


def _refused(period: Period, as_of: datetime) -> Rows:
    """Dossiers refused at the door during the period; they were never received and stand in no column."""
    sql = """
select c.id as counted, c.office, c.procedure from casework_event e join casework_case c on c.id = e.case_id
where e.kind = 'refused' and c.kind = 'dossier' and e.happened_at >= %s and e.happened_at < %s and e.recorded_at <= %s
  and not exists (
      select 1 from casework_event v where v.case_id = e.case_id and v.voids = e.number and v.recorded_at <= %s
  )"""
    return Rows(sql, (period.begins, cut(period, as_of), as_of, as_of))
