"""Mistakes that carriers make, each with a name: one is sent, refused, mended and sent again."""

from __future__ import annotations

from collections.abc import Callable

from motcua.lib.edifact.segment import Segment
from motcua.lib.errors import Refused

Spoil = Callable[[list[Segment]], list[Segment]]


def _replaced(body: list[Segment], tag: str, change: Callable[[Segment], Segment | None]) -> list[Segment]:
    """The body with its first segment of a tag changed, or left out."""
    found, done = [], False
    for one in body:
        new: Segment | None = one
        if one.tag == tag and not done:
            new, done = change(one), True
        if new is not None:
            found.append(new)
    return found


def _parts(segment: Segment) -> list[tuple[str, ...]]:
    return [segment.components(n) for n in range(1, len(segment.elements) + 1)]


def _wrong_ship(segment: Segment) -> Segment:
    *head, named = _parts(segment)
    digit = str((int(named[0][-1]) + 1) % 10) if named[0][-1:].isdigit() else "0"
    return Segment.of(
        "TDT", *head, ("9074720" if len(named[0]) != 7 else named[0][:-1] + digit, "146", "11", *named[3:])
    )


def _bill_twice(body: list[Segment]) -> list[Segment]:
    first = next(n for n, one in enumerate(body) if one.tag == "CNI")
    after = next((n for n in range(first + 1, len(body)) if body[n].tag == "CNI"), len(body))
    return [*body, *body[first:after]]


FAULTS: dict[str, Spoil] = {
    # The last digit of the IMO number does not check.
    "imo": lambda body: _replaced(body, "TDT", _wrong_ship),
    # The total says more packages than the bills.
    "totals": lambda body: [
        Segment.of("CNT", ("11", "999999"))
        if one.tag == "CNT" and one.value(1) == "11" and n < _first_bill(body)
        else one
        for n, one in enumerate(body)
    ],
    # The same bill stands there twice.
    "bill-twice": _bill_twice,
    # A group without its first segment.
    "structure": lambda body: _replaced(body, "CNI", lambda _: None),
    # The message has no document number at all.
    "no-bgm": lambda body: _replaced(body, "BGM", lambda _: None),
}


def _first_bill(body: list[Segment]) -> int:
    return next((n for n, one in enumerate(body) if one.tag == "CNI"), len(body))


def spoil(name: str) -> Spoil | None:
    """The mistake of a name; none for an empty name."""
    if not name:
        return None
    if name not in FAULTS:
        raise Refused(
            f"Không có lỗi '{name}'; có: {', '.join(FAULTS)}.",
            f"There is no fault '{name}'; there are: {', '.join(FAULTS)}.",
        )
    return FAULTS[name]
