"""Keeps the embedded server running for as long as somebody uses it, and stops it when the one who started it leaves last."""

from __future__ import annotations

import atexit
import os

from motcua.config.embedded import Embedded, ServerTrouble


def ensure_running(server: Embedded, *, keep: bool = False) -> None:
    """Start the server if need be; unless `keep`, the process that started it stops it at exit if nobody else is connected."""
    started = server.start()
    if started and not keep and os.environ.get("MOTCUA_KEEP_SERVER") != "1":
        starter = os.getpid()
        atexit.register(_stop_if_alone, server, starter)


def _stop_if_alone(server: Embedded, starter: int) -> None:
    # A forked child inherits the exit hook, but not the duty.
    if os.getpid() != starter:
        return
    from django.db import connections

    connections.close_all()
    try:
        if server.is_running() and not server.others_connected():
            server.stop()
    except (ServerTrouble, OSError):
        # At exit there is nobody left to tell; the server's own log has the reason.
        return
