"""Puts the actor on the request, worked out only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from motcua.lib.bilingual import known_language
from motcua.people.actor import Actor


class ActorMiddleware:
    """`request.actor`: the signed-in person with today's roles, or the public; one query, once, and only on use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """The actor behind a request, in the language of the request."""
    actor = Actor.of(request.user, timezone.localdate())
    return replace(actor, language=known_language(get_language() or "vi"))
