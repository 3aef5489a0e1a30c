"""The officers' pages for cases of any kind: worklist, search, one case; and who is let in."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from motcua.casework import attachments
from motcua.casework.models import Attachment, Case, Link
from motcua.casework.record import NewCase, open_case, record
from motcua.declarations.models import Declaration
from motcua.lib.vietnamese import VIETNAM
from motcua.lib.worktime import Limit, Unit
from motcua.manifest.models import Movement
from motcua.nsw.models import Inspection
from motcua.origin.models import Certificate
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.people.models import Organisation, User

HOA = Actor("user:1", "Hoa")
MONDAY = datetime(2020, 9, 14, 8, tzinfo=VIETNAM)
PDF = b"%PDF-1.4\n%paper\n"

pytestmark = pytest.mark.django_db


def browser(username: str) -> Client:
    ensure_cast()
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def opened(kind: str, reference: str, first: str, at: datetime = MONDAY, **changes: Any) -> Case:
    values: dict[str, Any] = {
        "kind": kind, "reference": reference, "office": "20BB", "channel": "online", "opened_at": at,
        "calendar": "customs-offices", "limit": Limit(8, Unit.WORKING_HOURS), "label": "Công ty Đông Á",
    }  # fmt: skip
    case = open_case(NewCase(**{**values, **changes}))
    record(case, first, at=at, actor=HOA)
    return case


def a_declaration(reference: str = "10312345678", **changes: Any) -> Case:
    case = opened("declaration", reference, "registered", **changes)
    Declaration.objects.create(
        case=case, key=reference, flow="import", regime="A11", tax_code="9900000016", hs_code="08011200", first_channel=2
    )  # fmt: skip
    return case


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


# Who is let in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hoa", 200), ("dung", 200), ("tuan", 200), ("an", 200), ("vinh", 200), ("cuc", 200), ("onestop-20cf", 404),
        ("handler-20cf", 404), ("leader-20cf", 404), ("lan", 404), ("minh", 404), ("phuc", 404), ("nga", 404), ("ha", 404),
    ],
)  # fmt: skip
def test_a_case_is_there_for_its_office_and_for_those_over_all(username: str, status: int) -> None:
    case = a_declaration()
    assert browser(username).get(f"/work/{case.reference}/").status_code == status


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("hoa", 200),
        ("dung", 200),
        ("tuan", 200),
        ("an", 200),
        ("vinh", 200),
        ("cuc", 404),
        ("lan", 404),
        ("phuc", 404),
    ],
)
def test_the_worklist_is_for_those_who_work_or_watch(username: str, status: int) -> None:
    assert browser(username).get("/work/").status_code == status


def test_the_signed_out_are_sent_to_sign_in() -> None:
    case = a_declaration()
    for address in ("/work/", f"/work/{case.reference}/", "/search/?q=x"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")


def test_each_office_sees_its_own_worklist_and_the_auditor_all() -> None:
    opened("dossier", "A-1", "lodged")
    opened("dossier", "B-2", "lodged", office="20CF")
    hoa, other, auditor = (text_of(browser(name), "/work/?tab=all") for name in ("hoa", "onestop-20cf", "an"))
    assert ("/work/A-1/" in hoa, "/work/B-2/" in hoa) == (True, False)
    assert ("/work/A-1/" in other, "/work/B-2/" in other) == (False, True)
    assert ("/work/A-1/" in auditor, "/work/B-2/" in auditor) == (True, True)


# The worklist -----------------------------------------------------------------------------------------------


def test_late_work_says_so_in_words_with_an_icon_and_paused_work_says_why() -> None:
    opened("dossier", "LATE", "lodged")
    record(Case.objects.get(reference="LATE"), "accepted", at=MONDAY, actor=HOA)
    case = opened("dossier", "PAUSED", "lodged")
    record(case, "accepted", at=MONDAY, actor=HOA)
    record(case, "supplement_requested", at=MONDAY + timedelta(hours=1), actor=HOA)
    page = text_of(browser("hoa"), "/work/?tab=all")
    assert "Quá hạn " in page
    assert "#alert" in page
    assert "Dừng: chờ bổ sung hồ sơ" in page
    assert page.index("LATE") < page.index("Đồng hồ chưa chạy hoặc đang dừng") < page.index("PAUSED")


def test_the_day_begins_with_the_tab_of_ones_desk_unless_it_is_empty() -> None:
    hoa = browser("hoa")
    assert 'aria-current="page">Tất cả' in text_of(hoa, "/work/")
    opened("dossier", "A-1", "lodged")
    assert 'aria-current="page">Chờ tiếp nhận' in text_of(hoa, "/work/")
    assert 'aria-current="page">Tất cả' in text_of(browser("dung"), "/work/")


def test_the_next_page_goes_on_where_the_first_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(53):
        opened("dossier", f"R-{number:02}", "lodged")
    hoa = browser("hoa")
    first = text_of(hoa, "/work/?tab=accept")
    assert "1–50 trong tổng số 53 việc" in first
    address = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = text_of(hoa, f"/work/{address}")
    assert "51–53 trong tổng số 53 việc" in second
    assert all(f"R-{number:02}" in (first + second) for number in range(53))


@pytest.mark.parametrize(
    "query",
    [
        "tab=nonsense",
        "after=nonsense",
        "officer=%00",
        "kind=" + "x" * 500,
        "procedure='--",
        "tab=late&after=-~1~1",
    ],
)
def test_a_strange_address_gives_a_list_and_no_crash(query: str) -> None:
    opened("dossier", "A-1", "lodged")
    assert browser("hoa").get(f"/work/?{query.replace('%00', '')}").status_code == 200


def test_filters_are_kept_in_the_tabs() -> None:
    opened("dossier", "A-1", "lodged", channel="post")
    opened("dossier", "A-2", "lodged", channel="online")
    page = text_of(browser("hoa"), "/work/?tab=all&channel=post")
    assert ("/work/A-1/" in page, "/work/A-2/" in page) == (True, False)
    assert "?tab=accept&amp;channel=post" in page


def test_the_worklist_asks_few_questions_however_long_it_is(django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        opened("dossier", f"R-{number:02}", "lodged")
    hoa = browser("hoa")
    with django_assert_max_num_queries(14):
        text_of(hoa, "/work/?tab=all")


# Search -----------------------------------------------------------------------------------------------------


def test_a_number_leads_straight_to_its_case() -> None:
    case = a_declaration()
    hoa = browser("hoa")
    for text in ("10312345678", "103123456780"):
        answer = hoa.get("/search/", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, f"/work/{case.reference}/")
    stranger = browser("onestop-20cf").get("/search/", {"q": "10312345678"})
    assert stranger.status_code == 200
    assert "Không tìm thấy" in stranger.content.decode()


def test_words_without_accents_find_and_count_exactly_within_reach() -> None:
    for number in range(4):
        opened("dossier", f"A-{number}", "lodged", office=("20BB", "20CF")[number % 2])
    hoa, auditor = (text_of(browser(name), "/search/?q=cong+ty+dong") for name in ("hoa", "an"))
    assert "2 trong tổng số 2 kết quả" in hoa
    assert "4 trong tổng số 4 kết quả" in auditor


def test_a_firm_is_offered_with_everything_it_has() -> None:
    ensure_cast()
    firm = Organisation.objects.get(tax_code="9900000016")
    a_declaration(organisation=firm.pk, label="Tờ khai nhập khẩu")
    hoa = browser("hoa")
    page = text_of(hoa, "/search/?q=dao+xanh")
    assert f"firm={firm.pk}" in page
    assert "10312345678" in text_of(hoa, f"/search/?firm={firm.pk}&q=dao+xanh").replace("<wbr>", "")


def test_what_is_typed_is_shown_as_text() -> None:
    attack = "<script>alert(1)</script>"
    page = text_of(browser("hoa"), f"/search/?q={attack}")
    assert attack not in page
    assert escape(attack) in page


def test_an_applicants_search_goes_to_the_applicants_own_list() -> None:
    a_declaration()
    answer = browser("lan").get("/search/", {"q": "10312345678"})
    assert (answer.status_code, answer["Location"]) == (302, "/dossiers/?q=10312345678")


def test_a_role_that_sees_no_cases_is_told_so() -> None:
    a_declaration()
    page = text_of(browser("phuc"), "/search/?q=10312345678")
    assert "Vai trò của bạn không xem hồ sơ" in page
    assert "/work/10312345678/" not in page


# One case ---------------------------------------------------------------------------------------------------


def test_every_kind_of_case_has_its_page_with_links_to_the_others() -> None:
    declaration = a_declaration()
    inspection = opened("inspection", "BNN-25/2020 001", "applied")
    Inspection.objects.create(
        case=inspection,
        file_code="BNN-25/2020 001",
        ministry="BNNPTNT",
        goods="Hạt điều thô",
        hs_code="08013100",
    )
    movement = opened("movement", "EM-2020-000001", "notified", label="MV DONG BAC")
    Movement.objects.create(
        case=movement,
        direction="entry",
        imo="9074729",
        ship="MV DONG BAC",
        flag="VN",
        voyage="001",
        port="VNHPH",
    )
    certificate = opened("certificate", "COD D/2020-1", "received")
    Certificate.objects.create(
        case=certificate,
        number="D/2020-1",
        compare_key="D20201",
        issuing_country="TH",
        issued_on=date(2020, 9, 1),
    )
    Link.objects.create(source=inspection, target=declaration, kind="inspects", made_at=timezone.now())
    hoa = browser("hoa")
    assert "Hạt điều thô" in text_of(hoa, "/work/BNN-25/2020 001/")
    assert "Phục vụ tờ khai" in text_of(hoa, "/work/BNN-25/2020 001/")
    page = text_of(hoa, "/work/10312345678/")
    assert "Được kiểm tra bởi" in page
    assert "/work/BNN-25/2020%20001/" in page
    assert "Nhập khẩu" in page
    assert "Trang này chỉ để xem" in page
    assert "MV DONG BAC" in text_of(hoa, "/work/EM-2020-000001/")
    assert "TH" in text_of(hoa, "/work/COD D/2020-1/")


def test_a_tied_case_of_another_office_is_named_and_not_linked() -> None:
    declaration = a_declaration()
    far = opened("dossier", "FAR-1", "lodged", office="20CF")
    Link.objects.create(source=far, target=declaration, kind="used-by", made_at=timezone.now())
    page = text_of(browser("hoa"), "/work/10312345678/")
    assert "FAR-1" in page
    assert "/work/FAR-1/" not in page
    assert "/work/FAR-1/" in text_of(browser("an"), "/work/10312345678/")


def test_what_was_recorded_days_later_says_so_beside_both_times() -> None:
    a_declaration()
    page = text_of(browser("hoa"), "/work/10312345678/")
    assert "Ghi muộn" in page
    assert "Ghi nhận sau" in page
    assert "08:00, 14/09/2020" in page


def test_the_deadline_is_explained_day_by_day() -> None:
    a_declaration()
    page = text_of(browser("hoa"), "/work/10312345678/")
    assert "tính từng ngày" in page
    assert "Đã quá hạn từ" in page


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_pages_are_whole_in_both_languages(language: str) -> None:
    a_declaration()
    hoa = browser("hoa")
    hoa.post("/language/", {"language": language, "next": "/work/"})
    for address in ("/work/?tab=all", "/work/10312345678/", "/search/?q=dong"):
        page = text_of(hoa, address)
        assert f'lang="{language}"' in page
        assert "Text(" not in page
        assert "None" not in page.replace("'none'", "")


# Files ------------------------------------------------------------------------------------------------------


def a_file(case: Case, name: str = "Hợp đồng.pdf") -> Attachment:
    return attachments.attach(case, document="contract", name=name, content=PDF, actor=HOA, at=timezone.now())


def test_a_file_comes_as_a_download_that_no_browser_runs() -> None:
    case = a_declaration()
    attachment = a_file(case)
    answer = browser("hoa").get(f"/work/{case.reference}/papers/{attachment.pk}/")
    assert answer.content == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("username", ["onestop-20cf", "cuc", "lan", "phuc"])
def test_a_file_is_not_there_for_those_without_the_right(username: str) -> None:
    case = a_declaration()
    attachment = a_file(case)
    assert browser(username).get(f"/work/{case.reference}/papers/{attachment.pk}/").status_code == 404


def test_a_file_is_not_found_under_another_case() -> None:
    attachment = a_file(a_declaration())
    other = a_declaration("10312345679")
    assert browser("hoa").get(f"/work/{other.reference}/papers/{attachment.pk}/").status_code == 404


def test_a_file_changed_on_the_disk_is_refused_with_the_reason() -> None:
    case = a_declaration()
    attachment = a_file(case)
    digest = hashlib.sha256(PDF).hexdigest()
    path = attachments._path(digest)
    path.write_bytes(b"something else")
    try:
        answer = browser("hoa").get(f"/work/{case.reference}/papers/{attachment.pk}/")
        assert answer.status_code == 422
        assert "sao lưu" in answer.content.decode()
    finally:
        path.unlink()
