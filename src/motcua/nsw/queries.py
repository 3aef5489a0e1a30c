"""What people and other apps ask about inspections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, QuerySet

from motcua.casework.models import Case
from motcua.lib.bilingual import Text
from motcua.nsw.models import Alert, Cover, Inspection, Result, Sample
from motcua.nsw.tables import inspections
from motcua.people.actor import Actor
from motcua.people.models import Organisation
from motcua.people.permissions import reach


def own(actor: Actor, on: date) -> QuerySet[Inspection]:
    """The inspections of one's own firm and its principals, newest first."""
    mine = reach(actor, "nsw.own", on)
    return _listed().filter(mine.q("case__office", "case__organisation"))


def ministries_of(actor: Actor, on: date) -> list[str]:
    """The ministries an officer of one works for: those with the code of the organisation, and those it took over."""
    mine = reach(actor, "nsw.ministry", on)
    codes = set(
        Organisation.objects.filter(pk__in=mine.organisations, kind="ministry").values_list("code", flat=True)
    )
    tables = inspections()
    return [
        name for name, one in tables.vocabulary.ministries.items()
        if one.code in codes or tables.vocabulary.ministries[tables.ministry_on(name, on)].code in codes
    ]  # fmt: skip


def at_ministry(actor: Actor, on: date) -> QuerySet[Inspection]:
    """The inspections of the officer's ministry."""
    return _listed().filter(ministry__in=ministries_of(actor, on))


def at_branch(actor: Actor, on: date) -> QuerySet[Inspection]:
    """The inspections of goods at the officer's branch."""
    return _listed().filter(reach(actor, "nsw.customs", on).q("case__office", ""))


def samples_of(actor: Actor, on: date) -> QuerySet[Sample]:
    """The samples a laboratory has or had, those without a report first."""
    mine = reach(actor, "nsw.laboratory", on)
    return (
        Sample.objects.filter(laboratory__in=mine.organisations)
        .select_related("inspection__case")
        .order_by("reported_at", "taken_at")
    )


def alerts_of(actor: Actor, on: date) -> QuerySet[Alert]:
    """What the officer's branch must be told, unseen first."""
    return (
        Alert.objects.filter(reach(actor, "nsw.customs", on).q("office", ""))
        .select_related("inspection__case", "declaration")
        .order_by("seen_at", "-raised_at")
    )


def _listed() -> QuerySet[Inspection]:
    return Inspection.objects.select_related("case").order_by("-case__opened_at", "-pk")


def of_declaration(key: str) -> list[Inspection]:
    """Every inspection a declaration is tied to, with its result in force and what that covers of the declaration."""
    covers = Prefetch("covers", Cover.objects.filter(declaration_key=key), to_attr="of_key")
    current = Prefetch(
        "results", Result.objects.filter(replaced_at=None).prefetch_related(covers), to_attr="now"
    )
    cases = Case.objects.filter(links_out__target__reference=key, links_out__kind="inspects")
    return list(_listed().filter(case__in=cases).prefetch_related(current))


def of_bill(number: str) -> list[Inspection]:
    """The inspections that name a bill of lading."""
    return list(_listed().filter(facts__bill=number))


def by_result(number: str) -> list[Inspection]:
    """The inspections with a result of this number."""
    return list(_listed().filter(results__number=number).distinct())


def ministry_title(name: str) -> Text:
    """What a ministry is called."""
    found = inspections().vocabulary.ministries.get(name)
    return Text(found.title.vi, found.title.en) if found else Text(name or "–", name or "–")


def notes_of(case: Case) -> dict[int, Text]:
    """The words kept with the events of a case, by number."""
    return {one.number: Text(one.text, one.text) for one in case.remarks.all()}


def titles_of(names: Iterable[str]) -> dict[str, Text]:
    """What ministries are called, by name."""
    return {name: ministry_title(name) for name in set(names)}
