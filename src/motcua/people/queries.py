"""What people ask about people: offices of a day, who may act for whom, who sits where, what a key is called."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone

from motcua.lib.vietnamese import fold
from motcua.people.models import Mandate, Office, Organisation, RoleGrant, SignIn, User, valid_on
from motcua.people.roles import Role


def acts_for(organisation: int, on: date, procedure: str = "") -> frozenset[int]:
    """Ids of the organisations that one may act for on a day: itself and its principals (one query).

    With a procedure, mandates narrowed to other procedures do not count; without, they do.
    """
    mandates = Mandate.objects.filter(Mandate.in_force(on), agent_id=organisation)
    if procedure:
        mandates = mandates.filter(Q(procedures=[]) | Q(procedures__contains=[procedure]))
    return frozenset(mandates.values_list("principal_id", flat=True)) | {organisation}


def offices_on(on: date) -> QuerySet[Office]:
    """The offices there were on a day."""
    return Office.objects.filter(valid_on(on))


def receiving_offices(on: date) -> QuerySet[Office]:
    """The offices that received dossiers on a day; nine in 2020."""
    return offices_on(on).filter(receives_dossiers=True)


def office_names(codes: Iterable[str] | None = None) -> dict[str, Office]:
    """Offices by code, of any time; all of them without codes."""
    offices = Office.objects.all()
    return {
        office.code: office for office in (offices if codes is None else offices.filter(pk__in=set(codes)))
    }


def find_organisations(text: str, *, limit: int = 20) -> list[Organisation]:
    """Organisations whose name, tax code or code holds the text, whatever its accents and case."""
    words = fold(text).split()
    found = Organisation.objects.all()
    for word in words:
        found = found.filter(search__contains=word)
    return list(found.order_by("name_sort")[:limit]) if words else []


def holders(role: Role, office: str, on: date) -> QuerySet[User]:
    """The people who hold a role at an office on a day, department-wide holders included, in the order of their names."""
    held = RoleGrant.objects.filter(valid_on(on), role=role, office__in={office, ""})
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("name_sort")


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """What to show for actor keys; users in one query, every other key stands for itself."""
    wanted = set(keys)
    ids = {int(key[5:]) for key in wanted if key.startswith("user:") and key[5:].isdecimal()}
    found = (
        {f"user:{pk}": name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "full_name")}
        if ids
        else {}
    )
    return {key: found.get(key, key.removeprefix("partner:")) for key in wanted}


def mandates_given(organisations: Iterable[int]) -> QuerySet[Mandate]:
    """Mandates these organisations gave, newest first."""
    return Mandate.objects.filter(principal_id__in=list(organisations)).select_related("principal", "agent")


def mandates_held(organisation: int) -> QuerySet[Mandate]:
    """Mandates an organisation holds, newest first."""
    return Mandate.objects.filter(agent_id=organisation).select_related("principal", "agent")


def sessions_of(user: User) -> list[SignIn]:
    """The sign-ins of a person whose session still lives."""
    sign_ins = list(user.sign_ins.all()[:200])
    alive = set(
        Session.objects.filter(
            pk__in=[one.session_key for one in sign_ins], expire_date__gt=timezone.now()
        ).values_list("pk", flat=True)
    )
    return [one for one in sign_ins if one.session_key in alive]
