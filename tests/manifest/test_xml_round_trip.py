"""What is written is read back: the portal's papers and ASYCUDA manifests, at random."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.lib.findings import errors
from motcua.lib.nsw_envelope import PORTAL, Header, Party
from motcua.manifest.documents import (
    Bill,
    Equipment,
    EquipmentUse,
    Function,
    Item,
    Manifest,
    Mode,
    MovementKind,
    walk,
)
from motcua.manifest.messages import awmds, nsw_maritime, read
from motcua.manifest.messages.mapping import Each, To
from motcua.manifest.messages.nsw_maritime import PAPERS, Paper
from tests.manifest.papers import papers

HEADER = Header("MSG-1", Party("Đại lý", "5700000000"), PORTAL, "1", "50", "01", reference="HS-1")


def targets(table: Mapping[str, Any], above: str = "") -> set[str]:
    """The field paths that a map fills, without the numbers of lists."""
    found: set[str] = set()
    for target in table.values():
        if isinstance(target, Each):
            found |= targets(target.map, f"{above}{target.field}.")
        elif target is not None:
            field = target.field if isinstance(target, To) else target
            found.add(f"{above}{field}".replace("[]", ""))
    return found


def said(document: Any, only: set[str], nothing: Collection[str] = ("",)) -> dict[str, Any]:
    """The values of some paths; what the format knows as nothing is not said."""
    return {
        path: value
        for path, _, value in walk(document)
        if re.sub(r"\[\d+\]", "", path) in only and value not in nothing
    }


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.root)
def test_a_paper_of_the_portal_comes_back_as_it_was_sent(paper: Paper) -> None:
    only = targets(paper.map)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(papers(paper.document), st.sampled_from(list(MovementKind)))
    def run(document: Any, movement: MovementKind) -> None:
        sent = replace(document, call=replace(document.call, mode=Mode.SEA, movement=movement), number="TK-1")
        if isinstance(sent, Manifest):
            boxes = [replace(one, seals=tuple(filter(None, one.seals))) for one in sent.equipment]
            sent = replace(sent, equipment=tuple(boxes))
        content = nsw_maritime.write(sent, HEADER)
        got = read(content)
        assert [one for one in got.findings if not one.code.startswith("xml.schema.missing")] == []
        (back,) = got.documents
        assert said(back, only) == said(sent, only)
        assert (back.call.movement, back.function, back.call.mode) == (movement, sent.function, Mode.SEA)
        assert nsw_maritime.write(back, HEADER) == nsw_maritime.write(read(content).documents[0], HEADER)

    run()


def test_every_function_has_a_code_of_its_own() -> None:
    for function in Function:
        paper = replace(PAPERS[0].document(), function=function)
        paper = replace(paper, call=replace(paper.call, movement=MovementKind.ENTRY))
        got = read(nsw_maritime.write(paper, HEADER))
        assert got.documents[0].function is function


ASYCUDA = targets(awmds.BOL, "bills.") | {path for path in targets(awmds.HEAD) if not path.startswith("_")}
ASYCUDA |= {"bills.kind", "bills.packages", "bills.gross_kg", "bills.volume_m3", "call.eta", "call.etd"}
ASYCUDA |= {
    "call.port.code",
    "call.port.name",
    "equipment.number",
    "equipment.size_type",
    "equipment.tare_kg",
}
ASYCUDA |= {"equipment.fullness", "equipment.seals", "call.conveyance.imo"}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(papers(Manifest), papers(Equipment), st.lists(papers(Bill), max_size=3), st.booleans())
def test_an_asycuda_manifest_comes_back_as_it_was_sent(
    sent: Manifest, box: Equipment, bills: list[Bill], leaving: bool
) -> None:
    box = replace(box, number="CSQU3054383", seals=tuple(filter(None, box.seals))[:3])
    whole = [_asycuda_bill(bill, number) for number, bill in enumerate(bills)]
    used = any(bill.uses for bill in whole)
    home, abroad = {"code": "VNCLN", "name": "Cái Lân"}, {"code": "SGSIN", "name": ""}
    ports = (home, abroad)
    call = replace(
        sent.call,
        conveyance=replace(sent.call.conveyance, imo="9074729"),
        movement=MovementKind.EXIT if leaving else MovementKind.ENTRY,
        port=replace(sent.call.port, **ports[0]),
        previous_port=replace(sent.call.previous_port, **({"code": "", "name": ""} if leaving else ports[1])),
        next_port=replace(sent.call.next_port, **(ports[1] if leaving else {"code": "", "name": ""})),
    )
    sent = replace(sent, call=call, bills=tuple(whole), equipment=(box,) if used else ())
    got = read(awmds.write(sent))
    assert errors(got.findings) == []
    (back,) = got.documents
    # A dot, a dash and N/A are how these programs write nothing, so nothing is what comes back.
    nothing = {"", *awmds.NOTHING}
    assert said(back, ASYCUDA, nothing) == said(sent, ASYCUDA, nothing)
    assert back.call.movement is call.movement


def _asycuda_bill(bill: Bill, number: int) -> Bill:
    """A bill as ASYCUDA can say it: masses in the goods, one notify party, full texts."""
    items = tuple(_asycuda_item(item) for item in bill.items)
    uses = tuple(
        EquipmentUse(equipment="CSQU3054383", packages=use.packages, gross_kg=use.gross_kg)
        for use in bill.uses
    )
    return replace(
        bill,
        number=f"BILL{number}",
        notify=bill.notify[:1],
        items=items,
        uses=uses,
        packages=_sum(items, "packages"),
        gross_kg=_sum(items, "gross_kg"),
        volume_m3=_sum(items, "volume_m3"),
    )


def _asycuda_item(item: Item) -> Item:
    return replace(item, dangerous=(), chassis=())


def _sum(items: tuple[Item, ...], name: str) -> Any:
    known = [getattr(item, name) for item in items if getattr(item, name) is not None]
    return sum(known[1:], known[0]) if known else None
