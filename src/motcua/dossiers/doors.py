"""What the applicant's doors share: who asks, which dossier is theirs, what to say afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.utils import timezone

from motcua.dossiers import queries
from motcua.dossiers.forms import both
from motcua.dossiers.models import Dossier
from motcua.people.models import User
from motcua.people.request import Request


def own_or_404(request: Request, reference: str, permission: str) -> Dossier:
    """The dossier with this code, when it is within the actor's reach; to anybody else there is none."""
    found = queries.own_dossier(request.actor, permission, timezone.localdate(), reference)
    if found is None:
        raise Http404
    return found


def me(request: Request) -> User:
    """The person who is signed in; the doors that ask have let in nobody else."""
    assert isinstance(request.user, User), "the view is for the signed-in"
    return request.user


def tell(request: Request, vi: str, en: str) -> None:
    """Say on the next page that something was done."""
    messages.success(request, both(vi, en))


def site(request: Request) -> str:
    """The address of this site as the reader knows it, for QR codes."""
    return request.build_absolute_uri("/").rstrip("/")
