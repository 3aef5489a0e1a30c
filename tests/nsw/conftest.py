"""The cast, for tests that need people."""

from __future__ import annotations

import pytest

from motcua.people.cast import ensure_cast
from motcua.people.models import User


@pytest.fixture
def cast(db: None) -> dict[str, User]:
    return ensure_cast()
