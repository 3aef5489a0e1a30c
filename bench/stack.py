"""The ground a measure stands on: its own home folder, embedded server, tables and gunicorn; all removed after it."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def ground() -> Iterator[Any]:
    """
    A fresh database and Django ready on it, as the application's role; gives the `Embedded` server.

    Must be entered before anything of the project that reads settings is imported: one measure, one process.
    """
    home = Path(tempfile.mkdtemp(prefix="motcua-bench-"))
    # The server's own system user has to pass through the folder when we are root.
    home.chmod(0o711)
    os.environ.update(
        MOTCUA_HOME=str(home),
        DJANGO_SETTINGS_MODULE="bench.settings",
        MOTCUA_KEEP_SERVER="1",
        MOTCUA_ROLE="application",
    )
    os.environ.pop("DATABASE_URL", None)
    from motcua.config.embedded import Embedded

    server = Embedded(home)
    try:
        subprocess.run([sys.executable, "-m", "bench.migrate"], cwd=ROOT, env=environment(), check=True)
        import django

        django.setup()
        yield server
    finally:
        state = server.data.parent
        server.stop("fast")
        shutil.rmtree(server.socket, ignore_errors=True)
        for folder in {home, state}:
            shutil.rmtree(folder, ignore_errors=True)


def environment(**more: str) -> dict[str, str]:
    """Our environment with the checkout importable."""
    paths = [str(ROOT), str(ROOT / "src"), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **more}


@contextmanager
def gunicorn(
    workers: int = 2, threads: int = 8, settings: str = "bench.settings"
) -> Iterator[tuple[int, int]]:
    """The site behind gunicorn on a free port of the loopback; gives the port and the master's process id."""
    port = free_port()
    log = Path(os.environ["MOTCUA_HOME"]) / "gunicorn.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "motcua.config.wsgi:application", "--workers", str(workers),
                "--worker-class", "gthread", "--threads", str(threads), "--keep-alive", "30", "--bind",
                f"127.0.0.1:{port}", "--log-level", "warning",
            ],
            cwd=ROOT, env=environment(DJANGO_SETTINGS_MODULE=settings), stdout=output, stderr=output,
        )  # fmt: skip
    try:
        wait_for(port, process, log)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Wait until the site answers; RuntimeError with its log when it died or stays silent."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
                sock.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                if b" 200 " in sock.recv(200):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the site did not start: {log.read_text(errors='replace')[-3000:]}")


def processor_seconds(pid: int) -> float:
    """Processor time a process and all its descendants have used so far, the ended ones they waited for included."""
    ticks = 0
    family = [pid]
    for member in family:
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            children = Path(f"/proc/{member}/task/{member}/children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        ticks += sum(int(value) for value in fields[11:15])
        family += map(int, children)
    return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def machine() -> list[tuple[str, str]]:
    """What the figures were measured on."""
    import django
    import psycopg

    from bench.verifier import processor
    from motcua.config.embedded import Embedded

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    postgres = subprocess.run(
        [str(Embedded(Path(tempfile.gettempdir())).binaries() / "postgres"), "--version"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    return [
        ("processor", f"{processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before"),
        ("memory", f"{memory:.1f} GiB"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("python", f"{platform.python_implementation()} {platform.python_version()}, Django {django.__version__}, "
                   f"psycopg {psycopg.__version__}"),
        ("database", f"{postgres}, fsync on, synchronous_commit on"),
    ]  # fmt: skip
