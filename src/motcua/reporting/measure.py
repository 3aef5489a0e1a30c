"""From an indicator to a figure: its value, its base, the exact change and how it is printed, the root of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from motcua.casework.figures import Figure, Indicator, Period, root_of
from motcua.lib.bilingual import Text
from motcua.lib.change import poisson_ratio
from motcua.lib.digest import plain
from motcua.lib.rounding import direction, half_up, percent_change, printed
from motcua.lib.vietnamese import VIETNAM, number
from motcua.reporting.indicators import indicator
from motcua.reporting.models import Coverage
from motcua.reporting.published import published

Base = Literal["same-period", "previous", "full-last-year", "none"]

# Decimals of the raw change: enough to tell any two counts below a million apart.
RAW_PLACES = 6
RATE_PLACES = 4

# Up to this share of difference in length two periods count as equally long: 274 and 273 days do.
SAME_LENGTH = Fraction(1, 50)

# What stood at an instant is not held against another instant: the paragraph tells it as a balance.
COMPARED = {"flow", "span", "to_date"}

# What the bulletin tells, in its order.
BULLETIN = (
    "reform.tasks_done", "reform.tasks_total", "reform.tasks_dropped", "procedures.reviewed", "procedures.proposed",
    "surveys.cdci_branches", "nsw.declarations", "manifest.movements", "origin.form_d", "procedures.posting_offices",
    "dossiers.total", "dossiers.online", "dossiers.desk_or_post", "dossiers.desk", "dossiers.post", "dossiers.carried_over",
    "dossiers.settled", "dossiers.early", "dossiers.on_time", "dossiers.late", "dossiers.open", "dossiers.open_in_time",
    "dossiers.open_overdue", "timerelease.rounds_done",
)  # fmt: skip


def figures(
    period: Period, as_of: datetime, base: Base = "same-period", codes: Iterable[str] = BULLETIN
) -> list[Figure]:
    """The figures of a period as known at `as_of`, in the order of `codes`, each compared with the declared base."""
    return [figure(indicator(code), period, as_of, base) for code in codes]


def figure(found: Indicator, period: Period, as_of: datetime, base: Base = "same-period") -> Figure:
    """One figure. Only what happens during a period, or is done of a year's plan, is compared with another period."""
    count = found.measure(period, as_of)
    # The list is fetched for its root, so it gives the value as well: one query less over every dossier.
    references = count.rows.references()
    value = len(references)
    before, base_period, source = _base(found, period, as_of, base)
    change = percent_change(value, before) if before is not None else None
    return Figure(
        code=found.code, version=found.version, value=value, of=count.of, period=period, as_of=as_of,
        rows=value, digest=root_of(references), base=before, base_period=base_period, base_source=source,
        change_raw=None if change is None else _plain_decimal(change, RAW_PLACES),
        change_printed=None if change is None else str(printed(change)),
        direction="none" if change is None else direction(change),
        per_day=_per_day(found, value, before, period, base_period),
        note=_note(found, value, before, period, base_period, source),
    )  # fmt: skip


def base_of(period: Period, base: Base) -> Period | None:
    """The period compared with."""
    if base == "none":
        return None
    return {
        "same-period": period.same_last_year, "previous": period.previous, "full-last-year": period.full_last_year,
    }[base]()  # fmt: skip


def _base(
    found: Indicator, period: Period, as_of: datetime, base: Base
) -> tuple[int | None, Period | None, str]:
    """
    (value, period, `rows`, `published`, `incomplete` or `none`). Rows come first; what was published fills in where there
    are none; a period whose records are known to be incomplete is no base.
    """
    compared = base_of(period, base) if found.period_kind in COMPARED else None
    if compared is None:
        return None, None, "none"
    if coverage_of(found.code, compared) is not None:
        return None, compared, "incomplete"
    value = found.measure(compared, as_of).value
    if value:
        return value, compared, "rows"
    said = published(found.code, compared)
    if said is not None:
        return said.value, compared, "published"
    return 0, compared, "rows"


def coverage_of(code: str, period: Period) -> Coverage | None:
    """What says that the records of a figure do not reach back to the beginning of a period; None when nothing does."""
    later = Coverage.objects.filter(complete_from__gt=period.start)
    return next((one for one in later if code.startswith(one.figures)), None)


def _per_day(
    found: Indicator, value: int, before: int | None, period: Period, base_period: Period | None
) -> tuple[str, str, str | None] | None:
    """(now a day, base a day, change in per cent) where what flows is compared over different numbers of days."""
    if found.period_kind != "flow" or before is None or base_period is None:
        return None
    if base_period.days == period.days:
        return None
    now, then = Fraction(value, period.days), Fraction(before, base_period.days)
    change = percent_change(now, then)
    return (
        _plain_decimal(now, RATE_PLACES),
        _plain_decimal(then, RATE_PLACES),
        None if change is None else _plain_decimal(change, RAW_PLACES),
    )


def _plain_decimal(value: Fraction, places: int) -> str:
    return f"{half_up(value, places):f}"


def _note(
    found: Indicator,
    value: int,
    before: int | None,
    period: Period,
    base_period: Period | None,
    source: str,
) -> Text | None:
    """The honest remarks on a change, joined; None where there is nothing to say."""
    if source == "incomplete" and base_period is not None:
        return _incomplete(found, base_period)
    if before is None or base_period is None:
        return None
    remarks = []
    if before == 0:
        remarks.append(
            Text("kỳ gốc không phát sinh: không có tỷ lệ", "nothing in the base period: no percentage")
        )
    if source == "published":
        remarks.append(
            Text(
                "số kỳ gốc lấy theo công bố, hệ thống không có dữ liệu của kỳ đó",
                "the base is as published; the system holds no rows of that time",
            )
        )
    said = published(found.code, base_period)
    if said is not None and source == "rows" and said.value != before:
        remarks.append(
            Text(
                f"số đã công bố của kỳ gốc là {number(said.value, 'vi')}, tính lại từ dữ liệu là {number(before, 'vi')}",
                f"the base was published as {number(said.value, 'en')}; counted from rows it is {number(before, 'en')}",
            )
        )
    remarks += _chance(found, value, before, period, base_period)
    if not remarks:
        return None
    return Text("; ".join(note.vi for note in remarks), "; ".join(note.en for note in remarks))


def _incomplete(found: Indicator, base_period: Period) -> Text | None:
    covered = coverage_of(found.code, base_period)
    if covered is None:
        return None
    return Text(
        f"không so sánh: dữ liệu chỉ đầy đủ từ ngày {covered.complete_from:%d/%m/%Y}",
        f"not compared: the records are complete only from {covered.complete_from.isoformat()}",
    )


def _chance(found: Indicator, value: int, before: int, period: Period, base_period: Period) -> Sequence[Text]:
    """Whether the change is more than chance; only for counts of events over equally long periods."""
    if found.period_kind != "flow" or before == 0:
        return []
    if abs(period.days - base_period.days) > SAME_LENGTH * period.days:
        return [
            Text(
                f"hai kỳ dài khác nhau ({period.days} và {base_period.days} ngày): hãy so theo ngày",
                f"the periods differ in length ({period.days} and {base_period.days} days): compare the daily rates",
            )
        ]
    ratio = poisson_ratio(value, before)
    return [] if ratio.distinguishable else [ratio.note]


def as_json(found: Iterable[Figure]) -> dict[str, Any]:
    """`{"figures": [...]}` in JSON's own types; the same figures always give the same bytes."""
    return {"figures": [figure_json(one) for one in found]}


def figure_json(one: Figure) -> dict[str, Any]:
    """One figure; `rows` is how many references stand behind it and `digest` their Merkle root."""
    shape: dict[str, Any] = {
        "code": one.code,
        "version": one.version,
        "value": one.value,
        "of": one.of,
        "period": one.period.as_json(),
        "as_of": moment_text(one.as_of),
        "rows": one.rows,
        "digest": one.digest,
        "base": one.base,
        "base_period": one.base_period.as_json() if one.base_period else None,
        "base_source": one.base_source,
        "change_raw": one.change_raw,
        "change_printed": one.change_printed,
        "direction": one.direction,
        "per_day": dict(zip(("value", "base", "change_raw"), one.per_day, strict=True))
        if one.per_day
        else None,
        "note": {"vi": one.note.vi, "en": one.note.en} if one.note else None,
    }
    found: dict[str, Any] = plain(shape)
    return found


def moment_text(moment: datetime) -> str:
    """A moment in Vietnam time, to the microsecond where it has any: 2020-10-06T00:00:00+07:00."""
    return moment.astimezone(VIETNAM).isoformat()
