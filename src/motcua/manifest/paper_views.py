"""Filing a paper by screen: kept while it is typed, filed by the same act as a message, faults at their fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.lib.bilingual import Text
from motcua.lib.errors import Duplicate, Invalid, Refused
from motcua.lib.findings import Finding
from motcua.manifest import actions, page, queries, register, screens
from motcua.manifest.documents import (
    Call,
    Conveyance,
    Function,
    Mode,
    MovementKind,
    Place,
    Sheet,
    from_data,
    to_data,
)
from motcua.manifest.models import Draft, Movement, Version
from motcua.manifest.provisions import Form
from motcua.people.models import User
from motcua.people.permissions import permission
from motcua.people.request import Request

_MODES: dict[str, Mode] = {mode.value: mode for mode in Mode}
_KINDS: dict[str, MovementKind] = {kind.value: kind for kind in MovementKind}


def form_or_404(name: str) -> Form:
    """A paper of the law by its id."""
    form = register.law().forms.get(name)
    if form is None or name not in screens.FIELDS:
        raise Http404
    return form


def call_of(movement: Movement) -> Call:
    """The call of a movement, as its next paper begins."""
    return Call(
        mode=_MODES[movement.mode], movement=_KINDS[movement.kind],
        conveyance=Conveyance(
            name=movement.ship, imo=movement.imo, flag=movement.flag,
            registration="" if movement.imo else movement.registration,
            call_sign=movement.registration[:10] if movement.imo else "",
        ),
        journey=movement.voyage, port=Place(code=movement.port),
        previous_port=Place(code=movement.other_port if movement.direction == "entry" else ""),
        next_port=Place(code=movement.other_port if movement.direction == "exit" else ""),
        eta=movement.eta, etd=movement.etd, crew=movement.crew, passengers=movement.passengers,
    )  # fmt: skip


def _me(request: Request) -> User:
    assert isinstance(request.user, User), "the view is for the signed-in"
    return request.user


def draft_of(request: Request, form: str, movement: Movement | None) -> Draft:
    """The draft of this paper, begun with what is known: the version in force, else the call alone."""
    user = _me(request)
    organisation = request.actor.organisation or 0
    draft = Draft.objects.filter(
        owner=user.pk, organisation=organisation, movement=movement, form=form
    ).first()
    if draft is not None:
        return draft
    content: dict[str, Any] = {}
    if movement is not None:
        content = _begun(movement, form)
    return Draft(owner=user.pk, organisation=organisation, movement=movement, form=form, content=content)


def _begun(movement: Movement, form: str) -> dict[str, Any]:
    """What a paper begins with: its last version with its persons, or the call."""
    last = movement.versions.filter(form=form).order_by("-number").first()
    if last is None:
        return {"call": to_data(call_of(movement))}
    return content_of(last)


def content_of(version: Version) -> dict[str, Any]:
    """A version as it was filed, its persons included while they are kept."""
    content = dict(version.content)
    name = screens.document_of(version.form)
    part = register.law().papers.personal.documents.get(name)
    persons = getattr(version, "persons", None)
    if part and persons is not None:
        content[part] = persons.rows
    return {key: value for key, value in content.items() if key not in {"function", "reference"}}


def _last_of_ship(request: Request, imo: str) -> Movement | None:
    own = queries.own_calls(request.actor, timezone.localdate())
    return (own.filter(imo=imo) if imo else own).order_by("-pk").first()


# The pages ------------------------------------------------------------------------------------------------------


@permission("calls.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_call(request: Request) -> HttpResponse:
    """A new call begins with its general declaration; the last call of the ship can be copied."""
    draft = draft_of(request, "general-declaration", None)
    if request.method == "POST" and request.POST.get("copy"):
        last = _last_of_ship(request, str(screens.value_in(draft.content, "call.conveyance.imo") or ""))
        if last is not None:
            # The ship is the same, the journey and its times are not.
            call = to_data(replace(call_of(last), journey="", eta=None, etd=None))
            version = last.versions.filter(form="general-declaration").order_by("-number").first()
            old = content_of(version) if version else {}
            draft.content = {**old, "call": {**old.get("call", {}), **call}}
            for name in ("journey", "eta", "etd", "ata", "atd"):
                draft.content["call"].pop(name, None)
            draft.save()
            page.tell(
                request,
                "Đã chép chuyến trước; hãy ghi số chuyến và giờ mới.",
                "Copied; give the new journey and times.",
            )
        return redirect("call-new")
    return _edit(request, form_or_404("general-declaration"), None, draft)


@permission("calls.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, reference: str, form: str) -> HttpResponse:
    """One paper of a call of one's own: its fields, what is typed so far, what is wrong."""
    movement = page.own_or_404(request, reference)
    known = form_or_404(form)
    if known.files != "carrier":
        raise Http404
    return _edit(request, known, movement, draft_of(request, form, movement))


@permission("calls.house")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def houses(request: Request) -> HttpResponse:
    """House bills of a forwarder; the master says which call they belong to."""
    return _edit(request, form_or_404("house-bills"), None, draft_of(request, "house-bills", None))


@permission("calls.file")
@require_POST
def save(request: Request, reference: str, form: str) -> HttpResponse:
    """Keep what is typed while it is typed; answers with the moment, as a part of the page."""
    movement = page.own_or_404(request, reference)
    return _save(request, form_or_404(form), movement, f"/calls/{reference}/papers/{form}/")


@permission("calls.file")
@require_POST
def save_new(request: Request) -> HttpResponse:
    """The same for a call that is not filed yet."""
    return _save(request, form_or_404("general-declaration"), None, "/calls/new/")


@permission("calls.house")
@require_POST
def save_houses(request: Request) -> HttpResponse:
    """The same for house bills."""
    return _save(request, form_or_404("house-bills"), None, "/house-bills/new/")


def _save(request: Request, form: Form, movement: Movement | None, back: str) -> HttpResponse:
    draft = draft_of(request, form.id, movement)
    _keep(draft, request)
    if not request.htmx:
        return redirect(back)
    return render(request, "manifest/saved.html", {"draft": draft})


def _keep(draft: Draft, request: Request) -> None:
    typed = {name: str(value) for name, value in request.POST.items()}
    draft.content = screens.overlay(draft.form, draft.content, typed)
    draft.save()


def _edit(request: Request, form: Form, movement: Movement | None, draft: Draft) -> HttpResponse:
    findings: list[Finding] = []
    if request.method == "POST":
        _keep(draft, request)
        then = request.POST.get("then", "file")
        if then == "file":
            try:
                lodged = _file(request, form, movement, draft)
            except Refused as refused:
                findings = _findings(refused)
            else:
                draft.delete()
                page.tell(request, f"Đã gửi: {form.title.vi}.", f"Filed: {form.title.en}.")
                if form.id == "house-bills":
                    return redirect("house-bills")
                return redirect("call", lodged.movement.case.reference)
    return _editor(request, form, movement, draft, findings)


def _editor(
    request: Request, form: Form, movement: Movement | None, draft: Draft, findings: list[Finding]
) -> HttpResponse:
    errors = screens.at_fields(findings)
    more = 10 if request.POST.get("then") == "more" else 0
    with_call = form.id != "house-bills"
    shown = {*(screens.CALL if with_call else ()), *screens.FIELDS[form.id]}
    context = {
        "form": form,
        "movement": movement,
        "case": movement.case if movement else None,
        "draft": draft,
        "call_fields": screens.call_fields(form.id, draft.content, errors) if with_call else [],
        "own_fields": screens.fields(form.id, screens.FIELDS[form.id], draft.content, errors),
        "listings": screens.listings(form.id, draft.content, errors, more=more),
        "findings": [
            {
                "label": screens.label_at(form.id, one.place.split(" (", 1)[0]) if one.place else None,
                "href": f"#id_{one.place}" if one.place in shown or "[" in one.place else "",
                "text": Text(one.vi, one.en),
                "basis": one.basis,
            }
            for one in findings
        ],
        "is_new": movement is None and with_call,
        "can_copy": movement is None and with_call and _last_of_ship(request, "") is not None,
        "filed_before": movement is not None and movement.versions.filter(form=form.id).exists(),
        "places": sorted(code for code in register.codes().places if code.startswith("VN")),
        "save_url": request.path + "save/",
    }
    return render(request, "manifest/paper_edit.html", context, status=422 if findings else 200)


def _findings(refused: Refused) -> list[Finding]:
    if isinstance(refused, Invalid):
        return refused.findings
    return [Finding(type(refused).__name__.lower(), refused.place, refused.text, refused.text_en)]


def _file(request: Request, form: Form, movement: Movement | None, draft: Draft) -> actions.Lodged:
    document = from_data({"document": screens.document_of(form.id), **draft.content})
    now: datetime = timezone.now()
    if form.id == "house-bills":
        document, movement = _under_master(document, request)
    before = movement is not None and movement.versions.filter(form=form.id).exists()
    if before:
        document = replace(document, function=Function.REPLACE)
    reason = str(request.POST.get("reason", ""))[:500]
    if before and form.id != "house-bills" and not reason.strip():
        raise Refused(
            "Bản này thay bản đã gửi: hãy ghi lý do sửa.",
            "This takes the place of a filed version: give the reason.",
            place="reason",
        )
    if movement is None and register.find_movement(document.call) is not None:
        known = register.find_movement(document.call)
        assert known is not None
        raise Duplicate(
            f"Chuyến này đã có: {known.case.reference}. Hãy mở chuyến đó.",
            f"This call is there already: {known.case.reference}. Open it.",
            place="call.journey",
        )
    return actions.lodge(
        document, actor=request.actor, at=now, channel="online", reason=reason, movement=movement
    )


def _under_master(document: Sheet, request: Request) -> tuple[Sheet, Movement | None]:
    from motcua.manifest.documents import BillKind, Manifest

    assert isinstance(document, Manifest)
    # Whatever the screen left open: what a forwarder files are house bills.
    document = replace(document, bills=tuple(replace(bill, kind=BillKind.HOUSE) for bill in document.bills))
    movement = register.movement_of_master(document)
    if movement is None:
        raise Refused(
            "Chưa có chuyến nào mang vận đơn chủ này; hãng tàu, đại lý phải khai trước.",
            "No call carries this master bill yet; the carrier must declare it first.",
            place="bills[0].master_number",
        )
    before = movement.versions.filter(form="house-bills", filer=request.actor.organisation).exists()
    function = Function.ADD if before else Function.ORIGINAL
    return replace(document, call=call_of(movement), function=function), movement
