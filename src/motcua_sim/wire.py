"""
HTTP, both ways: the simulator's door and its hand.

The door is the standard library's threading server and not a WSGI one: it must be able to close a connection without a
byte or in the middle of an answer, which is just what servers made for use prevent.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import re
import socket
import struct
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from motcua.lib.errors import Refused

if TYPE_CHECKING:
    from motcua_sim.base import Simulator

LARGEST = 64 * 2**20
JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    content: bytes
    type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def reply(body: object, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, (json.dumps(body, ensure_ascii=False) + "\n").encode())


def problem(status: int, code: str, detail: str, *headers: tuple[str, str]) -> Reply:
    """Problem details (RFC 9457)."""
    body = {"type": f"about:blank#{code}", "code": code, "status": status, "title": code, "detail": detail}
    return Reply(status, json.dumps(body).encode(), PROBLEM, headers)


class Door(ThreadingHTTPServer):
    """The HTTP server of one simulator."""

    daemon_threads = True
    # A partner that was away for a day meets a crowd at its door.
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        self.simulator = simulator
        super().__init__(address, _Handler)

    def start(self) -> None:
        """Answer in a thread of its own."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it can be reached."""
        return f"http://{self.server_address[0]!s}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that went away in the middle is its own affair; our own faults go to the log."""
        import sys

        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError | TimeoutError):
            self.simulator.note("fault", error=repr(error))
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Door
    protocol_version = "HTTP/1.1"
    server_version = "motcua-sim"
    timeout = 30

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def log_message(self, format: str, *args: object) -> None:
        """The simulator keeps a log of its own."""

    def _answer(self, method: str) -> None:
        content = self._body()
        if content is None:
            return
        url = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        try:
            if url.path == "/control" or url.path.startswith("/control/"):
                # Whoever stands elsewhere may speak the protocol, not turn the dials.
                if not ipaddress.ip_address(self.client_address[0]).is_loopback:
                    self._send(problem(403, "not-here", "control is open to this machine only"))
                    return
                self._send(self._control(method, url.path, query, content))
            else:
                self._exchange(method, url.path, content)
        except Refused as error:
            self._send(problem(422, "refused", str(error)))

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or self.headers.get("Transfer-Encoding"):
            self._send(problem(411, "length-required", "send Content-Length"))
            return None
        if int(length) > LARGEST:
            self.close_connection = True
            self._send(problem(413, "too-large", f"at most {LARGEST} bytes are taken"))
            return None
        content = self.rfile.read(int(length))
        if len(content) < int(length):
            self.close_connection = True
            return None
        return content

    # The protocol ---------------------------------------------------------------------------------------------

    def _exchange(self, method: str, path: str, content: bytes) -> None:
        simulator = self.server.simulator
        manner = simulator.manner(path, content)
        if manner.cut_before:
            self._hang_up()
            return
        if manner.instead is not None:
            self._send(manner.instead)
            return
        answer = simulator.exchange(
            method, path, {name.lower(): value for name, value in self.headers.items()}, content
        )
        if manner.delay:
            time.sleep(manner.delay)
        if manner.cut_within:
            self._send(answer, half=True)
            self._hang_up()
            return
        self._send(answer)

    def _hang_up(self) -> None:
        """Close without a word: the peer sees a reset, as from a machine that died."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, answer: Reply, *, half: bool = False) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(answer.content)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content[: len(answer.content) // 2] if half else answer.content)
        self.wfile.flush()

    # Control --------------------------------------------------------------------------------------------------

    def _control(self, method: str, path: str, query: Mapping[str, str], content: bytes) -> Reply:
        simulator = self.server.simulator
        try:
            body = json.loads(content) if content.strip() else {}
        except ValueError as error:
            return problem(400, "not-json", str(error))
        act = _CONTROL.get((method, path))
        if act is not None:
            return reply(act(simulator, body, query))
        if method == "POST" and (match := re.fullmatch(r"/control/do/([a-z-]+)", path)):
            return reply(simulator.do(match[1], body))
        return problem(404, "not-found", f"no {method} {path}; see GET /control")


def _clock(simulator: Simulator, body: dict[str, Any], _: Mapping[str, str]) -> object:
    return simulator.turn_clock(body)


_CONTROL: dict[tuple[str, str], Callable[[Simulator, Any, Mapping[str, str]], object]] = {
    ("GET", "/control"): lambda sim, _, __: sim.described(),
    ("GET", "/control/clock"): lambda sim, _, __: sim.clock.shown(),
    ("POST", "/control/clock"): _clock,
    ("GET", "/control/misbehave"): lambda sim, _, __: sim.dials_shown(),
    ("POST", "/control/misbehave"): lambda sim, body, __: sim.misbehave(body),
    ("DELETE", "/control/misbehave"): lambda sim, _, __: sim.behave(),
    ("POST", "/control/step"): lambda sim, body, __: {
        "did": sim.steps(int(body.get("times", 1)), act=body.get("act", True) is not False)
    },
    ("GET", "/control/log"): lambda sim, _, query: {"log": sim.store.log(int(query.get("after", 0)))},
    ("GET", "/control/ledger"): lambda sim, _, __: sim.ledger(),
}


# The hand -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What came back, names of headers in small letters; status 0 when nothing did, and `error` says why."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] | None = None
    error: str = ""

    def json(self) -> Any:
        """The body as JSON; an empty object when it is none."""
        try:
            return json.loads(self.content)
        except ValueError:
            return {}


class Peer:
    """The other side, called over HTTP with our key."""

    def __init__(self, url: str, key: str = "", *, timeout: float = 20) -> None:
        self.url, self.key, self.timeout = url.rstrip("/"), key, timeout

    def post(self, path: str, content: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """POST some bytes."""
        return self._call(
            "POST", path, content, {"Content-Type": "application/octet-stream", **(headers or {})}
        )

    def get(self, path: str) -> Answer:
        """GET something; `path` may be a whole address on the same host."""
        return self._call("GET", path, None, {})

    def delete(self, path: str) -> Answer:
        """DELETE something."""
        return self._call("DELETE", path, None, {})

    def _call(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Answer:
        url = urllib.parse.urlsplit(urllib.parse.urljoin(self.url + "/", path))
        base = urllib.parse.urlsplit(self.url)
        if url.netloc != base.netloc:
            # A state address elsewhere would carry our key to a stranger.
            return Answer(0, error=f"{path} is not on {self.url}")
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=self.timeout)
        sent = dict(headers)
        if self.key:
            sent["Authorization"] = f"Bearer {self.key}"
        try:
            target = url.path + (f"?{url.query}" if url.query else "")
            connection.request(method, target, content, sent)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, response.read(), names)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, error=f"{type(error).__name__}: {error}")
        finally:
            connection.close()
