"""All partners at once, in one process: for a try-out on one machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta

from motcua.lib.worktime import VIETNAM
from motcua_sim.base import Simulator
from motcua_sim.carrier import Carrier
from motcua_sim.port import Port
from motcua_sim.wire import Door

# In a try-out something should happen while one looks.
LIVELY: Mapping[str, Mapping[str, str]] = {"carrier": {"every": "2m", "pace": "4s"}}


def tell_the_past(core: Simulator, days: int) -> None:
    """Let the customs core tell of the days before today, once."""
    if days < 1 or core.store.recall("core", "last-day") is not None:
        return
    first = core.clock.now().astimezone(VIETNAM).date() - timedelta(days=days)
    core.do("days", {"from": first.isoformat(), "count": days})


class Together:
    """Simulators with open doors, each running in a thread of its own; ports hear of the voyages of carriers."""

    def __init__(self, simulators: Mapping[str, Simulator]) -> None:
        self.simulators = dict(simulators)
        self.doors: dict[str, Door] = {}
        self._threads: list[threading.Thread] = []
        ports = [one for one in self.simulators.values() if isinstance(one, Port)]
        for one in self.simulators.values():
            if isinstance(one, Carrier):
                one.heard_by = tuple(
                    port.expect for port in ports if port.settings["port"] == one.settings["port"]
                )

    def open(self, host: str, first_port: int) -> dict[str, str]:
        """Open every door, on ports that follow one another; where each can be reached."""
        for number, (name, one) in enumerate(self.simulators.items()):
            self.doors[name] = one.open(host, first_port + number if first_port else 0)
        return {name: door.url for name, door in self.doors.items()}

    def run(self, stop: threading.Event) -> None:
        """Let all of them act until told to stop."""
        self._threads = [
            threading.Thread(target=one.run, args=(stop,), name=name) for name, one in self.simulators.items()
        ]
        for thread in self._threads:
            thread.start()
        stop.wait()
        for thread in self._threads:
            thread.join()

    def close(self) -> None:
        """Shut every door and let go of the folders."""
        for door in self.doors.values():
            door.shutdown()
            door.server_close()
        for one in self.simulators.values():
            one.close()
