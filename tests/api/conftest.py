"""Software of Lan's firm and of Minh's agency, with a key each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from motcua.people.actor import CLOCK
from motcua.people.api_keys import make_key
from motcua.people.cast import ensure_cast
from motcua.people.models import User

DOSSIERS = "/api/v1/dossiers"
Post = Callable[..., HttpResponse]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """The cast by user name."""
    return ensure_cast()


@pytest.fixture
def keys(people: dict[str, User]) -> dict[str, str]:
    """One access key for each firm of the cast, by the name of its person."""
    now = timezone.now()
    return {
        name: make_key(people[name].organisation_id, f"Phần mềm của {name}", actor=CLOCK, at=now)[1]
        for name in ("lan", "minh", "binh")
    }


@pytest.fixture
def post(keys: dict[str, str]) -> Post:
    """Send a filing: `post(body, key="…", by="lan")`; bytes go out as they are, anything else as JSON."""
    client = Client(raise_request_exception=False)

    def send(body: Any, *, key: str = "k1", by: str = "lan", **headers: str) -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Authorization": f"Bearer {keys[by]}", "Idempotency-Key": key, **headers}
        return client.post(
            DOSSIERS, content, content_type="application/json", headers={k: v for k, v in sent.items() if v}
        )

    return send


@pytest.fixture
def get(keys: dict[str, str]) -> Post:
    """Read an address with a firm's key: `get("/api/v1/…", by="lan")`; by='' sends none."""
    client = Client(raise_request_exception=False)

    def ask(address: str, *, by: str = "lan") -> HttpResponse:
        return client.get(address, headers={"Authorization": f"Bearer {keys[by]}"} if by else {})

    return ask
