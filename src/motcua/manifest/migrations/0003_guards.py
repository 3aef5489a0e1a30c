"""What the database itself guards: a version, an approval and a decision once written stay as they are."""

from django.db import migrations

TABLES = ("manifest_version", "manifest_approval", "manifest_decision")

GUARD = "\n".join(
    f"create trigger {table}_append_only before update or delete on {table} "
    "for each row execute function motcua_refuse_change();"
    for table in TABLES
)
DROP_GUARD = "\n".join(f"drop trigger {table}_append_only on {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("manifest", "0002_calls"), ("casework", "0002_guards")]
    operations = [migrations.RunSQL(GUARD, DROP_GUARD)]
