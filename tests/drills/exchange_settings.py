"""The site's own settings with the handler and the answer of the drill."""

from __future__ import annotations

from motcua.config.settings import *  # noqa: F403

HANDLERS = {"edifact": "tests.drills.exchange.take"}
ANSWERS = {"edifact": "tests.drills.exchange.reply"}
