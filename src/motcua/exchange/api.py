"""
The gateway over HTTP: messages in, their state, their bytes, and what waits for the partner.

The same protocol goes both ways: we deliver to a partner's address in the form in which it sends to ours.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from motcua.exchange import limits
from motcua.exchange.caller import by_partner
from motcua.exchange.gateway import TypeClosed, take_in
from motcua.exchange.models import Delivery, Handling, Message, Partner
from motcua.exchange.outbox import taken, waiting_for
from motcua.exchange.problems import MEDIA_TYPE, Problem
from motcua.exchange.receive import largest_of
from motcua.lib.errors import NotAllowed, Unavailable
from motcua.people.permissions import permission

logger = logging.getLogger(__name__)

RETRY_AFTER = "2"
_TYPE = re.compile(r"[a-z0-9][a-z0-9.-]{0,59}")
_REFERENCE = re.compile(r"[!-~](?:[ -~]{0,98}[!-~])?")


def door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Tell whatever goes wrong as problem details; a database that is away costs a wait, never a message."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            return problem.response()
        except Http404:
            return Problem("not-found").response()
        except (OperationalError, InterfaceError, Unavailable) as error:
            logger.warning("%s %s: the database is away: %s", request.method, request.path, error)
            return Problem("unavailable", headers={"Retry-After": RETRY_AFTER}).response()
        except Exception as error:
            number = f"urn:motcua:fault:{secrets.token_hex(6)}"
            logger.error("%s %s: %s", request.method, request.path, number, exc_info=error)
            return Problem("internal", instance=number).response()

    return opened


@door
@require_http_methods(["POST"])
@by_partner
@permission("exchange.send", api=True)
def post_message(request: HttpRequest) -> HttpResponse:
    """Keep a message and say so after COMMIT; see the contract in the README of this app."""
    partner: Partner = request.partner  # type: ignore[attr-defined]
    if not partner.active:
        raise Problem("partner-off")
    type = _header(request, "Motcua-Type", _TYPE)
    reference = _header(request, "Motcua-Reference", _REFERENCE)
    answers = _header(request, "Motcua-Answers", _REFERENCE)
    at = timezone.now()
    limits.count(partner, at)
    content = content_of(request, largest_of(partner))
    digest = request.headers.get("Motcua-Sha256", "").strip().lower()
    if digest and digest != hashlib.sha256(content).hexdigest():
        raise Problem("digest-wrong")
    try:
        told = take_in(partner, content, at=at, type=type, reference=reference, answers=answers)
    except TypeClosed as error:
        raise Problem("type-off", error.text, error.text_en) from error
    except NotAllowed as error:
        raise Problem("partner-off", error.text, error.text_en) from error
    response = HttpResponse(
        told.content, status=told.status, content_type="application/json" if told.status < 300 else MEDIA_TYPE
    )
    response["Location"] = f"/exchange/v1/messages/{told.message.pk}"
    if not told.is_new:
        response["Motcua-Repeated"] = "true"
    return response


def _header(request: HttpRequest, name: str, form: re.Pattern[str]) -> str:
    text = request.headers.get(name, "").strip()
    if text and not form.fullmatch(text):
        raise Problem("header-malformed", f"{name}: {text[:80]!r}", f"{name}: {text[:80]!r}")
    return text


def content_of(request: HttpRequest, most: int) -> bytes:
    """The bytes as they came; read no further than what may come."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    problem = Problem(
        "too-large", f"Tối đa {most} byte một thông điệp.", f"At most {most} bytes a message are taken."
    )
    if not told.isdigit() or int(told) > most:
        raise problem
    content = request.read(most + 1)
    if len(content) > most:
        raise problem
    return content


@door
@require_safe
@by_partner
@permission("exchange.send", api=True)
def message_state(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of a message: one of the partner's own, in either direction."""
    return JsonResponse(state_of(_own(request, pk)), json_dumps_params={"ensure_ascii": False})


@door
@require_safe
@by_partner
@permission("exchange.send", api=True)
def message_content(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact bytes of a message, as a download."""
    return as_download(_own(request, pk))


def as_download(message: Message) -> HttpResponse:
    """The bytes of a message, so that no browser runs or guesses at them."""
    response = HttpResponse(bytes(message.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="message-{message.pk}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    response["Motcua-Type"] = message.type
    response["Motcua-Sha256"] = message.sha256
    return response


@door
@require_safe
@by_partner
@permission("exchange.send", api=True)
def outbox_list(request: HttpRequest) -> HttpResponse:
    """What waits for the partner, oldest first; at most a hundred."""
    partner: Partner = request.partner  # type: ignore[attr-defined]
    found = [
        {
            **_line(one),
            "sha256": one.sha256,
            "answers": one.answers.reference if one.answers else None,
            "queued_at": one.received_at.isoformat(),
            "taken_url": f"/exchange/v1/outbox/{one.pk}/taken",
        }
        for one in waiting_for(partner)[:100]
    ]
    return JsonResponse({"messages": found}, json_dumps_params={"ensure_ascii": False})


@door
@require_http_methods(["POST"])
@by_partner
@permission("exchange.send", api=True)
def outbox_taken(request: HttpRequest, pk: int) -> HttpResponse:
    """The partner has the message; saying so twice is harmless."""
    message = _own(request, pk)
    if message.direction != Message.Direction.OUT:
        raise Http404
    taken(message, timezone.now())
    return JsonResponse({"message": message.pk, "state": "delivered"})


def _own(request: HttpRequest, pk: int) -> Message:
    partner: Partner = request.partner  # type: ignore[attr-defined]
    message = (
        Message.objects.select_related("handling", "delivery").filter(pk=pk, partner_id=partner.pk).first()
    )
    if message is None:
        raise Http404
    return message


# What the desk calls a state, told to a sender: it knows nothing of our desk.
_TOLD = {Handling.State.REPAIRED: "refused", Handling.State.GIVEN_UP: "refused"}


def state_of(message: Message) -> dict[str, Any]:
    """The state of a message as its partner is told it."""
    body: dict[str, Any] = {
        **_line(message),
        "sha256": message.sha256,
        "received_at": message.received_at.isoformat(),
    }
    handling: Handling | None = getattr(message, "handling", None)
    delivery: Delivery | None = getattr(message, "delivery", None)
    fate = handling or delivery
    if fate is None:
        # A request that was answered at once: it is done, and the answer stands in the stored reply.
        return {**body, "state": "done", "findings": [], "answers": [_line(one) for one in _answers(message)]}
    state = str(fate.state)
    findings = fate.findings
    if state == "stuck":
        # A trace of ours is nobody else's; the sender learns that we know.
        findings = [{"code": "stuck", "place": "", "vi": STUCK_VI, "en": STUCK_EN}]
    repair = message.repaired_by.order_by("pk").last()
    return {
        **body,
        "state": _TOLD.get(Handling.State(state), state) if handling else state,
        "attempts": fate.attempts,
        "findings": findings,
        "answers": [_line(one) for one in _answers(message)],
        "repaired_by": _line(repair) if repair else None,
    }


STUCK_VI = "Lỗi của hệ thống chúng tôi; cán bộ đã được báo. Không cần gửi lại."
STUCK_EN = "A fault of ours; somebody has been told. There is no need to send it again."


def _answers(message: Message) -> Any:
    return message.answered_by.order_by("pk").only("pk", "type", "reference")


def _line(message: Message) -> dict[str, Any]:
    return {
        "message": message.pk,
        "type": message.type,
        "reference": message.reference,
        "url": f"/exchange/v1/messages/{message.pk}/content",
    }
