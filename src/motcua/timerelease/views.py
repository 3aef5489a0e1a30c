"""The pages of the studies: what is published for everybody, what is not yet for those who run them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import VIETNAM
from motcua.people.models import Office
from motcua.people.permissions import may, public
from motcua.people.queries import office_names
from motcua.people.request import Request
from motcua.timerelease.drawings import distribution, holder_bar, mark, process_map
from motcua.timerelease.extract import extract
from motcua.timerelease.records import folder, measured
from motcua.timerelease.round import Measured, told
from motcua.timerelease.study import HOLDERS, MILESTONES, Study, names, read_study

SEE = "timerelease.see"
FLOWS = {"import": Text("Nhập khẩu", "Import"), "export": Text("Xuất khẩu", "Export")}
CHANNELS = {
    "green": Text("luồng xanh", "green channel"), "yellow": Text("luồng vàng", "yellow channel"),
    "red": Text("luồng đỏ", "red channel"), "none": Text("chưa phân luồng", "no channel"),
}  # fmt: skip
STATES = {
    "measured": (Text("Đo được", "Measured"), "ok"),
    "not-measured": (Text("Không đủ mẫu", "Too few to measure"), "wait"),
    "not-in-scope": (Text("Ngoài phạm vi", "Not in scope"), "mute"),
}


def _published_at(study: Study) -> datetime | None:
    """The end of the day as of which a study is published; None while it is not, or while that day lies ahead."""
    if study.publish_as_of is None:
        return None
    moment = datetime.combine(study.publish_as_of + timedelta(days=1), time(tzinfo=VIETNAM))
    return moment if moment <= timezone.now() else None


def _study(request: Request, name: str) -> tuple[Study, datetime, bool]:
    """A study, the moment its figures are of, and whether it is published; 404 for what this person may not see."""
    if name not in names(folder()):
        raise Http404
    study = read_study(folder() / f"{name}.yaml")
    moment = _published_at(study)
    if moment is None and not may(request.actor, SEE):
        raise Http404
    return study, moment or timezone.now(), moment is not None


@public
@require_safe
def index(request: Request) -> HttpResponse:
    """The studies: published ones for all; for the manager also the others, and what is wrong with a definition."""
    sees_all = may(request.actor, SEE)
    found: list[tuple[Study, datetime | None]] = []
    wrong: list[Finding] = []
    for name in names(folder()):
        try:
            study = read_study(folder() / f"{name}.yaml")
        except Invalid as error:
            wrong += error.findings
            continue
        moment = _published_at(study)
        if moment is not None or sees_all:
            found.append((study, moment))
    found.sort(key=lambda one: one[0].window.first, reverse=True)
    rows = [
        {"study": study, "moment": moment, "url": reverse("release-time", args=[study.name])}
        for study, moment in found
    ]
    return render(
        request,
        "timerelease/index.html",
        {"rows": rows, "wrong": wrong if sees_all else [], "sees_all": sees_all},
    )


@public
@require_safe
def result(request: Request, name: str) -> HttpResponse:
    """One round: states of the offices, who held the goods, how the times are spread, the way through the stamps."""
    study, moment, is_published = _study(request, name)
    found = measured(study, moment)
    offices = {code: Text(office.name_vi, office.name_en) for code, office in office_names().items()}
    branches = Office.objects.filter(kind="branch").values_list("code", flat=True)
    answer = told(found, branches)
    return render(request, "timerelease/result.html", _context(found, answer, offices) | {
        "study": study, "moment": moment, "is_published": is_published, "answer": answer,
        "extract_url": reverse("release-time-extract", args=[name]),
    })  # fmt: skip


@public
@require_safe
def extract_csv(request: Request, name: str) -> HttpResponse:
    """The masked log of a round, for everybody once it is published."""
    study, moment, _ = _study(request, name)
    answer = HttpResponse(extract(measured(study, moment)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{study.name}.csv"'
    return answer


def _context(found: Measured, answer: dict[str, Any], offices: dict[str, Text]) -> dict[str, Any]:
    cells = [(Text("Tất cả", "All"), answer["total"])]
    cells += [(_label(one["cell"], offices), one) for one in answer["cells"] if one["state"] == "measured"]
    cells = [(label, cell) for label, cell in cells if cell.get("holders")]
    longest = max((sum(max(one["mean"], 0.0) for one in cell["holders"]) for _, cell in cells), default=0.0)
    bars = [
        {"label": label, "cell": cell, "held": {one["holder"]: one["mean"] for one in cell["holders"]},
         "pieces": holder_bar(cell["holders"], longest)}
        for label, cell in cells
    ]  # fmt: skip
    used = [holder for holder in HOLDERS if any(holder in bar["held"] for bar in bars)]
    for bar in bars:
        bar["values"] = [bar["held"].get(holder) for holder in used]
    done = found.frame.filter("finished")
    quantiles = answer["total"].get("quantiles", {})
    stamps = found.stamps.join(done.select("case"), on="case", how="semi").select(
        "case", "milestone", pl.col("micros")
    )
    nodes, arrows = process_map(stamps)
    return {
        "offices": [
            {"name": offices.get(one["office"], Text(one["office"], one["office"])), "n": one.get("n"),
             "state": STATES[one["state"]][0], "tone": STATES[one["state"]][1]}
            for one in answer["offices"]
        ],
        "too_few": [_label(one["cell"], offices) for one in answer["cells"] if one["state"] != "measured"],
        "bars": bars, "holders": [(holder, HOLDERS[holder]) for holder in used],
        "columns": distribution(done["micros"].to_numpy()) if done.height else [],
        "marks": [mark(name, quantiles[name]) for name in ("p50", "p90") if name in quantiles],
        "nodes": [(node, _stamp(node.code)) for node in nodes],
        "arrows": [(arrow, _stamp(arrow.begin), _stamp(arrow.end)) for arrow in arrows],
        "map_height": 24 + 64 * max(len(nodes) - 1, 0) + 30,
    }  # fmt: skip


def _stamp(code: str) -> Text:
    """What a stamp is; questions and replies (Q1, R1, …) are named by their code."""
    return MILESTONES.get(code) or Text(f"Hỏi, trả lời {code}", f"Query or reply {code}")


def _label(cell: dict[str, str], offices: dict[str, Text]) -> Text:
    words = [
        offices.get(value) or FLOWS.get(value) or CHANNELS.get(value) or Text(value, value)
        for value in cell.values()
    ]
    return Text(", ".join(word.vi for word in words), ", ".join(word.en for word in words))
