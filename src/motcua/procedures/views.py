"""The doors to the catalogue: open to everybody, from memory, as of any day."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from motcua.law.sheets import Channel, NotInForce, Sheet, UnknownProcedure
from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import sort_key
from motcua.people.permissions import may, public
from motcua.people.request import Request
from motcua.procedures import queries
from motcua.procedures.catalogue import catalogue

# How people write a day here; programs write 2020-09-14.
LOCAL_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")


@public
@require_safe
def listing(request: Request) -> HttpResponse:
    """The catalogue: search without accents, by field, by way of submitting."""
    today = timezone.localdate()
    text = request.GET.get("q", "")[:200].strip()
    field, channel = request.GET.get("field", ""), request.GET.get("channel", "")
    found = queries.search(today, text, field, channel)
    counts = Counter(sheet.field for sheet in catalogue().all_in_force(today))
    context = {
        "q": text,
        "field": field,
        "channel": channel,
        "found": found,
        "groups": [] if text else _by_field(found),
        "total": sum(counts.values()),
        "fields": [(name, queries.field_name(name)) for name in queries.FIELDS if name in counts],
        "field_name": queries.field_name(field) if field else None,
        "field_counts": [
            (name, queries.field_name(name), counts[name]) for name in queries.FIELDS if name in counts
        ],
        "channels": [(name, queries.CHANNELS[name]) for name in ("online", "desk", "post")],
        "abolished": queries.abolished(today),
        "narrowed": bool(text or field or channel),
    }
    return render(request, "procedures/list.html", context)


def _by_field(sheets: list[Sheet]) -> list[tuple[Text, list[Sheet]]]:
    order = list(queries.FIELDS)

    def place(sheet: Sheet) -> int:
        return order.index(sheet.field) if sheet.field in order else len(order)

    ordered = sorted(sheets, key=lambda sheet: (place(sheet), sheet.field, sort_key(sheet.title.vi)))
    return [
        (queries.field_name(field), list(group))
        for field, group in groupby(ordered, key=lambda sheet: sheet.field)
    ]


@public
@require_safe
def procedure(request: Request, field: str, name: str) -> HttpResponse:
    """One procedure as of today, or of `?on=2019-05-01`."""
    today = timezone.localdate()
    on, wrong_day = _day(request, today)
    standing = _standing(field, name, on)
    sheet = standing.sheet
    context = {
        "standing": standing,
        "sheet": sheet,
        "procedure_url": reverse("procedure", args=[field, name]),
        "today": today,
        "is_today": on == today,
        "wrong_day": wrong_day,
        "on_text": f"{on:%d/%m/%Y}",
        "field": queries.field_name(sheet.field),
        "channels": [
            (queries.CHANNELS[str(way)], channel, _words(channel))
            for way, channel in sheet.channels.open().items()
        ],
        "required": [paper for paper in sheet.documents if not paper.is_conditional],
        "conditional": [paper for paper in sheet.documents if paper.is_conditional],
        "steps": [(step, queries.UNITS[step.unit]) for step in sheet.steps],
        "hours": sum(step.hours or 0 for step in sheet.steps),
        "levels": [queries.LEVELS[str(level)] for level in sheet.level],
        "fees": queries.fees(sheet, on),
        "unverified": sheet.unverified(),
        "history": _history(standing, field, name),
        "may_file": standing.is_fileable
        and on == today
        and (request.actor.is_anonymous or may(request.actor, "dossiers.file")),
        "file_url": f"/dossiers/new/{field}/{name}/",
        "successor_url": _address(standing.successor) if standing.successor else "",
    }
    return render(request, "procedures/procedure.html", context)


def _words(channel: Channel) -> Text | None:
    """The limit of a way of submitting in both languages."""
    if channel.limit is None:
        return None
    limit = channel.limit.limit
    return Text(limit.in_words("vi"), limit.in_words("en"))


def _history(standing: queries.Standing, field: str, name: str) -> list[dict[str, Any]]:
    """The versions, newest first, each with the way to what it changed."""
    before = {after.since: first for first, after in pairwise(standing.versions)}
    return [
        {
            "sheet": sheet,
            "shown": sheet is standing.sheet,
            "on_url": f"{reverse('procedure', args=[field, name])}?on={sheet.since}",
            "changes_url": reverse(
                "procedure-changes", args=[field, name, before[sheet.since].since, sheet.since]
            )
            if sheet.since in before
            else "",
        }
        for sheet in reversed(standing.versions)
    ]


@public
@require_safe
def procedure_json(request: Request, field: str, name: str) -> HttpResponse:
    """The same for programs: the sheet as it was written, its digest, the fees of the day and all versions."""
    on, wrong_day = _day(request, timezone.localdate())
    if wrong_day:
        problem = {
            "type": "about:blank",
            "status": 422,
            "title": wrong_day.en,
            "title_vi": wrong_day.vi,
            "place": "on",
        }
        return JsonResponse(problem, status=422, content_type="application/problem+json")
    standing = _standing(field, name, on)
    sheet = standing.sheet
    return JsonResponse(
        {
            "procedure": sheet.procedure,
            "on": on.isoformat(),
            "state": str(standing.state),
            "since": sheet.since.isoformat(),
            "sha256": sheet.digest,
            "versions": [version.since.isoformat() for version in standing.versions],
            "sheet": sheet.model_dump(mode="json", exclude={"procedure", "since"}),
            "fees": [
                {
                    "name": fee.name,
                    "amount_vnd": None if fee.value is None else str(fee.value.amount),
                    "since": None if fee.value is None else fee.value.since.isoformat(),
                    "basis": None if fee.value is None else fee.value.basis.text,
                    "verified": None if fee.value is None else fee.value.verified,
                }
                for fee in queries.fees(sheet, on)
            ],
            "unverified": sheet.unverified(),
        },
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )


@public
@require_safe
def changes(request: Request, field: str, name: str, before: date, after: date) -> HttpResponse:
    """What changed between two versions, sentence by sentence, with the cost before and after: the evidence of a reform."""
    try:
        first, second = (catalogue().get(f"{field}/{name}", since) for since in (before, after))
    except (UnknownProcedure, NotInForce):
        raise Http404 from None
    if first.since >= second.since:
        raise Http404
    context = {
        "reform": queries.reform(first, second),
        "sheet": second,
        "procedure_url": reverse("procedure", args=[field, name]),
        "before_url": f"{reverse('procedure', args=[field, name])}?on={first.since}",
        "after_url": f"{reverse('procedure', args=[field, name])}?on={second.since}",
    }
    return render(request, "procedures/changes.html", context)


def _standing(field: str, name: str, on: date) -> queries.Standing:
    try:
        return queries.standing(f"{field}/{name}", on)
    except UnknownProcedure:
        raise Http404 from None


def _address(sheet: Sheet) -> str:
    field, _, name = sheet.procedure.partition("/")
    return reverse("procedure", args=[field, name])


def _day(request: Request, today: date) -> tuple[date, Text | None]:
    """The day asked for, and what is wrong with it; today when none was asked or it cannot be read."""
    asked = request.GET.get("on", "").strip()
    if not asked:
        return today, None
    local = LOCAL_DAY.fullmatch(asked)
    try:
        return date.fromisoformat("-".join(local.group(3, 2, 1)) if local else asked), None
    except ValueError:
        shown = asked[:20]
        return today, Text(
            f"«{shown}» không phải một ngày có thật; trang này hiện theo hôm nay. Hãy viết ngày/tháng/năm, ví dụ 14/09/2020.",
            f"“{shown}” is not a day that exists; this page shows today. Write day/month/year, such as 14/09/2020.",
        )
