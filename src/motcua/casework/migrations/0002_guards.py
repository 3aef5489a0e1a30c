"""What the database itself guards: nothing written may be changed, ids tell their department."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations

APPEND_ONLY = ("casework_event", "casework_seal", "casework_attachment", "exchange_message")

REFUSE = """
create or replace function motcua_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused. Record a new event instead; a mistake is struck out by a voiding event.',
    tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
"""


def triggers(apps, schema_editor):
    schema_editor.execute(REFUSE, params=None)
    for table in APPEND_ONLY:
        schema_editor.execute(
            f"create trigger {table}_append_only before update or delete on {table} "
            "for each row execute function motcua_refuse_change()"
        )


def drop_triggers(apps, schema_editor):
    for table in APPEND_ONLY:
        schema_editor.execute(f"drop trigger {table}_append_only on {table}")
    schema_editor.execute("drop function motcua_refuse_change()")


def department_ids(apps, schema_editor):
    # Each department counts from its own million millions, so that two departments' cases and events never collide.
    start = int(settings.DEPARTMENT) * 10**12 + 1
    for table in ("casework_case", "casework_event"):
        schema_editor.execute(f"select setval(pg_get_serial_sequence('{table}', 'id'), {start}, false)")


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("exchange", "0001_initial")]

    operations = [
        migrations.RunPython(triggers, drop_triggers),
        migrations.RunPython(department_ids, migrations.RunPython.noop),
    ]
