"""The drill: a day on paper in several counters' files, some sent twice, some wrong; afterwards every line is accounted for."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from time import perf_counter

from motcua.casework.batch import Filing, record_many
from motcua.casework.models import Channel, Link
from motcua.casework.record import NewCase, NewEvent
from motcua.casework.rows import Row
from motcua.consignment import contingency as acts
from motcua.consignment.models import Paper
from motcua.consignment.offline import COLUMNS, read
from motcua.declarations.models import Declaration
from motcua.people.actor import CLOCK
from tests.consignment.world import FIRM, LATER

NOW = LATER + timedelta(days=3)


def drilled(count: int) -> None:
    """Write `count` records offline, bring the system back, merge, and count everything twice."""
    began = perf_counter()
    rows = [
        [f"G-20CF-{n:06d}", "declaration", f"{20_000_000_000 + n}", FIRM, f"Firm {n}", "2020-06-21 09:15", ""]
        for n in range(1, count + 1)
    ]
    twice = [[f"G-20CF-{count + n + 1:06d}", *rows[n][1:]] for n in range(0, count, 100)]
    reused = [
        [rows[n][0], "declaration", f"{30_000_000_000 + n}", *rows[n][3:]] for n in range(1, count, 100)
    ]
    strangers = {rows[n][2] for n in range(2, count, 100)}
    everything = [*rows, *twice, *reused]
    files = [everything[k::4] for k in range(4)] + [rows[: count // 20]]
    taken = [
        acts.take(read(_file(one)), office="20CF", source=f"counter-{k}.csv", actor=CLOCK, at=NOW)
        for k, one in enumerate(files)
    ]
    lines = sum(len(one) for one in files)
    assert sum(one.lines for one in taken) == lines
    assert sum(len(one.repeated) for one in taken) == count // 20
    # Every different paper is there once, whichever file brought it.
    stored = Counter(Paper.objects.values_list("form", "compare_key"))
    assert stored == Counter((row[0], row[2]) for row in everything)

    _the_system_comes_back(rows, strangers)
    done = acts.merge(actor=CLOCK, at=NOW)
    targets = list(Link.objects.filter(kind="paper-of").values_list("target", flat=True))
    assert len(targets) == len(set(targets)) == done.merged
    assert done.merged + done.waiting + acts.conflicts().count() == len(everything)
    # In conflict: both forms of a document entered twice, one of each form used twice, and the other firms'.
    assert acts.conflicts().count() == 2 * len(twice) + len(reused) + len(strangers)
    again = acts.merge(actor=CLOCK, at=NOW)
    assert (again.merged, again.disputed) == (0, 0)
    print(f"{count:,} records and {lines - count:,} repeats and mistakes in {perf_counter() - began:.1f} s")


def _file(rows: list[list[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([COLUMNS, *rows])
    return file.getvalue().encode()


def _the_system_comes_back(rows: list[list[str]], strangers: set[str]) -> None:
    """The customs core sends the declarations that were written on paper meanwhile."""
    at = NOW - timedelta(hours=1)
    event = NewEvent(
        kind="registered", at=at, recorded_at=at, actor="partner:customs-core", channel=Channel.ONLINE
    )
    record_many(
        [
            Filing(
                NewCase(kind="declaration", reference=row[2], office="20CF", channel=Channel.ONLINE, opened_at=at),
                [event],
                Row(
                    Declaration,
                    {
                        "key": row[2], "flow": "import", "regime": "A11", "hs_code": "", "first_channel": None,
                        "tax_code": "9900000024" if row[2] in strangers else FIRM,
                    },
                ),
            )
            for row in rows
        ]
    )  # fmt: skip
