"""Dossiers after filing: whose move, until when, and everything an applicant does and takes away."""

from __future__ import annotations

import io
import json

import pytest
from pypdf import PdfReader

from motcua.casework.models import Attachment, Event
from motcua.casework.record import record
from motcua.casework.seal import seal_events
from motcua.dossiers import actions
from motcua.dossiers.models import Item, Letter
from motcua.verifier import motcua_verify
from tests.dossiers.trader_cast import (
    ANSWERS,
    PDF,
    accepted,
    answered,
    asked,
    browser,
    decided,
    dossier,
    file_dossier,
    firm,
    now,
    officer,
    pdf,
)

pytestmark = pytest.mark.django_db


def text_of(pdf_bytes: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf_bytes)).pages).split())


def test_the_page_says_whose_move_it_is_and_until_when() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    page = lan.get(f"/dossiers/{found.case.reference}/").content.decode()
    assert "Đang chờ: Bộ phận một cửa" in page
    assert "Hẹn trả" in page
    assert "Vì sao hạn là như vậy" in page
    assert "ngày này không tính vào thời hạn" in page, "the first day is explained with its article"


def test_a_request_is_the_applicants_turn_with_the_officers_own_words() -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Công văn thiếu chữ ký.", bank="Ghi rõ chi nhánh.")
    page = lan.get(f"/dossiers/{found.case.reference}/").content.decode()
    assert "Đến lượt bạn" in page
    assert "Công văn thiếu chữ ký." in page
    assert "Tạm dừng tính giờ" in page
    home = lan.get("/").content.decode()
    assert "1 hồ sơ đang chờ bạn." in home
    assert found.case.reference in home
    assert "Đến lượt bạn" in lan.get("/dossiers/").content.decode()


def test_lan_supplies_what_was_asked_for_and_the_clock_goes_on() -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Công văn thiếu chữ ký.", bank="Ghi rõ chi nhánh.")
    address = f"/dossiers/{found.case.reference}/supplement/"
    page = lan.get(address).content.decode()
    assert "Công văn thiếu chữ ký." in page
    assert "Ghi rõ chi nhánh." in page
    assert ANSWERS["bank"] in page, "the field asked about is filled in with what was there"
    answer = lan.post(
        address, {"document-claim": pdf("da-ky.pdf", PDF + b"signed"), "answer-bank": "Ngân hàng B, Hạ Long"}
    )
    assert answer["Location"] == f"/dossiers/{found.case.reference}/"
    after = dossier(found.case.reference)
    assert after.case.status == "processing"
    assert after.case.paused_for == []
    assert after.case.reference == found.case.reference
    assert after.answers["bank"] == "Ngân hàng B, Hạ Long"
    assert after.answers["amount"] == "12500000", "the rest of the form stays as it was"
    assert after.items.get(document="claim").state == Item.State.PROVIDED
    assert after.versions.count() == 2


def test_half_a_supplement_is_not_sent() -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Thiếu chữ ký.", contract="Thiếu trang 2.")
    answer = lan.post(f"/dossiers/{found.case.reference}/supplement/", {"document-claim": pdf()})
    assert answer.status_code == 422
    assert 'href="#id_document-contract"' in answer.content.decode()
    assert dossier(found.case.reference).case.status == "awaiting_supplement"
    assert Attachment.objects.filter(case=found.case).count() == 1


def test_a_supplement_of_a_file_alone_asks_for_no_form() -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Mờ quá, chụp lại.")
    answer = lan.post(
        f"/dossiers/{found.case.reference}/supplement/", {"document-claim": pdf("ro.pdf", PDF + b"2")}
    )
    assert answer.status_code == 302
    assert dossier(found.case.reference).answers == found.answers


def test_a_request_that_came_without_a_letter_can_be_answered_too() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    record(found.case, "supplement_requested", at=now(), actor=officer(), details={"items": ["contract"]})
    assert "Hợp đồng và hóa đơn" in lan.get(f"/dossiers/{found.case.reference}/").content.decode()
    answer = lan.post(
        f"/dossiers/{found.case.reference}/supplement/", {"document-contract": pdf("hop-dong.pdf")}
    )
    assert answer.status_code == 302
    assert dossier(found.case.reference).case.status == "processing"


def test_there_is_nothing_to_supply_when_nothing_was_asked_for() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    assert lan.get(f"/dossiers/{found.case.reference}/supplement/").status_code == 302
    assert lan.post(f"/dossiers/{found.case.reference}/supplement/").status_code in {409, 422}
    assert not Event.objects.filter(case=found.case, kind="supplemented").exists()


def test_amending_makes_a_new_version_and_keeps_the_old_one() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    address = f"/dossiers/{found.case.reference}/amend/"
    assert ANSWERS["bank"] in lan.get(address).content.decode()
    answer = lan.post(address, answered({**ANSWERS, "amount": "13.000.000"}))
    assert answer.status_code == 302
    versions = dossier(found.case.reference).versions.order_by("number")
    assert [version.answers["amount"] for version in versions] == ["12500000", "13000000"]


def test_amending_nothing_makes_no_version() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    answer = lan.post(f"/dossiers/{found.case.reference}/amend/", answered({**ANSWERS, "amount": "12500000"}))
    assert answer.status_code == 422
    assert dossier(found.case.reference).versions.count() == 1


def test_amending_with_faults_changes_nothing_and_names_them_all() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    answer = lan.post(f"/dossiers/{found.case.reference}/amend/", answered({"tax_code": "1", "amount": "x"}))
    assert answer.status_code == 422
    assert 'href="#id_answer-tax_code"' in answer.content.decode()
    assert dossier(found.case.reference).versions.count() == 1


def test_withdrawing_shows_the_consequence_first_and_wants_a_reason() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    address = f"/dossiers/{found.case.reference}/withdraw/"
    assert "sẽ không có kết quả" in lan.get(address).content.decode()
    assert lan.post(address, {"reason": ""}).status_code == 422
    assert dossier(found.case.reference).case.status == "accepted"
    assert lan.post(address, {"reason": "Đã được hoàn theo tờ khai khác."}).status_code == 302
    assert dossier(found.case.reference).case.status == "withdrawn"
    # A second click finds it done and says so, without a second event.
    assert lan.post(address, {"reason": "Đã được hoàn theo tờ khai khác."}).status_code == 409
    assert Event.objects.filter(case=found.case, kind="withdrawn").count() == 1


def test_a_result_can_be_rated_once() -> None:
    lan = browser("lan")
    found = decided(accepted(lan, firm("lan")))
    address = f"/dossiers/{found.case.reference}/"
    assert "Gửi đánh giá" in lan.get(address).content.decode()
    assert lan.post(f"{address}rate/", {"score": "9"}).status_code == 422
    assert lan.post(f"{address}rate/", {"score": "4"}).status_code == 302
    assert "Gửi đánh giá" not in lan.get(address).content.decode()
    assert lan.post(f"{address}rate/", {"score": "1"}).status_code == 409
    assert [event.details for event in Event.objects.filter(case=found.case, kind="rated")] == [{"score": 4}]


def test_binh_gets_404_on_every_address_of_lans_dossier() -> None:
    lan, binh = browser("lan"), browser("binh")
    found = decided(accepted(lan, firm("lan")))
    address = f"/dossiers/{found.case.reference}/"
    file = Attachment.objects.get(case=found.case)
    letter = found.case.letters.get(kind=Letter.Kind.RESULT)
    pages = [
        "", "lodged/", "supplement/", "amend/", "withdraw/", "acknowledgement.pdf", "acknowledgement.json",
        f"files/{file.pk}/", f"letters/{letter.pk}.pdf", f"letters/{letter.pk}.json",
    ]  # fmt: skip
    for page in pages:
        assert binh.get(address + page).status_code == 404, page
    for act in ("supplement/", "amend/", "withdraw/", "rate/"):
        assert binh.post(address + act, {"reason": "Tôi muốn rút", "score": "1"}).status_code == 404, act
    assert found.case.reference not in binh.get("/dossiers/").content.decode()
    assert lan.get(address + "rate/").status_code == 405


def test_a_file_of_one_dossier_is_not_had_through_another() -> None:
    lan, binh = browser("lan"), browser("binh")
    lans, binhs = file_dossier(lan, firm("lan")), file_dossier(binh, firm("binh"))
    file = Attachment.objects.get(case=lans.case)
    assert binh.get(f"/dossiers/{binhs.case.reference}/files/{file.pk}/").status_code == 404


def test_a_file_comes_back_byte_for_byte_and_never_as_a_page() -> None:
    lan = browser("lan")
    found = file_dossier(lan, firm("lan"))
    file = Attachment.objects.get(case=found.case)
    answer = lan.get(f"/dossiers/{found.case.reference}/files/{file.pk}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_receipt_is_a_paper_with_its_appointment_and_a_signed_file() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    letter = found.case.letters.get(kind=Letter.Kind.RECEIPT)
    printed = text_of(lan.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.pdf").content)
    assert "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ" in printed.upper()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in printed.upper()
    assert found.case.reference in printed
    assert found.secret in printed
    assert found.case.due_at is not None
    body = lan.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.json").content
    keys = motcua_verify.read_keys(lan.get("/verify/key.pem").content.decode())
    assert [one.good for one in motcua_verify.Checker(keys).receipt(body)[1]] == [True, True, None]
    seal_events(now())
    body = lan.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.json").content
    assert [one.good for one in motcua_verify.Checker(keys).receipt(body)[1]] == [True, True, True]


def test_a_paper_is_a4_in_the_margins_of_decree_30_and_in_the_right_typeface() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    letter = found.case.letters.get(kind=Letter.Kind.RECEIPT)
    reader = PdfReader(
        io.BytesIO(lan.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.pdf").content)
    )
    width, height = (float(side) / 72 * 25.4 for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    fonts = {
        str(font["/BaseFont"])
        for font in (one.get_object() for one in reader.pages[0]["/Resources"]["/Font"].values())
    }
    assert any("Liberation-Serif" in name or "LiberationSerif" in name for name in fonts)
    placed: list[float] = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, *_: placed.append(cm[0] * tm[4] + cm[4]) if text.strip() else None
    )
    assert min(placed) >= 29.5 / 25.4 * 72, "nothing is written in the left margin of 30 mm"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_letter_can_be_had_as_a_paper(language: str) -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Công văn thiếu chữ ký & <dấu>.", bank="Ghi rõ.")
    actions.supplement(found, actor=officer(), at=now(), presented=["claim"])
    decided(dossier(found.case.reference), "rejected")
    refused = file_dossier(lan, firm("lan"))
    actions.refuse(
        refused, reason="scope", text="Không thuộc thẩm quyền của đơn vị.", actor=officer(), at=now()
    )
    for one in (found, refused):
        for letter in one.case.letters.filter(kind__in=["receipt", "request", "refusal", "result"]):
            answer = lan.get(f"/dossiers/{one.case.reference}/letters/{letter.pk}.pdf?language={language}")
            assert answer.status_code == 200
            printed = text_of(answer.content)
            assert one.case.reference in printed
            assert ("Translation for reference" in printed) == (language == "en")
            if letter.kind == "request":
                assert "Công văn thiếu chữ ký & <dấu>." in printed
            if letter.kind == "refusal":
                assert "Không thuộc thẩm quyền của đơn vị." in printed


def test_what_is_supplied_later_does_not_slip_into_the_receipt() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    letter = found.case.letters.get(kind=Letter.Kind.RECEIPT)
    address = f"/dossiers/{found.case.reference}/letters/{letter.pk}.pdf"
    before = text_of(lan.get(address).content)
    assert "Hợp đồng" not in before
    found = asked(found, contract="Kèm hợp đồng.", claim="Ký lại.")
    assert text_of(lan.get(address).content) == before
    files = {"document-contract": pdf("hop-dong.pdf"), "document-claim": pdf("da-ky.pdf", PDF + b"2")}
    assert lan.post(f"/dossiers/{found.case.reference}/supplement/", files).status_code == 302
    assert text_of(lan.get(address).content) == before


def test_a_paper_loads_nothing_whatever_somebody_writes_into_it() -> None:
    from motcua.dossiers.paper import RefuseEverything

    with pytest.raises(ValueError, match="loads nothing"):
        RefuseEverything().fetch("http://127.0.0.1/secret")
    with pytest.raises(ValueError, match="loads nothing"):
        RefuseEverything().fetch("file:///etc/passwd")


def test_an_internal_note_is_no_letter_of_the_applicant() -> None:
    lan = browser("lan")
    found = accepted(lan, firm("lan"))
    actions.transfer(found, actor=officer(), at=now())
    actions.suspend(found, reason="Chờ ý kiến Cục Kiểm định.", actor=officer(), at=now())
    note = found.case.letters.get(kind=Letter.Kind.NOTE)
    assert lan.get(f"/dossiers/{found.case.reference}/letters/{note.pk}.pdf").status_code == 404
    assert "Chờ ý kiến Cục Kiểm định." in lan.get(f"/dossiers/{found.case.reference}/").content.decode()


def test_pages_speak_english_too() -> None:
    lan = browser("lan")
    found = asked(accepted(lan, firm("lan")), claim="Thiếu chữ ký.")
    lan.post("/language/", {"language": "en"})
    page = lan.get(f"/dossiers/{found.case.reference}/").content.decode()
    assert "It is your turn" in page
    assert "Why the limit is where it is" in page
    assert "Refund of export and import duty" in page


def test_the_search_of_the_list_needs_no_accents() -> None:
    lan = browser("lan")
    found = file_dossier(lan, firm("lan"))
    assert found.case.reference in lan.get("/dossiers/?q=hoan+thue").content.decode()
    assert found.case.reference not in lan.get("/dossiers/?q=manifest").content.decode()


def test_strange_questions_are_harmless() -> None:
    lan = browser("lan")
    for query in ("?q=%00", "?q=%", "?tab=nothing", "?firm=x", "?page=-1", "?page=99999", "?q=" + "a+" * 300):
        assert lan.get(f"/dossiers/{query}").status_code == 200, query
    for reference in ("%00", "..", "' or 1=1 --", "\u202e"):
        assert lan.get(f"/dossiers/{reference}/").status_code == 404, reference


def test_the_signed_result_goes_along_as_a_file() -> None:
    lan = browser("lan")
    found = decided(accepted(lan, firm("lan")))
    letter = found.case.letters.get(kind=Letter.Kind.RESULT)
    body = json.loads(lan.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.json").content)
    assert body == letter.body
    assert "12/QD-HQMC" in text_of(
        lan.get(f"/dossiers/{found.case.reference}/letters/{letter.pk}.pdf").content
    )
