"""
What officers ask all day, made quick at a million cases: the worklist, and exact counts of common words.

1. `case_open` holds only what somebody still has to do with: open cases, and results that lie at the one-stop desk. The
   older index on unfinished cases keeps every refused dossier for good; this one lets go of them. Kind, status and
   holder ride along, so that the counts of all tabs are read from the index alone.
2. `event_assigned` finds the cases of one officer; only transfers that name an officer are in it.
3. `casework_searchtext` counts cases by office, kind and search text in which every number of four digits or more is
   written '#'. Words without such a number match that text exactly when they match the case's own; cases of one firm and
   procedure share one line, so that 'công ty' is counted exactly without touching a case. Writers only ever add lines,
   one statement at a time, so no writer waits for another; `motcua_tidy_search` adds lines up now and then.
4. `case_words` leads from a line back to its cases, newest first, for words so rare that reading backwards finds none.

The application may neither read nor write the table itself: it asks through two functions of the owner's.
"""

from __future__ import annotations

from django.db import migrations

INDEXES = """
create index case_open on casework_case (office, due_at, id) include (kind, status, holder)
  where closed_at is null and (finished_at is null or holder = 'one-stop');
create index event_assigned on casework_event ((details ->> 'officer'), case_id)
  where kind = 'transferred' and details ->> 'officer' <> '';
"""

DROP_INDEXES = "drop index case_open; drop index event_assigned;"

# The counts of the tabs are read from the index alone where the table's pages are known to be clean: see to it often.
VACUUM = "alter table casework_case set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)"
NO_VACUUM = "alter table casework_case reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor)"

TABLE = """
create table casework_searchtext (
  cases bigint not null, hash bigint not null, office varchar(12) not null, kind varchar(24) not null, words text not null
);

create index searchtext_of_office on casework_searchtext (office);

create function motcua_search_words(search text) returns text language sql immutable strict parallel safe as
$$ select ' ' || regexp_replace(search, '[0-9]{4,}', '#', 'g') $$;

create index case_words on casework_case (hashtextextended(motcua_search_words(search), 0), id);

insert into casework_searchtext (office, kind, words, cases, hash)
select office, kind, words, cases, hashtextextended(words, 0) from (
  select office, kind, motcua_search_words(search) as words, count(*) as cases from casework_case group by 1, 2, 3) lines;

create function motcua_count_search() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into casework_searchtext (office, kind, words, cases, hash)
    select office, kind, words, cases, hashtextextended(words, 0) from (
      select office, kind, motcua_search_words(search) as words, count(*) as cases from fresh group by 1, 2, 3) lines;
  elsif tg_op = 'DELETE' then
    insert into casework_searchtext (office, kind, words, cases, hash)
    select office, kind, words, cases, hashtextextended(words, 0) from (
      select office, kind, motcua_search_words(search) as words, -count(*) as cases from gone group by 1, 2, 3) lines;
  elsif tg_op = 'UPDATE' then
    insert into casework_searchtext (office, kind, words, cases, hash)
    select office, kind, words, cases, hashtextextended(words, 0) from (values
      (old.office, old.kind, motcua_search_words(old.search), -1), (new.office, new.kind, motcua_search_words(new.search), 1)
    ) lines (office, kind, words, cases);
  else
    truncate casework_searchtext;
  end if;
  return null;
end $$;

create trigger casework_case_searchtext_in after insert on casework_case
  referencing new table as fresh for each statement execute function motcua_count_search();
create trigger casework_case_searchtext_out after delete on casework_case
  referencing old table as gone for each statement execute function motcua_count_search();
create trigger casework_case_searchtext_changed after update on casework_case for each row
  when (old.search is distinct from new.search or old.office is distinct from new.office or old.kind is distinct from new.kind)
  execute function motcua_count_search();
create trigger casework_case_searchtext_emptied after truncate on casework_case
  for each statement execute function motcua_count_search();

-- `offices` null means all; `likes` are LIKE patterns and `numbers` regular expressions, all of which must match.
-- `hashes` are those of the lines, to be looked up in `case_words`, unless the lines are many.
create function motcua_search_counts(offices text[], likes text[], numbers text[])
returns table (kind text, cases bigint, hashes bigint[])
language sql stable parallel safe security definer set search_path = public, pg_temp as $$
  select t.kind::text, sum(t.cases)::bigint, case when count(*) <= 2000 then array_agg(t.hash) end
  from casework_searchtext t
  where (offices is null or t.office = any (offices)) and t.words like all (likes) and t.words ~ all (numbers)
  group by t.kind having sum(t.cases) <> 0
$$;

create function motcua_tidy_search() returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare lines bigint;
begin
  -- One at a time; who comes second has nothing to do.
  if not pg_try_advisory_xact_lock(1836348787) then
    return 0;
  end if;
  with twice as (
    select office, kind, words from casework_searchtext group by office, kind, words having count(*) > 1 or sum(cases) = 0
  ), gone as (
    delete from casework_searchtext t using twice w
    where t.office = w.office and t.kind = w.kind and t.words = w.words
    returning t.office, t.kind, t.words, t.cases, t.hash
  )
  insert into casework_searchtext (office, kind, words, cases, hash)
  select office, kind, words, sum(cases), hash from gone group by office, kind, words, hash having sum(cases) <> 0;
  get diagnostics lines = row_count;
  return lines;
end $$;
"""

DROP_TABLE = """
drop index case_words;
drop trigger casework_case_searchtext_in on casework_case;
drop trigger casework_case_searchtext_out on casework_case;
drop trigger casework_case_searchtext_changed on casework_case;
drop trigger casework_case_searchtext_emptied on casework_case;
drop function motcua_count_search();
drop function motcua_search_counts(text[], text[], text[]);
drop function motcua_tidy_search();
drop function motcua_search_words(text);
drop table casework_searchtext;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_guards")]

    operations = [
        migrations.RunSQL(INDEXES, DROP_INDEXES),
        migrations.RunSQL(VACUUM, NO_VACUUM),
        migrations.RunSQL(TABLE, DROP_TABLE),
    ]
