"""What software may read: its own dossiers, those of its principals, the catalogue; and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from motcua.casework.seal import seal_events, signer
from motcua.dossiers.api_examples import FILING
from motcua.lib.digest import canonical
from motcua.people.actions import grant_mandate
from motcua.people.actor import Actor
from motcua.people.models import User
from motcua.verifier.motcua_verify import Checker, read_keys
from tests.api.conftest import DOSSIERS, Post

pytestmark = pytest.mark.django_db


def test_a_dossier_can_be_read_by_its_own_firm(post: Post, get: Post) -> None:
    reference = post(FILING).json()["reference"]
    body = get(f"{DOSSIERS}/{reference}").json()
    assert (body["reference"], body["status"]["code"], body["due_at"]) == (reference, "lodged", None)
    assert body["applicant"]["tax_code"] == FILING["applicant"]["tax_code"]
    assert {paper["document"]: paper["state"] for paper in body["papers"]} == {
        "request": "provided",
        "mandate": "not_needed",
    }
    assert [event["kind"] for event in body["events"]] == ["lodged"]


@pytest.mark.parametrize("tail", ["", "/receipt"])
def test_to_a_stranger_it_does_not_exist(tail: str, post: Post, get: Post) -> None:
    reference = post(FILING).json()["reference"]
    stranger, nobody = (
        get(f"{DOSSIERS}/{one}{tail}", by="binh") for one in (reference, "G12.00.20.001-201012-9999")
    )
    assert (stranger.status_code, nobody.status_code) == (404, 404)
    assert stranger.content == nobody.content


def test_without_a_key_nothing_is_read(post: Post, get: Post) -> None:
    reference = post(FILING).json()["reference"]
    answer = get(f"{DOSSIERS}/{reference}", by="")
    assert (answer.status_code, answer.json()["code"]) == (401, "no-key")


def test_a_session_of_a_browser_is_no_key(post: Post, people: dict[str, User]) -> None:
    reference = post(FILING).json()["reference"]
    browser = Client()
    browser.force_login(people["lan"])
    assert browser.get(f"{DOSSIERS}/{reference}").status_code == 404
    assert browser.post(DOSSIERS, FILING, content_type="application/json").status_code == 404


def mandate(people: dict[str, User], **limits: Any) -> None:
    today = timezone.localdate()
    binh, minh = people["binh"], people["minh"]
    assert binh.organisation_id is not None
    assert minh.organisation is not None
    grant_mandate(
        binh.organisation_id, minh.organisation, valid_from=today, actor=Actor.of(binh, today), at=timezone.now(),
        **limits,
    )  # fmt: skip


def test_an_agent_files_and_reads_for_its_principal(post: Post, get: Post, people: dict[str, User]) -> None:
    mandate(people)
    filed = post({**FILING, "principal": "9900000030"}, by="minh")
    assert filed.status_code == 201, filed.content
    address = f"{DOSSIERS}/{filed.json()['reference']}"
    assert [get(address, by=name).status_code for name in ("minh", "binh", "lan")] == [200, 200, 404]


def test_a_mandate_for_another_procedure_does_not_count(post: Post, people: dict[str, User]) -> None:
    mandate(people, procedures=["tax/refund"])
    answer = post({**FILING, "principal": "9900000030"}, by="minh")
    assert (answer.status_code, answer.json()["code"]) == (403, "no-mandate")


def test_whether_a_principal_exists_is_not_told(post: Post) -> None:
    known = post({**FILING, "principal": "9900000030"}, key="a", by="minh").json()
    unknown = post({**FILING, "principal": "9900000099"}, key="b", by="minh").json()
    assert known["detail"].replace("9900000030", "") == unknown["detail"].replace("9900000099", "")


def test_a_receipt_gains_its_proof_once_the_ledger_is_sealed(post: Post, get: Post) -> None:
    reference = post(FILING).json()["reference"]
    address = f"{DOSSIERS}/{reference}/receipt"
    assert get(address).json()["inclusion"] is None
    seal_events(timezone.now())
    receipt = get(address).json()
    _, answers = Checker(read_keys(signer().public_pem().decode())).receipt(canonical(receipt))
    assert [answer.good for answer in answers] == [True, True, True]


def test_the_catalogue_is_open_to_everybody(get: Post) -> None:
    listed = get("/api/v1/procedures", by="").json()
    names = {one["procedure"] for one in listed["procedures"]}
    assert FILING["procedure"] in names
    one = get(f"/api/v1/procedures/{FILING['procedure']}", by="").json()
    assert {field["id"] for field in one["sheet"]["form"]} == set(FILING["answers"])
    assert get("/api/v1/procedures/no/such", by="").status_code == 404


def test_health_names_version_and_database(get: Post) -> None:
    answer = get("/api/v1/health", by="")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
