"""A partner's SFTP folder: picked up from, dropped into, and spoken to only under its own host key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import paramiko
import pytest
from pytest_django import Settings

from motcua.exchange import outbox
from motcua.exchange.deliver import deliver_one
from motcua.exchange.models import Delivery, Line, Message, Partner
from motcua.exchange.pickup import pick_up_one
from tests.exchange.gateway_cast import CUSCAR, NOW, partner
from tests.exchange.sftp_server import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handlers")]


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[Server]:
    settings.KEYS = tmp_path / "keys"
    keys = tmp_path / "keys" / "exchange"
    keys.mkdir(parents=True)
    ours = paramiko.ECDSAKey.generate()
    ours.write_private_key_file(str(keys / "ours"))
    root = tmp_path / "theirs"
    for folder in ("to-motcua", "from-motcua"):
        (root / folder).mkdir(parents=True)
    server = Server(root, ours, paramiko.ECDSAKey.generate())
    yield server
    server.close()


@pytest.fixture
def acme(server: Server) -> Partner:
    key = server.host_key
    return partner(
        transport="sftp",
        settings={
            "host": "127.0.0.1", "port": server.port, "user": "motcua", "key_file": "ours", "timeout_s": 10,
            "host_key": f"{key.get_name()} {key.get_base64()}",
        },
    )  # fmt: skip


def test_files_are_picked_up_and_put_away_and_answers_dropped(acme: Partner, server: Server) -> None:
    inbox = server.root / "to-motcua"
    (inbox / "a.edi").write_bytes(CUSCAR)
    (inbox / "b.edi.part").write_bytes(b"half")
    assert pick_up_one(NOW)
    assert Message.objects.get().reference == "ACME/REF77"
    assert bytes(Message.objects.get().content) == CUSCAR
    assert (inbox / "done" / "a.edi").read_bytes() == CUSCAR
    assert (inbox / "b.edi.part").exists()
    content = bytes(range(256)) * 2_000
    sent = outbox.send(acme, reference="ANS/1", type="edifact", content=content, at=NOW)
    assert deliver_one(NOW)
    assert Delivery.objects.get(message=sent).state == "delivered"
    (dropped,) = (server.root / "from-motcua").iterdir()
    assert dropped.name == f"ANS_1-{sent.sha256[:8]}.edi"
    assert dropped.read_bytes() == content


def test_a_server_with_another_host_key_is_not_spoken_to(acme: Partner, server: Server) -> None:
    stranger = paramiko.ECDSAKey.generate()
    acme.settings["host_key"] = f"{stranger.get_name()} {stranger.get_base64()}"
    acme.save()
    sent = outbox.send(acme, reference="1", type="t", content=b"secret", at=NOW)
    deliver_one(NOW)
    assert Delivery.objects.get(message=sent).state == "waiting"
    assert "another host key" in Line.objects.get(partner=acme).last_fault
    assert list((server.root / "from-motcua").iterdir()) == []


def test_a_server_that_is_away_is_looked_for_again_later(acme: Partner, server: Server) -> None:
    server.close()
    assert pick_up_one(NOW)
    line = Line.objects.get(partner=acme)
    assert (line.failures, line.down_since) == (1, NOW)
    assert not pick_up_one(NOW + timedelta(minutes=1))
