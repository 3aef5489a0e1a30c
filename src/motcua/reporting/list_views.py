"""The list behind a figure: exactly as many rows as the figure says; whole for those who may see them, masked for the rest."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from motcua.lib.vietnamese import VIETNAM
from motcua.people.permissions import may, permission, public, reach
from motcua.people.request import Request
from motcua.reporting import spreadsheet
from motcua.reporting.asked import Asked, asked, kept
from motcua.reporting.indicators import indicator
from motcua.reporting.listing import Listing, Row, is_code, office_of, title_of
from motcua.reporting.pages import file_response, page_of, question_of
from motcua.reporting.spreadsheet import MOST_ROWS, Value

PAGE = 50
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00")


@public
@require_safe
def rows(request: Request, code: str) -> HttpResponse:
    """One page of a list."""
    question, wrong = question_of(request)
    listing = _listing(request, code, question)
    value, digest = _counted(listing, question)
    pages: Paginator[Row] = Paginator(_Rows(listing, value), PAGE)  # type: ignore[arg-type]
    page = pages.get_page(request.GET.get("page"))
    allowed = may(request.actor, "figures.rows") and _within(request, code)
    of = title_of(code)
    context = page_of(question, wrong, "") | {
        "code": code,
        "title": of,
        "value": value,
        "digest": digest,
        "page": page,
        "some_masked": any(row.masked for row in page),
        "all_masked": bool(value) and all(row.masked for row in page),
        "named": listing.rows.of == "name",
        "about": indicator(code) if not code.startswith("06a:") else None,
        "about_url": _about(code, question),
        "allowed": allowed,
        "too_long": value > MOST_ROWS,
        "most_rows": MOST_ROWS,
        "office": request.GET.get("office", "")[:12],
        "csv_url": reverse("figures-rows-csv", args=[code]) + question.fixed.query(office=_office(request)),
        "xlsx_url": reverse("figures-rows-xlsx", args=[code]) + question.fixed.query(office=_office(request)),
    }
    return render(request, "reporting/rows.html", context, status=422 if wrong else 200)


class _Rows:
    """A list as Django's paginator takes it: how many, and a slice of it."""

    def __init__(self, listing: Listing, value: int) -> None:
        self.listing, self.value = listing, value

    def count(self) -> int:
        return self.value

    def __len__(self) -> int:
        return self.value

    def __getitem__(self, part: slice) -> list[Row]:
        return self.listing.page(part.start or 0, (part.stop or self.value) - (part.start or 0))


def _office(request: Request) -> str:
    return request.GET.get("office", "").strip()[:12]


def _about(code: str, question: Asked) -> str:
    if code.startswith("06a:"):
        return reverse("figures-06a") + question.query()
    return reverse("figures-indicator", args=[code]) + question.query()


def _listing(request: Request, code: str, question: Asked) -> Listing:
    if not is_code(code, question.period, question.as_of):
        raise Http404
    far = reach(request.actor, "figures.rows", timezone.localdate())
    return Listing(code, question.period, question.as_of, far, _office(request))


def _counted(listing: Listing, question: Asked) -> tuple[int, str]:
    return kept("rows", question, lambda: (listing.value, listing.digest), listing.code, listing.office)


def _within(request: Request, code: str) -> bool:
    """Whether the list can hold rows that this reader may see: the list of one office is for that office."""
    office = office_of(code) or _office(request)
    far = reach(request.actor, "figures.rows", timezone.localdate())
    return far.everything or not office or far.covers(office=office)


def _download(request: Request, code: str) -> tuple[Listing, str]:
    if not _within(request, code):
        raise Http404
    question = asked(request.GET)
    listing = _listing(request, code, question)
    safe = "".join(letter if letter.isalnum() else "-" for letter in code)
    return listing, f"{safe}-{question.period.start}-{question.period.end}"


@permission("figures.rows")
@require_safe
def rows_csv(request: Request, code: str) -> StreamingHttpResponse:
    """The whole list as CSV (UTF-8 with its mark, as Excel wants it), sent while it is being read."""
    listing, name = _download(request, code)
    return StreamingHttpResponse(
        _csv_lines(listing),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@permission("figures.rows")
@require_safe
def rows_xlsx(request: Request, code: str) -> HttpResponse:
    """The whole list as a workbook; a list too long for one is offered as CSV instead."""
    listing, name = _download(request, code)
    if listing.value > MOST_ROWS:
        csv_url = reverse("figures-rows-csv", args=[code]) + "?" + request.GET.urlencode()
        context = {"value": listing.value, "most_rows": MOST_ROWS, "csv_url": csv_url}
        return render(request, "reporting/too_long.html", context, status=422)
    return file_response(spreadsheet.list_workbook(listing), name, "xlsx")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv_lines(listing: Listing) -> Iterator[bytes]:
    writer = csv.writer(_Echo())
    heads: list[Any] = [head.vi for head, _ in spreadsheet.LIST_HEADS]
    yield ("\ufeff" + writer.writerow(heads)).encode()
    for values in spreadsheet.list_rows(listing):
        yield writer.writerow([csv_text(value) for value in values]).encode()


def csv_text(value: Value) -> str:
    """A value as CSV: moments in Vietnam time, and an apostrophe before what a spreadsheet would take for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(VIETNAM).isoformat(timespec="seconds")
    text = str(value)
    if isinstance(value, str) and text.startswith(STARTS_FORMULA):
        return "'" + text.replace("\x00", "")
    return text
