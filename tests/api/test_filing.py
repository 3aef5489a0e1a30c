"""Filing over JSON: one effect, one answer, every fault with its place."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from motcua.casework.models import Case, Event
from motcua.casework.recount import recount
from motcua.casework.seal import seal_events, signer, verify
from motcua.dossiers.api_examples import EXAMPLES, FILING
from motcua.dossiers.models import Dossier
from motcua.exchange.models import Handling, Message
from motcua.lib.digest import canonical
from motcua.lib.receipts import signed_body
from motcua.lib.signing import Verifier
from tests.api.conftest import Post

pytestmark = pytest.mark.django_db


def test_a_filing_is_answered_with_its_code_and_a_receipt_that_verifies(post: Post) -> None:
    answer = post(FILING)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    dossier = Dossier.objects.get(case__reference=body["reference"])
    receipt = body["receipt"]
    assert Verifier(signer().public_pem()).verify(bytes.fromhex(receipt["signature"]), signed_body(receipt))
    event = dossier.case.events.get()
    assert receipt["event"]["digest"] == bytes(event.digest).hex()
    filed = {
        "answers": dossier.answers,
        "files": {one.document: one.sha256 for one in dossier.case.attachments.all()},
    }
    assert receipt["content_sha256"] == hashlib.sha256(canonical(filed)).hexdigest()
    assert body["status"]["code"] == "lodged"
    assert answer["Location"] == f"/api/v1/dossiers/{body['reference']}"


def test_a_filing_keeps_the_bytes_that_came_and_ties_the_event_to_them(post: Post) -> None:
    content = json.dumps(FILING, indent=1, ensure_ascii=False).encode()
    post(content)
    event = Event.objects.get()
    assert event.message is not None
    assert bytes(event.message.content) == content
    assert event.message.type == "dossier-json"
    assert Handling.objects.get(message=event.message).state == Handling.State.DONE


def test_what_is_filed_over_json_recounts_and_verifies(post: Post) -> None:
    for number in range(3):
        assert post(FILING, key=f"k{number}").status_code == 201
    assert recount().wrong == 0
    from django.utils import timezone

    seal_events(timezone.now())
    assert verify() is None


def test_the_same_request_again_gets_the_same_bytes_and_has_one_effect(post: Post) -> None:
    first, again = post(FILING), post(FILING)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Location"] == first["Location"]
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Case.objects.count() == 1


def test_the_same_key_with_other_bytes_is_refused_and_changes_nothing(post: Post) -> None:
    post(FILING)
    answer = post({**FILING, "office": "20BC-2025"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert Case.objects.count() == 1


def test_two_firms_may_use_the_same_key(post: Post) -> None:
    first, second = post(FILING, by="lan"), post(FILING, by="binh")
    assert first.json()["reference"] != second.json()["reference"]


def test_a_refusal_is_kept_and_given_again(post: Post) -> None:
    bad, _, _ = EXAMPLES["faults-in-the-filing"]
    first, again = post(bad), post(bad)
    assert (first.status_code, again.content) == (422, first.content)
    assert Case.objects.count() == 0
    handling = Handling.objects.get()
    assert handling.state == Handling.State.REFUSED
    assert len(handling.findings) == len(first.json()["findings"]) > 1
    mended = post(FILING, key="k2")
    assert mended.status_code == 201


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_of_the_description_is_answered_as_it_says(name: str, post: Post) -> None:
    body, status, code = EXAMPLES[name]
    answer = post(body)
    assert (answer.status_code, answer.json().get("code", "")) == (status, code)
    assert Message.objects.filter(direction="in").count() == 1


def test_findings_point_into_the_body_that_was_sent(post: Post) -> None:
    body, _, _ = EXAMPLES["faults-in-the-filing"]
    found = {one["pointer"]: one for one in post(body).json()["findings"]}
    assert found["/answers/copies"]["code"] == "bad-integer"
    assert found["/files/request"]["code"] == "paper-missing"
    assert all(one["vi"] and one["en"] for one in found.values())


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"applicant": {"name": "Lan", "taxcode": "1"}}, "/applicant/taxcode", "shape-unknown"),
        ({"applicant": {"tax_code": "1"}}, "/applicant/name", "shape-missing"),
        ({"applicant": {"name": "La\x00n"}}, "/applicant/name", "shape-characters"),
        ({"applicant": {"name": "L" * 201}}, "/applicant/name", "shape-length"),
        ({"applicant": {"name": 7}}, "/applicant/name", "shape-type"),
        ({"applicant": {"name": " "}}, "/applicant/name", "applicant"),
        ({"applicant": {"name": "Lan", "tax_code": "9900000017"}}, "/applicant/tax_code", "tax-code"),
        ({"answers": {**FILING["answers"], "copies": 1.5}}, "/answers/copies", "shape-type"),
        ({"answers": {**FILING["answers"], "copys": "1"}}, "/answers/copys", "unknown-field"),
        ({"files": {"../etc": {"name": "a.pdf", "content": ""}}}, "/files/..~1etc", "shape-characters"),
        (
            {"files": {"request": {"name": "a.pdf", "content": "%%%"}}},
            "/files/request/content",
            "shape-base64",
        ),
        ({"files": {"request": {"name": "a.exe", "content": "TVo="}}}, "/files/request", "file"),
        ({"surprise": 1}, "/surprise", "shape-unknown"),
    ],
)
def test_every_fault_has_its_place_and_code(
    change: dict[str, Any], pointer: str, code: str, post: Post
) -> None:
    answer = post({**FILING, **change})
    assert answer.status_code == 422, answer.content
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in answer.json()["findings"]}
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"x"', b"[" * 100_000, b'{"procedure": "\\ud800"}', b"{}"],
)
def test_garbage_is_refused_and_kept(content: bytes, post: Post) -> None:
    answer = post(content)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in {"not-json", "invalid"}
    assert bytes(Message.objects.get(direction="in").content) == content


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Idempotency-Key": ""}, 400, "idempotency-key-missing"),
        ({"Idempotency-Key": "a b"}, 400, "idempotency-key-malformed"),
        ({"Idempotency-Key": "x" * 101}, 400, "idempotency-key-malformed"),
        ({"Authorization": ""}, 401, "no-key"),
        ({"Authorization": "Bearer motcua_wrong"}, 401, "bad-key"),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, 401, "no-key"),
    ],
)
def test_a_request_without_what_it_needs_is_refused(
    headers: dict[str, str], status: int, code: str, post: Post
) -> None:
    answer = post(FILING, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Message.objects.count() == 0
    assert (status == 401) == ("WWW-Authenticate" in answer)


def test_a_body_beyond_the_limit_is_refused(post: Post) -> None:
    answer = post(b'"' + b"x" * (12 * 2**20) + b'"')
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_an_office_that_takes_no_dossiers_is_named(post: Post) -> None:
    answer = post({**FILING, "office": "99XX"})
    assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    assert "99XX" in answer.json()["detail"]
