"""Two first papers of one call at the same moment make one movement; the same paper twice is filed once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from motcua.lib.errors import Duplicate
from motcua.manifest.actions import lodge
from motcua.manifest.documents import Sheet
from motcua.manifest.models import Movement, Version
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation
from tests.manifest.calls import NOW, manifest, papers

pytestmark = pytest.mark.django_db(transaction=True)


def together(documents: list[Sheet]) -> list[str]:
    """What became of each paper, all of them filed at once by threads of their own."""
    ensure_cast()
    actor = Actor("user:thuy", "", organisation=Organisation.objects.get(tax_code="9900000048").pk)
    start = Barrier(len(documents))

    def file(document: Sheet) -> str:
        try:
            start.wait(20)
            lodge(document, actor=actor, at=NOW, recorded_at=NOW)
            return "filed"
        except Duplicate:
            return "duplicate"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(documents)) as pool:
        return sorted(pool.map(file, documents))


def test_first_papers_of_one_call_at_once_make_one_movement() -> None:
    assert together(papers()) == ["filed"] * 7
    movement = Movement.objects.select_related("case").get()
    assert movement.case.status == "complete"
    assert movement.case.events.filter(kind="notified").count() == 1


def test_a_paper_sent_twice_at_once_is_filed_once() -> None:
    assert together([manifest(), manifest()]) == ["duplicate", "filed"]
    assert Version.objects.count() == 1
