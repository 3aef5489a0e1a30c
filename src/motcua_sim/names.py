"""Which simulators there are: name -> dotted path. One line adds one."""

from __future__ import annotations

from importlib import import_module

from motcua.lib.errors import Refused
from motcua_sim.base import Simulator

SIMULATORS: dict[str, str] = {
    "port": "motcua_sim.port.Port",
    "carrier": "motcua_sim.carrier.Carrier",
    "customs-core": "motcua_sim.customs_core.CustomsCore",
    "ministry": "motcua_sim.ministry.Ministry",
    "asean": "motcua_sim.asean.Asean",
    "national-database": "motcua_sim.national_database.NationalDatabase",
}


def simulator(name: str) -> type[Simulator]:
    """The class of a simulator."""
    path = SIMULATORS.get(name)
    if path is None:
        raise Refused(
            f"Không có bộ mô phỏng '{name}'; có: {', '.join(SIMULATORS)}.",
            f"There is no simulator '{name}'; there are: {', '.join(SIMULATORS)}.",
        )
    module, _, cls = path.rpartition(".")
    found: type[Simulator] = getattr(import_module(module), cls)
    return found
