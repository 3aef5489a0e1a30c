"""
Sealing the ledger: Merkle heads over all events since the last seal, chained and signed; and checking all of it.

The leaf of an event is its chained digest, so a seal fixes both the event and all that came before it in its case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from motcua.casework.models import Event, Seal, details_of_row
from motcua.casework.record import LEDGER_LOCK
from motcua.lib import merkle
from motcua.lib.digest import GENESIS, canonical, event_digest
from motcua.lib.receipts import event_line, head_hash, include, seal_head, seal_line, sign_head
from motcua.lib.signing import FileSigner, Signer, Verifier

# A proof asks for the leaves of its own seal: small seals keep receipts quick.
LARGEST_SEAL = 16_384
SEAL_LOCK = LEDGER_LOCK + 1

# In settings.KEYS: the private key in use, and the public halves of all that ever were.
KEY_FILE = "ledger.pem"
PUBLIC_KEYS = "public-*.pem"


def signer() -> Signer:
    """The department's signer: a key file in development, a hardware module behind the same protocol elsewhere."""
    file = settings.KEYS / KEY_FILE
    if not file.exists():
        FileSigner.ensure(file)
    state = file.stat()
    return _signer(file, state.st_ino, state.st_mtime_ns)


@cache
def _signer(file: Path, inode: int, changed: int) -> Signer:
    """Loaded once a process and key; a file that was replaced is another key, and the public half of each is kept for ever."""
    by = FileSigner(file)
    public = file.parent / PUBLIC_KEYS.replace("*", by.key_id)
    if not public.exists():
        public.write_bytes(by.public_pem())
    return by


def public_keys() -> list[bytes]:
    """The public key in use and every one used before, as PEM: what was sealed under an old key can still be checked."""
    now = signer().public_pem()
    kept = [file.read_bytes() for file in sorted(settings.KEYS.glob(PUBLIC_KEYS))]
    return [now, *(pem for pem in kept if pem != now)]


def seal_events(
    now: datetime, by: Signer | None = None, progress: Callable[[int], None] | None = None
) -> int:
    """Seal every event committed so far; returns how many seals were made."""
    by = by or signer()
    last = _last_committed()
    made = 0
    while True:
        with transaction.atomic():
            # One sealer at a time; the row itself cannot be locked by a role that may not change seals.
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", [SEAL_LOCK])
            previous = Seal.objects.order_by("-number").first()
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


def verify(
    public_pems: Sequence[bytes] | None = None,
    *,
    kept: Mapping[str, Any] | None = None,
    progress: Callable[[int], None] | None = None,
) -> BadPlace | None:
    """
    Recompute every case chain and every seal from the rows; None when all holds, else the first bad place in id order.

    `public_pems` are the keys to trust, left out: those kept by this installation. `kept` is a head that somebody kept
    from earlier (`{"number": 3, "root": …}`): only with it can a ledger rolled back as a whole be told from a younger one.
    Memory is bounded: events stream by id, and only the newest digest of each case is kept.
    """
    seals = _SealCheck(public_pems if public_pems is not None else public_keys(), kept)
    heads: dict[int, tuple[int, bytes]] = {}
    with _one_moment():
        seals.load()
        for count, row in enumerate(_stream(), 1):
            bad = seals.before(row[0]) or _check_event(row, heads)
            if bad:
                return bad
            seals.take(row[0], row[-1])
            if progress and count % 10_000 == 0:
                progress(10_000)
        return seals.finish() or _check_case_heads(heads) or _check_messages()


@contextmanager
def _one_moment() -> Iterator[None]:
    """All that is read inside sees the ledger of one moment, however many write meanwhile."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


class _SealCheck:
    """The seals beside the stream of events: each is checked when the stream has passed its last event."""

    def __init__(self, public_pems: Sequence[bytes], kept: Mapping[str, Any] | None) -> None:
        self.keys = {checker.key_id: checker for checker in map(Verifier, public_pems)}
        self.kept = kept
        self.seals: list[Seal] = []
        self.position = 0
        self.previous = GENESIS
        self.ids: list[int] = []
        self.leaves: list[bytes] = []

    def load(self) -> None:
        self.seals = list(Seal.objects.order_by("number"))

    def before(self, pk: int) -> BadPlace | None:
        """Check the seals that end before event `pk`."""
        while self.position < len(self.seals) and self.seals[self.position].last_event < pk:
            bad = self._check(self.seals[self.position])
            if bad:
                return bad
        return None

    def take(self, pk: int, digest: bytes) -> None:
        """One more event under the present seal."""
        self.ids.append(pk)
        self.leaves.append(digest)

    def finish(self) -> BadPlace | None:
        """Check what is left once the stream has ended, and that the ledger reaches as far as the head kept."""
        while self.position < len(self.seals):
            bad = self._check(self.seals[self.position])
            if bad:
                return bad
        if self.kept is not None and int(self.kept["number"]) > len(self.seals):
            return BadPlace(
                f"seal {self.kept['number']}",
                f"Sổ chỉ có {len(self.seals)} dấu niêm nhưng đầu sổ được giữ mang số {self.kept['number']}: "
                "sổ bị cắt hoặc bị khôi phục về bản cũ.",
                f"The ledger has {len(self.seals)} seals, the head kept is number {self.kept['number']}: "
                "the ledger was cut or an old copy restored.",
            )
        return None

    def _check(self, seal: Seal) -> BadPlace | None:
        problem = (
            self._wrong_columns(seal)
            or self._wrong_events(seal)
            or self._wrong_signature(seal)
            or self._wrong_kept(seal)
        )
        if problem:
            return BadPlace(f"seal {seal.number}", *problem)
        self.previous = head_hash(seal.head)
        self.position += 1
        self.ids, self.leaves = [], []
        return None

    def _wrong_columns(self, seal: Seal) -> tuple[str, str] | None:
        if seal.number != self.position + 1:
            return (
                f"Dấu niêm kế tiếp phải mang số {self.position + 1}: có dấu niêm bị xoá hoặc chèn.",
                f"The next seal must be number {self.position + 1}: a seal was removed or inserted.",
            )
        try:
            stated = {name: seal.head[name] for name in ("number", "first_event", "last_event", "size")}
            stated["sealed_at"] = datetime.fromisoformat(seal.head["sealed_at"])
        except (KeyError, TypeError, ValueError) as error:
            return f"Đầu dấu niêm hỏng: {error}.", f"The head is broken: {error}."
        wrong = ", ".join(name for name, value in stated.items() if getattr(seal, name) != value)
        if wrong:
            return (
                f"Cột của dấu niêm khác đầu đã ký: {wrong}.",
                f"The columns of the seal differ from its signed head: {wrong}.",
            )
        return None

    def _wrong_events(self, seal: Seal) -> tuple[str, str] | None:
        head = seal.head
        for pk, missing in ((head["first_event"], self.ids[:1]), (head["last_event"], self.ids[-1:])):
            if missing != [pk]:
                found_vi = f"ở đây là {missing[0]}" if missing else "sổ không còn sự kiện nào ở đó"
                found_en = f"here stands {missing[0]}" if missing else "no event is left there"
                return (
                    f"Dấu niêm phủ sự kiện {head['first_event']} đến {head['last_event']}; "
                    f"phải có sự kiện {pk}, {found_vi}.",
                    f"The seal covers events {head['first_event']} to {head['last_event']}; "
                    f"event {pk} must be there, {found_en}.",
                )
        if len(self.ids) != head["size"]:
            return (
                f"Dấu niêm phủ {head['size']} sự kiện, trong sổ có {len(self.ids)}: có sự kiện bị thêm hoặc bớt.",
                f"The seal covers {head['size']} events, the ledger has {len(self.ids)}: one was added or removed.",
            )
        if merkle.root(self.leaves).hex() != head["root"]:
            return (
                "Gốc cây Merkle không khớp: có sự kiện bị sửa trong phạm vi dấu niêm này.",
                "The Merkle root does not fit: an event under this seal was changed.",
            )
        return None

    def _wrong_signature(self, seal: Seal) -> tuple[str, str] | None:
        if seal.head["previous_head"] != self.previous.hex():
            return "Không nối với dấu niêm trước.", "It does not chain to the seal before."
        key = self.keys.get(seal.head["key_id"])
        if key is None:
            known = ", ".join(self.keys)
            return (
                f"Ký bằng khóa lạ {seal.head['key_id']}; các khóa đã biết: {known}.",
                f"Signed with the unknown key {seal.head['key_id']}; known keys: {known}.",
            )
        if not key.verify(bytes(seal.signature), canonical(seal.head)):
            return "Chữ ký sai.", "The signature is wrong."
        return None

    def _wrong_kept(self, seal: Seal) -> tuple[str, str] | None:
        if self.kept is None or self.kept["number"] != seal.number or self.kept == seal.head:
            return None
        return (
            "Khác đầu sổ được giữ cùng số: lịch sử đã bị viết lại.",
            "It differs from the head of this number that was kept: history was written anew.",
        )


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


def _check_messages() -> BadPlace | None:
    """Events name messages by digest; the bytes kept must still be those."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, reference from exchange_message where encode(sha256(content), 'hex') <> sha256 order by id limit 1"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return BadPlace(
        f"message {row[0]} ({row[1]})",
        "Nội dung thông điệp không khớp mã băm đã giữ: thông điệp bị sửa.",
        "The bytes of the message do not fit its digest: the message was changed.",
    )


def export() -> Iterator[bytes]:
    """
    The ledger as JSON lines for the offline verifier: every event with all digested fields, each seal after its last.

    Seals whose events are gone come at the end: a cut tail must not take its seals along.
    """
    with _one_moment():
        seals = list(Seal.objects.order_by("number"))
        position = 0
        for row in _stream():
            pk, case, number, kind, happened, recorded, actor, channel, details, voids, message, digest = row
            while position < len(seals) and seals[position].last_event < pk:
                yield seal_line(_signed(seals[position]))
                position += 1
            yield event_line(
                pk, digest, case=case, number=number, kind=kind, happened_at=happened, recorded_at=recorded, actor=actor,
                channel=channel, details=details, voids=voids, message=message,
            )  # fmt: skip
        for seal in seals[position:]:
            yield seal_line(_signed(seal))
