"""What the pages ask: the desk with its exact counts, one message with all that hangs on it, how the lines stand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from motcua.exchange.deliver import GIVE_UP_AFTER
from motcua.exchange.models import Delivery, DeskAct, Handling, Line, Message, Partner
from motcua.lib.bilingual import Text
from motcua.people.models import User
from motcua.people.permissions import Reach

# A quiet partner that fetches nothing for this long has messages that reach nobody.
PATIENCE = timedelta(hours=1)
RECENT = timedelta(hours=24)


class Tab(StrEnum):
    """The parts of the desk; what somebody must look at stands first."""

    STUCK = "stuck"
    DEAD = "dead"
    REFUSED = "refused"
    WAITING = "waiting"
    ALL = "all"


TITLES: dict[Tab, Text] = {
    Tab.STUCK: Text("Bị kẹt", "Stuck"),
    Tab.DEAD: Text("Không gửi được", "Undelivered"),
    Tab.REFUSED: Text("Bị từ chối", "Refused"),
    Tab.WAITING: Text("Đang chờ", "Waiting"),
    Tab.ALL: Text("Tất cả", "All"),
}
_HANDLED = {Tab.STUCK: ["stuck"], Tab.REFUSED: ["refused"], Tab.WAITING: ["waiting"], Tab.DEAD: []}
_DELIVERED = {Tab.STUCK: [], Tab.REFUSED: [], Tab.WAITING: ["waiting"], Tab.DEAD: ["dead", "refused"]}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to."""

    partner: str = ""
    type: str = ""
    direction: str = ""
    reference: str = ""

    @property
    def any(self) -> bool:
        return bool(self.partner or self.type or self.direction or self.reference)

    def q(self, prefix: str = "") -> Q:
        """The same as a condition on messages."""
        wanted = {
            f"{prefix}partner__code": self.partner,
            f"{prefix}type": self.type,
            f"{prefix}direction": self.direction,
            f"{prefix}reference__startswith": self.reference,
        }
        return Q(**{name: value for name, value in wanted.items() if value})


def _within(mine: Reach, prefix: str = "") -> Q:
    return mine.q(office="", organisation=f"{prefix}partner__organisation")


def counts(mine: Reach, filters: Filters) -> dict[Tab, int]:
    """How many messages stand in each part, exactly."""
    handled = Counter(
        dict(
            Handling.objects.filter(_within(mine, "message__"), filters.q("message__"))
            .filter(state__in=["stuck", "refused", "waiting"])
            .values_list("state")
            .annotate(number=Count("pk"))
        )
    )
    delivered = Counter(
        dict(
            Delivery.objects.filter(_within(mine, "message__"), filters.q("message__"))
            .filter(state__in=["waiting", "dead", "refused"])
            .values_list("state")
            .annotate(number=Count("pk"))
        )
    )
    found = {
        tab: sum(handled[state] for state in _HANDLED[tab])
        + sum(delivered[state] for state in _DELIVERED[tab])
        for tab in _HANDLED
    }
    return {**found, Tab.ALL: Message.objects.filter(_within(mine), filters.q()).count()}


def messages(mine: Reach, filters: Filters, tab: Tab) -> QuerySet[Message]:
    """The messages of one part, newest first, without their bytes."""
    rows = Message.objects.filter(_within(mine), filters.q())
    if tab is not Tab.ALL:
        condition = Q(handling__state__in=_HANDLED[tab]) | Q(delivery__state__in=_DELIVERED[tab])
        rows = rows.filter(condition)
    return (
        rows.select_related("partner", "handling", "delivery")
        .defer("content", "acknowledgement")
        .order_by("-pk")
    )


def find_message(mine: Reach, pk: int) -> Message | None:
    """One message within reach, with what became of it."""
    return (
        Message.objects.filter(_within(mine), pk=pk)
        .select_related("partner", "handling", "delivery", "answers", "repairs", "contests")
        .first()
    )


def kin(message: Message) -> list[tuple[Text, Message]]:
    """The messages tied to one, each with the tie in words."""
    ties: list[tuple[Text, Message]] = []
    for text, other in (
        (Text("Trả lời cho", "Answers"), message.answers),
        (Text("Bản sửa của", "Repairs"), message.repairs),
        (Text("Trùng số tham chiếu với", "Came under the reference of"), message.contests),
    ):
        if other is not None:
            ties.append((text, other))
    for text, others in (
        (Text("Được trả lời bằng", "Answered by"), message.answered_by),
        (Text("Đã sửa thành", "Repaired as"), message.repaired_by),
        (Text("Bị trùng số tham chiếu bởi", "Whose reference was used again by"), message.contested_by),
    ):
        ties += [(text, other) for other in others.select_related("partner").defer("content").order_by("pk")]
    return ties


def acts(message: Message) -> list[tuple[DeskAct, str]]:
    """What was done about a message, with the names of who did it."""
    rows = list(message.desk_acts.all())
    keys = {act.actor for act in rows if act.actor.startswith("user:")}
    names = {
        user.key: user.full_name
        for user in User.objects.filter(pk__in=[int(key.removeprefix("user:")) for key in keys])
    }
    return [(act, names.get(act.actor, act.actor)) for act in rows]


def partners_seen(mine: Reach) -> list[tuple[str, Text]]:
    """The partners whose messages are within reach, for a filter."""
    rows = Partner.objects.filter(mine.q(office="", organisation="organisation")).order_by("code")
    return [(one.code, Text(one.name, one.name)) for one in rows]


# How the lines stand ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Health:
    """How the line to one partner stands. `refused` and `received` count the last 24 hours."""

    partner: Partner
    line: Line | None
    last_heard: datetime | None
    last_out: datetime | None
    received: int
    refused: int
    waiting: int
    oldest: datetime | None
    dead: int

    @property
    def is_down(self) -> bool:
        return self.line is not None and self.line.down_since is not None

    @property
    def error_rate(self) -> float | None:
        """The share of the last day's messages that were refused or stuck; None when there were none."""
        return 100 * self.refused / self.received if self.received else None

    def is_neglected(self, now: datetime) -> bool:
        """Whether something waits that should have gone long ago."""
        return self.oldest is not None and now - self.oldest > PATIENCE

    def ends_at(self) -> datetime | None:
        """When the oldest waiting message is given up, unless it is delivered."""
        if self.oldest is None or self.partner.transport == Partner.Transport.POLL:
            return None
        return self.oldest + GIVE_UP_AFTER

    @property
    def needs_somebody(self) -> bool:
        return self.is_down or self.dead > 0


def health(now: datetime, rows: QuerySet[Partner] | None = None) -> list[Health]:
    """How the lines to all partners stand: a few statements, however many partners there are."""
    partners = list((rows if rows is not None else Partner.objects.all()).order_by("code"))
    keys = [one.pk for one in partners]
    heard = _newest(keys)
    recent = Message.objects.filter(partner__in=keys, direction="in", received_at__gt=now - RECENT)
    received = dict(recent.order_by().values_list("partner").annotate(number=Count("pk")))
    refused = dict(
        recent.filter(handling__state__in=["refused", "stuck", "repaired", "given_up"])
        .order_by()
        .values_list("partner")
        .annotate(number=Count("pk"))
    )
    out: dict[int, dict[str, Any]] = {
        row["partner"]: dict(row)
        for row in Delivery.objects.filter(partner__in=keys)
        .order_by()
        .values("partner")
        .annotate(
            last=Max("finished_at", filter=Q(state="delivered")),
            waiting=Count("pk", filter=Q(state="waiting")),
            oldest=Min("queued_at", filter=Q(state="waiting")),
            dead=Count("pk", filter=Q(state__in=["dead", "refused"])),
        )
    }
    lines = Line.objects.in_bulk(keys)
    return [
        Health(
            one, lines.get(one.pk), heard.get(one.pk), out.get(one.pk, {}).get("last"), received.get(one.pk, 0),
            refused.get(one.pk, 0), out.get(one.pk, {}).get("waiting", 0), out.get(one.pk, {}).get("oldest"),
            out.get(one.pk, {}).get("dead", 0),
        )
        for one in partners
    ]  # fmt: skip


def _newest(keys: list[int]) -> dict[int, datetime]:
    """When each partner last sent something: the index gives it without counting its messages."""
    found = {}
    for key in keys:
        newest = (
            Message.objects.filter(partner=key, direction="in")
            .order_by("-received_at")
            .values_list("received_at", flat=True)
            .first()
        )
        if newest:
            found[key] = newest
    return found
