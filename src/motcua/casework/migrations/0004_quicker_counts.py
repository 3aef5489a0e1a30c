"""
The count of words looks for plain strings instead of LIKE patterns: half the work a line, and nothing to escape.

`starts` are words with the space before them, at most eight, the rarest best first: a line that lacks one is left at once.
"""

from __future__ import annotations

from django.db import migrations

WITH_STRINGS = """
drop function motcua_search_counts(text[], text[], text[]);
create function motcua_search_counts(offices text[], starts text[], numbers text[])
returns table (kind text, cases bigint, hashes bigint[])
language sql stable parallel safe security definer set search_path = public, pg_temp as $$
  select t.kind::text, sum(t.cases)::bigint, case when count(*) <= 2000 then array_agg(t.hash) end
  from casework_searchtext t
  where (offices is null or t.office = any (offices))
    and (starts[1] is null or strpos(t.words, starts[1]) > 0) and (starts[2] is null or strpos(t.words, starts[2]) > 0)
    and (starts[3] is null or strpos(t.words, starts[3]) > 0) and (starts[4] is null or strpos(t.words, starts[4]) > 0)
    and (starts[5] is null or strpos(t.words, starts[5]) > 0) and (starts[6] is null or strpos(t.words, starts[6]) > 0)
    and (starts[7] is null or strpos(t.words, starts[7]) > 0) and (starts[8] is null or strpos(t.words, starts[8]) > 0)
    and t.words ~ all (numbers)
  group by t.kind having sum(t.cases) <> 0
$$;
"""

WITH_LIKE = """
drop function motcua_search_counts(text[], text[], text[]);
create function motcua_search_counts(offices text[], likes text[], numbers text[])
returns table (kind text, cases bigint, hashes bigint[])
language sql stable parallel safe security definer set search_path = public, pg_temp as $$
  select t.kind::text, sum(t.cases)::bigint, case when count(*) <= 2000 then array_agg(t.hash) end
  from casework_searchtext t
  where (offices is null or t.office = any (offices)) and t.words like all (likes) and t.words ~ all (numbers)
  group by t.kind having sum(t.cases) <> 0
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_worklist_and_search")]

    operations = [migrations.RunSQL(WITH_STRINGS, WITH_LIKE)]
