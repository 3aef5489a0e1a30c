"""The doors to what an applicant takes away: files, letters as PDF, signed papers as JSON."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from motcua.casework import attachments
from motcua.casework.seal import with_proof
from motcua.dossiers import drafts, paper, queries
from motcua.dossiers.doors import own_or_404, site
from motcua.dossiers.models import Dossier, Letter
from motcua.people.permissions import permission
from motcua.people.request import Request


@permission("dossiers.own")
@require_safe
def attachment(request: Request, reference: str, pk: int) -> HttpResponse:
    """A file of the dossier, always as a download: it is somebody's upload and never a page of ours."""
    found = own_or_404(request, reference, "dossiers.own")
    one = get_object_or_404(found.case.attachments, pk=pk)
    return _download(attachments.read(one), one.media_type, one.name)


@permission("dossiers.own")
@require_safe
def letter_pdf(request: Request, reference: str, pk: int) -> HttpResponse:
    """A letter of the office as PDF."""
    found = own_or_404(request, reference, "dossiers.own")
    letter = _letter(found, pk)
    content = paper.letter_pdf(found, letter, site=site(request), language=_language(request))
    return _download(content, "application/pdf", f"{letter.kind}-{reference}.pdf", inline=True)


@permission("dossiers.own")
@require_safe
def letter_json(request: Request, reference: str, pk: int) -> HttpResponse:
    """A signed letter for the verifier: the receipt with its proof of inclusion once there is one, or the result."""
    found = own_or_404(request, reference, "dossiers.own")
    letter = _letter(found, pk)
    if "signature" not in letter.body:
        raise Http404
    body = letter.body
    if letter.kind == Letter.Kind.RECEIPT:
        body = with_proof(body, found.case.events.get(number=body["event"]["number"]))
    return _json(body, f"{letter.kind}-{reference}.json")


@permission("dossiers.own")
@require_safe
def acknowledgement_pdf(request: Request, reference: str) -> HttpResponse:
    """The confirmation of filing as PDF."""
    found = own_or_404(request, reference, "dossiers.own")
    content = paper.acknowledgement_pdf(found, site=site(request), language=_language(request))
    return _download(content, "application/pdf", f"acknowledgement-{reference}.pdf", inline=True)


@permission("dossiers.own")
@require_safe
def acknowledgement_json(request: Request, reference: str) -> HttpResponse:
    """The signed confirmation of filing, for the verifier; only what was filed online has one."""
    found = own_or_404(request, reference, "dossiers.own")
    first = found.case.events.select_related("message").get(number=1)
    body = drafts.acknowledgement_of(first.message)
    if body is None:
        raise Http404
    return _json(with_proof(body, first), f"acknowledgement-{reference}.json")


def _letter(found: Dossier, pk: int) -> Letter:
    return get_object_or_404(found.case.letters.filter(kind__in=list(queries.LETTERS)), pk=pk)


def _json(body: dict[str, Any], name: str) -> HttpResponse:
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _download(content: bytes, media_type: str, name: str, *, inline: bool = False) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _language(request: Request) -> str:
    """The language of a paper: Vietnamese, unless a translation was asked for."""
    return "en" if request.GET.get("language") == "en" else "vi"
