"""Workbooks as people send them: read back whole, every faulty cell named and given back marked, dangerous ones refused."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from motcua.lib.errors import Malformed
from motcua.lib.findings import Severity
from motcua.manifest.documents import DOCUMENTS, Item, Manifest, name_of, walk
from motcua.manifest.messages import read, workbook
from motcua.manifest.messages.workbook import mark, template
from motcua.manifest.messages.workbook.layout import layout_of
from tests.manifest.calls import bill, house, manifest, papers

LISTS = {"UN/ECE 21": [("CT", "Carton"), ("BG", "Bag")]}


def changed(content: bytes, change: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def said(document: Any) -> dict[str, Any]:
    return {path: value for path, _, value in walk(document)}


def codes(content: bytes) -> dict[str, str]:
    return {one.place: one.code for one in read(content).findings}


@pytest.fixture(scope="module")
def sent() -> bytes:
    items = (
        Item(
            number=1,
            description="Máy bơm nước",
            hs="0301",
            packages=25,
            package_kind="CT",
            gross_kg=Decimal("7000.5"),
        ),
        Item(number=2, description="Phụ tùng", packages=15, package_kind="CT", gross_kg=Decimal("4999.5")),
    )
    return template.filled(manifest(replace(bill(), items=items), house("H1")), "manifest", LISTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_paper_has_a_template_that_is_read_as_that_paper(name: str) -> None:
    content = template.write(name, LISTS)
    got = read(content)
    assert got.version == name
    assert [name_of(document) for document in got.documents] == [name]
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames[:2] == ["Hướng dẫn", "Thông tin chung"]
    assert any(sheet.data_validations.dataValidation for sheet in book)


@pytest.mark.parametrize(
    "paper", [*papers(), manifest(bill(), house("H1"))], ids=lambda paper: type(paper).__name__
)
def test_what_is_filled_in_is_read_back(paper: Any) -> None:
    got = read(template.filled(paper, name_of(paper), LISTS))
    assert [one for one in got.findings if one.severity == "error"] == []
    usual = {column.path for column in layout_of(name_of(paper)).head if column.usual}
    whole = {path: value for path, value in said(paper).items() if "[" in path or path in usual}
    assert said(got.documents[0]) == whole


def test_goods_stand_under_their_bills_and_every_value_has_its_cell(sent: bytes) -> None:
    got = read(sent)
    document = got.documents[0]
    assert isinstance(document, Manifest)
    assert [[item.description for item in one.items] for one in document.bills] == [
        ["Máy bơm nước", "Phụ tùng"],
        ["Máy bơm nước"],
    ]
    assert document.bills[0].items[0].hs == "0301"
    assert got.places[0]["bills[1].items[0].packages"] == "Hàng hóa!E6"
    assert got.places[0]["bills[1]"] == "Vận đơn!A5"
    assert got.places[0]["call.eta"].startswith("Thông tin chung!C")


def fill(sheet: str, **cells: Any) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        for where, value in cells.items():
            book[sheet][where] = value

    return change


def test_dates_numbers_and_commas_are_understood_or_told_by_their_cell(sent: bytes) -> None:
    sheet = load_workbook(io.BytesIO(sent))["Vận đơn"]
    column = {
        sheet.cell(3, at).value: sheet.cell(3, at).column_letter for at in range(1, sheet.max_column + 1)
    }
    gross, issued, number = column["gross_kg"], column["issued_on"], column["number"]
    content = changed(
        sent,
        fill(
            "Vận đơn",
            **{
                f"{gross}4": "12.000,5",
                f"{issued}4": "31/12/2020",
                f"{gross}5": "1,250",
                f"{issued}5": 44196,
            },
        ),
    )
    got = read(content)
    assert got.documents[0].bills[0].gross_kg == Decimal("12000.5")
    assert str(got.documents[0].bills[0].issued_on) == "2020-12-31"
    assert str(got.documents[0].bills[1].issued_on) == "2020-12-31"
    assert codes(content) == {
        f"Vận đơn!{gross}4": "value.comma", f"Vận đơn!{gross}5": "value.number", f"Vận đơn!{issued}5": "cell.serial",
    }  # fmt: skip
    as_numbers = changed(sent, fill("Vận đơn", **{f"{number}4": 1234567, f"{number}5": datetime(2020, 5, 1)}))  # noqa: DTZ001
    assert read(as_numbers).documents[0].bills[0].number == "1234567"
    assert codes(as_numbers)[f"Vận đơn!{number}5"] == "cell.date"


RUN = ["=1+1", '=HYPERLINK("http://x.test")', "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("text", RUN)
def test_what_a_spreadsheet_would_run_is_refused_at_its_cell(sent: bytes, text: str) -> None:
    content = changed(sent, fill("Hàng hóa", D4=text))
    assert codes(content)["Hàng hóa!D4"] == "cell.formula"
    assert not read(content).accepted


@pytest.mark.parametrize(("text", "kept"), [("-", ""), ("+84 203 000 000", "+84 203 000 000"), ("-5", "-5")])
def test_signs_before_numbers_are_harmless(sent: bytes, text: str, kept: str) -> None:
    content = changed(sent, fill("Hàng hóa", G4=text))
    sheet = load_workbook(io.BytesIO(content))["Hàng hóa"]
    assert sheet["G3"].value == "marks"
    assert read(content).documents[0].bills[0].items[0].marks == kept


def test_headers_pushed_down_moved_and_added_are_found(sent: bytes) -> None:
    def change(book: Workbook) -> None:
        sheet = book["Vận đơn"]
        sheet.insert_rows(1, 3)
        sheet["A1"] = "CÔNG TY VẬN TẢI BIỂN"
        last = sheet.max_column + 1
        for row in range(4, sheet.max_row + 1):
            sheet.cell(row, last, sheet.cell(row, 1).value)
            sheet.cell(row, 1, "ghi chú riêng")
        sheet.cell(6, 1, "Của chúng tôi")
        sheet.cell(4, 1, "Của chúng tôi")
        sheet.cell(5, 1, "Ours")

    content = changed(sent, change)
    got = read(content)
    assert [one.number for one in got.documents[0].bills] == ["HLS0001", "H1"]
    assert codes(content) == {"Vận đơn!A6": "xlsx.column-unknown"}
    assert got.accepted


def test_a_workbook_of_ones_own_with_labels_only_is_understood() -> None:
    book = Workbook()
    head = book.active
    assert head is not None
    head.title = "General"
    for row in (
        ("Mode of transport", "Sea"),
        ("Kind of movement", "Nhập cảnh"),
        ("Conveyance: Name", "HA LONG STAR"),
    ):
        head.append(row)
    crew = book.create_sheet("Crew")
    crew.append(
        ("FAMILY NAME", "Given names", "Rank or rating", "Nationality", "date of birth", "Document number")
    )
    crew.append(("DEMO", "VAN A", "MASTER", "VN", datetime(1980, 1, 2), "B1"))  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    got = read(out.getvalue())
    assert got.version == "crew-list"
    assert [one.code for one in got.findings] == []
    assert got.documents[0].call.conveyance.name == "HA LONG STAR"
    assert got.documents[0].persons[0].document_number == "B1"


def test_merged_cells_orphans_and_empty_needed_cells_are_told(sent: bytes) -> None:
    def change(book: Workbook) -> None:
        book["Vận đơn"].merge_cells("B4:B5")
        book["Hàng hóa"]["A5"] = "NOWHERE"
        book["Hàng hóa"]["C4"] = None
        book["Công-ten-nơ, toa xe"]["A3"] = None
        book["Công-ten-nơ, toa xe"]["A1"] = None
        book["Công-ten-nơ, toa xe"]["A2"] = None

    found = codes(changed(sent, change))
    assert found["Vận đơn!B4"] == "xlsx.merged"
    assert found["Hàng hóa!A5"] == "xlsx.parent"
    assert found["Hàng hóa!C4"] == "xlsx.empty"
    assert "xlsx.column-missing" in found.values()


def test_the_file_comes_back_marked(sent: bytes) -> None:
    faulty = changed(sent, fill("Hàng hóa", D4="=1+1", A5="NOWHERE"))
    findings = [
        {"code": one.code, "place": one.place, "vi": one.vi, "en": one.en, "severity": str(one.severity)}
        for one in read(faulty).findings
    ]
    findings.append(
        {"code": "bill-gross", "place": "bills[0].gross_kg (Vận đơn!C4)", "vi": "=Lệch", "en": "Differs"}
    )
    book = load_workbook(io.BytesIO(mark.marked(faulty, findings)))
    assert book.sheetnames[0] == "Lỗi"
    cell = book["Hàng hóa"]["D4"]
    assert cell.comment is not None
    assert "công thức" in cell.comment.text
    assert "Paste the value" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("F8CBAD")
    assert book["Vận đơn"]["C4"].comment is not None
    assert book["Vận đơn"]["A4"].value == "HLS0001"
    listed = [row[0].value for row in book["Lỗi"].iter_rows(min_row=2)]
    assert set(listed) == {"Hàng hóa!D4", "Hàng hóa!A5", "Vận đơn!C4"}
    assert all(cell.data_type == "s" for row in book["Lỗi"].iter_rows(min_row=2) for cell in row)
    again = read(mark.marked(faulty, findings))
    assert {one.place for one in again.findings} == {one.place for one in read(faulty).findings}


def zipped(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


TYPES = ("[Content_Types].xml", b"<Types/>")
DANGEROUS = {
    "bomb": zipped(TYPES, ("xl/workbook.xml", b" " * 60_000_000)),
    "ratio": zipped(TYPES, ("xl/worksheets/sheet1.xml", b"<a/>" * 1_000_000)),
    "many": zipped(TYPES, *((f"xl/{n}.xml", b"<a/>") for n in range(600))),
    "macro": zipped(TYPES, ("xl/workbook.xml", b"<a/>"), ("xl/vbaProject.bin", b"x")),
    "links": zipped(TYPES, ("xl/workbook.xml", b"<a/>"), ("xl/externalLinks/externalLink1.xml", b"<a/>")),
    "doctype": zipped(TYPES, ("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")),
    "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "word": zipped(TYPES, ("word/document.xml", b"<a/>")),
    "cut": zipped(TYPES, ("xl/workbook.xml", b"<a/>"))[:-30],
    "hollow": zipped(TYPES, ("xl/workbook.xml", b"<a/>")),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous_and_broken_archives_are_refused_at_once(name: str) -> None:
    began = time.perf_counter()
    with pytest.raises(Malformed) as caught:
        workbook.read(DANGEROUS[name])
    assert time.perf_counter() - began < 2
    assert caught.value.place
    assert caught.value.text != caught.value.text_en


def test_cells_at_the_far_corner_do_not_make_it_wait(sent: bytes) -> None:
    content = changed(sent, fill("Vận đơn", XFD900000="x"))
    began = time.perf_counter()
    read(content)
    assert time.perf_counter() - began < 5


def test_five_thousand_lines_are_read_in_seconds() -> None:
    bills = tuple(replace(bill(f"B{number:05}"), uses=()) for number in range(2_500))
    content = template.filled(manifest(*bills), "manifest")
    began = time.process_time()
    got = read(content)
    took = time.process_time() - began
    assert sum(1 + len(one.items) for one in got.documents[0].bills) == 5_000
    assert got.accepted
    assert took < 10, f"{took:.1f} s"
    print(f"5,000 lines in {took:.1f} s of processor time")


def test_a_warning_refuses_nothing(sent: bytes) -> None:
    got = read(changed(sent, fill("Hàng hóa", H4="7000,5")))
    assert [one.severity for one in got.findings] == [Severity.WARNING]
    assert got.accepted
