"""
CUSCAR and PAXLST as carriers write them: the same facts, each carrier with habits of its own.

Written from the directories with `motcua.lib.edifact.write`, not with the manifest's writer: see the README.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.separators import DEFAULT, Separators
from motcua.lib.edifact.write import Draft, MessageDraft, write
from motcua.lib.worktime import VIETNAM
from motcua_sim.voyages import Bill, Item, Person, Voyage

CUSTOMS = ("VNCUSTOMS", "ZZZ")
ORIGINAL, REPLACE, CANCEL = "9", "5", "1"


@dataclass(frozen=True)
class Habits:
    """
    How one carrier writes. `bill_in` is where the bill number stands: in CNI, in RFF+BM, or in both; `ship_by` names
    the ship by IMO number or call sign; `telex` puts the lines of an old gateway around it; `lines` a line a segment.
    """

    code: str
    name: str
    bill_in: str = "both"
    ship_by: str = "imo"
    separators: Separators = DEFAULT
    announces: bool = False
    charset: str = "UNOC"
    document: str = "85"
    long_times: bool = True
    telex: bool = False
    lines: bool = False


CARRIERS: dict[str, Habits] = {
    "blue": Habits("MCVBLUE", "BLUE LANTERN LINE"),
    "heron": Habits(
        "MCVHERON", "GREY HERON SHIPPING", bill_in="rff", ship_by="call-sign", document="785", long_times=False,
        separators=Separators(component="/", element="*", release="?", terminator="$"), charset="UNOB",
    ),
    "plum": Habits(
        "MCVPLUM", "NORTH PLUM FEEDERS", bill_in="cni", announces=True, telex=True, lines=True, charset="UNOA"
    ),
}  # fmt: skip


def cuscar(
    voyage: Voyage, habits: Habits, *, control: str, document: str, function: str, at: datetime,
    spoil: Callable[[list[Segment]], list[Segment]] | None = None,
) -> bytes:  # fmt: skip
    """A cargo report, D.98B. `spoil` changes the segments of one that is to be faulty."""
    body = [
        Segment.of("BGM", habits.document, document, function),
        _time("137", at, habits),
        Segment.of("LOC", "22", voyage.office),
        Segment.of("NAD", "CA", (habits.code, "160", "20"), "", habits.name),
        Segment.of("NAD", "CG", (voyage.agent_tax_code, "160", "ZZZ"), "", f"AGENT OF {habits.name}"),
        *_conveyance(voyage, habits),
        _time("132", voyage.eta, habits),
        Segment.of("GIS", "23"),
    ]
    for box in voyage.boxes:
        body.append(Segment.of("EQD", "CN", box, ("22G1", "102", "5"), "", "", "5"))
        body.append(Segment.of("SEL", f"S{box[4:]}", "CA"))
    body += [
        Segment.of("CNT", ("7", f"{voyage.gross_kg}", "KGM")),
        Segment.of("CNT", ("11", str(voyage.packages))),
        Segment.of("CNT", ("10", str(len(voyage.bills)))),
    ]
    if function != CANCEL:
        for number, bill in enumerate(voyage.bills, start=1):
            body += _bill(number, bill, voyage, habits)
    if spoil is not None:
        body = spoil(body)
    return _interchange("CUSCAR", "98B", tuple(body), habits, control, at)


def _conveyance(voyage: Voyage, habits: Habits) -> list[Segment]:
    ship = voyage.ship
    named = (ship.imo, "146", "11", ship.name, ship.flag)
    if habits.ship_by == "call-sign":
        named = (ship.call_sign, "103", "", ship.name, ship.flag)
    return [
        Segment.of("TDT", "20", voyage.number, "1", "", (habits.code, "172", "20"), "", "", named),
        Segment.of("LOC", "60", (voyage.port, "139", "6")),
        Segment.of("LOC", "94", (voyage.previous, "139", "6")),
    ]


def _bill(number: int, bill: Bill, voyage: Voyage, habits: Habits) -> list[Segment]:
    body = [Segment.of("CNI", str(number), bill.number if habits.bill_in != "rff" else "")]
    # The table of group 8 begins with RFF: whoever names the bill in CNI alone gives a reference of its own here.
    reference = ("BM", bill.number) if habits.bill_in != "cni" else ("AAQ", str(number))
    if habits.bill_in == "cni" and bill.boxes:
        reference = ("AAQ", bill.boxes[0][0])
    body += [
        Segment.of("RFF", reference),
        Segment.of("CNT", ("11", str(bill.packages))),
        Segment.of("LOC", "9", (bill.loading, "139", "6")),
        Segment.of("LOC", "11", (voyage.port, "139", "6")),
        Segment.of("GIS", "23"),
        Segment.of("NAD", "CZ", "", "", bill.shipper),
        Segment.of("NAD", "CN", (bill.consignee_tax_code, "160", "ZZZ"), "", bill.consignee),
        Segment.of("NAD", "NI", "", "", bill.consignee),
    ]
    for at, item in enumerate(bill.items, start=1):
        body += _item(at, item, bill if at == 1 else None)
    return body


def _item(number: int, item: Item, bill: Bill | None) -> list[Segment]:
    found = [
        Segment.of("GID", str(number), (str(item.packages), item.kind)),
        Segment.of("FTX", "AAA", "", "", item.description),
        Segment.of("MEA", "AAE", "G", ("KGM", f"{item.gross_kg}")),
    ]
    if bill is not None:
        found += [Segment.of("SGP", box, str(packages)) for box, packages in bill.boxes]
    return [*found, Segment.of("PCI", "28", item.marks), Segment.of("CST", "1", (item.hs, "122"))]


def paxlst(
    voyage: Voyage, habits: Habits, *, control: str, document: str, at: datetime, crew: bool
) -> bytes:  # fmt: skip
    """A crew list (BGM 250) or passenger list (745), D.05B."""
    people = voyage.crew if crew else voyage.passengers
    # Lists of persons go the plain way with every carrier: control authorities agreed on one form.
    body = [
        Segment.of("BGM", "250" if crew else "745", document, "9"),
        Segment.of("NAD", "MS", (habits.code, "160", "20"), "", habits.name),
        Segment.of(
            "TDT", "20", voyage.number, "1", "", (habits.code, "172", "20"), "", "",
            (voyage.ship.imo, "146", "11", voyage.ship.name, voyage.ship.flag),
        ),
        Segment.of("DTM", ("132", f"{voyage.eta.astimezone(VIETNAM):%y%m%d%H%M}", "201")),
        Segment.of("LOC", "125", voyage.previous),
        Segment.of("LOC", "87", voyage.port),
    ]  # fmt: skip
    for person in people:
        body += _person(person, crew)
    body.append(Segment.of("CNT", ("41" if crew else "42", str(len(people)))))
    return _interchange("PAXLST", "05B", tuple(body), replace(habits, telex=False), control, at)


def _person(person: Person, crew: bool) -> list[Segment]:
    found = [
        Segment.of("NAD", "FM" if crew else "FL", "", "", (person.family, person.given)),
        Segment.of("ATT", "2", "", person.sex),
        Segment.of("DTM", ("329", f"{person.born:%y%m%d}")),
    ]
    if person.rank:
        found.append(Segment.of("EMP", "1", ("", "", "", person.rank)))
    return [
        *found,
        Segment.of("NAT", "2", person.nationality),
        Segment.of("DOC", ("P", "110", "111"), person.passport),
        Segment.of("DTM", ("36", f"{person.born.year % 10 + 2026}0630", "102")),
        Segment.of("LOC", "91", person.nationality),
    ]


def _time(qualifier: str, at: datetime, habits: Habits) -> Segment:
    local = at.astimezone(VIETNAM)
    if habits.long_times:
        return Segment.of("DTM", (qualifier, f"{local:%Y%m%d%H%M}", "203"))
    return Segment.of("DTM", (qualifier, f"{local:%y%m%d%H%M}", "201"))


def _interchange(
    kind: str, release: str, body: tuple[Segment, ...], habits: Habits, control: str, at: datetime
) -> bytes:  # fmt: skip
    content = write(
        Draft(
            (habits.code, "ZZZ"), CUSTOMS, at, control, (MessageDraft(kind, "D", release, body, reference="1"),),
            charset=habits.charset, separators=habits.separators,
        )
    )  # fmt: skip
    if habits.announces and not content.startswith(b"UNA"):
        content = habits.separators.una.encode() + content
    mark = habits.separators.terminator.encode()
    if habits.lines:
        content = content.replace(mark, mark + b"\r\n").replace(b"?" + mark + b"\r\n", b"?" + mark)
    if habits.telex:
        content = b"ZCZC HPH1204 281103\r\nQD VNHANXH\r\n.MCVPLUM 281102\r\n" + content + b"\r\nNNNN\r\n"
    return content
