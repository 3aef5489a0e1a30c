"""The verifier finds every change, names the first bad place, and needs nothing but a bare Python."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.lib.digest import GENESIS, canonical, event_digest
from motcua.lib.merkle import Tree
from motcua.lib.receipts import event_line, head_hash, include, receipt, seal_head, seal_line, sign_head
from motcua.lib.signing import FileSigner
from motcua.verifier import motcua_verify as verifier
from motcua.verifier.motcua_verify import BadPlace, Checker, Key, Problem, read_keys

MORNING = datetime(2026, 7, 1, 1, tzinfo=UTC)
Line = dict[str, Any]

# RFC 8032, 7.1: public key, message, signature.
RFC_8032 = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2"
        "192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b5890"
        "9351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}


class Ledger:
    """A department's ledger in memory: events with gaps between their ids, a seal after every six."""

    def __init__(self, signer: FileSigner, *, twist: int = 0) -> None:
        self.signer = signer
        self.lines: list[Line] = []
        self.heads: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self._chains: dict[int, tuple[int, bytes]] = {}
        self._waiting: list[tuple[int, bytes]] = []
        self._filings: list[tuple[int, dict[str, Any]]] = []
        for step in range(20):
            self._record(step, twist)
            if step % 6 == 5:
                self._seal()

    def _record(self, step: int, twist: int) -> None:
        case = 101 + step % 4
        number, previous = self._chains.get(case, (0, GENESIS))
        at = MORNING + timedelta(minutes=step)
        event: dict[str, Any] = {
            "case": case,
            "number": number + 1,
            "kind": "lodged" if number == 0 else "noted",
            "happened_at": at,
            "recorded_at": at,
            "actor": f"officer:{step % 3}",
            "channel": "online",
            "details": {"ghi chú": "hồ sơ", "step": step, "twist": twist * (step > 8)},
            "voids": None,
            "message": "m-1" if step == 2 else None,
        }
        digest = event_digest(previous, **event)
        event_id = 10 + step * 3
        self._chains[case] = number + 1, digest
        self.lines.append(json.loads(event_line(event_id, digest, **event)))
        names = ("number", "kind", "happened_at", "recorded_at")
        issued = receipt(
            department="Hải quan khu vực",
            reference=f"34CE-26-{step:06}",
            procedure="amend-manifest",
            title="Khai bổ sung bản lược khai",
            received_at=at,
            due_at=at + timedelta(hours=8) if step % 2 else None,
            case=case,
            event={**{name: event[name] for name in names}, "digest": digest, "previous": previous},
            content_sha256=sha256(b"content").digest(),
            signer=self.signer,
        )
        self._filings.append((len(self._waiting), issued))
        self._waiting.append((event_id, digest))

    def _seal(self) -> None:
        tree = Tree([digest for _, digest in self._waiting])
        head = seal_head(
            number=len(self.heads) + 1,
            size=tree.size,
            first_event=self._waiting[0][0],
            last_event=self._waiting[-1][0],
            root=tree.root,
            previous_head=head_hash(self.heads[-1]["head"]) if self.heads else None,
            sealed_at=MORNING + timedelta(hours=1, minutes=len(self.heads)),
            key_id=self.signer.key_id,
        )
        self.heads.append(sign_head(head, self.signer))
        self.lines.append(json.loads(seal_line(self.heads[-1])))
        for index, issued in self._filings:
            path = tree.path(index)
            self.receipts.append(include(issued, index=index, path=path, signed_head=self.heads[-1]))
        self._waiting, self._filings = [], []

    @property
    def unsealed_receipt(self) -> dict[str, Any]:
        return self._filings[0][1]

    def copy(self) -> list[Line]:
        return deepcopy(self.lines)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> FileSigner:
    return FileSigner.ensure(tmp_path_factory.mktemp("key") / "head.pem")


@pytest.fixture(scope="module")
def ledger(signer: FileSigner) -> Ledger:
    return Ledger(signer)


@pytest.fixture
def checker(signer: FileSigner) -> Checker:
    return Checker(read_keys(signer.public_pem().decode()))


def lines_of(entries: list[Line]) -> list[bytes]:
    return [canonical(entry) + b"\n" for entry in entries]


def rechain(entries: list[Line]) -> None:
    """What a clever forger does: recompute every digest, so that each chain fits again."""
    chains: dict[int, bytes] = {}
    for entry in entries:
        if entry["type"] == "event":
            fields = {name: entry[name] for name in entry if name not in ("type", "id", "digest")}
            digest = sha256(chains.get(entry["case"], GENESIS) + canonical(fields)).digest()
            chains[entry["case"]], entry["digest"] = digest, digest.hex()


def first_bad(checker: Checker, entries: list[Line], *known: dict[str, Any]) -> BadPlace:
    with pytest.raises(BadPlace) as found:
        checker.ledger(lines_of(entries), known)
    assert found.value.vi != found.value.en
    return found.value


def verdict(checker: Checker, data: bytes) -> list[bool | None]:
    return [answer.good for answer in checker.receipt(data)[1]]


# ------------------------------------------------------------------ Ed25519


@pytest.mark.parametrize("name", RFC_8032)
def test_the_vectors_of_rfc_8032_hold_in_plain_arithmetic(name: str) -> None:
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[name])
    key = Key(public, pure=True)
    assert key.fast is None
    assert key.verify(signature, message)
    assert not key.verify(signature, message + b"\x00")


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(0, 511), st.data())
@settings(max_examples=60, deadline=None)
def test_plain_arithmetic_and_cryptography_agree(
    secret: bytes, message: bytes, bit: int, data: st.DataObject
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(secret)
    key = Key(private.public_key().public_bytes_raw())
    assert key.fast is not None
    signature = private.sign(message)
    bent = (int.from_bytes(signature, "little") ^ 1 << bit).to_bytes(64, "little")
    noise = data.draw(st.binary(min_size=64, max_size=64))
    for candidate in (signature, bent, noise, signature[:63], signature + b"\x00"):
        assert key.verify_pure(candidate, message) == key.verify(candidate, message)
        assert key.verify_pure(candidate, message) == (candidate == signature)


def test_a_signature_cannot_be_written_in_a_second_way() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = Key(private.public_key().public_bytes_raw())
    signature = private.sign(b"seal")
    second = int.from_bytes(signature[32:], "little") + verifier.ORDER
    twin = signature[:32] + second.to_bytes(32, "little")
    assert not key.verify_pure(twin, b"seal")
    assert not key.verify(twin, b"seal")


@pytest.mark.parametrize(
    "raw",
    [
        (1).to_bytes(32, "little"),
        (0).to_bytes(32, "little"),
        (2**255 - 20).to_bytes(32, "little"),
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        (2**255 - 18).to_bytes(32, "little"),
        (2**255 | 1).to_bytes(32, "little"),
        (2).to_bytes(32, "little"),
        bytes(31),
    ],
    ids=["neutral", "order 4", "order 2", "order 8", "y = p + 1", "minus zero", "off the curve", "short"],
)
def test_a_key_under_which_a_signature_proves_nothing_is_refused(raw: bytes) -> None:
    with pytest.raises(Problem, match="not an Ed25519 public key"):
        Key(raw)


def test_a_point_has_one_way_to_be_written() -> None:
    assert verifier.decompress((1).to_bytes(32, "little")) == verifier.NEUTRAL
    for second_way in (2**255 - 18, 2**255 | 1):
        assert verifier.decompress(second_way.to_bytes(32, "little")) is None


def test_a_private_key_given_by_mistake_is_refused(signer: FileSigner) -> None:
    with pytest.raises(Problem, match="PRIVATE"):
        read_keys(signer.path.read_text())
    with pytest.raises(Problem, match="no PEM"):
        read_keys("nothing")


def test_several_keys_may_stand_in_one_file(signer: FileSigner, tmp_path: Path) -> None:
    other = FileSigner.ensure(tmp_path / "other.pem")
    keys = read_keys((other.public_pem() + signer.public_pem()).decode())
    assert [key.key_id for key in keys] == [other.key_id, signer.key_id]


@pytest.mark.parametrize("size", range(1, 71))
def test_both_trees_are_the_same_tree(size: int) -> None:
    leaves = [sha256(bytes([number])).digest() for number in range(size)]
    tree = Tree(leaves)
    assert verifier.tree_root(leaves) == tree.root
    for index, leaf in enumerate(leaves):
        assert verifier.root_from(leaf, index, size, tree.path(index)) == tree.root
        assert verifier.root_from(leaf, size, size, tree.path(index)) is None
        assert verifier.root_from(leaf, index, size, [*tree.path(index), leaf]) is None
        assert size == 1 or verifier.root_from(leaf, index, size, tree.path(index)[:-1]) is None


# ------------------------------------------------------------------ receipts


def test_sound_receipts_get_three_answers(checker: Checker, ledger: Ledger) -> None:
    for issued in ledger.receipts:
        assert verdict(checker, canonical(issued)) == [True, True, True]
        assert verdict(checker, json.dumps(issued, indent=2).encode()) == [True, True, True]
    assert verdict(checker, canonical(ledger.unsealed_receipt)) == [True, True, None]


def test_every_flipped_bit_of_a_receipt_is_caught(signer: FileSigner, ledger: Ledger) -> None:
    keys = read_keys(signer.public_pem().decode())
    unreadable = false = flips = 0
    for issued in (ledger.receipts[1], ledger.unsealed_receipt):
        sound = canonical(issued)
        for place in range(len(sound)):
            for bit in range(8):
                bent = bytearray(sound)
                bent[place] ^= 1 << bit
                flips += 1
                try:
                    answers = Checker(keys).receipt(bytes(bent))[1]
                except Problem as problem:
                    unreadable += bool(problem.vi and problem.en)
                else:
                    assert any(answer.good is False for answer in answers), (place, bit, bytes(bent))
                    false += 1
    assert unreadable + false == flips
    assert min(unreadable, false) > 1000


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_every_exchanged_byte_of_a_receipt_is_caught(
    signer: FileSigner, ledger: Ledger, data: st.DataObject
) -> None:
    bent = bytearray(canonical(data.draw(st.sampled_from(ledger.receipts))))
    place = data.draw(st.integers(0, len(bent) - 1))
    bent[place] ^= data.draw(st.integers(1, 255))
    try:
        answers = Checker(read_keys(signer.public_pem().decode())).receipt(bytes(bent))[1]
    except Problem:
        return
    assert any(answer.good is False for answer in answers)


def test_text_in_another_unicode_form_is_not_what_was_signed(checker: Checker, ledger: Ledger) -> None:
    bent = canonical(ledger.receipts[0]).replace("bổ".encode(), "bo\u0302\u0309".encode())
    assert verdict(checker, bent)[0] is False


def test_a_receipt_of_another_key_is_not_believed(ledger: Ledger, tmp_path: Path) -> None:
    other = FileSigner.ensure(tmp_path / "other.pem")
    stranger = Checker(read_keys(other.public_pem().decode()))
    assert verdict(stranger, canonical(ledger.receipts[0])) == [False, False, False]
    forged = {**ledger.receipts[0], "key_id": other.key_id}
    assert verdict(stranger, canonical(forged)) == [False, False, False]


def test_the_proof_of_another_receipt_does_not_serve(checker: Checker, ledger: Ledger) -> None:
    mixed = {**ledger.receipts[0], "inclusion": ledger.receipts[1]["inclusion"]}
    assert verdict(checker, canonical(mixed)) == [True, True, False]


def test_a_head_cannot_pass_for_a_receipt(checker: Checker, ledger: Ledger) -> None:
    head = ledger.heads[0]
    with pytest.raises(Problem):
        checker.receipt(canonical({**head["head"], "signature": head["head_signature"], "inclusion": None}))


def test_two_heads_of_one_number_betray_a_forked_ledger(
    checker: Checker, ledger: Ledger, signer: FileSigner
) -> None:
    other = Ledger(signer, twist=1)
    assert verdict(checker, canonical(ledger.receipts[7])) == [True, True, True]
    assert verdict(checker, canonical(other.receipts[7])) == [True, True, False]


def test_a_repeated_head_is_checked_once(
    checker: Checker, ledger: Ledger, signer: FileSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []
    sound = Key.verify

    def counted(key: Key, signature: bytes, data: bytes) -> bool:
        seen.append(data)
        return sound(key, signature, data)

    monkeypatch.setattr(Key, "verify", counted)
    for issued in ledger.receipts:
        assert verdict(checker, canonical(issued)) == [True, True, True]
    assert len(seen) == len(ledger.receipts) + len(ledger.heads)


def test_a_field_that_stands_twice_cannot_show_one_thing_and_sign_another(
    checker: Checker, ledger: Ledger
) -> None:
    sound = canonical(ledger.receipts[0])
    with pytest.raises(Problem, match="twice"):
        checker.receipt(b'{"title":"other",' + sound[1:])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON at 1:1"),
        (b"null", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"{}", "field version"),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
        (b'{"a":1,"a":2}', "twice"),
        (b'{"a":1.5}', "not whole"),
        (b'{"a":NaN}', "not whole"),
        (b'{"a":' + b"9" * 5000 + b"}", "huge"),
        (b"[" * 100_000, "too deep"),
    ],
)
def test_what_is_no_receipt_is_called_unreadable_in_two_languages(
    checker: Checker, data: bytes, reason: str
) -> None:
    with pytest.raises(Problem, match=reason) as problem:
        checker.receipt(data)
    assert problem.value.vi != problem.value.en


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_mangled_receipt_makes_the_verifier_stumble(
    signer: FileSigner, ledger: Ledger, data: st.DataObject
) -> None:
    """Any JSON in the place of any part is answered or called unreadable; no other error escapes."""
    issued = deepcopy(ledger.receipts[0])
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(alphabet="a0\ud800é", max_size=3),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=4,
    )
    spots: list[tuple[Any, str]] = [(issued, name) for name in issued]
    spots += [(issued[part], name) for part in ("event", "inclusion") for name in issued[part]]
    spots += [(issued["inclusion"]["head"], name) for name in issued["inclusion"]["head"]]
    holder, name = data.draw(st.sampled_from(spots))
    put = data.draw(anything)
    if put == holder[name] and type(put) is type(holder[name]):
        return
    holder[name] = put
    if (name, put) == ("inclusion", None):
        return
    try:
        answers = Checker(read_keys(signer.public_pem().decode())).receipt(json.dumps(issued).encode())[1]
    except Problem:
        return
    assert any(answer.good is False for answer in answers)


# ------------------------------------------------------------------ ledgers


def test_a_sound_ledger_holds_with_and_without_known_heads(checker: Checker, ledger: Ledger) -> None:
    known = [signed["head"] for signed in ledger.heads]
    report = checker.ledger(lines_of(ledger.lines), known)
    assert (report.events, report.cases, report.seals, report.unsealed) == (20, 4, 3, 2)
    assert report.last_head == known[-1]
    assert Checker([]).ledger(lines_of(ledger.lines)) == report
    assert checker.ledger([]) == (0, 0, 0, 0, None)


DIGESTED = [
    ("actor", "officer:9"),
    ("channel", "desk"),
    ("happened_at", "2026-07-01T02:00:00.000000Z"),
    ("recorded_at", "2026-07-01T02:00:00.000000Z"),
    ("kind", "refused"),
    ("details", {}),
    ("voids", 1),
    ("message", "m-2"),
    ("digest", "ab" * 32),
]


@pytest.mark.parametrize(("name", "value"), DIGESTED)
def test_a_changed_event_is_named(checker: Checker, ledger: Ledger, name: str, value: object) -> None:
    for line, entry in enumerate(ledger.lines, 1):
        if entry["type"] == "event":
            entries = ledger.copy()
            entries[line - 1][name] = value
            bad = first_bad(checker, entries)
            assert bad.line == line
            assert f"event {entry['id']}," in bad.place
            assert f"case {entry['case']}," in bad.place
            assert bad.place.endswith(f"number {entry['number']}")


def test_a_changed_event_whose_chain_was_recomputed_is_found_at_its_seal(
    checker: Checker, ledger: Ledger
) -> None:
    for place, entry in enumerate(ledger.lines):
        if entry["type"] == "event" and entry["id"] <= ledger.heads[-1]["head"]["last_event"]:
            entries = ledger.copy()
            entries[place]["actor"] = "officer:9"
            rechain(entries)
            bad = first_bad(checker, entries)
            seal = next(line for line in range(place, len(entries)) if entries[line]["type"] == "seal")
            assert bad.line == seal + 1
            assert f"seal {entries[seal]['head']['number']}," in bad.place
            assert "root" in bad.en


def test_a_deleted_event_is_found_at_the_gap_or_at_its_seal(checker: Checker, ledger: Ledger) -> None:
    for place, entry in enumerate(ledger.lines):
        if entry["type"] == "event" and entry["id"] <= ledger.heads[-1]["head"]["last_event"]:
            entries = ledger.copy()
            del entries[place]
            bad = first_bad(checker, entries)
            expected = next(
                line
                for line in range(place, len(entries))
                if entries[line]["type"] == "seal" or entries[line]["case"] == entry["case"]
            )
            assert bad.line == expected + 1
            assert "missing" in bad.en


def test_a_deleted_event_that_opened_or_closed_a_seal_is_named(checker: Checker, ledger: Ledger) -> None:
    for place, event in ((0, 10), (5, 25)):
        entries = ledger.copy()
        # Without the case's later events, so that no gap in its numbers tells first.
        case = entries[place]["case"]
        entries = [entry for at, entry in enumerate(entries) if at < place or entry.get("case") != case]
        assert first_bad(checker, entries).place.endswith(f"event {event}")


def test_a_deleted_event_is_named_though_its_seal_slid_behind_the_next(
    checker: Checker, ledger: Ledger
) -> None:
    entries = ledger.copy()
    assert (entries[5]["id"], entries[7]["id"]) == (25, 28)
    moved = [*entries[:5], entries[7], entries[6]]
    bad = first_bad(checker, moved)
    assert (bad.line, bad.en) == (7, "this event is missing")
    assert bad.place.endswith("event 25")


def test_exchanged_events_are_found_at_the_second(checker: Checker, ledger: Ledger) -> None:
    entries = ledger.copy()
    entries[1], entries[2] = entries[2], entries[1]
    bad = first_bad(checker, entries)
    assert bad.line == 3
    assert "event 13, " in bad.place
    assert "out of order" in bad.en


def test_events_that_exchanged_their_ids_as_well_are_found_at_the_seal(
    checker: Checker, ledger: Ledger
) -> None:
    entries = ledger.copy()
    entries[1], entries[2] = {**entries[2], "id": 13}, {**entries[1], "id": 16}
    bad = first_bad(checker, entries)
    assert bad.line == 7
    assert "root" in bad.en


def test_two_events_cannot_share_an_id(checker: Checker, ledger: Ledger) -> None:
    entries = ledger.copy()
    entries[1]["id"] = entries[0]["id"]
    bad = first_bad(checker, entries)
    assert (bad.line, "repeated" in bad.en) == (2, True)


def inserted(ledger: Ledger, place: int, event_id: int) -> list[Line]:
    """The ledger with one more event of case 101 at a line, its chain recomputed."""
    entries = ledger.copy()
    earlier = [entry for entry in entries[:place] if entry.get("case") == 101]
    entries.insert(place, {**earlier[-1], "id": event_id})
    number = 0
    for entry in entries:
        if entry.get("case") == 101:
            number += 1
            entry["number"] = number
    rechain(entries)
    return entries


def test_an_inserted_event_is_found_where_it_breaks_the_chain(checker: Checker, ledger: Ledger) -> None:
    entries = ledger.copy()
    entries.insert(1, {**entries[0], "id": 11})
    bad = first_bad(checker, entries)
    assert bad.line == 2
    assert bad.place == "sự kiện/event 11, hồ sơ/case 101, số/number 1"


def test_an_inserted_event_in_a_recomputed_chain_is_found_at_the_seal(
    checker: Checker, ledger: Ledger
) -> None:
    bad = first_bad(checker, inserted(ledger, 3, 17))
    assert (bad.line, "inserted" in bad.en) == (8, True)
    assert "seal 1," in bad.place


def test_an_event_inserted_between_two_seals_is_named_at_the_next(checker: Checker, ledger: Ledger) -> None:
    bad = first_bad(checker, inserted(ledger, 7, 26))
    assert bad.line == 15
    assert bad.place.endswith("event 26")


def test_a_cut_tail_is_found_by_a_known_head(checker: Checker, ledger: Ledger) -> None:
    known = ledger.heads[-1]["head"]
    last_seal = max(line for line, entry in enumerate(ledger.lines) if entry["type"] == "seal")
    for keep in range(last_seal + 1):
        entries = ledger.lines[:keep]
        checker.ledger(lines_of(entries))
        bad = first_bad(checker, entries, known)
        assert bad.line == keep + 1
        ids = [entry["id"] for entry in entries if entry["type"] == "event"]
        assert f"event {ids[-1] if ids else 0}," in bad.place
        assert "tail cut" in bad.en


def test_a_ledger_rolled_back_and_written_anew_is_found_by_a_known_head(
    checker: Checker, ledger: Ledger, signer: FileSigner
) -> None:
    """The operator holds the key: only heads that others kept can tell."""
    anew = Ledger(signer, twist=1)
    checker.ledger(lines_of(anew.lines))
    first, second = ledger.heads[0]["head"], ledger.heads[1]["head"]
    checker.ledger(lines_of(anew.lines), [first])
    bad = first_bad(checker, anew.lines, first, second)
    assert anew.lines[bad.line - 1]["head"]["number"] == 2
    assert "rolled back" in bad.en


def test_seals_that_are_missing_repeated_or_moved_are_found(checker: Checker, ledger: Ledger) -> None:
    gone = ledger.copy()
    del gone[6]
    bad = first_bad(checker, gone)
    assert (bad.line, "seal 1 was due" in bad.en) == (13, True)
    twice = ledger.copy()
    twice.insert(7, twice[6])
    bad = first_bad(checker, twice)
    assert (bad.line, "seal 2 was due" in bad.en) == (8, True)
    early = ledger.copy()
    early[5], early[6] = early[6], early[5]
    assert first_bad(checker, early).line == 6


@pytest.mark.parametrize("name", ["size", "first_event", "last_event", "root", "previous_head", "sealed_at"])
def test_a_changed_head_fails_by_its_signature(checker: Checker, ledger: Ledger, name: str) -> None:
    entries = ledger.copy()
    old = entries[13]["head"][name]
    entries[13]["head"][name] = old + 1 if isinstance(old, int) else old.replace(old[3], "f")
    bad = first_bad(checker, entries)
    assert bad.line == 14
    assert "signature" in bad.en


@pytest.mark.parametrize("name", ["size", "first_event", "last_event", "root", "previous_head"])
def test_without_keys_a_changed_head_still_has_to_fit_the_events(ledger: Ledger, name: str) -> None:
    entries = ledger.copy()
    old = entries[13]["head"][name]
    entries[13]["head"][name] = old + 1 if isinstance(old, int) else old.replace(old[3], "f")
    assert first_bad(Checker([]), entries).line == 14


def test_an_empty_seal_is_refused_without_stumbling(ledger: Ledger) -> None:
    entry = deepcopy(ledger.lines[6])
    entry["head"]["size"] = 0
    assert first_bad(Checker([]), [entry]).line == 1


def test_a_head_signed_with_a_stranger_s_key_is_refused(
    checker: Checker, ledger: Ledger, tmp_path: Path
) -> None:
    stranger = FileSigner.ensure(tmp_path / "stranger.pem")
    entries = ledger.copy()
    head = {**entries[6]["head"], "key_id": stranger.key_id}
    entries[6] = json.loads(seal_line(sign_head(head, stranger)))
    bad = first_bad(checker, entries)
    assert (bad.line, "unknown key" in bad.en) == (7, True)


@pytest.mark.parametrize(
    "text",
    [
        b"\n",
        b"{}\n",
        b'{"type":"note"}\n',
        b'{"type":"event"}\n',
        b'{"type":"seal"}\n',
        b'{"type":"seal","head":[]}\n',
        b"\xff\n",
    ],
)
def test_an_unreadable_line_is_named(checker: Checker, ledger: Ledger, text: bytes) -> None:
    lines = lines_of(ledger.lines)
    lines.insert(4, text)
    with pytest.raises(BadPlace) as bad:
        checker.ledger(lines)
    assert bad.value.line == 5


def renumbered(before: bytes, after: bytes) -> bool:
    """Whether a line is the same event under another id."""
    try:
        one, other = json.loads(before), json.loads(after)
    except ValueError:
        return False
    return one["type"] == "event" and {**one, "id": 0} == {**other, "id": 0} and type(other.get("id")) is int


def in_order(lines: list[bytes]) -> bool:
    """
    Whether every event still stands between the ends its seal names. An id says where an event stands and nothing else: no
    digest holds it, so another one in the same place is the same ledger.
    """
    last, events = 0, list[int]()
    for row in map(json.loads, lines):
        if row["type"] == "event":
            events.append(row["id"])
        elif row["type"] == "seal":
            if events and (
                events[0] != row["head"]["first_event"] or events[-1] != row["head"]["last_event"]
            ):
                return False
            if events != sorted(set(events)) or (events and events[0] <= last):
                return False
            last, events = row["head"]["last_event"], []
    return events == sorted(set(events)) and (not events or events[0] > last)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_exchanged_byte_of_a_sealed_ledger_goes_unseen(
    signer: FileSigner, ledger: Ledger, data: st.DataObject
) -> None:
    lines = lines_of(ledger.lines)
    line = data.draw(st.integers(0, len(lines) - 1))
    # The line feed is layout; so is everything a sound line does not hold.
    bent = bytearray(lines[line])
    bent[data.draw(st.integers(0, len(bent) - 2))] ^= data.draw(st.integers(1, 255))
    lines[line] = bytes(bent)
    known = [ledger.heads[-1]["head"]]
    checker = Checker(read_keys(signer.public_pem().decode()))
    if renumbered(lines_of(ledger.lines)[line], lines[line]) and in_order(lines):
        checker.ledger(lines, known)
        return
    with pytest.raises(BadPlace) as bad:
        checker.ledger(lines, known)
    # Only an event's id is no part of its digest: what it breaks shows at the next event or at the seal.
    seal = next((at for at in range(line, len(lines)) if b'"type":"seal"' in lines[at]), len(lines) - 1)
    assert line + 1 <= bad.value.line <= seal + 1


# ------------------------------------------------------------------ the command


@pytest.fixture
def run(tmp_path: Path, signer: FileSigner) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a copy of the file, alone in a folder, with an isolated Python that sees no other package."""
    here = tmp_path / "elsewhere"
    here.mkdir()
    (here / "motcua_verify.py").write_bytes(Path(verifier.__file__).read_bytes())
    (here / "key.pem").write_bytes(signer.public_pem())

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", "motcua_verify.py", *arguments],
            cwd=here,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env={"LC_ALL": "C"},
        )

    return command


def test_the_command_answers_in_two_languages_without_any_package(
    run: Callable[..., subprocess.CompletedProcess[str]], ledger: Ledger, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere" / "one.json").write_bytes(canonical(ledger.receipts[0]))
    (tmp_path / "elsewhere" / "content").write_bytes(b"content")
    done = run("one.json", "--key", "key.pem", "--content", "content")
    assert done.returncode == 0, done.stderr
    for text in ("HỢP LỆ / VALID", "nguyên vẹn", "untampered", "đầu sổ 1", "head 1", "08:00:00 (giờ VN)"):
        assert text in done.stdout
    assert run("one.json", "--key", "key.pem", "--content", "key.pem").returncode == 1


def test_the_command_refuses_a_forged_receipt(
    run: Callable[..., subprocess.CompletedProcess[str]], ledger: Ledger, tmp_path: Path
) -> None:
    forged = {**ledger.receipts[0], "title": "Khai \x1b[2J bản lược khai"}
    (tmp_path / "elsewhere" / "forged.json").write_bytes(canonical(forged))
    done = run("forged.json", "--key", "key.pem")
    assert done.returncode == 1
    assert "ALTERED" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_batch_names_the_bad_ones_and_counts_the_rest(
    run: Callable[..., subprocess.CompletedProcess[str]], ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    for number, issued in enumerate([*ledger.receipts[:5], ledger.unsealed_receipt]):
        (folder / f"r{number}.json").write_bytes(canonical(issued))
    done = run("r*.json", "--key", "key.pem")
    assert done.returncode == 0, done.stdout
    assert "6 of 6 receipts valid, 1 not yet sealed" in done.stdout
    assert run("r*.json", "--key", "key.pem", "--sealed").returncode == 1
    (folder / "r3.json").write_bytes(b"{")
    done = run("r*.json", "--key", "key.pem")
    assert done.returncode == 1
    assert "r3.json: KHÔNG ĐỌC ĐƯỢC / UNREADABLE" in done.stdout
    assert "5 of 6 receipts valid" in done.stdout


def test_the_command_checks_a_ledger_against_a_head_or_a_receipt_somebody_kept(
    run: Callable[..., subprocess.CompletedProcess[str]], ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "export.jsonl").write_bytes(b"".join(lines_of(ledger.lines)))
    (folder / "cut.jsonl").write_bytes(b"".join(lines_of(ledger.lines[:9])))
    (folder / "head.json").write_bytes(canonical(ledger.heads[2]))
    (folder / "bare.json").write_bytes(canonical(ledger.heads[2]["head"]))
    (folder / "receipt.json").write_bytes(canonical(ledger.receipts[-1]))
    plain = run("--ledger", "export.jsonl")
    assert plain.returncode == 0, plain.stderr
    assert "LEDGER INTACT" in plain.stdout
    assert "Signatures were not checked" in plain.stdout
    assert "a cut tail cannot be seen" in plain.stdout
    for head in ("head.json", "bare.json", "receipt.json"):
        options = ("--key", "key.pem", "--head", head)
        sound = run("--ledger", "export.jsonl", *options)
        assert sound.returncode == 0, sound.stdout
        assert "cannot be seen" not in sound.stdout
        cut = run("--ledger", "cut.jsonl", *options)
        assert cut.returncode == 1
        assert "First bad place: dòng/line 10" in cut.stdout
        assert "bị cắt đuôi" in cut.stdout
    assert run("--ledger", "cut.jsonl", "--key", "key.pem").returncode == 0


def test_a_forged_known_head_is_refused(
    run: Callable[..., subprocess.CompletedProcess[str]], ledger: Ledger, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    (folder / "export.jsonl").write_bytes(b"".join(lines_of(ledger.lines)))
    forged = deepcopy(ledger.heads[0])
    forged["head"]["root"] = "00" * 32
    (folder / "head.json").write_bytes(canonical(forged))
    done = run("--ledger", "export.jsonl", "--key", "key.pem", "--head", "head.json")
    assert done.returncode == 1
    assert "altered" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 2),
        (("one.json",), 2),
        (("one.json", "--ledger", "x"), 2),
        (("one.json", "--key", "none.pem"), 1),
        (("one.json", "--key", "key.pem"), 1),
        (("--ledger", "none.jsonl", "--key", "key.pem"), 1),
        (("one.json", "--key", "key.pem", "--head", "h.json"), 2),
    ],
)
def test_a_wrong_command_is_told_apart_from_a_wrong_receipt(
    run: Callable[..., subprocess.CompletedProcess[str]], arguments: tuple[str, ...], code: int
) -> None:
    done = run(*arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_the_file_is_written_for_python_3_9_and_imports_nothing_of_ours() -> None:
    source = Path(verifier.__file__).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names - set(sys.stdlib_module_names) == {"cryptography"}
