"""`motcua serve`, `motcua work` and `motcua health`: the site, the worker beside it, and what is stuck."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

import click

from motcua.config.cli import setup
from motcua.config.cli.output import as_json, format_option, language_option, say

# How long a child may finish what it has in hand before it is killed.
GRACE_SECONDS = 25
LONGEST_PAUSE_SECONDS = 60.0
_PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes of the web server."
)
@click.option(
    "--threads", type=click.IntRange(1, 64), default=8, show_default=True, help="Threads in each of them."
)
@click.option(
    "--with-worker/--no-worker", default=True, show_default=True, help="Run the worker beside the site."
)
@language_option
def serve(host: str, port: int, workers: int, threads: int, with_worker: bool, language: str) -> None:
    """Serve the site until Ctrl-C or SIGTERM; both end every child."""
    setup()
    # The socket is ours and handed down: a port that is taken is told at once, and no request is lost at start.
    listener = _listen(host, port)
    family = Family(language)
    family.start(
        "site", site_command(listener.fileno(), workers, threads), vital=True, fds=(listener.fileno(),)
    )
    if with_worker:
        family.start("worker", [sys.executable, "-m", "motcua", "work"])
    _greet(listener, host, language)
    code = family.watch(stop_on_signals())
    listener.close()
    say("Đã dừng.", "Stopped.", language)
    raise SystemExit(code)


def site_command(listener: int, workers: int, threads: int) -> list[str]:
    """The web server's command line; it serves the listening socket it inherits."""
    memory = ["--worker-tmp-dir", "/dev/shm"] if os.path.isdir("/dev/shm") else []
    return [
        sys.executable, "-m", "gunicorn", "motcua.config.wsgi:application", "--bind", f"fd://{listener}",
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--graceful-timeout", str(GRACE_SECONDS - 5), "--timeout", "60", "--log-level", "warning", *memory,
    ]  # fmt: skip


def _listen(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=1024)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host}:{port} ({error.strerror}). Another program may have it: choose another --port."
        ) from None
    listener.set_inheritable(True)
    return listener


def _greet(listener: socket.socket, host: str, language: str) -> None:
    from django.conf import settings

    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host
    address = f"http://{shown}:{listener.getsockname()[1]}/"
    say(
        f"Một Cửa {settings.VERSION} · {address} (Ctrl-C để dừng)",
        f"Một Cửa {settings.VERSION} · {address} (Ctrl-C stops it)",
        language,
    )
    if settings.DEVELOPMENT:
        _show_cast(language)


def _show_cast(language: str) -> None:
    """Whom to sign in as; on a development site only, where everybody has one public password."""
    from django.db import DatabaseError

    from motcua.lib.bilingual import Text
    from motcua.people.cast import PASSWORD, listed

    try:
        people = listed()
    except DatabaseError:
        say(
            "Chưa có bảng: hãy chạy motcua migrate.", "There are no tables yet: run motcua migrate.", language
        )
        return
    if not people:
        say(
            "Chưa có ai: motcua demo tạo dàn nhân vật.",
            "Nobody is here yet: motcua demo makes the cast.",
            language,
        )
        return
    say(f"Đăng nhập thử (mật khẩu {PASSWORD}):", f"Sign in as (password {PASSWORD}):", language)
    for one in people[:8]:
        role = one["role"]
        assert isinstance(role, Text)
        click.echo(f"  {one['username']:<10} {one['name']}: {role.en if language == 'en' else role.vi}")
    if len(people) > 8:
        click.echo(f"  … +{len(people) - 8}")
    sys.stdout.flush()


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    return stop


@dataclass
class _Child:
    name: str
    command: Sequence[str]
    vital: bool
    fds: tuple[int, ...]
    process: subprocess.Popen[bytes]
    started: float
    falls: int = 0
    again_at: float | None = None


@dataclass
class Family:
    """Processes that live and die together: a vital one that ends takes the others along, the rest are started again."""

    language: str = "both"
    children: list[_Child] = field(default_factory=list)

    def start(
        self, name: str, command: Sequence[str], *, vital: bool = False, fds: tuple[int, ...] = ()
    ) -> None:
        """Start a child; it inherits `fds` and is ended when we are, even if we are killed."""
        self.children.append(_Child(name, command, vital, fds, _spawn(command, fds), time.monotonic()))

    def watch(self, stop: threading.Event) -> int:
        """Wait until `stop` is set (0) or a vital child ends (1); then end all."""
        code = 0
        try:
            while not stop.wait(0.5):
                if any(child.vital and child.process.poll() is not None for child in self.children):
                    code = 1
                    break
                for child in self.children:
                    self._keep(child)
        finally:
            self.end()
        return code

    def _keep(self, child: _Child) -> None:
        if child.process.poll() is None:
            return
        now = time.monotonic()
        if child.again_at is None:
            # Who stood for a minute falls for the first time again.
            child.falls = 1 if now - child.started > LONGEST_PAUSE_SECONDS else child.falls + 1
            pause = min(2.0**child.falls, LONGEST_PAUSE_SECONDS)
            child.again_at = now + pause
            say(
                f"{child.name} dừng (mã {child.process.returncode}); chạy lại sau {pause:.0f} giây.",
                f"{child.name} ended (code {child.process.returncode}); starting it again in {pause:.0f} s.",
                self.language,
                err=True,
            )
        elif now >= child.again_at:
            child.process, child.started, child.again_at = _spawn(child.command, child.fds), now, None

    def end(self) -> None:
        """Ask every child to finish, wait, and kill what does not."""
        for child in self.children:
            if child.process.poll() is None:
                child.process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def _spawn(command: Sequence[str], fds: tuple[int, ...]) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C in the terminal reaches us alone and we end the children in order.
    return subprocess.Popen(command, pass_fds=fds, start_new_session=True, preexec_fn=_die_with_parent)


def _die_with_parent() -> None:
    """Between fork and exec: ask the kernel for SIGTERM when our parent dies (Linux; elsewhere nothing happens)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGTERM)


@click.command()
@click.option("--once", is_flag=True, help="Do what waits now and end.")
@language_option
def work(once: bool, language: str) -> None:
    """Run the worker: messages, timed jobs and seals, until Ctrl-C or SIGTERM; waits out a database that is away."""
    setup()
    from motcua.config.cli.worker import Worker

    worker = Worker(language)
    if once:
        worker.once()
    else:
        worker.run(stop_on_signals())


@click.command()
@language_option
@format_option
def health(language: str, form: str) -> None:
    """Say what is stuck: database, messages, seals, disk, law; exit 1 when something is. Starts nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    import django

    django.setup()
    from motcua.config.cli.checks import checks

    found = list(checks())
    if form == "json":
        as_json([{"name": one.name, "ok": one.ok, "vi": one.vi, "en": one.en} for one in found])
    else:
        for one in found:
            mark = "✓" if one.ok else "✗"
            say(f"{mark} {one.vi}", f"{mark} {one.en}" if language == "en" else f"  {one.en}", language)
    if not all(one.ok for one in found):
        raise SystemExit(1)
