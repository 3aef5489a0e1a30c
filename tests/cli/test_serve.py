"""`motcua serve` as a person starts and stops it, with real processes on a free port."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import connection

from motcua.config.cli.serve import Family
from tests.cli.conftest import Run


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command on the tests' database; gives the process and what it printed up to its address."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "motcua.config.settings",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}"
        f"?host={database['HOST']}&port={database['PORT']}",
        "MOTCUA_DEVELOPMENT": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "motcua", "serve", "--port", "0", "--workers", "1", *arguments],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if "stops it" in line:
                break
        yield process, said
    finally:
        process.kill()
        process.wait()


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def family_of(pid: int) -> list[int]:
    found = children(pid)
    return found + [grandchild for child in found for grandchild in family_of(child)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_site_answers_at_the_printed_address_and_stops_with_all_its_children(number: int) -> None:
    with serving() as (process, said):
        address = re.search(r"http://localhost:(\d+)/", said)
        assert address is not None, said
        site = http.client.HTTPConnection("localhost", int(address[1]), timeout=60)
        site.request("GET", "/")
        assert site.getresponse().status < 500
        mine = family_of(process.pid)
        # The web server, its one process, and the worker beside it.
        assert len(mine) == 3
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert "Stopped." in out
        assert [pid for pid in mine if alive(pid)] == []


@pytest.mark.django_db(transaction=True)
def test_children_end_even_when_the_parent_is_killed() -> None:
    with serving("--no-worker") as (process, _):
        mine = children(process.pid)
        assert len(mine) == 1
        process.kill()
        process.wait()
        for _ in range(1500):
            if not any(alive(pid) for pid in mine):
                return
            time.sleep(0.02)
        pytest.fail("a child outlived its parent")


@pytest.mark.django_db
def test_a_port_that_is_taken_is_said_in_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("serve", "--port", taken.getsockname()[1])
    assert ran.code == 1
    assert "choose another --port" in ran.err


def sleeper(seconds: float, code: int = 0) -> list[str]:
    return [sys.executable, "-c", f"import sys, time; time.sleep({seconds}); sys.exit({code})"]


def test_a_vital_child_that_ends_takes_the_others_along() -> None:
    family = Family("en")
    family.start("worker", sleeper(600))
    family.start("site", sleeper(0, 3), vital=True)
    assert family.watch(threading.Event()) == 1
    assert all(child.process.poll() is not None for child in family.children)


def test_a_worker_that_falls_is_started_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("motcua.config.cli.serve.LONGEST_PAUSE_SECONDS", 0.0)
    marks, stop = tmp_path / "marks", threading.Event()
    family = Family("en")
    family.start("worker", [sys.executable, "-c", f"open({str(marks)!r}, 'a').write('x')"])

    def enough() -> None:
        while not (marks.exists() and len(marks.read_text()) >= 2):
            time.sleep(0.02)
        stop.set()

    thread = threading.Thread(target=enough)
    thread.start()
    assert family.watch(stop) == 0
    thread.join()
    assert "worker ended (code 0); starting it again" in capsys.readouterr().err
