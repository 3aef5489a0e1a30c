"""The programming interface at /api/v1/: one NinjaAPI, one router per app, one way in which everything that fails is told."""

from __future__ import annotations

import logging
import secrets
from functools import cache
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.responses import Response

from motcua import __version__
from motcua.dossiers import api_examples, api_shapes
from motcua.dossiers.api import problem_of
from motcua.dossiers.api import router as dossiers
from motcua.exchange.problems import PROBLEMS, Problem
from motcua.lib.errors import Refused, Unavailable
from motcua.manifest import api_examples as manifest_examples
from motcua.manifest import json_schema
from motcua.manifest.api import router as manifests
from motcua.people.permissions import public
from motcua.procedures.catalogue import catalogue

logger = logging.getLogger(__name__)

# PostgreSQL is back within seconds after a restart; whoever asks sooner only waits longer in line.
RETRY_AFTER = "2"

api = NinjaAPI(
    title="Một Cửa",
    version="1",
    description="File dossiers, manifests and papers of calls, and follow them. "
    "Every answer that refuses says what, where, why and how to mend it.",
    urls_namespace="api-v1",
    # Our own views below serve the same file, so that every address says whom it is for.
    openapi_url=None,
    docs_url=None,
)
api.add_router("", dossiers)
api.add_router("", manifests)


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return error.response()


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return Problem("not-found").response()


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return Problem("too-large").response()


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return problem_of(error).response()


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
@api.exception_handler(Unavailable)
def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is away, restarting, full or out of patience: nothing was lost, the sender tries again."""
    logger.warning("%s %s: the database is away: %s", request.method, request.path, error)
    return Problem("unavailable", headers={"Retry-After": RETRY_AFTER}).response()


@api.exception_handler(Exception)
def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our own fault: the sender gets a number, the log everything under that number."""
    number = f"urn:motcua:fault:{secrets.token_hex(6)}"
    logger.error("%s %s: %s", request.method, request.path, number, exc_info=error)
    return Problem("internal", instance=number).response()


@api.get("/openapi.json", include_in_schema=False, url_name="api-openapi")
@public
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this interface (OpenAPI 3.1), with examples that a test sends."""
    return Response(description())


@cache
def description() -> dict[str, Any]:
    """The OpenAPI document as JSON's own types."""
    schema: dict[str, Any] = dict(api.get_openapi_schema())
    components = schema.setdefault("components", {})
    shapes = api_shapes.FilingShape.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update(shapes.pop("$defs", {}))
    components["schemas"].update(api_examples.SCHEMAS)
    components["schemas"].update(manifest_examples.SCHEMAS)
    components["schemas"].update(json_schema.schemas())
    body = schema["paths"]["/api/v1/dossiers"]["post"]["requestBody"]["content"]["application/json"]
    components["schemas"]["Filing"] = shapes
    body["schema"] = {"$ref": "#/components/schemas/Filing"}
    components["securitySchemes"] = {
        "apiKey": {"type": "http", "scheme": "bearer", "bearerFormat": "motcua_…"}
    }
    return schema


@api.get("/problems", summary="List every problem and how to mend it", url_name="api-problems")
@public
def problems(request: HttpRequest) -> HttpResponse:
    """What the `type` of a problem leads to: every code with its status, its meaning and the way to mend it."""
    return Response(
        {
            code: {
                "status": kind.status,
                "title": kind.title.en,
                "title_vi": kind.title.vi,
                "fix": kind.fix.en,
                "fix_vi": kind.fix.vi,
            }
            for code, kind in PROBLEMS.items()
        }
    )


@api.get("/health", summary="Ask whether we can serve", url_name="api-health")
@public
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and the law sheets are loaded; 503 with Retry-After otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_is_in_recovery(), current_setting('server_version')")
        row = cursor.fetchone()
    if row[0]:
        raise Unavailable("the database only reads: it is recovering")
    return Response(
        {"status": "ok", "version": __version__, "postgresql": row[1], "sheets": len(catalogue())}
    )
