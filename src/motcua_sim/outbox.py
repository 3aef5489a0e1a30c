"""A simulator's hand: what it sends, again and again until it is taken, and what it is told became of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from motcua.lib.errors import Duplicate
from motcua_sim.store import Incoming, Outgoing, digest
from motcua_sim.wire import Answer, Peer, Reply, problem, reply

if TYPE_CHECKING:
    from motcua_sim.base import Simulator

# Longer than the 72 hours after which the gateway itself gives a message up: a partner may outlast any fault of ours.
PATIENCE = timedelta(days=7)
# A sender that shuffles holds messages back no longer than this when too few come.
HOLD = 30.0


class Outbox:
    """The queue of one simulator's outgoing messages."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.store = simulator.store

    def send(
        self, reference: str, type: str, content: bytes, answers: str | None, after: timedelta, replaces: str = ""
    ) -> Outgoing:  # fmt: skip
        """Queue one message, once."""
        now = self.simulator.clock.now()
        with self.store.transaction():
            known = self.store.outgoing("reference = ?", reference)
            if known:
                if known[0].sha256 != digest(content):
                    raise Duplicate(
                        f"Số {reference} đã dùng cho nội dung khác.", f"{reference} was used for other bytes."
                    )
                return known[0]
            self.store.run(
                "insert into outgoing (id, reference, type, answers, content, sha256, made_at, due, replaces) "
                "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                self.store.next_number("message"), reference, type, answers, content, digest(content),
                now.isoformat(), (now + after).timestamp(), replaces or None,
            )  # fmt: skip
            self.simulator.note("queued", reference=reference, type=type, answers=answers)
            return self.store.outgoing("reference = ?", reference)[0]

    def answer(self, message: Incoming, reference: str, type: str, content: bytes) -> Outgoing:
        """Queue an answer as the dials have it."""
        sim, now = self.simulator, self.simulator.dials()
        answers = message.reference
        if sim.chance("wrong_reference", reference) < now.wrong_reference:
            others = [one.reference for one in self.store.incoming("reference <> ?", answers)]
            answers = others[int(sim.chance("whose", reference) * len(others))] if others else f"{answers}-X"
            sim.note(
                "misbehaved",
                how="wrong_reference",
                reference=reference,
                owed=message.reference,
                named=answers,
            )
        late = timedelta(seconds=now.answer_late)
        first = self.send(reference, type, content, answers, late)
        if sim.chance("answer_twice", reference) < now.answer_twice:
            sim.note("misbehaved", how="answer_twice", reference=reference)
            self.send(f"{reference}-2", type, sim.renumbered(first, f"{reference}-2"), answers, late)
        return first

    # One thing at a time ---------------------------------------------------------------------------------------

    def step(self, now: datetime) -> str:
        """Deliver a message, ask after one, or fetch what waits for us; empty when there is nothing to do."""
        peer = self.simulator.peer
        if peer is None:
            return ""
        return self._deliver(peer, now) or self._ask(peer, now) or self._fetch(peer, now)

    def _deliver(self, peer: Peer, now: datetime) -> str:
        message = self._next(now)
        if message is None:
            return ""
        sim, dials = self.simulator, self.simulator.dials()
        content = message.content
        damaged = (
            dials.corrupt > 0 and sim.chance("corrupt", message.reference, message.attempts) < dials.corrupt
        )
        if damaged:
            content = self._damaged(message)
            sim.note("misbehaved", how="corrupt", reference=message.reference)
        headers = {
            "Motcua-Type": message.type, "Motcua-Reference": message.reference, "Motcua-Sha256": message.sha256
        }  # fmt: skip
        if message.answers:
            headers["Motcua-Answers"] = message.answers
        answer = peer.post("/exchange/v1/messages", content, headers)
        sim.note(
            "sent", reference=message.reference, status=answer.status, error=answer.error, damaged=damaged
        )
        self._settle(message, answer, now, damaged=damaged)
        return f"sent {message.type} {message.reference}: {answer.status or answer.error}"

    def _next(self, now: datetime) -> Outgoing | None:
        due = self.store.outgoing("state = 'waiting' and due <= ?", now.timestamp())
        window = self.simulator.dials().reorder
        if not due or window < 2:
            return due[0] if due else None
        if len(due) < window and now.timestamp() - due[0].due < HOLD:
            return None
        return min(due[:window], key=lambda one: self.simulator.chance("reorder", one.reference))

    def _damaged(self, message: Outgoing) -> bytes:
        content = bytearray(message.content)
        at = int(self.simulator.chance("where", message.reference, message.attempts) * len(content))
        content[at] ^= 0x15
        return bytes(content)

    def _settle(self, message: Outgoing, answer: Answer, now: datetime, *, damaged: bool) -> None:
        """What an answer means for the message that was sent."""
        run, number = self.store.run, message.id
        with self.store.transaction():
            run("update outgoing set attempts = attempts + 1 where id = ?", number)
            if 200 <= answer.status < 300:
                self._acknowledged(message, answer, now)
            elif answer.status == 409:
                # The number was burnt by damaged bytes of ours, which the other side keeps for ever.
                self._send_anew(message)
            elif answer.status in {400, 403, 413, 422} and not damaged:
                findings = [
                    {"code": str(answer.status), "place": "", "en": answer.content.decode(errors="replace")}
                ]
                run(
                    "update outgoing set state = 'refused', findings = ? where id = ?",
                    json.dumps(findings, ensure_ascii=False), number,
                )  # fmt: skip
                self.simulator.outcome(message, "refused", findings, now)
            elif now - message.made_at > PATIENCE:
                run("update outgoing set state = 'dead' where id = ?", number)
                self.simulator.note("dead", reference=message.reference)
            else:
                run(
                    "update outgoing set due = ? where id = ?",
                    now.timestamp() + _pause(message, answer),
                    number,
                )

    def _acknowledged(self, message: Outgoing, answer: Answer, now: datetime) -> None:
        """
        Taken. The peer says which bytes it has: others than ours were damaged on their way, and ours go out anew.

        The same again must get the same answer, byte for byte.
        """
        body = answer.json()
        told = body if isinstance(body, dict) else {}
        if told.get("sha256", message.sha256) != message.sha256:
            self._send_anew(message)
            return
        copies = self.simulator.dials().duplicate if message.copies is None else message.copies
        if message.reply is not None and message.reply != answer.content:
            self.simulator.note(
                "answer-differs", reference=message.reference, first=message.reply.decode(errors="replace"),
                second=answer.content.decode(errors="replace"),
            )  # fmt: skip
        self.store.run(
            "update outgoing set state = ?, copies = ?, reply = coalesce(reply, ?), state_url = ?, ask_at = ? "
            "where id = ?",
            "waiting" if copies else "acknowledged", max(copies - 1, 0), answer.content,
            told.get("state_url"), now.timestamp(), message.id,
        )  # fmt: skip

    def _send_anew(self, message: Outgoing) -> None:
        # A control reference of EDIFACT has 14 characters at most.
        reference = f"{(message.replaces or message.reference)[:9]}R{self.store.next_number('again')}"
        content = self.simulator.renumbered(message, reference)
        self.store.run("update outgoing set state = 'replaced' where id = ?", message.id)
        self.send(
            reference, message.type, content, message.answers, timedelta(),
            replaces=message.replaces or message.reference,
        )  # fmt: skip
        self.simulator.note("sent-anew", reference=message.reference, under=reference)

    def _ask(self, peer: Peer, now: datetime) -> str:
        """Ask the peer what became of a message it took."""
        due = self.store.outgoing(
            "state = 'acknowledged' and state_url is not null and ask_at <= ?", now.timestamp()
        )
        if not due:
            return ""
        message = min(due, key=lambda one: one.ask_at or 0)
        answer = peer.get(message.state_url or "")
        told = answer.json() if answer.status == 200 else {}
        state = told.get("state", "") if isinstance(told, dict) else ""
        with self.store.transaction():
            if state in {"done", "refused", "stuck"}:
                findings: list[dict[str, Any]] = told.get("findings") or []
                self.store.run(
                    "update outgoing set state = ?, findings = ? where id = ?",
                    state, json.dumps(findings, ensure_ascii=False), message.id,
                )  # fmt: skip
                self.simulator.note("told", reference=message.reference, state=state, findings=findings)
                self.simulator.outcome(message, state, findings, now)
            else:
                pause = min(2.0 ** min(message.asked, 12), 3600.0)
                self.store.run(
                    "update outgoing set ask_at = ?, asked = asked + 1 where id = ?",
                    now.timestamp() + pause,
                    message.id,
                )
        return f"asked after {message.reference}: {state or answer.status or answer.error}"

    # For partners that cannot be called ------------------------------------------------------------------------

    def _fetch(self, peer: Peer, now: datetime) -> str:
        """Fetch one message that waits for us in the peer's outbox, keep it, then say that it is taken."""
        if not self.simulator.polls:
            return ""
        last = self.store.recall("base", "fetched")
        if last is not None and now.timestamp() - float(last) < 2:
            return ""
        listed = peer.get("/exchange/v1/outbox").json()
        waiting = listed.get("messages", []) if isinstance(listed, dict) else listed
        if not waiting:
            self.store.remember("base", "fetched", now.timestamp())
            return ""
        one = waiting[0]
        content = peer.get(one.get("url") or f"/exchange/v1/messages/{one['message']}/content")
        if content.status != 200:
            self.store.remember("base", "fetched", now.timestamp())
            return ""
        headers = {"motcua-type": one["type"], "motcua-reference": one["reference"]}
        if one.get("answers"):
            headers["motcua-answers"] = one["answers"]
        if self.simulator.accept:
            headers["authorization"] = f"Bearer {self.simulator.accept}"
        kept = self.simulator.exchange("POST", "/exchange/v1/messages", headers, content.content)
        if kept.status in {200, 202}:
            peer.post(f"/exchange/v1/outbox/{one['message']}/taken", b"")
        return f"fetched {one['type']} {one['reference']}: {kept.status}"

    def listed(self) -> list[dict[str, Any]]:
        """What waits here for a peer that fetches."""
        return [
            {
                "message": one.id, "type": one.type, "reference": one.reference, "answers": one.answers,
                "url": f"/exchange/v1/messages/{one.id}/content",
            }
            for one in self.store.outgoing("state = 'waiting'")
        ]  # fmt: skip

    def taken(self, number: int) -> Reply:
        """The peer has fetched a message."""
        if not self.store.outgoing("id = ?", number):
            return problem(404, "not-found", f"there is no message {number}")
        self.store.run(
            "update outgoing set state = 'acknowledged' where id = ? and state = 'waiting'", number
        )
        return reply({"message": number, "taken": True})


def _pause(message: Outgoing, answer: Answer) -> float:
    """Seconds until the next attempt: what the peer asked for, or twice as long each time, at most an hour."""
    asked = (answer.headers or {}).get("retry-after", "")
    return float(asked) if asked.isdigit() else min(2.0**message.attempts, 3600.0)
