"""A run of the load client together with the processor time it cost: a figure that busy neighbours hardly move."""

from __future__ import annotations

from dataclasses import dataclass

from bench.client import Load, Request, drive
from bench.stack import processor_seconds


@dataclass
class Run:
    """One run, and the processor time it cost the site and the database."""

    load: Load
    site: float
    database: float

    @property
    def milliseconds(self) -> float:
        """Processor time of one answer, site and database together; warming up counts on both sides of the division."""
        return (self.site + self.database) / max(1, self.load.sent) * 1000


def costed(
    port: int, request: Request, *, clients: int, seconds: float, pids: tuple[int, int], keep: int = 1
) -> Run:
    """Drive the site and look at the two families of processes, the site's and the database's, before and after."""
    before = [processor_seconds(pid) for pid in pids]
    load = drive(port, request, clients=clients, seconds=seconds, keep=keep)
    site, database = (processor_seconds(pid) - was for pid, was in zip(pids, before, strict=True))
    return Run(load, site, database)
