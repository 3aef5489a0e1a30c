"""Declarations of the WCO Data Model, in XML and in JSON: the same document, every fault at its place, the same case."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.models import Case
from motcua.declarations import queries
from motcua.declarations.messages.wco import moment, read
from motcua.declarations.models import Declaration
from motcua.exchange.models import Handling, Partner
from motcua.exchange.receive import receive
from motcua.exchange.work import process_one
from motcua.lib.errors import Malformed

NOW = datetime(2020, 6, 1, 8, tzinfo=UTC)
SAMPLES = Path(os.environ.get("MOTCUA_SHARED", Path(__file__).parents[3] / "shared")) / "samples" / "wco-dm"

JSON: dict[str, Any] = {
    "kind": "wco-declaration", "reference": "REF-1",
    "Declaration": {
        "FunctionCode": "9", "ID": "102400000510", "TypeCode": "A11", "DeclarationOfficeID": "20CF",
        "AcceptanceDateTime": "2020-06-01T07:00:00+07:00", "GoodsItemQuantity": 2, "TotalPackageQuantity": 40,
        "GoodsShipment": {
            "Importer": {"ID": "9900000016"},
            "Consignment": {
                "TransportContractDocument": {"ID": "HLCU-900"}, "TransportEquipment": [{"ID": "CSQU3054383"}],
            },
            "GovernmentAgencyGoodsItem": [
                {
                    "SequenceNumeric": 1,
                    "Commodity": {
                        "Description": "Tôm đông lạnh",
                        "Classification": [{"ID": "03061729", "IdentificationTypeCode": "TSP"}],
                        "GoodsMeasure": {
                            "NetNetWeightMeasure": 980, "TariffQuantity": {"@unitCode": "KGM", "value": 1000.5},
                        },
                        "InvoiceLine": {"ItemChargeAmount": {"@currencyID": "USD", "value": 8200}},
                    },
                    "Origin": [{"CountryCode": "TH", "TypeCode": "2"}, {"CountryCode": "IN", "TypeCode": "1"}],
                    "AdditionalDocument": [{"CategoryCode": "U", "TypeCode": "110", "ID": "IN2020-VN-1"}],
                },
                {"SequenceNumeric": 2, "Commodity": {"Classification": {"ID": "0306172"}}},
            ],
        },
    },
}  # fmt: skip


def as_xml(name: str, value: Any) -> str:
    """The JSON of these tests as XML, so that both dresses are compared."""
    if isinstance(value, list):
        return "".join(as_xml(name, one) for one in value)
    if not isinstance(value, dict):
        return f"<{name}>{value}</{name}>"
    attributes = "".join(f' {key[1:]}="{inner}"' for key, inner in value.items() if key.startswith("@"))
    inside = "".join(
        str(inner) if key == "value" else as_xml(key, inner)
        for key, inner in value.items()
        if not key.startswith("@")
    )
    return f"<{name}{attributes}>{inside}</{name}>"


def xml(declaration: dict[str, Any]) -> bytes:
    return f'<MetaData xmlns="urn:wco:datamodel:WCO:DEC:1">{as_xml("Declaration", declaration)}</MetaData>'.encode()


def test_json_and_xml_are_one_document() -> None:
    one, other = read(json.dumps(JSON).encode()), read(xml(JSON["Declaration"]))
    assert one.document == other.document
    assert [finding.code for finding in one.findings] == [finding.code for finding in other.findings] == []


def test_what_is_declared_is_read() -> None:
    document = read(json.dumps(JSON).encode()).document
    first, second = document.lines
    assert (first.hs_code, first.origin, first.quantity, first.unit) == (
        "03061729",
        "IN",
        Decimal("1000.5"),
        "KGM",
    )
    assert (first.net_kg, first.value, first.currency) == (Decimal(980), Decimal(8200), "USD")
    assert (second.number, second.hs_code) == (2, "0306172")
    assert {(one.kind, one.number) for one in document.mentions} == {
        ("bill", "HLCU-900"), ("container", "CSQU3054383"), ("certificate", "IN2020-VN-1"),
    }  # fmt: skip
    assert (document.act, document.office, document.importer, document.packages) == (
        "register",
        "20CF",
        "9900000016",
        40,
    )


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('"FunctionCode": "9"', '"FunctionCode": "77"', "wco-function"),
        ('"GoodsItemQuantity": 2', '"GoodsItemQuantity": 3', "wco-item-count"),
        ('"value": 8200', '"value": "a lot"', "wco-number"),
        ("2020-06-01T07:00:00+07:00", "yesterday", "wco-time"),
        ('"ID": "03061729"', '"ID": "shrimp"', "wco-hs"),
        ('"GoodsShipment"', '"Shipment"', "wco-shipment"),
    ],
)
def test_every_fault_is_named_at_its_place(before: str, after: str, code: str) -> None:
    text = json.dumps(JSON, ensure_ascii=False)
    assert before in text
    findings = read(text.replace(before, after).encode()).findings
    assert code in {finding.code for finding in findings}
    assert all(finding.place.startswith("$") for finding in findings)


@pytest.mark.parametrize(
    "junk", [b"{}", b"[]", b"{", b"<a/>", b"\xff{", b'{"Declaration": ', b"<Declaration>"]
)
def test_what_is_no_declaration_is_malformed(junk: bytes) -> None:
    with pytest.raises(Malformed):
        read(junk)


def test_json_nested_without_end_is_refused() -> None:
    with pytest.raises(Malformed):
        read(b'{"a":' * 900 + b"1" + b"}" * 900)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001
def test_times_of_format_304_are_read(at: datetime, hours: int) -> None:
    sign = "-" if hours < 0 else "+"
    found = moment(f"{at:%Y%m%d%H%M%S}{sign}{abs(hours):02d}")
    assert found is not None
    assert found.astimezone(UTC).replace(tzinfo=None) == at.replace(microsecond=0) - timedelta(hours=hours)


@pytest.mark.skipif(not SAMPLES.exists(), reason="the shared samples are not beside this checkout")
def test_declarations_written_by_others_are_read() -> None:
    files = sorted(SAMPLES.glob("*.xml"))
    assert files
    acts: dict[str, int] = {}
    for file in files:
        found = read(file.read_bytes())
        acts[found.document.act] = acts.get(found.document.act, 0) + 1
        assert not [one for one in found.findings if one.severity == "error"], (file.name, found.findings)
        if found.document.act == "register":
            assert found.document.lines, file.name
            assert all(line.hs_code or found.findings for line in found.document.lines), file.name
    assert acts["register"] >= 13
    assert acts["amend"] >= 5
    assert acts["cancel"] >= 1


# Into the register ------------------------------------------------------------------------------------------


@pytest.fixture
def core(db: None) -> Partner:
    return Partner.objects.create(code="customs-core", name="Core")


def told(partner: Partner, content: bytes, reference: str, type: str = "json-wco-declaration") -> Handling:
    message = receive(partner, reference=reference, type=type, content=content, at=NOW).message
    process_one(NOW)
    return Handling.objects.get(message=message)


def test_a_declaration_is_registered_amended_and_cancelled(core: Partner) -> None:
    assert told(core, json.dumps(JSON).encode(), "1").state == "done"
    declaration = Declaration.objects.get()
    assert (declaration.key, declaration.flow, declaration.case.office) == ("10240000051", "import", "20CF")
    assert [line.hs_code for line in queries.lines_of(declaration)] == ["03061729", "0306172"]
    assert queries.by_bill("hlcu 900") == [declaration]
    assert queries.by_certificate("IN2020VN1") == [declaration]
    again = {**JSON["Declaration"], "FunctionCode": "5"}
    assert told(core, xml(again), "2", "wco-declaration").state == "done"
    assert queries.number_of(declaration) == "102400000511"
    assert declaration.lines.count() == 4
    cancel = {"FunctionCode": "13", "TypeCode": "INV", "ID": "102400000511"}
    handling = told(core, xml(cancel), "3", "wco-declaration")
    assert handling.state == "done", handling.findings
    assert Case.objects.get(reference="10240000051").status == "cancelled"


def test_an_amendment_before_its_declaration_waits(core: Partner) -> None:
    early = told(core, xml({**JSON["Declaration"], "FunctionCode": "5"}), "1", "wco-declaration")
    assert early.state == "waiting"
    assert told(core, json.dumps(JSON).encode(), "2").state == "done"
    process_one(NOW + timedelta(minutes=5))
    early.refresh_from_db()
    assert early.state == "done"


def test_only_the_core_tells_of_declarations_and_only_with_a_registered_number(core: Partner) -> None:
    carrier = Partner.objects.create(code="carrier-1", name="Carrier")
    assert told(carrier, json.dumps(JSON).encode(), "1").state == "refused"
    foreign = {**JSON, "Declaration": {**JSON["Declaration"], "ID": "24GB0YVJ3EXXES8AA0"}}
    handling = told(core, json.dumps(foreign).encode(), "2")
    assert handling.findings[0]["code"] == "wco-number-vn"
    assert not Declaration.objects.exists()
