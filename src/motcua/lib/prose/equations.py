"""Sums written with signs: '119.910 + 7.329 = 127.258', 'C = A + B', 'C - A - B = D'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from motcua.lib.prose.figures import Kind, Number, Value
from motcua.lib.prose.sentences import Sentence
from motcua.lib.prose.sums import tolerance_of, total_of, value_of


@dataclass(frozen=True, slots=True)
class Equation:
    """'119.910 + 7.329 = 127.258': signed terms on one side, one result on the other."""

    terms: tuple[tuple[int, Number], ...]
    result: Number

    @property
    def value(self) -> Value:
        """What the terms come to."""
        return total_of(sign * value_of(number) for sign, number in self.terms)

    @property
    def tolerance(self) -> Decimal:
        """Half a last digit of every figure; 0 for whole counts."""
        return tolerance_of([self.result, *(number for _, number in self.terms)])


def equations(text: Sequence[Sentence]) -> Iterator[Equation]:
    """Every sum written with signs: A + B = C, C = A + B, C - A - B = D."""
    for sentence in text:
        numbers = [number for number in sentence.numbers if number.kind is Kind.QUANTITY]
        chain: list[tuple[str, Number]] = []
        for number in numbers:
            sign = _sign(sentence.between(chain[-1][1], number), number) if chain else ""
            if chain and not sign:
                yield from _equation(chain)
                chain = []
            chain.append((sign, number))
        yield from _equation(chain)


def _sign(gap: str, number: Number) -> str:
    """The one operator between two figures, words allowed before it; '' for none or more than one."""
    if number.raw[0] in "+-−" and re.fullmatch(r"[^+=,;:()\n]*", gap):
        return "+" if number.raw[0] == "+" else "-"
    operator = re.fullmatch(r"[^+=,;:()\d\n]*?\s*([+=]|[−–-](?=\s))\s*", gap)
    return operator[1].replace("−", "-").replace("–", "-") if operator else ""


def _equation(chain: list[tuple[str, Number]]) -> Iterator[Equation]:
    signs = [sign for sign, _ in chain]
    if len(chain) < 3 or signs.count("=") != 1:
        return
    middle = signs.index("=")
    left, right = chain[:middle], chain[middle:]
    terms, single = (left, right) if len(right) == 1 else (right, left)
    if len(single) == 1:
        signed = tuple((-1 if sign == "-" else 1, number) for sign, number in terms)
        yield Equation(signed, single[0][1])
