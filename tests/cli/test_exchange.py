"""`motcua exchange`: a file goes in and is acknowledged, and the desk is looked at and acted on from a shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from motcua.exchange import work
from motcua.exchange.models import DeskAct, Handling, Message, Partner
from tests.cli.conftest import Run
from tests.exchange.conftest import handlers as handlers
from tests.exchange.gateway_cast import CUSCAR, HANDLERS, HERE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("handlers")]


def answers(text: str) -> list[Any]:
    """The JSON values a command printed, one after the other."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text.rstrip()):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
        at += len(text[at:]) - len(text[at:].lstrip())
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.edi"
    path.write_bytes(CUSCAR)
    return path


@pytest.fixture
def key(run: Run) -> str:
    made = run("exchange", "partner", "add", "acme", "--name", "Hãng ACME", "--transport", "poll")
    text: str = json.loads(made.out)["key"]
    return text


def test_a_file_is_handed_to_the_database_of_this_machine(run: Run, key: str, file: Path) -> None:
    ran = run("exchange", "send", file, "--partner", "acme")
    assert ran.code == 0
    assert json.loads(ran.out)["reference"] == "ACME/REF77"
    again = run("exchange", "send", file, "--partner", "acme")
    assert (again.code, again.out) == (0, ran.out)
    file.write_bytes(CUSCAR.replace(b"MAN1", b"MAN2"))
    contested = run("exchange", "send", file, "--partner", "acme")
    assert (contested.code, json.loads(contested.out)["code"]) == (1, "reference-reused")
    assert run("exchange", "send", file, "--partner", "nobody").code == 1


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_over_http_with_the_partners_key(
    run: Run, key: str, file: Path, live_server: Any
) -> None:
    ran = run("exchange", "send", file, "--partner", "acme", "--key", key, "--to", live_server.url)
    assert (ran.code, json.loads(ran.out)["type"]) == (0, "edifact")
    wrong = run("exchange", "send", file, "--partner", "acme", "--key", "motcua_x", "--to", live_server.url)
    assert (wrong.code, json.loads(wrong.out)["code"]) == (1, "bad-key")
    away = run("exchange", "send", file, "--partner", "acme", "--key", key, "--to", "http://127.0.0.1:1")
    assert (away.code, "does not answer" in away.err) == (1, True)


def test_waiting_tells_the_outcome(run: Run, key: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: work.process_one(timezone.now()))
    ran = run("exchange", "send", file, "--partner", "acme", "--wait")
    assert (ran.code, answers(ran.out)[1]["state"]) == (0, "done")
    ran = run(
        "exchange", "send", file, "--partner", "acme", "--wait", "--type", "refusing", "--reference", "2"
    )
    assert (ran.code, answers(ran.out)[1]["findings"][0]["place"]) == (1, "segment 3, element 2, byte 60")


def test_the_desk_is_counted_and_acted_on(run: Run, key: str, file: Path, settings: Any) -> None:
    run("exchange", "send", file, "--partner", "acme", "--type", "badly-answered", "--reference", "1")
    work.process_one(timezone.now())
    shown = run("exchange", "desk", "--format", "json")
    assert (shown.code, json.loads(shown.out)["counts"]["stuck"]) == (1, 1)
    number = json.loads(shown.out)["messages"][0]["message"]
    assert "Bị kẹt: 1" in run("exchange", "desk").out
    settings.ANSWERS = {}
    work.answerer.cache_clear()
    assert run("exchange", "retry", number, "--reason", "mended").code == 0
    work.process_one(timezone.now())
    assert Handling.objects.get(pk=number).state == "done"
    assert run("exchange", "desk").code == 0
    act = DeskAct.objects.get()
    assert (act.kind, act.reason, act.actor.startswith("shell:")) == ("replayed", "mended", True)
    assert HANDLERS["good"] == f"{HERE}.good"


def test_a_message_is_mended_or_given_up_from_the_shell(run: Run, key: str, file: Path) -> None:
    run("exchange", "send", file, "--partner", "acme", "--type", "refusing", "--reference", "1")
    run("exchange", "send", file, "--partner", "acme", "--type", "refusing", "--reference", "2")
    while work.process_one(timezone.now()):
        pass
    first, second = Message.objects.filter(direction="in").order_by("pk")
    file.write_bytes(CUSCAR.replace(b"MAN1", b"MAN2"))
    made = json.loads(run("exchange", "repair", first.pk, file, "--reason", "typo").out)
    assert (made["reference"], made["repairs"]) == ("1/r1", first.pk)
    assert run("exchange", "give-up", second.pk, "--reason", "on paper").code == 0
    assert run("exchange", "give-up", second.pk, "--reason", "twice").code == 1


def test_partners_are_listed_keyed_and_switched(run: Run, key: str, file: Path) -> None:
    assert json.loads(run("exchange", "partner", "list", "--format", "json").out)[0]["code"] == "acme"
    assert "acme" in run("exchange", "partner", "list").out
    assert json.loads(run("exchange", "partner", "key", "acme", "--label", "x").out)["key"].startswith(
        "motcua_"
    )
    run("exchange", "partner", "switch", "acme", "off")
    assert not Partner.objects.get(code="acme").active
    ran = run("exchange", "send", file, "--partner", "acme")
    assert (ran.code, "switched off" in ran.err) == (1, True)
