"""Whatever XML or JSON comes in: it is read or refused with a place, in time; a short run here, a long one in the drills."""

from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.lib.errors import Malformed
from motcua.manifest.documents import to_json
from motcua.manifest.messages import Read, read
from motcua.manifest.messages.jsondoc import read as read_json
from motcua.manifest.messages.workbook import template
from motcua.manifest.messages.xml import read as read_xml
from tests.manifest.calls import bill, house, manifest

ROOT = Path(__file__).resolve().parents[2] / "samples" / "manifest"
SOUND = [
    path.read_bytes()
    for folder in ("xml", "json")
    for path in sorted((ROOT / folder).iterdir())
    if path.suffix != ".yaml"
]
WORKBOOK = template.filled(manifest(bill(), house("H1")), "manifest")
SLOWEST = 2.0
TOKENS = [
    b"<", b">", b"</", b"/>", b"&", b"&#0;", b"&#55296;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<!DOCTYPE a>", b"<?x?>",
    b"\x00", b"\xff", b"\xed\xa0\x80", b"-1e9999", b"99999999999999999999", b"1,234", b"0x1F", b"NaN", b"2020-02-30",
    b"9999-12-31T23:59:59+99:99", b"{", b"}", b"[[[[", b'"', b"null", b"\\ud800", b"xmlns:a='b'", b"<a xmlns='urn:x'>",
]  # fmt: skip


def damaged(sound: bytes, chance: random.Random) -> bytes:
    """A sound message with some bytes cut, doubled, swapped or replaced."""
    data = bytearray(sound)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) or 1)
        end = min(len(data), at + chance.choice((1, 2, 8, 64, 400)))
        match chance.randrange(5):
            case 0:
                del data[at:end]
            case 1:
                data[at:at] = data[at:end]
            case 2:
                data[at:at] = chance.choice(TOKENS)
            case 3:
                data[at:end] = chance.choice(TOKENS)
            case _:
                data[at:end] = chance.randbytes(end - at)
    return bytes(data)


def outcome(content: bytes) -> None:
    """Read by whoever takes it; only a refusal with a place may come out, and what is read can be told again."""
    for reader in (read, read_xml, read_json):
        began = time.perf_counter()
        try:
            accounted(reader(content, None))
        except Malformed as fault:
            assert_place(fault)
        assert time.perf_counter() - began < SLOWEST, content[:200]


def assert_place(fault: Malformed) -> None:
    assert fault.place
    assert fault.text
    assert fault.text_en


def accounted(got: Read) -> None:
    assert got.documents or not got.accepted
    for one in got.findings:
        assert one.place
        assert one.vi
        assert one.en
    for document, places in zip(got.documents, got.places, strict=True):
        to_json(document)
        if not isinstance(places, dict):
            assert places["bills[7].items[3].gross_kg"]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_damaged_messages_are_read_or_refused_with_a_place(seed: int) -> None:
    chance = random.Random(seed)
    outcome(damaged(chance.choice(SOUND), chance))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_place(content: bytes) -> None:
    outcome(content)


def damaged_workbook(sound: bytes, chance: random.Random) -> bytes:
    """A workbook with one of its parts damaged and the archive made anew around it."""
    source = zipfile.ZipFile(io.BytesIO(sound))
    names = source.namelist()
    victim = chance.choice(names)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            content = source.read(name)
            archive.writestr(name, damaged(content, chance) if name == victim else content)
    return out.getvalue()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_damaged_workbooks_are_read_or_refused_with_a_place(seed: int) -> None:
    chance = random.Random(seed)
    outcome(damaged_workbook(WORKBOOK, chance))
    outcome(damaged(WORKBOOK, chance))


def seeds(seconds: float) -> Iterator[int]:
    began, seed = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        seed += 1
        yield seed


@pytest.mark.drill
def test_ten_minutes_of_damaged_messages() -> None:
    count = 0
    for seed in seeds(600):
        chance = random.Random(seed)
        outcome(damaged(chance.choice(SOUND), chance))
        if seed % 10 == 0:
            outcome(damaged_workbook(WORKBOOK, chance))
        count += 1
    print(f"{count:,} damaged messages, 0 crashes, none slower than {SLOWEST} s")
    assert count > 10_000
