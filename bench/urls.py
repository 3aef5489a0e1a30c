"""The site's addresses, and the least that a durable write over HTTP can be on the same stack."""

from __future__ import annotations

import hashlib

from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from motcua.config.urls import urlpatterns as ours


@csrf_exempt
def bare(request: HttpRequest) -> JsonResponse:
    """The bytes that came, in one row, committed before the answer: nothing is read, checked, numbered or signed."""
    content = request.body
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into bench_bare (content, sha256) values (%s, %s) returning id",
            [content, hashlib.sha256(content).hexdigest()],
        )
        row = cursor.fetchone()
    return JsonResponse({"id": row[0]}, status=201)


def nothing(request: HttpRequest) -> JsonResponse:
    """An answer without a database: what the stack costs before anybody works."""
    return JsonResponse({})


nothing.csrf_exempt = True  # type: ignore[attr-defined]
urlpatterns: list[URLPattern | URLResolver] = [*ours, path("bare", bare), path("nothing", nothing)]
