"""
Official papers: HTML in, PDF out, in the layout of Decree 30/2020/NĐ-CP (annex I), without any network.

A4, margins 20 mm at top and bottom, 30 mm left and 15 mm right, a Times face of 13 to 14 points, page numbers centred on top
from the second page on. The base style in `paper.css` also draws the head of a paper (`.paper-head`), its tables, its
signature block and its list of recipients; a paper that needs more gives a style of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

LANDSCAPE = "@page { size: A4 landscape; }"


class RefuseEverything(URLFetcher):  # type: ignore[misc]
    """Fetches nothing: a paper is made of its own text, and nobody's words can make the server call anywhere."""

    def fetch(self, url: str, headers: Any = None) -> NoReturn:
        """Refuse."""
        raise ValueError(f"a paper loads nothing, and was asked to load {url[:80]}")


def render(
    html: str, *, landscape: bool = False, style: str = "", attachments: Mapping[str, bytes] | None = None
) -> bytes:
    """
    The paper as PDF/UA with its fonts inside; `style` comes after the base style and may override it.

    `attachments` are files inside the PDF, by name: a paper that carries its own signed data is checked without a site.
    """
    sheets = [_base(), CSS(string=LANDSCAPE)] if landscape else [_base()]
    if style:
        sheets.append(CSS(string=style, font_config=_fonts(), url_fetcher=RefuseEverything()))
    document = HTML(string=html, url_fetcher=RefuseEverything())
    inside = [Attachment(string=content, name=name) for name, content in (attachments or {}).items()]
    pdf: bytes = document.write_pdf(
        stylesheets=sheets, font_config=_fonts(), pdf_variant="pdf/ua-1", attachments=inside or None
    )
    return pdf


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _base() -> CSS:
    text = Path(__file__).with_name("paper.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=_fonts(), url_fetcher=RefuseEverything())
