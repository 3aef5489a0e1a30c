"""The agent's pages: my calls, one call, its manifest and versions, what does not agree, and messages by upload."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from motcua.exchange import detect
from motcua.exchange.idempotency import Sender
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.manifest import actions, page, queries, register, screens
from motcua.manifest.messages.workbook import mark, template
from motcua.manifest.models import Movement, Version
from motcua.people.permissions import may, permission
from motcua.people.request import Request

ROWS = 25
LARGEST = 8 * 2**20
TABS = (
    ("open", Text("Đang làm", "Open")),
    ("done", Text("Đã xong", "Finished")),
)


@permission("calls.own")
@never_cache
@require_safe
def my_calls(request: Request) -> HttpResponse:
    """The calls of one's firm: the paper due first on top, with how much time is left and whose move it is."""
    now = timezone.now()
    text = request.GET.get("q", "")[:60]
    found = queries.matching(queries.own_calls(request.actor, timezone.localdate()), text)
    tab = request.GET.get("tab", "open")
    shown = found.filter(queries.OPEN) if tab == "open" else found.exclude(queries.OPEN)
    order = queries.FIRST if tab == "open" else ("-pk",)
    listed = Paginator(shown.order_by(*order), ROWS).get_page(request.GET.get("page"))
    query = f"&{urlencode({'q': text})}" if text else ""
    context = {
        "page": listed,
        "rows": page.rows(listed, now),
        "tabs": [
            {"label": label, "url": f"?tab={name}{query}", "active": name == tab, "count": None}
            for name, label in TABS
        ],
        "tab": tab,
        "q": text,
    }
    return render(request, "manifest/calls.html", context)


@permission("calls.own")
@never_cache
@require_safe
def call(request: Request, reference: str) -> HttpResponse:
    """One call for its agent: papers done and owed, what still holds it, whose move, until when and why then."""
    movement = page.own_or_404(request, reference)
    context = page.context_of(movement, timezone.now())
    context |= {"side": "agent", "mine": _mine(context), "may_file": may(request.actor, "calls.file")}
    return render(request, "manifest/call.html", context)


def _mine(context: dict[str, Any]) -> bool:
    first = context["first_hold"]
    return first is not None and first.party == "declarant"


def movement_for(request: Request, reference: str) -> Movement:
    """A movement that the reader may see, as its agent or as an officer."""
    if may(request.actor, "calls.own"):
        return page.own_or_404(request, reference)
    return page.seen_or_404(request, reference)


@permission("calls.own")
@require_safe
def bills(request: Request, reference: str) -> HttpResponse:
    """The manifest in force: its bills, containers and what was remarked on."""
    return bills_page(request, page.own_or_404(request, reference), "agent")


def bills_page(request: Request, movement: Movement, side: str) -> HttpResponse:
    """The same for whoever may see it."""
    text = request.GET.get("q", "")[:40]
    rows = movement.bills.filter(live=True).order_by("position", "pk")
    if text:
        rows = (
            rows.filter(number__icontains=text)
            | rows.filter(consignee__icontains=text)
            | rows.filter(containers__contains=[text.upper()])
        )
    last = movement.versions.filter(form="manifest").order_by("-number").first()
    context = {
        "movement": movement,
        "case": movement.case,
        "side": side,
        "page": Paginator(rows, 50).get_page(request.GET.get("page")),
        "containers": list(movement.containers.all()[:200]),
        "version": last,
        "findings": _told(last, rows=50) if last else [],
        "q": text,
    }
    return render(request, "manifest/bills.html", context)


def _told(version: Version, rows: int = 500) -> list[dict[str, Any]]:
    """The remarks of a version in words: where, what, on which basis."""
    return [
        {
            "label": screens.label_at(version.form, one["place"].split(" (", 1)[0]),
            "text": Text(one["vi"], one["en"]),
            "severity": one.get("severity", "warning"),
            "basis": one.get("basis", ""),
        }
        for one in version.findings[:rows]
    ]


@permission("calls.own")
@require_safe
def version(request: Request, reference: str, pk: int) -> HttpResponse:
    """One version of a paper: what it says, what was remarked on, how it differs from the one before."""
    return version_page(request, page.own_or_404(request, reference), pk, "agent", persons=True)


def version_page(request: Request, movement: Movement, pk: int, side: str, *, persons: bool) -> HttpResponse:
    """The same for whoever may see it; names and document numbers only for those who need them."""
    found = movement.versions.filter(pk=pk).select_related("decision").first()
    if found is None:
        raise Http404
    form = register.law().forms[found.form]
    changes = [
        {
            "label": screens.label_at(found.form, str(one["path"]), named=True),
            "path": one["path"],
            "before": one["before"],
            "after": one["after"],
        }
        for one in found.diff.get("fields", [])[:200]
    ]
    kept = getattr(found, "persons", None)
    names = page.who([found.filed_by])
    context = {
        "movement": movement,
        "case": movement.case,
        "side": side,
        "form": form,
        "version": found,
        "versions": list(
            movement.versions.filter(form=found.form, filer=found.filer).defer("content").order_by("-number")
        ),
        "function": page.FUNCTIONS.get(found.function),
        "fields": _contents(found),
        "changes": changes,
        "bill_changes": found.diff.get("bills", {}),
        "findings": _told(found),
        "decision": getattr(found, "decision", None),
        "persons": kept.rows[:300] if kept is not None and persons else [],
        "persons_count": kept.count if kept is not None else None,
        "filer": names.get(found.filed_by, found.filed_by),
    }
    return render(request, "manifest/version.html", context)


def _worded(one: screens.Field) -> Text | str:
    if one.kind == "datetime-local":
        return " ".join(reversed(one.value.split("T")))
    return dict(one.options).get(one.value) or one.value


def _contents(found: Version) -> list[tuple[Text, Text | str]]:
    paths = (*screens.CALL, *screens.FIELDS.get(found.form, ()))
    return [
        (one.label, _worded(one)) for one in screens.fields(found.form, paths, found.content, {}) if one.value
    ]


@permission("calls.own")
@require_safe
def differences(request: Request, reference: str) -> HttpResponse:
    """What does not agree between the manifest and the port's count."""
    return differences_page(request, page.own_or_404(request, reference), "agent")


def differences_page(request: Request, movement: Movement, side: str) -> HttpResponse:
    """The same for whoever may see it."""
    context = {
        "movement": movement,
        "case": movement.case,
        "side": side,
        "gaps": queries.gaps(movement),
        "counted_at": movement.discharges.values_list("at", flat=True).first(),
        "bills": movement.bills.filter(live=True).count(),
    }
    return render(request, "manifest/differences.html", context)


# Acts -----------------------------------------------------------------------------------------------------------


@permission("calls.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: Request, reference: str) -> HttpResponse:
    """Announce another arrival or departure; the deadlines of papers still owed move with it."""
    movement = page.own_or_404(request, reference)
    anchor = "eta" if movement.direction == "entry" else "etd"
    error: Text | None = None
    if request.method == "POST":
        moment = _moment(request.POST.get("moment", ""))
        if moment is None:
            error = Text("Hãy ghi ngày và giờ.", "Give a date and a time.")
        else:
            try:
                actions.reschedule(movement, anchor=anchor, to=moment, actor=request.actor, at=timezone.now())
            except Refused as refused:
                error = Text(refused.text, refused.text_en)
            else:
                page.tell(
                    request, "Đã ghi giờ mới; thời hạn đã tính lại.", "Noted; the deadlines are counted anew."
                )
                return redirect("call", reference)
    known = getattr(movement, anchor)
    context = {
        "movement": movement,
        "case": movement.case,
        "anchor": anchor,
        "error": error,
        "value": timezone.localtime(known).strftime("%Y-%m-%dT%H:%M") if known else "",
    }
    return render(request, "manifest/reschedule.html", context, status=422 if error else 200)


def _moment(text: str) -> Any:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)
    except ValueError:
        return None


@permission("calls.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: Request, reference: str) -> HttpResponse:
    """Call a call off, with its consequence shown first."""
    movement = page.own_or_404(request, reference)
    error: Text | None = None
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        try:
            if not reason:
                raise Refused("Hãy ghi lý do huỷ.", "Give the reason.", place="reason")
            actions.cancel(movement, reason=reason, actor=request.actor, at=timezone.now())
        except Refused as refused:
            error = Text(refused.text, refused.text_en)
        else:
            page.tell(request, "Đã huỷ chuyến.", "The call is cancelled.")
            return redirect("call", reference)
    context = {
        "movement": movement,
        "case": movement.case,
        "error": error,
        "bills": movement.bills.filter(live=True).count(),
    }
    return render(request, "manifest/cancel.html", context, status=422 if error else 200)


@permission("calls.file")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request) -> HttpResponse:
    """File a message or workbook from one's own computer: the same gateway, the same act, findings at their place."""
    context: dict[str, Any] = {"findings": [], "name": "", "templates": template.TITLES.items()}
    if request.method == "POST":
        uploaded = request.FILES.get("file")
        if uploaded is None:
            context["missing"] = True
        elif (uploaded.size or 0) > LARGEST:
            context["findings"] = [
                {
                    "place": "",
                    "vi": "Tệp quá 8 MB; hãy gửi qua cổng kết nối.",
                    "en": "Over 8 MB: send it through the gateway.",
                }
            ]
        else:
            context["name"] = uploaded.name
            reference = _take(request, uploaded.read(), context)
            if reference:
                page.tell(
                    request,
                    "Đã nhận và ghi nhận mọi bản khai trong tệp.",
                    "Taken: every paper in the file is filed.",
                )
                return redirect("call", reference)
    bad = bool(context["findings"]) or context.get("missing")
    return render(request, "manifest/upload.html", context, status=422 if bad else 200)


def _take(request: Request, content: bytes, context: dict[str, Any]) -> str:
    """The bytes through the gateway, acted on at once; the reference of the movement, or '' with findings."""
    now = timezone.now()
    firm = request.actor.organisation
    assert firm is not None, "the permission is for firms"
    sender = Sender(firm, request.actor.name)
    try:
        found = detect.detect(content)
        partner, _ = Partner.objects.get_or_create(code=sender.code, defaults=sender.as_partner())
        received = receive(partner, reference=found.reference, type=found.type, content=content, at=now)
        with transaction.atomic():
            handling = Handling.objects.select_for_update().get(message=received.message)
            if handling.state == Handling.State.WAITING:
                process(handling, now)
    except Refused as refused:
        context["findings"] = [{"place": refused.place, "vi": refused.text, "en": refused.text_en}]
        return ""
    if handling.state != Handling.State.DONE:
        context["findings"] = handling.findings
        if found.type == "xlsx" and any(mark.cell_of(one.get("place", "")) for one in handling.findings):
            context["marked"] = received.message.pk
        return ""
    version = Version.objects.filter(message=received.message).select_related("movement__case").first()
    return version.movement.case.reference if version else ""


# House bills ----------------------------------------------------------------------------------------------------


@permission("calls.house")
@never_cache
@require_safe
def house_bills(request: Request) -> HttpResponse:
    """What one's own firm filed of house bills, newest first, with the master and the call each hangs on."""
    firm = request.actor.organisation
    found = Version.objects.filter(filer=firm, form="house-bills").select_related(
        "movement__case", "decision"
    )
    listed = Paginator(found.order_by("-filed_at", "-pk"), ROWS).get_page(request.GET.get("page"))
    rows = [
        {
            "version": one,
            "case": one.movement.case,
            "movement": one.movement,
            "bills": [
                (bill.get("number"), bill.get("master_number")) for bill in one.content.get("bills", [])
            ],
            "remarks": len([finding for finding in one.findings if finding.get("severity") == "warning"]),
        }
        for one in listed
    ]
    return render(request, "manifest/house_bills.html", {"page": listed, "rows": rows})
