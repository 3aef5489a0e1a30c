"""The one place where what was refused becomes an answer of the web: a page for people, problem details for programs."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from motcua.lib.errors import Duplicate, Invalid, NotAllowed, Refused, Unavailable

RETRY_AFTER = "60"


class RefusedMiddleware:
    """Translates `Refused` (409 or 422) and `Unavailable` (503); every other exception is our own fault and stays one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to what a view raised, or None where it is not ours to translate."""
        if isinstance(error, Unavailable):
            answer = render(request, "503.html", status=503)
            answer["Retry-After"] = RETRY_AFTER
            return answer
        if not isinstance(error, Refused):
            return None
        status = 409 if isinstance(error, NotAllowed | Duplicate) else 422
        if not request.accepts("text/html"):
            return JsonResponse(
                problem(error, status), status=status, content_type="application/problem+json"
            )
        findings = error.findings if isinstance(error, Invalid) else [(error.text, error.text_en)]
        return render(
            request,
            "portal/refused.html",
            {"findings": findings, "back": _page_before(request)},
            status=status,
        )


def _page_before(request: HttpRequest) -> str:
    """The page of this site from which the act was sent, or the start page."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return before if ours else "/"


def problem(error: Refused, status: int) -> dict[str, object]:
    """The problem details (RFC 9457) of a refusal, with every finding and both languages."""
    details: dict[str, object] = {
        "type": "about:blank",
        "status": status,
        "title": error.text_en,
        "title_vi": error.text,
    }
    if error.place:
        details["place"] = error.place
    if isinstance(error, Invalid):
        details["findings"] = [
            {"code": one.code, "place": one.place, "vi": one.vi, "en": one.en, "basis": one.basis}
            for one in error.findings
        ]
    return details
