"""`motcua lint-report`: the exit code tells a script what the page tells a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

RIGHT = "Tiếp nhận 120 hồ sơ, trong đó trực tuyến 90 hồ sơ, trực tiếp 30 hồ sơ.\n"
WRONG = "Số tờ khai giảm từ 1.540 xuống 1.425 tờ khai, giảm 9,5%.\n"


@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (WRONG, 1)])
def test_the_exit_code_tells_whether_the_figures_agree(
    run: Run, tmp_path: Path, text: str, code: int
) -> None:
    file = tmp_path / "report.txt"
    file.write_text(text, encoding="utf-8")
    ran = run("lint-report", file)
    assert ran.code == code, ran.out


def test_the_answer_comes_in_the_language_asked_for(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text(WRONG, encoding="utf-8")
    assert "Arithmetic faults" in run("lint-report", file, "--language", "en").out
    assert "Lỗi số học" in run("lint-report", file).out


def test_a_file_that_cannot_be_read_gives_two(run: Run, tmp_path: Path) -> None:
    ran = run("lint-report", tmp_path / "none.txt")
    assert (ran.code, "cannot be opened" in ran.out) == (2, True)
