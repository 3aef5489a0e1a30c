"""
The papers an applicant takes away, as PDF in the layout of Decree 30/2020/NĐ-CP (annex I: A4, margins, typeface, head).

A paper is drawn from what was kept when it was issued, so drawing it again next year gives the same words. The Vietnamese
text is the paper; the English one says that it is a translation for reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from motcua.casework.registry import office_hours
from motcua.dossiers import queries
from motcua.dossiers.models import Dossier, Item, Letter
from motcua.lib.bilingual import Text
from motcua.lib.paper import RefuseEverything
from motcua.people.models import Office
from motcua.people.queries import names_of
from motcua.procedures.catalogue import local_date

# An online dossier is looked at within eight working hours of its coming; Circular 01/2018/TT-VPCP, article unverified.
FIRST_LOOK_HOURS = 8
# Where papers are dated; a department elsewhere says so in settings.PAPER_PLACE.
PLACE = Text("Quảng Ninh", "Quảng Ninh")


@dataclass(frozen=True)
class Head:
    """The head of a paper: who issues it, under whom, where and when."""

    organisation: Text
    superior: Text
    on: date


def first_look(dossier: Dossier) -> datetime:
    """By when the one-stop desk has looked at a dossier that came online."""
    hours = office_hours(dossier.case.calendar)
    return hours.after(dossier.case.opened_at, timedelta(hours=FIRST_LOOK_HOURS))


def acknowledgement_pdf(dossier: Dossier, *, site: str, language: str = "vi") -> bytes:
    """The confirmation that a dossier came in, with its code and secret; it is no receipt with appointment yet."""
    case = dossier.case
    return _draw(
        "dossiers/papers/acknowledgement.html",
        dossier,
        case.opened_at,
        language,
        {"track_url": track_url(dossier, site), "first_look": first_look(dossier)},
    )


def letter_pdf(dossier: Dossier, letter: Letter, *, site: str, language: str = "vi") -> bytes:
    """A letter as it was issued: receipt (form 01), request (02), refusal (03), apology (04), result."""
    context: dict[str, Any] = {
        "letter": letter,
        "body": letter.body,
        "issuer": names_of([letter.issued_by])[letter.issued_by],
        "track_url": track_url(dossier, site),
    }
    context |= _moments(letter.body)
    if letter.kind == Letter.Kind.REQUEST:
        context["asked"] = _asked(dossier, letter.body)
    if letter.kind == Letter.Kind.RESULT:
        context["verify_url"] = verify_url(letter, site)
    return _draw(f"dossiers/papers/{letter.kind}.html", dossier, letter.issued_at, language, context)


def track_url(dossier: Dossier, site: str) -> str:
    """The address in the QR code that shows where the dossier stands, without signing in."""
    return f"{site}/track/?{urlencode({'code': dossier.case.reference, 'secret': dossier.secret})}"


def verify_url(letter: Letter, site: str) -> str:
    """The address in the QR code of a result: what it is, its digest and its signature, so that a forged paper shows."""
    body = letter.body
    asked = {"reference": body["reference"], "sha256": body["sha256"], "signature": body["signature"]}
    return f"{site}/verify/?{urlencode(asked)}"


def _moments(body: Mapping[str, Any]) -> dict[str, datetime]:
    """The moments a letter names, as times: they are kept as text, exactly as they were issued."""
    return {
        name: datetime.fromisoformat(body[name])
        for name in ("received_at", "due_at", "promised_at", "signed_at")
        if body.get(name)
    }


def _asked(dossier: Dossier, body: Mapping[str, Any]) -> list[tuple[Text, str]]:
    sheet = queries.sheet_or_none(dossier.case)
    titles = {one.id: Text(one.name.vi, one.name.en) for one in sheet.documents} if sheet else {}
    titles |= {one.id: Text(one.label.vi, one.label.en) for one in sheet.form} if sheet else {}
    return [(titles.get(name) or Text(name, name), remark) for name, remark in body.get("items", {}).items()]


def head_of(dossier: Dossier, on: date) -> Head:
    """The office that issues and the department above it, as both were called on the day."""
    office = Office.objects.filter(pk=dossier.case.office).first()
    department = Office.objects.filter(kind="department", valid_from__lte=on).exclude(valid_to__lt=on).first()
    name = office.name if office else Text(dossier.case.office, dossier.case.office)
    return Head(name, department.name if department else name, on)


def _papers_then(dossier: Dossier, when: datetime) -> list[queries.PaperState]:
    """The papers as they were when the letter was issued: what came later does not slip into it.

    A paper shown at the counter leaves no file and so no time: it counts as handed in unless it was asked for since.
    """
    then = set(dossier.case.attachments.filter(added_at__lte=when).values_list("document", flat=True))
    ever = set(dossier.case.attachments.values_list("document", flat=True))
    found = []
    for paper in queries.papers(dossier):
        state = paper.state
        if paper.document in ever:
            state = Item.State.PROVIDED if paper.document in then else Item.State.NOT_NEEDED
        elif state == Item.State.LACKING:
            state = Item.State.NOT_NEEDED
        found.append(replace(paper, state=state))
    return found


def _draw(template: str, dossier: Dossier, when: datetime, language: str, more: Mapping[str, Any]) -> bytes:
    sheet = queries.sheet_or_none(dossier.case)
    with override(language):
        html = render_to_string(
            template,
            {
                "dossier": dossier,
                "case": dossier.case,
                "sheet": sheet,
                "title": queries.title_of(dossier.case),
                "head": head_of(dossier, local_date(when)),
                "papers": _papers_then(dossier, when),
                "place": getattr(settings, "PAPER_PLACE", PLACE),
                "limit_words": limit_words(dossier),
                "language": language,
                **more,
            },
        )
    fetcher = RefuseEverything()
    pdf: bytes = HTML(string=html, url_fetcher=fetcher).write_pdf(
        stylesheets=[_style()], font_config=_fonts(), pdf_variant="pdf/ua-1"
    )
    return pdf


def limit_words(dossier: Dossier) -> Text | None:
    """The legal limit of a dossier in both languages; None where the law sets none."""
    limit = dossier.case.limit
    return Text(limit.in_words("vi"), limit.in_words("en")) if limit else None


@cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@cache
def _style() -> CSS:
    text = Path(__file__).with_name("paper.css").read_text(encoding="utf-8")
    return CSS(string=text, font_config=_fonts(), url_fetcher=RefuseEverything())
