"""Writes docs/reference/permissions.md: the tables of permissions and the addresses they guard, as one page."""

from __future__ import annotations

from motcua.people.permissions import PUBLIC, SIGNED_IN, Route, Rule, Scope, registered_views, table
from motcua.people.roles import Role

SIGNS = {Scope.OWN: "own", Scope.OFFICE: "office", Scope.ALL: "all"}
HEAD = """\
# Quyền / Permissions

This page is generated: `python -m django permissions --write` writes it, and a test fails when it is out of date.

* **own**: things of one's own organisation, and of those that gave it a mandate
* **office**: things of the offices at which the role is held; of all offices when it is held for the department
* **all**: things of the whole department

What somebody may not see is answered with 404, as if it did not exist. The signed-out are sent to sign in.
"""


def permissions_page() -> str:
    """The whole page as Markdown."""
    rules = table()
    routes = registered_views()
    parts = [HEAD, "## Vai trò / Roles\n", _roles(rules), "## Quyền / Permissions\n"]
    parts += [_permission(name, rule, routes) for name, rule in sorted(rules.items())]
    parts += ["## Trang mở / Open pages\n", _addresses(PUBLIC, routes)]
    parts += [
        "## Trang cho mọi người đã đăng nhập / Pages for whoever is signed in\n",
        _addresses(SIGNED_IN, routes),
    ]
    return "\n".join(parts).rstrip() + "\n"


def _roles(rules: dict[str, Rule]) -> str:
    lines = ["| Role | Vai trò | Title | Permissions |", "|---|---|---|---|"]
    for role in Role:
        held = [
            f"`{name}` ({SIGNS[rule.scopes[role]]})"
            for name, rule in sorted(rules.items())
            if role in rule.scopes
        ]
        lines.append(f"| `{role}` | {role.title.vi} | {role.title.en} | {', '.join(held) or '–'} |")
    return "\n".join(lines) + "\n"


def _permission(name: str, rule: Rule, routes: list[Route]) -> str:
    who = ", ".join(f"`{role}` ({SIGNS[scope]})" for role, scope in rule.scopes.items())
    return f"### `{name}`\n\n{rule.title.vi}. {rule.title.en}.\n\nWho: {who}\n\n{_addresses(name, routes)}"


def _addresses(requirement: str, routes: list[Route]) -> str:
    guarded = [route for route in routes if requirement in route.requirements]
    return (
        "".join(f"* `/{route.pattern}`{f' ({route.name})' if route.name else ''}\n" for route in guarded)
        or "–\n"
    )
