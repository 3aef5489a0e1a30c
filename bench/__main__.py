"""`python -m bench` prints every measured figure; `python -m bench filing` one of them."""

from __future__ import annotations

import argparse
import importlib
import signal
import subprocess
import sys

from bench.stack import ROOT, environment, machine

MEASURES = (
    "load",
    "filing",
    "exchange",
    "report06a",
    "pages",
    "recount",
    "verifier",
    "edifact",
    "manifest",
    "xml",
    "requirements",
    "matching",
    "origin",
    "timerelease",
)


def main() -> int:
    """Run one measure here, or each in a process of its own: settings are read once a process, and homes differ."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(MEASURES))
    parser.add_argument("--full", action="store_true", help="full sizes: 130,000 cases, ten million dossiers")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    # Told to stop, we still stop the server and take the folder away.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    names = options.names or list(MEASURES)
    if unknown := set(names) - set(MEASURES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}")
    if options.inside:
        report = importlib.import_module(f"bench.{names[0]}").report
        print(report(full=options.full).text(), flush=True)
        return 0
    for name, value in machine():
        print(f"{name:<10} {value}")
    command = [sys.executable, "-m", "bench", "--inside", *(["--full"] if options.full else [])]
    codes = [
        subprocess.run([*command, name], cwd=ROOT, env=environment(), check=False).returncode
        for name in names
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
