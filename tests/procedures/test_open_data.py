"""The catalogue as open data: the same procedures in three forms, and the mandatory properties of CPSV-AP."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client

from motcua.people.offices import ensure_offices
from motcua.procedures.catalogue import catalogue

pytestmark = pytest.mark.django_db
DAY = "?on=2020-09-14"

# CPSV-AP 3.2.0, classes and their properties of cardinality 1..1 and 1..n.
MANDATORY: dict[str, set[str]] = {
    "cpsv:PublicService": {"dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"},
    "cv:PublicOrganisation": {"dct:identifier", "skos:prefLabel", "dct:spatial"},
    "cv:Evidence": {"dct:identifier", "dct:title"},
    "cv:Output": {"dct:identifier", "dct:title"},
    "cv:Cost": {"dct:identifier"},
    "cv:Channel": {"dct:identifier"},
}


def got(name: str) -> Any:
    answer = Client().get(f"/open-data/{name}{DAY}")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.content


def nodes(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [one for item in value for one in nodes(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if "@type" in value and "@value" not in value else []
    return own + [one for item in value.values() for one in nodes(item)]


def test_the_three_forms_hold_the_sheets_in_force_of_the_day() -> None:
    in_force = {sheet.procedure: sheet.digest for sheet in catalogue().all_in_force(date(2020, 9, 14))}
    whole = json.loads(got("procedures.json"))
    assert {one["procedure"]: one["sha256"] for one in whole["procedures"]} == in_force
    rows = list(csv.DictReader(io.StringIO(got("procedures.csv").decode("utf-8-sig"))))
    assert {row["procedure"]: row["sha256"] for row in rows} == in_force
    graph = json.loads(got("procedures.jsonld"))["@graph"]
    services = [one for one in graph if one["@type"] == "cpsv:PublicService"]
    assert {one["cv:versionInfo"] for one in services} == set(in_force.values())


def test_the_linked_data_keeps_what_the_profile_makes_mandatory() -> None:
    ensure_offices()
    told = json.loads(got("procedures.jsonld"))
    found = nodes(told["@graph"])
    assert {one["@type"] for one in found} >= set(MANDATORY) - {"cv:Cost"}
    for one in found:
        for name in MANDATORY.get(one["@type"], ()):
            assert one.get(name), (one["@id"], name)
    authorities = {one["@id"] for one in found if one["@type"] == "cv:PublicOrganisation"}
    for one in found:
        for authority in one.get("cv:hasCompetentAuthority", ()):
            assert authority["@id"] in authorities
    prefixes = {name.partition(":")[0] for one in found for name in one if not name.startswith("@")}
    assert prefixes <= set(told["@context"])


def test_identifiers_are_unique_and_the_catalogue_links_here() -> None:
    graph = json.loads(got("procedures.jsonld"))["@graph"]
    ids = [one["@id"] for one in graph]
    assert len(ids) == len(set(ids))
    page = Client().get("/procedures/").content.decode()
    for name in ("", "procedures.json", "procedures.csv", "procedures.jsonld"):
        assert f'href="/open-data/{name}"' in page
    assert "CPSV-AP" in Client().get("/open-data/").content.decode()
