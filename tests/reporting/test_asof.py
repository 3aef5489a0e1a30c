"""The moment a report speaks of, and the command line that asks for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import timezone

from motcua.casework.models import Standing
from motcua.config.cli.report import report
from motcua.exchange.models import Handling, Message, Partner
from motcua.lib.errors import Invalid, Refused
from motcua.people.models import User
from motcua.reporting.asof import parse_as_of, safe_as_of
from motcua.reporting.models import Issue
from tests.reporting.stories import random_register


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-10-05", "2020-10-06T00:00:00+07:00"),
        ("2020-12-31", "2021-01-01T00:00:00+07:00"),
        ("2020-10-05T17:00", "2020-10-05T17:00:00+07:00"),
        ("2020-10-05T17:00:00Z", "2020-10-06T00:00:00+07:00"),
    ],
)
def test_a_day_is_its_end_in_vietnam(text: str, moment: str) -> None:
    assert parse_as_of(text) == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["yesterday", "2020-13-01", "05/10/2020", "2020-1-1"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="cannot be read"):
        parse_as_of(text)


def test_later_than_now_is_refused() -> None:
    with pytest.raises(Refused, match="future"):
        parse_as_of((timezone.now() + timedelta(minutes=5)).isoformat())
    with pytest.raises(Refused, match="leave --as-of out"):
        parse_as_of(timezone.localdate().isoformat())


def other_connection() -> psycopg.Connection[tuple[object, ...]]:
    settings = connection.settings_dict
    return psycopg.connect(
        host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"],
        password=settings["PASSWORD"] or None,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_default_moment_lies_before_every_running_transaction() -> None:
    with other_connection() as other:
        (started,) = other.execute("select now()").fetchone() or (None,)
        assert isinstance(started, datetime)
        assert safe_as_of() <= started
        other.commit()
        assert safe_as_of() > started


@pytest.mark.django_db
def test_the_default_moment_lies_before_every_message_that_still_waits() -> None:
    received = timezone.now() - timedelta(hours=2)
    message = Message.objects.create(
        partner=Partner.objects.create(code="p", name="p"), direction="in", reference="1", type="x", content=b"",
        sha256="", received_at=received,
    )  # fmt: skip
    handling = Handling.objects.create(message=message, next_try_at=received)
    assert safe_as_of() < received
    handling.state = Handling.State.DONE
    handling.save()
    assert safe_as_of() > received


PERIOD = ["--from", "2020-03-01", "--to", "2020-05-31", "--as-of", "2020-08-01"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(report, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def register(db: None) -> None:
    random_register(2, cases=80)


@pytest.mark.usefixtures("register")
def test_rows_prints_exactly_as_many_lines_as_the_figure_says() -> None:
    figures = json.loads(run("bulletin", *PERIOD, "--format", "json"))["figures"]
    assert any(figure["value"] for figure in figures)
    for figure in figures:
        assert figure["value"] == figure["rows"] == len(run("rows", figure["code"], *PERIOD).splitlines())
    form = json.loads(run("06a", *PERIOD, "--by", "field", "--format", "json"))
    for line in [*form["lines"], form["total"]]:
        for column, value in line["cells"].items():
            assert len(run("rows", f"06a:{line['key']}:{column}", *PERIOD).splitlines()) == value


@pytest.mark.usefixtures("register")
def test_two_runs_print_the_same_bytes() -> None:
    assert run("bulletin", *PERIOD, "--format", "json") == run("bulletin", *PERIOD, "--format", "json")
    assert run("06a", *PERIOD, "--format", "json") == run("06a", *PERIOD, "--format", "json")


@pytest.mark.usefixtures("register")
def test_the_bulletin_and_the_form_are_written_in_both_languages() -> None:
    assert "hồ sơ" in run("bulletin", *PERIOD)
    assert run("bulletin", *PERIOD, "--language", "en", "--format", "markdown").startswith("## 01/03/2020 to")
    assert "Biểu II.06a" in run("06a", *PERIOD)
    assert "State mapping" in run("06a", *PERIOD, "--language", "en", "--office", "20BB")


@pytest.mark.usefixtures("register")
def test_a_form_that_does_not_add_up_is_shown_and_then_refused() -> None:
    Standing.objects.filter(finished_at__isnull=False).update(verdict="")
    result = CliRunner().invoke(report, ["06a", *PERIOD])
    assert "!! 06a:total: (7) = (8) + (9) + (10): lệch" in result.output
    assert isinstance(result.exception, Invalid)


@pytest.mark.django_db
def test_a_report_can_be_issued_and_periods_are_listed() -> None:
    random_register(4, cases=10)
    assert "06a 2020-03-01..2020-05-31 no. 1  Tạm thời" in run("issue", "06a", *PERIOD)
    assert Issue.objects.get().issued_by == "clock"
    user = User.objects.create_user("hoa", full_name="Hoa")
    run("issue", "06a", *PERIOD[:4], "--as-of", "2020-08-02", "--status", "final", "--user", "Hoa")
    assert Issue.objects.get(revision=2).issued_by == user.key
    unknown = CliRunner().invoke(report, ["issue", "bulletin", *PERIOD, "--user", "nobody"])
    assert isinstance(unknown.exception, Refused)
    assert "nine-months-2020" in run("period")
    assert "dossiers.late" in run("indicators")
    named = run("bulletin", "--period", "nine-months-2020", "--as-of", "2020-10-05", "--format", "json")
    assert json.loads(named)["figures"][0]["period"] == {"start": "2020-01-01", "end": "2020-09-30"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arguments",
    [
        ["bulletin"],
        ["bulletin", "--from", "2020-01-01"],
        ["bulletin", *PERIOD, "--period", "nine-months-2020"],
    ],
)
def test_a_period_is_two_days_or_a_name(arguments: list[str]) -> None:
    result = CliRunner().invoke(report, arguments)
    assert result.exit_code == 2
    assert "--period NAME" in result.output


@pytest.mark.django_db
def test_a_moment_in_utc_is_printed_in_vietnam_time() -> None:
    output = run("bulletin", *PERIOD[:4], "--as-of", "2020-07-31T17:00:00Z", "--format", "json")
    (moment,) = {figure["as_of"] for figure in json.loads(output)["figures"]}
    assert moment == "2020-08-01T00:00:00+07:00"
    assert datetime.fromisoformat(moment) == datetime(2020, 7, 31, 17, tzinfo=UTC)
