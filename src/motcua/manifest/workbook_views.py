"""Excel: the templates to download, and one's own workbook given back with its faults marked."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from motcua.exchange.models import Handling, Message
from motcua.lib.errors import Refused
from motcua.manifest import register
from motcua.manifest.documents import DOCUMENTS
from motcua.manifest.messages.workbook import mark, template
from motcua.people.permissions import permission, public
from motcua.people.request import Request

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@public
@require_safe
def call_template(request: Request, name: str) -> HttpResponse:
    """The template of one paper, with the drop-down lists of today's codes; anybody may have it."""
    if name not in DOCUMENTS:
        raise Http404
    return _download(_template(name), f"{name}.xlsx")


@lru_cache(maxsize=len(DOCUMENTS))
def _template(name: str) -> bytes:
    packages = sorted(register.codes().packages.items())
    return template.write(name, {"UN/ECE 21": packages})


@permission("calls.file")
@never_cache
@require_safe
def call_marked(request: Request, pk: int) -> HttpResponse:
    """A refused workbook of one's own firm, each faulty cell coloured and commented."""
    firm = request.actor.organisation
    message = (
        Message.objects.filter(pk=pk, type="xlsx", partner__organisation=firm)
        .select_related("handling")
        .first()
    )
    handling: Handling | None = getattr(message, "handling", None)
    if firm is None or message is None or handling is None or not handling.findings:
        raise Http404
    try:
        content = mark.marked(bytes(message.content), handling.findings)
    except Refused as refused:
        # What was refused as dangerous or broken is not opened a second time.
        raise Http404 from refused
    return _download(content, f"marked-{pk}.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
