"""How much a partner may send: so many a minute and a day, each message so large."""

from __future__ import annotations

from datetime import datetime, timedelta

from motcua.exchange.models import Partner
from motcua.exchange.prepared import ask
from motcua.exchange.problems import Problem
from motcua.lib.vietnamese import VIETNAM

# What a partner may send for which nothing else was agreed.
PER_MINUTE, PER_DAY = 600, 100_000

# Counted in a table that is not logged, by itself: no flush to disk, no lock held while a message is stored.
_COUNT = """
insert into exchange_tally as tally (partner_id, span, begins_at, number) values (%s, %s, %s, 1)
on conflict (partner_id, span) do update set
  number = case when tally.begins_at = excluded.begins_at then tally.number + 1 else 1 end,
  begins_at = excluded.begins_at
returning number
"""


def count(partner: Partner, at: datetime) -> None:
    """Count one more message; Problem `too-many` with the time to wait when it is one too many."""
    day = at.astimezone(VIETNAM).replace(hour=0, minute=0, second=0, microsecond=0)
    minute = at.replace(second=0, microsecond=0)
    spans = (
        ("minute", minute, timedelta(minutes=1), partner.per_minute or PER_MINUTE),
        ("day", day, timedelta(days=1), partner.per_day or PER_DAY),
    )
    for span, begins, length, most in spans:
        row = ask(_COUNT, [partner.pk, span, begins])
        assert row is not None
        if row[0] > most:
            wait = max(1, round((begins + length - at).total_seconds()))
            words = {"minute": ("một phút", "a minute"), "day": ("một ngày", "a day")}[span]
            raise Problem(
                "too-many",
                f"Tối đa {most} thông điệp {words[0]}. Gửi lại y nguyên sau {wait} giây; chưa có gì được lưu.",
                f"At most {most} messages {words[1]}. Send the same bytes again in {wait} s; nothing was kept.",
                headers={"Retry-After": str(wait)},
            )
