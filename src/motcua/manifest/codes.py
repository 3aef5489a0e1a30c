"""Code lists the rules ask: places and kinds of packages, from `codes/*.csv` with source and licence in the head of each."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from motcua.lib.errors import Malformed


@dataclass(frozen=True)
class Codes:
    """The lists in memory. `listed` are the countries whose places are all there, so that a code missing is wrong."""

    places: Mapping[str, str]
    unverified_places: frozenset[str]
    packages: Mapping[str, str]

    @property
    def listed(self) -> frozenset[str]:
        """The countries whose places the list holds whole."""
        return frozenset(code[:2] for code in self.places if code not in self.unverified_places)


def load(folder: Path) -> Codes:
    """Read the lists; Malformed names the file that is missing or holds a code twice."""
    places = _read(folder / "unlocode.csv")
    own = _read(folder / "ports-local.csv")
    return Codes({**own, **places}, frozenset(own.keys() - places.keys()), _read(folder / "packages.csv"))


def _read(file: Path) -> dict[str, str]:
    place = f"codes/{file.name}"
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    except OSError as error:
        raise Malformed("Thiếu danh mục mã này.", "This code list is missing.", place=place) from error
    found: dict[str, str] = {}
    for row in csv.DictReader(lines):
        if row["code"] in found:
            raise Malformed(
                f"Mã {row['code']} ghi hai lần.", f"Code {row['code']} stands twice.", place=place
            )
        found[row["code"]] = row["name"]
    return found
