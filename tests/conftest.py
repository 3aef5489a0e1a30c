"""The embedded server for the tests, and the owner's role: tests create and drop their own database."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# No test asserts a speed: a busy machine must not make a property fail.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, in the process that steers the workers."""
    from motcua.config import embedded

    if os.environ.get("DATABASE_URL") or hasattr(config, "workerinput"):
        return
    server = embedded.Embedded(embedded.home())
    config._motcua_started = server if server.start() else None  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what we started, unless somebody else has come to use it meanwhile."""
    server = getattr(config, "_motcua_started", None)
    if server is not None and server.is_running() and not server.others_connected():
        server.stop()
