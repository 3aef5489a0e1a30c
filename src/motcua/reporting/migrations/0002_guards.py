"""Issued reports cannot be changed; and what form II.06a asks is found without reading every version of every case."""

from __future__ import annotations

from django.db import migrations

# Every finished case leaves behind the version in which it was open without end, so an index over all intervals
# would return nearly every case ever received, and its statistics would mislead the planner. Apart they are
# short: among unfinished versions the time in which the version was known, among finished ones receipt to result.
INDEXES = """
create index standing_unfinished on casework_standing using gist (tstzrange(known_from, known_to))
  where finished_at is null;
create index standing_lasting on casework_standing using gist (tstzrange(received_at, finished_at))
  where finished_at is not null;
create index event_refused on casework_event (happened_at) where kind = 'refused';
"""

DROP_INDEXES = """
drop index standing_unfinished; drop index standing_lasting; drop index event_refused;
"""

GUARD = """
create trigger reporting_issue_append_only before update or delete on reporting_issue
  for each row execute function motcua_refuse_change();
"""

DROP_GUARD = "drop trigger reporting_issue_append_only on reporting_issue;"


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_initial"), ("casework", "0002_guards")]

    operations = [
        migrations.RunSQL(GUARD, DROP_GUARD),
        migrations.RunSQL(INDEXES, DROP_INDEXES),
    ]
