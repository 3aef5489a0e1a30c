"""A ministry's simulator joined to a live site: applications go out, every result comes back, and both books agree."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from motcua.nsw import applications, requests
from motcua.nsw.models import Cover, Inspection, Result
from motcua.people.cast import ensure_cast
from motcua_sim.ministry import Ministry
from tests.nsw.nsw_cast import actor_of, application
from tests.sim.house import House, Joined, books_agree, house

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
# The house lives today, and today the Ministry of Agriculture is the Ministry of Agriculture and Environment.


def office_hours(site: House, ministry: Joined, hours: int) -> None:
    """So many hours in which the officers work."""
    for _ in range(hours):
        ministry.simulator.steps(50)
        site.live(HOUR, HOUR)


def test_every_application_comes_back_decided_though_the_line_misbehaves(
    live_server: object, tmp_path: Path
) -> None:
    lan = ensure_cast()["lan"]
    with house(live_server.url, tmp_path) as site:  # type: ignore[attr-defined]
        mard = site.join(
            Ministry,
            "MAE",
            settings={"ministry": "MAE", "supplements": "0.4", "recalls": "0", "samples": "0.5"},
        )
        mard.control.misbehave(duplicate=1, reorder=4, answer_twice=0.3)
        made = [applications.lodge(application(lan), actor=actor_of(lan), at=site.now) for _ in range(4)]
        asked = requests.ask(
            made[0], "edit", reason="Sai vận đơn", changes={"bill": "MAEU1"}, actor=actor_of(lan), at=site.now
        )
        for _ in range(30):
            office_hours(site, mard, 4)
            for inspection in Inspection.objects.select_related("case").filter(
                case__holder="trader", case__finished_at=None
            ):
                if inspection.case.status in applications.ANSWERS:
                    applications.supplement(inspection, text="Đã bổ sung", actor=actor_of(lan), at=site.now)
            if not Inspection.objects.filter(case__finished_at=None).exists():
                break
        office_hours(site, mard, 2)
        site.live_out(12 * HOUR, HOUR)
        assert books_agree(mard) == []
    statuses = set(Inspection.objects.values_list("case__status", flat=True))
    assert statuses == {"decided"}
    assert Result.objects.count() == Cover.objects.count() == len(made)
    asked.case.refresh_from_db()
    assert asked.case.status in {"agreed", "declined"}


def test_told_to_decide_and_to_recall_it_does(live_server: object, tmp_path: Path) -> None:
    lan = ensure_cast()["lan"]
    with house(live_server.url, tmp_path) as site:  # type: ignore[attr-defined]
        mard = site.join(Ministry, "MAE", settings={"ministry": "MAE", "supplements": "0", "samples": "0"})
        inspection = applications.lodge(application(lan), actor=actor_of(lan), at=site.now)
        office_hours(site, mard, 4)
        assert mard.control.do("queue")
        if not Result.objects.exists():
            mard.control.do("decide", file=inspection.file_code, outcome="failed")
            site.live(HOUR, HOUR)
        mard.control.do("recall", file=inspection.file_code)
        site.live_out(6 * HOUR, HOUR)
        assert books_agree(mard) == []
    assert Inspection.objects.get().case.status == "recalled"


def test_another_ministrys_simulator_is_not_believed(live_server: object, tmp_path: Path) -> None:
    lan = ensure_cast()["lan"]
    with house(live_server.url, tmp_path) as site:  # type: ignore[attr-defined]
        health = site.join(Ministry, "MOH", settings={"ministry": "MOH"})
        inspection = applications.lodge(application(lan), actor=actor_of(lan), at=site.now)
        health.simulator.store.remember(
            "file", inspection.file_code,
            {"code": inspection.file_code, "document": "BNNPTNT2500009", "state": "accepted", "lines": [], "due": ""},
        )  # fmt: skip
        health.control.do("decide", file=inspection.file_code)
        site.live_out(6 * HOUR, HOUR)
        (sent,) = health.control.ledger()["sent"]
        assert sent["state"] == "refused"
        assert {one["code"] for one in sent["findings"]} == {"nsw-wrong-ministry"}
    assert Inspection.objects.get().case.status == "waiting"
