"""Drives a running simulator through its control door: for tests, and for integrators who write in Python."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from motcua.lib.errors import Refused, Unavailable
from motcua_sim.wire import Peer


class Control:
    """`Control("http://127.0.0.1:9101").step(3)`; what it refuses is raised as Refused."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._peer = Peer(url)

    def described(self) -> Any:
        """What it is and what it can be told."""
        return self._get("/control")

    def step(self, times: int = 1, *, act: bool = True) -> list[str]:
        """Let it do so many things; what it did. Without `act` it begins nothing new."""
        did: list[str] = self._post("/control/step", {"times": times, "act": act})["did"]
        return did

    def do(self, order: str, **body: object) -> Any:
        """Tell it to do something; the result."""
        return self._post(f"/control/do/{order}", body)["result"]

    def clock(self, **body: object) -> Any:
        """`set=`, `advance=`, `speed=`; without any, what time it is there."""
        return self._post("/control/clock", body) if body else self._get("/control/clock")

    def misbehave(self, **dials: object) -> Any:
        """Turn dials; `for_="72h"` for a while."""
        return self._post("/control/misbehave", {name.rstrip("_"): value for name, value in dials.items()})

    def behave(self) -> Any:
        """All dials to rest."""
        return self._call(self._peer.delete("/control/misbehave"))

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        """What happened."""
        found: list[dict[str, Any]] = self._get(f"/control/log?after={after}")["log"]
        return found

    def ledger(self) -> Any:
        """What it sent and what came in."""
        return self._get("/control/ledger")

    def wait(self, until: Callable[[Control], bool], seconds: float = 30) -> None:
        """Wait until something holds; raises Unavailable with the end of the log when it does not come."""
        end = time.monotonic() + seconds
        while not until(self):
            if time.monotonic() > end:
                raise Unavailable(f"{self.url} did not come so far in {seconds} s: {self.log()[-5:]}")
            time.sleep(0.1)

    def _get(self, path: str) -> Any:
        return self._call(self._peer.get(path))

    def _post(self, path: str, body: object) -> Any:
        return self._call(self._peer.post(path, json.dumps(body).encode()))

    @staticmethod
    def _call(answer: Any) -> Any:
        if answer.status == 0:
            raise Unavailable(answer.error)
        body = answer.json()
        if answer.status >= 400:
            raise Refused(str(body.get("detail", answer.status)))
        return body
