"""
The simulator every partner is made of: a door, a queue on disk, a hand, a clock and dials.

A partner is a class with `act` (what it does of its own accord), `took` (what it does with a message that came) and `orders`
(what one may tell it to do). Everything it does happens in `step`, one thing at a time: a test steps it, `--auto` runs it.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua_sim import dials
from motcua_sim.clock import Clock, moment, span
from motcua_sim.dials import Dials, Spell, chance
from motcua_sim.outbox import Outbox
from motcua_sim.store import Incoming, Outgoing, Store, digest
from motcua_sim.wire import Door, Peer, Reply, problem, reply

logger = logging.getLogger(__name__)

MESSAGES = "/exchange/v1/messages"
_ONE = re.compile(rf"{MESSAGES}/(\d+)(/content)?")
_TAKEN = re.compile(r"/exchange/v1/outbox/(\d+)/taken")
_UNB = re.compile(rb"UNB\+[^+]*\+(?P<sender>[^+:']*)[^+]*\+[^+]*\+[^+]*\+(?P<reference>[^+:']+)")


@dataclass(frozen=True)
class Manner:
    """How one request is treated: cut off before or within the answer, answered by something else, or late."""

    cut_before: bool = False
    cut_within: bool = False
    instead: Reply | None = None
    delay: float = 0


class Simulator:
    """
    One partner of Một Cửa. `key` is ours at the peer; `accept` the key the peer must show at our door, any if empty.

    All that must survive lies in `home`; a simulator started again over the same folder goes on where it was killed.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    # What may be set on the command line with --set, with its default.
    options: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self, home: Path, *, peer: str = "", key: str = "", accept: str = "", seed: int = 1, polls: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.store: Store = Store(home)
        self.seed, self.accept, self.polls = seed, accept, polls
        self.peer = Peer(peer, key) if peer else None
        unknown = set(settings or {}) - set(self.options)
        if unknown:
            raise Refused(
                f"Không có tuỳ chọn {', '.join(sorted(unknown))}; có: {', '.join(self.options) or 'không có'}.",
                f"There is no option {', '.join(sorted(unknown))}; there are: {', '.join(self.options) or 'none'}.",
            )
        self.settings = {**self.options, **(settings or {})}
        self.clock: Clock = Clock(self.store.recall("base", "clock"), self._keep_clock)
        self._spells = [
            dials.spell(raw, self.clock.now()) for raw in self.store.recall("base", "dials") or []
        ]
        self._stepping = threading.Lock()
        self._counting = threading.Lock()
        self._attempts: Counter[tuple[str, str]] = Counter()
        self.outbox = Outbox(self)

    # For the partner that is simulated -------------------------------------------------------------------------

    def act(self, now: datetime) -> str:
        """Do one thing of its own accord; say what, or nothing when there is nothing to do."""
        return ""

    def took(self, message: Incoming, now: datetime) -> None:
        """
        React to a message, in one transaction with its outcome. Raises Refused for a message that it will not have.
        """

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What it can be told to do at `/control/do/NAME`: name -> function of the JSON body."""
        return {"repeat": self._repeat}

    def _repeat(self, body: dict[str, Any]) -> object:
        """{"reference": R}: send a message that was sent before once more, the same bytes under the same number."""
        found = self.store.outgoing("reference = ?", str(body.get("reference")))
        if not found:
            raise Refused("Chưa từng gửi số này.", "This reference was never sent.", place="reference")
        self.store.run(
            "update outgoing set state = 'waiting', copies = 0, due = ? where id = ?",
            self.clock.now().timestamp(), found[0].id,
        )  # fmt: skip
        return found[0].reference

    def renumbered(self, message: Outgoing, reference: str) -> bytes:
        """The same message under another number, for one that was damaged on its way."""
        return message.content.replace(message.reference.encode(), reference.encode())

    def outcome(self, message: Outgoing, state: str, findings: list[dict[str, Any]], now: datetime) -> None:
        """Told when the peer says what became of a message of ours: done, refused or stuck."""

    def send(
        self, *, reference: str, type: str, content: bytes, answers: str | None = None, after: timedelta | None = None
    ) -> Outgoing:  # fmt: skip
        """Queue a message; the same reference with the same bytes is queued once, with other bytes refused."""
        return self.outbox.send(reference, type, content, answers, after or timedelta())

    def answer(self, message: Incoming, *, type: str, content: bytes, reference: str = "") -> Outgoing:
        """Queue an answer to a message; late, twice or in another's name as the dials say."""
        return self.outbox.answer(message, reference or f"{message.reference}/answer", type, content)

    def chance(self, *words: object) -> float:
        """A number in [0, 1), the same for the same seed and words."""
        return chance(self.seed, self.name, *words)

    def note(self, kind: str, **details: object) -> None:
        """Write down what happened."""
        self.store.note(self.clock.now(), kind, **details)

    # Steps -----------------------------------------------------------------------------------------------------

    def step(self, *, act: bool = True) -> str:
        """
        Do one thing and say what: act on a message, deliver one, ask after one, fetch, or act of its own accord.

        Nothing to do, or down: an empty text. Without `act` it begins nothing new: it only finishes what is under way.
        """
        with self._stepping:
            now = self.clock.now()
            if self.dials().down:
                return ""
            return self._handle_one(now) or self.outbox.step(now) or (self._act(now) if act else "")

    def steps(self, times: int, *, act: bool = True) -> list[str]:
        """Up to so many steps; it stops when there is nothing to do."""
        done = []
        for _ in range(times):
            what = self.step(act=act)
            if not what:
                break
            done.append(what)
        return done

    def _act(self, now: datetime) -> str:
        with self.store.transaction():
            what = self.act(now)
            if what:
                self.note("acted", what=what)
        return what

    def _handle_one(self, now: datetime) -> str:
        waiting = self.store.incoming("state = 'waiting'")
        if not waiting:
            return ""
        message = waiting[0]
        state, findings = "done", []
        try:
            with self.store.transaction():
                self.took(message, now)
                self.store.run("update incoming set state = 'done' where id = ?", message.id)
        except Refused as error:
            state = "refused"
            findings = [{"code": "refused", "place": error.place, "vi": error.text, "en": error.text_en}]
        except Exception as error:
            # A fault of the simulator's own must not stop its queue, and must be seen.
            logger.exception("message %s is stuck", message.reference)
            state, findings = "stuck", [{"code": "stuck", "place": "", "vi": repr(error), "en": repr(error)}]
        if state != "done":
            self.store.run(
                "update incoming set state = ?, findings = ? where id = ?",
                state, json.dumps(findings, ensure_ascii=False), message.id,
            )  # fmt: skip
        self.note("handled", reference=message.reference, type=message.type, state=state, findings=findings)
        return f"handled {message.type} {message.reference}: {state}"

    # The door --------------------------------------------------------------------------------------------------

    def manner(self, path: str, content: bytes) -> Manner:
        """How the next request is treated; each attempt of the same bytes has a chance of its own."""
        now = self.dials()
        if now.down:
            return Manner(cut_before=True)
        with self._counting:
            self._attempts[path, digest(content)] += 1
            number = self._attempts[path, digest(content)]

        def falls(dial: str, rate: float) -> bool:
            return rate > 0 and self.chance(dial, path, digest(content), number) < rate

        instead = None
        if falls("lose", now.lose):
            self.note("misbehaved", how="lose", path=path)
            return Manner(cut_before=True)
        if falls("fail", now.fail):
            instead = problem(500, "internal", "as told by the dial `fail`")
        elif falls("busy", now.busy):
            instead = problem(429, "too-many", "as told by the dial `busy`", ("Retry-After", "2"))
        within = falls("drop", now.drop)
        for how, happens in (
            ("answer otherwise", instead is not None),
            ("drop", within),
            ("delay", now.delay > 0),
        ):
            if happens:
                self.note("misbehaved", how=how, path=path)
        return Manner(cut_within=within, instead=instead, delay=now.delay)

    def exchange(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Reply:
        """The protocol of the gateway, as a partner speaks it; names of headers in small letters."""
        if self.accept and headers.get("authorization") != f"Bearer {self.accept}":
            return problem(401, "bad-key", "the key is missing or unknown")
        if (method, path) == ("POST", MESSAGES):
            return self._receive(headers, content)
        if (method, path) == ("GET", "/exchange/v1/outbox"):
            return reply({"messages": self.outbox.listed()})
        if method == "POST" and (match := _TAKEN.fullmatch(path)):
            return self.outbox.taken(int(match[1]))
        if method == "GET" and (match := _ONE.fullmatch(path)):
            return self._content(int(match[1])) if match[2] else self._state(int(match[1]))
        return problem(404, "not-found", f"there is no {method} {path}")

    def _receive(self, headers: Mapping[str, str], content: bytes) -> Reply:
        """Keep first, answer after COMMIT; the same again gets the same answer, for ever."""
        kind = headers.get("motcua-type") or detect_type(content)
        reference = headers.get("motcua-reference") or detect_reference(content)
        sha256, answers = digest(content), headers.get("motcua-answers")
        claimed = headers.get("motcua-sha256")
        if claimed and claimed.lower() != sha256:
            self.note("damaged", reference=reference, claimed=claimed, sha256=sha256)
            return problem(422, "digest", f"the bytes have SHA-256 {sha256}, not {claimed}; send them again")
        now = self.clock.now()
        with self.store.transaction():
            known = self.store.incoming("reference = ?", reference)
            if known and known[0].sha256 != sha256:
                self.note("conflict", reference=reference, sha256=sha256, first=known[0].sha256)
                return problem(
                    409, "duplicate", f"{reference} was used for other bytes ({known[0].sha256[:12]}…)"
                )
            if known:
                self.store.run("update incoming set seen = seen + 1 where id = ?", known[0].id)
                self.note("seen-again", reference=reference)
                return Reply(200, known[0].reply)
            number = self.store.next_number("message")
            answer = reply({
                "message": number, "reference": reference, "type": kind, "sha256": sha256,
                "received_at": now.isoformat(), "state_url": f"{MESSAGES}/{number}",
            }, 202)  # fmt: skip
            self.store.run(
                "insert into incoming (id, reference, type, answers, content, sha256, received_at, reply) "
                "values (?, ?, ?, ?, ?, ?, ?, ?)",
                number, reference, kind, answers, content, sha256, now.isoformat(), answer.content,
            )  # fmt: skip
            self.note("received", reference=reference, type=kind, answers=answers, sha256=sha256)
        return answer

    def _state(self, number: int) -> Reply:
        found = self.store.incoming("id = ?", number)
        if not found:
            return problem(404, "not-found", f"there is no message {number}")
        answers = [
            {
                "message": one.id,
                "type": one.type,
                "reference": one.reference,
                "url": f"{MESSAGES}/{one.id}/content",
            }
            for one in self.store.outgoing("answers = ?", found[0].reference)
        ]
        return reply({"state": found[0].state, "findings": found[0].findings, "answers": answers})

    def _content(self, number: int) -> Reply:
        content = self.store.content(number)
        if content is None:
            return problem(404, "not-found", f"there is no message {number}")
        return Reply(200, content, "application/octet-stream")

    # Control ---------------------------------------------------------------------------------------------------

    def described(self) -> dict[str, Any]:
        """What it is, and what it can be told."""
        return {
            "simulator": self.name, "title_vi": self.title.vi, "title": self.title.en, "seed": self.seed,
            "peer": self.peer.url if self.peer else None, "clock": self.clock.shown(), "settings": self.settings,
            "orders": {name: (order.__doc__ or "").strip() for name, order in self.orders().items()},
            "doors": ["clock", "misbehave", "step", "log", "ledger", "do/<order>"],
        }  # fmt: skip

    def do(self, order: str, body: dict[str, Any]) -> object:
        """Carry out an order now; what it makes is queued."""
        act = self.orders().get(order)
        if act is None:
            raise Refused(
                f"Không có lệnh '{order}'; có: {', '.join(self.orders())}.",
                f"There is no order '{order}'; there are: {', '.join(self.orders())}.",
            )
        with self._stepping, self.store.transaction():
            result = act(body)
            self.note("ordered", order=order, body=body, result=result)
        return {"did": order, "result": result}

    def turn_clock(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """`{"set": time}`, `{"advance": "72h"}`, `{"speed": 60}`, or several of them; the speed is changed first."""
        if not body or set(body) - {"set", "advance", "speed"}:
            raise Refused("Đồng hồ nhận set, advance, speed.", "The clock takes set, advance and speed.")
        if "speed" in body:
            self.clock.run(float(body["speed"]))
        if "set" in body:
            self.clock.set(moment(body["set"]))
        if "advance" in body:
            self.clock.advance(span(body["advance"]))
        self.note("clock", **body)
        return self.clock.shown()

    def dials(self) -> Dials:
        """The dials as they stand now."""
        return dials.in_force(self._spells, self.clock.now())

    def dials_shown(self) -> dict[str, Any]:
        """The dials as they stand, and every spell that was told."""
        return {"now": dials.shown(self.dials()), "spells": [one.shown() for one in self._spells]}

    def misbehave(self, body: Mapping[str, Any] | list[Mapping[str, Any]]) -> dict[str, Any]:
        """Turn dials, for ever or for a while; later words go over earlier ones."""
        now = self.clock.now()
        self.add_spells([dials.spell(raw, now) for raw in (body if isinstance(body, list) else [body])])
        return self.dials_shown()

    def add_spells(self, spells: list[Spell]) -> None:
        """The same with spells that were read already."""
        self._spells = [*self._spells, *spells]
        self._keep_dials()

    def behave(self) -> dict[str, Any]:
        """All dials to rest."""
        self._spells = []
        self._keep_dials()
        return self.dials_shown()

    def ledger(self) -> dict[str, Any]:
        """Both sides of its book: what it sent and what became of it, what came in and how often."""
        sent = self.store.outgoing()
        return {
            "sent": [
                {
                    "reference": one.reference, "type": one.type, "sha256": one.sha256, "state": one.state,
                    "answers": one.answers, "attempts": one.attempts, "replaces": one.replaces,
                    "findings": one.findings,
                }
                for one in sent
            ],
            "received": [
                {
                    "reference": one.reference, "type": one.type, "sha256": one.sha256, "state": one.state,
                    "answers": one.answers, "seen": one.seen,
                }
                for one in self.store.incoming()
            ],
            "counts": {state: sum(one.state == state for one in sent) for state in sorted({o.state for o in sent})},
        }  # fmt: skip

    def _keep_clock(self, state: dict[str, Any]) -> None:
        self.store.remember("base", "clock", state)

    def _keep_dials(self) -> None:
        self.store.remember("base", "dials", [one.shown() for one in self._spells])
        self.note("dials", now=dials.shown(self.dials()))

    # Running ---------------------------------------------------------------------------------------------------

    def open(self, host: str = "127.0.0.1", port: int = 0) -> Door:
        """Open the door; port 0 finds a free one."""
        door = Door((host, port), self)
        door.start()
        return door

    def run(self, stop: threading.Event, pause: float = 0.2) -> None:
        """Step until told to stop, resting when there is nothing to do."""
        while not stop.is_set():
            if not self.step():
                stop.wait(pause)

    def close(self) -> None:
        """Let go of the folder, after the step under way."""
        with self._stepping:
            self.store.close()


def detect_type(content: bytes) -> str:
    """What a message without a `Motcua-Type` is, by its first bytes."""
    head = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:200]
    if head.startswith((b"UNA", b"UNB")):
        return "edifact"
    if head.startswith(b"<"):
        match = re.search(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)", re.sub(rb"<[?!][^>]*>", b"", head))
        root = match[1].decode().lower() if match else "unknown"
        return "nsw-envelope" if root == "envelope" else f"xml-{root}"
    return "json" if head.startswith(b"{") else "unknown"


def detect_reference(content: bytes) -> str:
    """The sender's number of a message without a `Motcua-Reference`: of EDIFACT sender and control reference."""
    match = _UNB.search(content[:2000])
    if match:
        return f"{match['sender'].decode('latin-1')}/{match['reference'].decode('latin-1')}"
    return digest(content)
