"""The catalogue as people read it: what to bring, how long, how much, what changed."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.test import Client

from motcua.procedures import queries
from motcua.procedures.catalogue import catalogue

pytestmark = pytest.mark.django_db

REFUND = "/procedures/tax/refund/"
AGENT = "/procedures/enterprise/customs-agent-recognition/"
OLD_LIST = "/procedures/tax/exemption-list-registration/"
ON = date(2020, 9, 14)


def read(address: str, language: str = "vi") -> str:
    client = Client()
    client.post("/language/", {"language": language})
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_page_answers_what_to_bring_how_long_how_much_and_on_what_law() -> None:
    page = read(REFUND)
    for words in (
        "Công văn yêu cầu hoàn thuế", "1 bản chính", "Khi: Đã thanh toán", "6 ngày làm việc",
        "tạm dừng, rồi tính tiếp", "Không thu phí", "Lãnh đạo", "107/2016/QH13", "điều 19", "Quyết định hoàn thuế",
    ):  # fmt: skip
        assert words in page, words


def test_what_nobody_has_checked_says_so() -> None:
    page = read(REFUND)
    assert page.count("chưa xác minh") >= 3
    assert "chưa được đối chiếu với văn bản gốc" in page


def test_a_fee_is_the_one_of_the_day() -> None:
    ship = "/procedures/transport/ship-entry/"
    assert "274/2016/TT-BTC" in read(f"{ship}?on=2020-09-14")
    assert "14/2021/TT-BTC" in read(f"{ship}?on=2022-01-01")
    assert "20.000" in read(f"{ship}?on=2020-09-14")


def test_the_same_page_speaks_english() -> None:
    page = read(REFUND, "en")
    assert "Written claim for refund" in page
    assert "6 working days" in page
    assert "File online" in page


def test_an_earlier_day_shows_the_rules_of_that_day() -> None:
    assert "Giấy chứng nhận đăng ký doanh nghiệp" in read(f"{AGENT}?on=2018-01-01")
    assert "Giấy chứng nhận đăng ký doanh nghiệp" not in read(f"{AGENT}?on=2020-01-01")
    assert "Nộp trực tuyến</a>" not in read(f"{AGENT}?on=2020-01-01"), "nothing is filed in the past"


@pytest.mark.parametrize("written", ["14/09/2018", "2018-09-14"])
def test_a_day_may_be_written_as_people_or_as_programs_write_it(written: str) -> None:
    assert "14/09/2018" in read(f"{AGENT}?on={written}")


@pytest.mark.parametrize("written", ["31/02/2020", "2020-13-01", "yesterday", "14/9"])
def test_a_day_that_does_not_exist_is_said_and_today_is_shown(written: str) -> None:
    assert "không phải một ngày có thật" in read(f"{REFUND}?on={written}")
    assert Client().get(f"/procedures/tax/refund.json?on={written}").status_code == 422


def test_an_abolished_procedure_says_so_and_names_its_successor() -> None:
    page = read(OLD_LIST)
    assert "Thủ tục này đã bãi bỏ" in page
    assert "01/09/2016" in page
    assert 'href="/procedures/tax/exemption-list-notice/"' in page
    assert "/dossiers/new/" not in page
    assert "đã bãi bỏ" not in read(f"{OLD_LIST}?on=2016-08-31").split("Đã thay đổi gì")[0]


def test_a_procedure_that_is_to_come_says_from_when() -> None:
    assert "Chưa có hiệu lực" in read(f"{REFUND}?on=2010-01-01")
    assert "Sắp thay đổi" in read(f"{AGENT}?on=2019-08-04")


def test_what_is_declared_in_the_clearance_system_is_not_filed_here() -> None:
    page = read("/procedures/clearance/import-declaration/")
    assert "Làm trên hệ thống thông quan" in page
    assert "/dossiers/new/" not in page


def test_the_reform_is_told_in_sentences_with_its_cost_before_and_after() -> None:
    page = read(f"{AGENT}changes/2015-03-15/2019-08-05/")
    assert "Giấy chứng nhận đăng ký doanh nghiệp hoặc giấy chứng nhận đầu tư" in page
    assert "Thông tư 02/2017/TT-VPCP, điều 27" in page
    assert "Mô hình chi phí chuẩn" in page
    assert "Chưa tính được chi phí" not in page


def test_the_cost_on_the_page_is_the_cost_of_the_law() -> None:
    versions = catalogue().versions("enterprise/customs-agent-recognition")
    told = queries.reform(*versions)
    circular = next(one for one in told.benefits if one.before.method == "circular-02-2017")
    assert circular.once_vnd > 0, "one paper less costs less"
    shown = f"{circular.once_vnd:,}".replace(",", ".")
    assert shown in read(f"{AGENT}changes/2015-03-15/2019-08-05/")


def test_every_change_between_neighbours_has_a_page_and_every_procedure_has_one() -> None:
    client = Client()
    for name in catalogue().procedures():
        assert client.get(f"/procedures/{name}/").status_code == 200, name
        versions = catalogue().versions(name)
        for before, after in pairwise(versions):
            address = f"/procedures/{name}/changes/{before.since}/{after.since}/"
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    [
        "/procedures/tax/nothing/", "/procedures/tax/nothing.json", f"{AGENT}changes/2019-08-05/2015-03-15/",
        f"{AGENT}changes/2015-03-15/2015-03-15/", f"{AGENT}changes/2015-02-30/2019-08-05/",
        f"{AGENT}changes/2015-03-16/2019-08-05/",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404


def test_the_twin_for_programs_holds_the_sheet_with_its_digest() -> None:
    sheet = catalogue().in_force("tax/refund", ON)
    body = Client().get("/procedures/tax/refund.json?on=2020-09-14").json()
    assert body["sha256"] == sheet.digest
    assert body["since"] == "2016-09-01"
    assert body["state"] == "in_force"
    assert body["sheet"]["title"] == {"vi": sheet.title.vi, "en": sheet.title.en}
    assert body["unverified"] == sheet.unverified()
    fee = Client().get("/procedures/transport/ship-entry.json?on=2020-09-14").json()["fees"][0]
    assert (fee["amount_vnd"], fee["basis"]) == ("20000", "274/2016/TT-BTC")


@pytest.mark.parametrize("words", ["hoàn thuế", "hoan thue", "HOAN  THUE", "Refund duty", "thue hoan"])
def test_search_needs_no_accents_no_case_and_no_order(words: str) -> None:
    assert "tax/refund" in {sheet.procedure for sheet in queries.search(ON, words)}


def test_words_typed_with_their_marks_rank_first() -> None:
    plain = [sheet.procedure for sheet in queries.search(ON, "hoan thue")]
    marked = [sheet.procedure for sheet in queries.search(ON, "hoàn thuế")]
    assert set(plain) == set(marked)
    titles = {sheet.procedure: sheet.title.vi.lower() for sheet in queries.search(ON, "hoàn thuế")}
    assert "hoàn" in titles[marked[0]]
    assert "thuế" in titles[marked[0]]


def test_every_result_holds_every_word_and_nothing_is_lost() -> None:
    assert queries.search(ON, "hoàn thuế xyzzy") == []
    assert len(queries.search(ON)) == len(catalogue().all_in_force(ON))


def test_the_list_narrows_by_field_and_by_way_of_submitting() -> None:
    assert {sheet.field for sheet in queries.search(ON, field="tax")} == {"tax"}
    by_post = queries.search(ON, channel="post")
    assert by_post
    assert all(sheet.channels.post for sheet in by_post)
    assert "Không tìm thấy thủ tục nào" in read("/procedures/?q=xyzzy")
    assert "tax/refund" in read("/procedures/?q=hoan+thue&field=tax&channel=online")


def test_every_field_of_the_catalogue_has_a_name_in_both_languages() -> None:
    assert {sheet.field for sheet in catalogue()} <= queries.FIELDS.keys()


def test_strange_questions_are_harmless() -> None:
    client = Client()
    for asked in ("?q=%00", "?q=" + "a" * 5000, "?field=../..", "?channel=fax", "?q=<script>"):
        answer = client.get(f"/procedures/{asked}")
        assert answer.status_code == 200
        assert b"<script>" not in answer.content.replace(b"<script src", b"")
