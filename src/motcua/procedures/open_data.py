"""
The catalogue as open data: JSON, CSV, and JSON-LD in the Core Public Service Vocabulary Application Profile (CPSV-AP 3.2).

What the profile makes mandatory is always there: of a service its identifier, title, description and competent authority; of
an authority identifier, preferred label and territory; of papers, results, costs and channels an identifier, and a title
where the profile wants one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from motcua.law.sheets import Sheet

# The profile's own namespaces; https://semiceu.github.io/CPSV-AP/releases/3.2.0/
CONTEXT: dict[str, Any] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
VIET_NAM = "http://publications.europa.eu/resource/authority/country/VNM"


def as_json(sheets: Iterable[Sheet], on: date, site: str) -> dict[str, Any]:
    """Every procedure in force on a day, with the digest by which a copy is compared."""
    return {
        "on": on.isoformat(),
        "procedures": [
            {
                "procedure": sheet.procedure,
                "national_code": sheet.national_code.value if sheet.national_code else None,
                "since": sheet.since.isoformat(),
                "sha256": sheet.digest,
                "url": url_of(sheet, site),
                "sheet": sheet.content,
                "unverified": sheet.unverified(),
            }
            for sheet in sheets
        ],
    }


COLUMNS = (
    "procedure", "national_code", "title_vi", "title_en", "field", "level", "since", "online_limit", "desk_limit", "post_limit",
    "documents", "sets", "fees", "result_vi", "basis", "unverified_places", "sha256", "url",
)  # fmt: skip


def as_csv(sheets: Iterable[Sheet], site: str) -> bytes:
    """One line a procedure, UTF-8 with a mark so that spreadsheets read the accents; the law's words for limits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for sheet in sheets:
        writer.writerow(_safe(value) for value in _line(sheet, site))
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _line(sheet: Sheet, site: str) -> Iterable[str]:
    limits = {
        str(way): channel.limit.limit.to_text()
        for way, channel in sheet.channels.open().items()
        if channel.limit
    }
    return (
        sheet.procedure, sheet.national_code.value if sheet.national_code else "", sheet.title.vi, sheet.title.en, sheet.field,
        " ".join(str(level) for level in sheet.level), sheet.since.isoformat(), limits.get("online", ""),
        limits.get("desk", ""), limits.get("post", ""), "; ".join(paper.name.vi for paper in sheet.documents),
        str(sheet.sets), " ".join(sheet.fees), sheet.result.name.vi,
        "; ".join(" ".join(filter(None, (one.text, one.article))) for one in sheet.basis),
        str(len(sheet.unverified())), sheet.digest, url_of(sheet, site),
    )  # fmt: skip


def _safe(value: str) -> str:
    # A cell that begins like a formula would be run by a spreadsheet.
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value


def as_jsonld(
    sheets: Iterable[Sheet], site: str, authorities: dict[str, tuple[str, str, str]]
) -> dict[str, Any]:
    """The catalogue as linked data; `authorities` is level -> (identifier, name in Vietnamese, in English)."""
    services = [_service(sheet, site, authorities) for sheet in sheets]
    named = {
        one["@id"]: one for one in (_authority(site, *value) for value in dict.fromkeys(authorities.values()))
    }
    return {"@context": CONTEXT, "@graph": [*named.values(), *services]}


def url_of(sheet: Sheet, site: str) -> str:
    """The address of a procedure, which is also its identifier in linked data."""
    return f"{site}/procedures/{sheet.procedure}/"


def _both(vi: str, en: str) -> list[dict[str, str]]:
    return [{"@value": vi, "@language": "vi"}, {"@value": en, "@language": "en"}]


def _authority(site: str, identifier: str, vi: str, en: str) -> dict[str, Any]:
    return {
        "@id": f"{site}/open-data/authorities/{identifier}", "@type": "cv:PublicOrganisation", "dct:identifier": identifier,
        "skos:prefLabel": _both(vi, en), "dct:spatial": {"@id": VIET_NAM},
    }  # fmt: skip


def _service(sheet: Sheet, site: str, authorities: dict[str, tuple[str, str, str]]) -> dict[str, Any]:
    own = url_of(sheet, site)
    levels = [str(level) for level in sheet.level if str(level) in authorities]
    responsible = list(dict.fromkeys(authorities[level][0] for level in levels))
    return {
        "@id": own,
        "@type": "cpsv:PublicService",
        "dct:identifier": sheet.national_code.value if sheet.national_code else sheet.procedure,
        "dct:title": _both(sheet.title.vi, sheet.title.en),
        "dct:description": _both(sheet.summary.vi, sheet.summary.en),
        "cv:hasCompetentAuthority": [
            {"@id": f"{site}/open-data/authorities/{identifier}"} for identifier in responsible
        ],
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/VIE"},
        "cv:thematicArea": {"@id": f"{site}/procedures/?field={sheet.field}"},
        "cv:hasLegalResource": [
            {"@id": f"{own}#law-{number}", "@type": "eli:LegalResource",
             "dct:title": " ".join(filter(None, (one.text, one.article)))}
            for number, one in enumerate(sheet.basis, 1)
        ],
        "cpsv:hasInput": [
            {"@id": f"{own}#paper-{paper.id}", "@type": "cv:Evidence", "dct:identifier": paper.id,
             "dct:title": _both(paper.name.vi, paper.name.en)}
            for paper in sheet.documents
        ],
        "cpsv:produces": [
            {"@id": f"{own}#result-{sheet.result.id}", "@type": "cv:Output", "dct:identifier": sheet.result.id,
             "dct:title": _both(sheet.result.name.vi, sheet.result.name.en)}
        ],
        "cv:hasCost": [
            {"@id": f"{own}#fee-{name}", "@type": "cv:Cost", "dct:identifier": name} for name in sheet.fees
        ],
        "cv:hasChannel": [
            {"@id": f"{own}#channel-{way}", "@type": "cv:Channel", "dct:identifier": str(way),
             **({"dct:description": _both(channel.limit.limit.in_words("vi"), channel.limit.limit.in_words("en"))}
                if channel.limit else {})}
            for way, channel in sheet.channels.open().items()
        ],
        "cv:versionInfo": sheet.digest,
        "dct:issued": {"@value": sheet.since.isoformat(), "@type": "xsd:date"},
    }  # fmt: skip
