"""Partners made, changed and switched off, and their keys; every change is kept with who made it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.exchange.models import Partner, PartnerChange, PartnerKey
from motcua.exchange.transports import read_settings
from motcua.lib.errors import NotAllowed, Refused
from motcua.lib.vietnamese import nfc
from motcua.people.actor import Actor
from motcua.people.api_keys import PREFIX, digest

FIELDS = (
    "name", "active", "organisation_id", "contact", "profile", "transport", "settings", "closed_types",
    "per_minute", "per_day", "largest_bytes", "certificates",
)  # fmt: skip


@transaction.atomic
def create(code: str, given: Mapping[str, Any], *, actor: Actor, at: datetime) -> Partner:
    """Make a partner; Refused when the code is taken, Invalid when the settings do not fit its transport."""
    partner, is_new = Partner.objects.get_or_create(code=code, defaults={"name": given.get("name", code)})
    if not is_new:
        raise Refused(f"Mã {code} đã có.", f"The code {code} is taken.", place="code")
    return change(partner, given, actor=actor, at=at)


@transaction.atomic
def change(partner: Partner, given: Mapping[str, Any], *, actor: Actor, at: datetime) -> Partner:
    """Change some fields of a partner; what is not named stays."""
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    what: dict[str, list[Any]] = {}
    for name in FIELDS:
        if name in given and getattr(partner, name) != given[name]:
            what[name] = [getattr(partner, name), given[name]]
            setattr(partner, name, given[name])
    read_settings(partner.transport, partner.settings)
    if what:
        partner.save()
        PartnerChange.objects.create(partner=partner, actor=actor.key, at=at, what=what)
    return partner


@transaction.atomic
def make_key(partner: Partner, label: str, *, actor: Actor, at: datetime) -> tuple[PartnerKey, str]:
    """Make a key; its text is returned this once and kept nowhere. A partner without an organisation has no rights."""
    tidy = " ".join(nfc(label).split())[:100]
    if not tidy:
        raise Refused("Hãy đặt tên cho khóa.", "Name the key.", place="label")
    if partner.organisation_id is None:
        raise Refused(
            "Gắn đối tác với một tổ chức trước: khóa hành động thay tổ chức đó.",
            "Give the partner an organisation first: its keys act for that.",
            place="organisation",
        )
    text = PREFIX + secrets.token_urlsafe(32)
    key = PartnerKey.objects.create(
        partner=partner, label=tidy, key_sha256=digest(text), created_at=at, created_by=actor.key
    )
    PartnerChange.objects.create(partner=partner, actor=actor.key, at=at, what={"key": [None, tidy]})
    return key, text


@transaction.atomic
def revoke_key(key: PartnerKey, *, actor: Actor, at: datetime) -> None:
    """Shut a key for ever, from the next request on."""
    shut = PartnerKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at, revoked_by=actor.key)
    if not shut:
        raise NotAllowed("Khóa đã bị thu hồi trước đó.", "The key was revoked already.", place="key")
    PartnerChange.objects.create(partner=key.partner, actor=actor.key, at=at, what={"key": [key.label, None]})
