"""The calls of this morning: every state is there, and the same on every load."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from motcua.demo import harbour
from motcua.exchange.models import Message
from motcua.manifest.models import Approval, Discharge, Movement, Version
from motcua.manifest.queries import OPEN
from motcua.people.cast import ensure_cast

pytestmark = pytest.mark.django_db


def test_whoever_signs_in_finds_work() -> None:
    ensure_cast()
    now = timezone.now()
    before = time.process_time()
    assert harbour.today(now) == len(harbour.SCENES)
    print(f"{time.process_time() - before:.2f} s of CPU")
    statuses = list(Movement.objects.values_list("case__status", flat=True))
    assert {name: statuses.count(name) for name in set(statuses)} == {
        "notified": 3, "complete": 8, "amending": 1, "cleared": 2,
    }  # fmt: skip
    assert Movement.objects.filter(OPEN, late__gt=0).exists(), "filed late"
    assert Movement.objects.filter(next_due_at__lt=now).exists(), "a deadline has passed"
    assert Movement.objects.filter(next_due_at__gt=now).exists(), "a countdown runs"
    assert Approval.objects.filter(approves=False, agency="health").count() == 1
    assert Version.objects.filter(waits=True, decision=None).count() == 1
    assert Version.objects.filter(form="house-bills").exists()
    assert Discharge.objects.exists()
    assert Message.objects.filter(direction="out", type="json-movement-notice").exists()
