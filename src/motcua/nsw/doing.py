"""Who does something, when it happened, when we learned of it, and by which message: one argument for every act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua.casework.models import Case, Event
from motcua.casework.record import record
from motcua.exchange.models import Message
from motcua.nsw.models import Remark
from motcua.people.actor import Actor


@dataclass(frozen=True)
class Doing:
    """`at` in the world, `now` in the system; on our own pages they are one."""

    actor: Actor
    at: datetime
    now: datetime
    message: Message | None = None

    @classmethod
    def here(cls, actor: Actor, at: datetime) -> Doing:
        """Somebody at our page, now."""
        return cls(actor, at, at)

    def record(
        self, case: Case, kind: str, details: Mapping[str, Any] | None = None, text: str = ""
    ) -> Event:
        """Record an event of a case through the one door, and keep the words that go with it."""
        event = record(
            case,
            kind,
            at=self.at,
            actor=self.actor,
            recorded_at=self.now,
            details=details,
            message=self.message,
        )
        if text.strip():
            Remark.objects.create(
                case=case,
                number=event.number,
                text=text.strip(),
                written_at=self.now,
                written_by=self.actor.key,
            )
        return event
