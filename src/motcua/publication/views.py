"""The doors: alarms and walls for the reform clerk and the heads of units, posters and their check for everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from motcua.casework import attachments
from motcua.law.sheets import NotInForce, Sheet, UnknownProcedure
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.permissions import may, permission, public, reach
from motcua.people.queries import receiving_offices
from motcua.people.request import Request
from motcua.procedures.catalogue import catalogue
from motcua.publication import actions, drift, watch
from motcua.publication.forms import FORMS, PostForm
from motcua.publication.models import Alarm, Posting, Watch
from motcua.publication.poster import poster_pdf

PLACES = (
    (drift.NATIONAL, Text("Cơ sở dữ liệu quốc gia", "National database")),
    (drift.SITE, Text("Trang thông tin", "The site")),
    (drift.WALL, Text("Niêm yết tại đơn vị", "The walls")),
)


@permission("publication.see")
@require_safe
def overview(request: Request) -> HttpResponse:
    """Alarms first, then the walls of the offices in reach."""
    today = timezone.localdate()
    within = reach(request.actor, "publication.see", today)
    alarms = list(
        Alarm.objects.filter(cleared_at=None).exclude(place=drift.WALL).order_by("place", "procedure")
    )
    due = watch.due_on_walls(catalogue(), today)
    found: dict[str, int] = {}
    for one in drift.of_walls(due, watch.hanging()):
        found[one.office] = found.get(one.office, 0) + 1
    offices = [
        {"office": office, "due": len(due.get(office.code, [])), "wrong": found.get(office.code, 0)}
        for office in receiving_offices(today).order_by("code") if within.covers(office=office.code)
    ]  # fmt: skip
    context = {
        "alarms": [(one, _title(one.procedure), dict(PLACES)[one.place], Text(one.vi, one.en)) for one in alarms],
        "last": Watch.objects.order_by("-at").first(), "offices": offices,
    }  # fmt: skip
    return render(request, "publication/overview.html", context)


@permission("publication.see")
@require_safe
def office(request: Request, code: str) -> HttpResponse:
    """The wall of one office: what must hang, what hangs, what is wrong."""
    here = _office(request, code, "publication.see")
    today = timezone.localdate()
    due = watch.due_on_walls(catalogue(), today)[code]
    hung = {one.procedure: one for one in Posting.objects.filter(office=code, removed_on=None)}
    wrong = {one.procedure: one for one in drift.of_walls({code: due}, watch.hanging()) if one.office == code}
    rows = [
        {"procedure": sheet.procedure, "title": sheet.title, "since": sheet.since, "posting": hung.get(sheet.procedure),
         "wrong": _said(wrong.get(sheet.procedure)), "url": _place_url(code, sheet.procedure)}
        for sheet in due
    ]  # fmt: skip
    known = {sheet.procedure for sheet in due}
    rows += [
        {"procedure": name, "title": _title(name), "since": one.since, "posting": one, "wrong": _said(wrong.get(name)),
         "url": _place_url(code, name)}
        for name, one in hung.items() if name not in known
    ]  # fmt: skip
    rows.sort(key=lambda row: row["wrong"] is None)
    context = {"office": here, "rows": rows, "wrong": sum(row["wrong"] is not None for row in rows)}
    return render(request, "publication/office.html", context)


@permission("publication.see")
@require_safe
def place(request: Request, code: str, field: str, name: str) -> HttpResponse:
    """One procedure on the wall of one office."""
    here = _office(request, code, "publication.see")
    return _place(
        request, here, f"{field}/{name}", PostForm(initial={"posted_on": f"{timezone.localdate():%d/%m/%Y}"})
    )


def _place(request: Request, here: Any, procedure: str, form: PostForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    try:
        sheet: Sheet | None = catalogue().in_force(procedure, today)
    except UnknownProcedure:
        raise Http404 from None
    except NotInForce:
        sheet = None
    postings = list(
        Posting.objects.filter(office=here.code, procedure=procedure).select_related("proof").order_by("-pk")
    )
    context = {
        "office": here, "procedure": procedure, "title": _title(procedure), "sheet": sheet, "form": form,
        "postings": [(one, FORMS[one.form]) for one in postings],
        "hanging": next((one for one in postings if one.removed_on is None), None),
        "may_post": may(request.actor, "publication.post")
        and reach(request.actor, "publication.post", today).covers(office=here.code),
        "me": request.actor.key, "office_url": reverse("publication-office", args=[here.code]),
    }  # fmt: skip
    return render(request, "publication/place.html", context, status=status)


@permission("publication.post")
@require_POST
def post(request: Request, code: str, field: str, name: str) -> HttpResponse:
    """Note that the version in force was put up."""
    here = _office(request, code, "publication.post")
    procedure, now = f"{field}/{name}", timezone.now()
    if procedure not in catalogue():
        raise Http404
    form = PostForm(request.POST, request.FILES)
    if not form.is_valid():
        return _place(request, here, procedure, form, 422)
    given = form.cleaned_data
    try:
        sheet = catalogue().in_force(procedure, timezone.localdate())
        actions.post(
            here.code, procedure, sheet.since, posted_on=given["posted_on"], form=given["form"], actor=request.actor, at=now,
            photo=(given["photo"].name, given["photo"].read()),
        )  # fmt: skip
    except Refused as error:
        form.add_error(None, _say(Text(error.text, error.text_en)))
        return _place(request, here, procedure, form, 422)
    messages.success(request, _say(Text("Đã ghi nhận niêm yết.", "The posting is noted.")))
    return redirect(_place_url(here.code, procedure))


@permission("publication.post")
@require_POST
def check(request: Request, pk: int) -> HttpResponse:
    """Confirm a posting."""
    posting = _posting(request, pk, "publication.post")
    actions.check_posting(posting, actor=request.actor, at=timezone.now())
    messages.success(request, _say(Text("Đã xác nhận niêm yết.", "The posting is confirmed.")))
    return redirect(_place_url(posting.office, posting.procedure))


@permission("publication.post")
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Note that it came down today."""
    posting = _posting(request, pk, "publication.post")
    actions.take_down(posting, removed_on=timezone.localdate(), actor=request.actor, at=timezone.now())
    messages.success(request, _say(Text("Đã ghi nhận gỡ xuống.", "It is noted as taken down.")))
    return redirect(_place_url(posting.office, posting.procedure))


@permission("publication.see")
@require_safe
def proof(request: Request, pk: int) -> HttpResponse:
    """The photograph or scan of a posting, checked against its digest."""
    posting = _posting(request, pk, "publication.see")
    if posting.proof is None:
        raise Http404
    response = HttpResponse(attachments.read(posting.proof), content_type=posting.proof.media_type)
    response["Content-Disposition"] = content_disposition_header(True, posting.proof.name) or "attachment"
    return response


@public
@require_safe
def poster(request: Request, field: str, name: str) -> HttpResponse:
    """The poster of the version in force today; what is not in force has none."""
    today = timezone.localdate()
    try:
        sheet = catalogue().in_force(f"{field}/{name}", today)
    except (UnknownProcedure, NotInForce):
        raise Http404 from None
    content = poster_pdf(sheet, site=request.build_absolute_uri("/").rstrip("/"), on=today)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = (
        content_disposition_header(False, f"niem-yet-{name}-{sheet.since}.pdf") or "inline"
    )
    return response


@public
@require_safe
def poster_check(request: Request, field: str, name: str, since: date, digest: str) -> HttpResponse:
    """What the QR code of a poster leads to: in force, replaced, abolished, or never ours."""
    procedure, today = f"{field}/{name}", timezone.localdate()
    try:
        versions = catalogue().versions(procedure)
    except UnknownProcedure:
        raise Http404 from None
    ours = next((one for one in versions if one.since == since and one.digest.startswith(digest)), None)
    try:
        in_force: Sheet | None = catalogue().in_force(procedure, today)
    except NotInForce:
        in_force = None
    if ours is None:
        state = "unknown"
    elif in_force is None:
        state = "abolished"
    else:
        state = "current" if in_force.digest == ours.digest and in_force.since == ours.since else "old"
    context = {
        "state": state, "sheet": ours or versions[-1], "in_force": in_force, "since": since,
        "procedure_url": reverse("procedure", args=[field, name]),
    }  # fmt: skip
    return render(request, "publication/poster_check.html", context)


def _office(request: Request, code: str, name: str) -> Any:
    today = timezone.localdate()
    found = receiving_offices(today).filter(pk=code).first()
    if found is None or not reach(request.actor, name, today).covers(office=code):
        raise Http404
    return found


def _posting(request: Request, pk: int, name: str) -> Posting:
    found = Posting.objects.select_related("proof", "wall").filter(pk=pk).first()
    if found is None or not reach(request.actor, name, timezone.localdate()).covers(office=found.office):
        raise Http404
    return found


def _place_url(code: str, procedure: str) -> str:
    field, _, name = procedure.partition("/")
    return reverse("publication-place", args=[code, field, name])


def _said(one: drift.Drift | None) -> Text | None:
    return None if one is None else Text(one.vi, one.en)


def _title(procedure: str) -> Text:
    if procedure not in catalogue():
        return Text(procedure, procedure)
    title = catalogue().versions(procedure)[-1].title
    return Text(title.vi, title.en)


def _say(text: Text) -> str:
    return text.in_language("vi" if (get_language() or "vi").startswith("vi") else "en")
