"""The workbook of a plan: what is written is read again, and every broken row is named by its cell."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from motcua.lib.errors import Invalid, Malformed
from motcua.people.actor import Actor
from motcua.reform.actions import plan_tasks
from motcua.reform.models import Plan, Task
from motcua.reform.workbook import HEAD, read_plan, workbook
from tests.reform.conftest import at, line, stood

pytestmark = pytest.mark.django_db


def sheet(*rows: tuple[object, ...], head: tuple[str, ...] = HEAD) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in (("KẾ HOẠCH",), head, *rows):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_what_is_written_is_read_again(plan: Plan, actors: dict[str, Actor]) -> None:
    more = [
        line("I.1", 12, regular=True, co_units=("20CF", "20BC"), due_on=date(2020, 12, 31)),
        line("I.2", title="=1+1 là một nhiệm vụ"),
    ]
    plan_tasks(plan, more, actor=actors["cuc"], at=at(1, 15))
    content = workbook(stood(plan, at(10, 1, 0)))
    again = {one.code: one for one in read_plan(content, 2020)}
    rows = {row.code: row for row in Task.objects.filter(year=2020)}
    assert again.keys() == rows.keys()
    for code, row in rows.items():
        new = again[code]
        assert (new.title, new.output, new.lead, list(new.co_units), new.due_on, new.regular, new.area) == (
            row.title, row.output, row.lead, row.co_units, row.due_on, row.regular, row.area,
        )  # fmt: skip
    written = load_workbook(io.BytesIO(content)).active
    assert written is not None
    assert not [cell for row in written.iter_rows() for cell in row if cell.data_type == "f"]


def test_times_are_read_as_offices_write_them(people: object) -> None:
    lines = [
        (1, "a", "b", "20BB", "", "30/9/2020", ""), (2, "a", "b", "Chi cục Hải quan cửa khẩu Hoành Mô", "", "Tháng 2", ""),
        ("I.3", "a", "b", "20BB", "20BC; 20CF", "Quý III/2020", ""), (4, "a", "b", "20BB", "", "Thường xuyên", ""),
        (5, "a", "b", "20BB", "", date(2020, 5, 6), ""),
    ]  # fmt: skip
    found = read_plan(sheet(("I", "Công tác chỉ đạo, điều hành"), *lines), 2020)
    assert [(one.due_on.month, one.due_on.day, one.regular) for one in found] == [
        (9, 30, False), (2, 29, False), (9, 30, False), (12, 31, True), (5, 6, False),
    ]  # fmt: skip
    assert found[1].lead == "20BC"
    assert found[2].co_units == ("20BC", "20CF")


def test_every_broken_row_is_named_by_its_cell(people: object) -> None:
    broken = sheet(
        (1, "trước nội dung", "b", "20BB", "", "30/9/2020", ""),
        ("IX", "Nội dung lạ"),
        ("III", "Cải cách thủ tục hành chính"),
        (1, "a", "", "20BB", "", "30/9/2020", ""),
        (1, "a", "b", "20BB; 20CF", "", "khi nào xong", ""),
        (3, "a", "b", "Phòng Ma", "Đội Ảo", "31/2/2020", ""),
        ("x", "a", "b", "20BB", "", "30/9/2021", ""),
        (4, "tốt", "b", "20BB", "", "30/9/2020", ""),
    )
    with pytest.raises(Invalid) as caught:
        read_plan(broken, 2020)
    places = [finding.place for finding in caught.value.findings]
    assert places == ["A3", "A4", "C6", "A7", "D7", "F7", "D8", "E8", "F8", "A9", "F9"]
    assert all(finding.vi and finding.en for finding in caught.value.findings)
    assert not Task.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"not a workbook"])
def test_what_is_no_workbook_is_refused(people: object, content: bytes) -> None:
    with pytest.raises(Malformed):
        read_plan(content, 2020)


def test_a_workbook_without_the_heading_is_refused(people: object) -> None:
    with pytest.raises(Malformed, match="heading"):
        read_plan(sheet((1, "a"), head=("Số", "Việc")), 2020)
