"""The worker's loop: one process that takes messages, runs timed jobs and seals, and outlives its database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone
from django.utils.module_loading import import_string

from motcua.casework.models import Event, Seal
from motcua.casework.seal import seal_events
from motcua.config.cli.output import BOTH, say
from motcua.exchange.backlog import process_next
from motcua.lib.errors import Unavailable

logger = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
TURN_SECONDS = 1.0
SEAL_SECONDS = 5.0
LONGEST_WAIT_SECONDS = 30.0
REST_AFTER_FAULT_SECONDS = 60.0

# The database went away or is not there yet: nothing of ours is wrong, so we wait. Plain psycopg errors come from COPY.
AWAY = (Unavailable, OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)

Job = Callable[[datetime], bool]


class Worker:
    """Does what waits, round by round. `now` and `jobs` are given in tests; otherwise the clock and the registry."""

    def __init__(
        self,
        language: str = BOTH,
        *,
        now: Callable[[], datetime] = timezone.now,
        jobs: dict[str, Job] | None = None,
    ) -> None:
        self.language = language
        self.now = now
        self.jobs = jobs if jobs is not None else {path: _named(path) for path in settings.TIMED_JOBS}
        self.failures = 0
        self._sealed_at = float("-inf")
        self._resting: dict[str, float] = {}

    def once(self) -> None:
        """Do all that waits now, and seal; a database that is away is told by the error itself."""
        while self.round():
            pass
        self._seal()

    def run(self, stop: threading.Event) -> None:
        """Round after round until `stop` is set."""
        while not stop.is_set():
            try:
                busy = self.round()
            except AWAY as error:
                self._wait_out(error, stop)
                continue
            self._is_back()
            if not busy:
                stop.wait(IDLE_SECONDS)

    def round(self) -> bool:
        """Messages for a turn, every timed job for a turn, a seal when its time has come; True when there may be more."""
        busy = self._turn(lambda: process_next(self.now()))
        for name, job in self.jobs.items():
            busy |= self._turn(partial(self._job, name, job))
        if time.monotonic() - self._sealed_at >= SEAL_SECONDS:
            self._seal()
        return busy

    def _turn(self, work: Callable[[], bool]) -> bool:
        """Do one kind of work until none waits or its turn is over, so that no kind keeps the others waiting."""
        until = time.monotonic() + TURN_SECONDS
        while busy := work():
            if time.monotonic() >= until:
                break
        return busy

    def _job(self, name: str, job: Job) -> bool:
        if time.monotonic() < self._resting.get(name, 0):
            return False
        try:
            return job(self.now())
        except AWAY:
            raise
        except Exception:
            # Our own fault in one job must not stop messages and seals; it rests, so that the log stays readable.
            logger.exception("the timed job %s failed", name)
            self._resting[name] = time.monotonic() + REST_AFTER_FAULT_SECONDS
            return False

    def _seal(self) -> None:
        self._sealed_at = time.monotonic()
        newest = Seal.objects.order_by("-number").values_list("last_event", flat=True).first()
        if Event.objects.filter(pk__gt=newest or 0).exists():
            seal_events(self.now())

    def _wait_out(self, error: Exception, stop: threading.Event) -> None:
        if self.failures == 0:
            reason = str(error).strip().partition("\n")[0]
            say(
                f"Cơ sở dữ liệu chưa trả lời, chờ và thử lại: {reason}",
                f"The database does not answer, waiting and trying again: {reason}",
                self.language,
                err=True,
            )
        self.failures += 1
        connections.close_all()
        stop.wait(min(2.0 ** (self.failures - 1), LONGEST_WAIT_SECONDS))

    def _is_back(self) -> None:
        if self.failures:
            say("Cơ sở dữ liệu đã trả lời.", "The database answers again.", self.language, err=True)
            self.failures = 0


def _named(path: str) -> Job:
    """The job of a dotted path, looked up when its turn comes: one that cannot be imported is that job's fault alone."""

    def job(now: datetime) -> bool:
        function: Job = import_string(path)
        return function(now)

    return job
