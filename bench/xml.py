"""
A manifest of ten thousand bills in XML: checked against its schema and given out bill by bill, beside bare `iterparse`.

Times are of the processor: other work on the machine makes all three wait alike.

Bare means: lxml walks the same file, looks at nothing, checks nothing, and gives back the memory of each bill. Ours
decodes, refuses what is dangerous, bounds depth and size, checks the schema, and gives back the memory too.
"""

from __future__ import annotations

import gc
import io
import tracemalloc
from collections.abc import Callable
from time import process_time

from lxml import etree

from bench.figures import Report, middle, spread
from motcua.lib import xmldoc
from motcua.manifest.documents import Bill, BillKind, Call, EquipmentUse, Item, Manifest, Nature, Party, Place
from motcua.manifest.messages import awmds

BILLS, RUNS = 10_000, 5


def content(bills: int) -> bytes:
    """A manifest of invented bills with three lines of goods each, written by our own writer."""
    return awmds.write(
        Manifest(call=Call(journey="038W"), bills=tuple(_bill(number) for number in range(bills)))
    )


def _bill(number: int) -> Bill:
    items = tuple(
        Item(
            description=f"Goods {line} of bill {number}",
            packages=10,
            package_kind="CT",
            gross_kg=number + line,
            marks="N/M",
        )  # type: ignore[arg-type]
        for line in range(1, 4)
    )
    return Bill(
        number=f"HLSL{number:08}", kind=BillKind.SIMPLE, sequence=number % 9999, nature=Nature.IMPORT,
        shipper=Party(name="MERLION TRADING", address="1 HARBOUR ROAD"),
        consignee=Party(name="CONG TY DAO XANH", address="HA LONG", tax_code="5700000017"),
        loading=Place(code="SGSIN"), unloading=Place(code="VNCLN"), items=items,
        uses=(EquipmentUse(equipment="CSQU3054383", packages=30),),
    )  # fmt: skip


def bare(data: bytes) -> int:
    """The limit: the parser alone."""
    count = 0
    for _, element in etree.iterparse(io.BytesIO(data), tag="Bol_segment"):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def checked(data: bytes) -> int:
    """Ours: safe, with the schema."""
    stream = xmldoc.stream(data, "Bol_segment", schema=xmldoc.Schema.load(awmds.SCHEMA))
    return sum(1 for _ in stream) if not stream.findings else -1


def documents(data: bytes) -> int:
    """All the way into documents."""
    return len(awmds.read(data).documents[0].bills)  # type: ignore[attr-defined]


def report(*, full: bool = False) -> Report:
    """Measure all three in turn, several times."""
    data = content(BILLS)
    times: dict[Callable[[bytes], int], list[float]] = {bare: [], checked: [], documents: []}
    for _ in range(RUNS):
        for measure, taken in times.items():
            gc.collect()
            began = process_time()
            count = measure(data)
            taken.append(process_time() - began)
            assert count == BILLS, measure
    found = Report(f"XML: a manifest of {BILLS:,} bills, {len(data) / 1e6:.1f} MB")
    floor = middle(times[bare])
    ours, all_the_way = middle(times[checked]), middle(times[documents])
    found.add("bare iterparse", f"{floor:.3f} s", spread(times[bare]))
    found.add(
        "safe, streamed, checked by the schema", f"{ours:.3f} s, {ours / floor:.2f} x bare", spread(times[checked]),
        "≤ 2 x bare", ours <= 2 * floor,
    )  # fmt: skip
    found.add(
        "read into documents",
        f"{all_the_way:.3f} s, {all_the_way / floor:.1f} x bare",
        spread(times[documents]),
    )
    found.add(
        "memory of the streamed check",
        f"{_memory(data):.1f} MB",
        "above the bytes of the file, Python's share",
    )
    found.notes.append(
        "lxml's own trees are outside Python's count; a stream holds one bill and one block of 32 KiB"
    )
    return found


def _memory(data: bytes) -> float:
    tracemalloc.start()
    checked(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6
