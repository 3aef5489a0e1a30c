"""The application's role may add events, messages and seals, and change none: the whole table is asserted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.config.grants import APPEND_ONLY, grant, privileges
from motcua.exchange.models import Partner

ROLE = "motcua_test_application"

pytestmark = pytest.mark.django_db


@pytest.fixture
def role() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
        row = cursor.fetchone()
        cursor.execute("select exists(select from pg_roles where rolname = 'motcua_app')")
        known = cursor.fetchone()
    if known and known[0]:
        yield "motcua_app"
        return
    if not row or not row[0]:
        pytest.skip("this server's user may not create roles, and the role motcua_app is missing")
    with connection.cursor() as cursor:
        cursor.execute(f"create role {ROLE}")
        cursor.execute(f"grant {ROLE} to current_user")
    yield ROLE


def granted(role: str) -> dict[str, set[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, privilege_type from information_schema.role_table_grants "
            "where grantee = %s and table_schema = 'public'",
            [role],
        )
        found: dict[str, set[str]] = {}
        for table, right in cursor.fetchall():
            found.setdefault(table, set()).add(right)
    return found


def test_the_role_has_exactly_the_rights_of_the_table(role: str) -> None:
    grant(role)
    assert granted(role) == {table: set(rights) for table, rights in privileges().items()}


def test_no_append_only_table_can_be_changed_or_emptied(role: str) -> None:
    grant(role)
    for table in APPEND_ONLY:
        assert granted(role)[table] == {"SELECT", "INSERT"}, table


def test_the_database_refuses_the_role_by_itself(role: str) -> None:
    grant(role)
    Partner.objects.create(code="x", name="x")
    for statement in (
        "update casework_event set actor = 'x'", "delete from casework_event", "truncate casework_event cascade",
        "update exchange_message set content = ''", "delete from casework_case", "create table evil (id int)",
        "alter table casework_event disable trigger all", "drop table casework_seal",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:  # noqa: PT012
            cursor.execute(f"set local role {role}")
            cursor.execute(statement)


def test_durability_is_never_weakened() -> None:
    with connection.cursor() as cursor:
        for name, wanted in {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}.items():
            cursor.execute(f"show {name}")
            row = cursor.fetchone()
            assert row is not None
            assert row[0] == wanted, name
