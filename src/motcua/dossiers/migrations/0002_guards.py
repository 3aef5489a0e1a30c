"""What was filed and what was issued stays as it was: versions and letters are append-only."""

from __future__ import annotations

from django.db import migrations

TABLES = ("dossiers_version", "dossiers_letter")
GUARD = "\n".join(
    f"create trigger {table}_append_only before update or delete on {table} "
    "for each row execute function motcua_refuse_change();"
    for table in TABLES
)
DROP_GUARD = "\n".join(f"drop trigger {table}_append_only on {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("casework", "0002_guards")]

    operations = [migrations.RunSQL(GUARD, DROP_GUARD)]
