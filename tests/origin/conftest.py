"""A site that trusts ten test members."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.origin.world import Asean, publish


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of keys with the test members' trust list, made once."""
    folder = tmp_path_factory.mktemp("keys")
    publish(folder)
    return folder


@pytest.fixture
def asean(db: None, keys: Path, settings: Any) -> Asean:
    """The gateway of a site that trusts the members."""
    settings.KEYS = keys
    return Asean()
