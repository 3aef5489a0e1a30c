"""The matrix notices what it is there to notice."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.views.decorators.http import require_POST
from ninja import NinjaAPI

from motcua.people import permissions
from motcua.people.models import User
from motcua.people.permissions import PUBLIC, Route, permission, public, registered_views, rule, signed_in
from motcua.people.permissions_page import permissions_page
from motcua.people.roles import Role
from tests.people.matrix import Thing, World, fault

ROUTE = Route("dossiers/<reference>/", "dossier", "views.dossier", ("reference",), ("dossiers.see",))


@pytest.fixture
def world(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> World:
    table = {"dossiers.see": rule("Xem", "See", own=[Role.DECLARANT, Role.AGENT], office=[Role.HANDLER])}
    monkeypatch.setattr(permissions, "table", lambda: table)
    return World(people, {}, date(2020, 9, 30))


def found(world: World, who: str, status: int, location: str = "") -> str:
    answer = HttpResponseRedirect(location) if location else HttpResponse(status=status)
    return fault(ROUTE, world, who, Thing({"reference": "x"}, world.lans, "20BB"), answer)


def test_a_leak_to_another_firm_or_a_role_without_the_right_is_a_fault(world: World) -> None:
    for who in ("binh", "phuc", "handler-20cf", ""):
        assert "should get 404, got 200" in found(world, who, 200)
        assert found(world, who, 404) == ""


def test_403_is_a_fault_because_it_tells_that_the_thing_exists(world: World) -> None:
    assert "should get 404, got 403" in found(world, "binh", 403)


def test_shutting_out_who_has_the_right_is_a_fault(world: World) -> None:
    for who in ("lan", "minh", "dung"):
        assert found(world, who, 200) == found(world, who, 405) == found(world, who, 422) == ""
        assert "should be let in" in found(world, who, 404)
        assert "should be let in" in found(world, who, 302, "/sign-in/?next=/")


def test_only_the_signed_out_may_be_sent_to_sign_in(world: World) -> None:
    assert found(world, "", 302, "/sign-in/?next=/") == ""
    assert found(world, "", 401) == ""
    assert found(world, "binh", 302, "/sign-in/?next=/")
    assert found(world, "", 302, "/dossiers/")


def test_a_crash_is_a_fault_for_everybody(world: World) -> None:
    assert "crashed" in found(world, "lan", 500)
    assert "crashed" in found(world, "binh", 500)


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_what_a_view_asks_is_seen_through_other_decorators_and_inside_an_api() -> None:
    api = NinjaAPI(urls_namespace="matrix-test", docs_url=None, openapi_url=None)
    api.get("/things")(permission("things.see", api=True)(view))
    api.post("/things")(permission("things.make", api=True)(view))
    patterns = [
        path("open/", public(view), name="open"),
        path("mine/", require_POST(signed_in(view)), name="mine"),
        path("inner/", include(([path("<int:pk>/", permission("things.see")(view), name="thing")], "inner"))),
        path("silent/", lambda request: HttpResponse(), name="silent"),
        path("api/", api.urls),
    ]
    asked = {route.name: route.requirements for route in registered_views(patterns)}
    assert asked["open"] == (PUBLIC,)
    assert asked["mine"] == ("signed in",)
    assert asked["inner:thing"] == ("things.see",)
    assert asked["silent"] == (None,)
    assert set(asked["matrix-test:view"]) == {"things.see", "things.make"}
    assert registered_views(patterns)[2].parameters == ("pk",)


@pytest.mark.urls("motcua.people.urls")
def test_the_page_names_every_permission_role_and_address() -> None:
    page = permissions_page()
    for role in Role:
        assert f"| `{role}` | {role.title.vi} |" in page
    assert "### `mandates.change`" in page
    assert "`/mandates/<int:pk>/revoke/` (revoke-mandate)" in page
    assert "`/sign-in/` (sign-in)" in page
