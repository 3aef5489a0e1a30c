"""A period whose records are known to be incomplete is no base for a comparison, and the report says why."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from motcua.casework.figures import Period
from motcua.reporting.bulletin import bulletin
from motcua.reporting.measure import as_json, figures
from motcua.reporting.models import Coverage

pytestmark = pytest.mark.django_db

PERIOD = Period(date(2020, 1, 1), date(2020, 9, 30))
AS_OF = datetime(2020, 10, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


def test_without_a_word_about_coverage_the_base_is_counted() -> None:
    row = as_json(figures(PERIOD, AS_OF, codes=["dossiers.total"]))["figures"][0]
    assert (row["base"], row["base_source"]) == (0, "rows")


def test_records_that_begin_after_the_base_period_give_no_base_and_a_reason() -> None:
    Coverage.objects.create(figures="dossiers.", complete_from=date(2019, 12, 2), source="test")
    found = figures(PERIOD, AS_OF, codes=["dossiers.total", "manifest.movements"])
    dossiers, movements = as_json(found)["figures"]
    assert (dossiers["base"], dossiers["change_raw"], dossiers["base_source"]) == (None, None, "incomplete")
    assert "2019-12-02" in dossiers["note"]["en"]
    assert "02/12/2019" in dossiers["note"]["vi"]
    assert movements["base_source"] != "incomplete"


def test_a_base_period_inside_the_records_is_compared_with() -> None:
    Coverage.objects.create(figures="dossiers.", complete_from=date(2018, 12, 31), source="test")
    assert as_json(figures(PERIOD, AS_OF, codes=["dossiers.total"]))["figures"][0]["base_source"] == "rows"


def test_the_bulletin_stays_readable_without_a_base() -> None:
    Coverage.objects.create(figures="dossiers.", complete_from=date(2019, 12, 2), source="test")
    for language in ("vi", "en"):
        assert bulletin(figures(PERIOD, AS_OF), language)
