"""The embedded server: starts from nothing, listens to nobody outside, outlives its parent, comes back after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.config.embedded import APPLICATION, OWNER, Embedded


@pytest.fixture(scope="module")
def server() -> Iterator[Embedded]:
    with tempfile.TemporaryDirectory(prefix="motcua-embedded-") as folder:
        made = Embedded(Path(folder))
        assert made.start()
        yield made
        made.stop()


def test_a_second_start_finds_the_first(server: Embedded) -> None:
    assert not server.start()
    assert server.is_running()


def test_no_port_is_open_and_only_the_servers_user_may_enter_the_socket(server: Embedded) -> None:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
    assert server.socket.stat().st_mode & 0o077 == 0


def test_the_roles_are_what_they_should_be(server: Embedded) -> None:
    with psycopg.connect(server.url("postgres", "postgres")) as connection:
        rows = connection.execute(
            "select rolname, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname like 'motcua%' order by 1"
        ).fetchall()
    assert rows == [(APPLICATION, False, False, False), (OWNER, False, True, False)]


def test_the_extensions_the_product_needs_are_in_the_wheel(server: Embedded) -> None:
    with psycopg.connect(server.url(OWNER)) as connection:
        assert (
            connection.execute("create extension if not exists pg_trgm").statusmessage == "CREATE EXTENSION"
        )


def test_it_outlives_the_process_that_started_it_and_comes_back_after_a_kill(server: Embedded) -> None:
    server.stop()
    code = (
        "import os, sys, time; from pathlib import Path; from motcua.config.embedded import Embedded;"
        f"Embedded(Path({str(server.home)!r})).start(); print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline().strip() == "up"
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert server.is_running()

    with psycopg.connect(server.url(OWNER), autocommit=True) as connection:
        connection.execute("create table kept (n int)")
        connection.execute("insert into kept values (7)")
    os.kill(server.postmaster_pid(), signal.SIGKILL)
    until = time.monotonic() + 20
    while server.is_running() and time.monotonic() < until:
        time.sleep(0.05)
    assert server.start()
    with psycopg.connect(server.url(OWNER)) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)
