"""What was printed about a round, recomputed from itself: parts against the whole, a change against its percentage. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from motcua.lib.findings import Finding, Severity
from motcua.timerelease.study import Published, PublishedMean


def check(published: Published) -> list[Finding]:
    """Every printed number that does not follow from the others."""
    findings: list[Finding] = []
    if published.whole is not None and published.parts:
        findings += part_whole(published.whole, published.parts, "published.whole")
    for at, mean in enumerate(published.means):
        findings += _percent(mean, f"published.means[{at}]")
    return findings


def part_whole(whole: int, parts: Mapping[str, int], place: str) -> Iterator[Finding]:
    """A whole that is not the sum of its parts; the difference is named, never spread over the parts."""
    total = sum(parts.values())
    if total == whole:
        return
    shown = " + ".join(f"{count:,}" for count in parts.values())
    yield Finding(
        "part-whole", place,
        _vietnamese(f"{shown} = {total:,}, không phải {whole:,}: lệch {whole - total:+,}")
        + ". Hãy đối chiếu với danh sách tờ khai.",
        f"{shown} = {total:,}, not {whole:,}: off by {whole - total:+,}. Compare with the list of declarations.",
        Severity.WARNING,
    )  # fmt: skip


def _vietnamese(text: str) -> str:
    """Figures as they are written in Vietnamese: a point between thousands, a comma before decimals."""
    return re.sub(r"(?<=\d)[.,](?=\d)", lambda mark: "," if mark[0] == "." else ".", text)


def seconds(text: str) -> int:
    """Whole seconds of `h:mm:ss`, which may be negative."""
    hours, minutes, rest = (int(part) for part in text.lstrip("-").split(":"))
    total = hours * 3600 + minutes * 60 + rest
    return -total if text.startswith("-") else total


def clock_text(count: int) -> str:
    """`h:mm:ss` of whole seconds."""
    sign, count = ("-", -count) if count < 0 else ("", count)
    return f"{sign}{count // 3600}:{count // 60 % 60:02d}:{count % 60:02d}"


def before(mean: PublishedMean) -> int | None:
    """The seconds of the round before, from a mean and its change."""
    return None if mean.change is None else seconds(mean.mean) - seconds(mean.change)


def percent(mean: PublishedMean) -> Decimal | None:
    """The change as a percentage of the round before; None where it cannot be told."""
    base = before(mean)
    return None if not base or mean.change is None else Decimal(100 * seconds(mean.change)) / base


def _percent(mean: PublishedMean, place: str) -> Iterator[Finding]:
    found = percent(mean)
    if found is None or mean.percent is None:
        return
    printed = Decimal(mean.percent)
    rounded = found.quantize(printed, ROUND_HALF_UP)
    if rounded != printed:
        yield Finding(
            "percent", f"{place}.percent", _vietnamese(f"thay đổi là {rounded} %; bản in ghi {printed} %"),
            f"the change is {rounded} %, the print says {printed} %", Severity.WARNING,
        )  # fmt: skip
