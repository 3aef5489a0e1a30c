"""
Who may do what in the database, in one table: the application adds events, messages and seals, and can change none.

Triggers refuse UPDATE and DELETE on these tables to everybody, the owner included; the grants refuse them to the
application before a trigger is even asked.
"""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import connection

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"

# Everything that may not be changed once written.
APPEND_ONLY = (
    "casework_event",
    "casework_seal",
    "exchange_message",
    "exchange_deskact",
    "exchange_partnerchange",
    "casework_attachment",
    "dossiers_version",
    "dossiers_letter",
    "reporting_issue",
    "reporting_objection",
    "reporting_ruling",
    "reform_evidence",
    "reform_acceptance",
    "manifest_version",
    "manifest_approval",
    "manifest_decision",
    "origin_utilisation",
    "origin_transmission",
    "consignment_writeoff",
    "consignment_formsheet",
)


def privileges() -> dict[str, tuple[str, ...]]:
    """The table of privileges of the application's role, by table name."""
    names = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    table: dict[str, tuple[str, ...]] = dict.fromkeys(sorted(names), (READ, ADD, CHANGE, REMOVE))
    table |= {name: (READ, ADD) for name in APPEND_ONLY if name in names}
    table["casework_case"] = (READ, ADD, CHANGE)
    table["django_migrations"] = (READ,)
    return table


def grant(role: str | None = None) -> None:
    """Give the application's role exactly these privileges; nothing happens when it owns the tables itself."""
    role = role or settings.APPLICATION_ROLE
    with connection.cursor() as cursor:
        cursor.execute("select current_user, exists(select from pg_roles where rolname = %s)", [role])
        owner, known = cursor.fetchone()
        if role == owner or not known:
            return
        quoted = connection.ops.quote_name(role)
        cursor.execute(f"revoke all on all tables in schema public from {quoted}")
        cursor.execute(f"grant usage on schema public to {quoted}")
        cursor.execute(f"grant usage, select on all sequences in schema public to {quoted}")
        for name, rights in privileges().items():
            cursor.execute(f"grant {', '.join(rights)} on {connection.ops.quote_name(name)} to {quoted}")
