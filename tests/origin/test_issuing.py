"""Our own certificates: applied for, issued, sent, followed abroad; and a ledger that two officers cannot overdraw."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from motcua.exchange.models import Message
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.lib.xmlsign import TrustedKey, TrustList, verify
from motcua.origin import actions, issuing, queries
from motcua.origin.actions import Use
from motcua.origin.documents import Flag, FormD, Notice, NoticeKind, Party
from motcua.origin.messages import read
from motcua.origin.models import ExportCertificate, Utilisation
from motcua.origin.trust import AUTHORITY, our_key
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from motcua.people.permissions import Reach
from motcua.verifier import motcua_verify
from tests.origin.forms import ITEM, form
from tests.origin.world import AT, SINCE, UNTIL, Asean, only

LAN, OFFICER = Actor("user:2", "Lan"), Actor("user:3", "Khoa")


@pytest.fixture
def firm(db: None) -> Organisation:
    return Organisation.objects.create(kind="firm", name="Đảo Xanh", tax_code="9900000016")


def application(**changes: object) -> FormD:
    values = {
        "number": "", "issuing_country": "VN", "importing_country": "TH", "issued_on": None, "authority": "",
        "exporter": Party("Công ty TNHH Nông sản Đảo Xanh", "Móng Cái", "VN"), "items": (ITEM,),
        "consignee": Party("Siam Golden Field Co., Ltd (invented)", "Bangkok", "TH"), "invoices": form().invoices[:0],
    }  # fmt: skip
    from motcua.origin.documents import Invoice

    values["invoices"] = (Invoice("INV-2020-77", AT.date()),)
    return form(**(values | changes))


def apply(firm: Organisation, **changes: object) -> ExportCertificate:
    return issuing.apply(application(**changes), firm=firm, office="20BB", actor=LAN, at=AT)


def test_an_application_is_issued_numbered_signed_and_sent(asean: Asean, firm: Organisation) -> None:
    export = apply(firm)
    assert (export.case.status, export.number) == ("applied", "")
    message = issuing.issue(export, actor=OFFICER, at=AT + timedelta(hours=3))
    assert export.number == "VN-TH 20/20/00001"
    assert queries.tracking(export) == "5,32"
    trusted = TrustList.of([TrustedKey("VN", our_key(AUTHORITY).fingerprint, SINCE, UNTIL)])
    found = verify(bytes(message.content), trusted, at=AT + timedelta(hours=3))
    sent = read(found.content).document
    assert isinstance(sent, FormD)
    assert (sent.number, Flag.ISSUED_RETROACTIVELY in sent.flags) == ("VN-TH 20/20/00001", True)
    assert [one.number for one in queries.exports(Reach(organisations=frozenset({firm.pk})))] == [
        export.number
    ]
    assert list(queries.exports(Reach())) == []


def test_what_would_not_be_issued_is_refused_when_it_is_applied_for(asean: Asean, firm: Organisation) -> None:
    with pytest.raises(Invalid) as refused:
        apply(firm, items=(replace(ITEM, criterion="PE"),))
    assert [one.place for one in refused.value.findings] == ["items[0].criterion"]
    assert ExportCertificate.objects.count() == 0


def test_an_application_is_completed_refused_or_withdrawn(asean: Asean, firm: Organisation) -> None:
    export = apply(firm)
    issuing.return_to_exporter(export, code="incomplete", actor=OFFICER, at=AT)
    with pytest.raises(NotAllowed):
        issuing.issue(export, actor=OFFICER, at=AT)
    issuing.complete(export, application(remarks="Bổ sung"), actor=LAN, at=AT)
    issuing.refuse(export, code="not-originating", actor=OFFICER, at=AT)
    assert export.case.status == "refused"
    second = apply(firm)
    issuing.withdraw(second, actor=LAN, at=AT)
    assert second.case.status == "withdrawn"
    with pytest.raises(Refused):
        issuing.refuse(second, code="", actor=OFFICER, at=AT)


def test_what_customs_abroad_says_is_followed(asean: Asean, firm: Organisation) -> None:
    export = apply(firm)
    issuing.issue(export, actor=OFFICER, at=AT)

    def say(kind: str, status: str = "", sender: str = "TH", **more: str) -> str:
        word = Notice(kind, export.number, "VN", sender, "VN", AT, status=status, **more)
        return str(asean.send(word, at=AT + timedelta(hours=1)).state)

    for code in ("AS1", "AS2", "AS3"):
        assert say(NoticeKind.TRACKED, code) == "done"
        assert queries.tracking(export) == code
    assert say(NoticeKind.ACKNOWLEDGED, "AS4 (RES-REC)") == "done"
    assert say(NoticeKind.QUERIED, code="criterion") == "done"
    issuing.clarify(export, text="The rice is wholly obtained.", actor=OFFICER, at=AT + timedelta(hours=2))
    assert say(NoticeKind.UTILISED, "AS4 (GIVEN)", sender="SG") == "refused", "Singapore does not import it"
    assert say(NoticeKind.UTILISED, "AS4 (GIVEN)") == "done"
    assert queries.tracking(export) == "AS4 (GIVEN)"
    with pytest.raises(NotAllowed):
        issuing.cancel(export, code="error", actor=OFFICER, at=AT + timedelta(days=1))


def test_a_reissue_cancels_the_old_number_and_tells_abroad(asean: Asean, firm: Organisation) -> None:
    first = apply(firm)
    issuing.issue(first, actor=OFFICER, at=AT)
    second = issuing.apply(
        application(remarks="Sửa tên tàu"), firm=firm, office="20BB", actor=LAN, at=AT, replaces=first
    )
    issuing.issue(second, actor=OFFICER, at=AT)
    first.case.refresh_from_db()
    assert (first.case.status, second.number) == ("replaced", "VN-TH 20/20/00002")
    assert second.document["replaces"] == first.number
    cancelled = [one for one in asean.answers() if one.kind == NoticeKind.CANCELLED]
    assert [(one.number, one.code, one.receiver) for one in cancelled] == [(first.number, "replaced", "TH")]
    before = Message.objects.count()
    issuing.retransmit(second, actor=OFFICER, at=AT)
    assert Message.objects.count() == before + 1
    with pytest.raises(NotAllowed):
        issuing.retransmit(ExportCertificate.objects.get(pk=first.pk), actor=OFFICER, at=AT)


def test_the_paper_carries_the_whole_form_under_the_departments_signature(
    asean: Asean, firm: Organisation
) -> None:  # fmt: skip
    export = apply(firm)
    issuing.issue(export, actor=OFFICER, at=AT)
    export.refresh_from_db()
    signed = dict(export.signed or {})
    signature = bytes.fromhex(signed.pop("signature"))
    from motcua.casework.seal import signer

    (key,) = motcua_verify.read_keys(signer().public_pem().decode())
    assert key.verify(signature, motcua_verify.canonical(signed))
    assert signed["document"]["number"] == export.number


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_cannot_overdraw_an_item(keys: object, settings: object) -> None:
    settings.KEYS = keys  # type: ignore[attr-defined]
    asean = Asean()
    asean.send(form())
    certificate = only()
    actions.gateway()
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def draw(number: int) -> None:
        try:
            start.wait()
            one = Use(1, f"1034567890{number}", 1, Decimal(30))
            actions.use(only(), [one], actor=Actor(f"user:{number}", "x"), at=AT + timedelta(hours=1))
            outcomes.append("used")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 3 + ["used"] * 3
    assert queries.balances(certificate)[0].left == 10
    assert Utilisation.objects.count() == 3
