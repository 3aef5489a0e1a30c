"""`motcua ledger` and `motcua recount`: seal, verify, export the ledger; rebuild what is derived and compare."""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, wait
from ctypes import c_longlong
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from motcua.config.cli import setup
from motcua.config.cli.output import bar, language_option, say

if TYPE_CHECKING:
    from motcua.casework.recount import Recount


@click.group()
def ledger() -> None:
    """Seal, verify and export the ledger."""


@ledger.command("seal")
@language_option
def seal_command(language: str) -> None:
    """Seal and sign every event not sealed yet."""
    setup()
    from django.utils import timezone

    from motcua.casework.models import Event, Seal
    from motcua.casework.seal import seal_events

    last = Seal.objects.order_by("-number").first()
    waiting = Event.objects.filter(pk__gt=last.last_event if last else 0).count()
    with bar("Niêm phong · Sealing", waiting) as progress:
        made = seal_events(timezone.now(), progress=progress)
    newest = Seal.objects.order_by("-number").first()
    number = newest.number if newest else 0
    say(
        f"Đã lập {made} dấu niêm; dấu mới nhất số {number}.",
        f"{made} seals made; the newest is number {number}.",
        language,
    )


@ledger.command("verify")
@click.option(
    "--key", "keys", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A published public key (PEM) to trust instead of those kept here; repeat for several.",
)  # fmt: skip
@click.option(
    "--head", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A head or sealed receipt kept from earlier: only with it can a rolled-back ledger be seen.",
)  # fmt: skip
@language_option
def verify_command(keys: tuple[Path, ...], head: Path | None, language: str) -> None:
    """Recompute every chain, seal and message; exit 1 with the first bad place."""
    kept = _kept_head(head) if head else None
    pems = [file.read_bytes() for file in keys] or None
    setup()
    from motcua.casework.models import Event, Seal
    from motcua.casework.seal import verify

    events = Event.objects.count()
    with bar("Kiểm tra · Verifying", events) as progress:
        bad = verify(pems, kept=kept, progress=progress)
    if bad is not None:
        say(
            f"SAI · chỗ sai đầu tiên: {bad.where}. {bad.vi}",
            f"WRONG · first bad place: {bad.where}. {bad.en}",
            language,
        )
        raise SystemExit(1)
    seals = Seal.objects.count()
    say(
        f"ĐÚNG · {events} sự kiện, {seals} dấu niêm: không chỗ nào bị sửa.",
        f"SOUND · {events} events, {seals} seals: nothing was altered.",
        language,
    )


def _kept_head(file: Path) -> dict[str, Any]:
    """The head in a file: a bare head, a signed head, or a sealed receipt."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        for name in ("inclusion", "head"):
            found = found[name] if isinstance(found.get(name), dict) else found
        if not isinstance(found["number"], int) or not isinstance(found["root"], str):
            raise ValueError("number and root are missing")
    except (ValueError, KeyError, AttributeError) as error:
        raise click.BadParameter(f"{file} holds no head of a seal ({error})", param_hint="--head") from None
    head: dict[str, Any] = found
    return head


@ledger.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@language_option
def export_command(file: Path, language: str) -> None:
    """Write the whole ledger to FILE, one JSON object a line, for the offline verifier."""
    setup()
    from motcua.casework.models import Event
    from motcua.casework.seal import export

    lines = 0
    # Written beside and moved into place: a half export must not pass for a ledger with its tail cut.
    handle, draft = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out, bar("Xuất · Exporting", Event.objects.count()) as progress:
            for line in export():
                out.write(line)
                lines += 1
                if lines % 10_000 == 0:
                    progress(10_000)
        os.chmod(draft, 0o644)
        os.replace(draft, file)
    except BaseException:
        os.unlink(draft)
        raise
    say(f"Đã xuất {lines} dòng vào {file}.", f"{lines} lines written to {file}.", language)


@ledger.command("key")
@click.option("--all", "everything", is_flag=True, help="Also every key used before.")
def key_command(everything: bool) -> None:
    """Print the public key (PEM) to be published; receipts and ledgers are checked with it."""
    setup()
    from motcua.casework.seal import public_keys, signer

    for pem in public_keys() if everything else [signer().public_pem()]:
        click.echo(pem.decode("ascii"), nl=False)


@click.command()
@click.option("--repair", is_flag=True, help="Write what the events say where it differs.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that share the cases."
)
@language_option
def recount(repair: bool, jobs: int, language: str) -> None:
    """Rebuild everything derived from events and compare; exit 1 on differences."""
    setup()
    from motcua.casework.models import Case

    began = time.monotonic()
    with bar("Tính lại · Recounting", Case.objects.count()) as progress:
        found = recount_in_parallel(jobs, repair=repair, progress=progress)
    took = max(time.monotonic() - began, 1e-6)
    for one in found.differences:
        click.echo(f"{one.reference}: {', '.join(one.names)}")
    if found.wrong > len(found.differences):
        click.echo(f"… +{found.wrong - len(found.differences)}")
    mended_vi, mended_en = (" (đã sửa)", " (mended)") if repair and found.wrong else ("", "")
    say(
        f"{found.cases} hồ sơ, {found.events} sự kiện: {found.wrong} khác biệt{mended_vi}; "
        f"{found.cases / took:.0f} hồ sơ/giây.",
        f"{found.cases} cases, {found.events} events: {found.wrong} differences{mended_en}; "
        f"{found.cases / took:.0f} cases/s.",
        language,
    )
    if found.wrong:
        raise SystemExit(1)


def recount_in_parallel(jobs: int, *, repair: bool, progress: Callable[[int], None]) -> Recount:
    """Recount with `jobs` processes, each taking the cases of its share; their findings are added up."""
    from motcua.casework.recount import Recount
    from motcua.casework.recount import recount as one_share

    if jobs == 1:
        return one_share(repair=repair, progress=progress)
    from django.db import connections

    # A child must not share our connection to the server: each opens its own.
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    done = processes.Value(c_longlong, 0)
    with ProcessPoolExecutor(
        jobs, mp_context=processes, initializer=_share_counter, initargs=(done,)
    ) as pool:
        waiting = {pool.submit(_recount_share, (k, jobs), repair) for k in range(jobs)}
        shares, shown = [], 0
        while waiting:
            finished, waiting = wait(waiting, timeout=0.2)
            shares += [future.result() for future in finished]
            progress(done.value - shown)
            shown = done.value
    total = Recount()
    for share in shares:
        total.cases += share.cases
        total.events += share.events
        total.wrong += share.wrong
        total.differences += share.differences
    total.differences.sort(key=lambda difference: difference.reference)
    return total


_done: Any = None


def _share_counter(done: Any) -> None:
    global _done
    _done = done


def _recount_share(share: tuple[int, int], repair: bool) -> Recount:
    from django.db import connections

    from motcua.casework.recount import recount as one_share

    def progress(cases: int) -> None:
        with _done.get_lock():
            _done.value += cases

    try:
        return one_share(repair=repair, share=share, progress=progress)
    finally:
        connections.close_all()
