"""The pages of the figures: the department at a glance, the bulletin, form II.06a, the register of indicators. All public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from motcua.casework.figures import Figure, Indicator
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.permissions import public
from motcua.people.queries import receiving_offices
from motcua.people.request import Request
from motcua.reporting import charts, paper, spreadsheet
from motcua.reporting.asked import Asked, asked, figures_of, kept
from motcua.reporting.asof import snapshot
from motcua.reporting.form06a import By, Form, form_06a
from motcua.reporting.indicators import BETTER, KINDS, indicator
from motcua.reporting.issue import latest
from motcua.reporting.measure import as_json
from motcua.reporting.pages import (
    card,
    digest_of,
    file_response,
    files,
    form_context,
    identities,
    language,
    page_of,
    prose,
    question_of,
    rows_url,
    share_text,
)
from motcua.reporting.render import form_json
from motcua.reporting.trend import Month, trend

GATEWAYS = ("nsw.declarations", "manifest.movements", "origin.form_d")
PLAN = ("procedures.reviewed", "procedures.proposed", "procedures.posting_offices", "surveys.cdci_branches",
        "timerelease.rounds_done")  # fmt: skip

# The three whole figures of form II.06a and what they are made of.
BALANCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("dossiers.total", ("dossiers.online", "dossiers.desk_or_post", "dossiers.carried_over")),
    ("dossiers.settled", ("dossiers.early", "dossiers.on_time", "dossiers.late")),
    ("dossiers.open", ("dossiers.open_in_time", "dossiers.open_overdue")),
)
SHORT = {
    "dossiers.total": Text("Phải giải quyết trong kỳ", "To handle in the period"),
    "dossiers.online": Text("trực tuyến", "online"),
    "dossiers.desk_or_post": Text("trực tiếp, bưu chính", "at the desk or by post"),
    "dossiers.carried_over": Text("từ kỳ trước", "carried over"),
    "dossiers.settled": Text("Đã giải quyết", "Settled"),
    "dossiers.early": Text("trước hạn", "early"),
    "dossiers.on_time": Text("đúng hạn", "on time"),
    "dossiers.late": Text("quá hạn", "late"),
    "dossiers.open": Text("Đang giải quyết cuối kỳ", "In hand at the end"),
    "dossiers.open_in_time": Text("trong hạn", "in time"),
    "dossiers.open_overdue": Text("quá hạn", "overdue"),
}
GROUPS = (
    ("reform.", Text("Kế hoạch cải cách hành chính", "The reform plan")),
    ("procedures.", Text("Thủ tục hành chính", "Administrative procedures")),
    ("surveys.", Text("Khảo sát", "Surveys")),
    ("timerelease.", Text("Thời gian giải phóng hàng", "Time release")),
    ("nsw.", Text("Cơ chế một cửa quốc gia", "National single window")),
    ("manifest.", Text("E-Manifest", "E-Manifest")),
    ("origin.", Text("Cơ chế một cửa ASEAN", "ASEAN Single Window")),
    ("dossiers.", Text("Hồ sơ thủ tục hành chính", "Dossiers")),
)
BY: dict[str, Text] = {
    "office": Text("Theo đơn vị", "By office"),
    "field": Text("Theo lĩnh vực", "By field"),
    "procedure": Text("Theo thủ tục", "By procedure"),
}

# The drawings, in units of their view boxes.
PLAN_ACROSS, PLAN_STEP = 26, 20
STRIP_WIDTH = 1000
SPARK = {"width": 270, "height": 44}
LANES = {"left": 92, "width": 200, "lane": 26, "thick": 16}


# At a glance ------------------------------------------------------------------------------------------------


@public
@require_safe
def glance(request: Request) -> HttpResponse:
    """The department at a glance: what the bulletin tells, each figure with the way to its list."""
    question, wrong = question_of(request)
    found = figures_of(question)
    known = {one.code: one for one in found}
    context = page_of(question, wrong, "figures") | {
        "plan": _plan(known, question),
        "acts": [card(known[code], question) for code in PLAN],
        "gateways": [card(known[code], question) | _spark(indicator(code), question) for code in GATEWAYS],
        "balances": [_balance(known, whole, parts, question) for whole, parts in BALANCES],
        "identities": _identities_of(known),
        "online": share_text(
            known["dossiers.online"].value,
            known["dossiers.online"].value + known["dossiers.desk_or_post"].value,
        ),
        "in_time": share_text(
            known["dossiers.early"].value + known["dossiers.on_time"].value, known["dossiers.settled"].value
        ),
        "digest": digest_of(found),
        "issued": latest("bulletin", question.period),
    }
    return render(request, "reporting/glance.html", context, status=422 if wrong else 200)


def _plan(known: dict[str, Figure], question: Asked) -> dict[str, Any]:
    done = known["reform.tasks_done"]
    total = done.of or 0
    rows = -(-total // PLAN_ACROSS)
    return card(done, question) | {
        "total": total,
        "percent": share_text(done.value, total),
        "cells": charts.cells(done.value, total, across=PLAN_ACROSS, step=PLAN_STEP),
        "box": f"0 0 {PLAN_ACROSS * PLAN_STEP} {max(rows, 1) * PLAN_STEP}",
        "total_url": rows_url("reform.tasks_total", question),
        "dropped": card(known["reform.tasks_dropped"], question),
    }


def _spark(found: Indicator, question: Asked) -> dict[str, Any]:
    months = trend(found, question)
    series = [(month.short, month.value) for month in months]
    bars = charts.columns(series, width=SPARK["width"], height=SPARK["height"]) if len(months) > 1 else []
    return {"bars": bars, "months": months, "spark": SPARK}


def _balance(known: dict[str, Figure], whole: str, parts: tuple[str, ...], question: Asked) -> dict[str, Any]:
    total = known[whole]
    strips = charts.parts([known[code].value for code in parts], STRIP_WIDTH)
    return {
        "figure": total,
        "label": SHORT[whole],
        "rows_url": rows_url(whole, question),
        "width": STRIP_WIDTH,
        "parts": [
            {
                "figure": known[code],
                "label": SHORT[code],
                "rows_url": rows_url(code, question),
                "percent": share_text(known[code].value, total.value),
                "strip": strip,
                "pattern": number,
            }
            for number, (code, strip) in enumerate(zip(parts, strips, strict=True), 1)
        ],
    }


_COLUMN_CODES = {
    3: "dossiers.total", 4: "dossiers.online", 5: "dossiers.desk_or_post", 6: "dossiers.carried_over",
    7: "dossiers.settled", 8: "dossiers.early", 9: "dossiers.on_time", 10: "dossiers.late",
    11: "dossiers.open", 12: "dossiers.open_in_time", 13: "dossiers.open_overdue",
}  # fmt: skip


def _identities_of(known: dict[str, Figure]) -> list[dict[str, Any]]:
    return identities({column: known[code].value for column, code in _COLUMN_CODES.items()})


# The bulletin -----------------------------------------------------------------------------------------------


@public
@require_safe
def bulletin(request: Request) -> HttpResponse:
    """The bulletin as prose in the language of the page, laid out for paper, with the figures it is made of."""
    question, wrong = question_of(request)
    found = figures_of(question)
    context = page_of(question, wrong, "figures-bulletin") | {
        "paragraphs": prose(found, language()),
        "cards": [card(one, question) for one in found],
        "digest": digest_of(found),
        "head": paper.head(question.period),
        "files": files("figures-bulletin", question),
        "issued": latest("bulletin", question.period),
    }
    return render(request, "reporting/bulletin.html", context, status=422 if wrong else 200)


@public
@require_safe
def bulletin_file(request: Request, shape: str) -> HttpResponse:
    """The bulletin as PDF, workbook or JSON."""
    question = asked(request.GET)
    found = figures_of(question)
    name = f"bulletin-{question.period.start}-{question.period.end}"
    lang = language()
    makers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: paper.bulletin_pdf(found, lang),
        "xlsx": lambda: spreadsheet.bulletin_workbook(found),
    }
    if shape == "json":
        return JsonResponse(as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    return file_response(kept(f"bulletin-{shape}", question, makers[shape], lang), name, shape)


# Form II.06a ------------------------------------------------------------------------------------------------


@public
@require_safe
def form(request: Request) -> HttpResponse:
    """Form II.06a by office, field or procedure; every figure that is not 0 leads to its list."""
    question, wrong = question_of(request)
    by, office = _by(request), request.GET.get("office", "")[:12]
    offices = list(receiving_offices(question.period.end))
    office = office if office in {one.code for one in offices} else ""
    filled = _filled(question, by, office)
    context = page_of(question, wrong, "figures-06a") | form_context(filled, question, linked=True)
    context |= {
        "by": by,
        "office": office,
        "offices": [(one.code, one.name) for one in offices],
        "by_tabs": [
            {
                "label": label,
                "url": reverse("figures-06a") + question.query(by=key, office=office),
                "active": key == by,
            }
            for key, label in BY.items()
        ],
        "files": files("figures-06a", question, by=by, office=office),
        "issued": latest({"office": "06a"}.get(by, f"06a-{by}"), question.period) if not office else None,
    }
    return render(request, "reporting/form.html", context, status=422 if wrong else 200)


def _by(request: Request) -> By:
    found = request.GET.get("by", "office")
    return found if found in BY else "office"  # type: ignore[return-value]


def _filled(question: Asked, by: By, office: str) -> Form:
    def find() -> Form:
        with snapshot():
            return form_06a(question.period, question.as_of, by, office=office)

    return kept("form", question, find, by, office)


@public
@require_safe
def form_file(request: Request, shape: str) -> HttpResponse:
    """Form II.06a as PDF, workbook or JSON."""
    question = asked(request.GET)
    by, office = _by(request), request.GET.get("office", "")[:12]
    filled = _filled(question, by, office)
    name = "-".join(
        part for part in ("06a", by, office, str(question.period.start), str(question.period.end)) if part
    )
    lang = language()
    makers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: paper.form_pdf(filled, lang),
        "xlsx": lambda: spreadsheet.form_workbook(filled),
    }
    if shape == "json":
        return JsonResponse(form_json(filled), json_dumps_params={"ensure_ascii": False, "indent": 2})
    return file_response(kept(f"form-{shape}", question, makers[shape], lang, by, office), name, shape)


# Indicators -------------------------------------------------------------------------------------------------


@public
@require_safe
def register(request: Request) -> HttpResponse:
    """Every indicator: code, definition, formula, unit, source, which way is better."""
    question, wrong = question_of(request)
    # In the order of the registry, which is that of the bulletin and of the columns of the form.
    listed = [indicator(code) for code in settings.INDICATORS]
    groups = [
        (title, [(one, KINDS[one.period_kind], BETTER[one.better]) for one in listed if one.code.startswith(start)])
        for start, title in GROUPS
    ]  # fmt: skip
    known = {one.code for _, rows in groups for one, _, _ in rows}
    rest = [(one, KINDS[one.period_kind], BETTER[one.better]) for one in listed if one.code not in known]
    groups.append((Text("Khác", "Others"), rest))
    context = page_of(question, wrong, "figures-indicators") | {
        "groups": [pair for pair in groups if pair[1]]
    }
    return render(request, "reporting/indicators.html", context, status=422 if wrong else 200)


@public
@require_safe
def indicator_page(request: Request, code: str) -> HttpResponse:
    """One indicator: what it means, its figure, and how it went month by month."""
    try:
        found = indicator(code)
    except Refused:
        raise Http404 from None
    question, wrong = question_of(request)
    one = figures_of(question, [code])[0]
    months = trend(found, question)
    context = page_of(question, wrong, "figures-indicators") | {
        "found": found,
        "card": card(one, question),
        "kind": KINDS[found.period_kind],
        "better": BETTER[found.better],
        "adds_up": found.period_kind == "flow" and sum(month.value for month in months) == one.value,
        "chart": _chart(months),
        "months": [(month, rows_url(code, _month_of(question, month))) for month in months],
    }
    return render(request, "reporting/indicator.html", context, status=422 if wrong else 200)


def _month_of(question: Asked, month: Month) -> Asked:
    return Asked(month.period, question.as_of, question.base, "", question.chosen)


def _chart(months: list[Month]) -> dict[str, Any]:
    bars = charts.lanes([(month.axis, month.value) for month in months], **LANES)
    width = LANES["left"] + LANES["width"] + 68
    return {
        "bars": bars,
        "lane": LANES["lane"],
        "left": LANES["left"],
        "box": f"0 0 {width} {LANES['lane'] * len(bars)}",
        "height": LANES["lane"] * len(bars),
    }
