"""A carrier: ships, voyages and their papers; what it sends, what it is told, and what it makes of that."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua_sim.answers import Verdict, verdict
from motcua_sim.base import Simulator
from motcua_sim.clock import moment, span
from motcua_sim.cuscar import CANCEL, CARRIERS, ORIGINAL, REPLACE, Habits, cuscar, paxlst
from motcua_sim.faults import FAULTS, spoil
from motcua_sim.papers import DOCUMENTS, ENTRY, PAPERS, expected, json_paper, nsw_general_declaration
from motcua_sim.store import Incoming, Outgoing
from motcua_sim.voyages import Voyage, amended, voyage

# What a carrier does when left alone: one call in so many is amended, repeated, faulty, cancelled.
AMENDED, REPEATED, FAULTY, CANCELLED = 0.3, 0.15, 0.2, 0.05


class Carrier(Simulator):
    """
    Announces voyages and sends their papers: cargo report (CUSCAR D.98B) and the other papers
    (JSON). Left alone it announces one voyage every `every`, amends, repeats, errs, mends and cancels.

    --set carrier=blue|heron|plum chooses the habits: where the bill number stands, which separators, telex lines;
    --set form=json sends cargo as JSON too, --set crew=edifact the lists of persons as PAXLST, which has no place to say
    whether a ship comes or goes; pace is how long it rests between two papers.
    """

    name = "carrier"
    title = Text("Hãng tàu (mô phỏng)", "A carrier, simulated")
    options = {
        "carrier": "blue",
        "every": "6h",
        "size": "small",
        "port": "VNHON",
        "form": "edifact",
        "crew": "json",
        "pace": "1m",
    }

    @property
    def habits(self) -> Habits:
        """How this carrier writes."""
        found = CARRIERS.get(self.settings["carrier"])
        if found is None:
            raise Refused(
                f"Hãng tàu là một trong {', '.join(CARRIERS)}.",
                f"The carrier is one of {', '.join(CARRIERS)}.",
            )
        return found

    # Ports that hear of every voyage; `motcua-sim all` puts them there.
    heard_by: tuple[Callable[[dict[str, Any]], object], ...] = ()

    # Of its own accord -------------------------------------------------------------------------------------------

    def act(self, now: datetime) -> str:
        """Do what is planned, the earliest first; announce the next voyage when its time has come."""
        plans = sorted(self.store.recall_all("plan").items(), key=lambda one: (one[1]["at"], one[0]))
        if plans and moment(plans[0][1]["at"]) <= now:
            key, plan = plans[0]
            self.store.run("delete from memory where kind = 'plan' and key = ?", key)
            return f"{plan['order']} {self.orders()[plan['order']](plan['body'])}"
        next_at = self.store.recall("base", "next-voyage")
        if next_at and moment(next_at) > now:
            return ""
        self.store.remember("base", "next-voyage", (now + span(self.settings["every"])).isoformat())
        number = self._announce({})
        self._plan_for(number, now)
        return f"announced {number}"

    def _plan_for(self, number: str, now: datetime) -> None:
        fault = ""
        if self.chance("faulty", number) < FAULTY:
            fault = list(FAULTS)[int(self.chance("which", number) * len(FAULTS))]
        for minutes, paper in enumerate(ENTRY, start=1):
            self._plan(
                now, minutes, "send", voyage=number, paper=paper, fault=fault if paper == "cargo" else ""
            )
        if self.chance("amended", number) < AMENDED:
            self._plan(now, 60, "amend", voyage=number)
        if self.chance("repeated", number) < REPEATED:
            self._plan(now, 90, "repeat-last", voyage=number)
        if self.chance("cancelled", number) < CANCELLED:
            self._plan(now, 200, "cancel", voyage=number)

    def _plan(self, now: datetime, minutes: int, order: str, **body: object) -> None:
        key = f"{self.store.next_number('plan'):06d}"
        at = (now + minutes * span(self.settings["pace"])).isoformat()
        self.store.remember("plan", key, {"at": at, "order": order, "body": body})

    # Orders ------------------------------------------------------------------------------------------------------

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What it can be told."""
        return super().orders() | {
            "announce": self._announce, "send": self._send_paper, "file": self._file,
            "amend": self._amend, "cancel": self._cancel,
            "repeat-last": self._repeat_last, "papers": self._papers,
            "expected": self._expected,
        }  # fmt: skip

    def _announce(self, body: dict[str, Any]) -> str:
        """{"size": "small", "port": "VNHON", "passengers": 0}: plan a voyage; its number."""
        number = self.store.next_number("voyage")
        asked = {
            "number": number, "size": body.get("size", self.settings["size"]), "version": 1,
            "port": body.get("port", self.settings["port"]), "passengers": int(body.get("passengers", 0)),
            "announced": self.clock.now().isoformat(),
        }  # fmt: skip
        made = self._made(asked)
        self.store.remember("voyage", made.number, asked)
        for tell in self.heard_by:
            tell(expected(made))
        return made.number

    def _expected(self, body: dict[str, Any]) -> dict[str, Any]:
        """{"voyage": N}: the voyage as a port wants to hear of it; give it to the port's order `expect`."""
        return expected(self._known(body)[1])

    def _send_paper(self, body: dict[str, Any]) -> str:
        """
        {"voyage": N, "paper": "cargo", "fault": "", "form": "edifact"}: send one; its reference. Papers are security,
        general, crew, passengers, effects, stores, health, cargo, and nsw for an envelope; forms are edifact and json.
        """
        known, made = self._known(body)
        paper = body.get("paper", "cargo")
        return self._post(known, made, paper, ORIGINAL, body.get("fault", ""), body.get("form", ""))

    def _file(self, body: dict[str, Any]) -> list[str]:
        """{"voyage": N, "form": "edifact"}: send everything that an entry must file; the references."""
        known, made = self._known(body)
        return [self._post(known, made, paper, ORIGINAL, "", body.get("form", "")) for paper in ENTRY]

    def _amend(self, body: dict[str, Any]) -> str:
        """{"voyage": N}: the cargo report again, changed, as a replacement."""
        known, _ = self._known(body)
        known["version"] += 1
        self.store.remember("voyage", body["voyage"], known)
        return self._post(known, self._made(known), "cargo", REPLACE, "")

    def _cancel(self, body: dict[str, Any]) -> str:
        """{"voyage": N}: take the cargo report back."""
        known, made = self._known(body)
        return self._post(known, made, "cargo", CANCEL, "")

    def _repeat_last(self, body: dict[str, Any]) -> object:
        """{"voyage": N}: the last paper of a voyage once more, the same bytes under the same number."""
        sent = [key for key, one in self.store.recall_all("paper").items() if one["voyage"] == body["voyage"]]
        return self._repeat({"reference": sent[-1]}) if sent else ""

    def _papers(self, _: dict[str, Any]) -> dict[str, Any]:
        """{}: every paper sent, with its state: sent, acknowledged, accepted, refused."""
        states = {one.reference: one.state for one in self.store.outgoing()}
        papers: dict[str, Any] = {}
        for reference, paper in self.store.recall_all("paper").items():
            shown = paper["verdict"] or ("sent" if states[reference] == "waiting" else "acknowledged")
            papers[reference] = paper | {"state": shown}
        return papers

    # Making -----------------------------------------------------------------------------------------------------

    def _known(self, body: dict[str, Any]) -> tuple[dict[str, Any], Voyage]:
        known = self.store.recall("voyage", str(body.get("voyage")))
        if known is None:
            raise Refused("Không có chuyến này.", "There is no such voyage.", place="voyage")
        return known, self._made(known)

    def _made(self, known: dict[str, Any]) -> Voyage:
        one = voyage(
            self.seed, self.habits.code[3:], known["number"], size=known["size"], port=known["port"],
            now=moment(known["announced"]), passengers=known["passengers"],
        )  # fmt: skip
        for version in range(2, known["version"] + 1):
            one = amended(one, self.seed, version)
        return one

    def _post(
        self, known: dict[str, Any], made: Voyage, paper: str, function: str, fault: str, form: str = ""
    ) -> str:
        """Write one paper, queue it, and open its line in the ledger."""
        habits, now = self.habits, self.clock.now()
        form = form or self.settings["crew" if paper in {"crew", "passengers"} else "form"]
        serial = self.store.next_number("control")
        control, document = f"{habits.code[3:6]}{serial:07d}", f"{made.number}-{paper[:4].upper()}"
        kind, reference = "edifact", f"{habits.code}/{control}"
        if paper == "cargo" and form == "edifact":
            content = cuscar(
                made,
                habits,
                control=control,
                document=document,
                function=function,
                at=now,
                spoil=spoil(fault),
            )
        elif paper in {"crew", "passengers"} and form == "edifact":
            content = paxlst(made, habits, control=control, document=document, at=now, crew=paper == "crew")
        elif paper in PAPERS:
            kind = f"json-{DOCUMENTS[paper]}"
            content = json_paper(
                paper, made, habits, reference=reference, document=document, function=function
            )
        elif paper == "nsw":
            kind, reference = "nsw-envelope", control
            content = nsw_general_declaration(made, habits, message_id=control, at=now, function=function)
        else:
            raise Refused("Giấy tờ lạ.", f"There is no paper '{paper}'.", place="paper")
        entry = {
            "voyage": made.number, "paper": paper, "function": function, "fault": fault, "version": known["version"],
            "verdict": "", "answers": [], "findings": [],
        }  # fmt: skip
        self.store.remember("paper", reference, entry)
        return self.send(reference=reference, type=kind, content=content).reference

    def renumbered(self, message: Outgoing, reference: str) -> bytes:
        """An interchange is numbered inside as well; the ledger follows."""
        paper = self.store.recall("paper", message.reference)
        if paper is not None:
            self.store.remember("paper", reference, paper)
        old, new = message.reference.rpartition("/")[2], reference.rpartition("/")[2]
        return message.content.replace(old.encode(), new.encode())

    # Being told --------------------------------------------------------------------------------------------------

    def outcome(self, message: Outgoing, state: str, findings: list[dict[str, Any]], now: datetime) -> None:
        """What the gateway says became of a paper; a faulty one is mended and sent again."""
        self._enter(
            message.reference, {"done": "accepted", "refused": "refused"}.get(state, ""), findings, "", now
        )

    def took(self, message: Incoming, now: datetime) -> None:
        """An answer: CONTRL, APERAK or CUSRES, or JSON. One that answers nothing of ours is refused."""
        told = verdict(message)
        reference = message.answers or told.reference
        if self.store.recall("paper", reference) is None:
            raise Refused(
                f"Trả lời cho số {reference} mà chúng tôi không gửi.", f"It answers {reference}, which we never sent.",
                place="Motcua-Answers",
            )  # fmt: skip
        self._check_names_ours(told, reference)
        self._enter(reference, told.state, told.findings, f"{told.kind}:{told.state}", now)

    def _check_names_ours(self, told: Verdict, reference: str) -> None:
        """The answer's own words must speak of the same interchange as its envelope does."""
        if told.reference and told.reference != reference.rpartition("/")[2]:
            raise Refused(
                f"Phong bì trả lời {reference}, nội dung nói về {told.reference}.",
                f"The envelope answers {reference}, the content speaks of {told.reference}.",
                place="content",
            )

    def _enter(
        self, reference: str, state: str, findings: list[dict[str, Any]], answer: str, now: datetime
    ) -> None:
        paper = self.store.recall("paper", reference)
        if paper is None:
            return
        if answer and answer not in paper["answers"]:
            paper["answers"].append(answer)
        # A refusal of content comes after the syntax was accepted, never the other way.
        if state == "refused" or (state == "accepted" and not paper["verdict"]):
            mend = state == "refused" and paper["verdict"] != "refused" and bool(paper["fault"])
            paper["verdict"] = state
            if mend:
                self._plan(now, 30, "send", voyage=paper["voyage"], paper=paper["paper"])
        paper["findings"] = paper["findings"] or findings
        self.store.remember("paper", reference, paper)

    def ledger(self) -> dict[str, Any]:
        """Both sides of the book, and what it says of every paper."""
        papers = self._papers({})
        counts: dict[str, int] = {}
        for paper in papers.values():
            counts[paper["state"]] = counts.get(paper["state"], 0) + 1
        return super().ledger() | {"papers": papers, "papers_by_state": json.loads(json.dumps(counts))}
