"""The demo year: what was asked of the generator is what the reports count, and nothing is put in by hand."""

from __future__ import annotations

import ast
import inspect
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoDbBlocker

from motcua import reporting
from motcua.casework import seal
from motcua.casework.figures import Period
from motcua.casework.models import Case, Event
from motcua.casework.recount import recount
from motcua.demo.replay import finish, replay
from motcua.demo.sizes import Sizes
from motcua.dossiers.models import Dossier, Letter
from motcua.lib.errors import Refused
from motcua.reporting.asof import safe_as_of
from motcua.reporting.form06a import form_06a
from motcua.reporting.indicators import indicator
from motcua.reporting.measure import figures

NINE_MONTHS = Period(date(2020, 1, 1), date(2020, 9, 30))
SIZES = Sizes().scaled(0.012)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year")]


@pytest.fixture(scope="module")
def year(django_db_setup: None, django_db_blocker: DjangoDbBlocker):  # type: ignore[no-untyped-def]
    """One small year for all tests of this file, rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        replay(SIZES, progress=lambda *_: None, jobs=1)
        finish(lambda *_: None)
        yield
        transaction.set_rollback(True)


def value(code: str, period: Period = NINE_MONTHS) -> int:
    return indicator(code).measure(period, safe_as_of()).value


def test_every_size_asked_for_is_a_size_counted() -> None:
    last_year = NINE_MONTHS.same_last_year()
    assert value("dossiers.online") == SIZES.online
    assert value("dossiers.desk_or_post") == SIZES.desk_or_post
    assert value("dossiers.carried_over") == SIZES.carried_over == 19
    assert value("dossiers.total") == SIZES.online + SIZES.desk_or_post + 19
    assert value("nsw.declarations") == SIZES.inspected_2020
    assert value("nsw.declarations", last_year) == SIZES.inspected_2019
    assert value("manifest.movements") == SIZES.movements_2020
    assert value("manifest.movements", last_year) == SIZES.movements_2019
    assert value("origin.form_d") == SIZES.certificates_2020
    assert value("origin.form_d", last_year) == SIZES.certificates_2019


def test_the_reform_figures_are_counted_too() -> None:
    found = {one.code: (one.value, one.of) for one in figures(NINE_MONTHS, safe_as_of())}
    assert found["reform.tasks_done"] == (48, 52)
    assert found["procedures.reviewed"] == (3, 3)
    assert found["procedures.proposed"] == (8, 8)
    assert found["procedures.posting_offices"] == (9, 9)
    assert found["surveys.cdci_branches"] == (6, 6)
    assert found["timerelease.rounds_done"] == (1, 2)


def test_the_form_keeps_its_identities_whole_and_by_office() -> None:
    for by in ("office", "field", "procedure"):
        form_06a(NINE_MONTHS, safe_as_of(), by).require_identities()


def test_what_was_known_in_october_2020_is_not_what_is_known_now_and_stays_as_it_was() -> None:
    then = datetime(2020, 10, 6, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    assert form_06a(NINE_MONTHS, then, "office").total is not None
    assert Event.objects.filter(recorded_at__gt=then).exists()
    assert indicator("dossiers.online").measure(NINE_MONTHS, then).value == SIZES.online


def test_a_replay_can_be_told_from_live_work_by_the_databases_own_clock() -> None:
    event = Event.objects.order_by("pk").first()
    assert event is not None
    assert event.recorded_at.year < event.stored_at.year


def test_everything_derived_follows_from_the_events_and_the_ledger_is_sound() -> None:
    found = recount()
    assert found.cases == Case.objects.count()
    assert (found.wrong, found.differences) == (0, [])
    assert seal.verify() is None


def test_all_channels_states_and_troubles_are_there() -> None:
    # Rare things (a refusal at the counter, a withdrawal) need a larger year than this one; the form counts them apart.
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {
        "supplement_requested",
        "supplemented",
        "decided",
        "handed_over",
        "rated",
        "released",
        "cleared",
    } <= kinds
    assert set(Dossier.objects.values_list("case__channel", flat=True)) == {"online", "desk", "post"}
    late_keyed = [
        e for e in Event.objects.filter(channel="post", kind="accepted") if e.recorded_at > e.happened_at
    ]
    assert late_keyed, "posted dossiers are keyed in after the day they came"


def test_every_accepted_dossier_has_its_signed_receipt() -> None:
    accepted = set(Event.objects.filter(kind="accepted", case__kind="dossier").values_list("case", flat=True))
    assert set(Letter.objects.filter(kind="receipt").values_list("case", flat=True)) == accepted


def test_a_second_year_is_refused() -> None:
    with pytest.raises(Refused, match="empty database"):
        replay(SIZES, progress=lambda *_: None, jobs=1)


def _modules(package: ModuleType) -> list[Path]:
    return sorted(Path(inspect.getfile(package)).parent.rglob("*.py"))


def test_no_report_reads_the_sizes_of_the_generator() -> None:
    for file in _modules(reporting):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.startswith("motcua.demo") for name in names), file


def test_whoever_signs_in_finds_work_and_nothing_of_it_falls_into_the_nine_months() -> None:
    today = Case.objects.filter(kind="dossier", opened_at__year__gt=2020)
    assert {"lodged", "processing"} <= set(today.values_list("status", flat=True))
    assert today.filter(finished_at__isnull=True, office__in=receiving_today()).exists()
    assert not Event.objects.filter(happened_at__gt=datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))).exists()


def receiving_today() -> list[str]:
    from motcua.people.queries import receiving_offices

    return list(
        receiving_offices(datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()).values_list("code", flat=True)
    )


def test_a_receipt_keeps_the_day_it_was_printed_with_whatever_came_later() -> None:
    paused = Event.objects.filter(kind="supplemented", case__kind="dossier").values_list("case", flat=True)
    letters = Letter.objects.filter(kind="receipt", case__in=paused, case__due_at__isnull=False)
    moved = [
        one for one in letters.select_related("case") if one.body["due_at"] and one.case.due_at is not None
    ]
    assert moved
    printed = [(datetime.fromisoformat(one.body["due_at"]), one.case.due_at) for one in moved]
    assert all(paper <= now for paper, now in printed)
    assert any(paper < now for paper, now in printed)
