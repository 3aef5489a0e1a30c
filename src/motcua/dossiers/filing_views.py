"""The doors to filing online: one page per group, everything kept on every step, filed once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.dossiers import drafts, paper, queries
from motcua.dossiers.doors import me, own_or_404, site, tell
from motcua.dossiers.forms import AnswersForm, StartForm, readable, typed_again, upload_of
from motcua.dossiers.models import Draft
from motcua.law.fields import check_answers
from motcua.law.parts import FieldType
from motcua.law.sheets import Sheet, UnknownProcedure
from motcua.lib.bilingual import Text
from motcua.lib.errors import Invalid, Refused
from motcua.lib.findings import Finding
from motcua.people.models import Office, Organisation
from motcua.people.permissions import permission
from motcua.people.request import Request
from motcua.procedures.catalogue import catalogue
from motcua.procedures.queries import standing

STEPS = (
    ("start", Text("Người nộp, nơi nộp", "Applicant and office")),
    ("answers", Text("Nội dung khai", "The form")),
    ("papers", Text("Giấy tờ", "Papers")),
    ("check", Text("Kiểm tra và nộp", "Check and file")),
)
# What can be filled in from what the applicant told us before, by the ids that sheets use.
NAME_FIELDS = frozenset({"trader_name", "company_name", "enterprise_name", "applicant_name"})


@permission("dossiers.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, field: str, name: str) -> HttpResponse:
    """The first page of filing: for whom, at which office. A draft that is there already is carried on."""
    today = timezone.localdate()
    sheet = _fileable(f"{field}/{name}")
    organisations = queries.principals(request.actor, today, sheet.procedure)
    offices = queries.receiving_offices(sheet, today)
    own = queries.own_cases(request.actor, "dossiers.own", today)
    last = own.filter(procedure=sheet.procedure).order_by("-opened_at").first()
    form = StartForm(
        request.POST if request.method == "POST" else None,
        organisations=organisations,
        offices=offices,
        initial=_start(request, organisations, last.office if last else "", offices),
        copyable=last is not None,
    )
    if form.is_valid():
        given = form.cleaned_data
        draft = drafts.begin(
            me(request),
            sheet.procedure,
            given["organisation"],
            office=given["office"],
            contact=given["contact"],
        )
        _fill_in(request, draft, sheet, copy=bool(given.get("copy")))
        return redirect("draft-answers", pk=draft.pk)
    started = [
        draft
        for draft in queries.drafts_of(me(request), [one.pk for one in organisations])
        if draft.procedure == sheet.procedure
    ]
    context = {
        "sheet": sheet,
        "form": form,
        "steps": _steps("start"),
        "started": _named(started, organisations),
        "procedure_url": reverse("procedure", args=[field, name]),
    }
    return render(request, "dossiers/file/start.html", context, status=422 if form.is_bound else 200)


def _fileable(procedure: str) -> Sheet:
    """The sheet under which a dossier can be filed online today; 404 for what is not filed here, NotInForce says when."""
    try:
        found = standing(procedure, timezone.localdate())
    except UnknownProcedure:
        raise Http404 from None
    sheet = catalogue().in_force(procedure, timezone.localdate())
    if not found.is_fileable:
        raise Http404
    return sheet


def _start(
    request: Request, organisations: list[Organisation], office: str, offices: list[Office]
) -> dict[str, Any]:
    user = me(request)
    known = {one.code for one in offices}
    asked = request.GET.get("for", "")
    chosen = next((one.pk for one in organisations if str(one.pk) == asked), None)
    return {
        "organisation": chosen or (organisations[0].pk if len(organisations) == 1 else None),
        "office": office if office in known else (offices[0].code if len(offices) == 1 else ""),
        "contact": ", ".join(filter(None, (user.phone, user.email))),
    }


def _fill_in(request: Request, draft: Draft, sheet: Sheet, *, copy: bool) -> None:
    """Nobody is asked twice: the last dossier if wanted, then what is known of the organisation; never over what was typed."""
    known: dict[str, str] = {}
    organisation = _organisation(draft)
    user = me(request)
    if copy and draft.organisation is not None:
        own = queries.own_cases(request.actor, "dossiers.own", timezone.localdate())
        last = queries.last_filed(own, sheet.procedure, draft.organisation)
        known |= typed_again(sheet.form, last.answers) if last else {}
    for field in sheet.form:
        if field.type is FieldType.TAX_CODE and field.id == "tax_code":
            known.setdefault(field.id, organisation.tax_code or "")
        elif field.id in NAME_FIELDS:
            known.setdefault(field.id, organisation.name)
        elif field.type is FieldType.EMAIL:
            known.setdefault(field.id, user.email)
        elif field.type is FieldType.PHONE:
            known.setdefault(field.id, user.phone)
    typed = drafts.fields(draft)
    drafts.save_fields(draft, {name: text for name, text in known.items() if text and not typed.get(name)})


@permission("dossiers.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: Request, pk: int) -> HttpResponse:
    """The form of the sheet. What is sent is kept first, and then read."""
    draft, sheet = _draft(request, pk)
    if request.method == "POST":
        form = AnswersForm(sheet.form, request.POST)
        drafts.save_fields(draft, form.typed())
        if request.POST.get("then") == "later":
            return _later(request)
        if form.is_valid():
            return redirect("draft-papers", pk=draft.pk)
        return _page(request, "answers", draft, sheet, {"form": form}, status=422)
    form = AnswersForm(sheet.form, initial=drafts.fields(draft))
    return _page(request, "answers", draft, sheet, {"form": form})


@permission("dossiers.file")
@require_POST
def save(request: Request, pk: int) -> HttpResponse:
    """Keep what is typed while it is typed; answers with the moment, as a part of the page."""
    draft, sheet = _draft(request, pk)
    drafts.save_fields(draft, AnswersForm(sheet.form, request.POST).typed())
    if not request.htmx:
        return redirect("draft-answers", pk=draft.pk)
    return render(request, "dossiers/file/saved.html", {"draft": draft})


@permission("dossiers.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: Request, pk: int) -> HttpResponse:
    """The papers: each with its own upload; good files are kept even where another one is refused."""
    draft, sheet = _draft(request, pk)
    faults: list[Finding] = []
    if request.method == "POST":
        for name in drafts.file_names(sheet):
            for uploaded in request.FILES.getlist(f"document-{name}")[:1]:
                try:
                    drafts.keep_file(draft, name, upload_of(uploaded))
                except Refused as refused:
                    faults.append(Finding("file", f"document-{name}", refused.text, refused.text_en))
        if not faults:
            return (
                _later(request)
                if request.POST.get("then") == "later"
                else redirect("draft-check", pk=draft.pk)
            )
    context = {
        "rows": _paper_rows(draft, sheet, faults),
        "errors": [{"href": f"#id_{fault.place}", "text": Text(fault.vi, fault.en)} for fault in faults],
    }
    return _page(request, "papers", draft, sheet, context, status=422 if faults else 200)


def _paper_rows(draft: Draft, sheet: Sheet, faults: list[Finding]) -> list[dict[str, Any]]:
    kept = drafts.files(draft)
    wrong = {fault.place: Text(fault.vi, fault.en) for fault in faults}
    rows: list[dict[str, Any]] = [
        {
            "name": document.id,
            "title": document.name,
            "document": document,
            "required": not document.is_conditional,
        }
        for document in sheet.documents
    ]
    known = {document.id for document in sheet.documents}
    rows += [
        {"name": field.id, "title": field.label, "help": field.help, "required": field.required}
        for field in sheet.form
        if field.type is FieldType.FILE and field.id not in known
    ]
    for row in rows:
        row |= {"kept": kept.get(str(row["name"])), "error": wrong.get(f"document-{row['name']}")}
    return rows


@permission("dossiers.file")
@require_POST
def drop_paper(request: Request, pk: int, name: str) -> HttpResponse:
    """Take an uploaded file out of the draft."""
    draft, sheet = _draft(request, pk)
    if name not in drafts.file_names(sheet):
        raise Http404
    drafts.drop_file(draft, name)
    return redirect("draft-papers", pk=draft.pk)


@permission("dossiers.file")
@never_cache
@require_safe
def check(request: Request, pk: int) -> HttpResponse:
    """Everything on one page before it is filed, with every fault at once and the way to mend it."""
    draft, sheet = _draft(request, pk)
    return _check_page(request, draft, sheet)


def _check_page(
    request: Request, draft: Draft, sheet: Sheet, more: list[Finding] | None = None
) -> HttpResponse:
    organisation = _organisation(draft)
    found = drafts.faults(draft, sheet, organisation, timezone.now())
    known = {(one.place, one.vi) for one in found}
    found += [one for one in more or [] if (one.place, one.vi) not in known]
    values, _ = check_answers(sheet, drafts.fields(draft))
    typed = drafts.fields(draft)
    kept = drafts.files(draft)
    context = {
        "errors": [{"href": _where(draft, one), "text": Text(one.vi, one.en)} for one in found],
        "answers": [
            (field, readable(field, values[field.id]) if field.id in values else typed.get(field.id, ""))
            for field in sheet.form
            if field.type is not FieldType.FILE
        ],
        "papers": [(row, kept.get(str(row["name"]))) for row in _paper_rows(draft, sheet, [])],
        "office": Office.objects.filter(pk=draft.answers.get("office", "")).first(),
        "acts_for_another": organisation.pk != request.actor.organisation,
        "start_url": _start_url(draft),
    }
    return _page(request, "check", draft, sheet, context, status=422 if more else 200)


def _where(draft: Draft, finding: Finding) -> str:
    """The page and the field where a fault is mended."""
    if finding.place.startswith("document-") or finding.place in drafts.files(draft):
        return f"{reverse('draft-papers', args=[draft.pk])}#id_{finding.place}"
    if finding.place in {"office", "organisation", "contact", "applicant_name", "applicant_tax_code"}:
        return _start_url(draft)
    sheet = catalogue().in_force(draft.procedure, timezone.localdate())
    if any(field.id == finding.place and field.type is FieldType.FILE for field in sheet.form):
        return f"{reverse('draft-papers', args=[draft.pk])}#id_document-{finding.place}"
    few = next((field for field in sheet.form if field.id == finding.place), None)
    first = "_0" if few is not None and _is_radio(few) else ""
    return f"{reverse('draft-answers', args=[draft.pk])}#id_answer-{finding.place}{first}"


def _is_radio(field: Any) -> bool:
    return field.type is FieldType.YES_NO or 0 < len(field.choices) <= 6


def _start_url(draft: Draft) -> str:
    field, _, name = draft.procedure.partition("/")
    return f"{reverse('new-dossier', args=[field, name])}?for={draft.organisation}"


@permission("dossiers.file")
@require_POST
def lodge(request: Request, pk: int) -> HttpResponse:
    """File the draft: once, however often the button is pressed; every time the same confirmation."""
    today = timezone.localdate()
    token = request.POST.get("token", "")
    firms = request.actor.acts_for(today)
    reference = drafts.already_filed(firms, token)
    if reference is not None:
        return redirect("dossier-lodged", reference=reference)
    try:
        draft, sheet = _draft(request, pk)
    except Http404:
        # The other click may have filed it, and thrown the draft away, since we looked.
        reference = drafts.already_filed(firms, token)
        if reference is None:
            raise
        return redirect("dossier-lodged", reference=reference)
    if token != draft.answers.get("token"):
        # Another window has filed or changed it meanwhile: show what stands there now.
        return redirect("draft-check", pk=draft.pk)
    try:
        reference = drafts.file_draft(
            draft, sheet, _organisation(draft), actor=request.actor, at=timezone.now()
        )
    except Invalid as invalid:
        return _check_page(request, draft, sheet, invalid.findings)
    except Refused as refused:
        return _check_page(
            request, draft, sheet, [Finding("refused", refused.place, refused.text, refused.text_en)]
        )
    return redirect("dossier-lodged", reference=reference)


@permission("dossiers.file")
@require_POST
def discard(request: Request, pk: int) -> HttpResponse:
    """Throw the draft away with its files."""
    draft, _ = _draft(request, pk, in_force=False)
    drafts.discard(draft)
    tell(request, "Đã bỏ bản nháp.", "The draft is thrown away.")
    return redirect("my-dossiers")


@permission("dossiers.own")
@never_cache
@require_safe
def lodged(request: Request, reference: str) -> HttpResponse:
    """The confirmation: the code, the secret, what happens next and when."""
    dossier = own_or_404(request, reference, "dossiers.own")
    context = {
        "dossier": dossier,
        "case": dossier.case,
        "title": queries.title_of(dossier.case),
        "office": queries.office_of(dossier.case),
        "first_look": paper.first_look(dossier),
        "limit": paper.limit_words(dossier),
        "track_url": paper.track_url(dossier, site(request)),
    }
    return render(request, "dossiers/receipt/lodged.html", context)


def _page(
    request: Request, step: str, draft: Draft, sheet: Sheet, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        "draft": draft,
        "sheet": sheet,
        "organisation": _organisation(draft),
        "steps": _steps(step),
        "token": draft.answers.get("token", ""),
        **more,
    }
    return render(request, f"dossiers/file/{step}.html", context, status=status)


def _steps(current: str) -> list[dict[str, Any]]:
    names = [name for name, _ in STEPS]
    at = names.index(current)
    states = ["done"] * at + ["current"] + ["todo"] * (len(names) - at - 1)
    return [{"label": label, "state": state} for (_, label), state in zip(STEPS, states, strict=True)]


def _draft(request: Request, pk: int, *, in_force: bool = True) -> tuple[Draft, Sheet]:
    """A draft of the person's own for an organisation they still act for; 404 otherwise. The sheet is today's."""
    draft = Draft.objects.filter(pk=pk, owner=me(request)).first()
    if draft is None or draft.organisation not in request.actor.acts_for(
        timezone.localdate(), draft.procedure
    ):
        raise Http404
    if not in_force:
        return draft, catalogue().versions(draft.procedure)[-1]
    return draft, catalogue().in_force(draft.procedure, timezone.localdate())


def _organisation(draft: Draft) -> Organisation:
    return Organisation.objects.get(pk=draft.organisation or 0)


def _named(found: list[Draft], organisations: list[Organisation]) -> list[tuple[Draft, Organisation]]:
    names = {one.pk: one for one in organisations}
    return [(draft, names[draft.organisation]) for draft in found if draft.organisation in names]


def _later(request: Request) -> HttpResponseRedirect:
    tell(
        request,
        "Đã lưu bản nháp; bạn có thể làm tiếp lúc khác.",
        "The draft is kept; carry on whenever you like.",
    )
    return HttpResponseRedirect(reverse("my-dossiers"))
