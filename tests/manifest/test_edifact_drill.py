"""Slow: an interchange of 200 MB in bounded memory, and an hour's worth of damaged files in some minutes."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.lib.errors import Malformed
from motcua.manifest.answers import answers
from motcua.manifest.documents import Bill
from motcua.manifest.messages import read
from motcua.manifest.messages.edifact.profile import named
from motcua.manifest.messages.edifact.reading import Given, Piece, stream
from tests.lib.edifact.drafts import NOON, cargo, interchange

ROOT = Path(__file__).resolve().parents[2]
SEEDS = [path.read_bytes() for path in sorted((ROOT / "samples").rglob("*.edi"))]
PIECES = [
    b"'", b"+", b":", b"?", b"??", b"?'", b"*", b"\n", b"\r\n", b"\x00", b"\xff", "ạ".encode(), b"UNA:+.? '", b"UNB+UNOA:1+A+B'",
    b"UNH+1+CUSCAR:D:98B:UN'", b"UNT+1+1'", b"UNZ+1+1'", b"CNI+1'", b"RFF+BM'", b"RFF+MB:X'", b"GID'", b"EQD'", b"NAD+FL'",
    b"MEA+AAE+G+KGM:9e9'", b"DTM+132:99999999:102'", b"9" * 400, b"-", b"NaN", b"DGS'", b"SGP'", b"LOC+27'", b"TDT+20'",
]  # fmt: skip


def large(size: int) -> Iterator[bytes]:
    """One interchange of about `size` bytes: messages of 2,000 consignments, made on the way."""
    whole = interchange(cargo(2_000))
    start, end = whole.index(b"UNH"), whole.index(b"UNZ")
    message = whole[start:end]
    yield whole[:start]
    made = number = 0
    while made < size:
        number += 1
        yield message.replace(b"UNH+1+", b"UNH+%d+" % number).removesuffix(b"+1'") + b"+%d'" % number
        made += len(message)
    yield b"UNZ+%d+R1'" % number


@pytest.mark.drill
def test_200_megabytes_become_bills_in_bounded_memory() -> None:
    profile = named("standard")
    for _ in stream(large(2_000_000), profile):
        pass
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    bills = messages = 0
    for event in stream(large(200_000_000), profile):
        if isinstance(event, Piece):
            bills += sum(isinstance(one, Bill) for one in event.parts)
        elif isinstance(event, Given):
            assert event.accepted
            messages += 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert bills == 2_000 * messages
    assert bills > 900_000
    # Kilobytes.
    assert grown < 20_000


def damaged(chance: random.Random) -> bytes:
    """A sample with some bytes cut, put in, doubled or taken from another."""
    data = bytearray(chance.choice(SEEDS))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        how = chance.random()
        if how < 0.5:
            data[at : at + chance.randint(0, 4)] = chance.choice(PIECES)
        elif how < 0.7:
            del data[at : at + chance.randint(1, 40)]
        elif how < 0.85:
            data[at:at] = data[at : at + chance.randint(1, 200)]
        else:
            other = chance.choice(SEEDS)
            data[at:at] = other[(start := chance.randrange(len(other))) : start + chance.randint(1, 200)]
    return bytes(data)


def account(data: bytes) -> None:
    """Read, place, answer; nothing but Malformed may come, nothing may be lost, none may take long."""
    start = time.perf_counter()
    try:
        found = read(data)
    except Malformed as error:
        assert error.place  # noqa: PT017
        return
    if found.standard != "edifact":
        return
    assert len(found.parts) == sum(one.found for one in found.envelope)
    assert all(one.place for one in found.findings)
    refused = sum(not part.accepted for part in found.parts)
    assert not refused or any(one.severity == "error" for one in found.findings)
    for places in found.places:
        assert all(places[path] for path in list(places)[:3])
    answers(found, data, None, number="9", at=NOON)
    assert time.perf_counter() - start < 2 * float(os.environ.get("MOTCUA_PATIENCE", "1"))


@pytest.mark.drill
def test_damaged_files_are_read_placed_and_answered() -> None:
    seed = int(os.environ.get("MOTCUA_SEED", "1"))
    chance = random.Random(seed)
    until = time.monotonic() + float(os.environ.get("MOTCUA_FUZZ_SECONDS", "120"))
    count = 0
    while time.monotonic() < until:
        data = damaged(chance)
        try:
            account(data)
        except Exception as error:
            raise AssertionError(f"file {count} of seed {seed}: {data!r}") from error
        count += 1
    print(f"{count} damaged files")
    assert count > 100


def test_a_few_damaged_files_are_read_placed_and_answered() -> None:
    chance = random.Random(7)
    for _ in range(60):
        account(damaged(chance))
