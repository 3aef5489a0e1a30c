"""The message desk: what is stuck, refused, undelivered or waits; one message with its faults; what can be done."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.exchange import desk, queries
from motcua.exchange.api import STUCK_EN, STUCK_VI, as_download
from motcua.exchange.forms import ReasonForm, RepairForm
from motcua.exchange.models import DeskAct, Message
from motcua.exchange.queries import Filters, Tab
from motcua.exchange.receive import largest_of
from motcua.exchange.showing import show
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.people.forms import both
from motcua.people.permissions import may, permission, reach
from motcua.people.request import Request
from motcua.people.roles import Role

A_PAGE = 50
# A text longer than this is mended in an editor of one's own and uploaded.
MOST_TO_EDIT = 200_000

# State -> its word, tone and icon, for what came in and for what goes out.
STATES: dict[str, tuple[Text, str, str]] = {
    "in waiting": (Text("Chờ xử lý", "Waits for the worker"), "wait", "clock"),
    "in done": (Text("Đã xử lý", "Done"), "ok", "check-circle"),
    "in refused": (Text("Bị từ chối", "Refused"), "bad", "cross-circle"),
    "in stuck": (Text("Bị kẹt: lỗi của hệ thống", "Stuck: a fault of ours"), "bad", "alert"),
    "in repaired": (Text("Đã sửa thành bản mới", "Repaired as a new version"), "mute", "edit"),
    "in given_up": (Text("Thôi xử lý", "Given up"), "mute", "stop"),
    "out waiting": (Text("Chờ gửi đi", "Waits to go out"), "wait", "send"),
    "out delivered": (Text("Đã giao đối tác", "Delivered"), "ok", "check-circle"),
    "out refused": (Text("Đối tác từ chối", "Refused by the partner"), "bad", "cross-circle"),
    "out dead": (Text("Quá 72 giờ không gửi được", "Undelivered for 72 hours"), "bad", "alert"),
    "out given_up": (Text("Thôi gửi", "Given up"), "mute", "stop"),
    "in answered": (Text("Đã trả lời ngay", "Answered at once"), "ok", "check-circle"),
    "out answered": (Text("Là câu trả lời đã lưu", "A stored answer"), "ok", "check-circle"),
}
ACTS: dict[str, Text] = {
    DeskAct.Kind.REPAIRED: Text("Sửa thành bản mới", "Mended as a new version"),
    DeskAct.Kind.REPLAYED: Text("Cho xử lý lại", "Sent to be processed again"),
    DeskAct.Kind.RESENT: Text("Cho gửi lại", "Sent on its way again"),
    DeskAct.Kind.GIVEN_UP: Text("Thôi xử lý", "Given up"),
    DeskAct.Kind.TAKEN: Text("Đối tác đã lấy", "Taken by the partner"),
}
DIRECTIONS = [("in", Text("Vào", "In")), ("out", Text("Ra", "Out"))]
KINDS: dict[str, Text] = {
    "edifact": Text("EDIFACT, mỗi đoạn một dòng", "EDIFACT, one segment a line"),
    "xml": Text("XML, theo dòng", "XML by lines"),
    "json": Text("JSON, dàn lại theo mục", "JSON, laid out by members"),
    "xlsx": Text("Bảng tính, các dòng có lỗi", "Workbook, the rows with faults"),
    "text": Text("Văn bản, theo dòng", "Text by lines"),
    "bytes": Text("Dữ liệu nhị phân, hệ 16", "Bytes in hexadecimal"),
}


@permission("system.messages")
@require_safe
def desk_list(request: Request) -> HttpResponse:
    """Every message within reach; what somebody must look at stands first."""
    mine = reach(request.actor, "system.messages", timezone.localdate())
    filters = Filters(
        **{name: request.GET.get(name, "")[:100] for name in ("partner", "type", "direction", "reference")}
    )
    counts = queries.counts(mine, filters)
    tab = _tab(request, counts)
    paginator = Paginator(queries.messages(mine, filters, tab), A_PAGE)
    paginator.count = counts[tab]
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "tab": tab,
        "title": queries.TITLES[tab],
        "tabs": [
            {"label": text, "url": _with(request, tab=one.value, page=""), "active": one is tab, "count": counts[one]}
            for one, text in queries.TITLES.items()
        ],
        "page": page,
        "rows": [_row(request, one) for one in page],
        "filters": filters,
        "partners": queries.partners_seen(mine),
        "directions": DIRECTIONS,
        "sees_lines": may(request.actor, "system.lines"),
    }  # fmt: skip
    return render(request, "exchange/desk.html", context)


def _tab(request: Request, counts: dict[Tab, int]) -> Tab:
    """The part asked for; else the first that has something in it."""
    asked = request.GET.get("tab", "")
    if asked in set(Tab):
        return Tab(asked)
    return next((tab for tab in Tab if counts[tab]), Tab.ALL)


def _with(request: Request, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
        if not value:
            del query[name]
    return f"?{query.urlencode()}"


def _row(request: Request, message: Message) -> dict[str, Any]:
    text, tone, icon = state_shown(message)
    findings = _findings(request, message)
    return {
        "message": message,
        "state": text,
        "tone": tone,
        "icon": icon,
        "cause": findings[0] if findings else None,
        "more": len(findings) - 1,
    }


def state_shown(message: Message) -> tuple[Text, str, str]:
    """The word, tone and icon of what became of a message."""
    fate = getattr(message, "handling", None) or getattr(message, "delivery", None)
    return STATES[f"{message.direction} {fate.state if fate else 'answered'}"]


def _findings(request: Request, message: Message) -> list[dict[str, Any]]:
    """What is wrong, for people: a trace of ours is a sentence to all but those who look after the system."""
    fate = getattr(message, "handling", None) or getattr(message, "delivery", None)
    found: list[dict[str, Any]] = []
    for one in fate.findings if fate else []:
        shown: dict[str, Any] = {"place": "", "basis": "", **one, "where": where(one.get("place", ""))}
        if one.get("code") == "stuck":
            shown |= {"vi": STUCK_VI, "en": STUCK_EN, "trace": one["en"] if _may_see_traces(request) else ""}
        found.append(shown)
    return found


# The words in which the readers name a place.
_PLACES = {
    "segment": "đoạn", "element": "phần tử", "component": "thành phần", "line": "dòng", "byte": "byte",
    "reference": "số tham chiếu", "type": "loại",
}  # fmt: skip
_PLACE = re.compile(rf"(?<![/\w])({'|'.join(_PLACES)})\b")


def where(place: str) -> Text | None:
    """A place in the words of both languages; paths and cells stay as they are, and no place is none."""
    if not place:
        return None
    return Text(_PLACE.sub(lambda found: _PLACES[found[1]], place), place)


def _may_see_traces(request: Request) -> bool:
    return request.actor.has(Role.ADMINISTRATOR) or request.actor.has(Role.AUDITOR)


def own_or_404(request: Request, pk: int, name: str = "system.messages") -> Message:
    """A message that the permission reaches; for a stranger it does not exist."""
    found = queries.find_message(reach(request.actor, name, timezone.localdate()), pk)
    if found is None:
        raise Http404
    return found


@permission("system.messages")
@require_safe
def message_page(request: Request, pk: int) -> HttpResponse:
    """One message: what it is, what is wrong and where, what it is tied to, what was done, what can be done."""
    return render(request, "exchange/message.html", context_of(request, own_or_404(request, pk)))


def context_of(request: Request, message: Message) -> dict[str, Any]:
    """What the page of a message shows."""
    findings = _findings(request, message)
    showing = show(bytes(message.content), message.type, [one["place"] for one in findings])
    text, tone, icon = state_shown(message)
    handling = getattr(message, "handling", None)
    delivery = getattr(message, "delivery", None)
    mends = may_repair(request, message)
    acts = reach(request.actor, "system.replay", timezone.localdate()).everything
    return {
        "message": message,
        "fate": handling or delivery,
        "delivery": delivery,
        "state": text,
        "tone": tone,
        "icon": icon,
        "findings": list(enumerate(findings, 1)),
        "showing": showing,
        "lines": [
            (line, [(number + 1, findings[number]) for number in line.faults]) for line in showing.lines
        ],
        "homeless": [number + 1 for number in showing.homeless],
        "kind": KINDS[showing.kind],
        "size": len(message.content),
        "kin": [(tie, other, state_shown(other)) for tie, other in queries.kin(message)],
        "acts": [(ACTS[act.kind], act, who) for act, who in queries.acts(message)],
        "may_repair": mends,
        "may_replay": acts and desk.may_be_replayed(message),
        "may_resend": acts and delivery is not None and delivery.state in ("refused", "dead"),
        "may_give_up": acts
        and (
            (handling is not None and handling.state in ("refused", "stuck"))
            or (delivery is not None and delivery.state in ("refused", "dead", "waiting"))
        ),
    }


def may_repair(request: Request, message: Message) -> bool:
    """Whether this person may mend this message now."""
    handling = getattr(message, "handling", None)
    mine = reach(request.actor, "exchange.repair", timezone.localdate()) if may(
        request.actor, "exchange.repair"
    ) else None  # fmt: skip
    within = mine is not None and (
        mine.everything or mine.covers(organisation=message.partner.organisation_id)
    )
    return within and handling is not None and handling.state in ("refused", "stuck")


@permission("system.messages")
@require_safe
def content(request: Request, pk: int) -> HttpResponse:
    """The exact bytes, as a download."""
    return as_download(own_or_404(request, pk))


@permission("exchange.repair")
@require_http_methods(["GET", "HEAD", "POST"])
def repair(request: Request, pk: int) -> HttpResponse:
    """Mend a message: its text in a box, or a file."""
    message = own_or_404(request, pk, "exchange.repair")
    text = _editable(message)
    form = RepairForm(request.POST or None, request.FILES or None, initial={"content": text})
    if request.method == "POST" and form.is_valid():
        try:
            made = desk.repair(
                message, content=_mended(form, message), actor=request.actor, at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except Refused as error:
            form.add_error("content", both(error.text, error.text_en))
        else:
            notices.success(
                request,
                both("Đã lưu bản mới; hệ thống đang xử lý.", "The new version is kept and being processed."),
            )
            return redirect("exchange-message", made.pk)
    context = {**context_of(request, message), "form": form, "editable": text is not None}
    return render(request, "exchange/repair.html", context, status=422 if form.errors else 200)


def _editable(message: Message) -> str | None:
    """The text of a message as a box can hold it without loss; None when it cannot."""
    raw = bytes(message.content)
    if len(raw) > MOST_TO_EDIT or b"\r" in raw.replace(b"\r\n", b""):
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    # A box of a browser would lose control characters.
    lost = any(not letter.isprintable() and letter not in "\r\n\t" for letter in text)
    return None if lost else text


def _mended(form: RepairForm, message: Message) -> bytes:
    """The bytes meant: a file as it is; a text with the line ends of the original, which a browser changes."""
    if file := form.cleaned_data.get("file"):
        return bytes(file.read(largest_of(message.partner) + 1))
    text: str = form.cleaned_data["content"].replace("\r\n", "\n")
    if b"\r\n" in bytes(message.content):
        text = text.replace("\n", "\r\n")
    return text.encode()


@permission("system.replay")
@require_POST
def replay(request: Request, pk: int) -> HttpResponse:
    """Have a message processed again."""
    desk.replay(own_or_404(request, pk, "system.replay"), actor=request.actor, at=timezone.now())
    notices.success(request, both("Đã cho xử lý lại.", "It will be processed again."))
    return redirect("exchange-message", pk)


@permission("system.replay")
@require_POST
def resend(request: Request, pk: int) -> HttpResponse:
    """Put an undelivered message back on its way."""
    desk.resend(own_or_404(request, pk, "system.replay"), actor=request.actor, at=timezone.now())
    notices.success(request, both("Đã cho gửi lại.", "It is on its way again."))
    return redirect("exchange-message", pk)


@permission("system.replay")
@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: Request, pk: int) -> HttpResponse:
    """Let a message be, with a reason."""
    message = own_or_404(request, pk, "system.replay")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        desk.give_up(message, actor=request.actor, at=timezone.now(), reason=form.cleaned_data["reason"])
        notices.success(
            request, both("Đã ghi lý do và thôi xử lý.", "The reason is kept; the message is given up.")
        )
        return redirect(reverse("exchange-desk"))
    context = {**context_of(request, message), "form": form}
    return render(request, "exchange/give_up.html", context, status=422 if form.errors else 200)
