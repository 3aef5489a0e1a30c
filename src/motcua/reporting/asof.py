"""
The moment a report speaks of: what the system knew then, and nothing later.

An event is known from the time it was recorded, and that time is taken before its transaction commits. A report made in
between would miss the event, and the same report made later would show it: so the default moment lies before every
transaction still running, and before every received message that still waits to become events.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from motcua.exchange.models import Handling
from motcua.lib.errors import Refused
from motcua.lib.vietnamese import VIETNAM

_OLDEST = """
select min(xact_start) from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""


def safe_as_of() -> datetime:
    """
    The latest moment whose reports can no longer change.

    The least of now, the start of the oldest running transaction, and the receipt of the oldest waiting message.
    Messages are recorded under the time they came in, so one that waits will add events of an earlier recorded time.
    """
    moments = [timezone.now()]
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        moments += [moment for (moment,) in cursor.fetchall() if moment is not None]
    waiting = (
        Handling.objects.filter(state=Handling.State.WAITING)
        .order_by("message__received_at")
        .values_list("message__received_at", flat=True)
        .first()
    )
    if waiting is not None:
        # What was received at that very moment is not known yet.
        moments.append(waiting - timedelta(microseconds=1))
    return min(moments)


def parse_as_of(text: str | None) -> datetime:
    """
    A moment from text: nothing is `safe_as_of()`, a day is its end (24:00 in Vietnam), a time without a zone is Vietnam's.

    Raises Refused for what cannot be read and for a moment later than now: nobody knows yet what will be recorded until then.
    """
    if not text:
        return safe_as_of()
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            moment = datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(days=1)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    except ValueError:
        raise Refused(
            f"Không đọc được thời điểm '{text}'; hãy viết 2020-10-05 hoặc 2020-10-05T17:00.",
            f"The moment '{text}' cannot be read; write 2020-10-05 or 2020-10-05T17:00.",
            place="as-of",
        ) from None
    return checked(moment)


def checked(moment: datetime) -> datetime:
    """The moment, refused when it lies in the future."""
    now = timezone.now()
    if moment > now:
        raise Refused(
            f"Thời điểm chốt {moment.astimezone(VIETNAM):%d/%m/%Y %H:%M} còn ở tương lai (bây giờ là "
            f"{now.astimezone(VIETNAM):%d/%m/%Y %H:%M}); bỏ --as-of để lấy số liệu mới nhất.",
            f"The moment {moment.astimezone(VIETNAM):%Y-%m-%d %H:%M} lies in the future (it is "
            f"{now.astimezone(VIETNAM):%Y-%m-%d %H:%M} now); leave --as-of out for the latest figures.",
            place="as-of",
        )
    return moment


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of the database for all queries of a report; inside a caller's transaction its own isolation stands."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read read only")
        yield
