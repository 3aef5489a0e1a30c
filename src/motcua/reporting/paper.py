"""
The bulletin and form II.06a as official papers: PDF in the layout of Decree 30/2020/NĐ-CP.

A figure that was issued is printed with its signature; one that was not says that it is a draft. The Vietnamese text is the
paper, the English one a translation for reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from motcua.casework.figures import Figure, Period
from motcua.lib.bilingual import Language, Text
from motcua.lib.paper import render
from motcua.lib.vietnamese import VIETNAM, date_text
from motcua.people.models import Office
from motcua.people.queries import names_of
from motcua.reporting.bulletin import bulletin, percent
from motcua.reporting.form06a import Form
from motcua.reporting.identities import COLUMNS, HEADINGS, IDENTITIES
from motcua.reporting.indicators import indicator
from motcua.reporting.listing import line_title
from motcua.reporting.mapping import state_mapping
from motcua.reporting.models import Issue

# Above a provincial customs department stood the General Department; since 1 March 2025 the Department of Viet Nam Customs
# stands above the regional ones (press reports; the decree itself was not read).
REORGANISED = date(2025, 3, 1)
SUPERIOR = Text("Tổng cục Hải quan", "General Department of Customs")
SUPERIOR_SINCE = Text("Cục Hải quan", "Department of Viet Nam Customs")
PLACE = Text("Quảng Ninh", "Quảng Ninh")
NUMBER = "…/BC-HQQN"

FORM_STYLE = """
html { font-size: 12pt; }
.list { font-size: 10.5pt; margin-bottom: 5pt; }
.list th, .list td { padding: 1.5pt 3pt; }
.list thead th { font-size: 10pt; }
.list tbody td:nth-child(2) { width: 74mm; }
.paper-head { margin-bottom: 6pt; }
.title { margin: 0 0 6pt; }
.head06a { display: table; width: 100%; margin-bottom: 4pt; }
.head06a > div { display: table-cell; vertical-align: top; }
.head06a h1 { font-size: 12pt; }
.head06a p { text-indent: 0; margin: 0; font-size: 11pt; }
.head06a__form, .head06a__for { width: 25%; }
.head06a__form p, .head06a__for p { text-align: left; }
.head06a__for { padding-left: 3mm; }
.under p, .under li { text-indent: 0; font-size: 10.5pt; margin: 0 0 2pt; text-align: left; }
.under ul { margin: 0 0 4pt; padding-left: 14pt; }
.signs { margin-top: 8pt; font-size: 12pt; }
.signs .space { height: 14mm; }
"""


@dataclass(frozen=True)
class Head:
    """The head of a paper: who reports, under whom, where, and on which day; `day` is None of a draft."""

    organisation: Text
    superior: Text
    place: Text
    day: Text | None
    number: str = NUMBER


@dataclass(frozen=True)
class Seal:
    """What a reader needs to check an issued report: which issue it is, its digest and the signature over it."""

    name: str
    status: Text
    issued_at: datetime
    issued_by: str
    sha256: str
    key_id: str
    signature: str
    code_version: str


def head(period: Period, issued_at: datetime | None = None) -> Head:
    """The head of a report: the department as it was called at the end of the period, dated when it was issued."""
    on = period.end
    found = Office.objects.filter(kind="department", valid_from__lte=on).exclude(valid_to__lt=on).first()
    name = settings.DEPARTMENT_NAME
    day = None
    if issued_at is not None:
        local = issued_at.astimezone(VIETNAM).date()
        day = Text(date_text(local, "vi", official=True), date_text(local, "en", official=True))
    superior = SUPERIOR if on < REORGANISED else SUPERIOR_SINCE
    return Head(found.name if found else Text(name["vi"], name["en"]), superior, PLACE, day)


def seal_of(issued: Issue) -> Seal:
    """The seal of an issue."""
    return Seal(
        issued.name, issued.status_title, issued.issued_at, names_of([issued.issued_by])[issued.issued_by],
        issued.sha256, issued.key_id, bytes(issued.signature).hex(), issued.code_version,
    )  # fmt: skip


def bulletin_pdf(figures: Sequence[Figure], language: Language, seal: Seal | None = None) -> bytes:
    """The bulletin on upright A4."""
    *paragraphs, notes = bulletin(figures, language).split("\n\n")
    title, *lines = notes.split("\n")
    first = figures[0]
    context = {
        "paragraphs": paragraphs,
        "notes_title": title,
        "notes": [line.removeprefix("- ") for line in lines],
        "rows": [(one, indicator(one.code)) for one in figures],
        "period": first.period,
        "as_of": first.as_of,
    }
    return _draw("reporting/paper/bulletin.html", context, first.period, language, seal)


def form_pdf(form: Form, language: Language, seal: Seal | None = None) -> bytes:
    """Form II.06a on A4 across, with the identities and what is told apart under it."""
    cells = form.total.cells
    context = {
        "form": form,
        "headings": [(column, HEADINGS[column]) for column in COLUMNS],
        "lines": [(line_title(form.by, line), [line.cells[column] for column in COLUMNS]) for line in form.lines],
        "total": [cells[column] for column in COLUMNS],
        "identities": [
            (whole, cells[whole], [(part, cells[part]) for part in parts], cells[whole] == sum(cells[p] for p in parts))
            for whole, parts in IDENTITIES
        ],
        "online": percent(cells[4], cells[4] + cells[5], language),
        "in_time": percent(cells[8] + cells[9], cells[7], language),
        "mapping": state_mapping(),
        "period": form.period,
        "as_of": form.as_of,
    }  # fmt: skip
    return _draw("reporting/paper/form.html", context, form.period, language, seal, landscape=True)


def _draw(
    template: str,
    context: dict[str, Any],
    period: Period,
    language: Language,
    seal: Seal | None,
    *,
    landscape: bool = False,
) -> bytes:
    top = head(period, seal.issued_at if seal else None)
    with override(language):
        html = render_to_string(template, {**context, "head": top, "seal": seal, "language": language})
    return render(html, landscape=landscape, style=FORM_STYLE if landscape else "")
