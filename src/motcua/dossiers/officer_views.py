"""The officers' doors to a dossier: its page, one door for each act, its letters, its control slip."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework import page
from motcua.casework.models import Case
from motcua.casework.views import case_or_404, context_of
from motcua.dossiers import control_slip, officer_acts, paper, queries
from motcua.dossiers.doors import site
from motcua.dossiers.forms import both, readable, refuse
from motcua.dossiers.models import Dossier, Letter
from motcua.dossiers.officer_acts import Act
from motcua.dossiers.officer_forms import ActForm, ApologyForm, SupplementForm
from motcua.dossiers.officer_notes import notes_of, struck_letters
from motcua.law.parts import FormField
from motcua.lib.bilingual import Text
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.permissions import permission, reach
from motcua.people.request import Request

NOTHING = Text("(không khai)", "(left empty)")


def show(request: Request, case: Case) -> HttpResponse:
    """The page of a dossier for officers; `casework.views.case` has asked for the right already."""
    return _page(request, Dossier.objects.get(pk=case))


def _page(request: Request, dossier: Dossier, status: int = 200) -> HttpResponse:
    case, today = dossier.case, timezone.localdate()
    acts = officer_acts.offered(dossier, request.actor, today)
    main = next((act for act in acts if act.weight == "main"), None)
    struck = struck_letters(case)
    context = {
        **context_of(request, case, notes_of(dossier)),
        "dossier": dossier,
        "main": main,
        "others": [act for act in acts if act is not main and act.weight != "danger"],
        "grave": [act for act in acts if act.weight == "danger"],
        "mine": bool(acts) and officer_acts.is_mine(case, request.actor),
        "may_supplement": case.status in {"awaiting_supplement", "awaiting_payment"}
        and "supplement" in case.paused_for
        and reach(request.actor, "dossiers.take-supplement", today).covers(office=case.office),
        "asked": queries.asked_for(dossier),
        "answers": _answers(dossier),
        "versions": dossier.versions.count(),
        "dossier_papers": queries.papers(dossier),
        "letters": [
            (letter, queries.LETTERS[letter.kind], letter.pk in struck)
            for letter in queries.letters_of(dossier)
        ],
        "may_letters": reach(request.actor, "dossiers.letters", today).covers(office=case.office),
        "promised_at": queries.promised_at(case),
        "officer": _officer(case),
    }
    return render(request, "dossiers/officer/case.html", context, status=status)


def _officer(case: Case) -> Text | None:
    """Who handles it now, by the last transfer that counts."""
    transfers = [event for event in officer_acts.counting(case) if event.kind == "transferred"]
    key = transfers[-1].details.get("officer") if transfers else ""
    return page.people([key])[key] if key else None


def _answers(dossier: Dossier) -> list[tuple[FormField, str, str | None]]:
    """Each field of the sheet's form, the answer in force, and the first answer where it was another."""
    sheet = queries.sheet_or_none(dossier.case)
    if sheet is None:
        return []
    first = dossier.versions.order_by("number").values_list("answers", flat=True).first() or {}
    lines = []
    for field in sheet.form:
        now, before = (
            readable(field, answers[field.id]) if field.id in answers else ""
            for answers in (dossier.answers, first)
        )
        if now or before:
            lines.append((field, now, before if before != now else None))
    return lines


# Acts -----------------------------------------------------------------------------------------------------------


def door(act: Act) -> Callable[..., HttpResponse]:
    """The view of one act: its small form, and what happens when it is sent."""

    @permission(act.permission)
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, reference: str) -> HttpResponse:
        dossier = officer_dossier(request, act.permission, reference)
        if request.method != "POST":
            return _form_page(request, dossier, act, _form(act, dossier, request, None))
        return _carry_out(request, dossier, act)

    view.__doc__ = f"{act.title.en}: the form, and the act."
    return view


def officer_dossier(request: Request, name: str, reference: str) -> Dossier:
    """A dossier that the permission reaches; for a stranger it does not exist."""
    case = case_or_404(request.actor, name, reference)
    if case.kind != "dossier":
        raise Http404
    return Dossier.objects.select_related("case").get(pk=case)


def _form(act: Act, dossier: Dossier, request: Request, data: Any) -> ActForm:
    options = officer_acts.form_options(act, dossier, timezone.localdate())
    return act.form(data, initial=officer_acts.initial(act, dossier, request.actor), **options)


def _carry_out(request: Request, dossier: Dossier, act: Act) -> HttpResponse:
    form = _form(act, dossier, request, request.POST)
    if form.is_valid() and form.cleaned_data["last_number"] > dossier.case.last_number:
        form.add_error(None, both("Hãy mở lại trang này từ hồ sơ.", "Open this page from the dossier again."))
    if form.errors:
        return _form_page(request, dossier, act, form, status=422)
    overtaken = officer_acts.since(dossier.case, form.cleaned_data["last_number"])
    if overtaken:
        return _again(request, dossier, act, form, overtaken)
    text = _text(form, act, dossier)
    if act.preview and form.cleaned_data["seen"] != _digest(text):
        return _preview(request, dossier, act, form, text)
    now = timezone.now()
    try:
        with transaction.atomic():
            # Looked at once more under the lock: between the question above and now somebody may have been faster.
            Case.objects.select_for_update().get(pk=dossier.pk)
            overtaken = officer_acts.since(dossier.case, form.cleaned_data["last_number"])
            if not overtaken:
                act.run(dossier, form, request.actor, form.cleaned_data["at"] or now)
    except Refused as refused:
        refuse(form, refused, _places(form))
        status = 409 if isinstance(refused, NotAllowed) else 422
        return _form_page(request, dossier, act, form, status=status)
    if overtaken:
        return _again(
            request, Dossier.objects.select_related("case").get(pk=dossier.pk), act, form, overtaken
        )
    messages.success(request, both(act.done.vi, act.done.en))
    return redirect("case", dossier.case.reference)


def _places(form: ActForm) -> dict[str, str]:
    """The fields that a refusal means where it names a document or field of the sheet."""
    return {name: key for key, name in form.names.items()} if isinstance(form, SupplementForm) else {}


def _again(
    request: Request, dossier: Dossier, act: Act, form: ActForm, overtaken: list[dict[str, Any]]
) -> HttpResponse:
    """Somebody was faster: say who and what, show the form as it was typed, and let it be sent again knowingly."""
    return _form_page(
        request, dossier, act, _filled_again(request, dossier, act, form), overtaken=overtaken, status=409
    )


def _filled_again(request: Request, dossier: Dossier, act: Act, form: ActForm, **changes: str) -> ActForm:
    """The same form with the same words, knowing the last event."""
    data = request.POST.copy()
    data["last_number"] = str(dossier.case.last_number)
    for name, value in changes.items():
        data[name] = value
    again = _form(act, dossier, request, data)
    again.is_valid()
    return again


def _text(form: ActForm, act: Act, dossier: Dossier) -> str:
    """The words the applicant will read; an apology that was left empty is drafted here."""
    if isinstance(form, SupplementForm):
        return "\n".join(f"{name}: {remark}" for name, remark in form.items().items())
    if isinstance(form, ApologyForm) and not form.cleaned_data["reason"].strip():
        draft = officer_acts.draft_apology(
            dossier, form.cleaned_data["cause"], form.cleaned_data["promised_at"]
        )
        form.cleaned_data["reason"] = draft
    return str(form.cleaned_data.get(act.preview, ""))


def _digest(text: str) -> str:
    # Browsers send line ends as CR LF; the words are the same.
    return hashlib.sha256(text.replace("\r\n", "\n").encode()).hexdigest()


def _preview(request: Request, dossier: Dossier, act: Act, form: ActForm, text: str) -> HttpResponse:
    changes = {"seen": _digest(text)}
    if isinstance(form, ApologyForm):
        changes["reason"] = text
    again = _filled_again(request, dossier, act, form, **changes)
    shown: list[tuple[Any, str]] = [(None, text)]
    if isinstance(form, SupplementForm):
        labels = {name: form[key].label for key, name in form.names.items()}
        shown = [(labels[name], remark) for name, remark in form.items().items()]
    return _form_page(request, dossier, act, again, preview=shown)


def _form_page(
    request: Request, dossier: Dossier, act: Act, form: ActForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    case = dossier.case
    allowed = act.kind in {step.kind for step in case.lifecycle.choices(case.status)} or act.name == "strike"
    context = {
        "act": act,
        "form": form,
        "dossier": dossier,
        "case": case,
        "row": page.rows([case], timezone.now())[0],
        "still_allowed": allowed,
        "last_entry": _last_entry(dossier) if act.name == "strike" else None,
        "asked_before": act.kind == "supplement_requested" and "exception" in form.fields,
        **more,
    }
    return render(request, f"dossiers/officer/{_TEMPLATES.get(act.name, 'act')}.html", context, status=status)


_TEMPLATES = {"request-supplement": "request_supplement"}


def _last_entry(dossier: Dossier) -> dict[str, Any] | None:
    event = officer_acts.last_entry(dossier)
    if event is None:
        return None
    who = page.people([event.actor])[event.actor]
    return {"what": dossier.case.lifecycle.step(event.kind).title, "who": who, "when": event.happened_at}


# Papers ---------------------------------------------------------------------------------------------------------


@permission("dossiers.letters")
@require_safe
def letter(request: Request, reference: str, pk: int) -> HttpResponse:
    """A letter as it was issued, as PDF."""
    dossier = officer_dossier(request, "dossiers.letters", reference)
    found = get_object_or_404(Letter, pk=pk, case=dossier.case, kind__in=list(queries.LETTERS))
    language = "en" if request.GET.get("language") == "en" else "vi"
    content = paper.letter_pdf(dossier, found, site=site(request), language=language)
    answer = HttpResponse(content, content_type="application/pdf")
    name = content_disposition_header(as_attachment=False, filename=f"{found.kind}-{reference}.pdf")
    answer.headers["Content-Disposition"] = name or "inline"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@permission("dossiers.control-slip")
@require_safe
def slip(request: Request, reference: str) -> HttpResponse:
    """The control slip (form 05): who held the dossier from when to when, each step against the sheet's hours."""
    dossier = officer_dossier(request, "dossiers.control-slip", reference)
    now: datetime = timezone.now()
    made = control_slip.slip(dossier.case, now)
    names = page.people([key for one in made.holdings for key in (one.officer, one.by) if key])
    context = {
        "dossier": dossier,
        "case": dossier.case,
        "title": queries.title_of(dossier.case),
        "slip": made,
        "holdings": [
            (one, page.holder_text(one.holder), names.get(one.officer), names.get(one.by))
            for one in made.holdings
        ],
        "steps": [(one, page.holder_text(one.unit)) for one in made.steps],
        "head": paper.head_of(dossier, timezone.localdate()),
        "now": now,
    }
    return render(request, "dossiers/officer/control_slip.html", context)
