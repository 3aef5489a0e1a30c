"""The doors of the open data: stable addresses, the same for people and programs, as of any day."""

from __future__ import annotations

import json
from datetime import date

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from motcua.people.permissions import public
from motcua.people.queries import offices_on
from motcua.people.request import Request
from motcua.procedures import open_data, queries
from motcua.procedures.catalogue import catalogue


@public
@require_safe
def about(request: Request) -> HttpResponse:
    """What open data there is and how to read it."""
    context = {"total": len(catalogue().all_in_force(timezone.localdate())), "columns": open_data.COLUMNS}
    return render(request, "procedures/open_data.html", context)


@public
@require_safe
def procedures_json(request: Request) -> HttpResponse:
    """Every procedure in force, whole, with its digest."""
    on = _on(request)
    body = open_data.as_json(catalogue().all_in_force(on), on, _site(request))
    return _open(JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1}))


@public
@require_safe
def procedures_csv(request: Request) -> HttpResponse:
    """One line a procedure."""
    content = open_data.as_csv(catalogue().all_in_force(_on(request)), _site(request))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="procedures.csv"'
    return _open(response)


@public
@require_safe
def procedures_jsonld(request: Request) -> HttpResponse:
    """Linked data in CPSV-AP."""
    on = _on(request)
    body = open_data.as_jsonld(catalogue().all_in_force(on), _site(request), _authorities(on))
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return _open(HttpResponse(text, content_type="application/ld+json; charset=utf-8"))


def _authorities(on: date) -> dict[str, tuple[str, str, str]]:
    """Who answers for a procedure, by its level; a branch acts in the department's name."""
    department = offices_on(on).filter(kind="department").order_by("code").first()
    known = queries.LEVELS
    ours = (
        (department.code, department.name_vi, department.name_en)
        if department
        else ("department", known["department"].vi, known["department"].en)
    )
    above = known["general-department"]
    return {
        "branch": ours,
        "department": ours,
        "general-department": ("general-department", above.vi, above.en),
    }


def _on(request: Request) -> date:
    """The day of `?on=`, as programs write it; today when it says none or nonsense."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


def _site(request: Request) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _open(response: HttpResponse) -> HttpResponse:
    # Anybody's page may read it.
    response["Access-Control-Allow-Origin"] = "*"
    return response
