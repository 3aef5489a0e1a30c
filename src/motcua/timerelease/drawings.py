"""The geometry of the pictures of a round; the templates turn it into SVG, and a table stands beside each. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from motcua.lib.bilingual import Text
from motcua.timerelease.statistics import HOUR, Micros

WIDTH = 320
# Hours at which the bars of a distribution end; times are spread over many sizes, so the bars are not of one width.
EDGES = (0.0, 0.25, 1.0, 2.0, 4.0, 8.0, 24.0, 72.0, 240.0)
_NAMES = (
    Text("0", "0"), Text("15 phút", "15 min"), *(Text(f"{n} giờ", f"{n} h") for n in (1, 2, 4, 8, 24)),
    *(Text(f"{n} ngày", f"{n} days") for n in (3, 10)),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A holder's part of a bar."""

    holder: str
    x: float
    width: float


def holder_bar(held: Sequence[dict[str, float | str]], longest: float) -> list[Piece]:
    """Parts side by side on the scale of the longest bar; a negative part has no length and stands in the table alone."""
    at, found = 0.0, []
    for one in held:
        wide = max(float(one["mean"]), 0.0) / longest * WIDTH if longest > 0 else 0.0
        found.append(Piece(str(one["holder"]), round(at, 2), round(wide, 2)))
        at += wide
    return found


@dataclass(frozen=True)
class Column:
    """How many cases lie above one edge and up to the next."""

    label: Text
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """Where a quantile lies on the axis of the columns."""

    name: str
    hours: float
    x: float


def distribution(micros: Micros, height: int = 100) -> list[Column]:
    """Columns of equal width over unequal classes, named as such; the highest fills the height."""
    bounds = [-float("inf"), *EDGES, float("inf")]
    hours = micros / HOUR
    counts = [int(((hours > low) & (hours <= high)).sum()) for low, high in itertools.pairwise(bounds)]
    highest, step = max([*counts, 1]), WIDTH / len(counts)
    labels = [
        Text("đến 0", "up to 0"),
        *(Text(f"{a.vi} – {b.vi}", f"{a.en} – {b.en}") for a, b in itertools.pairwise(_NAMES)),
        Text("trên 10 ngày", "above 10 days"),
    ]
    return [
        Column(label, count, round(i * step + 2, 2), round(height - height * count / highest, 2), step - 4,
               round(height * count / highest, 2))
        for i, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]  # fmt: skip


def mark(name: str, hours: float) -> Mark:
    """A quantile on the same axis: straight between the edges of its class."""
    step = WIDTH / (len(EDGES) + 1)
    if hours <= EDGES[0]:
        return Mark(name, hours, step / 2)
    for i, (low, high) in enumerate(itertools.pairwise(EDGES), 1):
        if hours <= high:
            return Mark(name, hours, round((i + (hours - low) / (high - low)) * step, 2))
    return Mark(name, hours, round((len(EDGES) + 0.5) * step, 2))


@dataclass(frozen=True)
class Arrow:
    """From one stamp straight to the next one of the same case: how often, and the median time, in hours."""

    begin: str
    end: str
    cases: int
    median: float
    path: str
    label_x: float
    label_y: float
    thick: float


@dataclass(frozen=True)
class Node:
    """A stamp on the map."""

    code: str
    y: int
    cases: int


ROW = 64


def process_map(stamps: pl.DataFrame, most: int = 10) -> tuple[list[Node], list[Arrow]]:
    """
    `stamps` (case, milestone, micros): stamps from top to bottom in the order in which cases usually have them, and the
    `most` frequent arrows between; what skips a stamp bends to the right, what goes back bends to the left.
    """
    ordered = stamps.sort("case", "micros", "milestone").with_columns(
        pl.int_range(pl.len()).over("case").alias("place"),
        pl.col("milestone").shift(-1).over("case").alias("next"),
        (pl.col("micros").shift(-1).over("case") - pl.col("micros")).alias("wait"),
    )
    places = (
        ordered.group_by("milestone")
        .agg(pl.col("place").mean(), pl.col("case").n_unique())
        .sort("place", "milestone")
    )
    nodes = [Node(code, 24 + ROW * i, cases) for i, (code, _, cases) in enumerate(places.iter_rows())]
    at = {node.code: i for i, node in enumerate(nodes)}
    found = (
        ordered.drop_nulls("next").group_by("milestone", "next")
        .agg(pl.len().alias("cases"), pl.col("wait").median().alias("median"))
        .sort(["cases", "milestone", "next"], descending=[True, False, False]).head(most)
    )  # fmt: skip
    highest = found["cases"].max() if found.height else 1
    arrows = [
        _arrow(begin, end, cases, median / HOUR, at, int(str(highest)))
        for begin, end, cases, median in found.iter_rows()
    ]
    return nodes, arrows


def _arrow(begin: str, end: str, cases: int, median: float, at: dict[str, int], highest: int) -> Arrow:
    one, two = at[begin], at[end]
    thick = round(1 + 4 * cases / highest, 1)
    y1, y2 = 24 + ROW * one, 24 + ROW * two
    if two == one + 1:
        return Arrow(begin, end, cases, median, f"M120 {y1 + 14}V{y2 - 18}", 126, (y1 + y2) / 2 + 3, thick)
    side = 1 if two > one else -1
    edge = 120 + side * 36
    bend = edge + side * min(26 + 16 * abs(two - one), 90)
    # A label sits at the bend, a little lower the longer the arrow, so that nested arrows keep theirs apart.
    x = min((edge + bend * 3) / 4 + 2, 250) if side > 0 else 4
    return Arrow(
        begin, end, cases, median, f"M{edge} {y1}C{bend} {y1} {bend} {y2} {edge + side * 4} {y2}", x,
        (y1 + y2) / 2 + 3 + 11 * (abs(two - one) % 3 - 1), thick,
    )  # fmt: skip
