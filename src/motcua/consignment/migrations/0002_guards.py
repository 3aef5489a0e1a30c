"""What the database itself guards: a line of the ledger and a form number given out stay as they are."""

from django.db import migrations

TABLES = ("consignment_writeoff", "consignment_formsheet")

GUARD = "\n".join(
    f"create trigger {table}_append_only before update or delete on {table} "
    "for each row execute function motcua_refuse_change();"
    for table in TABLES
)
DROP_GUARD = "\n".join(f"drop trigger {table}_append_only on {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("consignment", "0001_initial"), ("casework", "0002_guards")]
    operations = [migrations.RunSQL(GUARD, DROP_GUARD)]
