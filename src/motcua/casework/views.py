"""The officers' doors: the worklist, the search, and the page of one case of any kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from motcua.casework import attachments, page, queries, timeline
from motcua.casework import search as searching
from motcua.casework.models import Attachment, Case
from motcua.casework.queries import Filters, Tab
from motcua.lib.bilingual import Text
from motcua.people.actor import Actor
from motcua.people.permissions import may, permission, reach, signed_in
from motcua.people.queries import find_organisations, holders, office_names
from motcua.people.request import Request
from motcua.people.roles import Role

# The tab an officer's day begins with.
FIRST_TAB = ((Role.ONE_STOP, Tab.ACCEPT), (Role.HANDLER, Tab.PROGRESS), (Role.LEADER, Tab.SIGN))


@permission("dossiers.work")
@require_safe
def worklist(request: Request) -> HttpResponse:
    """Everything open at my office; what will be late first stands on top."""
    now, today = timezone.now(), timezone.localdate()
    mine = reach(request.actor, "dossiers.work", today)
    filters = Filters(
        **{
            name: request.GET.get(name, "")[:80]
            for name in ("kind", "procedure", "channel", "officer", "office")
        }
    )
    held = queries.shares(mine, filters, now)
    tab = _tab(request, held)
    shown = queries.page(mine, filters, tab, held, now, request.GET.get("after", ""))
    rows = page.rows(shown.rows, now)
    context = {
        "tab": tab,
        "tabs": _tabs(request, tab, held),
        "title": queries.TITLES[tab],
        "running": [row for row in rows if row.case.due_at is not None],
        "still": [row for row in rows if row.case.due_at is None],
        "page": shown,
        "total": held.counts[tab],
        "next": _with(request, after=shown.after) if shown.after else "",
        "top": _with(request, after="") if shown.before else "",
        "filters": filters,
        "kinds": page.KINDS.items(),
        "channels": page.CHANNELS.items(),
        "procedures": page.procedures_in_force(today),
        "officers": _officers(mine.offices, today)
        if not mine.everything
        else _officers(_all_offices(), today),
        "offices": [(code, office.name) for code, office in office_names().items()]
        if mine.everything
        else [],
        "may_take": _may_take(request.actor),
    }
    return render(request, "casework/worklist.html", context)


def _tab(request: Request, held: queries.Shares) -> Tab:
    """The tab asked for; else the one an officer's day begins with, unless it is empty."""
    asked = request.GET.get("tab", "")
    if asked in set(Tab):
        return Tab(asked)
    for role, tab in FIRST_TAB:
        if request.actor.has(role) and held.counts[tab]:
            return tab
    return Tab.ALL


def _tabs(request: Request, tab: Tab, held: queries.Shares) -> list[dict[str, object]]:
    return [
        {
            "label": queries.TITLES[one],
            "url": _with(request, tab=one.value, after=""),
            "active": one is tab,
            "count": held.counts[one],
        }
        for one in Tab
    ]


def _with(request: Request, **changes: str) -> str:
    """This address with some parameters changed; empty ones go."""
    query = {**request.GET.dict(), **changes}
    return "?" + urlencode({name: value for name, value in query.items() if value})


def _all_offices() -> frozenset[str]:
    return frozenset(office_names())


def _officers(offices: frozenset[str], on: date) -> list[tuple[str, Text]]:
    people = {user.key: user for office in sorted(offices) for user in holders(Role.HANDLER, office, on)}
    ordered = sorted(people.values(), key=lambda user: user.name_sort)
    return [(user.key, Text(user.full_name, user.full_name)) for user in ordered]


def _may_take(actor: Actor) -> bool:
    """Whether the way to the counter is shown; its permission stands in a higher app."""
    try:
        return may(actor, "dossiers.counter")
    except LookupError:
        return False


@signed_in
@require_safe
def search(request: Request) -> HttpResponse:
    """Find cases by number, firm, ship or words; an applicant's question goes on to the applicant's own list."""
    text = request.GET.get("q", "")[: searching.LONGEST]
    if not may(request.actor, "cases.search"):
        return _applicants_search(request, text)
    mine = reach(request.actor, "cases.search", timezone.localdate())
    found = searching.exact(text, mine)
    if len(found) == 1 and "firm" not in request.GET:
        return redirect("case", found[0].reference)
    firm, kind, after = request.GET.get("firm", ""), request.GET.get("kind", ""), request.GET.get("after", "")
    if firm.isascii() and firm.isdigit() and len(firm) < 19:
        hits = searching.of_firm(int(firm), mine, kind=kind, after=after)
    else:
        firm, hits = "", searching.search(text, mine, kind=kind, after=after)
    context = {
        "search_query": text,
        "text": text,
        "hits": hits,
        "rows": page.rows(hits.rows, timezone.now()),
        "shown": hits.counts.get(kind, 0) if kind else hits.total,
        "last": hits.before + len(hits.rows),
        "tabs": _kind_tabs(request, kind, hits),
        "firms": find_organisations(text, limit=5) if text and not firm and not after else [],
        "firm": firm,
        "next": _with(request, after=hits.after) if hits.after else "",
    }
    return render(request, "casework/search.html", context)


def _kind_tabs(request: Request, kind: str, hits: searching.Hits) -> list[dict[str, object]]:
    every = [("", Text("Tất cả", "All"), hits.total)]
    kinds = [(one, label, hits.counts[one]) for one, label in page.KINDS.items() if hits.counts.get(one)]
    return [
        {"label": label, "url": _with(request, kind=one, after=""), "active": one == kind, "count": number}
        for one, label, number in (*every, *kinds)
    ]


def _applicants_search(request: Request, text: str) -> HttpResponse:
    try:
        if may(request.actor, "dossiers.own"):
            return redirect(f"{reverse('my-dossiers')}?{urlencode({'q': text})}")
    except (LookupError, NoReverseMatch):
        pass
    return render(request, "casework/search.html", {"search_query": text, "text": text, "closed": True})


@permission("cases.see")
@require_safe
def case(request: Request, reference: str) -> HttpResponse:
    """The page of one case; a kind with acts of its own has its own page, named in the registry."""
    found = case_or_404(request.actor, "cases.see", reference)
    path = settings.CASE_PAGES.get(found.kind)
    if path:
        show = cast(Callable[[HttpRequest, Case], HttpResponse], import_string(path))
        return show(request, found)
    return render(request, "casework/case.html", context_of(request, found))


def case_or_404(actor: Actor, name: str, reference: str) -> Case:
    """A case that the permission reaches; for a stranger it does not exist."""
    found = queries.find_case(reach(actor, name, timezone.localdate()), reference)
    if found is None:
        raise Http404
    return found


def context_of(request: Request, case: Case, notes: dict[int, Text] | None = None) -> dict[str, object]:
    """What the page of any case shows: where it stands, by when, whose turn, what happened, what it is tied to."""
    now, today = timezone.now(), timezone.localdate()
    mine = reach(request.actor, "cases.see", today)
    offices = office_names({case.office})
    return {
        "case": case,
        "row": page.rows([case], now)[0],
        "face": timeline.face(case, now),
        "kind": page.KINDS.get(case.kind, Text(case.kind, case.kind)),
        "office": offices[case.office].name if case.office in offices else case.office,
        "channel": page.CHANNELS.get(case.channel, Text(case.channel, case.channel)),
        "explanation": page.explanation(case, now),
        "limit_kind": "days" if case.limit is not None and case.limit.unit.is_days else "hours",
        "facts": list(page.facts(case)),
        "events": page.events_of(case, notes),
        "relatives": [
            {**one, "tie": page.tie_text(one["kind"], one["outward"])}
            for one in queries.relatives(case, mine)
        ],
        "attachments": list(case.attachments.order_by("document", "-added_at")),
        "may_download": reach(request.actor, "cases.papers", today).covers(office=case.office),
        "search_query": "",
    }


@permission("cases.papers")
@require_safe
def paper(request: Request, reference: str, pk: int) -> HttpResponse:
    """A file of a case, handed out so that no browser runs or guesses at it."""
    found = case_or_404(request.actor, "cases.papers", reference)
    attachment = get_object_or_404(Attachment, pk=pk, case=found)
    return download(attachment)


def download(attachment: Attachment) -> HttpResponse:
    """The bytes as a download: never shown inside our own pages, never run, never kept by a cache on the way."""
    response = HttpResponse(attachments.read(attachment), content_type=attachment.media_type)
    response.headers["Content-Disposition"] = _disposition(attachment.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    patch_cache_control(response, private=True, no_store=True)
    return response


def _disposition(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
