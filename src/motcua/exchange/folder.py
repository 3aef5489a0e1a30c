"""A folder of this machine instead of a partner: for development, and to watch what would go out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings

from motcua.exchange.transports import FolderSettings, Found, Parcel, file_name
from motcua.lib.errors import Unavailable

IN, OUT, DONE = "in", "out", "done"
# A file that is still being written ends with this; it is renamed when it is whole.
PART = ".part"


def place(asked: FolderSettings) -> Path:
    """The partner's folder, with its three parts made when they are missing."""
    base = Path(settings.HOME) / "exchange" / asked.folder
    for part in (IN, OUT, DONE):
        (base / part).mkdir(parents=True, exist_ok=True)
    return base


def deliver(asked: FolderSettings, parcel: Parcel) -> None:
    """Write the file whole or not at all; the same message again replaces it by itself."""
    try:
        target = place(asked) / OUT / file_name(parcel)
        part = target.with_name(target.name + PART)
        with part.open("wb") as file:
            file.write(parcel.content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        raise Unavailable(f"{asked.folder}: {error}") from error


@contextmanager
def look_in(asked: FolderSettings, largest: int) -> Iterator[Iterator[Found]]:
    """The files that wait, oldest first."""
    try:
        base = place(asked)
        files = sorted(
            (one for one in (base / IN).iterdir() if one.is_file() and not one.name.endswith(PART)),
            key=lambda one: (one.stat().st_mtime, one.name),
        )
    except OSError as error:
        raise Unavailable(f"{asked.folder}: {error}") from error
    yield (_found(one, base / DONE / one.name, largest) for one in files)


def _found(file: Path, done: Path, largest: int) -> Found:
    with file.open("rb") as opened:
        content = opened.read(largest + 1)
    return Found(file.name, content, partial(os.replace, file, done))
