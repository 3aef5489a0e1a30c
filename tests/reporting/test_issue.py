"""Issued reports: frozen, signed, refused twice, revised with the rows that changed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from motcua.casework.batch import Continuation, record_many
from motcua.casework.figures import Period
from motcua.casework.models import Standing
from motcua.config.grants import privileges
from motcua.lib.errors import Invalid, Refused
from motcua.lib.signing import FileSigner
from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import Actor
from motcua.reporting.issue import holds, issue, latest
from motcua.reporting.models import Issue
from tests.reporting.stories import new_case, step, write

pytestmark = pytest.mark.django_db

MARCH = Period(date(2020, 3, 1), date(2020, 3, 31))
APRIL = Period(date(2020, 4, 1), date(2020, 4, 30))
HOA = Actor("user:1", "Hoa")
MONDAY = datetime(2020, 3, 2, 8, tzinfo=VIETNAM)
HOUR = timedelta(hours=1)
THEN = datetime(2020, 5, 5, tzinfo=VIETNAM)
NOW = datetime(2020, 6, 5, tzinfo=VIETNAM)


@pytest.fixture
def signer(tmp_path: Path) -> FileSigner:
    return FileSigner.ensure(tmp_path / "key.pem")


@pytest.fixture(autouse=True)
def register() -> None:
    write(
        (new_case("a"), [step("lodged", MONDAY), step("accepted", MONDAY), step("decided", MONDAY + HOUR)]),
        (new_case("b"), [step("lodged", MONDAY), step("accepted", MONDAY)]),
    )


def test_an_issue_freezes_the_figures_and_signs_them(signer: FileSigner) -> None:
    made = issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    found = Issue.objects.get()
    assert (found.status, found.revision, found.issued_by, found.as_of) == ("provisional", 1, "user:1", THEN)
    assert found.content["total"]["cells"]["7"] == 1
    assert found.sha256 == made.sha256
    assert holds(found, signer.public_pem())
    found.content["total"]["cells"]["7"] = 2
    assert not holds(found, signer.public_pem())


def test_the_signature_covers_status_and_moment(signer: FileSigner) -> None:
    issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    found = Issue.objects.get()
    found.status = "final"
    assert not holds(found, signer.public_pem())


def test_a_period_already_issued_is_refused_naming_the_issue_and_the_mend(signer: FileSigner) -> None:
    issue("bulletin", MARCH, HOA, status="final", as_of=THEN, by=signer)
    with pytest.raises(
        Refused, match=r"bulletin 2020-03-01\.\.2020-03-31 no\. 1, final.*--reason"
    ) as refused:
        issue("bulletin", MARCH, HOA, as_of=NOW, by=signer)
    assert "chính thức" in refused.value.text
    assert Issue.objects.count() == 1


def test_a_provisional_issue_can_be_confirmed_while_nothing_changed(signer: FileSigner) -> None:
    issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    with pytest.raises(Refused, match="already"):
        issue("06a", MARCH, HOA, as_of=NOW, by=signer)
    final = issue("06a", MARCH, HOA, status="final", as_of=NOW, by=signer)
    assert (final.status, final.revision, final.changes) == ("final", 2, [])
    assert final.previous_sha256 == Issue.objects.get(revision=1).sha256


def test_a_revision_lists_late_and_corrected_rows_apart(signer: FileSigner) -> None:
    issue("06a", MARCH, HOA, status="final", as_of=THEN, by=signer)
    may = datetime(2020, 5, 20, 9, tzinfo=VIETNAM)
    # One dossier of March was keyed in only in May; and what was decided in March was struck out in May.
    write((new_case("late"), [step("lodged", MONDAY, may), step("accepted", MONDAY, may)]))
    record_many([], [Continuation("a", [step("voided", may, may, reason="x", voids=3)])])
    with pytest.raises(Refused, match="--why"):
        issue("06a", MARCH, HOA, as_of=NOW, reason="late_row", by=signer)
    made = issue("06a", MARCH, HOA, as_of=NOW, reason="late_row", explanation="Nhập muộn.", by=signer)
    assert (made.status, made.revision, made.reason) == ("revised", 2, "late_row")
    changes = {change["code"]: change for change in made.changes}
    assert (changes["06a:total:3"]["before"], changes["06a:total:3"]["after"]) == (2, 3)
    assert changes["06a:total:3"]["late"] == {"count": 1, "references": ["late"]}
    assert changes["06a:total:7"]["corrected"] == {"count": 1, "references": ["a"]}
    assert not any(change["definition"] for change in made.changes)
    assert Issue.objects.get(revision=1).content["total"]["cells"]["3"] == 2
    assert latest("06a", MARCH) == made


def test_a_revised_bulletin_tells_figure_by_figure_what_changed(signer: FileSigner) -> None:
    issue("bulletin", MARCH, HOA, as_of=THEN, by=signer)
    may = datetime(2020, 5, 20, 9, tzinfo=VIETNAM)
    write((new_case("late"), [step("lodged", MONDAY, may), step("accepted", MONDAY, may)]))
    made = issue("bulletin", MARCH, HOA, as_of=NOW, reason="late_row", explanation="Nhập muộn.", by=signer)
    changes = {change["code"]: change for change in made.changes}
    assert set(changes) == {"dossiers.total", "dossiers.online", "dossiers.open", "dossiers.open_overdue"}
    assert changes["dossiers.online"]["late"]["references"] == ["late"]


def test_a_figure_that_todays_definition_cannot_give_again_is_a_changed_definition(
    signer: FileSigner,
) -> None:
    issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    # The same moment asked again gives another figure: not the rows changed, but what is read into them.
    Standing.objects.filter(case__reference="b").update(channel="desk")
    made = issue("06a", MARCH, HOA, as_of=NOW, reason="changed_definition", explanation="x", by=signer)
    assert {change["code"]: change["definition"] for change in made.changes}["06a:total:5"] is True


def test_a_revision_that_changes_nothing_is_refused(signer: FileSigner) -> None:
    issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    with pytest.raises(Refused, match="Nothing changed"):
        issue("06a", MARCH, HOA, as_of=NOW, reason="error", explanation="x", by=signer)


def test_confirming_changed_figures_as_final_is_refused(signer: FileSigner) -> None:
    issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    may = datetime(2020, 5, 20, 9, tzinfo=VIETNAM)
    write((new_case("late"), [step("lodged", MONDAY, may), step("accepted", MONDAY, may)]))
    with pytest.raises(Refused, match="cannot be confirmed"):
        issue("06a", MARCH, HOA, status="final", as_of=NOW, by=signer)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"report": "06b"}, "There is no report"),
        ({"status": "final", "as_of": datetime(2020, 3, 20, tzinfo=VIETNAM)}, "had not ended"),
        ({"reason": "late_row", "explanation": "x"}, "never issued"),
        ({"reason": "whim"}, "There is no reason"),
        ({"as_of": datetime(2999, 1, 1, tzinfo=VIETNAM)}, "in the future"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, object], why: str, signer: FileSigner) -> None:
    asked = {"report": "06a", "as_of": THEN, **change}
    with pytest.raises(Refused, match=why):
        issue(str(asked.pop("report")), MARCH, HOA, by=signer, **asked)  # type: ignore[arg-type]


def test_a_form_whose_identities_fail_is_not_issued(signer: FileSigner) -> None:
    Standing.objects.filter(case__reference="a", finished_at__isnull=False).update(verdict="")
    with pytest.raises(Invalid, match="off by 1"):
        issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    assert not Issue.objects.exists()


def test_the_opening_is_held_against_the_closing_as_issued(signer: FileSigner) -> None:
    issue("06a", MARCH, HOA, status="final", as_of=THEN, by=signer)
    may = datetime(2020, 5, 20, 9, tzinfo=VIETNAM)
    write((new_case("late"), [step("lodged", MONDAY, may), step("accepted", MONDAY, may)]))
    april = issue("06a", APRIL, HOA, as_of=NOW, by=signer)
    assert april.content["opening"] == {
        "issue": "06a 2020-03-01..2020-03-31 no. 1", "closing_issued": 1, "opening_now": 2, "difference": 1,
    }  # fmt: skip


def test_the_database_refuses_to_change_an_issue(signer: FileSigner) -> None:
    made = issue("06a", MARCH, HOA, as_of=THEN, by=signer)
    for statement in (
        "update reporting_issue set status = 'final' where id = %s",
        "delete from reporting_issue where id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [made.pk])
    assert privileges()["reporting_issue"] == ("SELECT", "INSERT")


def test_without_a_moment_the_latest_safe_one_is_taken(signer: FileSigner) -> None:
    made = issue("06a", MARCH, HOA, by=signer)
    assert made.as_of <= timezone.now()
