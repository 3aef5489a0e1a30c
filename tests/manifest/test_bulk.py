"""Many messages at once leave what they would have left one by one, and the demo's ships come in that way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.casework.models import Case, Event
from motcua.casework.recount import recount
from motcua.casework.registry import office_hours
from motcua.demo import ships
from motcua.demo.sizes import NINE_MONTHS_2020, Sizes
from motcua.exchange.models import Handling, Message
from motcua.manifest import bulk
from motcua.manifest.actions import lodge
from motcua.manifest.models import Bill, ClearancePaper, Movement, Persons, Version
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.reporting.periods import Period
from tests.manifest.calls import NOW, call, papers

pytestmark = pytest.mark.django_db


def _picture() -> dict[str, object]:
    version = Version.objects.order_by("form", "number").values(
        "form", "number", "sha256", "content", "late", "due_at", "findings", "channel", "filed_by"
    )
    movement = Movement.objects.values(
        "kind", "imo", "voyage", "eta", "crew", "late", "call_key", "live_key", "next_due", "next_due_at"
    )
    case = Case.objects.values("status", "office", "due_at", "received_at", "holder", "label", "limit_text")
    events = Event.objects.order_by("number").values(
        "number", "kind", "happened_at", "actor", "channel", "details"
    )
    bill = Bill.objects.values("number", "key", "consignee_code", "packages", "containers", "live")
    return {
        "versions": list(version), "movements": list(movement), "cases": list(case), "events": list(events),
        "bills": list(bill), "persons": list(Persons.objects.values("rows", "count", "keep_until")),
    }  # fmt: skip


def _erase() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("truncate casework_case, casework_counter cascade")


@pytest.mark.django_db(transaction=True)
def test_both_doors_leave_the_same_rows() -> None:
    ensure_cast()
    documents = papers()
    for document in documents:
        lodge(document, actor=Actor("partner:x", "x"), at=NOW, recorded_at=NOW)
    alone = _picture()
    _erase()
    items = [bulk.Item(document, "partner:x", None, NOW, NOW) for document in documents]
    bulk.lodge_many(items)
    assert _picture() == alone


def test_what_else_happened_comes_with_it() -> None:
    ensure_cast()
    document = papers()[-1]
    later = NOW + timedelta(hours=1)
    told = [
        bulk.Happening("declared", later, "partner:x", {"version": 1}),
        bulk.Happening("approved", later, "partner:x", {"agency": "health"}),
        bulk.Happening("cleared", later, "clock"),
    ]
    bulk.lodge_many([bulk.Item(document, "partner:x", None, NOW, NOW)], also=lambda key: told)
    movement = Movement.objects.select_related("case").get()
    assert movement.case.outcome == "cleared"
    assert movement.live_key is None
    assert ClearancePaper.objects.get().number == f"{movement.case.reference}-1"
    assert movement.approvals.get().agency == "health"
    assert bulk.is_known([document])
    assert not bulk.is_known([papers(call(journey="ANOTHER"))[0]])


def test_ships_of_the_demo_come_in_as_messages_and_faulty_ones_are_refused_and_mended() -> None:
    ensure_cast()
    sizes = Sizes(movements_2019=40, movements_last_quarter_2019=0, movements_2020=80)
    ships.load(sizes, office_hours("clock-24x7"), lambda count: None)
    nine = Period(NINE_MONTHS_2020.first, NINE_MONTHS_2020.last)
    cleared = Case.objects.filter(kind="movement", outcome="cleared")
    assert cleared.filter(finished_at__gte=nine.begins, finished_at__lt=nine.ends).count() == 80
    assert cleared.count() == 120
    assert set(Message.objects.values_list("type", flat=True)) >= {
        "edifact",
        "nsw-envelope",
        "json-manifest",
        "json-stores",
    }
    refused = Handling.objects.filter(state="refused").select_related("message").order_by("pk")[0]
    assert {one["code"] for one in refused.findings} >= {"call-imo", "bill-weight"}
    assert refused.message.reference.endswith("-faulty")
    assert not Handling.objects.filter(state__in=("waiting", "stuck")).exists()
    assert Version.objects.filter(form="manifest", number=2).exists()
    found = recount()
    assert found.wrong == 0
