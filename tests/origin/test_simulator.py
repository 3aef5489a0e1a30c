"""The ASEAN gateway, simulated, against the real site over HTTP: what it sends is taken, what we say is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from motcua.casework.models import Case
from motcua.exchange.models import Handling, Message
from motcua.exchange.work import process_one
from motcua.origin import actions, issuing, queries
from motcua.origin.actions import GATEWAY
from motcua.origin.models import Certificate, ExportCertificate
from motcua.origin.trust import FOLDER, write_trust
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from motcua_sim.asean import Asean as Gateway
from motcua_sim.wire import Peer
from tests.exchange.gateway_cast import partner
from tests.origin.test_issuing import application
from tests.origin.world import SINCE, UNTIL

OFFICER = Actor("user:1", "Dũng")


@pytest.fixture
def gateway(transactional_db: None, live_server: Any, tmp_path: Path, settings: Any) -> Gateway:
    """The simulator with its door closed and its hand at our gateway, trusted by the site."""
    settings.KEYS = tmp_path / "keys"
    partner(GATEWAY)
    made = Gateway(tmp_path / "sim", seed=4, settings={"certificates": "8"}, polls=True)
    made.peer = Peer(live_server.url, f"key-{GATEWAY}")
    # Behind ours all the while: a signature from the future would be refused.
    earlier = datetime.now(UTC) - timedelta(days=20)
    made.turn_clock({"set": earlier.replace(hour=10).isoformat(), "speed": 0})
    names = made.publish(tmp_path / "certificates")
    assert len(names) == 10
    for name in names:
        content = (tmp_path / "certificates" / name).read_bytes()
        write_trust(settings.KEYS / FOLDER, name[:2], content, SINCE, UNTIL, source="simulator")
    return made


def settle(gateway: Gateway, hours: int = 0) -> None:
    """Let both sides do all they have to do."""
    if hours:
        gateway.turn_clock({"advance": f"{hours}h"})
    for _ in range(30):
        did = gateway.steps(200)
        now = datetime.now(UTC) + timedelta(hours=1)
        while process_one(now):
            did.append("handled")
        if not did:
            return


def test_a_day_of_ten_members_comes_through_whole_whatever_the_gateway_does(gateway: Gateway) -> None:
    gateway.misbehave({"duplicate": 1, "reorder": 4})
    settle(gateway)
    settle(gateway, 6)
    stuck = Handling.objects.exclude(state="done").values_list("state", "findings")
    assert list(stuck) == []
    assert Certificate.objects.count() >= 8
    answered = Message.objects.filter(direction="out", type="xml-formdnotice").count()
    assert answered >= 8
    gateway.behave()
    forged = gateway.do("forge", {"member": "TH", "with": "SG"})["result"]
    settle(gateway)
    refused = Handling.objects.get(message__reference=forged)
    assert (refused.state, refused.findings[0]["code"]) == ("refused", "wrong-country")
    number = Certificate.objects.filter(case__status="received").order_by("pk")[0].number
    gateway.do("cancel", {"number": number})
    settle(gateway)
    assert Case.objects.get(certificate__number=number).status == "cancelled"
    second = Certificate.objects.filter(case__status="received").order_by("pk")[0]
    actions.query(second, code="criterion", text="Box 8?", actor=OFFICER, at=datetime.now(UTC))
    settle(gateway, 1)
    settle(gateway, 49)
    second.case.refresh_from_db()
    assert second.case.status == "received", "the question was answered"
    new = gateway.do("reissue", {"number": second.number})["result"]
    settle(gateway)
    second.refresh_from_db()
    assert second.replaced_by == Certificate.objects.get(number=new)


def test_what_is_issued_here_goes_its_way_to_customs_abroad(gateway: Gateway) -> None:
    firm = Organisation.objects.create(kind="firm", name="Đảo Xanh", tax_code="9900000016")
    now = datetime.now(UTC)
    form = application()
    form = replace(
        form, transport=replace(form.transport, departed_on=now.date()), invoices=(replace(form.invoices[0], on=now.date()),)
    )  # fmt: skip
    export = issuing.apply(form, firm=firm, office="20BB", actor=OFFICER, at=now)
    issuing.issue(export, actor=OFFICER, at=now)
    settle(gateway, 1)
    settle(gateway, 1)
    assert queries.tracking(export) == "AS4 (RES-REC)"
    settle(gateway, 7 * 24)
    assert queries.tracking(ExportCertificate.objects.get(pk=export.pk)) in {"AS4 (GIVEN)", "AS4 (NOT GIVEN)"}
    assert [one.details["code"] for one in export.case.events.filter(kind="tracked").order_by("number")][:4] == [
        "5,32", "AS1", "AS2", "AS3",
    ]  # fmt: skip
