"""Two simulators that talk to each other: an asker that sends, an answerer that answers everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua_sim.base import Simulator
from motcua_sim.control import Control
from motcua_sim.store import Incoming


class Asker(Simulator):
    """Sends questions."""

    name = "asker"
    title = Text("Bên hỏi", "The asker")

    def orders(self) -> dict[str, Any]:
        return super().orders() | {"ask": self._ask}

    def _ask(self, body: dict[str, Any]) -> object:
        """{"reference": R}: ask."""
        text = f"question {body['reference']}: what is the tide?"
        return self.send(reference=body["reference"], type="json-question", content=text.encode()).reference


class Answerer(Simulator):
    """Answers every question with its own words; refuses what it cannot read, as a parser would."""

    name = "answerer"
    title = Text("Bên trả lời", "The answerer")

    def took(self, message: Incoming, now: datetime) -> None:
        if not message.content.startswith(b"question "):
            raise Refused("Không đọc được.", "This cannot be read.", place="byte 0")
        self.answer(message, type="json-answer", content=b"answer to " + message.content)


@contextmanager
def pair(folder: Path, *, polls: bool = False) -> Iterator[tuple[Control, Control]]:
    """Both, with open doors and standing clocks, to be stepped."""
    asker, answerer = Asker(folder / "a", seed=5, polls=polls), Answerer(folder / "b", seed=5)
    doors = [asker.open(), answerer.open()]
    asker.peer = _peer(doors[1].url)
    if not polls:
        answerer.peer = _peer(doors[0].url)
    controls = Control(doors[0].url), Control(doors[1].url)
    for one in controls:
        one.clock(set="2020-03-02T08:00:00+07:00", speed=0)
    try:
        yield controls
    finally:
        for door, simulator in zip(doors, (asker, answerer), strict=True):
            door.shutdown()
            door.server_close()
            simulator.close()


def _peer(url: str) -> Any:
    from motcua_sim.wire import Peer

    return Peer(url, "key", timeout=5)


def settle(*controls: Control, rounds: int = 40) -> None:
    """Step everybody until nobody has anything to do."""
    for _ in range(rounds):
        if not sum(len(one.step(100)) for one in controls):
            return
    raise AssertionError("they never came to rest")
