"""The command line: `motcua-sim port --listen 127.0.0.1:9101 --peer http://127.0.0.1:8000 --key KEY`."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import yaml

from motcua.lib.errors import MotCuaError
from motcua_sim import dials
from motcua_sim.clock import moment
from motcua_sim.names import SIMULATORS, simulator
from motcua_sim.together import LIVELY, Together, tell_the_past

# One door each, so that several run side by side; 9100 is left to whoever wants it.
PORTS = {name: 9101 + number for number, name in enumerate(SIMULATORS)}


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """
    Các bộ mô phỏng đối tác của Một Cửa.

    Named simulators of Một Cửa's partners. They speak the gateway's protocol both ways, keep what they acknowledged, and
    misbehave as told. Nothing they send is true.
    """


def _options(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed((
            click.option("--listen", default=f"127.0.0.1:{PORTS[name]}", show_default=True, help="Address of its door."),
            click.option("--peer", default="http://127.0.0.1:8000", show_default=True, help="The gateway it talks to."),
            click.option("--key", default="", envvar="MOTCUA_SIM_KEY", help="Its access key there."),
            click.option("--accept", default="", help="The key that must be shown at its own door; any if left out."),
            click.option(
                "--home", type=click.Path(path_type=Path), default=Path(".motcua-sim") / name, show_default=True,
                help="Folder of its queue; the same folder goes on where it was stopped.",
            ),
            click.option("--seed", default=1, show_default=True, help="The same seed makes the same things."),
            click.option(
                "--misbehave", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML file of dials."
            ),
            click.option("--clock", default="", help="Set its clock, as in 2020-03-02T08:00:00+07:00."),
            click.option("--speed", type=float, help="Seconds of its clock in one of the wall."),
            click.option("--auto/--step", default=True, show_default=True, help="Run, or wait for /control/step."),
            click.option("--polls", is_flag=True, help="Fetch from the peer's outbox; for when the peer cannot call."),
            click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of this simulator."),
        )):  # fmt: skip
            command = option(command)
        return command

    return decorate


def _command(name: str) -> None:
    cls = simulator(name)
    doc = (cls.__doc__ or "").strip()

    @cli.command(name, help=f"{cls.title.vi}. {cls.title.en}.\n\n{doc}")
    @_options(name)
    def run(
        listen: str, peer: str, key: str, accept: str, home: Path, seed: int, misbehave: Path | None, clock: str,
        speed: float | None, auto: bool, polls: bool, settings: tuple[str, ...],
    ) -> None:  # fmt: skip
        host, _, port = listen.rpartition(":")
        if not port.isdigit():
            raise click.UsageError(f"--listen HOST:PORT, not {listen}")
        pairs = dict(one.partition("=")[::2] for one in settings)
        sim = cls(home, peer=peer, key=key, accept=accept, seed=seed, polls=polls, settings=pairs)
        turned: dict[str, Any] = {"set": moment(clock).isoformat()} if clock else {}
        if speed is not None:
            turned["speed"] = speed
        if turned:
            sim.turn_clock(turned)
        if misbehave:
            sim.behave()
            sim.add_spells(dials.from_file(misbehave, sim.clock.now()))
        stop = threading.Event()
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, lambda *_: stop.set())
        door = sim.open(host or "127.0.0.1", int(port))
        print(
            json.dumps({"simulator": name, "url": door.url, "peer": peer, "clock": sim.clock.shown()}),
            flush=True,
        )
        if auto:
            sim.run(stop)
        else:
            stop.wait()
        door.shutdown()
        door.server_close()
        sim.close()


for _name in SIMULATORS:
    _command(_name)


@cli.command("all")
@click.option("--peer", default="http://127.0.0.1:8000", show_default=True, help="The gateway they talk to.")
@click.option(
    "--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="YAML: simulator -> key."
)
@click.option("--listen", default="127.0.0.1:9101", show_default=True, help="Address of the first door.")
@click.option("--home", type=click.Path(path_type=Path), default=Path(".motcua-sim"), show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same things.")
@click.option(
    "--days", default=5, show_default=True, help="So many days before today the customs core tells of first."
)
def run_all(peer: str, keys: Path | None, listen: str, home: Path, seed: int, days: int) -> None:
    """
    Chạy mọi đối tác mô phỏng cùng lúc. Every partner at once, for a try-out on one machine.

    They fetch what waits for them, so that nothing must be set at the other side but their keys. Their clocks run with the
    wall's: whoever tells of what is still to come is refused.
    """
    host, _, port = listen.rpartition(":")
    if not port.isdigit():
        raise click.UsageError(f"--listen HOST:PORT, not {listen}")
    known = yaml.safe_load(keys.read_text(encoding="utf-8")) if keys else {}
    if not isinstance(known, dict) or set(known) - set(SIMULATORS):
        raise click.UsageError(f"--keys: a mapping of {', '.join(SIMULATORS)} to keys")
    made = {
        name: simulator(name)(
            home / name,
            peer=peer,
            key=str(known.get(name, "")),
            seed=seed,
            polls=True,
            settings=LIVELY.get(name),
        )
        for name in SIMULATORS
        if not known or name in known
    }
    if "customs-core" in made:
        tell_the_past(made["customs-core"], days)
    stop = threading.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_, lambda *_: stop.set())
    together = Together(made)
    print(json.dumps({"simulators": together.open(host or "127.0.0.1", int(port)), "peer": peer}), flush=True)
    together.run(stop)
    together.close()


def main(arguments: list[str] | None = None) -> None:
    """The entry point; what goes wrong on purpose is one line and exit code 1."""
    try:
        cli.main(arguments, prog_name="motcua-sim", standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (MotCuaError, OSError) as error:
        print(f"motcua-sim: {error}", file=sys.stderr)
        sys.exit(1)
