"""The doors by which an applicant answers: supplement, amend, withdraw, rate."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.casework import attachments, timeline
from motcua.dossiers import actions, queries
from motcua.dossiers.doors import own_or_404, tell
from motcua.dossiers.forms import (
    AnswersForm,
    RatingForm,
    ReasonForm,
    asked_fields,
    both,
    refuse,
    typed_again,
    upload_of,
)
from motcua.dossiers.models import Dossier
from motcua.dossiers.trader_views import dossier_page
from motcua.law.parts import FieldType
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.people.permissions import permission
from motcua.people.request import Request


@permission("dossiers.answer")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: Request, reference: str) -> HttpResponse:
    """Bring everything that was asked for, each beside the officer's own words."""
    found = own_or_404(request, reference, "dossiers.answer")
    asked = queries.asked_for(found)
    fields = asked_fields(asked)
    remarks = {one.name: one.remark for one in asked}
    if request.method != "POST":
        if not asked:
            return redirect("dossier", reference=reference)
        form = AnswersForm(fields, initial=typed_again(fields, found.answers), remarks=remarks)
        return _supplement_page(request, found, asked, form, [])
    form = AnswersForm(fields, request.POST, remarks=remarks)
    files, faults = _uploads(
        request, [one for one in asked if one.field is None or one.field.type is FieldType.FILE]
    )
    if form.is_valid() and not faults:
        try:
            actions.supplement(
                found,
                actor=request.actor,
                at=timezone.now(),
                answers=form.typed() if fields else None,
                files=files,
            )
        except Refused as refused:
            refuse(form, refused)
        else:
            tell(
                request,
                "Đã gửi bổ sung. Đồng hồ chạy tiếp; mã hồ sơ không đổi.",
                "The supplement is sent. The clock goes on; the code stays.",
            )
            return redirect("dossier", reference=reference)
    return _supplement_page(request, found, asked, form, faults)


def _uploads(request: Request, asked: list[queries.Asked]) -> tuple[dict[str, Any], list[Finding]]:
    """The files that came, and what is wrong: every paper asked for must be there and must be readable."""
    files, faults = {}, []
    for one in asked:
        place = f"document-{one.name}"
        uploaded = request.FILES.get(place)
        if uploaded is None:
            vi, en = f"Hãy chọn tệp cho «{one.title.vi}».", f"Choose a file for “{one.title.en}”."
            faults.append(Finding("paper-missing", place, vi, en))
            continue
        upload = upload_of(uploaded)
        try:
            attachments.check(upload.name, upload.content, place=place)
        except Refused as refused:
            faults.append(Finding("file", place, refused.text, refused.text_en))
        else:
            files[one.name] = upload
    return files, faults


def _words(fault: Finding | None) -> Text | None:
    """What a fault says, without the name of its place: it stands beside it."""
    return Text(fault.vi, fault.en) if fault else None


def _supplement_page(
    request: Request, found: Dossier, asked: list[queries.Asked], form: AnswersForm, faults: list[Finding]
) -> HttpResponse:
    wrong = {fault.place: fault for fault in faults}
    context = {
        "dossier": found,
        "case": found.case,
        "title": queries.title_of(found.case),
        "form": form,
        "files": [
            (one, _words(wrong.get(f"document-{one.name}")))
            for one in asked
            if one.field is None or one.field.type is FieldType.FILE
        ],
        "errors": [{"href": f"#id_{one.place}", "text": Text(one.vi, one.en)} for one in faults],
    }
    status = 422 if form.is_bound else 200
    return render(request, "dossiers/trader/supplement.html", context, status=status)


@permission("dossiers.answer")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: Request, reference: str) -> HttpResponse:
    """Correct the form before it is decided: a new version, the old one kept."""
    found = own_or_404(request, reference, "dossiers.answer")
    _require_step(found, "amended")
    sheet = actions.sheet_of(found.case)
    before = typed_again(sheet.form, found.answers)
    form = AnswersForm(sheet.form, request.POST if request.method == "POST" else None, initial=before)
    if form.is_valid():
        typed = form.typed()
        if all(before.get(name, "") == text for name, text in typed.items()):
            form.add_error(None, both("Bạn chưa sửa mục nào.", "Nothing was changed."))
        else:
            try:
                actions.amend(found, answers=typed, actor=request.actor, at=timezone.now())
            except Refused as refused:
                refuse(form, refused)
            else:
                tell(
                    request,
                    "Đã sửa hồ sơ; bản trước vẫn được lưu.",
                    "The dossier is amended; the version before is kept.",
                )
                return redirect("dossier", reference=reference)
    context = {"dossier": found, "case": found.case, "title": queries.title_of(found.case), "form": form}
    return render(request, "dossiers/trader/amend.html", context, status=422 if form.is_bound else 200)


@permission("dossiers.answer")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, reference: str) -> HttpResponse:
    """Take the dossier back; what that means is shown first."""
    found = own_or_404(request, reference, "dossiers.answer")
    _require_step(found, "withdrawn")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.withdraw(found, reason=reason, actor=request.actor, at=timezone.now())
        tell(request, "Đã rút hồ sơ.", "The dossier is withdrawn.")
        return redirect("dossier", reference=reference)
    context = {
        "dossier": found,
        "case": found.case,
        "title": queries.title_of(found.case),
        "form": form,
        "office": queries.office_of(found.case),
    }
    return render(request, "dossiers/trader/withdraw.html", context, status=422 if form.is_bound else 200)


@permission("dossiers.answer")
@require_POST
def rate(request: Request, reference: str) -> HttpResponse:
    """One rating, one to five."""
    found = own_or_404(request, reference, "dossiers.answer")
    form = RatingForm(request.POST)
    if not form.is_valid():
        return dossier_page(request, found, form)
    actions.rate(found, score=form.cleaned_data["score"], actor=request.actor, at=timezone.now())
    tell(request, "Cảm ơn bạn đã đánh giá.", "Thank you for rating.")
    return redirect("dossier", reference=reference)


def _require_step(found: Dossier, kind: str) -> None:
    """Refused, in the lifecycle's own words, when the step is not possible in this status."""
    table = found.case.lifecycle
    table.require(timeline.state_of(found.case), kind, timezone.now())
