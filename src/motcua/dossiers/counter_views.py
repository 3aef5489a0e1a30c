"""The counter: a paper dossier taken in on one page, checked whole, filed and accepted in one go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import connection, transaction
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from motcua.dossiers import actions, officer_acts, queries
from motcua.dossiers.counter_forms import CounterForm, TakenForm
from motcua.dossiers.documents import Application
from motcua.dossiers.forms import AnswersForm, asked_fields, both, refuse, typed_again
from motcua.dossiers.models import Dossier
from motcua.dossiers.officer_views import officer_dossier
from motcua.law.sheets import Sheet
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.vietnamese import fold
from motcua.people.actor import Actor
from motcua.people.models import Office, Organisation
from motcua.people.permissions import permission, reach
from motcua.people.queries import find_organisations, receiving_offices
from motcua.people.request import Request
from motcua.procedures.catalogue import catalogue, local_date
from motcua.procedures.queries import field_name

PAPER_WAYS = {"desk", "post"}


@permission("dossiers.counter")
@require_safe
def choose(request: Request) -> HttpResponse:
    """Which procedure: those in force today that may be filed on paper, by field; words narrow them."""
    words = fold(request.GET.get("q", "")[:100]).split()
    groups: dict[str, list[Sheet]] = {}
    for sheet in catalogue().all_in_force(timezone.localdate()):
        text = fold(f"{sheet.title.vi} {sheet.title.en} {sheet.procedure}")
        if PAPER_WAYS & {str(way) for way in sheet.channels.open()} and all(word in text for word in words):
            groups.setdefault(sheet.field, []).append(sheet)
    context = {
        "groups": [(field_name(field), sheets) for field, sheets in groups.items()],
        "q": request.GET.get("q", ""),
    }
    return render(request, "dossiers/officer/choose.html", context)


@permission("dossiers.counter")
@require_safe
def firms(request: Request) -> HttpResponse:
    """The firms of a name or tax code, as a part of the counter's page."""
    sheet = _sheet(request.GET.get("procedure", ""))
    found = find_organisations(request.GET.get("find", "")[:200], limit=8)
    # One firm alone is the one that was meant.
    only = {"organisation": str(found[0].pk)} if len(found) == 1 else {}
    form = CounterForm(None, sheet=sheet, firms=found, initial=only)
    return render(request, "dossiers/officer/firms.html", {"form": form})


def _sheet(procedure: str) -> Sheet:
    """The sheet in force today, if it takes paper; else there is no such page."""
    try:
        sheet = catalogue().in_force(procedure, timezone.localdate())
    except Refused:
        raise Http404 from None
    if not PAPER_WAYS & {str(way) for way in sheet.channels.open()}:
        raise Http404
    return sheet


def _sheet_of_day(sheet: Sheet, day: date) -> Sheet:
    """The version in force when the dossier came; today's where there was none, and filing it will say so."""
    try:
        return catalogue().in_force(sheet.procedure, day)
    except Refused:
        return sheet


@permission("dossiers.counter")
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: Request, field: str, name: str) -> HttpResponse:
    """Take a paper dossier in: everything on one page; what is lacking is listed there, and nothing typed is lost."""
    sheet = _sheet(f"{field}/{name}")
    office = _my_office(request.actor, timezone.localdate())
    if request.method != "POST":
        form = CounterForm(None, sheet=sheet)
        return _counter_page(
            request, sheet, office, form, AnswersForm(sheet.form), token=get_random_string(20)
        )
    found = find_organisations(request.POST.get("find", "")[:200], limit=8)
    chosen = request.POST.get("organisation", "")
    if chosen.isdecimal() and len(chosen) < 19 and chosen not in {str(one.pk) for one in found}:
        found += list(Organisation.objects.filter(pk=int(chosen)))
    token = request.POST.get("token", "")[:40]
    form = CounterForm(request.POST, sheet=sheet, firms=found)
    answers = AnswersForm(sheet.form, request.POST)
    if "look" in request.POST:
        # Only the firms were asked for: what is typed so far stays, and nothing is called a fault yet.
        typed = {**request.POST.dict(), "presented": request.POST.getlist("presented")}
        form = CounterForm(None, sheet=sheet, firms=found, initial=typed)
        answers = AnswersForm(sheet.form, None, initial=answers.typed())
        return _counter_page(request, sheet, office, form, answers, token=token)
    if form.is_valid():
        # It may have come when the office had another name and another version was in force: those count.
        day = local_date(form.cleaned_data["received_at"])
        office, sheet = _my_office(request.actor, day), _sheet_of_day(sheet, day)
        form = CounterForm(request.POST, sheet=sheet, firms=found)
        answers = AnswersForm(sheet.form, request.POST)
    if not (form.is_valid() & answers.is_valid()):
        _check_papers(form, sheet)
        return _counter_page(request, sheet, office, form, answers, token=token, status=422)
    try:
        dossier = _file(request, sheet, office, form, answers, token)
    except Refused as refused:
        _show(refused, form, answers)
        return _counter_page(request, sheet, office, form, answers, token=token, status=422)
    messages.success(
        request,
        both(
            f"Đã tiếp nhận hồ sơ {dossier.case.reference}.",
            f"The dossier {dossier.case.reference} is taken in.",
        ),
    )
    return redirect(f"{reverse('case', args=[dossier.case.reference])}?taken=1")


def _my_office(actor: Actor, on: date) -> Office:
    """The office whose counter this is: within reach, and taking dossiers on that day; the actor's own before others.

    An office that was renamed takes under its name of the day. Where none took dossiers on that day, filing will say so.
    """
    mine = reach(actor, "dossiers.counter", timezone.localdate())
    offices = [one for one in Office.objects.filter(receives_dossiers=True) if mine.covers(office=one.code)]
    if not offices:
        raise Http404
    open_then = set(receiving_offices(on).values_list("pk", flat=True))
    return min(offices, key=lambda one: (one.pk not in open_then, one.pk != actor.office, one.pk))


def _application(sheet: Sheet, office: Office, form: CounterForm, typed: Mapping[str, str]) -> Application:
    given = form.cleaned_data
    firm = Organisation.objects.filter(pk=given["organisation"]).first() if given["organisation"] else None
    if firm is None and given["applicant_tax_code"]:
        firm = Organisation.objects.filter(tax_code=given["applicant_tax_code"].strip()).first()
    return Application(
        procedure=sheet.procedure, office=office.code, channel=given["channel"],
        applicant_name=firm.name if firm else given["applicant_name"],
        applicant_tax_code=(firm.tax_code or "") if firm else given["applicant_tax_code"].strip(),
        organisation=firm.pk if firm else None, contact=given["contact"], received_at=given["received_at"],
        answers=typed, presented=frozenset(given["presented"]),
    )  # fmt: skip


def _file(
    request: Request, sheet: Sheet, office: Office, form: CounterForm, answers: AnswersForm, token: str
) -> Dossier:
    """File and accept in one transaction; a form that was sent twice files once."""
    application = _application(sheet, office, form, answers.typed())
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"counter {token}"])
        if first := _filed_before(request, token):
            return first
        dossier = actions.lodge(application, actor=request.actor, at=now)
        actions.accept(dossier, actor=request.actor, at=application.received_at)
        filed = {**request.session.get(_FILED, {}), token: dossier.case.reference}
        request.session[_FILED] = dict(list(filed.items())[-20:])
        request.session.save()
    return dossier


_FILED = "counter"


def _filed_before(request: Request, token: str) -> Dossier | None:
    """What this very form has filed already; asked of the stored session, as a second click comes at the same moment."""
    stored = type(request.session)(request.session.session_key).load()
    reference = stored.get(_FILED, {}).get(token)
    return (
        Dossier.objects.select_related("case").filter(case__reference=reference).first()
        if reference
        else None
    )


def _check_papers(form: CounterForm, sheet: Sheet) -> None:
    """Name the papers that are missing together with the faults of the form: one list, one way to the applicant."""
    there = set(form.data.getlist("presented")) if hasattr(form.data, "getlist") else set()
    missing = [one for one in sheet.documents if one.required == "always" and one.id not in there]
    if missing:
        form.errors.pop("presented", None)
    for one in missing:
        form.add_error("presented", both(f"Thiếu '{one.name.vi}'.", f"'{one.name.en}' is missing."))


def _show(refused: Refused, form: CounterForm, answers: AnswersForm) -> None:
    """Put every finding beside the box it speaks of."""
    findings = refused.findings if isinstance(refused, Invalid) else None
    if findings is None:
        refuse(form, refused, {"office": NON_FIELD_ERRORS})
        return
    for finding in findings:
        target = answers if finding.place in answers.fields else form
        places = {finding.place: "presented"} if finding.place.startswith("document-") else {}
        refuse(target, Invalid([finding]), places)


def _counter_page(
    request: Request,
    sheet: Sheet,
    office: Office,
    form: CounterForm,
    answers: AnswersForm,
    *,
    token: str,
    status: int = 200,
) -> HttpResponse:
    limits = [
        (str(channel), Text(value.limit.limit.in_words("vi"), value.limit.limit.in_words("en")))
        for channel, value in sheet.channels.open().items()
        if str(channel) in PAPER_WAYS and value.limit is not None
    ]
    context = {
        "sheet": sheet, "office": office, "form": form, "answers": answers, "token": token, "limits": limits,
        "problems": [*_problems(form), *_problems(answers)],
    }  # fmt: skip
    return render(request, "dossiers/officer/take.html", context, status=status)


def _problems(form: Form) -> Iterator[dict[str, str]]:
    """Every fault of a form, each with the way to its box: two forms make one list."""
    for name, errors in form.errors.items():
        box = form[name] if name in form.fields else None
        for error in errors:
            label: Any = box.field.label if box else ""
            named = (
                label.in_language(get_language() or "vi")
                if hasattr(label, "in_language")
                else str(label or "")
            )
            text = f"{named}: {error}" if named else str(error)
            yield {"href": f"#{box.id_for_label or f'{box.auto_id}_0'}" if box else "", "text": text}


@permission("dossiers.take-supplement")
@require_http_methods(["GET", "HEAD", "POST"])
def take_supplement(request: Request, reference: str) -> HttpResponse:
    """What was lacking is brought to the desk or comes by post: tick it, correct the fields, and the clock goes on."""
    dossier = officer_dossier(request, "dossiers.take-supplement", reference)
    asked = queries.asked_for(dossier)
    papers = [(one.name, both(one.title.vi, one.title.en)) for one in asked if one.field is None]
    fields = asked_fields(asked)
    first = {"last_number": dossier.case.last_number, "channel": "desk"}
    data = request.POST if request.method == "POST" else None
    form = TakenForm(data, initial=first, papers=papers)
    remarks = {one.name: one.remark for one in asked}
    answers = AnswersForm(fields, data, initial=typed_again(fields, dossier.answers), remarks=remarks)
    overtaken: list[dict[str, Any]] = []
    status = 200
    if data is not None:
        status = 422
        whole = form.is_valid() & answers.is_valid()
        if number := form.cleaned_data.get("last_number"):
            overtaken = officer_acts.since(dossier.case, number)
        if overtaken:
            status = 409
            again = request.POST.copy()
            again["last_number"] = str(dossier.case.last_number)
            form = TakenForm(again, papers=papers)
        elif whole and _take_supplement(request, dossier, form, answers):
            return redirect("case", reference)
    context = {
        "dossier": dossier, "case": dossier.case, "asked": asked, "form": form, "answers": answers,
        "overtaken": overtaken,
    }  # fmt: skip
    return render(request, "dossiers/officer/take_supplement.html", context, status=status)


def _take_supplement(request: Request, dossier: Dossier, form: TakenForm, answers: AnswersForm) -> bool:
    given = form.cleaned_data
    try:
        actions.supplement(
            dossier, actor=request.actor, at=given["at"] or timezone.now(), answers=answers.typed(),
            presented=given["presented"], channel=given["channel"],
        )  # fmt: skip
    except Refused as refused:
        findings = refused.findings if isinstance(refused, Invalid) else []
        for finding in findings:
            target = answers if finding.place in answers.fields else form
            refuse(target, Invalid([finding]), {finding.place: "presented"})
        if not findings:
            refuse(form, refused)
        return False
    messages.success(request, both("Đã nhận bổ sung; đồng hồ chạy tiếp.", "Taken; the clock runs on."))
    return True
