"""What is done about people: giving and revoking a mandate, closing an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from motcua.lib.errors import Duplicate, NotAllowed, Refused
from motcua.lib.vietnamese import VIETNAM
from motcua.people.actor import Actor
from motcua.people.models import Mandate, Organisation, User
from motcua.people.signin import end_sessions

# Who may be mandated: those who deal with customs for others, and a firm for its sister firm.
MAY_ACT_FOR_OTHERS = {Organisation.Kind.FIRM, Organisation.Kind.AGENT, Organisation.Kind.CARRIER}


@transaction.atomic
def grant_mandate(
    principal: int,
    agent: Organisation,
    *,
    valid_from: date,
    valid_to: date | None = None,
    procedures: Sequence[str] = (),
    actor: Actor,
    at: datetime,
) -> Mandate:
    """Let `agent` act for `principal` (an id) in all procedures or some; the actor belongs to the principal.

    `Refused` for dates that cannot be or one that may not be mandated, `Duplicate` when the same holds already.
    """
    _must_belong(actor, principal)
    # Two clicks at once wait for each other here, and the second meets the first's mandate.
    giver = Organisation.objects.select_for_update().get(pk=principal)
    _check_parties(giver, agent)
    _check_dates(valid_from, valid_to, today=at.astimezone(VIETNAM).date())
    wanted = sorted(set(procedures))
    for held in Mandate.objects.filter(principal=giver, agent=agent, revoked_at=None):
        overlaps = held.valid_from <= (valid_to or date.max) and valid_from <= (held.valid_to or date.max)
        if overlaps and _contains(held.procedures, wanted):
            raise Duplicate(
                f"{agent.name} đã được ủy quyền trong thời gian này; hãy thu hồi ủy quyền cũ trước khi lập ủy quyền mới.",
                f"{agent.name} holds such a mandate for this time already; revoke it before giving another.",
                first=held,
            )
    return Mandate.objects.create(
        principal=giver,
        agent=agent,
        procedures=wanted,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_at=at,
        granted_by=actor.key,
    )


def revoke_mandate(mandate: Mandate, *, actor: Actor, at: datetime) -> None:
    """Take a mandate back; from this moment the agent sees nothing more. `NotAllowed` when it was revoked before."""
    _must_belong(actor, mandate.principal_id)
    revoked = Mandate.objects.filter(pk=mandate.pk, revoked_at=None).update(
        revoked_at=at, revoked_by=actor.key
    )
    if not revoked:
        raise NotAllowed("Ủy quyền này đã được thu hồi trước đó.", "This mandate was revoked before.")


@transaction.atomic
def close_account(user: User, *, actor: Actor) -> None:
    """Disable an account and end its sessions; what the person did stays theirs. `NotAllowed` for one's own."""
    if actor.key == user.key:
        raise NotAllowed(
            "Không thể tự khóa tài khoản của mình; hãy nhờ quản trị viên khác.",
            "One cannot close one's own account; ask another administrator.",
        )
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(list(user.sign_ins.all()))


def _contains(held: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether procedures held cover those wanted; an empty list means all."""
    return not held or (bool(wanted) and set(wanted) <= set(held))


def _must_belong(actor: Actor, principal: int) -> None:
    # A mandate does not give the right to mandate others: only the firm's own people may.
    if actor.organisation != principal:
        raise NotAllowed(
            "Chỉ người của chính doanh nghiệp mới được lập hoặc thu hồi ủy quyền của doanh nghiệp đó.",
            "Only people of the organisation itself may give or revoke its mandates.",
        )


def _check_parties(principal: Organisation, agent: Organisation) -> None:
    if principal.pk == agent.pk:
        raise Refused(
            "Doanh nghiệp không cần ủy quyền cho chính mình; hãy nhập mã số thuế của đại lý.",
            "An organisation needs no mandate for itself; enter the tax code of the agent.",
            place="tax_code",
        )
    if agent.kind not in MAY_ACT_FOR_OTHERS:
        raise Refused(
            f"{agent.name} không phải doanh nghiệp, đại lý hay hãng vận tải nên không thể nhận ủy quyền.",
            f"{agent.name} is no firm, agent or carrier and cannot be mandated.",
            place="tax_code",
        )


def _check_dates(valid_from: date, valid_to: date | None, *, today: date) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise Refused(
            "Ngày kết thúc phải bằng hoặc sau ngày bắt đầu.",
            "The last day must not be before the first.",
            place="valid_to",
        )
    if valid_to is not None and valid_to < today:
        raise Refused(
            "Ngày kết thúc đã qua; hãy chọn từ hôm nay trở đi.",
            "The last day is past; choose today or later.",
            place="valid_to",
        )
    if valid_from < today:
        raise Refused(
            "Ủy quyền không có hiệu lực về trước; hãy chọn từ hôm nay trở đi.",
            "A mandate does not reach back; choose today or later.",
            place="valid_from",
        )
