"""While a system is down, papers are taken with their true time; afterwards none is lost and none is doubled."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from openpyxl import Workbook

from motcua.casework.models import Case, Link
from motcua.consignment import contingency as acts
from motcua.consignment.models import Paper
from motcua.consignment.offline import COLUMNS, Line, read
from motcua.lib.errors import Duplicate, Invalid, Malformed, NotAllowed, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import CLOCK
from motcua.people.cast import ensure_cast
from tests.consignment.drill import drilled
from tests.consignment.world import FIRM, KEY, LATER, OTHER, declaration, ship, with_code

NOW = LATER + timedelta(days=2)
CAME = datetime(2020, 6, 21, 9, 15, tzinfo=VIETNAM)

pytestmark = pytest.mark.django_db


def line(form: str = "G-20CF-000001", number: str = f"{KEY}0", **more: object) -> Line:
    known: dict[str, object] = {
        "kind": "declaration", "tax_code": FIRM, "name": "Công ty Đảo Xanh", "received_at": CAME,
    }  # fmt: skip
    return Line(form=form, number=number, **{**known, **more})  # type: ignore[arg-type]


def take(*lines: Line) -> acts.Taken:
    return acts.take(lines, office="20CF", source="quay.csv", actor=CLOCK, at=NOW)


def merge() -> acts.Merged:
    return acts.merge(actor=CLOCK, at=NOW)


def test_a_file_is_read_as_csv_with_either_mark_and_as_excel() -> None:
    row = ["g-20cf-000001", "declaration", f"{KEY}0", FIRM, "Công ty Đảo Xanh", "21/06/2020 09:15", ""]
    for mark in (",", ";"):
        assert read("\n".join(mark.join(cells) for cells in (COLUMNS, row)).encode("utf-8-sig")) == [line()]
    book = Workbook()
    for cells in (COLUMNS, [*row[:5], datetime(2020, 6, 21, 9, 15), None]):  # noqa: DTZ001
        book.active.append(list(cells))  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    assert read(file.getvalue()) == [line()]


def test_every_bad_line_is_told_at_once_with_its_row_and_column() -> None:
    text = ",".join(COLUMNS) + "\n,declaration,1,,X,2020-06-21 09:15,\nF2,boat,1,,X,hôm qua,\n"
    with pytest.raises(Invalid) as refused:
        read(text.encode())
    assert {one.place for one in refused.value.findings} == {"row 2 form", "row 3 kind", "row 3 received_at"}
    for broken in (b"", b"a,b\n", b"PK\x03\x04 no zip", b"\xff\xfe"):
        with pytest.raises(Malformed):
            read(broken)


def test_a_paper_keeps_the_time_at_which_it_truly_came() -> None:
    take(line())
    case = Case.objects.get(reference="G-20CF-000001")
    assert case.opened_at == CAME
    event = case.events.get()
    assert (event.happened_at, event.recorded_at) == (CAME, NOW)
    with pytest.raises(Refused, match="future"):
        take(line("F9", received_at=NOW + timedelta(hours=1)))


def test_the_same_file_again_changes_nothing() -> None:
    assert take(line()).taken == 1
    again = take(line(), line())
    assert (again.taken, again.repeated, again.lines) == (0, ["G-20CF-000001"] * 2, 2)
    assert Paper.objects.count() == 1


def test_a_form_number_on_two_papers_is_for_a_person_to_decide() -> None:
    done = take(line(), line(number=f"{OTHER}0"))
    assert (done.taken, done.disputed) == (1, ["G-20CF-000001"])
    (conflict,) = acts.conflicts()
    assert acts.reason_of(conflict.case) == "form-used-twice"
    acts.decide(conflict, keep=False, actor=CLOCK, at=NOW)
    assert not acts.conflicts().exists()
    assert Paper.objects.count() == 2


def test_papers_are_merged_with_their_twins_and_once_only() -> None:
    ensure_cast()
    declaration(KEY, "HLCU1")
    take(line(), line("G-20CF-000002", f"{OTHER}0"))
    assert merge() == acts.Merged(1, 0, 1)
    tie = Link.objects.get(kind="paper-of")
    assert tie.target.reference == KEY
    assert merge() == acts.Merged(0, 0, 1)
    declaration(OTHER, "HLCU2")
    assert merge() == acts.Merged(1, 0, 0)


def test_two_bills_of_one_ship_are_two_papers() -> None:
    ensure_cast()
    ship(with_code("HLCU1"), with_code("HLCU2"))
    forms = [line(f"G-20CF-00000{n}", f"HLCU{n}", kind="bill", tax_code="", received_at=CAME) for n in (1, 2)]
    take(forms[0])
    assert merge() == acts.Merged(1, 0, 0)
    take(forms[1])
    assert merge() == acts.Merged(1, 0, 0)
    take(line("G-20CF-000003", "HLCU2", kind="bill", tax_code="", received_at=CAME))
    assert merge() == acts.Merged(0, 1, 0), "the second paper for one bill is for a person"


def test_two_forms_for_one_document_are_both_put_before_a_person() -> None:
    ensure_cast()
    declaration(KEY, "HLCU1")
    take(line(), line("G-20CF-000002"))
    assert merge() == acts.Merged(0, 2, 0)
    first, second = acts.conflicts()
    acts.decide(first, keep=False, actor=CLOCK, at=NOW)
    acts.decide(second, keep=True, actor=CLOCK, at=NOW)
    assert merge() == acts.Merged(1, 0, 0)
    assert Link.objects.filter(kind="paper-of").count() == 1


def test_another_firm_is_a_conflict_until_a_person_keeps_it() -> None:
    ensure_cast()
    declaration(KEY, "HLCU1")
    take(line(tax_code="9900000024"))
    assert merge() == acts.Merged(0, 1, 0)
    acts.decide(acts.conflicts().get(), keep=True, actor=CLOCK, at=NOW)
    assert merge() == acts.Merged(1, 0, 0)


def test_form_numbers_are_given_out_once() -> None:
    first = acts.print_forms("20BB", 3, actor=CLOCK, at=NOW)
    second = acts.print_forms("20BB", 2, actor=CLOCK, at=NOW)
    assert [one.number for one in [*first, *second]] == [f"G-20BB-{n:06d}" for n in range(1, 6)]


def test_an_outage_is_announced_on_every_page_until_it_ends() -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    said = {"vi": "Hệ thống hải quan đang gián đoạn, nộp giấy tại quầy.", "en": "File on paper at the desk."}
    acts.declare("customs-core", **said, began_at=began, actor=CLOCK, at=began)
    with pytest.raises(Duplicate):
        acts.declare("customs-core", **said, began_at=began, actor=CLOCK, at=began)
    assert said["vi"] in Client().get("/").content.decode()
    acts.end("customs-core", actor=CLOCK, at=began + timedelta(minutes=30))
    assert said["vi"] not in Client().get("/").content.decode()
    with pytest.raises(NotAllowed):
        acts.end("customs-core", actor=CLOCK, at=NOW)


def test_a_small_drill_loses_nothing_and_doubles_nothing() -> None:
    drilled(200)


@pytest.mark.drill
def test_ten_thousand_offline_records_are_merged() -> None:
    drilled(10_000)
