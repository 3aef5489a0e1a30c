"""The report linter finds what does not add up, and leaves right texts in peace."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.findings import Severity
from motcua.reporting.lint import LARGEST_FILE, LintReport, lint, run

ARTICLE = Path(__file__).parents[2] / "shared" / "seed" / "article.txt"

DOSSIERS = (
    "Trong kỳ, Hải quan Quảng Ninh đã tiếp nhận và xử lý 127.258 hồ sơ TTHC, trong đó 119.910 hồ sơ TTHC tiếp nhận "
    "trực tuyến, 7.329 tiếp nhận trực tiếp/dịch vụ bưu chính."
)
DOSSIERS_EN = (
    "In the period, Quang Ninh Customs received and handled 127,258 dossiers, of which 119,910 were received online "
    "and 7,329 in person or by post."
)
CERTIFICATES = (
    "Trong chín tháng tiếp nhận 130 C/O điện tử qua một cửa ASEAN, giảm16% so với năm 2019 (154 C/O)."
)


def codes(report: LintReport) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.fixture
def article() -> LintReport:
    if not ARTICLE.exists():
        pytest.skip(f"the published article is not beside this repository ({ARTICLE})")
    return lint(ARTICLE.read_text(encoding="utf-8"))


# The published article


def test_the_article_is_19_dossiers_short_and_the_carry_over_column_is_suggested(article: LintReport) -> None:
    [fault] = article.faults
    assert (fault.code, fault.place) == ("sum.parts", "31:53")
    assert "127.239, thiếu 19 so với tổng 127.258" in fault.vi
    assert "cột 6 'từ kỳ trước'" in fault.vi
    assert "127,239, 19 short of the total 127,258" in fault.en
    assert "carried over" in fault.en
    assert "verified: false" in fault.basis


def test_the_three_changes_of_the_article_hold_with_raw_values(article: LintReport) -> None:
    texts = {item.place: item.en for item in article.confirmed if item.code == "change.percent"}
    assert len(texts) == 3
    for raw, text in zip(("−7.467532", "+21.992669", "−15.584416"), texts.values(), strict=True):
        assert raw in text
        assert "two significant figures" in text


def test_the_article_does_not_say_which_2019_it_compares_with(article: LintReport) -> None:
    notes = [finding for finding in article.findings if finding.code == "change.base_period"]
    assert [note.place for note in notes] == ["24:155", "24:275", "24:370"]
    assert all("cùng kỳ năm 2019 hay cả năm 2019" in note.vi for note in notes)
    assert all(note.severity is Severity.NOTE for note in notes)


def test_130_certificates_against_154_are_no_more_than_chance(article: LintReport) -> None:
    [note] = [finding for finding in article.findings if finding.code == "change.chance"]
    assert note.place == "24:370"
    assert "không phân biệt được với dao động ngẫu nhiên" in note.vi
    assert "0.668 – 1.066, p = 0.15" in note.en


def test_nothing_else_is_held_against_the_article(article: LintReport) -> None:
    assert sorted(set(codes(article))) == ["change.base_period", "change.chance", "sum.parts"]


# The same, on sentences that are always here


@pytest.mark.parametrize("text", [DOSSIERS, DOSSIERS_EN], ids=["vi", "en"])
def test_forgotten_carry_over_is_suggested_in_both_languages(text: str) -> None:
    [fault] = lint(text).faults
    assert "19" in fault.vi
    assert "II.06a" in fault.vi
    assert "II.06a" in fault.en


def test_with_the_carry_over_the_sentence_holds() -> None:
    report = lint(DOSSIERS.replace("bưu chính.", "bưu chính, 19 hồ sơ từ kỳ trước chuyển sang."))
    assert report.findings == []
    assert [item.code for item in report.confirmed] == ["sum.parts"]


def test_another_shortfall_with_the_carry_over_named_gets_no_such_suggestion() -> None:
    report = lint(DOSSIERS.replace("bưu chính.", "bưu chính, 18 hồ sơ từ kỳ trước chuyển sang."))
    [fault] = report.faults
    assert "thiếu 1 so với" in fault.vi
    assert fault.basis == ""


def test_a_fall_within_chance_is_noted_and_the_percentage_confirmed() -> None:
    report = lint(CERTIFICATES)
    assert codes(report) == ["change.base_period", "change.chance"]
    assert [item.code for item in report.confirmed] == ["change.percent"]


def test_a_named_base_period_needs_no_note() -> None:
    assert "change.base_period" not in codes(lint(CERTIFICATES.replace("năm 2019", "cùng kỳ năm 2019")))
    assert codes(lint("Năm 2020 có 3.661 lượt, tăng 22% so với năm 2019 (3.001 lượt).")) == []


# Faults

FAULTY = [
    ("1,269 declarations: 481 exports, 778 imports", "sum.parts", "10 short of the total 1,269"),
    ("Có 1.269 tờ khai, gồm 481 tờ khai xuất khẩu và 778 tờ khai nhập khẩu.", "sum.parts", "10 short"),
    ("Tổng số là 1.269 tờ khai. Trong đó:\n- Xuất khẩu: 481 tờ khai;\n- Nhập khẩu: 778 tờ khai.", "sum.parts", "10 short"),
    ("Có 481 tờ khai xuất khẩu và 778 tờ khai nhập khẩu, tổng cộng 1.269 tờ khai.", "sum.parts", "10 short"),
    ("The branch has received 3,003 records (1,963 new records, 1,041 records carried over).", "sum.parts", "1 above"),
    ("119.910 + 7.329 = 127.258 hồ sơ đã tiếp nhận", "sum.equation", "127,239, not 127,258"),
    ("481 = 354 green 73.6 %, 112 yellow 23.82 %, 15 red 3.12 %", "share.percent", "23.28 %, not 23.82 %"),
    ("Done on time: 16,051 of 16,274 tasks (98.62%).", "share.percent", "98.63 %, not 98.62%"),
    ("Quá hạn 223/16.274 nhiệm vụ, chiếm tỷ lệ 1,38%.", "share.percent", "1.37 %, not 1,38%"),
    ("Có 1.425 tờ khai, giảm 8,1% so với cùng kỳ năm 2019 (1.540 tờ khai).", "change.percent", "divided by the new figure"),
    ("Có 1.425 tờ khai, giảm 7,4% so với cùng kỳ năm 2019 (1.540 tờ khai).", "change.percent", "cut off instead of rounded"),
    ("Transits rose 122% from 3,001 to 3,661.", "change.percent", "the ratio to the base"),
    ("Có 1.425 tờ khai, tăng 7,5% so với cùng kỳ năm 2019 (1.540 tờ khai).", "change.direction", "a fall"),
    ("Có 3.661 lượt, tăng 606 lượt (22%) so với cùng kỳ (3.001 lượt).", "change.difference", "is 660, not 606"),
    ("Có 130 hồ sơ, tăng 5% so với cùng kỳ năm 2019 (0 hồ sơ).", "change.no_base", "base of 0"),
    ("Tỷ lệ trực tuyến tăng từ 82% lên 85%, tăng 3%.", "points.not_percent", "Write 'percentage points'"),
    ("The rate rose from 82.1% to 85.3%, up 4.2 percentage points.", "points.difference", "3.2 percentage points"),
    ("Luồng xanh 73,6%, luồng vàng 24,28% và luồng đỏ chiếm 3,12%.", "percents.total", "101.00 %, not 100 %"),
    ("Tổng số hồ sơ là 127.258 hồ sơ. Đã xong. Tổng số hồ sơ là 127.528 hồ sơ.", "repeat.total", "at 1:18 it says 127,258"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "says"), FAULTY, ids=[f"{code}-{place}" for place, (_, code, _) in enumerate(FAULTY)]
)
def test_a_fault_is_found_where_it_stands(text: str, code: str, says: str) -> None:
    [fault] = lint(text).faults
    assert fault.code == code
    assert says in fault.en
    line, column = (int(part) for part in fault.place.split(":"))
    assert text.split("\n")[line - 1][column - 1].isdigit()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Đơn vị hoàn thành 55/52 nhiệm vụ.", "share.exceeds"),
        ("Đã hoàn thành 48/52 nhiệm vụ. Như vậy 48/53 nhiệm vụ đã xong.", "repeat.total"),
        ("Tiếp nhận 127.258 hồ sơ TTHC. Có kết quả 127.528 hồ sơ TTHC đúng hạn.", "repeat.look_alike"),
        ("Có 9 đơn vị, gồm 6 chi cục và 2 đội kiểm soát.", "sum.parts"),
    ],
)
def test_what_may_have_a_reason_is_only_worth_a_look(text: str, code: str) -> None:
    [finding] = lint(text).findings
    assert (finding.code, finding.severity) == (code, Severity.WARNING)


def test_the_channels_of_the_first_time_study_are_checked_to_the_last_figure() -> None:
    text = (
        "Lần đo đầu có 1.269 tờ khai, gồm 481 tờ khai xuất khẩu (354 luồng xanh, chiếm 73,6%; 112 luồng vàng, chiếm "
        "23,28%; 15 luồng đỏ, chiếm 3,12%) và 778 tờ khai nhập khẩu (95 luồng xanh, chiếm 12,21%, 647 luồng vàng, còn "
        "lại luồng đỏ)."
    )
    report = lint(text)
    assert [(finding.code, finding.place) for finding in report.findings] == [("sum.parts", "1:15")]
    assert sorted(item.code for item in report.confirmed) == ["share.percent"] * 4 + ["sum.parts"]


def test_one_wrong_digit_anywhere_in_a_right_sum_is_found() -> None:
    right = (
        "Tiếp nhận 21.914 nhiệm vụ, trong đó 16.051 nhiệm vụ đã hoàn thành và 5.863 nhiệm vụ chưa hoàn thành."
    )
    assert lint(right).findings == []
    for wrong in ("21.915", "21.814"):
        assert [fault.code for fault in lint(right.replace("21.914", wrong)).faults] == ["sum.parts"]
    assert lint(right.replace("5.863", "5.836")).faults


def test_figures_in_the_manner_of_the_other_language_are_noted_and_still_read() -> None:
    report = lint(
        "Quang Ninh Customs received 127.258 dossiers, of which 119.910 dossiers online and 7.348 dossiers by post."
    )
    assert codes(report) == ["number.style"]
    assert [item.code for item in report.confirmed] == ["sum.parts"]


# Clean texts: not one word may be said against them

CLEAN = [
    "Đến hết tháng 9, Hải quan Quảng Ninh đã hoàn thành 48/52 nhiệm vụ đề ra theo Kế hoạch năm 2020 (đạt 92,31%).",
    "Đơn vị đã rà soát 3/3 thủ tục hành chính cần sửa đổi; kiến nghị công bố 8/8 thủ tục hành chính theo Quyết định số "
    "1294/QĐ-BNV ngày 05/02/2020; đo thời gian giải phóng hàng 2 lần/năm. Đường dây nóng: 0203.3825.115.",
    "Tháng 9/2021 tiếp nhận mới 4.131 hồ sơ, hồ sơ tồn kỳ trước chuyển sang là 2.171, lũy kế trong kỳ là 6.302 hồ sơ; đến "
    "hạn giải quyết là 4.169 hồ sơ. Đúng hạn là 4.157 hồ sơ (đạt 99,71%). Có 90 hồ sơ (chiếm 2,16%) được rút. Có 15 đơn "
    "vị phát sinh tổng số 1.598 hồ sơ trực tuyến, trong đó có 61 hồ sơ mức độ 3 và 1.537 hồ sơ mức độ 4.",
    "Trong kỳ tiếp nhận 100 hồ sơ, trong đó 20 hồ sơ quá hạn; làm thủ tục cho 3.661 lượt phương tiện, tăng 22% so với "
    "cùng kỳ năm 2019 (3.001 lượt).",
    "Thu ngân sách đạt 5.000 tỷ đồng, tăng 12% so với cùng kỳ, trong đó thuế xuất khẩu 3.000 tỷ đồng, thuế nhập khẩu "
    "2.000 tỷ đồng. Tổng số tờ khai của chi cục Hòn Gai là 120 tờ khai, tổng số tờ khai của chi cục Móng Cái là 300 tờ khai.",
    "Phát hiện 206 vụ, 326 đối tượng, so với cùng kỳ năm 2019 tăng 93 vụ (206/113 vụ); khởi tố 160 vụ, 221 bị can, xử lý "
    "hành chính 25 vụ, thu giữ gồm 10.930 tấn than, 280 tấn hàng và 10 kg vàng.",
    "Chi cục đạt 105% kế hoạch quý, giảm 10-15% thời gian và tăng từ mức độ 3 lên mức độ 4; hơn 5.000 hồ sơ, trong đó "
    "gần 4.000 hồ sơ trực tuyến, khoảng 900 hồ sơ trực tiếp.",
    "Cơ cấu theo luồng: xanh 73,6%, vàng 23,28% và đỏ 3,12%. Năm 2020 có 9 đơn vị, gồm 6 chi cục và 3 đội.",
    "In the first 6 months of 2017 the total reached 5.2 million sheets, an increase of 17.1%, in that export declarations "
    "reached 2.5 million sheets, increased by 16% and import declarations reached 2.7 million sheets, rose by 18.5% over "
    "the same period of 2016.",
    "Maritime routes had the largest share, with 686 out of 1,247 cases (55 per cent). Customs handled US$10.036 billion, "
    "up 27.5% year on year; parts (US$84.12 million, up 21.0%); steel (US$368.40 million, up 40.5%).",
    "From July 1 to September 30, the Center received 13,188 applications and processed 12,970 of them. The rate reached "
    "99.2%; 102 applications were delayed. Call +84 203 3825 115 between 8:00 and 17:00, see Decision 766/QD-TTg.",
    "The department's trade rose from 82% of the plan to 85%, up 3 percentage points, while declarations fell 7.5% from "
    "1,540 to 1,425 and transits rose 22% to 3,661 from 3,001.",
    "The office has 9 units: 6 branches and 3 teams. It closed 120 tasks, of which 100 on time, 15 late and the rest "
    "withdrawn; 14,973 filed - 216 excluded = 14,757 used.",
    "",
]  # fmt: skip


@pytest.mark.parametrize("text", CLEAN, ids=range(len(CLEAN)))
def test_a_right_text_gives_no_alarm(text: str) -> None:
    assert lint(text).findings == []


PIECES = (
    "trong đó|gồm|tăng|giảm|so với|từ|lên|xuống|tổng số|còn lại|và|of which|from|to|up|down|total|1.425|7,5%|22%|48/52|(|)|,|;|:|"
    "=|+|.|2019|năm|tờ khai|hồ sơ|declarations|điểm phần trăm|\n|0|0%|-|−|1,2 tỷ đồng"
)
WORDS = st.lists(st.sampled_from(PIECES.split("|")), max_size=40).map(" ".join)


@settings(max_examples=200)
@given(WORDS)
def test_any_text_can_be_checked_and_always_alike(text: str) -> None:
    report = lint(text)
    assert report == lint(text)
    for finding in report.findings:
        assert finding.vi
        assert finding.en


@settings(max_examples=100)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_right_sum_is_always_confirmed_and_a_wrong_one_never(first: int, second: int, off: int) -> None:
    total = first + second + off
    text = f"Xử lý {total:,} hồ sơ, gồm {first:,} hồ sơ mới và {second:,} hồ sơ cũ.".replace(
        ",", "."
    ).replace(" hồ sơ.", " hồ sơ,")
    report = lint(text)
    assert bool(report.confirmed) == (off == 0)
    assert bool(report.faults) == (off != 0)


# The command


def write(tmp_path: Path, raw: bytes) -> Path:
    path = tmp_path / "report.txt"
    path.write_bytes(raw)
    return path


def test_a_faulty_report_returns_one_and_is_told_in_its_own_language(tmp_path: Path) -> None:
    out = io.StringIO()
    assert run(write(tmp_path, DOSSIERS.encode()), out=out) == 1
    assert "Lỗi số học (1)" in out.getvalue()
    assert "1:53: 119.910 + 7.329" in out.getvalue()


def test_the_language_of_the_answer_can_be_chosen(tmp_path: Path) -> None:
    out = io.StringIO()
    assert run(write(tmp_path, DOSSIERS.encode()), language="en", out=out) == 1
    assert "Arithmetic faults (1)" in out.getvalue()


def test_a_report_with_notes_only_returns_zero(tmp_path: Path) -> None:
    out = io.StringIO()
    assert run(write(tmp_path, b"\xef\xbb\xbf" + CERTIFICATES.encode()), out=out) == 0
    assert "Lưu ý (2)" in out.getvalue()
    assert "Không tìm thấy lỗi số học." in out.getvalue()


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("tiếp nhận".encode("utf-16"), "UTF-8"),
        (b"\x93 windows quotes \x94", "UTF-8"),
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"PK\x03\x04\x00\x00", "not text"),
        (b"5 " * (LARGEST_FILE // 2 + 1), "larger than"),
    ],
)
def test_what_cannot_be_read_returns_two_and_says_why(tmp_path: Path, raw: bytes, says: str) -> None:
    out = io.StringIO()
    assert run(write(tmp_path, raw), out=out) == 2
    assert says in out.getvalue()
    assert str(tmp_path) in out.getvalue()


def test_a_missing_file_and_a_folder_return_two(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.txt", tmp_path):
        out = io.StringIO()
        assert run(path, language="vi", out=out) == 2
        assert "không mở được tệp" in out.getvalue()


def test_the_report_is_printed_where_nothing_else_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(write(tmp_path, DOSSIERS_EN.encode()))
    assert "3 figures read." in capsys.readouterr().out
