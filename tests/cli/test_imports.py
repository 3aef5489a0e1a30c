"""`motcua import`: what a person sees, what lands in the defects file, and that nothing is doubled."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from motcua.casework.models import Case, Event
from tests.cli.conftest import Run
from tests.eventlog.logs import MAPPING, content, row

DAY = "2020-03-02"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A log with one good case, one flagged, one refused and one refused row; and its mapping."""
    log, how = tmp_path / "log.csv", tmp_path / "how.yaml"
    rows = [row(), row(time=""), row(case="c2", end=""), row(case="=c3", way="Pigeon")]
    log.write_bytes(content(*rows))
    how.write_text(yaml.safe_dump(MAPPING, allow_unicode=True), encoding="utf-8")
    return log, how


def defects(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


@pytest.mark.django_db
def test_a_log_comes_in_with_its_counts_and_its_defects_in_a_file(
    run: Run, files: tuple[Path, Path], tmp_path: Path
) -> None:
    report = tmp_path / "defects.csv"
    ran = run("import", "eventlog", files[0], "--mapping", files[1], "--report", report)
    assert ran.code == 0, ran.err
    assert "small: 4 rows in = 2 imported + 2 refused; 2 cases, 3 defects." in ran.out
    assert "small: 4 dòng vào = 2 dòng nhập + 2 dòng từ chối" in ran.out
    assert (
        "II.06a: received 2 = settled 1 (early 1, on time 0, late 0) + in hand 1 (in time 0, overdue 1)."
        in ran.out
    )
    found = defects(report)
    assert [(d["line"], d["case"], d["code"], d["refused"]) for d in found] == [
        ("3", "c1", "no-time", "yes"),
        ("4", "c2", "missing-end", "no"),
        ("5", "'=c3", "unknown-channel", "yes"),
    ]
    assert tuple(json.loads(found[0]["row"])) == row(time="")
    assert found[1]["row"] == ""
    assert Case.objects.count() == 2


@pytest.mark.django_db
def test_the_same_log_again_doubles_nothing(run: Run, files: tuple[Path, Path]) -> None:
    assert run("import", "eventlog", files[0], "--mapping", files[1]).code == 0
    before = Event.objects.count()
    again = run("import", "eventlog", files[0], "--mapping", files[1])
    assert again.code == 1
    assert "nothing was added" in again.err
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_without_a_report_every_defect_is_printed(run: Run, files: tuple[Path, Path]) -> None:
    ran = run("import", "eventlog", files[0], "--mapping", files[1], "--dry-run", "--language", "en")
    assert "3: c1: no-time (refused): the time is missing" in ran.out
    assert (
        "5: =c3: unknown-channel (refused): the channel 'Pigeon' is not in the mapping (Desk, Web)" in ran.out
    )
    assert "--report" in ran.out
    assert "Dry run: nothing was written." in ran.out
    assert not Case.objects.exists()


def test_a_dry_run_and_durations_of_a_file_need_no_database(files: tuple[Path, Path], tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "MOTCUA_HOME": str(tmp_path / "home"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    }
    for arguments in (
        ["import", "eventlog", str(files[0]), "--mapping", str(files[1]), "--dry-run"],
        ["import", "durations", str(files[0]), "--mapping", str(files[1])],
    ):
        code = f"from motcua.config.cli import main; main({arguments!r})"
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.django_db
def test_durations_of_a_file_and_of_the_ledger_agree(run: Run, files: tuple[Path, Path]) -> None:
    of_file = run("import", "durations", files[0], "--mapping", files[1], "--format", "json")
    run("import", "eventlog", files[0], "--mapping", files[1])
    of_ledger = run("import", "durations", "small", "--format", "json")
    assert json.loads(of_file.out) == json.loads(of_ledger.out)
    assert [one["n"] for one in json.loads(of_file.out)] == [2, 2]
    table = run("import", "durations", "small").out
    assert "Trung bình (giờ) · Mean (hours)" in table
    assert "0,000000" in table
    assert "0.000000" in run("import", "durations", "small", "--language", "en").out


@pytest.mark.django_db
def test_what_cannot_be_read_says_where(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_bytes(content(row()) + b"\n\xff")
    ran = run("import", "eventlog", broken, "--mapping", files[1])
    assert (ran.code, "broken.csv, line 3" in ran.err) == (1, True)
    assert run("import", "eventlog", files[0]).code == 2
    assert "known: –" in run("import", "durations", "nothing").err


FEED = {
    "feed": "customs-core", "office": "20BB", "day": DAY,
    "declarations": [
        {
            "number": "103000000010", "flow": "import", "regime": "A11", "tax_code": "9900000016", "hs_code": "07070000",
            "events": [{"kind": "registered", "at": f"{DAY}T08:00:00+07:00"}],
        }
    ],
}  # fmt: skip


@pytest.mark.django_db
def test_a_feed_is_kept_acted_on_and_not_doubled(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "20BB-2020-03-02.json"
    file.write_text(json.dumps(FEED), encoding="utf-8")
    for _ in range(2):
        ran = run("import", "feed", "customs-core", file)
        assert (ran.code, ran.out.strip()) == (0, "20BB-2020-03-02.json: done")
    assert Case.objects.filter(kind="declaration").count() == 1


@pytest.mark.django_db
def test_a_feed_that_is_refused_tells_every_reason(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(json.dumps({"declarations": []}), encoding="utf-8")
    ran = run("import", "feed", "customs-core", file)
    assert ran.code == 1
    assert "bad.json: refused" in ran.out
    assert "'office' is missing" in ran.out
    assert "There is no feed 'tea'" in run("import", "feed", "tea", file).err
