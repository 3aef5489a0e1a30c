"""`motcua ledger` and `motcua recount` on cases written through the door."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motcua.casework.batch import Filing, record_many
from motcua.casework.models import Case, Event, Seal
from motcua.casework.record import NewCase, NewEvent
from motcua.lib.limit import Limit
from tests.casework.test_seal import as_superuser
from tests.cli.conftest import Run

MONDAY = datetime(2020, 3, 2, 1, 0, tzinfo=UTC)
VERIFIER = Path(__file__).parents[2] / "src/motcua/verifier/motcua_verify.py"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cases() -> list[Case]:
    def event(kind: str, hour: int) -> NewEvent:
        at = MONDAY + timedelta(hours=hour)
        details = {"outcome": "approved"} if kind == "decided" else {}
        return NewEvent(kind=kind, at=at, recorded_at=at, actor="user:1", channel="desk", details=details)

    record_many(
        Filing(
            NewCase(
                kind="dossier", reference=f"case {number:02}", office="20BB", channel="desk", opened_at=MONDAY,
                procedure="confirmation/declaration-confirmation", calendar="customs-offices",
                limit=Limit.from_text("2 working_days"),
            ),
            [event(kind, hour) for hour, kind in enumerate(("lodged", "accepted", "decided")[: 1 + number % 3])],
        )
        for number in range(20)
    )  # fmt: skip
    return list(Case.objects.order_by("reference"))


def test_sealing_and_verifying(run: Run, cases: list[Case]) -> None:
    sealed = run("ledger", "seal")
    assert (sealed.code, "1 seals made; the newest is number 1" in sealed.out) == (0, True)
    assert "0 seals made" in run("ledger", "seal").out
    ran = run("ledger", "verify")
    assert ran.code == 0
    assert f"SOUND · {Event.objects.count()} events, 1 seals" in ran.out
    assert "ĐÚNG" in ran.out


def test_the_first_bad_place_is_told_in_both_languages(run: Run, cases: list[Case]) -> None:
    run("ledger", "seal")
    event = Event.objects.get(case=cases[2], number=2)
    as_superuser(("update casework_event set actor = 'user:9' where id = %s", [event.pk]))
    ran = run("ledger", "verify")
    assert ran.code == 1
    assert f"first bad place: event {event.pk} " in ran.out
    assert f"chỗ sai đầu tiên: event {event.pk} " in ran.out
    assert "chỗ" not in run("ledger", "verify", "--language", "en").out


def test_the_export_and_the_key_satisfy_the_offline_verifier(
    run: Run, cases: list[Case], tmp_path: Path
) -> None:
    run("ledger", "seal")
    ledger, key = tmp_path / "ledger.jsonl", tmp_path / "key.pem"
    assert run("ledger", "export", ledger).code == 0
    key.write_text(run("ledger", "key").out, encoding="ascii")
    assert len(ledger.read_bytes().splitlines()) == Event.objects.count() + 1
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
    done = subprocess.run(
        [sys.executable, VERIFIER, "--ledger", ledger, "--key", key], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_kept_head_unmasks_a_ledger_rolled_back(run: Run, cases: list[Case], tmp_path: Path) -> None:
    run("ledger", "seal")
    kept = tmp_path / "head.json"
    kept.write_text(json.dumps({"head": Seal.objects.get().head, "head_signature": "00"}), encoding="utf-8")
    assert run("ledger", "verify", "--head", kept).code == 0
    as_superuser(("delete from casework_seal", []))
    assert run("ledger", "verify").code == 0
    ran = run("ledger", "verify", "--head", kept)
    assert (ran.code, "old copy restored" in ran.out) == (1, True)


@pytest.mark.parametrize("text", ["{", "[]", '{"head": 1}', '{"number": 1}'])
def test_a_file_without_a_head_is_refused(run: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "head.json"
    file.write_text(text, encoding="utf-8")
    ran = run("ledger", "verify", "--head", file)
    assert (ran.code, "no head" in ran.err) == (2, True)


def test_a_published_key_other_than_ours_is_not_trusted(run: Run, cases: list[Case], tmp_path: Path) -> None:
    from motcua.lib.signing import FileSigner

    run("ledger", "seal")
    strange = tmp_path / "strange.pem"
    strange.write_bytes(FileSigner.ensure(tmp_path / "private.pem").public_pem())
    ran = run("ledger", "verify", "--key", strange)
    assert (ran.code, "unknown key" in ran.out) == (1, True)


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_recount_in_any_number_of_processes_finds_the_same(run: Run, cases: list[Case], jobs: int) -> None:
    ran = run("recount", "--jobs", jobs)
    assert (ran.code, f"20 cases, {Event.objects.count()} events: 0 differences" in ran.out) == (0, True)
    Case.objects.filter(pk__in=[cases[3].pk, cases[4].pk]).update(status="decided", used=99)
    ran = run("recount", "--jobs", jobs)
    assert ran.code == 1
    assert "2 differences" in ran.out
    assert [line for line in ran.out.splitlines() if line.startswith("case ")] == [
        "case 03: status, used",
        "case 04: status, used",
    ]
    assert "mended" in run("recount", "--jobs", jobs, "--repair").out
    assert run("recount", "--jobs", jobs).code == 0
