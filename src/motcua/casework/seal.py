"""
Sealing the ledger: Merkle heads over all events since the last seal, chained and signed; and checking all of it.

The leaf of an event is its chained digest, so a seal fixes both the event and all that came before it in its case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from motcua.casework.models import Event, Seal, details_of_row
from motcua.casework.record import LEDGER_LOCK
from motcua.lib import merkle
from motcua.lib.digest import canonical, event_digest
from motcua.lib.receipts import event_line, head_hash, include, seal_head, seal_line, sign_head
from motcua.lib.signing import FileSigner, Signer, Verifier

# A proof asks for the leaves of its own seal: small seals keep receipts quick.
LARGEST_SEAL = 16_384


def signer() -> Signer:
    """The department's signer: a key file in development, a hardware module behind the same protocol elsewhere."""
    return FileSigner.ensure(settings.KEYS / "ledger.pem")


def seal_events(
    now: datetime, by: Signer | None = None, progress: Callable[[int], None] | None = None
) -> int:
    """Seal every event committed so far; returns how many seals were made."""
    by = by or signer()
    last = _last_committed()
    made = 0
    while True:
        with transaction.atomic():
            previous = Seal.objects.select_for_update().order_by("-number").first()
            since = previous.last_event if previous else 0
            leaves = list(
                Event.objects.filter(pk__gt=since, pk__lte=last)
                .order_by("pk")
                .values_list("pk", "digest")[:LARGEST_SEAL]
            )
            if not leaves:
                return made
            head = seal_head(
                number=previous.number + 1 if previous else 1,
                size=len(leaves), first_event=leaves[0][0], last_event=leaves[-1][0],
                root=merkle.root([bytes(digest) for _, digest in leaves]),
                previous_head=head_hash(previous.head) if previous else bytes(32),
                sealed_at=now, key_id=by.key_id,
            )  # fmt: skip
            signed = sign_head(head, by)
            Seal.objects.create(
                number=head["number"], first_event=leaves[0][0], last_event=leaves[-1][0], size=len(leaves),
                head=signed["head"], signature=bytes.fromhex(signed["head_signature"]), sealed_at=now,
            )  # fmt: skip
        made += 1
        if progress:
            progress(len(leaves))


def _last_committed() -> int:
    """
    The last event id below which nothing can still appear.

    Writers hold the ledger lock in shared mode until they commit; taking it alone for a moment waits for those under
    way, and whoever comes after gets larger ids.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '30s'")
        cursor.execute("select pg_advisory_xact_lock(%s)", [LEDGER_LOCK])
        cursor.execute("select coalesce(max(id), 0) from casework_event")
        row = cursor.fetchone()
        return int(row[0])


def with_proof(receipt: dict[str, Any], event: Event) -> dict[str, Any]:
    """The receipt with its inclusion proof, once the event is sealed; unchanged before."""
    seal = Seal.objects.filter(last_event__gte=event.pk).order_by("number").first()
    if seal is None:
        return receipt
    leaves = list(
        Event.objects.filter(pk__gte=seal.first_event, pk__lte=seal.last_event)
        .order_by("pk")
        .values_list("pk", "digest")
    )
    index = next(i for i, (pk, _) in enumerate(leaves) if pk == event.pk)
    path = merkle.inclusion([bytes(digest) for _, digest in leaves], index)
    return include(receipt, index=index, path=path, signed_head=_signed(seal))


def _signed(seal: Seal) -> dict[str, Any]:
    return {"head": seal.head, "head_signature": bytes(seal.signature).hex()}


@dataclass(frozen=True)
class BadPlace:
    """The first place where the ledger does not hold."""

    where: str
    vi: str
    en: str


def verify(public_pem: bytes | None = None, progress: Callable[[int], None] | None = None) -> BadPlace | None:
    """
    Recompute every case chain and every seal from the rows; None when all holds, else the first bad place in id order.

    Memory is bounded: events stream by id, and only the newest digest of each case is kept.
    """
    checker = Verifier(public_pem or signer().public_pem())
    seals = list(Seal.objects.order_by("number"))
    heads: dict[int, tuple[int, bytes]] = {}
    leaves: list[bytes] = []
    previous_head = bytes(32)
    position = 0
    for count, row in enumerate(_stream(), 1):
        bad = _check_event(row, heads)
        if bad:
            return bad
        leaves.append(row[-1])
        while position < len(seals) and row[0] >= seals[position].last_event:
            bad, previous_head = _check_seal(
                seals[position], position, leaves, row[0], previous_head, checker
            )
            if bad:
                return bad
            leaves, position = [], position + 1
        if progress and count % 10_000 == 0:
            progress(10_000)
    if position < len(seals):
        missing = seals[position]
        return BadPlace(
            f"seal {missing.number}",
            f"Thiếu sự kiện: dấu niêm {missing.number} phủ tới sự kiện {missing.last_event} nhưng sổ hết trước đó.",
            f"Events are missing: seal {missing.number} covers up to event {missing.last_event}, the ledger ends before.",
        )
    return _check_case_heads(heads)


_COLUMNS = (
    "e.id, e.case_id, e.number, e.kind, e.happened_at, e.recorded_at, e.actor, e.channel, e.details, e.voids, "
    "m.sha256, e.digest"
)


def _stream() -> Iterator[tuple[Any, ...]]:
    sql = f"select {_COLUMNS} from casework_event e left join exchange_message m on m.id = e.message_id order by e.id"
    with transaction.atomic(), connection.cursor() as outer:
        outer.execute("select 1")  # opens the connection, so that a named cursor can be made on it
        with connection.connection.cursor("ledger") as cursor:
            cursor.itersize = 10_000
            cursor.execute(sql)
            for row in cursor:
                yield (*row[:8], details_of_row(row[8]), *row[9:11], bytes(row[11]))


def _check_event(row: tuple[Any, ...], heads: dict[int, tuple[int, bytes]]) -> BadPlace | None:
    pk, case, number, kind, happened, recorded, actor, channel, details, voids, message, digest = row
    last, previous = heads.get(case, (0, bytes(32)))
    where = f"event {pk} (case {case}, number {number})"
    if number != last + 1:
        return BadPlace(
            where, f"Sự kiện kế tiếp phải là số {last + 1}, ở đây là số {number}: có sự kiện bị xoá, chèn hoặc đảo.",
            f"The next event of the case must be number {last + 1}, here stands {number}: removed, inserted or reordered.",
        )  # fmt: skip
    computed = event_digest(
        previous, case=case, number=number, kind=kind, happened_at=happened, recorded_at=recorded, actor=actor,
        channel=channel, details=details, voids=voids, message=message,
    )  # fmt: skip
    if computed != digest:
        return BadPlace(
            where, "Nội dung không khớp mã băm: sự kiện này, hoặc sự kiện trước nó trong hồ sơ, đã bị sửa.",
            "The content does not fit its digest: this event, or the one before it in the case, was changed.",
        )  # fmt: skip
    heads[case] = (number, digest)
    return None


def _check_seal(
    seal: Seal, position: int, leaves: list[bytes], last: int, previous: bytes, checker: Verifier
) -> tuple[BadPlace | None, bytes]:
    where = f"seal {seal.number}"
    head = seal.head
    if seal.number != position + 1 or head["number"] != seal.number:
        return BadPlace(where, "Thiếu hoặc thừa dấu niêm.", "A seal is missing or inserted."), previous
    if last != seal.last_event or len(leaves) != head["size"] or merkle.root(leaves).hex() != head["root"]:
        return BadPlace(
            where, "Gốc cây Merkle không khớp: có sự kiện bị thêm, bớt hoặc sửa trong phạm vi dấu niêm này.",
            "The Merkle root does not fit: an event under this seal was added, removed or changed.",
        ), previous  # fmt: skip
    if head["previous_head"] != previous.hex():
        return BadPlace(
            where, "Không nối với dấu niêm trước.", "It does not chain to the seal before."
        ), previous
    if not checker.verify(bytes(seal.signature), canonical(head)):
        return BadPlace(where, "Chữ ký sai.", "The signature is wrong."), previous
    return None, head_hash(head)


def _check_case_heads(heads: dict[int, tuple[int, bytes]]) -> BadPlace | None:
    """The head kept on each case must be its last event's digest: a cut-off tail shows here even before it is sealed."""
    with transaction.atomic(), connection.cursor() as outer:
        outer.execute("select 1")
        with connection.connection.cursor("heads") as cursor:
            cursor.itersize = 10_000
            cursor.execute("select id, reference, last_number, head from casework_case order by id")
            for pk, reference, number, head in cursor:
                if heads.get(pk, (0, bytes(32))) != (number, bytes(head)):
                    return BadPlace(
                        f"case {pk} ({reference})",
                        f"Hồ sơ nhớ {number} sự kiện nhưng sổ cho thấy khác: sự kiện cuối bị cắt, hoặc hồ sơ bị sửa tay.",
                        f"The case remembers {number} events, the ledger shows otherwise: its tail was cut, or the case edited.",
                    )
    return None


def export() -> Iterator[bytes]:
    """The ledger as JSON lines for the offline verifier: every event with all digested fields, each seal after its last."""
    seals = iter(Seal.objects.order_by("number"))
    seal = next(seals, None)
    for row in _stream():
        pk, case, number, kind, happened, recorded, actor, channel, details, voids, message, digest = row
        yield event_line(
            pk, digest, case=case, number=number, kind=kind, happened_at=happened, recorded_at=recorded, actor=actor,
            channel=channel, details=details, voids=voids, message=message,
        )  # fmt: skip
        while seal is not None and pk >= seal.last_event:
            yield seal_line(_signed(seal))
            seal = next(seals, None)
