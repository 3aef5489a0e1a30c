"""
How fast receipts and ledgers are checked on this machine, next to bare Ed25519 in the same run.

    python bench/verifier.py [--receipts 10000] [--json out.json]

Prints the machine, the sizes, the times and the ratio to bare signature checks. The goal is 10,000 receipts
in 5 seconds by the command line, reading of files and start of Python included.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import cryptography

from bench.figures import Report
from motcua.lib.digest import GENESIS, canonical, event_digest
from motcua.lib.merkle import Tree
from motcua.lib.receipts import (
    MAX_LEAVES,
    event_line,
    head_hash,
    include,
    receipt,
    seal_head,
    seal_line,
    sign_head,
    signed_body,
)
from motcua.lib.signing import FileSigner
from motcua.verifier import motcua_verify

START = datetime(2026, 7, 1, 1, tzinfo=UTC)


def main() -> int:
    """Build a ledger and its receipts, check them in every way, print one line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--receipts", type=int, default=10_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options.receipts)
    for name, value in found.items():
        print(f"{name:34} {value:,.2f}" if isinstance(value, float) else f"{name:34} {value}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0


def report(*, full: bool = False) -> Report:
    """The same for `python -m bench`, with the goal beside it."""
    count = 100_000 if full else 10_000
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), count)
    told = Report(f"verifier: {count:,} receipts and a ledger of as many events, by the command line")
    goal = 5.0 * count / 10_000
    told.add(
        "receipts",
        f"{found['receipts_command_s']:.2f} s",
        f"{found['ratio_to_bare_ed25519']:.1f} times the bare signature checks ({found['bare_ed25519_s']:.2f} s)",
        f"{goal:.0f} s",
        found["receipts_command_s"] <= goal,
    )
    told.add("ledger", f"{found['ledger_events_per_s']:,.0f} events/s")
    told.add("one receipt without any package", f"{found['pure_python_ms_a_receipt']:.2f} ms")
    told.add("one event's digest", f"{found['event_digest_us']:.1f} µs")
    return told


def measure(folder: Path, count: int) -> dict[str, Any]:
    """All measures; times in seconds unless the name says otherwise."""
    signer = FileSigner.ensure(folder / "head.pem")
    (folder / "key.pem").write_bytes(signer.public_pem())
    found: dict[str, Any] = {
        "machine": f"{processor()}, {os.cpu_count()} cores",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cryptography": cryptography.__version__,
        "receipts": count,
        "event_digest_us": digest_microseconds(),
    }
    receipts, heads = issue(folder, count, signer)
    found["seals"] = len(heads)
    found["receipt_bytes"] = sum(len(canonical(issued)) for issued in receipts[:100]) // 100
    found["receipts_command_s"] = command(folder, *(f"r{number}.json" for number in range(count)))
    found["bare_ed25519_s"] = bare(signer, receipts)
    found["ratio_to_bare_ed25519"] = found["receipts_command_s"] / found["bare_ed25519_s"]
    found["pure_python_ms_a_receipt"] = pure_milliseconds(signer, receipts[:200])
    found["ledger_events"] = count
    found["ledger_command_s"] = command(folder, "--ledger", "export.jsonl")
    found["ledger_events_per_s"] = count / found["ledger_command_s"]
    leaves = [sha256(number.to_bytes(4, "big")).digest() for number in range(MAX_LEAVES)]
    found[f"tree_of_{MAX_LEAVES}_ms"] = best(lambda: Tree(leaves)) * 1000
    return found


def an_event(number: int) -> dict[str, Any]:
    """A typical first event of a case."""
    at = START + timedelta(seconds=number)
    return {
        "case": number + 1,
        "number": 1,
        "kind": "lodged",
        "happened_at": at,
        "recorded_at": at + timedelta(seconds=1),
        "actor": "person:1234",
        "channel": "online",
        "details": {"office": "34CE", "documents": 4, "note": "abc"},
        "voids": None,
        "message": None,
    }


def digest_microseconds() -> float:
    """Microseconds for one typical event digest, the best of five rounds."""
    event = an_event(1)

    def many() -> None:
        for _ in range(20_000):
            event_digest(GENESIS, **event)

    return best(many) / 20_000 * 1e6


def issue(folder: Path, count: int, signer: FileSigner) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Write `count` sealed receipts and the exported ledger into the folder."""
    receipts: list[dict[str, Any]] = []
    heads: list[dict[str, Any]] = []
    with (folder / "export.jsonl").open("wb") as ledger:
        for first in range(0, count, MAX_LEAVES):
            span = range(first, min(first + MAX_LEAVES, count))
            events = [an_event(number) for number in span]
            digests = [event_digest(GENESIS, **event) for event in events]
            tree = Tree(digests)
            head = seal_head(
                number=len(heads) + 1,
                size=tree.size,
                first_event=first + 1,
                last_event=span[-1] + 1,
                root=tree.root,
                previous_head=head_hash(heads[-1]["head"]) if heads else None,
                sealed_at=START,
                key_id=signer.key_id,
            )
            heads.append(sign_head(head, signer))
            for index, (number, event, digest) in enumerate(zip(span, events, digests, strict=True)):
                ledger.write(event_line(number + 1, digest, **event))
                issued = filed(number, event, digest, signer)
                receipts.append(include(issued, index=index, path=tree.path(index), signed_head=heads[-1]))
                (folder / f"r{number}.json").write_bytes(canonical(receipts[-1]))
            ledger.write(seal_line(heads[-1]))
    return receipts, heads


def filed(number: int, event: dict[str, Any], digest: bytes, signer: FileSigner) -> dict[str, Any]:
    """The receipt of one event, not yet sealed."""
    names = ("number", "kind", "happened_at", "recorded_at")
    return receipt(
        department="Chi cục Hải quan khu vực",
        reference=f"34CE-26-{number:06}",
        procedure="amend-manifest",
        title="Khai bổ sung bản lược khai hàng hóa",
        received_at=event["happened_at"],
        due_at=event["happened_at"] + timedelta(hours=8),
        case=event["case"],
        event={**{name: event[name] for name in names}, "digest": digest, "previous": GENESIS},
        content_sha256=sha256(str(number).encode()).digest(),
        signer=signer,
    )


def command(folder: Path, *arguments: str) -> float:
    """Seconds for one run of the command line, which must find all good."""
    tool = Path(motcua_verify.__file__)
    start = perf_counter()
    done = subprocess.run(
        [sys.executable, str(tool), *arguments, "--key", "key.pem"],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    spent = perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr)
    return spent


def bare(signer: FileSigner, receipts: list[dict[str, Any]]) -> float:
    """Seconds for the bare signature checks of the same receipts, nothing else."""
    verifier = signer.verifier()
    pairs = [(bytes.fromhex(issued["signature"]), signed_body(issued)) for issued in receipts]
    start = perf_counter()
    good = sum(verifier.verify(signature, body) for signature, body in pairs)
    spent = perf_counter() - start
    if good != len(pairs):
        raise SystemExit(f"only {good} of {len(pairs)} signatures hold")
    return spent


def pure_milliseconds(signer: FileSigner, receipts: list[dict[str, Any]]) -> float:
    """Milliseconds for one receipt without `cryptography`, tables built once as in a batch."""
    checker = motcua_verify.Checker(motcua_verify.read_keys(signer.public_pem().decode(), pure=True))
    texts = [canonical(issued) for issued in receipts]
    start = perf_counter()
    for text in texts:
        if any(answer.good is not True for answer in checker.receipt(text)[1]):
            raise SystemExit("a sound receipt was refused")
    return (perf_counter() - start) / len(texts) * 1000


def best(action: Callable[[], object], rounds: int = 5) -> float:
    """Seconds of the quickest of several rounds: the others were disturbed."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        action()
        times.append(perf_counter() - start)
    return min(times)


def processor() -> str:
    """The name of the processor, where Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
