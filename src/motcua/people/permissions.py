"""
Who may do what: tables of rows, each a permission, the roles that have it and how far it reaches for each.

Every app keeps its rows in `<app>/permissions.py` as `PERMISSIONS`; `settings.PERMISSION_TABLES` lists the tables.
A view says `@permission("name")`, `@signed_in` or `@public`; one that says nothing fails the tests.
The decorator asks whether the actor has the permission at all; which rows it reaches is asked with `reach`.
What somebody may not see does not exist for them: strangers get 404, never 403.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache, partial, wraps
from inspect import getclosurevars, isfunction
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLResolver, get_resolver
from django.utils.module_loading import import_string

from motcua.lib.bilingual import Text
from motcua.people.actor import Actor
from motcua.people.roles import OFFICERS, Role


class Scope(StrEnum):
    """How far a permission reaches: nothing, own or mandated organisations, own offices, the whole department."""

    NONE = "none"
    OWN = "own"
    OFFICE = "office"
    ALL = "all"


WIDTH = list(Scope)


@dataclass(frozen=True)
class Rule:
    """One permission: what it allows, and the scope of each role that has it."""

    title: Text
    scopes: Mapping[Role, Scope]


def rule(
    vi: str,
    en: str,
    *,
    own: Iterable[Role] = (),
    office: Iterable[Role] = (),
    everything: Iterable[Role] = (),
) -> Rule:
    """A row of a table: `rule("Tiếp nhận hồ sơ", "Accept a dossier", office=[Role.ONE_STOP])`.

    ValueError when a role stands in two scopes, or when one who sits in no office is given office scope.
    """
    scopes: dict[Role, Scope] = {}
    for scope, roles in ((Scope.OWN, own), (Scope.OFFICE, office), (Scope.ALL, everything)):
        for role in roles:
            if role in scopes:
                raise ValueError(f"{en}: {role} stands in two scopes, {scopes[role]} and {scope}")
            if scope is Scope.OFFICE and role not in OFFICERS:
                raise ValueError(f"{en}: {role} sits in no office; give it own or everything")
            scopes[role] = scope
    return Rule(Text(vi, en), scopes)


PERMISSIONS: dict[str, Rule] = {
    "mandates.see": rule(
        "Xem ủy quyền của doanh nghiệp mình", "See the mandates of one's own organisation",
        own=[Role.FIRM_ADMIN, Role.DECLARANT, Role.AGENT, Role.SHIP_AGENT, Role.FORWARDER],
    ),
    "mandates.change": rule(
        "Ủy quyền và thu hồi ủy quyền", "Give and revoke mandates", own=[Role.FIRM_ADMIN],
    ),
}  # fmt: skip


@cache
def table() -> dict[str, Rule]:
    """All permissions of all apps; ValueError when two tables name the same one."""
    merged: dict[str, Rule] = {}
    for path in getattr(settings, "PERMISSION_TABLES", ["motcua.people.permissions.PERMISSIONS"]):
        rows: dict[str, Rule] = import_string(path)
        if twice := merged.keys() & rows.keys():
            raise ValueError(f"{path} repeats {', '.join(sorted(twice))}")
        merged |= rows
    return merged


def find_rule(name: str) -> Rule:
    """The row of a permission; LookupError names the setting to look at."""
    try:
        return table()[name]
    except KeyError:
        raise LookupError(f"no table in settings.PERMISSION_TABLES has the permission {name!r}") from None


def scope_of(actor: Actor, name: str) -> Scope:
    """The widest scope any of the actor's roles gives; a role held for the whole department widens office to all."""
    return max((scope for _, scope in _scopes(actor, name)), key=WIDTH.index, default=Scope.NONE)


def may(actor: Actor, name: str) -> bool:
    """Whether the actor has the permission for anything at all."""
    return scope_of(actor, name) is not Scope.NONE


def _scopes(actor: Actor, name: str) -> Iterable[tuple[Role, Scope]]:
    for role, scope in find_rule(name).scopes.items():
        if not actor.has(role):
            continue
        if scope is Scope.OFFICE:
            offices = actor.offices(role)
            if not offices:
                continue
            scope = Scope.ALL if "" in offices else Scope.OFFICE
        if scope is Scope.OWN and actor.organisation is None:
            continue
        yield role, scope


@dataclass(frozen=True)
class Reach:
    """What a permission reaches for one actor on one day: everything, or these offices and these organisations."""

    everything: bool = False
    offices: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()

    def covers(self, *, office: str = "", organisation: int | None = None) -> bool:
        """Whether a thing of this office and this organisation is within reach."""
        return self.everything or office in self.offices or organisation in self.organisations

    def q(self, office: str = "office", organisation: str = "organisation") -> Q:
        """The same as a condition; give '' for a column the table does not have. Nothing in reach matches no row."""
        if self.everything:
            return Q()
        condition = Q(pk__in=[])
        if office and self.offices:
            condition |= Q(**{f"{office}__in": sorted(self.offices)})
        if organisation and self.organisations:
            condition |= Q(**{f"{organisation}__in": sorted(self.organisations)})
        return condition


def reach(actor: Actor, name: str, on: date, procedure: str = "") -> Reach:
    """Everything the actor's roles reach together; asks the database only for mandates, only when own things count."""
    offices: set[str] = set()
    own = False
    for role, scope in _scopes(actor, name):
        if scope is Scope.ALL:
            return Reach(everything=True)
        if scope is Scope.OFFICE:
            offices |= actor.offices(role)
        own = own or scope is Scope.OWN
    return Reach(False, frozenset(offices), actor.acts_for(on, procedure) if own else frozenset())


# Views ------------------------------------------------------------------------------------------------------

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC, SIGNED_IN = "public", "signed in"


def public(view: View) -> View:
    """Mark a view that is open to everybody."""
    view.requirement = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Let in whoever is signed in, whatever their roles; others are sent to sign in."""
    return _guard(view, SIGNED_IN, lambda actor: not actor.is_anonymous, api=False)


def permission(name: str, *, api: bool = False) -> Callable[[View], View]:
    """Let in who has the permission. Others get 404; the signed-out are sent to sign in (an API answers them 401)."""

    def guard(view: View) -> View:
        return _guard(view, name, lambda actor: may(actor, name), api=api)

    return guard


def _guard(view: View, requirement: str, allows: Callable[[Actor], bool], *, api: bool) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if allows(actor):
            return view(request, *args, **kwargs)
        if actor.is_anonymous:
            return _refuse_unknown(request, api=api)
        raise Http404

    guarded.requirement = requirement  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def _refuse_unknown(request: HttpRequest, *, api: bool) -> HttpResponse:
    if api:
        problem = {
            "type": "about:blank",
            "status": 401,
            "title": "Hãy đăng nhập hoặc gửi kèm khóa truy cập. / Sign in or send an access key.",
        }
        return JsonResponse(problem, status=401, content_type="application/problem+json")
    # After signing in one comes back to a page, never to the address of an act: acts are sent again on purpose.
    back = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    response = redirect_to_login(back) if back else redirect_to_login("/")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": response["Location"]})
    return response


# Routes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """One address of the site. `requirement` is a permission, PUBLIC, SIGNED_IN, or None when the view says nothing.

    Where one address has several acts (an API), `requirements` holds what each asks.
    """

    pattern: str
    name: str
    view: str
    parameters: tuple[str, ...]
    requirements: tuple[str | None, ...]


def registered_views(patterns: Iterable[Any] | None = None, prefix: str = "", space: str = "") -> list[Route]:
    """Every route of the URLconf, in its order, with what its view asks of the caller."""
    routes: list[Route] = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            routes += registered_views(entry.url_patterns, pattern, inner)
            continue
        routes.append(
            Route(
                pattern,
                f"{space}{entry.name}" if entry.name else "",
                entry.lookup_str,
                tuple(entry.pattern.converters),
                requirements_of(entry.callback),
            )
        )
    return routes


def requirements_of(view: Any) -> tuple[str | None, ...]:
    """What a view asks; an API path gives one answer for each of its operations."""
    if isinstance(view, partial):
        view = view.func
    path_view = (
        getattr(getclosurevars(view).nonlocals.get("self"), "operations", None) if isfunction(view) else None
    )
    if path_view:
        return tuple(dict.fromkeys(getattr(one.view_func, "requirement", None) for one in path_view))
    view = getattr(view, "view_class", view)
    return (getattr(view, "requirement", None),)
