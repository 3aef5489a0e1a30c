"""Interchanges built for the tests."""

from __future__ import annotations

from datetime import UTC, datetime

from motcua.lib.edifact.segment import Segment
from motcua.lib.edifact.write import Draft, MessageDraft, write

NOON = datetime(2026, 1, 2, 5, 0, tzinfo=UTC)
HEAD = b"UNB+UNOB:3+CARRIER:ZZ+VNCUSTOMS:ZZ+260102:0830+R1'"


def cargo(consignments: int = 2, *, release: str = "98B", reference: str = "1") -> MessageDraft:
    """A CUSCAR with some consignments, one goods item each."""
    body = [
        Segment.of("BGM", "85", "MAN1", "9"),
        Segment.of("DTM", ("137", "202601020830", "203")),
        Segment.of("TDT", "20", "V123", "1", "", ("MSC", "172"), "", "", ("D5LQ7", "103", "", "MSC SENA")),
    ]
    for number in range(1, consignments + 1):
        body += [
            Segment.of("CNI", str(number), f"MSCU{number:06}"),
            Segment.of("RFF", ("BM", f"MSCU{number:06}")),
            Segment.of("LOC", "9", ("SGSIN", "139", "6")),
            Segment.of("NAD", "CZ", "", "", "O'NEILL + SONS"),
            Segment.of("NAD", "CN", "", "", f"CONG TY {number}"),
            Segment.of("GID", "1", ("10", "PK")),
            Segment.of("FTX", "AAA", "", "", "STEEL PIPES"),
            Segment.of("MEA", "AAE", "G", ("KGM", "1200.5")),
        ]
    return MessageDraft("CUSCAR", "D", release, tuple(body), reference=reference)


def interchange(*messages: MessageDraft, charset: str = "UNOB", syntax: str = "3") -> bytes:
    """The bytes of an interchange from a carrier to customs."""
    return write(
        Draft(
            ("CARRIER", "ZZ"),
            ("VNCUSTOMS", "ZZ"),
            NOON,
            "R1",
            messages or (cargo(),),
            syntax=syntax,
            charset=charset,
        )
    )


def wrapped(*segments: str, head: bytes = HEAD, count: int = 1) -> bytes:
    """Raw segments inside a sound UNB and UNZ."""
    return head + "".join(f"{segment}'" for segment in segments).encode() + f"UNZ+{count}+R1'".encode()
