"""What an answer says: CONTRL, APERAK and CUSRES in EDIFACT, or JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from motcua.lib.edifact.envelope import read
from motcua.lib.edifact.interchange import Message
from motcua.lib.edifact.profile import LENIENT
from motcua.lib.errors import Malformed, Refused
from motcua_sim.store import Incoming

# UCI and UCM, data element 0083; BGM 1225 of APERAK and CUSRES as the gateway writes it.
_ACTIONS = {"4": "refused", "7": "accepted", "8": "accepted"}
_FUNCTIONS = {"27": "refused", "29": "accepted"}


@dataclass(frozen=True)
class Verdict:
    """
    What is said: accepted or refused, or nothing when the answer only informs; `reference` is the control reference it
    speaks of, where it names one.
    """

    kind: str
    state: str
    reference: str = ""
    findings: list[dict[str, Any]] = field(default_factory=list)


def verdict(message: Incoming) -> Verdict:
    """Read an answer; raises Refused for what cannot be read."""
    if message.type == "edifact":
        return _edifact(message.content)
    if message.type.startswith("json") or message.content.lstrip().startswith(b"{"):
        return _json(message.content)
    return Verdict(message.type, "")


def _edifact(content: bytes) -> Verdict:
    try:
        messages = [one for interchange in read(content, LENIENT) for one in interchange.messages]
    except Malformed as error:
        raise Refused(error.text, error.text_en, place=error.place) from error
    if not messages:
        raise Refused("Trả lời không có thông điệp nào.", "The answer holds no message.", place="UNZ")
    told = [_message(one) for one in messages]
    # Syntax and content may be answered in one interchange; what is refused anywhere is refused.
    states = {one.state for one in told}
    state = next((one for one in ("refused", "accepted") if one in states), "")
    findings = [finding for one in told for finding in one.findings]
    reference = next((one.reference for one in told if one.reference), "")
    return Verdict("+".join(one.kind for one in told), state, reference, findings)


def _message(message: Message) -> Verdict:
    if message.type == "CONTRL":
        uci = next((one for one in message.segments if one.tag == "UCI"), None)
        if uci is None:
            raise Refused("CONTRL thiếu UCI.", "The CONTRL has no UCI.", place="UCI")
        actions = [
            one.value(4) if one.tag == "UCI" else one.value(3)
            for one in message.segments
            if one.tag in {"UCI", "UCM"}
        ]
        state = "refused" if "4" in actions else _ACTIONS.get(uci.value(4), "")
        # An accepted syntax is not an accepted paper: the answer to the content follows.
        return Verdict("CONTRL", state if state == "refused" else "", uci.value(1), _syntax(message))
    if message.type in {"APERAK", "CUSRES"}:
        bgm = next((one for one in message.segments if one.tag == "BGM"), None)
        state = _FUNCTIONS.get(bgm.value(3), "") if bgm else ""
        return Verdict(message.type, state, "", _content(message))
    return Verdict(message.type, "")


def _syntax(message: Message) -> list[dict[str, Any]]:
    return [
        {"code": one.value(1 if one.tag == "UCD" else 2), "place": f"{one.tag} {one.value(1)}", "en": ""}
        for one in message.segments
        if one.tag in {"UCS", "UCD"}
    ]


def _content(message: Message) -> list[dict[str, Any]]:
    """One finding for each ERC, with the sentences that follow it."""
    found: list[dict[str, Any]] = []
    place = ""
    for one in message.segments:
        if one.tag == "ERP":
            place = " ".join((one.value(1), *one.components(2)))
        elif one.tag == "ERC":
            found.append({"code": one.value(1), "place": place, "en": ""})
        elif one.tag == "FTX" and found:
            found[-1]["en"] = (found[-1]["en"] + " " + " ".join(one.components(4))).strip()
    return found


def _json(content: bytes) -> Verdict:
    try:
        body = json.loads(content)
    except ValueError as error:
        raise Refused("JSON hỏng.", f"Broken JSON: {error}.", place="byte 0") from error
    state = {"done": "accepted", "accepted": "accepted", "refused": "refused"}.get(
        str(body.get("state", "")), ""
    )
    return Verdict("json", state, "", body.get("findings") or [])
