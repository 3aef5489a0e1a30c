"""
A load client light enough to share two cores with what it measures: one process, plain sockets, one epoll loop.

Each connection is kept alive and sends its next request when the last answer is whole. Requests are bytes made
beforehand by the caller; the only work per answer is finding its length.
"""

from __future__ import annotations

import resource
import selectors
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

Request = Callable[[int], bytes]
"""The bytes of request number n, headers and all."""


@dataclass
class Load:
    """What a run of the client saw: latencies in seconds of every answer after warming up; `sent` counts all requests."""

    seconds: float = 0.0
    sent: int = 0
    cpu: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that `share` of the answers did not pass; the nearest rank, no interpolation."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


@dataclass
class _Wire:
    """One connection: what it has sent and when, and the answer as far as it came."""

    sock: socket.socket
    sent_at: float = 0.0
    buffer: bytearray = field(default_factory=bytearray)
    needed: int = -1


def drive(
    port: int, request: Request, *, clients: int, seconds: float, warm: float = 1.0, keep: int = 0
) -> Load:
    """
    Keep `clients` requests under way for `warm` + `seconds` seconds; only what is answered after `warm` counts.

    `keep` answers' bodies are kept for a look. A closed connection or an unreadable answer raises ConnectionError:
    a load that lost answers is no measure.
    """
    load = Load()
    selector = selectors.DefaultSelector()
    number = 0
    for _ in range(clients):
        wire = _Wire(socket.create_connection(("127.0.0.1", port), timeout=30))
        wire.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(wire.sock, selectors.EVENT_READ, wire)
        number = _send(wire, request, number)
    begin = perf_counter() + warm
    end = begin + seconds
    cpu = 0.0
    now = perf_counter()
    while now < end:
        for key, _ in selector.select(timeout=max(0.0, end - now)):
            status = _receive(key.data)
            if status is None:
                continue
            now = perf_counter()
            if now >= begin:
                if not load.latencies:
                    cpu = _cpu()
                load.latencies.append(now - key.data.sent_at)
                load.statuses[status] = load.statuses.get(status, 0) + 1
                if len(load.bodies) < keep:
                    load.bodies.append(bytes(key.data.buffer))
            number = _send(key.data, request, number)
        now = perf_counter()
    load.seconds, load.cpu, load.sent = now - begin, _cpu() - cpu, number
    for key in list(selector.get_map().values()):
        key.data.sock.close()
    return load


def _send(wire: _Wire, request: Request, number: int) -> int:
    wire.buffer.clear()
    wire.needed = -1
    data = request(number)
    wire.sent_at = perf_counter()
    wire.sock.sendall(data)
    return number + 1


def _receive(wire: _Wire) -> int | None:
    """The status once the answer is whole, else None; the buffer then holds the body alone."""
    chunk = wire.sock.recv(65536)
    if not chunk:
        raise ConnectionError("the server closed a connection under load; see its log")
    wire.buffer += chunk
    if wire.needed < 0:
        head = wire.buffer.find(b"\r\n\r\n")
        if head < 0:
            return None
        headers = bytes(wire.buffer[:head]).lower()
        at = headers.find(b"content-length:")
        if at < 0:
            raise ConnectionError(f"an answer without Content-Length: {headers[:200]!r}")
        wire.needed = (
            head
            + 4
            + int(headers[at + 15 : headers.find(b"\r\n", at) if headers.find(b"\r\n", at) > 0 else None])
        )
    if len(wire.buffer) < wire.needed:
        return None
    status = int(wire.buffer[9:12])
    del wire.buffer[: wire.buffer.find(b"\r\n\r\n") + 4]
    return status


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
