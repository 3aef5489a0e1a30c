"""The poster of a procedure: one A4 paper after Decree 30/2020/NĐ-CP with a QR code that says whether it is still in force."""

from __future__ import annotations

import io
from datetime import date

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from motcua.law.sheets import Sheet
from motcua.lib.paper import render
from motcua.procedures import queries


def poster_url(sheet: Sheet, site: str) -> str:
    """The address in the QR code: procedure, version and the first half of its digest."""
    return f"{site}/posters/{sheet.procedure}/{sheet.since.isoformat()}/{sheet.digest[:32]}/"


def poster_pdf(sheet: Sheet, *, site: str, on: date) -> bytes:
    """The poster as PDF, in Vietnamese, as the law wants it on the wall."""
    drawing = io.BytesIO()
    segno.make(poster_url(sheet, site), error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, border=2, scale=3
    )
    context = {
        "sheet": sheet, "department": settings.DEPARTMENT_NAME, "url": poster_url(sheet, site), "on": on,
        "qr": mark_safe(drawing.getvalue().decode()),  # segno draws modules only
        "field": queries.field_name(sheet.field),
        "ways": [
            (queries.CHANNELS[str(way)], channel.limit.limit.in_words("vi") if channel.limit else "không quy định")
            for way, channel in sheet.channels.open().items()
        ],
        "fees": queries.fees(sheet, on),
    }  # fmt: skip
    return render(render_to_string("publication/poster.html", context), style=STYLE)


STYLE = """
p { text-indent: 0; margin-bottom: 3pt; font-size: 12pt; }
h2 { font-size: 12.5pt; margin: 7pt 0 2pt; }
ul, ol { margin: 0 0 3pt; padding-left: 7mm; font-size: 12pt; }
.foot { display: table; width: 100%; margin-top: 8pt; break-inside: avoid; }
.foot > div { display: table-cell; vertical-align: middle; }
.foot .code { width: 34mm; }
.foot svg { width: 32mm; height: 32mm; }
"""
