"""
Ships that come and leave in the demo: their papers come in as messages of several kinds, some of them faulty.

Each agent has its own way to send: CUSCAR interchanges, the portal's envelopes, JSON. Most calls come with their cargo
declaration alone, and the portal tells when the rest was complete; one in twenty comes with all its papers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from random import Random

from django.db import transaction
from stdnum import imo as imo_numbers

from motcua.demo.chance import OFFSET, chance, moments
from motcua.demo.sizes import LAST_QUARTER_2019, NINE_MONTHS_2019, NINE_MONTHS_2020, Sizes, Span
from motcua.exchange.models import Handling, Message, Partner
from motcua.exchange.receive import keep, receive
from motcua.exchange.work import process
from motcua.lib.nsw_envelope import Header
from motcua.lib.nsw_envelope import Party as Sender
from motcua.lib.worktime import OfficeHours
from motcua.manifest import intake
from motcua.manifest.bulk import Happening
from motcua.manifest.documents import (
    Bill,
    Call,
    Conveyance,
    CrewEffects,
    CrewList,
    Function,
    GeneralDeclaration,
    HealthDeclaration,
    Item,
    Manifest,
    Mode,
    MovementKind,
    Nature,
    Party,
    Person,
    Place,
    SecurityNotice,
    Sheet,
    Stores,
    to_json,
)
from motcua.manifest.identity import call_keys
from motcua.manifest.messages import nsw_maritime
from motcua.manifest.messages.edifact.write import write as cuscar
from motcua.people.models import Organisation

PORTAL = "partner:e-manifest"
_SHIPS = (
    "HA LONG STAR", "CAM PHA PEARL", "BAI TU LONG", "DONG BAC 22", "VIET THUAN 30", "OCEAN GRACE", "PACIFIC COAL",
    "JIN HAI", "STELLA MARE", "NORDIC BAY", "KUO LIN", "SUNRISE HARMONY", "GOLDEN ISLES", "TAN AN 6", "BLUE MARLIN",
)  # fmt: skip
_PORTS = {"20CF": "VNHON", "20CG": "VNCPH", "20CE": "VNVGA"}
_ABROAD = ("CNXMN", "CNFAN", "HKHKG", "SGSIN", "THBKK", "KRPUS", "JPYOK", "IDTBA", "MYPKG")
_CARGO = (
    ("Than đá", "2701", "VO", 12_000, 38_000), ("Clanhke xi măng", "2523", "VO", 8_000, 30_000),
    ("Lúa mì", "1001", "VR", 6_000, 24_000), ("Dăm gỗ", "4401", "VO", 9_000, 32_000),
    ("Dầu thực vật", "1511", "VL", 2_000, 9_000), ("Thép cuộn cán nóng", "7208", "CL", 3_000, 14_000),
)  # fmt: skip
# How the agents of the demo send, and how much of the work each has.
_AGENTS = (
    ("agent-vinhthan", "edifact", 0.05), ("agent-cuaong", "nsw-envelope", 0.1), ("agent-baichay", "json-manifest", 0.85),
)  # fmt: skip
_AGENCIES = {
    "entry": ("port-authority", "border-guard", "quarantine", "health"),
    "exit": ("port-authority", "border-guard"),
}


@dataclass(frozen=True)
class Sent:
    """One message about to come in."""

    partner: str
    type: str
    reference: str
    content: bytes
    at: datetime


@dataclass
class Voyage:
    """One movement: its messages in order, and what else happened to it."""

    key: str
    messages: list[Sent]
    happened: list[Happening] = field(default_factory=list)
    # The message that had a fault and was sent again, mended.
    faulty: Sent | None = None


def load(sizes: Sizes, hours: OfficeHours, told: Callable[[int], None], size: int = 400) -> int:
    """Send every message through the gateway and act on them in backlogs; returns the movements."""
    partners = _partners()
    done = 0
    for chunk in _chunks(voyages(sizes, hours), size):
        _refuse(partners, [voyage.faulty for voyage in chunk if voyage.faulty is not None])
        _take(partners, chunk)
        done += len(chunk)
        told(len(chunk))
    return done


def _partners() -> dict[str, Partner]:
    firm = Organisation.objects.filter(tax_code="9900000048").first()
    found = {}
    for index, (code, _, _) in enumerate(_AGENTS):
        defaults = {"name": f"Đại lý tàu biển ({code})", "organisation": firm if index == 0 else None}
        found[code] = Partner.objects.get_or_create(code=code, defaults=defaults)[0]
    return found


@transaction.atomic
def _refuse(partners: Mapping[str, Partner], faulty: Iterable[Sent]) -> None:
    """A message with a fault is refused by the worker's own hand, and stands on the desk as refused."""
    for sent in faulty:
        received = receive(
            partners[sent.partner], reference=sent.reference, type=sent.type, content=sent.content, at=sent.at
        )
        handling = Handling.objects.select_related("message__partner").get(message=received.message)
        state = process(handling, sent.at)
        assert state is Handling.State.REFUSED, (sent.reference, state, handling.findings)


@transaction.atomic
def _take(partners: Mapping[str, Partner], chunk: list[Voyage]) -> None:
    """Keep the messages of a chunk of calls, then act on all of them together."""
    waiting: list[tuple[Message, datetime]] = []
    for voyage in chunk:
        for sent in voyage.messages:
            # What `receive` does in one statement; acted on below, in the same transaction.
            message = keep(
                sent.partner, reference=sent.reference, type=sent.type, content=sent.content, at=sent.at,
                state=Handling.State.DONE,
            )  # fmt: skip
            assert message is not None, sent.reference
            message.partner = partners[sent.partner]
            waiting.append((message, sent.at))
    happened = {voyage.key: voyage.happened for voyage in chunk}
    intake.take_together(waiting, also=lambda key: happened[key])


# The year -------------------------------------------------------------------------------------------------------


def voyages(sizes: Sizes, hours: OfficeHours) -> Iterator[Voyage]:
    """Ships that come and leave: each entry and each exit is one movement ("lượt")."""
    random = chance("ships")
    fleet = _fleet(random, 420)
    serial = 0
    for span, count in (
        (NINE_MONTHS_2019, sizes.movements_2019),
        (LAST_QUARTER_2019, sizes.movements_last_quarter_2019),
        (NINE_MONTHS_2020, sizes.movements_2020),
    ):
        times = moments(random, _shortened(span, 1), hours, count, weekend=0.9)
        for index, at in enumerate(times):
            serial += 1
            ship = fleet[(serial // 2) % len(fleet)]
            yield _voyage(serial, at, "entry" if index % 2 == 0 else "exit", ship, random)
            if random.random() < 0.006:
                serial += 1
                yield _voyage(serial, at, "entry", ship, random, cancelled=True)


def _shortened(span: Span, days: int) -> Span:
    """The last days left free, so that what is declared inside the span is also cleared inside it."""
    return Span(span.first, span.last - timedelta(days=days))


def _fleet(random: Random, count: int) -> list[Conveyance]:
    ships = []
    for number in range(count):
        body = f"{random.randrange(900_000, 989_999)}"
        flag = random.choice(("VN", "VN", "VN", "CN", "PA", "LR", "HK", "MN", "SG"))
        name = f"{_SHIPS[number % len(_SHIPS)]} {number // len(_SHIPS) + 1:02d}"
        ships.append(Conveyance(name=name, imo=body + imo_numbers.calc_check_digit(body), flag=flag))
    return ships


def _voyage(
    serial: int, at: datetime, direction: str, ship: Conveyance, random: Random, *, cancelled: bool = False
) -> Voyage:
    office = random.choices(list(_PORTS), (0.5, 0.46, 0.04))[0]
    agent, kind, _ = random.choices(_AGENTS, [share for _, _, share in _AGENTS])[0]
    notified = at - timedelta(hours=random.randrange(22, 60))
    done = at + timedelta(minutes=random.randrange(6, 58))
    amended = not cancelled and random.random() < 0.05
    back = at + timedelta(minutes=random.randrange(40, 300)) if amended else at
    if amended:
        done = back + timedelta(minutes=random.randrange(5, 40))
    elif random.random() < 0.01:
        done = at + timedelta(minutes=random.randrange(62, 240))
    gone = done + timedelta(minutes=random.randrange(10, 500))
    call = _call(serial, direction, ship, _PORTS[office], gone, random)
    manifest = _manifest(serial, call, office, random)
    voyage = Voyage(call_keys(call)[0], [])
    whole = not cancelled and serial % 20 == 0
    voyage.messages.append(_message(agent, kind, f"{agent}-{serial}", manifest, notified))
    if whole:
        others = papers_beside(call, office, direction)
        for number, paper in enumerate(others, 2):
            moment = at if number == len(others) + 1 else notified + timedelta(minutes=number)
            voyage.messages.append(as_json(agent, f"{agent}-{serial}-{number}", paper, moment))
    elif not cancelled:
        voyage.happened.append(Happening("declared", at, PORTAL, {"version": 1}))
    if serial % 90 == 7:
        voyage.faulty = _broken(agent, serial, manifest, notified - timedelta(minutes=30))
    if cancelled:
        voyage.happened.append(Happening("cancelled", at, f"partner:{agent}", {"code": "voyage-cancelled"}))
        return voyage
    if amended:
        voyage.happened.append(
            Happening("amendment_requested", at + timedelta(minutes=12), "clock", {"code": "weights"})
        )
        mended = replace(manifest, function=Function.REPLACE, bills=_reweighed(manifest))
        voyage.messages.append(_message(agent, kind, f"{agent}-{serial}-R", mended, back))
        voyage.happened.append(Happening("amended", back, f"partner:{agent}", {"version": 2}))
    before = done - timedelta(minutes=1)
    voyage.happened += [
        Happening("approved", before, PORTAL, {"agency": agency}) for agency in _AGENCIES[direction]
    ]
    voyage.happened.append(Happening("cleared", done, "clock"))
    voyage.happened.append(Happening("arrived" if direction == "entry" else "departed", gone, PORTAL))
    return voyage


def _call(serial: int, direction: str, ship: Conveyance, port: str, gone: datetime, random: Random) -> Call:
    other = Place(code=random.choice(_ABROAD))
    entry = direction == "entry"
    gone = gone.replace(second=0, microsecond=0)
    return Call(
        mode=Mode.SEA, movement=MovementKind.ENTRY if entry else MovementKind.EXIT, conveyance=ship,
        journey=f"{(gone + OFFSET):%y}{serial:05d}", port=Place(code=port), crew=18, passengers=0,
        previous_port=other if entry else Place(), next_port=Place() if entry else other,
        eta=gone if entry else None, etd=None if entry else gone,
    )  # fmt: skip


def _manifest(serial: int, call: Call, office: str, random: Random) -> Manifest:
    entry = call.movement is MovementKind.ENTRY
    goods, hs, kind, least, most = random.choice(_CARGO)
    here, there = call.port, call.previous_port if entry else call.next_port
    bills = []
    for number in range(1, random.choice((1, 1, 1, 2)) + 1):
        gross = Decimal(random.randrange(least, most) * 1000)
        item = Item(number=1, description=goods, hs=hs, packages=1, package_kind=kind, gross_kg=gross)
        home = Party(name=f"Công ty Cổ phần Bến Đá {serial % 60 + 1}", tax_code="9900000016")
        away = Party(name=f"Blue Harbour Trading {serial % 40 + 1}")
        bills.append(
            Bill(
                number=f"QN{serial:06d}{number}", nature=Nature.IMPORT if entry else Nature.EXPORT,
                shipper=away if entry else home, consignee=home if entry else away,
                loading=there if entry else here, unloading=here if entry else there, packages=1, gross_kg=gross,
                items=(item,),
            )
        )  # fmt: skip
    return Manifest(call=call, office=office, reference=f"QN{serial}", bills=tuple(bills))


def _reweighed(manifest: Manifest) -> tuple[Bill, ...]:
    """The first bill weighed again: a little more than was declared."""
    first, *others = manifest.bills
    gross = (first.gross_kg or Decimal(0)) + 1000
    return (replace(first, gross_kg=gross, items=(replace(first.items[0], gross_kg=gross),)), *others)


def papers_beside(call: Call, office: str, direction: str) -> list[Sheet]:
    """The papers of a call beside its cargo declaration."""
    master = Person(
        family_name="NGUYEN", given_names="VAN MAU", rank="MASTER", nationality="VN", born_on=date(1979, 5, 4),
        document_number="C0000000", document_country="VN",
    )  # fmt: skip
    crew = tuple(replace(master, document_number=f"C{number:07d}") for number in range(18))
    papers: list[Sheet] = [
        GeneralDeclaration(call=call, office=office),
        CrewList(call=call, office=office, persons=crew),
        Stores(call=call, office=office, persons_aboard=18),
    ]
    if direction == "entry":
        papers += [
            SecurityNotice(call=call, office=office, level=1),
            CrewEffects(call=call, office=office),
            HealthDeclaration(call=call, office=office),
        ]
    return papers


# Messages -------------------------------------------------------------------------------------------------------


def _message(agent: str, kind: str, reference: str, manifest: Manifest, at: datetime) -> Sent:
    if kind == "edifact":
        content = cuscar(
            replace(manifest, office=""), sender=(agent.upper(),), recipient=("VNCUSTOMS",), reference=reference[-14:],
            at=at,
        )  # fmt: skip
        return Sent(agent, "edifact", reference, content, at)
    if kind == "nsw-envelope":
        header = Header(
            reference, Sender(agent, agent.upper()), Sender("VNSW", "VNSW"), "", "", "", sent_at=at
        )
        return Sent(agent, kind, reference, nsw_maritime.write(manifest, header), at)
    return as_json(agent, reference, manifest, at)


def as_json(agent: str, reference: str, paper: Sheet, at: datetime) -> Sent:
    """A paper as the JSON of the API."""
    text = to_json(paper)
    name = json.loads(text)["document"] if not isinstance(paper, Manifest) else "manifest"
    return Sent(agent, f"json-{name}", reference, text.encode(), at)


def _broken(agent: str, serial: int, manifest: Manifest, at: datetime) -> Sent:
    """The first try of an agent: a bill without mass, a ship with a wrong check digit."""
    ship = manifest.call.conveyance
    wrong = ship.imo[:6] + str((int(ship.imo[6]) + 1) % 10)
    bills = tuple(replace(bill, gross_kg=None, items=()) for bill in manifest.bills)
    bad = replace(manifest, call=replace(manifest.call, conveyance=replace(ship, imo=wrong)), bills=bills)
    return as_json(agent, f"{agent}-{serial}-faulty", bad, at)


def _chunks(found: Iterator[Voyage], size: int) -> Iterator[list[Voyage]]:
    while chunk := list(islice(found, size)):
        yield chunk
