"""The papers: Decree 30/2020 layout, Vietnamese intact, fonts inside, nothing loaded from anywhere."""

from __future__ import annotations

import io
import logging
import socket
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook
from pypdf import PageObject, PdfReader

from motcua.casework.figures import Period
from motcua.config.cli.report import report
from motcua.lib.paper import RefuseEverything, render
from motcua.lib.vietnamese import VIETNAM, nfc
from motcua.people.actor import Actor
from motcua.people.cast import ensure_cast
from motcua.reporting import paper
from motcua.reporting.form06a import form_06a
from motcua.reporting.issue import issue
from motcua.reporting.measure import figures
from tests.reporting.stories import random_register

SPRING = Period(date(2020, 2, 1), date(2020, 5, 31))
AS_OF = datetime(2021, 6, 1, tzinfo=VIETNAM)
POINTS = 72 / 25.4
A4 = (210, 297)


@pytest.fixture(autouse=True)
def no_kept_answers() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def words(page: PageObject) -> str:
    return nfc(" ".join(page.extract_text().split()))


def size(page: PageObject) -> tuple[int, int]:
    return round(float(page.mediabox.width) / POINTS), round(float(page.mediabox.height) / POINTS)


def fonts(made: bytes) -> dict[str, bool]:
    """Font name -> whether its file lies in the document."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(made)).pages:
        resources: Any = page["/Resources"]
        for font in (one.get_object() for one in resources["/Font"].values()):
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            descriptor = inner["/FontDescriptor"].get_object()
            found[str(font["/BaseFont"])] = any(
                key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")
            )
    return found


def test_a_paper_loads_nothing_whatever_its_text_asks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_network(*_: Any, **__: Any) -> None:
        raise AssertionError("a paper opened a connection")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    html = (
        "<html lang=vi><head><title>T</title><link rel=stylesheet href='https://example.org/x.css'></head>"
        "<body style='background: url(http://example.org/a.png)'><p>Giấy biên nhận</p><img src='file:///etc/passwd' alt=''>"
        "<object data='https://example.org/o.svg'></object></body></html>"
    )
    with caplog.at_level(logging.ERROR, "weasyprint"):
        made = render(html)
    reader = PdfReader(io.BytesIO(made))
    assert words(reader.pages[0]) == "Giấy biên nhận"
    assert "root:" not in made.decode("latin-1")
    with pytest.raises(ValueError, match="loads nothing"):
        RefuseEverything().fetch("https://example.org/x.css")


def places(page: PageObject) -> list[tuple[str, float, float]]:
    """(text, mm from the left, mm from the top) of every run of text."""
    found: list[tuple[str, float, float]] = []

    def note(text: str, outer: list[float], inner: list[float], *_: Any) -> None:
        if text.strip():
            left = outer[0] * inner[4] + outer[4]
            up = outer[3] * inner[5] + outer[5]
            found.append((text.strip(), left / POINTS, (float(page.mediabox.height) - up) / POINTS))

    page.extract_text(visitor_text=note)
    return found


def test_pages_are_a4_with_the_margins_of_the_decree_and_numbers_from_the_second_on() -> None:
    body = "<p class=flush>Điều khoản thi hành.</p>" * 120
    html = f"<html lang=vi><head><title>T</title></head><body>{body}</body></html>"
    pages = PdfReader(io.BytesIO(render(html))).pages
    assert len(pages) > 2
    assert {size(page) for page in pages} == {A4}
    for number, page in enumerate(pages, 1):
        marks = [place for place in places(page) if place[0].isdecimal()]
        assert [text for text, _, _ in marks] == ([] if number == 1 else [str(number)])
        for _, left, top in marks:
            # In the middle between the margins of 30 and 15 mm, above the text.
            assert left == pytest.approx(112.5, abs=2)
            assert top < 20
        lines = [place for place in places(page) if not place[0].isdecimal()]
        assert min(left for _, left, _ in lines) == pytest.approx(30, abs=0.5)
        assert all(20 < top < 277.5 for _, _, top in lines)
    across = PdfReader(io.BytesIO(render(html, landscape=True))).pages[0]
    assert size(across) == (297, 210)


@pytest.mark.django_db
def test_the_bulletin_is_a_paper_of_the_decree_with_its_fonts_inside() -> None:
    ensure_cast()
    random_register(31)
    made = paper.bulletin_pdf(figures(SPRING, AS_OF), "vi")
    pages = PdfReader(io.BytesIO(made)).pages
    assert {size(page) for page in pages} == {A4}
    first = words(pages[0])
    for part in ("TỔNG CỤC HẢI QUAN", "CỤC HẢI QUAN TỈNH QUẢNG NINH", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                 "Độc lập - Tự do - Hạnh phúc", "Quảng Ninh, ngày … tháng … năm …", "BÁO CÁO",
                 "Kết quả cải cách hành chính và giải quyết thủ tục hành chính", "hồ sơ thủ tục hành chính"):  # fmt: skip
        assert part in first
    whole = " ".join(words(page) for page in pages)
    for part in ("Nơi nhận:", "CỤC TRƯỞNG", "dự thảo, chưa phát hành", "Phụ lục: số liệu của báo cáo"):
        assert part in whole
    found = fonts(made)
    assert found
    assert all(found.values()), found
    assert any("Serif" in name or "Times" in name for name in found)


@pytest.mark.django_db
def test_the_form_lies_across_and_every_figure_of_it_is_printed() -> None:
    ensure_cast()
    random_register(32, cases=100)
    form = form_06a(SPRING, AS_OF)
    made = paper.form_pdf(form, "vi")
    pages = PdfReader(io.BytesIO(made)).pages
    assert {size(page) for page in pages} == {(297, 210)}
    whole = " ".join(words(page) for page in pages)
    assert "Biểu số II.06a/VPCP/KSTT" in whole
    for line in form.lines:
        assert nfc(line.title.vi) in whole
    total = form.total.cells
    assert f"(3) {total[3]} = (4) {total[4]} + (5) {total[5]} + (6) {total[6]} ✓" in whole
    assert " ".join(str(total[column]) for column in range(3, 14)) in whole
    assert all(fonts(made).values())


@pytest.mark.django_db
def test_the_english_paper_says_that_it_is_a_translation() -> None:
    ensure_cast()
    random_register(33)
    for made in (
        paper.bulletin_pdf(figures(SPRING, AS_OF), "en"),
        paper.form_pdf(form_06a(SPRING, AS_OF), "en"),
    ):
        first = words(PdfReader(io.BytesIO(made)).pages[0])
        assert "SOCIALIST REPUBLIC OF VIET NAM" in first
        assert "Translation for reference" in first


@pytest.mark.django_db
def test_an_issued_paper_carries_its_digest_key_and_signature_and_the_frozen_figures() -> None:
    people = ensure_cast()
    random_register(34)
    made = issue("06a", SPRING, Actor.of(people["cuc"], date(2021, 6, 2)), as_of=AS_OF)
    random_register(35, cases=0)
    answer = Client().get(f"/figures/issued/{made.pk}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    whole = " ".join(words(page) for page in PdfReader(io.BytesIO(answer.content)).pages)
    together = whole.replace(" ", "")
    for part in (made.sha256, made.key_id, bytes(made.signature).hex()):
        assert part in together
    assert made.name in whole
    assert "Ngô Kim Cúc" in whole
    assert "dự thảo" not in whole
    assert made.content["total"]["cells"]["3"] > 0


@pytest.mark.django_db
def test_the_head_names_the_department_as_it_was_in_the_period() -> None:
    ensure_cast()
    assert paper.head(SPRING).organisation.vi == "Cục Hải quan tỉnh Quảng Ninh"
    assert paper.head(SPRING).superior.vi == "Tổng cục Hải quan"
    later = paper.head(Period(date(2026, 1, 1), date(2026, 6, 30)), AS_OF)
    assert later.superior.vi == "Cục Hải quan"
    assert later.day is not None
    assert later.day.vi == "ngày 01 tháng 6 năm 2021"


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["06a", "bulletin"])
def test_the_command_line_writes_the_same_papers_and_workbooks(command: str, tmp_path: Path) -> None:
    ensure_cast()
    random_register(36)
    days = ["--from", "2020-02-01", "--to", "2020-05-31", "--as-of", AS_OF.isoformat()]
    ask = f"?from=2020-02-01&to=2020-05-31&as_of={quote(AS_OF.isoformat())}"
    runner = CliRunner()
    pdf, xlsx = tmp_path / "out.pdf", tmp_path / "out.xlsx"
    for file in (pdf, xlsx):
        done = runner.invoke(report, [command, *days, "--format", file.suffix[1:], "--output", str(file)])
        assert done.exit_code == 0, done.output
    shown = PdfReader(io.BytesIO(Client().get(f"/figures/{command}.pdf{ask}").content))
    assert [words(page) for page in PdfReader(pdf).pages] == [words(page) for page in shown.pages]
    from_page = io.BytesIO(Client().get(f"/figures/{command}.xlsx{ask}").content)
    first, second = (
        [[tuple(row) for row in sheet.values] for sheet in load_workbook(one)] for one in (xlsx, from_page)
    )
    assert first == second
    for wrong in ([command, *days, "--format", "pdf"], [command, *days, "--output", str(pdf)]):
        assert runner.invoke(report, wrong).exit_code == 2
    nowhere = str(tmp_path / "no" / "such.pdf")
    refused = runner.invoke(report, [command, *days, "--format", "pdf", "--output", nowhere])
    assert refused.exit_code == 1
    assert nowhere in refused.output
