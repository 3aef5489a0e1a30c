"""The table of section 1.5 of a log or a study, as one plain structure for JSON and for pages. Pure."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from typing import Any

import numpy as np

from motcua.lib.quantiles import Rule
from motcua.timerelease.compare import smallest_detectable
from motcua.timerelease.logs import NOTED, REFUSING, Table
from motcua.timerelease.spans import Spans
from motcua.timerelease.statistics import HOUR, QUARTILES, Summary, mean_interval, summary
from motcua.timerelease.survival import Survival, cut, follow

DAY = 24 * HOUR


def describe(
    spans: Spans,
    *,
    rule: Rule = Rule.HF7,
    target_hours: float | None = None,
    follow_up_days: float | None = None,
) -> dict[str, Any]:
    """
    Counts, the statistics of finished cases, and what the open ones say; hours. Figures that do not exist are null.

    `target_hours` adds the share within it; `follow_up_days` looks at the cases as a follow-up of that length would.
    """
    micros, finished = spans.micros, spans.finished
    if follow_up_days is not None:
        micros, finished = cut(micros, finished, round(follow_up_days * DAY))
    done = micros[finished]
    counts = {
        "started": len(micros), "finished": len(done), "open": len(micros) - len(done),
        "left_out": dict(sorted(spans.left_out.items())),
    }  # fmt: skip
    if not len(micros):
        return {"unit": "hours", "counts": counts}
    answer: dict[str, Any] = {"unit": "hours", "counts": counts}
    if len(done):
        answer |= _finished(summary(done, rule))
        interval = mean_interval(done, spans.weeks[finished])
        answer["mean_interval"] = asdict(interval) if interval else None
        answer["smallest_detectable_change_percent"] = _detectable(answer)
        if target_hours is not None:
            within = int(np.count_nonzero(done <= target_hours * HOUR))
            answer["target"] = {"hours": target_hours, "within": within, "share": within / len(done)}
    horizon = round(follow_up_days * DAY) if follow_up_days is not None else int(micros.max())
    answer["kaplan_meier"] = _survival(follow(micros, finished), horizon)
    return answer


def _finished(table: Summary) -> dict[str, Any]:
    return {
        "n": table.n, "sum_seconds": float(Fraction(table.total_micros, 1_000_000)), "mean": table.mean,
        "sd": table.sd, "min": table.least, "max": table.greatest,
        "quantile_rule": str(table.rule), "quantiles": {f"p{p}": value for p, value in table.quantiles.items()},
        "median_interval": asdict(table.median_interval) if table.median_interval else None,
        "zeros": table.zeros, "negatives": table.negatives,
        "geometric_mean_of_positives": table.geometric_mean, "positives": table.positives,
        "mean_truncated_at_zero": table.truncated_mean,
        "trimmed_mean": {"value": table.trimmed_mean, "cut_each_side": table.trimmed_each_side},
        "share_below_mean": table.share_below_mean,
        "tukey": {
            "rule": "Q3 + 1.5 IQR", "fence": table.tukey.fence, "above": table.tukey.above,
            "mean_within": table.tukey.mean_within,
        },
    }  # fmt: skip


def _detectable(answer: dict[str, Any]) -> float | None:
    """The smallest change of the mean a second round as large would find, in per cent of this mean."""
    mean, sd = answer["mean"], answer["sd"]
    if not sd or not mean:
        return None
    effect = (answer["mean_interval"] or {}).get("design_effect") or 1.0
    return 100 * smallest_detectable(sd / abs(mean), answer["n"], design_effect=effect)


def _survival(curve: Survival, horizon: int) -> dict[str, Any]:
    return {
        "share_open": curve.share_open, "horizon": horizon / HOUR,
        "restricted_mean": curve.restricted_mean(horizon),
        "quantiles": {f"p{p}": curve.quantile(Fraction(p, 100)) for p in QUARTILES},
    }  # fmt: skip


def by_group(spans: Spans, **options: Any) -> dict[str, dict[str, Any]]:
    """The same for each group, the largest first."""
    names, sizes = np.unique(spans.groups, return_counts=True)
    order = sorted(zip(names.tolist(), sizes.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
    return {name: describe(_only(spans, spans.groups == name), **options) for name, _ in order}


def _only(spans: Spans, mask: Any) -> Spans:
    cases = [case for case, keep in zip(spans.cases, mask.tolist(), strict=True) if keep]
    return Spans(cases, spans.micros[mask], spans.finished[mask], spans.weeks[mask], spans.groups[mask])


def source(table: Table) -> dict[str, Any]:
    """What was read: rows in, rows used, and every defect by its name; `rows == used + left_out`, always."""
    return {
        "rows": table.rows, "used": table.used, "left_out": table.left_out,
        "cases": table.events["case"].n_unique(), "activities": table.events["activity"].n_unique(),
        "refused": {code: table.defects[code] for code in REFUSING if table.defects[code]},
        "noted": {code: table.defects[code] for code in NOTED if table.defects[code]},
    }  # fmt: skip
