"""The pages told as one story: Lan looks up and applies, Nga asks and decides, Sơn tests, Dũng is told of a recall."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from motcua.casework.models import Case
from motcua.nsw.models import Alert, Inspection, Result, Sample
from motcua.people.models import Organisation, User
from tests.nsw.nsw_cast import KEY, declared

NEW = "/inspections/new/?document_type=BNNPTNT2500009"
FORM = {
    "purpose": "food", "office": "20BB-2025", "bill": "HLCU123", "exporter": "Ocean Foods", "port": "VNHPH",
    "description-1": "Tôm đông lạnh", "hs_code-1": "0306.17.29", "origin-1": "in", "quantity-1": "1000", "unit-1": "KGM",
    "declaration_key-1": f"{KEY}0", "declaration_line-1": "1",
}  # fmt: skip


@pytest.fixture
def browsers(cast: dict[str, User]) -> dict[str, Client]:
    found = {}
    for name in ("lan", "binh", "nga", "yen", "son", "dung"):
        found[name] = Client()
        found[name].force_login(cast[name])
    return found


def test_the_look_up_says_what_is_needed_and_why(client: Client, db: None) -> None:
    page = client.get(
        "/inspections/needed/?hs=03061729&purpose=food&origin=IN&on=01/06/2020"
    ).content.decode()
    assert "Kiểm dịch thủy sản" in page
    assert "26/2016/TT-BNNPTNT" in page
    assert "Chưa xác minh" in page
    assert client.get("/inspections/needed/?hs=3&purpose=food&origin=XX").status_code == 422
    none = client.get("/inspections/needed/?hs=44219900&purpose=other&origin=CN").content.decode()
    assert "chưa đầy đủ" in none


def test_from_the_form_to_the_recall(browsers: dict[str, Client], client: Client) -> None:
    lan, nga, son, dung = (browsers[name] for name in ("lan", "nga", "son", "dung"))
    declared(KEY)
    Case.objects.filter(reference=KEY).update(organisation=User.objects.get(username="lan").organisation_id)
    filled = lan.get(f"{NEW}&declaration={KEY}").content.decode()
    assert "HLCU 123" in filled
    assert "03061729" in filled
    wrong = lan.post(NEW, FORM | {"origin-1": "XX", "unit-1": ""})
    assert wrong.status_code == 422
    assert "ISO 3166" in wrong.content.decode()
    made = lan.post(NEW, FORM)
    assert made.status_code == 302
    inspection = Inspection.objects.get()
    mine = f"/inspections/{inspection.file_code}/"
    assert made.headers["Location"] == mine
    assert browsers["binh"].get(mine).status_code == 404

    theirs = f"/ministry/{inspection.file_code}/"
    assert inspection.file_code in nga.get("/ministry/").content.decode()
    assert browsers["yen"].get(theirs).status_code == 404
    assert nga.post(f"{theirs}accept/").status_code == 302
    assert nga.post(f"{theirs}ask-supplement/", {"desk": "specialist", "text": ""}).status_code == 422
    nga.post(f"{theirs}ask-supplement/", {"desk": "specialist", "text": "Thiếu giấy kiểm dịch"})
    assert "Thiếu giấy kiểm dịch" in lan.get(mine).content.decode()
    assert (
        "Thiếu giấy kiểm dịch" in lan.get("/inspections/").content.decode()
        or lan.get("/inspections/").status_code == 200
    )
    lan.post(f"{mine}supplement/", {"text": "Đã gửi"})
    lan.post(f"{mine}ask/", {"kind": "edit", "field": "bill", "value": "MAEU9", "text": "Nhầm"})
    assert "Nhầm" in nga.get(theirs).content.decode()
    assert nga.post(f"{theirs}requests/Y1/agree/").status_code == 302
    nga.post(f"{theirs}assign/", {"officer": User.objects.get(username="nga").key})
    laboratory = Organisation.objects.get(kind="laboratory")
    nga.post(f"{theirs}sample/", {"laboratory": laboratory.pk, "number": "", "text": "Kháng sinh"})
    sample = Sample.objects.get()
    assert sample.number in son.get("/laboratory/").content.decode()
    report = {"outcome": "passed", "report_number": "88", "found": "Không phát hiện"}
    assert son.post(f"/laboratory/{sample.pk}/", report).status_code == 302
    assert son.post(f"/laboratory/{sample.pk}/", report).status_code == 409
    decide = {
        "outcome": "passed",
        "number": "12/KQ",
        "agency": "Chi cục Thú y",
        "valid_until": "31/12/2099",
        "text": "",
    }
    assert nga.post(f"{theirs}result/", decide).status_code == 302
    page = lan.get(mine).content.decode()
    assert "12/KQ" in page
    assert "<svg" in page
    inspection.refresh_from_db()
    assert inspection.facts["bill"] == "MAEU9"

    good = client.get(
        "/inspections/check/", {"file": inspection.file_code, "number": "12/KQ"}
    ).content.decode()
    assert "còn giá trị" in good
    assert "Đảo Xanh" not in good
    assert (
        "Không có"
        in client.get("/inspections/check/", {"file": inspection.file_code, "number": "13"}).content.decode()
    )

    assert "12/KQ" in dung.get(f"/work/{KEY}/inspections/").content.decode()
    from motcua.casework.record import record
    from motcua.people.actor import Actor

    record(
        Case.objects.get(reference=KEY),
        "released",
        at=timezone.now(),
        actor=Actor("partner:customs-core", ""),
    )
    assert nga.post(f"{theirs}recall/", {"text": "Phát hiện nhầm mẫu"}).status_code == 302
    alert = Alert.objects.get()
    told = dung.get("/work/inspection-alerts/").content.decode()
    assert KEY in told
    assert dung.post(f"/work/inspection-alerts/{alert.pk}/seen/").status_code == 302
    alert.refresh_from_db()
    assert alert.seen_by == User.objects.get(username="dung").key
    gone = client.get(
        "/inspections/check/", {"file": inspection.file_code, "number": "12/KQ"}
    ).content.decode()
    assert "thu hồi" in gone
    assert Result.objects.get().recalled_at is not None


def test_a_branch_lets_goods_be_stored_and_orders_measures(browsers: dict[str, Client]) -> None:
    lan, nga, dung = (browsers[name] for name in ("lan", "nga", "dung"))
    declared(KEY)
    lan.post(NEW, FORM)
    inspection = Inspection.objects.get()
    theirs, ours = f"/ministry/{inspection.file_code}/", f"/work/{inspection.file_code}/"
    nga.post(f"{theirs}accept/")
    assert dung.post(f"{ours}inspection-store/", {"declaration": KEY, "place": "Kho"}).status_code == 302
    assert KEY in dung.get(ours).content.decode()
    nga.post(f"{theirs}result/", {"outcome": "failed", "number": "1/KQ"})
    assert "Yêu cầu xử lý hàng không đạt" in dung.get(ours).content.decode()
    dung.post(f"{ours}inspection-order-measure/", {"measure": "destroy", "text": "Ngay"})
    dung.post(f"{ours}inspection-finish-measure/", {"text": "Đã tiêu hủy"})
    kinds = set(inspection.case.events.values_list("kind", flat=True))
    assert {"stored", "measure_ordered", "measure_done"} <= kinds


def test_an_act_that_came_too_late_says_so(browsers: dict[str, Client]) -> None:
    lan, nga = browsers["lan"], browsers["nga"]
    lan.post(NEW, FORM)
    inspection = Inspection.objects.get()
    nga.post(f"/ministry/{inspection.file_code}/accept/")
    late = nga.post(f"/ministry/{inspection.file_code}/accept/")
    assert late.status_code == 409
    assert "Không còn ở bước này" in late.content.decode()
