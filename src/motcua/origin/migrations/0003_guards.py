"""The ledger is append-only, and the database keeps what was used of each item in step with it."""

from __future__ import annotations

from django.db import migrations

TABLES = ("origin_utilisation", "origin_transmission")
GUARD = "\n".join(
    f"create trigger {table}_append_only before update or delete on {table} "
    "for each row execute function motcua_refuse_change();"
    for table in TABLES
)
DROP_GUARD = "\n".join(f"drop trigger {table}_append_only on {table};" for table in TABLES)

# The row of the item is locked by the update, so two uses at once wait for each other, and the check on the item refuses
# whichever comes second and is too much.
LEDGER = """
create function origin_keep_used() returns trigger language plpgsql as $$
begin
  update origin_certificateitem set used = used + new.quantity where id = new.item_id;
  return null;
end $$;
create trigger origin_utilisation_used after insert on origin_utilisation
  for each row execute function origin_keep_used();
"""
DROP_LEDGER = "drop trigger origin_utilisation_used on origin_utilisation; drop function origin_keep_used();"


class Migration(migrations.Migration):
    dependencies = [("origin", "0002_exchange"), ("casework", "0002_guards")]

    operations = [migrations.RunSQL(GUARD, DROP_GUARD), migrations.RunSQL(LEDGER, DROP_LEDGER)]
