"""What comes in: one document for every channel, whether typed by the applicant, keyed at the counter or sent by message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Upload:
    """A file as it came: its name and bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Application:
    """
    A filing. `received_at` is when it truly came: the counter's date for paper keyed in later, now for an online one.

    `answers` are raw texts by field id; `files` the uploads by document id; `presented` the ids of papers shown at the
    counter or sent by post.
    """

    procedure: str
    office: str
    channel: str
    applicant_name: str
    received_at: datetime
    applicant_tax_code: str = ""
    contact: str = ""
    organisation: int | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)
    presented: frozenset[str] = frozenset()
