"""
Manifests and papers of calls over JSON: file one through the gateway, read what stands.

What is sent is looked at first, so that a program learns of every fault in the shape at once; then the exact bytes go
the way of every message: kept, acknowledged after COMMIT, filed by the worker. Nothing here files by itself.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.responses import Response

from motcua.exchange import limits
from motcua.exchange.api import content_of
from motcua.exchange.caller import by_partner
from motcua.exchange.detect import by_digest
from motcua.exchange.gateway import TypeClosed, take_in
from motcua.exchange.models import Partner
from motcua.exchange.problems import MEDIA_TYPE, Problem, pointer
from motcua.exchange.receive import largest_of
from motcua.lib.errors import Invalid, Malformed, NotAllowed
from motcua.lib.findings import Finding
from motcua.manifest import api_examples as examples
from motcua.manifest.documents import Manifest, Sheet, from_json, name_of, steps
from motcua.manifest.models import Movement, Version
from motcua.people.permissions import permission

router = Router()
_KEY = re.compile(r"[!-~]{1,100}")


@router.post(
    "/manifests",
    summary="File a cargo manifest",
    openapi_extra=examples.FILE_MANIFEST,
    url_name="api-manifests",
)
@by_partner
@permission("exchange.send", api=True)
def file_manifest(request: HttpRequest) -> HttpResponse:
    """
    File the cargo declaration of a call, with its bills and containers.

    Answered when the bytes are safely kept; `state_url` says whether they were filed, or what must be mended.
    """
    return _file(request, Manifest)


@router.post(
    "/papers", summary="File any paper of a call", openapi_extra=examples.FILE_PAPER, url_name="api-papers"
)
@by_partner
@permission("exchange.send", api=True)
def file_paper(request: HttpRequest) -> HttpResponse:
    """
    File a paper of a call: general declaration, crew, passengers, stores, effects, dangerous goods, health, security,
    waste, notice or manifest. The member `document` says which.
    """
    return _file(request, Sheet)


def _file(request: HttpRequest, wanted: type[Sheet]) -> HttpResponse:
    partner: Partner = request.partner  # type: ignore[attr-defined]
    at = timezone.now()
    key = request.headers.get("Idempotency-Key", "")
    if key and not _KEY.fullmatch(key):
        raise Problem("idempotency-key-malformed")
    limits.count(partner, at)
    content = content_of(request, largest_of(partner))
    document = _looked_at(content, wanted)
    reference = key or document.reference or by_digest(content)
    try:
        told = take_in(partner, content, at=at, type=f"json-{name_of(document)}", reference=reference)
    except TypeClosed as error:
        raise Problem("type-off", error.text, error.text_en) from error
    except NotAllowed as error:
        raise Problem("partner-off", error.text, error.text_en) from error
    good = told.status < 300
    response = HttpResponse(
        told.content, status=told.status, content_type="application/json" if good else MEDIA_TYPE
    )
    response["Location"] = f"/exchange/v1/messages/{told.message.pk}"
    if not told.is_new:
        response["Idempotent-Replayed"] = "true"
    return response


def _looked_at(content: bytes, wanted: type[Sheet]) -> Sheet:
    """The document, or a problem with every fault of its shape."""
    try:
        document = from_json(content)
    except Invalid as error:
        raise _problem(error.findings) from error
    except Malformed as error:
        if error.place != "document":
            raise Problem("not-json", error.in_language("vi"), error.in_language("en")) from error
        raise _problem([Finding("document", "document", error.text, error.text_en)]) from error
    if not isinstance(document, wanted):
        raise _problem(
            [
                Finding(
                    "document",
                    "document",
                    f"Địa chỉ này nhận bản lược khai (“manifest”); hãy gửi “{name_of(document)}” tới /api/v1/papers.",
                    f"This address takes a “manifest”; send a “{name_of(document)}” to /api/v1/papers.",
                )
            ]
        )
    return document


def _problem(findings: list[Finding]) -> Problem:
    pointed = [(pointer_of(one.place), one) for one in findings]
    return Problem(
        "invalid", f"Có {len(pointed)} chỗ phải sửa.", f"{len(pointed)} to mend.", findings=pointed
    )


def pointer_of(path: str) -> str:
    """The JSON pointer of a document path: `bills[3].gross_kg` is `/bills/3/gross_kg`."""
    try:
        return pointer(*(name or index for name, index in steps(path)))
    except LookupError:
        return ""


@router.get(
    "/movements", summary="List one's own movements", openapi_extra=examples.READ, url_name="api-movements"
)
@by_partner
@permission("exchange.send", api=True)
def list_movements(request: HttpRequest) -> HttpResponse:
    """The movements of your own organisation, the newest first; at most a hundred."""
    return Response({"movements": [_line(one) for one in _own(request)[:100]]})


@router.get(
    "/movements/{reference}", summary="Read a movement", openapi_extra=examples.READ, url_name="api-movement"
)
@by_partner
@permission("exchange.send", api=True)
def read_movement(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a movement of yours stands, and the papers that were filed for it."""
    movement = _one(request, reference)
    papers = [
        {
            "form": one.form,
            "version": one.number,
            "function": one.function,
            "filed_at": one.filed_at.isoformat(),
            "late": one.late,
            "waits": one.waits,
            "sha256": one.sha256,
            "findings": one.findings,
        }
        for one in movement.versions.order_by("form", "number")
    ]
    return Response({**_line(movement), "papers": papers})


@router.get(
    "/movements/{reference}/papers/{form}",
    summary="Read a paper",
    openapi_extra=examples.READ,
    url_name="api-movement-paper",
)
@by_partner
@permission("exchange.send", api=True)
def read_paper(request: HttpRequest, reference: str, form: str) -> HttpResponse:
    """The last version of a paper as you filed it, without what is personal: names of persons are kept apart."""
    versions = Version.objects.filter(movement=_one(request, reference), form=form)
    version = versions.order_by("-number").first()
    if version is None:
        raise Http404
    return Response({"form": form, "version": version.number, "content": version.content})


def _own(request: HttpRequest) -> Any:
    partner: Partner = request.partner  # type: ignore[attr-defined]
    if partner.organisation_id is None:
        return Movement.objects.none()
    own = Movement.objects.select_related("case").filter(case__organisation=partner.organisation_id)
    return own.order_by("-pk")


def _one(request: HttpRequest, reference: str) -> Movement:
    movement: Movement | None = _own(request).filter(case__reference=reference).first()
    if movement is None:
        raise Http404
    return movement


def _line(movement: Movement) -> dict[str, Any]:
    def moment(value: Any) -> str | None:
        return value.isoformat() if value else None

    case = movement.case
    return {
        "reference": case.reference,
        "status": case.status,
        "mode": movement.mode,
        "movement": movement.kind,
        "ship": movement.ship,
        "imo": movement.imo,
        "journey": movement.voyage,
        "port": movement.port,
        "office": case.office,
        "eta": moment(movement.eta),
        "etd": moment(movement.etd),
        "ata": moment(movement.ata),
        "atd": moment(movement.atd),
        "next_due": movement.next_due or None,
        "next_due_at": moment(movement.next_due_at),
    }
