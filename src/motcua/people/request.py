"""The type of a request that passed our middleware; views annotate with it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from motcua.people.actor import Actor


class Request(HttpRequest):
    """A request that knows its actor and whether htmx sent it. Only a type: nobody makes one."""

    actor: Actor
    htmx: HtmxDetails
