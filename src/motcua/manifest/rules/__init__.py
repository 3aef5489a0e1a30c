"""
What makes a paper of a movement wrong: one rule, one sentence, one legal basis; all findings at once.

Pure: what the register knows is handed in as `Facts`. A rule yields `Fault`s with the path of the document they mean
(`bills[3].gross_kg`); an error refuses the paper, a warning travels with it.

* `call`      the conveyance, its ports and times, the deadline
* `cargo`     bills: numbers, parties, ports, masters and houses
* `goods`     what they are, how many, how heavy, totals
* `boxes`     containers and what is in them, the limits of VNACCS
* `aboard`    crew, passengers, stores, health, security
* `register`  what only the register can know: a bill declared already, a master not yet there
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from motcua.lib.findings import Finding
from motcua.manifest.documents import Sheet
from motcua.manifest.rules import aboard, boxes, call, cargo, goods, register
from motcua.manifest.rules.rule import Facts, Rule, examine

RULES: tuple[Rule, ...] = (
    *call.RULES,
    *cargo.RULES,
    *goods.RULES,
    *boxes.RULES,
    *aboard.RULES,
    *register.RULES,
)


def check(document: Sheet, facts: Facts) -> list[Finding]:
    """Everything that is wrong with a document."""
    return list(_check(RULES, document, facts))


def _check(rules: Iterable[Rule], document: Sheet, facts: Facts) -> Iterator[Finding]:
    for rule in rules:
        if isinstance(document, rule.of):
            yield from examine(rule, document, facts)


__all__ = ["RULES", "Facts", "Rule", "check"]
