"""
The officers' pages at a million cases, through HTTP: the worklist of one office and the search.

The cases are made set-based in SQL, for this measure only; they have no events. Pages are asked as Hòa at the counter of
one office asks them, by one user and by sixteen.
"""

from __future__ import annotations

import re
from datetime import date
from random import Random
from typing import Any
from urllib.parse import quote

import psycopg

from bench.client import Request
from bench.figures import Report
from bench.runs import Run, costed
from bench.stack import ground, gunicorn

# Open Zaak's documentation: the list of cases at a million, median, ten pods of one CPU.
OPEN_ZAAK = {1: 150, 16: 320}
_FIRST = (
    "Nông sản",
    "Thủy sản",
    "Gốm sứ",
    "May mặc",
    "Điện tử",
    "Vật liệu",
    "Than",
    "Gỗ",
    "Cao su",
    "Bao bì",
    "Thép",
)
_SECOND = (
    "Đảo Xanh",
    "Sông Đá",
    "Vịnh Than",
    "Hải Âu",
    "Ba Vàng",
    "Tiên Yên",
    "Hồng Gai",
    "Bạch Long",
    "Cánh Buồm",
)
_THIRD = ("Miền Đông", "Phương Bắc", "An Phát", "Hòa Bình", "Đại Lợi", "Thành Công", "Minh Tâm", "Quảng Long")
_PROCEDURES = (
    "tax/refund",
    "confirmation/declaration-confirmation",
    "clearance/cancel-declaration",
    "tax/reduction",
)
# One in thirty-three is still open: thirty thousand cases to work on, spread over the offices.
_CASES = """
insert into casework_case
  (kind, reference, office, procedure, sheet_since, calendar, limit_text, channel, organisation, label, search, opened_at,
   status, paused_for, holder, received_at, finished_at, closed_at, outcome, due_at, used, verdict, last_number,
   last_recorded_at, head)
with made as (
  select n, abs(hashint8(n)::bigint) as h, timestamptz '2018-01-01 08:00+07' + n * (interval '1095 days' / %(count)s) as at
  from generate_series(1::bigint, %(count)s) n
), named as (
  select *, 'G12.00.20.001-' || to_char(at, 'YYMMDD') || '-' || lpad(n::text, 7, '0') as reference,
    (array['20BB','20BC','20BD','20CE','20CF','20CG'])[1 + h %% 6] as office, h %% 33 = 0 as open
  from made join bench_firm on bench_firm.id = h %% %(firms)s
)
select 'dossier', reference, office, (array[%(procedures)s])[1 + (h / 6) %% 4], date '2018-06-05', 'customs-offices',
  '2 working_days continue',
  (array['online','desk','post'])[1 + (h / 7) %% 3], null, name, lower(reference) || ' ' || folded, at,
  case when open then 'processing' else 'returned' end, '{}', case when open then 'handling' else 'applicant' end, at,
  case when open then null else at + interval '1 day' end, case when open then null else at + interval '2 days' end,
  case when open then '' else 'approved' end, at + interval '2 days', 0, case when open then '' else 'on_time' end, 1, at,
  decode(repeat('00', 32), 'hex')
from named
"""


def report(*, full: bool = False) -> Report:
    """Worklist, its next page, and four sorts of search, by 1 and by 16 users."""
    count, seconds = 1_000_000, 10.0 if full else 5.0
    told = Report(f"pages: {count:,} cases, p95 through HTTP, gunicorn 2 workers x 8 threads")
    with ground() as server:
        names = _make(server, count)
        cookie = _session("hoa")
        with gunicorn() as (port, site):
            pids = site, server.postmaster_pid()
            asked = _addresses(port, cookie, names, count, pids)
            asked["a page without cases (the account)"] = "/account/"
            for name, address in asked.items():
                one, many = (_ask(port, cookie, address, users, seconds, pids) for users in (1, 16))
                told.add(
                    name,
                    f"p95 {one.load.percentile(0.95):,.0f} ms, 16 users {many.load.percentile(0.95):,.0f} ms",
                    f"medians {one.load.percentile(0.5):,.0f} and {many.load.percentile(0.5):,.0f} ms; "
                    f"{many.load.rate:,.0f}/s; processor time {one.milliseconds:.1f} ms a page, "
                    f"{one.database / (one.site + one.database):.0%} of it PostgreSQL",
                )
    told.add(
        "Open Zaak, published, list of a million",
        f"median {OPEN_ZAAK[1]} ms, 16 users {OPEN_ZAAK[16]} ms", "", "a reminder: ten processors, other work",
    )  # fmt: skip
    told.notes.append("the cases are made set-based for this measure; every search gives an exact count")
    return told


def _make(server: Any, count: int) -> list[tuple[str, str]]:
    """Fill the table with its indexes away, and put them back."""
    from django.db import connection

    from motcua.lib.vietnamese import fold

    connection.close()
    random = Random(7)
    names = [
        f"Công ty TNHH {random.choice(_FIRST)} {random.choice(_SECOND)} {random.choice(_THIRD)} {number}"
        for number in range(3_000)
    ]
    firms = [(name, fold(f"{name} 57{random.randrange(10**8):08d}")) for name in names]
    with psycopg.connect(server.url("postgres"), autocommit=True) as database:
        database.execute("create table bench_firm (id bigint primary key, name text, folded text)")
        with database.cursor().copy("copy bench_firm from stdin") as copy:
            for number, (name, folded) in enumerate(firms):
                copy.write_row((number, name, folded))
        indexes = database.execute(
            "select indexname, indexdef from pg_indexes where tablename = 'casework_case' "
            "and indexdef not like '%UNIQUE%'"
        ).fetchall()
        for name, _ in indexes:
            database.execute(f'drop index "{name}"')
        sql = _CASES.replace("%(procedures)s", ", ".join(f"'{one}'" for one in _PROCEDURES))
        database.execute(sql, {"count": count, "firms": len(firms)})
        database.execute("set maintenance_work_mem = '1GB'")
        for _, definition in indexes:
            database.execute(definition)
        database.execute("vacuum analyze")
    return firms


def _addresses(
    port: int, cookie: str, firms: list[tuple[str, str]], count: int, pids: tuple[int, int]
) -> dict[str, str]:
    """What is asked; the address of the next page is read from the first."""
    name = firms[123][0]
    asked = {
        "worklist of one office": "/work/",
        "search, a common word (công ty)": "/search/?q=" + quote("công ty"),
        "search, a firm's name": "/search/?q=" + quote(name.removeprefix("Công ty TNHH ")),
        "search, a number": "/search/?q=" + f"{count // 2:07d}",
        "search, nothing found": "/search/?q=" + quote("không hề có"),
    }
    first = _ask(port, cookie, "/work/", 1, 0.5, pids).load.bodies[0].decode()
    if found := re.search(r'href="(\?[^"]*after=[^"]+)"', first):
        asked["worklist, its next page"] = "/work/" + found[1].replace("&amp;", "&")
    return asked


def _ask(port: int, cookie: str, address: str, users: int, seconds: float, pids: tuple[int, int]) -> Run:
    run = costed(port, _get(cookie, address), clients=users, seconds=seconds, pids=pids)
    if set(run.load.statuses) != {200}:
        raise RuntimeError(f"{address}: {run.load.statuses} {run.load.bodies[0][-3000:].decode()}")
    return run


def _get(cookie: str, address: str) -> Request:
    request = f"GET {address} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={cookie}\r\n\r\n".encode()
    return lambda number: request


def _session(username: str) -> str:
    """A session of one of the cast, who must be somebody today."""
    from django.test import Client

    from motcua.people.models import RoleGrant, User

    user = User.objects.get(username=username)
    RoleGrant.objects.filter(user=user).update(valid_from=date(2018, 1, 1), valid_to=None)
    browser = Client()
    browser.force_login(user)
    return str(browser.cookies["sessionid"].value)
