"""Handlers of the cast instead of the real ones."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from motcua.exchange import work
from tests.exchange import gateway_cast as cast


@pytest.fixture
def handlers(settings: Settings) -> None:
    settings.HANDLERS, settings.ANSWERS = dict(cast.HANDLERS), dict(cast.ANSWERS)
    work.handler.cache_clear()
    work.answerer.cache_clear()
