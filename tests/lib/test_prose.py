"""Figures and claims read from running prose."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.prose.claims import claims
from motcua.lib.prose.figures import Kind, Number, figures, language_of
from motcua.lib.prose.sentences import MOST_FIGURES, sentences
from motcua.lib.prose.sums import Strength

THREE_CHANGES = (
    "Đến nay, tại Hải quan Quảng Ninh có 1.425 tờ khai thuộc các lô hàng XNK kiểm tra chuyên ngành được trả kết quả "
    "trên hệ thống một cửa quốc gia NSW, giảm 7,5% so với năm 2019 (1.540 tờ khai); 3.661 lượt phương tiện XC, NC làm "
    "thủ tục hải quan trên hệ thống E-Manifest, tăng 22% so với 2019 (3.001 lượt), tiếp nhận 130 C/O from D điện tử "
    "qua hệ thống một cửa ASEAN, giảm16% so với năm 2019 (154 C/O)."
)


def amounts(text: str) -> list[tuple[str, object]]:
    return [(number.kind.value, number.value) for number in figures(text) if number.value is not None]


def only(text: str, language: str | None = None) -> Number:
    found = [number for number in figures(text, language) if number.kind is not Kind.MARKER]  # type: ignore[arg-type]
    assert len(found) == 1, found
    return found[0]


# Figures


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tiếp nhận 1.425 tờ khai", 1425),
        ("the office received 1,425 declarations", 1425),
        ("tiếp nhận 3.661lượt phương tiện", 3661),
        ("đạt 730,4 triệu giờ công", 730_400_000),
        ("thu nộp ngân sách 1,2 tỷ đồng", 1_200_000_000),
        ("worth 10.036 billion dollars in trade", 10_036_000_000),
        ("giảm còn 5,65 ngàn hồ sơ", 5650),
        ("the office received 127.258 dossiers", 127_258),
        ("cục tiếp nhận 1,425 tờ khai", 1425),
        ("xử lý 2020 tờ khai trong kỳ", 2020),
    ],
)
def test_quantities_are_read_in_both_manners(text: str, value: int) -> None:
    number = only(text)
    assert (number.kind, number.value) == (Kind.QUANTITY, value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ngày 15/9", Kind.DATE),
        ("ngày 05 tháng 02 năm 2020", Kind.DATE),
        ("đến hết tháng 9/2020", Kind.DATE),
        ("quý I/2020", Kind.DATE),
        ("từ 11-16/5/2020", Kind.DATE),
        ("on 5 February 2020", Kind.DATE),
        ("since March 5, 2020", Kind.DATE),
        ("ngày 2020-09-30", Kind.DATE),
        ("đến 15/9", Kind.DATE),
        ("so với năm 2019", Kind.YEAR),
        ("CDCI 2020 các sở", Kind.YEAR),
        ("giai đoạn 2016-2020", Kind.CODE),
        ("Quyết định số 1294/QĐ-BNV", Kind.CODE),
        ("Thông tư 01/2020/TT-VPCP", Kind.CODE),
        ("Decision 766/QD-TTg", Kind.CODE),
        ("theo Điều 27 của Luật", Kind.CODE),
        ("dịch vụ công mức độ 3, 4", Kind.CODE),
        ("đo lần 1;", Kind.CODE),
        ("hồ sơ H49.15.00", Kind.CODE),
        ("dịch Covid-19", Kind.CODE),
        ("ảnh 0941-img-5097", Kind.CODE),
        ("a 48-hour target", Kind.CODE),
        ("điện thoại 0203.3825.115", Kind.PHONE),
        ("hotline 1900 9299", Kind.PHONE),
        ("call +84 203 3825 115", Kind.PHONE),
        ("lúc 14:05", Kind.TIME),
        ("mất 10 giờ 05 phút 48 giây", Kind.TIME),
    ],
)
def test_digits_that_are_no_quantity_are_recognised(text: str, kind: Kind) -> None:
    number = only(text)
    assert (number.kind, number.value) == (kind, None)


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("giảm 7,5% so với", "7.5", "0.1", Kind.PERCENT),
        ("giảm16% so với", "16", "1", Kind.PERCENT),
        ("chiếm 73.6 % số tờ khai", "73.6", "0.1", Kind.PERCENT),
        ("a rate of 98.62 per cent", "98.62", "0.01", Kind.PERCENT),
        ("tăng 3 điểm phần trăm", "3", "1", Kind.POINTS),
        ("up 3 percentage points", "3", "1", Kind.POINTS),
        ("thay đổi −4,88 %", "-4.88", "0.01", Kind.PERCENT),
    ],
)
def test_percentages_keep_how_many_decimals_were_shown(text: str, value: str, unit: str, kind: Kind) -> None:
    number = only(text)
    assert (number.kind, number.value, number.unit) == (kind, Decimal(value), Decimal(unit))


def test_a_share_is_one_figure_and_a_day_with_its_month_is_none() -> None:
    number = only("hoàn thành 48/52 nhiệm vụ")
    assert (number.kind, number.value, number.of, number.noun) == (Kind.SHARE, 48, 52, "nhiệm vụ")
    assert only("họp đến 30/9 mới xong").kind is Kind.DATE


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("hơn 5.000 tờ khai", "over"), ("gần 5.000 tờ khai", "under"), ("about 5,000 files were kept", "about"),
        ("có 5.000 tờ khai", ""),
    ],
)  # fmt: skip
def test_vague_words_are_kept_with_the_figure(text: str, hedge: str) -> None:
    assert only(text).hedge == hedge


def test_the_ends_of_a_span_are_only_about_right() -> None:
    assert [number.hedge for number in figures("giảm 10-15% thời gian")] == ["about", "about"]


def test_addresses_and_ruled_lines_are_no_figures_but_places_stay_right() -> None:
    text = "![a](https://x.vn/09/0941_IMG.jpg?rt=2020)\n=====\nTiếp nhận 130 C/O"
    number = only(text)
    assert (number.place, number.value, number.noun) == ("3:11", 130, "C/O")


def test_places_count_letters_of_composed_text() -> None:
    decomposed = "\u0110o\u0302\u0323i 5 người"
    assert only(decomposed).place == "1:5"


def test_list_markers_are_no_figures() -> None:
    assert amounts("1. Tiếp nhận 5 hồ sơ\n2.1. Kết quả: 7 việc\n3) Còn 2 việc") == [
        ("quantity", 5), ("quantity", 7), ("quantity", 2),
    ]  # fmt: skip


def test_each_paragraph_of_a_bilingual_text_is_read_in_its_own_manner() -> None:
    text = "Cục tiếp nhận 1.425 kg hàng trong kỳ.\n\nThe office received 1.425 kg of goods."
    assert amounts(text) == [("quantity", 1425), ("quantity", Decimal("1.425"))]
    assert language_of("Quảng Ninh Customs received many declarations from traders") == "en"


LETTERS = "aăâđeêoơuưnghcmtrkh ĐTG"
NOISE = st.text(alphabet=LETTERS + "0123456789.,;:()%/+-=−– \n*|#'$€\u0301\u00a0", max_size=120)
PIECES = (
    "trong đó|gồm|tăng|giảm|so với|từ|lên|xuống|tổng số|còn lại|và|of which|from|to|up|down|total|1.425|7,5%|22%|48/52|(|)|,|;|:|"
    "=|+|.|2019|năm|tờ khai|hồ sơ|declarations|điểm phần trăm|\n|0|0%|-|−|1,2 tỷ đồng"
)
WORDS = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map(" ".join)


@settings(max_examples=150)
@given(NOISE | WORDS)
def test_any_text_can_be_read_and_every_figure_stands_where_it_is_said_to(text: str) -> None:
    found = claims(text)
    assert sum(len(sentence.numbers) for sentence in sentences(text)) == len(found.numbers)
    for number in figures(text):
        assert 0 <= number.start < number.end
        assert number.line >= 1
        assert number.column >= 1


# Sentences


def test_a_list_belongs_to_the_sentence_whose_colon_opens_it() -> None:
    text = (
        "Tổng số 1.269 tờ khai, gồm:\n\n- 481 tờ khai xuất khẩu;\n- 778 tờ khai nhập khẩu.\n- Việc khác: 3."
    )
    assert [[number.value for number in part.numbers] for part in sentences(text) if part.numbers] == [
        [1269, 481, 778], [3],
    ]  # fmt: skip


def test_a_number_with_a_dot_does_not_end_a_sentence() -> None:
    assert len([part for part in sentences("Có 1.425 tờ khai. Tăng 7.5 lần.") if part.numbers]) == 2


def test_a_table_without_lines_is_read_in_pieces_and_loses_nothing() -> None:
    text = "1, " * (3 * MOST_FIGURES)
    parts = sentences(text)
    assert max(len(part.numbers) for part in parts) == MOST_FIGURES
    assert sum(len(part.numbers) for part in parts) == 3 * MOST_FIGURES


# Claims


def test_the_three_changes_of_the_report_are_read_with_their_bases() -> None:
    found = claims(THREE_CHANGES)
    assert [
        (change.now.value, change.base.value, change.percent.value, change.way) for change in found.changes
    ] == [
        (1425, 1540, Decimal("7.5"), "down"),
        (3661, 3001, 22, "up"),
        (130, 154, 16, "down"),
    ]
    assert [period.words for period in found.periods] == ["so với năm 2019", "so với 2019", "so với năm 2019"]


@pytest.mark.parametrize(
    "text",
    [
        "Số lượt tăng từ 3.001 lên 3.661 lượt (22%).",
        "Từ 3.001 lượt lên 3.661 lượt, tăng 22%.",
        "Có 3.661 lượt, tăng 660 lượt (22%) so với năm 2019 (3.001 lượt).",
        "Có 3.661 lượt, cao hơn 22% so với cùng kỳ 3.001 lượt.",
        "Transits rose 22% from 3,001 to 3,661.",
        "The number of transits rose by 22% to 3,661 from 3,001.",
        "There were 3,661 transits, 22% more than in 2019 (3,001).",
        "There were 3,661 transits, an increase of 22 percent compared with 3,001 in 2019.",
    ],
)
def test_a_change_is_read_in_many_wordings(text: str) -> None:
    [change] = claims(text).changes
    assert (change.now.value, change.base.value, change.percent.value, change.way) == (3661, 3001, 22, "up")


@pytest.mark.parametrize(
    "text",
    [
        "Tỷ lệ giảm còn 16% trong tổng số 154 C/O.",
        "Xuất khẩu 5 tỷ USD, tăng 12% so với cùng kỳ.",
        "Có 130 C/O, giảm 16% so với năm 2019, tiếp nhận 154 tờ khai.",
        "Có 3 chi cục, giảm 16% so với năm 2019 (154 C/O).",
        "The share fell to 16% of 154 certificates.",
    ],
)
def test_a_level_or_a_base_without_figure_is_no_change_to_recompute(text: str) -> None:
    assert claims(text).changes == []


def test_points_of_percentage_are_read_with_both_percentages() -> None:
    [change] = claims("Tỷ lệ trực tuyến tăng từ 82% lên 85%, tăng 3 điểm phần trăm.").points
    assert (change.base.value, change.now.value, change.stated.kind) == (82, 85, Kind.POINTS)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("hoàn thành 48/52 nhiệm vụ (92,31%)", "92.31"),
        ("hoàn thành 48/52 nhiệm vụ, đạt 92,3%", "92.3"),
        ("đạt 92,3% (48/52 nhiệm vụ)", "92.3"),
        ("48 of 52 tasks (92.3%) are done by now", "92.3"),
        ("48 nhiệm vụ trên tổng số 52 nhiệm vụ, đạt 92,3%", "92.3"),
        ("hoàn thành 48/52 nhiệm vụ cải cách, giảm 5% thời gian", None),
    ],
)
def test_a_share_is_read_with_its_percentage(text: str, percent: str | None) -> None:
    [share] = claims(text).shares
    assert (share.part, share.whole) == (48, 52)
    assert (share.percent.value if share.percent else None) == (Decimal(percent) if percent else None)


def test_two_figures_set_side_by_side_are_no_share() -> None:
    assert claims("so với cùng kỳ tăng 93 vụ (206/113 vụ)").shares == []


@pytest.mark.parametrize(
    ("text", "value", "parts"),
    [
        ("Xử lý 127.258 hồ sơ, trong đó 119.910 hồ sơ trực tuyến, 7.329 hồ sơ trực tiếp.", 127258, [119910, 7329]),
        ("1,269 declarations: 481 exports, 778 imports", 1269, [481, 778]),
        ("481 = 354 green, 112 yellow, 15 red", 481, [354, 112, 15]),
        ("Tổng số là 1.269 tờ khai. Trong đó, xuất khẩu 481 tờ khai, nhập khẩu 778 tờ khai.", 1269, [481, 778]),
        ("Có 481 tờ khai xuất khẩu và 778 tờ khai nhập khẩu, tổng cộng 1.269 tờ khai.", 1269, [481, 778]),
        ("Thu 5.000 tỷ đồng, gồm xuất khẩu 3.000 tỷ đồng và nhập khẩu 2.000 tỷ đồng.", 5 * 10**12, [3 * 10**12, 2 * 10**12]),
        ("Tiếp nhận 30 hồ sơ của 9 đơn vị, gồm 20 hồ sơ của 6 chi cục và 10 hồ sơ của 3 phòng.", 30, [20, 10]),
        ("The branch received 3,003 records (1,963 new, 1,040 carried over).", 3003, [1963, 1040]),
        ("Có 1.259 tờ khai, gồm 481 tờ xuất, trong đó 354 xanh, 127 đỏ; 778 tờ nhập.", 1259, [481, 778]),
    ],
)  # fmt: skip
def test_a_total_is_read_with_its_parts(text: str, value: int, parts: list[int]) -> None:
    found = claims(text).breakdowns[0]
    assert found.value == value
    assert [part.number.value for part in found.parts] == parts


def test_nested_parts_are_read_as_their_own_totals() -> None:
    text = (
        "Giao 21.914 nhiệm vụ, trong đó 16.051 nhiệm vụ đã hoàn thành (14.068 đúng hạn, 1.983 quá hạn) và 5.863 nhiệm "
        "vụ chưa hoàn thành (5.640 trong hạn; 223 quá hạn)."
    )
    found = claims(text).breakdowns
    assert [(item.value, item.sum, item.agrees) for item in found] == [
        (21914, 21914, True), (16051, 16051, True), (5863, 5863, True),
    ]  # fmt: skip


def test_a_remainder_without_a_figure_is_noticed() -> None:
    [found] = claims("Có 778 tờ khai, gồm 95 luồng xanh, 647 luồng vàng, còn lại luồng đỏ.").breakdowns
    assert (found.rest, found.residual, found.strength) == (True, 36, Strength.WHOLE)


def test_rounded_parts_may_miss_the_total_by_their_last_digits() -> None:
    text = "Tiếp nhận 5,65 ngàn hồ sơ, gồm 1,07 ngàn kỳ trước, 3,19 ngàn trực tiếp, 1,25 ngàn trực tuyến và 132 bưu chính."
    [found] = claims(text).breakdowns
    assert found.residual == 8
    assert found.agrees


@pytest.mark.parametrize(
    ("text", "value", "result"),
    [
        ("119.910 + 7.329 = 127.258 hồ sơ đã nhận", 127239, 127258),
        ("Kết quả là 127.258 hồ sơ − 119.910 hồ sơ − 7.329 hồ sơ = 19 hồ sơ", 19, 19),
        ("We count 1,259 = 481 + 778 declarations here", 1259, 1259),
    ],
)
def test_sums_written_with_signs_are_read(text: str, value: int, result: int) -> None:
    [equation] = claims(text).equations
    assert (equation.value, equation.result.value) == (value, result)
