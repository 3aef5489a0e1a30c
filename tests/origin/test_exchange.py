"""Certificates over the wire: what is taken, what is refused and why, whatever the order and however often it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from motcua.casework.models import Case
from motcua.casework.recount import recount
from motcua.exchange.models import Handling, Message
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.xmlsign import TrustList, make_key, sign, verify
from motcua.origin import actions, issuing, queries
from motcua.origin.actions import Use
from motcua.origin.documents import Function, Notice, NoticeKind, Original
from motcua.origin.messages import write
from motcua.origin.models import Certificate, CertificateItem, Transmission, Utilisation
from motcua.origin.trust import CUSTOMS, our_key, trust_list
from motcua.people.actor import Actor
from tests.origin.forms import ITEM, SECOND, form
from tests.origin.world import AT, KEYS, SINCE, UNTIL, Asean, codes, only

OFFICER = Actor("user:1", "Dũng")
LATER = AT + timedelta(hours=2)
DECLARED = "10345678901"


def notice(
    kind: str, number: str = "D2020-0123456", country: str = "TH", sender: str = "", **more: str
) -> Notice:
    return Notice(kind, number, country, sender or country, "VN", AT, **more)


def take(asean: Asean) -> Certificate:
    assert asean.send(form()).state == "done"
    return only()


def test_a_signed_certificate_opens_a_case_and_is_acknowledged(asean: Asean) -> None:
    certificate = take(asean)
    case = certificate.case
    assert (case.status, case.kind, case.procedure) == ("received", "certificate", "origin/form-d-receipt")
    assert (certificate.verified, certificate.expires_on) == ("good", date(2021, 5, 4))
    assert [(item.number, item.quantity, item.used) for item in certificate.items.all()] == [
        (1, Decimal(100), 0), (2, Decimal(500), 0),
    ]  # fmt: skip
    (answer,) = asean.answers()
    assert (answer.kind, answer.status, answer.number) == ("acknowledged", "AS4 (RES-REC)", "D2020-0123456")
    sent = Message.objects.get(direction="out")
    assert sent.answers is not None
    assert verify(bytes(sent.content), TrustList.of([]), at=AT).fingerprint == our_key(CUSTOMS).fingerprint


SIGNED = sign(write(form()), KEYS["TH"], at=AT)
STRANGER = make_key("XX", "XX", SINCE, UNTIL)
REFUSED = {
    "forged": (SIGNED.replace(b"<Quantity>100<", b"<Quantity>900<"), "signature-forged"),
    "unsigned": (write(form()), "signature-unsigned"),
    "unknown-member": (sign(write(form()), STRANGER, at=AT), "signature-unknown-key"),
    "wrong-country": (sign(write(form()), KEYS["SG"], at=AT), "wrong-country"),
    "for-another": (sign(write(form(importing_country="LA")), KEYS["TH"], at=AT), "country"),
    "no-member": (sign(write(form(issuing_country="CN")), KEYS["TH"], at=AT), "wrong-country"),
    "no-number": (sign(write(form(number="x")), KEYS["TH"], at=AT), "identified"),
    "wrapped": (
        b'<FormD xmlns="urn:motcua:form-d:1">' + SIGNED.partition(b"?>")[2].strip() + b"</FormD>", "signature-wrapped",
    ),
    "garbage": (b"<FormD", "signature-unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_be_believed_is_refused_with_its_reason_and_leaves_nothing(
    name: str, asean: Asean
) -> None:
    content, reason = REFUSED[name]
    handling = asean.send(form(), content=content)
    assert (handling.state, codes(handling)) == ("refused", [reason])
    assert not Case.objects.filter(kind="certificate").exists()
    (answer,) = asean.answers()
    assert (answer.kind, answer.code, answer.status) == ("not-acknowledged", reason, "AS4 (RES-NOT)")
    assert answer.text


def test_trust_that_expired_is_no_trust(asean: Asean) -> None:
    handling = asean.send(form(), at=UNTIL + timedelta(days=1))
    assert codes(handling) == ["signature-expired"]


def test_the_same_certificate_again_counts_once_and_another_content_is_refused(asean: Asean) -> None:
    certificate = take(asean)
    again = asean.send(form(function=Function.RETRANSMISSION), at=LATER)
    assert (again.state, Certificate.objects.count()) == ("done", 1)
    assert [one.kind for one in certificate.case.events.order_by("number")] == ["received", "retransmitted"]
    altered = asean.send(form(items=(replace(ITEM, quantity=Decimal(900)), SECOND)), at=LATER)
    assert (altered.state, codes(altered)) == ("refused", ["altered"])
    spaced = asean.send(form(number="D 2020/0123456", function=Function.RETRANSMISSION), at=LATER)
    assert codes(spaced) == ["altered"], "another way of writing the number is another content"
    assert Certificate.objects.count() == 1


def test_a_question_stops_the_clock_and_its_answer_starts_it(asean: Asean) -> None:
    certificate = take(asean)
    actions.query(certificate, code="criterion", text="Please confirm box 8.", actor=OFFICER, at=LATER)
    assert certificate.case.status == "querying"
    asked = asean.answers()[-1]
    assert (asked.kind, asked.text, asked.receiver) == ("queried", "Please confirm box 8.", "TH")
    assert queries.deadlines(certificate, issuing.terms()).answer_by == date(2020, 8, 16)
    reply = notice(NoticeKind.CLARIFIED, text="Confirmed.")
    assert asean.send(reply, at=LATER + timedelta(days=3)).state == "done"
    # Said twice, it is the same answer.
    assert asean.send(reply, at=LATER + timedelta(days=4)).state == "done"
    certificate.case.refresh_from_db()
    assert certificate.case.status == "received"
    forged = asean.send(reply, key=KEYS["SG"], at=LATER + timedelta(days=4))
    assert codes(forged) == ["wrong-country"]


def test_it_is_used_in_parts_and_never_beyond_what_it_certifies(asean: Asean) -> None:
    certificate = take(asean)
    actions.use(certificate, [Use(1, DECLARED + "0", 1, Decimal(60))], actor=OFFICER, at=LATER)
    assert certificate.case.status == "given"
    told = asean.answers()[-1]
    assert (told.kind, told.status, told.lines[0].quantity) == ("utilised", "AS4 (GIVEN)", Decimal(60))
    with pytest.raises(Refused, match="only 40 TNE are left"):
        actions.use(certificate, [Use(1, "103456789110", 1, Decimal("40.000001"))], actor=OFFICER, at=LATER)
    actions.use(certificate, [Use(1, "103456789110", 1, Decimal(40))], actor=OFFICER, at=LATER)
    assert [(one.left, one.is_spent) for one in queries.balances(certificate)] == [(0, True), (500, False)]
    assert [one.number for one in queries.by_declaration("10345678911")] == ["D2020-0123456"]
    first = Utilisation.objects.order_by("pk").first()
    assert first is not None
    actions.take_back(certificate, first.pk, actor=OFFICER, at=LATER)
    assert queries.balances(certificate)[0].left == 60
    with pytest.raises(NotAllowed):
        actions.take_back(certificate, first.pk, actor=OFFICER, at=LATER)
    assert recount().differences == []


def test_a_failed_use_leaves_nothing_behind(asean: Asean) -> None:
    certificate = take(asean)
    both = [Use(1, DECLARED, 1, Decimal(60)), Use(2, DECLARED, 2, Decimal(501))]
    before = Message.objects.count()
    with pytest.raises(Refused, match="item 2"):
        actions.use(certificate, both, actor=OFFICER, at=LATER)
    assert (Utilisation.objects.count(), Message.objects.count()) == (0, before)
    assert Case.objects.get(pk=certificate.pk).status == "received"


def test_the_database_itself_refuses_over_use_and_changes_of_the_ledger(asean: Asean) -> None:
    item = take(asean).items.all()[0]
    line = {"item": item, "declaration": DECLARED, "line": 1, "at": AT, "actor": "x"}
    kept = Utilisation.objects.create(quantity=Decimal(100), **line)
    with pytest.raises(IntegrityError, match="used_within_certified"), transaction.atomic():
        Utilisation.objects.create(quantity=Decimal("0.000001"), **line)
    with pytest.raises(IntegrityError, match="use_or_its_reversal"), transaction.atomic():
        Utilisation.objects.create(quantity=Decimal(-1), **line)
    for sql in (
        "update origin_utilisation set quantity = 1 where id = %s",
        "delete from origin_utilisation where id = %s",
    ):
        with (
            pytest.raises(Exception, match="append|change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [kept.pk])
    item.refresh_from_db()
    assert item.used == 100


def test_one_item_is_refused_and_the_other_given(asean: Asean) -> None:
    certificate = take(asean)
    actions.refuse_item(certificate, 2, code="criterion", actor=OFFICER, at=LATER)
    assert certificate.case.status == "received"
    actions.use(certificate, [Use(1, DECLARED, 1, Decimal(5))], actor=OFFICER, at=LATER)
    assert certificate.case.status == "given"
    with pytest.raises(Refused, match="refused preference"):
        actions.use(certificate, [Use(2, DECLARED, 1, Decimal(5))], actor=OFFICER, at=LATER)
    with pytest.raises(NotAllowed):
        actions.refuse_item(certificate, 1, code="criterion", actor=OFFICER, at=LATER)


def test_when_every_item_is_refused_so_is_the_certificate(asean: Asean) -> None:
    certificate = take(asean)
    for number in (1, 2):
        actions.refuse_item(certificate, number, code="criterion", actor=OFFICER, at=LATER)
    assert certificate.case.status == "not_given"
    assert asean.answers()[-1].status == "AS4 (NOT GIVEN)"
    actions.reassess(certificate, code="other", actor=OFFICER, at=LATER)
    assert (certificate.case.status, certificate.items.filter(refused="").count()) == ("received", 2)


def test_a_rejection_needs_a_reason_and_goes_abroad_with_it(asean: Asean) -> None:
    certificate = take(asean)
    with pytest.raises(Refused):
        actions.reject(certificate, code="because", text="", actor=OFFICER, at=LATER)
    actions.reject(
        certificate, code="direct-consignment", text="Shipped through HK.", actor=OFFICER, at=LATER
    )
    told = asean.answers()[-1]
    assert (told.kind, told.code, told.text) == ("rejected", "direct-consignment", "Shipped through HK.")


def test_a_cancellation_takes_it_back_before_and_is_only_told_after_use(asean: Asean) -> None:
    certificate = take(asean)
    cancelled = notice(NoticeKind.CANCELLED, code="error")
    assert asean.send(cancelled, at=LATER).state == "done"
    certificate.case.refresh_from_db()
    assert (certificate.case.status, certificate.case.outcome) == ("cancelled", "cancelled")
    assert asean.send(cancelled, at=LATER).state == "done", "said twice, it is cancelled once"
    with pytest.raises(NotAllowed):
        actions.use(certificate, [Use(1, DECLARED, 1, Decimal(5))], actor=OFFICER, at=LATER)
    assert asean.send(form(number="D2020-9")).state == "done"
    second = Certificate.objects.get(number="D2020-9")
    actions.use(second, [Use(1, DECLARED, 1, Decimal(5))], actor=OFFICER, at=LATER)
    assert asean.send(notice(NoticeKind.CANCELLED, "D2020-9", code="error"), at=LATER).state == "done"
    second.case.refresh_from_db()
    assert second.case.status == "given"
    assert (
        second.case.events.order_by("-number").values_list("kind", flat=True)[0] == "cancelled_after_decision"
    )


def test_a_cancellation_that_overtook_its_certificate_holds(asean: Asean) -> None:
    assert asean.send(notice(NoticeKind.CANCELLED, code="error")).state == "done"
    assert Transmission.objects.get().case is None
    assert asean.send(form(), at=LATER).state == "done"
    assert only().case.status == "cancelled"


@pytest.mark.parametrize("overtaken", [False, True])
def test_a_reissue_takes_the_place_of_the_old_one_in_either_order(asean: Asean, overtaken: bool) -> None:
    old = form()
    new = form(number="D2020-2", function=Function.REPLACEMENT, replaces="D2020-0123456")
    third = form(number="D2020-3", function=Function.REPLACEMENT, replaces="D2020-2")
    for number, document in enumerate((third, new, old) if overtaken else (old, new, third)):
        assert asean.send(document, at=AT + timedelta(hours=number)).state == "done"
    found = {one.number: one for one in Certificate.objects.select_related("case", "replaced_by")}
    assert {number: one.case.status for number, one in found.items()} == {
        "D2020-0123456": "replaced", "D2020-2": "replaced", "D2020-3": "received",
    }  # fmt: skip
    assert found["D2020-0123456"].replaced_by == found["D2020-2"]
    with pytest.raises(NotAllowed):
        actions.use(
            found["D2020-2"], [Use(1, DECLARED, 1, Decimal(5))], actor=OFFICER, at=LATER + timedelta(1)
        )


def test_back_to_back_forms_are_added_up_against_their_original(asean: Asean) -> None:
    take(asean)
    for number, quantity in (("SG-1", 60), ("SG-2", 41)):
        item = replace(ITEM, quantity=Decimal(quantity), fob=Decimal(900), currency="USD", original_item=1)
        document = form(
            number=number, issuing_country="SG", items=(item,), flags=frozenset({"back-to-back"}),
            original=Original("D2020 0123456", "TH", date(2020, 5, 4)),
        )  # fmt: skip
        assert asean.send(document).state == "done"
    from motcua.origin.messages import form_of
    from motcua.origin.rules import check

    second = Certificate.objects.get(number="SG-2")
    document = form_of(second.document)
    found = check(document, queries.facts_of(second, document, issuing.terms(), date(2020, 5, 18)))
    assert "back-to-back" in [one.code for one in found]


@pytest.mark.parametrize(
    ("kind", "country", "number", "words"),
    [
        (NoticeKind.CLARIFIED, "TH", "NONE-1", "no certificate"),
        (NoticeKind.UTILISED, "TH", "D2020-0123456", "not taken here"),
        (NoticeKind.UTILISED, "VN", "VN-TH 20/20/00001", "issued no certificate"),
        ("nonsense", "TH", "D2020-0123456", "not taken here"),
    ],
)
def test_a_notice_about_nothing_is_refused_in_words(
    asean: Asean, kind: str, country: str, number: str, words: str
) -> None:
    handling = asean.send(notice(kind, number, country, sender="TH"))
    assert handling.state == "refused"
    assert words in handling.findings[0]["en"]


def test_the_trust_list_is_read_from_files_and_test_keys_count_in_development_only(
    asean: Asean, settings: object
) -> None:
    assert trust_list().owners() == set(KEYS)
    settings.DEVELOPMENT = False  # type: ignore[attr-defined]
    assert trust_list().owners() == set()
    assert codes(asean.send(form())) == ["signature-unknown-key"]


def test_every_message_keeps_what_came_of_its_signature(asean: Asean) -> None:
    take(asean)
    kept = Transmission.objects.get()
    assert (kept.kind, kept.verdict, kept.signed_by) == ("received", "good", KEYS["TH"].fingerprint)
    assert Handling.objects.filter(state="stuck").count() == 0
    assert datetime(2020, 5, 18, 2, tzinfo=UTC) == kept.at
    assert CertificateItem.objects.count() == 2
