"""
The harbour as it lies this morning: a call in every state, so that whoever signs in finds work.

The papers come in as messages of the cast's ship agent, through the gateway; agencies and customs speak as they would on
their pages. Ships, bills and crews are invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from stdnum import imo as imo_numbers

from motcua.demo.ships import Sent, as_json, papers_beside
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process
from motcua.manifest import approvals, port
from motcua.manifest.documents import (
    Bill,
    BillKind,
    Call,
    Conveyance,
    Function,
    Item,
    Manifest,
    Mode,
    MovementKind,
    Nature,
    Party,
    Place,
)
from motcua.manifest.models import Movement, Version
from motcua.people.actor import Actor
from motcua.people.models import Organisation, User

AGENT, FORWARDER = "agent-vinhthan", "forwarder-canhbuom"
_WORDS = {"port-authority": "kiet", "border-guard": "bao", "quarantine": "mai", "health": "nhan"}
_HOURS = timedelta(hours=1)


@dataclass(frozen=True)
class Scene:
    """One call: when it comes or goes, when its cargo was declared, how many of the other papers are there, what followed."""

    ship: str
    flag: str
    port: str
    office: str
    due: int
    declared: int
    others: int = 9
    # How many minutes ago the last paper came, and the dossier was complete.
    complete: int = 40
    leaves: bool = False
    approved: tuple[str, ...] = ()
    objection: tuple[str, str] | None = None
    then: tuple[str, ...] = field(default=())


# Hours from now: `due` ahead (behind when negative), `declared` ago.
SCENES = (
    # Papers owed, the countdown runs.
    Scene("HA LONG STAR 31", "VN", "VNHON", "20CF", 40, 5, others=0),
    Scene("OCEAN GRACE 07", "PA", "VNHON", "20CF", 28, 20, others=3),
    # A deadline has passed.
    Scene("KUO LIN 12", "HK", "VNHON", "20CF", 6, 50, others=4),
    # The cargo declaration itself came late.
    Scene("JIN HAI 09", "CN", "VNCPH", "20CG", 9, 2, complete=100),
    # Waiting for the agencies; a forwarder has declared under one of its masters.
    Scene("STELLA MARE 03", "SG", "VNHON", "20CF", 26, 30, then=("house",)),
    Scene("DONG BAC 22", "VN", "VNCPH", "20CG", 20, 22, approved=("port-authority", "border-guard")),
    Scene(
        "NORDIC BAY 05", "LR", "VNHON", "20CF", 18, 30, approved=("port-authority",),
        objection=("health", "Thiếu giấy chứng nhận miễn xử lý vệ sinh tàu còn hiệu lực; hãy gửi bản chụp."),
    ),
    # Customs' move.
    Scene("PACIFIC COAL 18", "PA", "VNCPH", "20CG", 14, 36, approved=tuple(_WORDS)),
    Scene("SUNRISE HARMONY 02", "SG", "VNHON", "20CF", 12, 40, approved=tuple(_WORDS)),
    Scene("VIET THUAN 30", "VN", "VNHON", "20CF", 5, 4, leaves=True, approved=("port-authority", "border-guard")),
    # The agent's move: a correction was asked for.
    Scene("GOLDEN ISLES 04", "MN", "VNHON", "20CF", 16, 34, approved=tuple(_WORDS), then=("amend",)),
    # The ship is here, a correction waits for consent.
    Scene("BLUE MARLIN 11", "LR", "VNHON", "20CF", -3, 50, complete=900, approved=tuple(_WORDS), then=("arrive", "correct")),
    # Done; one was counted by the port and does not agree.
    Scene("TAN AN 6", "VN", "VNHON", "20CF", -8, 60, complete=1200, approved=tuple(_WORDS), then=("clear", "arrive", "count")),
    Scene("CAM PHA PEARL 14", "VN", "VNCPH", "20CG", 3, 8, leaves=True, approved=("port-authority", "border-guard"),
          then=("clear",)),
)  # fmt: skip


@transaction.atomic
def today(now: datetime) -> int:
    """Let the calls of this morning come in; returns how many there are."""
    partners = {
        code: Partner.objects.get_or_create(
            code=code, defaults={"name": name, "organisation": Organisation.objects.get(tax_code=tax)}
        )[0]
        for code, name, tax in (
            (AGENT, "Đại lý tàu biển (agent-vinhthan)", "9900000048"),
            (FORWARDER, "Công ty giao nhận (forwarder-canhbuom)", "9900000055"),
        )
    }
    people = {user.username: Actor(user.key, user.full_name) for user in User.objects.all()}
    for serial, scene in enumerate(SCENES, 1):
        _play(scene, serial, now.replace(second=0, microsecond=0), partners, people)
    return len(SCENES)


def _play(
    scene: Scene, serial: int, now: datetime, partners: dict[str, Partner], people: dict[str, Actor]
) -> None:
    call = _call(scene, serial, now)
    manifest = _manifest(scene, serial, call)
    declared = now - scene.declared * _HOURS
    direction = "exit" if scene.leaves else "entry"
    movement = _sent(partners, as_json(AGENT, f"today-{serial}", manifest, declared))
    others = papers_beside(call, scene.office, direction)
    last = now - timedelta(minutes=scene.complete)
    for number, paper in enumerate(others[: scene.others], 2):
        moment = last if number == len(others) + 1 else declared + timedelta(minutes=3 * number)
        _sent(partners, as_json(AGENT, f"today-{serial}-{number}", paper, moment))
    said = last + timedelta(minutes=10)
    for agency in scene.approved:
        approvals.say(
            movement, agency=agency, approves=True, reason="", actor=people[_WORDS[agency]], at=said
        )
    if scene.objection:
        agency, reason = scene.objection
        approvals.say(
            movement, agency=agency, approves=False, reason=reason, actor=people[_WORDS[agency]], at=said
        )
    officer = people[f"handler-{scene.office.lower()}"]
    for act in scene.then:
        _act(act, movement, manifest, now, partners, officer, serial, said)


def _act(
    act: str, movement: Movement, manifest: Manifest, now: datetime, partners: dict[str, Partner], officer: Actor,
    serial: int, said: datetime,
) -> None:  # fmt: skip
    came = manifest.call.eta
    if act == "clear":
        approvals.clear(movement, actor=officer, at=said + timedelta(minutes=10))
    elif act == "amend":
        reason = "Khối lượng vận đơn thứ nhất khác giấy cân; hãy khai lại bản khai hàng hóa."
        approvals.ask_to_amend(movement, reason=reason, actor=officer, at=said + timedelta(minutes=10))
    elif act == "arrive":
        assert came is not None
        port.note_time(movement, kind="arrived", moment=came, actor=officer, at=now)
    elif act == "correct":
        first, *others = manifest.bills
        mended = replace(first, consignee=Party(name="Công ty TNHH Nông sản Đảo Xanh", tax_code="9900000016"))
        again = replace(manifest, function=Function.REPLACE, bills=(mended, *others))
        _sent(partners, as_json(AGENT, f"today-{serial}-R", again, now - _HOURS))
    elif act == "count":
        bills = list(movement.bills.order_by("position"))
        lines = [
            ("", bill.key, (bill.packages or 0) - int(bill is bills[0]), bill.gross_kg) for bill in bills
        ]
        port.note_discharge(movement, lines, at=now - 2 * _HOURS)
    elif act == "house":
        houses = [
            replace(
                manifest.bills[0], number=f"CB{serial:04d}{number}", kind=BillKind.HOUSE,
                master_number=manifest.bills[0].number, packages=20, gross_kg=Decimal(6000),
                items=(replace(manifest.bills[0].items[0], packages=20, gross_kg=Decimal(6000)),),
            )
            for number in (1, 2)
        ]  # fmt: skip
        paper = replace(manifest, reference=f"CB{serial}", bills=tuple(houses))
        _sent(partners, as_json(FORWARDER, f"today-{serial}", paper, now - 4 * _HOURS))


def _sent(partners: dict[str, Partner], sent: Sent) -> Movement:
    """One message through the gateway and the worker's hand."""
    received = receive(
        partners[sent.partner], reference=sent.reference, type=sent.type, content=sent.content, at=sent.at
    )
    handling = Handling.objects.select_related("message__partner").get(message=received.message)
    state = process(handling, sent.at)
    assert state is Handling.State.DONE, (sent.reference, state, handling.findings)
    version = Version.objects.select_related("movement__case").get(message=received.message)
    return version.movement


def _call(scene: Scene, serial: int, now: datetime) -> Call:
    body = f"{955_000 + 17 * serial}"
    when, entry = now + scene.due * _HOURS, not scene.leaves
    other = Place(code=("CNXMN", "SGSIN", "KRPUS", "JPYOK")[serial % 4])
    return Call(
        mode=Mode.SEA, movement=MovementKind.ENTRY if entry else MovementKind.EXIT,
        conveyance=Conveyance(name=scene.ship, imo=body + imo_numbers.calc_check_digit(body), flag=scene.flag),
        journey=f"{now:%y%m}{serial:03d}", port=Place(code=scene.port), crew=18, passengers=0,
        previous_port=other if entry else Place(), next_port=Place() if entry else other,
        eta=when if entry else None, etd=None if entry else when, voyage_days=Decimal(3) if entry else None,
    )  # fmt: skip


def _manifest(scene: Scene, serial: int, call: Call) -> Manifest:
    entry = not scene.leaves
    home = Party(name="Công ty Cổ phần Bến Đá", tax_code="9900000030")
    away = Party(name="Blue Harbour Trading")
    there = call.previous_port if entry else call.next_port
    goods = (
        ("Máy bơm nước", "841370", "CT"),
        ("Thép cuộn cán nóng", "7208", "CL"),
        ("Hạt nhựa", "3901", "BG"),
    )
    bills = []
    for number in range(1, 3 + serial % 3):
        description, hs, kind = goods[(serial + number) % 3]
        gross = Decimal(12_000 + 500 * number)
        item = Item(number=1, description=description, hs=hs, packages=40, package_kind=kind, gross_kg=gross)
        bills.append(
            Bill(
                number=f"VT{serial:04d}{number}", nature=Nature.IMPORT if entry else Nature.EXPORT,
                shipper=away if entry else home, consignee=home if entry else away,
                loading=there if entry else call.port, unloading=call.port if entry else there, packages=40,
                gross_kg=gross, items=(item,),
            )
        )  # fmt: skip
    return Manifest(call=call, office=scene.office, reference=f"VT{serial}", bills=tuple(bills))
