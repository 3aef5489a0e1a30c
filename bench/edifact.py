"""
How fast a CUSCAR of 10,000 consignments becomes documents, next to a library that only splits it and to the floor.

The floor is a loop that looks for every terminator that is not released and does nothing else. All three run in turn
in the same process, so that busy neighbours slow them alike; memory is that of a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from bench.figures import Report
from motcua.manifest.documents import Manifest
from motcua.manifest.messages import read

CONSIGNMENTS = 10_000
_HEAD = (
    b"UNB+UNOB:3+CARRIER:ZZ+VNCUSTOMS:ZZ+260102:0830+R1'UNH+1+CUSCAR:D:98B:UN'BGM+85+MAN1+9'DTM+137:202601020830:203'"
    b"NAD+CA+MOTC:172++CARRIER'TDT+20+V123+1++MOTC:172+++9321483:146:11:HA LONG STAR:VN'LOC+60+VNHON:139:6'"
    b"DTM+132:202601051200:203'"
)
_BOX = b"EQD+CN+MSCU%07d+45G1:102:5+++5'MEA+AAE+T+KGM:3800'SEL+SL%06d+CA'"
_BILL = (
    b"CNI+%d+MOTCHP%06d'RFF+BM:MOTCHP%06d'LOC+9+SGSIN:139:6'LOC+11+VNHON:139:6'LOC+7+VNHAN:139:6'GIS+23'"
    b"NAD+CZ+++O?'NEILL STEEL LTD+12 HARBOUR ROAD+SINGAPORE++018956+SG'"
    b"NAD+CN+0100233488:167++CONG TY TNHH THEP %d+KM 5 QUOC LO 18+HA LONG'NAD+NI+++SAME AS CONSIGNEE'GID+1+%d:PK'"
    b"FTX+AAA+++STEEL PIPES ?+ FITTINGS, ASTM A53 GRADE B:SEAMLESS'MEA+AAE+G+KGM:%d.5'SGP+MSCU%07d+%d'"
    b"PCI+28+LOT %d:HA LONG'CST++73041900:122'"
)


def cuscar(consignments: int) -> bytes:
    """One message with that many consignments, fifteen segments each, and a box for every ten."""
    boxes = b"".join(_BOX % (at, at) for at in range(consignments // 10))
    bills = b"".join(
        _BILL % (at + 1, at, at, at, at % 500 + 1, 1200 + at, at // 10, at % 500 + 1, at)
        for at in range(consignments)
    )
    body = _HEAD + boxes + bills
    count = body.count(b"'") - body.count(b"?'")
    return body + b"UNT+%d+1'UNZ+1+R1'" % count


def report(*, full: bool = False) -> Report:
    """The figures for `python -m bench`."""
    count = CONSIGNMENTS
    content = cuscar(count)
    text = content.decode("ascii")
    times = _in_turn(
        {
            "ours": lambda: _ours(content, count),
            "peer": lambda: _peer(text),
            "floor": lambda: _floor(content),
        },
        9 if full else 5,
    )
    segments, size = content.count(b"'"), len(content) / 1e6
    told = Report(f"edifact: a CUSCAR of {count:,} consignments, {segments:,} terminators, {size:.1f} MB")
    ratio = times["peer"] / times["ours"]
    told.add(
        "bytes to checked documents", f"{times['ours']:.2f} s",
        f"pydifact, which only splits: {times['peer']:.2f} s, {ratio:.1f} times as long", "5 times", ratio >= 5,
    )  # fmt: skip
    told.add(
        "times the floor", f"{times['ours'] / times['floor']:.1f}",
        f"finding every terminator that is not released: {times['floor']:.3f} s",
    )  # fmt: skip
    grown = _memory(content)
    told.add("memory beside the file itself", f"{grown:.0f} MB", "all documents kept", "50 MB", grown <= 50)
    told.notes.append(
        "the best of each in turn; a message holds 9,999 consignments by the directory, the profile admits more"
    )
    return told


def _in_turn(works: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """The quickest of several rounds of each, all in each round."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, work in works.items():
            start = perf_counter()
            work()
            spent = perf_counter() - start
            best[name] = min(spent, best.get(name, spent))
    return best


def _ours(content: bytes, count: int) -> None:
    found = read(content)
    document = found.documents[0]
    if not found.accepted or not isinstance(document, Manifest) or len(document.bills) != count:
        raise SystemExit("the manifest was not read whole")


def _peer(text: str) -> None:
    from pydifact.parser import Parser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in Parser().parse(text):
            pass


def _floor(content: bytes) -> None:
    at = 0
    while (end := content.find(b"'", at)) >= 0:
        at = end + 1
        if content[end - 1 : end] == b"?":
            run = len(content[max(0, end - 64) : end]) - len(content[max(0, end - 64) : end].rstrip(b"?"))
            if run % 2:
                continue


def _memory(content: bytes) -> float:
    """Megabytes a fresh process grows by when it reads the file and keeps everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "manifest.edi"
        path.write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "bench.edifact", str(path)],
            capture_output=True,
            check=True,
            encoding="utf-8",
        )
    return float(json.loads(done.stdout)["grown"])


def main() -> int:
    """In a process of its own: read a small file, then the given one, and tell how far memory grew."""
    read(cuscar(20))
    content = Path(sys.argv[1]).read_bytes()
    before = _peak()
    found = read(content)
    grown = (_peak() - before) / 1024
    print(json.dumps({"grown": grown, "documents": len(found.documents)}))
    return 0


def _peak() -> int:
    """Kilobytes this process had at most. What getrusage tells would include the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    sys.exit(main())
