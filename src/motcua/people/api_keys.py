"""
Keys with which an organisation's own software speaks to us: made once, shown once, kept only as a digest.

A key acts for its organisation and for those that gave it a mandate, as a partner system does; it holds no other role.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import connection, models

from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.vietnamese import nfc
from motcua.people.actor import Actor
from motcua.people.roles import Role

# Says what it is when it turns up in a log or a repository, and lets scanners for leaked secrets find it.
PREFIX = "motcua_"


class ApiKey(models.Model):
    """
    One key of one organisation. `key_sha256` is all that is kept of it: a key is 256 random bits, so a plain digest
    cannot be guessed back, and looking it up needs no slow hash on every request.
    """

    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="api_keys")
    label = models.CharField(max_length=100)
    key_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=60)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        app_label = "people"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label} ({self.organisation_id})"

    @property
    def actor_key(self) -> str:
        """How events name the software that holds this key."""
        return f"partner:api-{self.pk}"


def make_key(organisation: int, label: str, *, actor: Actor, at: datetime) -> tuple[ApiKey, str]:
    """Make a key for an organisation; the text is returned this once and kept nowhere. Refused without a label."""
    tidy = " ".join(nfc(label).split())[:100]
    if not tidy:
        raise Refused(
            "Hãy đặt tên cho khóa, ví dụ tên phần mềm sẽ dùng nó: khi thu hồi sẽ biết khóa nào.",
            "Name the key, say after the software that will use it: whoever revokes it must know which one it is.",
            place="label",
        )
    text = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organisation_id=organisation, label=tidy, key_sha256=digest(text), created_at=at, created_by=actor.key
    )
    return key, text


def revoke_key(key: ApiKey, *, actor: Actor, at: datetime) -> ApiKey:
    """Shut a key for ever, from the next request on; NotAllowed when it is shut already."""
    shut = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=actor.key)
    key.refresh_from_db()
    if not shut:
        raise NotAllowed(
            f"Khóa '{key.label}' đã bị thu hồi trước đó.",
            f"The key '{key.label}' was revoked already.",
            place="key",
        )
    return key


def keys_of(organisation: int) -> models.QuerySet[ApiKey]:
    """All keys of an organisation, the revoked ones too, oldest first."""
    return ApiKey.objects.filter(organisation_id=organisation)


def holder(text: str) -> Actor | None:
    """Who holds a key: a partner system of its organisation; None when the key is unknown or revoked. One query."""
    if not text.startswith(PREFIX) or len(text) > 100:
        return None
    # Asked on every request: plain SQL costs a fifth of the same query through the ORM.
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, label, organisation_id from people_apikey where key_sha256 = %s and revoked_at is null",
            [digest(text)],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    pk, label, organisation = row
    return Actor(f"partner:api-{pk}", label, frozenset({Role.PARTNER}), organisation=organisation)


def digest(text: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
