"""The site's own settings with a handler that does nothing, so that the gateway alone is measured."""

from __future__ import annotations

from bench.settings import *  # noqa: F403

HANDLERS = {"edifact": "bench.exchange.take"}
ANSWERS: dict[str, str] = {}
