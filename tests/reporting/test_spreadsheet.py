"""Workbooks read back by two readers: texts are texts whatever they begin with, numbers are numbers, days are days."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from motcua.casework.figures import Period
from motcua.lib.vietnamese import VIETNAM, nfc
from motcua.people.permissions import Reach
from motcua.reporting.form06a import form_06a
from motcua.reporting.identities import COLUMNS
from motcua.reporting.listing import Listing
from motcua.reporting.measure import figures
from motcua.reporting.spreadsheet import (
    LIST_HEADS,
    LONGEST_TEXT,
    bulletin_workbook,
    cell,
    clean,
    form_workbook,
    list_workbook,
)
from tests.reporting.stories import new_case, random_register, step, write

SPRING = Period(date(2020, 2, 1), date(2020, 5, 31))
AS_OF = datetime(2021, 6, 1, tzinfo=VIETNAM)
MONDAY = datetime(2020, 3, 2, 8, tzinfo=VIETNAM)
PREFIXES = ["=", "+", "-", "@", "\t", "\r", "\n", "\x00", "=1+1", "=cmd|'/c calc'!A0", "#N/A", "#REF!", "@SUM(A1)", "-2+3",
            "+84 203 1234", "0012", "1e5", "TRUE", "{=1}", '=HYPERLINK("http://x","y")', "\u2400=1", " =1", "\t=1",
            "\n=1", "\r=1", "\x00=1"]  # fmt: skip


@pytest.fixture(autouse=True)
def no_kept_answers() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def written(texts: list[str], *, write_only: bool) -> bytes:
    book = Workbook(write_only=write_only)
    sheet: Any = book.create_sheet("T") if write_only else book.active
    for text in texts:
        sheet.append([cell(sheet, text), cell(sheet, 7)])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def both_ways(made: bytes, sheet: int | str = 0) -> tuple[Any, list[list[Any]]]:
    book = load_workbook(io.BytesIO(made))
    other = CalamineWorkbook.from_filelike(io.BytesIO(made))
    name = book.sheetnames[sheet] if isinstance(sheet, int) else sheet
    return book[name], other.get_sheet_by_name(name).to_python(skip_empty_area=False)


@pytest.mark.parametrize("write_only", [True, False])
def test_no_text_becomes_a_formula_an_error_or_a_number(write_only: bool) -> None:
    sheet, other = both_ways(written(PREFIXES, write_only=write_only))
    for number, text in enumerate(PREFIXES):
        found = sheet.cell(number + 1, 1)
        assert (found.data_type, found.value) == ("s", clean(text)), text
        assert other[number][0] == clean(text), text
        assert sheet.cell(number + 1, 2).data_type == "n"


def test_what_begins_like_a_formula_stays_text_when_it_is_typed_in_again() -> None:
    sheet, _ = both_ways(written(PREFIXES, write_only=True))
    quoted = {text: sheet.cell(number + 1, 1).quotePrefix for number, text in enumerate(PREFIXES)}
    for text in ("=", "+", "-", "@", "\t", "\n", "\x00", "=1+1", "@SUM(A1)", "-2+3", "+84 203 1234"):
        assert quoted[text], repr(text)
    assert not quoted["0012"]


def test_a_text_comes_back_as_it_was_but_for_what_a_workbook_cannot_hold() -> None:
    assert clean("a\x00b\x1f") == "a\u2400b\u241f"
    assert clean("a\r\nb\rc") == "a\nb\nc"
    assert clean("Hải quan".encode().decode()) == "Hải quan"
    assert len(clean("x" * 40_000)) == LONGEST_TEXT


@settings(max_examples=60)
@given(
    st.lists(
        st.text(
            st.one_of(
                st.sampled_from("=+-@\t\r\n\x00'\"#;|!đĐẩ0123456789 aZ"),
                st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs"]),
            ),
            min_size=1,
            max_size=12,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_any_text_comes_back_as_text(texts: list[str]) -> None:
    sheet, other = both_ways(written(texts, write_only=True))
    for number, text in enumerate(texts):
        found = sheet.cell(number + 1, 1)
        assert found.data_type == "s"
        assert found.value == clean(text)
        assert other[number][0] == clean(text)
        assert nfc(found.value) == found.value


@pytest.mark.django_db
def test_the_form_as_a_workbook_holds_the_numbers_of_the_form() -> None:
    random_register(21, cases=80)
    form = form_06a(SPRING, AS_OF)
    sheet, other = both_ways(form_workbook(form))
    assert sheet.freeze_panes == "D4"
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == len(form.lines) + 1
    for line, row in zip([*form.lines, form.total], rows, strict=True):
        assert list(row[3:]) == [line.cells[column] for column in COLUMNS]
        assert all(type(value) is int for value in row[3:])
    assert [row[1] for row in rows[:-1]] == [line.key for line in form.lines]
    assert other[3][3] == form.lines[0].cells[3]
    assert [sheet.cell(3, number + 1).value for number in range(3, 14)] == [
        f"({column})" for column in COLUMNS
    ]
    book = load_workbook(io.BytesIO(form_workbook(form)))
    assert book.sheetnames == ["Biểu II.06a", "Đẳng thức", "Nêu riêng", "Về tệp này"]
    assert {row[5] for row in book["Đẳng thức"].iter_rows(min_row=2, values_only=True)} == {"khớp"}
    apart = {row[0]: row[2] for row in book["Nêu riêng"].iter_rows(min_row=2, values_only=True)}
    assert apart == {f"06a:{code}": value for code, _, value in form.apart.items()}


@pytest.mark.django_db
def test_the_bulletin_as_a_workbook_holds_exact_figures_and_their_meaning() -> None:
    random_register(22)
    found = figures(SPRING, AS_OF, "previous")
    made = bulletin_workbook(found)
    sheet, _ = both_ways(made)
    heads = [one.value.split("\n")[0] for one in sheet[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    for one, row in zip(found, rows, strict=True):
        assert (row["Mã"], row["Số liệu"], row["Trên tổng"], row["Số dòng"]) == (
            one.code,
            one.value,
            one.of,
            one.rows,
        )
        assert row["Gốc Merkle của danh sách"] == one.digest
        if one.change_raw is not None:
            assert Decimal(str(row["Thay đổi chưa làm tròn (%)"])) == Decimal(one.change_raw)
            assert row["Kỳ gốc từ ngày"] == datetime(2019, 10, 1)  # noqa: DTZ001
    assert any(one.change_raw for one in found)
    book = load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["Số liệu", "Bản tin", "Định nghĩa", "Về tệp này"]
    assert all(book[name].freeze_panes == "B2" for name in book.sheetnames)
    about = {row[0]: row[1] for row in book["Về tệp này"].iter_rows(min_row=2, values_only=True)}
    assert about["Ngày đầu"] == datetime(2020, 2, 1)  # noqa: DTZ001
    assert about["Thời điểm chính xác"] == AS_OF.isoformat()


@pytest.mark.django_db
def test_a_list_as_a_workbook_has_one_row_each_with_times_of_vietnam() -> None:
    write(
        (
            new_case("=1+1"),
            [step("lodged", MONDAY), step("accepted", MONDAY), step("decided", MONDAY + timedelta(hours=2))],
        ),
        (new_case("00123", channel="post"), [step("lodged", MONDAY), step("accepted", MONDAY)]),
    )
    listing = Listing("dossiers.total", SPRING, AS_OF, Reach(everything=True))
    made = list_workbook(listing)
    sheet, other = both_ways(made)
    assert sheet.freeze_panes == "B2"
    assert [one.value.split("\n")[0] for one in sheet[1]] == [head.vi for head, _ in LIST_HEADS]
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == listing.value == 2
    assert [(row[1].value, row[1].data_type) for row in rows] == [("00123", "s"), ("=1+1", "s")]
    assert [row[1] for row in other[1:]] == ["00123", "=1+1"]
    assert rows[0][8].value == datetime(2020, 3, 2, 8)  # noqa: DTZ001
    assert rows[0][8].is_date
    assert rows[1][9].value == datetime(2020, 3, 2, 10)  # noqa: DTZ001
    assert (rows[0][7].value, rows[1][11].value) == ("Bưu chính", "Trước hạn")
    about = {
        row[0]: row[1] for row in load_workbook(io.BytesIO(made))["Về tệp này"].iter_rows(values_only=True)
    }
    assert about["Số dòng"] == 2
    assert about["Gốc Merkle của danh sách (RFC 9162)"] == listing.digest


@pytest.mark.django_db
def test_a_masked_list_as_a_workbook_keeps_every_row_and_gives_no_reference_away() -> None:
    write((new_case("G12.00.20.001-200302-0001"), [step("lodged", MONDAY), step("accepted", MONDAY)]))
    sheet, _ = both_ways(
        list_workbook(Listing("dossiers.total", SPRING, AS_OF, Reach(offices=frozenset({"20CF"}))))
    )
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["G12.••.••.•••-••••••-••01"]
    assert rows[0][3:] == (None,) * (len(LIST_HEADS) - 3)
