"""Organisations keep a checked tax code and are found without accents."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from motcua.lib.errors import Refused
from motcua.people import queries
from motcua.people.models import Organisation

pytestmark = pytest.mark.django_db


def firm(**values: object) -> Organisation:
    return Organisation.objects.create(**{"kind": "firm", "name": "Công ty Đá Đỏ", **values})


def test_a_tax_code_with_a_wrong_check_digit_is_refused_with_the_right_one() -> None:
    with pytest.raises(Refused, match="should be 8"):
        firm(tax_code="0100233480")


def test_a_tax_code_is_stored_in_one_form_and_only_once() -> None:
    assert firm(tax_code=" 0314409058 002 ").tax_code == "0314409058-002"
    with pytest.raises(IntegrityError), transaction.atomic():
        firm(tax_code="0314409058002")


def test_many_organisations_may_have_no_tax_code() -> None:
    firm(tax_code="")
    assert firm(tax_code=None).tax_code is None


def test_the_database_refuses_a_malformed_tax_code_that_came_past_the_model() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.bulk_create([Organisation(kind="firm", name="X", tax_code="123")])


def test_names_are_found_without_accents_and_in_any_order_of_words() -> None:
    wanted = firm(name="Công ty TNHH Thủy sản Đông Đô", tax_code="9900000270")
    firm(name="Công ty Đông Á")
    assert queries.find_organisations("dong do thuy san") == [wanted]
    assert queries.find_organisations("THỦY SẢN") == [wanted]
    assert queries.find_organisations("9900000270") == [wanted]
    assert queries.find_organisations("  ") == []


def test_organisations_sort_as_vietnamese_does() -> None:
    for name in ("Đa Phúc", "Da Giày", "Ân Đức", "Anh Dũng"):
        firm(name=name)
    assert [one.name for one in Organisation.objects.order_by("name_sort")] == [
        "Anh Dũng",
        "Ân Đức",
        "Da Giày",
        "Đa Phúc",
    ]
