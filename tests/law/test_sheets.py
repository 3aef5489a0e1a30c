"""What a sheet holds, and which version is in force on a day."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from motcua.law.sheets import Catalogue, ChannelName, NotInForce, UnknownProcedure
from motcua.lib.errors import Refused
from motcua.lib.worktime import Limit, Unit
from tests.law.sample_law import FIRST, PROCEDURE, content, sheet


def _until(day: date, replaced_by: str | None = None) -> dict[str, Any]:
    return content() | {"until": day} | ({"replaced_by": replaced_by} if replaced_by else {})


def test_each_way_of_submitting_has_its_own_limit() -> None:
    one = sheet()
    assert one.limit_for("online") == Limit(8, Unit.WORKING_HOURS)
    assert one.limit_for(ChannelName.DESK) == Limit(1, Unit.WORKING_DAYS)
    assert one.limit_for("post") is None


def test_a_closed_way_of_submitting_is_refused_by_name() -> None:
    changed = content()
    del changed["channels"]["post"]
    with pytest.raises(Refused, match="open ways: online, desk"):
        sheet(changed).limit_for("post")
    with pytest.raises(Refused):
        sheet().limit_for("pigeon")


def test_a_sheet_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        sheet().sets = 2


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        sheet(content() | {"titel": {"vi": "a", "en": "b"}})


def test_text_is_kept_in_nfc() -> None:
    changed = content()
    changed["title"]["vi"] = "Tờ khai"  # decomposed
    assert sheet(changed).title.vi == "Tờ khai"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_blank_translation_is_refused(language: str) -> None:
    changed = content()
    changed["title"][language] = "  "
    with pytest.raises(ValidationError):
        sheet(changed)


def test_what_nobody_checked_is_listed() -> None:
    assert sheet().unverified() == ["national_code", "channels.online.limit", "channels.desk.limit"]


def test_true_is_not_a_number() -> None:
    with pytest.raises(ValidationError):
        sheet(content() | {"sets": True})


def test_a_half_hour_step_is_kept_exactly() -> None:
    changed = content()
    changed["steps"][0]["hours"] = Decimal("0.50")
    assert str(sheet(changed).steps[0].hours) == "0.5"


def test_the_digest_knows_the_content_and_nothing_else() -> None:
    plain = sheet()
    spelled_out = content()
    spelled_out["channels"]["desk"]["limit"] |= {"on_supplement": "continue", "verified": False}
    spelled_out["until"] = None
    assert sheet(spelled_out).digest == plain.digest
    assert sheet(since=date(2021, 1, 1)).digest == plain.digest
    changed = content()
    changed["documents"][0]["copies"] = 1
    assert sheet(changed).digest != plain.digest
    assert len(plain.digest) == 64


def test_a_sheet_survives_copying_and_pickling() -> None:
    one = sheet()
    digest = one.digest
    assert pickle.loads(pickle.dumps(one)) == one == sheet()
    assert copy.deepcopy(one).digest == digest
    assert hash(one) == hash(sheet())


def test_the_version_in_force_is_the_last_one_that_started() -> None:
    first, second = sheet(), sheet(since=date(2021, 1, 1))
    catalogue = Catalogue([second, first])
    assert catalogue.in_force(PROCEDURE, date(2020, 12, 31)) is first
    assert catalogue.in_force(PROCEDURE, date(2021, 1, 1)) is second
    assert catalogue.versions(PROCEDURE) == [first, second]
    assert catalogue.get(PROCEDURE, FIRST) is first
    assert catalogue.procedures() == [PROCEDURE]
    assert len(catalogue) == 2


def test_before_its_time_a_procedure_says_when_it_will_be_in_force() -> None:
    with pytest.raises(NotInForce) as refusal:
        Catalogue([sheet()]).in_force(PROCEDURE, date(2018, 6, 4))
    assert "05/06/2018" in refusal.value.text
    assert "05/06/2018" in refusal.value.text_en


def test_an_abolished_procedure_says_since_when_and_what_replaced_it() -> None:
    gone = sheet(_until(date(2021, 1, 1), "clearance/other"))
    catalogue = Catalogue([gone])
    assert catalogue.in_force(PROCEDURE, date(2020, 12, 31)) is gone
    with pytest.raises(NotInForce) as refusal:
        catalogue.in_force(PROCEDURE, date(2021, 1, 1))
    assert "bãi bỏ từ 01/01/2021, thay bằng clearance/other" in refusal.value.text
    assert "abolished from 01/01/2021, replaced by clearance/other" in refusal.value.text_en


def test_in_a_gap_the_next_version_is_named() -> None:
    catalogue = Catalogue([sheet(_until(date(2021, 1, 1))), sheet(since=date(2022, 1, 1))])
    with pytest.raises(NotInForce, match="in force again from 01/01/2022"):
        catalogue.in_force(PROCEDURE, date(2021, 6, 1))
    assert catalogue.all_in_force(date(2021, 6, 1)) == []
    assert len(catalogue.all_in_force(date(2022, 1, 1))) == 1


def test_a_version_that_never_was_is_not_found() -> None:
    catalogue = Catalogue([sheet()])
    with pytest.raises(NotInForce, match="05/06/2018"):
        catalogue.get(PROCEDURE, date(2019, 1, 1))
    with pytest.raises(UnknownProcedure):
        catalogue.in_force("clearance/nothing", FIRST)
