"""The pages: customs decides, an exporter applies, the authority issues, and anybody may check the paper."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.casework.models import Case
from motcua.casework.seal import signer
from motcua.origin import issuing
from motcua.origin.models import Certificate, ExportCertificate
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation, User
from motcua.verifier import motcua_verify
from tests.origin.forms import form
from tests.origin.test_issuing import OFFICER, apply
from tests.origin.world import AT, Asean, only


@pytest.fixture
def people(db: None) -> dict[str, Client]:
    ensure_cast()
    clients = {}
    for name in ("dung", "lan", "binh", "khoa"):
        clients[name] = Client()
        clients[name].force_login(User.objects.get(username=name))
    return clients


def take(asean: Asean) -> Certificate:
    asean.send(form())
    return only()


def test_customs_sees_the_form_by_its_boxes_and_gives_it_in_part(
    asean: Asean, people: dict[str, Client]
) -> None:
    certificate = take(asean)
    page = people["dung"].get(reverse("certificates")).content.decode()
    assert "D2020-0123456" in page
    url = reverse("certificate", args=[certificate.pk])
    page = people["dung"].get(url).content.decode()
    for box in (
        "1. Người gửi hàng",
        "4. Dành cho",
        "8. Tiêu chí",
        "13. Đánh dấu",
        "17/07/2020",
        "04/05/2021",
    ):
        assert box in page, box
    use = {"declaration": "103456789010", "quantity_1": "60", "line_1": "1"}
    assert people["dung"].post(reverse("certificate-use", args=[certificate.pk]), use).status_code == 302
    too_much = people["dung"].post(reverse("certificate-use", args=[certificate.pk]), use)
    assert too_much.status_code == 422
    assert "chỉ còn 40 TNE" in too_much.content.decode()
    nothing = {"declaration": "103456789010"}
    assert people["dung"].post(reverse("certificate-use", args=[certificate.pk]), nothing).status_code == 422
    page = people["dung"].get(url).content.decode()
    assert "AS4 (GIVEN)" in page
    assert people["dung"].get(reverse("case", args=[certificate.case.reference])).status_code == 200


def test_customs_queries_refuses_an_item_and_the_whole(asean: Asean, people: dict[str, Client]) -> None:
    certificate = take(asean)
    officer = people["dung"]
    assert (
        officer.post(reverse("certificate-query", args=[certificate.pk]), {"query-code": ""}).status_code
        == 422
    )
    item = officer.post(
        reverse("certificate-refuse-item", args=[certificate.pk, 2]), {"item-code": "criterion"}
    )
    assert item.status_code == 302
    asked = officer.post(
        reverse("certificate-query", args=[certificate.pk]),
        {"query-code": "criterion", "query-text": "Box 8?"},
    )
    assert asked.status_code == 302
    late = officer.post(reverse("certificate-reject", args=[certificate.pk]), {"reject-code": "other"})
    assert late.status_code == 409
    assert Case.objects.get(pk=certificate.pk).status == "querying"


def _posted() -> dict[str, str]:
    day = timezone.localdate().strftime("%d/%m/%Y")
    row = {
        "description": "Gạo tẻ", "hs_code": "10063099", "criterion": "WO", "quantity": "20", "unit": "TNE", "marks": "N/M",
        "packages": "400",
    }  # fmt: skip
    return {
        "importing_country": "TH", "exporter_address": "Móng Cái", "consignee": "Siam", "consignee_address": "Bangkok",
        "departed_on": day, "conveyance": "MV X", "discharge_port": "THLCH", "invoice": "I-1", "invoice_on": day,
        "items-TOTAL_FORMS": "3", "items-INITIAL_FORMS": "0", "items-MIN_NUM_FORMS": "0", "items-MAX_NUM_FORMS": "20",
        **{f"items-0-{name}": value for name, value in row.items()},
    }  # fmt: skip


def test_an_exporter_applies_the_authority_issues_and_the_paper_is_checked(
    asean: Asean, people: dict[str, Client], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lan, khoa = people["lan"], people["khoa"]
    wrong = lan.post(reverse("export-apply"), _posted() | {"items-0-criterion": "PE"})
    assert wrong.status_code == 422
    assert "không phải tiêu chí của mẫu D" in wrong.content.decode()
    assert lan.post(reverse("export-apply"), _posted()).status_code == 302
    export = ExportCertificate.objects.get()
    assert people["binh"].get(reverse("export-certificate", args=[export.pk])).status_code == 404
    assert export.case.reference in khoa.get(reverse("export-issue")).content.decode()
    back = khoa.post(reverse("export-act", args=[export.pk, "return"]), {"code": "incomplete"})
    assert back.status_code == 302
    assert "Gạo tẻ" in lan.get(reverse("export-complete", args=[export.pk])).content.decode()
    assert lan.post(reverse("export-complete", args=[export.pk]), _posted()).status_code == 302
    assert khoa.post(reverse("export-act", args=[export.pk, "give"])).status_code == 302
    export.refresh_from_db()
    assert "5,32" in lan.get(reverse("export-certificate", args=[export.pk])).content.decode()
    pdf = lan.get(reverse("export-pdf", args=[export.pk])).content
    assert export.number in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    # Three answers with no server: from the PDF alone.
    key, paper = tmp_path / "key.pem", tmp_path / "form-d.pdf"
    key.write_bytes(signer().public_pem())
    paper.write_bytes(pdf)
    for how in ([], ["--pure"]):
        assert motcua_verify.main([str(paper), "--key", str(key), *how]) == 0
    said = capsys.readouterr().out
    assert export.number in said
    assert "Gạo tẻ" in said
    inside = json.loads(motcua_verify.file_inside(pdf))
    inside["document"]["items"][0]["quantity"] = "2000"
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(inside))
    assert motcua_verify.main([str(forged), "--key", str(key)]) == 1

    # The same three answers on the page: by file, and by number and code.
    anybody = Client()
    with paper.open("rb") as file:
        page = anybody.post(reverse("verify"), {"file": file}).content.decode()
    assert "Đang có hiệu lực" in page
    with forged.open("rb") as file:
        assert "ĐÃ BỊ SỬA" in anybody.post(reverse("verify"), {"file": file}).content.decode()
    spoken = {"number": export.number.lower().replace("-", " "), "code": export.code.lower()}
    assert "Đang có hiệu lực" in anybody.get(reverse("check"), spoken).content.decode()
    assert anybody.get(reverse("check"), spoken | {"code": "AAAA-AAAA"}).status_code == 404
    assert khoa.post(reverse("export-act", args=[export.pk, "cancel"]), {"code": "error"}).status_code == 302
    page = anybody.get(reverse("check"), spoken).content.decode()
    assert "Đã huỷ" in page
    assert "Có chỗ sai" in page


def test_a_certificate_that_ran_out_says_so_offline(asean: Asean) -> None:
    firm = Organisation.objects.create(kind="firm", name="Đảo Xanh", tax_code="9900000016")
    export = apply(firm)
    issuing.issue(export, actor=OFFICER, at=AT)
    keys = motcua_verify.read_keys(signer().public_pem().decode())
    content = motcua_verify.canonical(export.signed)
    for day, good in (("2021-05-18", None), ("2021-05-19", False)):
        _, answers = motcua_verify.Checker(keys).certificate(content, day)
        assert [one.good for one in answers] == [True, True, good]


def test_a_pdf_without_signed_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(motcua_verify.Problem, match="no signed data"):
        motcua_verify.file_inside(b"%PDF-1.7 nothing /Type /EmbeddedFile stream x endstream")
