"""Samples for the pages of figures: an indicator, the list of an office's cell, an issued bulletin."""

from __future__ import annotations

from datetime import UTC, date, datetime

from motcua.casework.figures import Period
from motcua.people.actor import CLOCK
from motcua.reporting.issue import issue, latest
from motcua.reporting.models import Objection
from tests.people.matrix import Factory, Sample, Thing, World

JANUARY = Period(date(2020, 1, 1), date(2020, 1, 31))


def an_indicator(world: World) -> Sample:
    """A figure that everybody may read about."""
    return Sample(Thing({"code": "dossiers.total"}), None, {"code": "no.such.figure"})


def a_list(world: World) -> Sample:
    """The list of a cell: everybody may count its rows."""
    return Sample(Thing({"code": "06a:20BB:3"}), None, {"code": "no.such.figure"})


def a_list_to_keep(world: World) -> Sample:
    """The list of Móng Cái as a file, and that of Hòn Gai: each for the officers of the one or the other."""
    mine, other = (Thing({"code": f"06a:{office}:3"}, office=office) for office in ("20BB", "20CF"))
    return Sample(mine, other, {"code": "no.such.figure"})


def an_issue(world: World) -> Sample:
    """A bulletin issued for January 2020."""
    issued = latest("bulletin", JANUARY) or issue("bulletin", JANUARY, CLOCK)
    return Sample(Thing({"pk": issued.pk}), None, {"pk": 987654321})


def an_objection(world: World) -> Sample:
    """An objection of Hoành Mô to that bulletin; whoever rules on figures may rule on it."""
    made = Objection.objects.create(
        issue_id=an_issue(world).mine.kwargs["pk"], code="dossiers.total", office="20BC", text="x", raised_by="user:0",
        raised_at=datetime(2020, 2, 10, tzinfo=UTC),
    )  # fmt: skip
    return Sample(Thing({"pk": made.pk}), None, {"pk": 987654321})


def an_issue_to_contest(world: World) -> Sample:
    """That bulletin: any unit may contest its figures."""
    issued = an_issue(world).mine
    return Sample(Thing(issued.kwargs, office="20BB"), None, {"pk": 987654321})


SAMPLES: dict[str, Factory] = {
    "figures-indicator": an_indicator,
    "figures-rows": a_list,
    "figures-rows-csv": a_list_to_keep,
    "figures-rows-xlsx": a_list_to_keep,
    "figures-issued-one": an_issue,
    "figures-object": an_issue_to_contest,
    "figures-rule": an_objection,
    "figures-issued-pdf": an_issue,
    "figures-issued-xlsx": an_issue,
    "figures-issued-json": an_issue,
}
