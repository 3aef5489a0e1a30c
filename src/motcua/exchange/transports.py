"""
The ways to a partner, each with its settings as a frozen dataclass: what stands in `Partner.settings` is read here.

A transport carries one parcel out (`deliver`); one that has a folder to look into also brings things in (`look_in`).
Unavailable means that it may go through later, Refused that the partner will not have it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.lib.errors import Invalid
from motcua.lib.findings import Finding


class Parcel(NamedTuple):
    """One message on its way out; `answers` is the partner's own reference where this answers it."""

    reference: str
    type: str
    content: bytes
    sha256: str
    answers: str = ""


@dataclass(frozen=True)
class PollSettings:
    """The partner fetches from our outbox; there is nothing to set."""


@dataclass(frozen=True)
class HttpsSettings:
    """
    An address that takes our messages. `key_file` holds the key we present, `certificate_file` our client certificate
    with its key, `authority_file` the authority that signed the partner's; all lie in the keys folder.
    """

    url: str
    key_file: str = ""
    certificate_file: str = ""
    authority_file: str = ""
    timeout_s: int = 30


@dataclass(frozen=True)
class SftpSettings:
    """
    A folder on the partner's server: we pick up from `inbox` and drop into `outbox`.

    `host_key` is the server's public key as in known_hosts ("ssh-ed25519 AAAA…"); we speak to no other.
    """

    host: str
    user: str
    key_file: str
    host_key: str
    port: int = 22
    inbox: str = "to-motcua"
    outbox: str = "from-motcua"
    timeout_s: int = 30


@dataclass(frozen=True)
class FolderSettings:
    """A folder of this machine below `exchange` in the home folder, for trying out."""

    folder: str


class Found(NamedTuple):
    """A file that was brought in; `keep` puts it away once its message is stored."""

    name: str
    content: bytes
    put_away: Callable[[], None]


class Transport(Protocol):
    """What every way out can do; `look_in` is None where there is nothing to look into."""

    def deliver(self, asked: Any, parcel: Parcel) -> None: ...


Settings = PollSettings | HttpsSettings | SftpSettings | FolderSettings
Look = Callable[[Any, int], AbstractContextManager[Iterator[Found]]]

SETTINGS: dict[str, type[Settings]] = {
    "poll": PollSettings,
    "https": HttpsSettings,
    "sftp": SftpSettings,
    "folder": FolderSettings,
}
DELIVER: dict[str, str] = {
    "https": "motcua.exchange.https.deliver",
    "sftp": "motcua.exchange.sftp.deliver",
    "folder": "motcua.exchange.folder.deliver",
}
LOOK_IN: dict[str, str] = {
    "sftp": "motcua.exchange.sftp.look_in",
    "folder": "motcua.exchange.folder.look_in",
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
T = TypeVar("T")


def deliver(transport: str, given: Mapping[str, Any], parcel: Parcel) -> None:
    """Carry a parcel to a partner."""
    carry: Callable[[Settings, Parcel], None] = import_string(DELIVER[transport])
    carry(read_settings(transport, given), parcel)


def look_in(
    transport: str, given: Mapping[str, Any], largest: int
) -> AbstractContextManager[Iterator[Found]]:
    """The files that wait in a partner's folder; a larger one than may come is left out with its content cut short."""
    look: Look = import_string(LOOK_IN[transport])
    return look(read_settings(transport, given), largest)


def read_settings(transport: str, given: Mapping[str, Any]) -> Settings:
    """The settings of a transport; Invalid with every fault at once."""
    shape = SETTINGS[transport]
    known: dict[str, Field[Any]] = {one.name: one for one in fields(shape)}
    faults = [
        _fault(name, f"Không có mục '{name}'.", f"There is no setting '{name}'.")
        for name in given
        if name not in known
    ]
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name not in given:
            if field.default is MISSING:
                faults.append(_fault(name, f"Thiếu mục '{name}'.", f"The setting '{name}' is missing."))
            continue
        value = given[name]
        wanted = int if field.type in ("int", int) else str
        if isinstance(value, bool) or not isinstance(value, wanted):
            kind = ("một số nguyên", "a whole number") if wanted is int else ("một chuỗi", "a text")
            faults.append(_fault(name, f"'{name}' phải là {kind[0]}.", f"'{name}' must be {kind[1]}."))
            continue
        faults += _unfit(name, value)
        values[name] = value
    if faults:
        raise Invalid(faults)
    return shape(**values)


def _unfit(name: str, value: Any) -> Iterator[Finding]:
    if name == "url" and not _is_fit(value):
        yield _fault(
            name, "Địa chỉ phải bắt đầu bằng https:// (http:// chỉ cho máy này, khi thử).",
            "The address must begin with https:// (http:// only for this machine, for trying out).",
        )  # fmt: skip
    if name.endswith("_file") and value and not _NAME.fullmatch(value):
        yield _fault(
            name, f"'{name}' là tên tệp trong thư mục khóa, không có đường dẫn.",
            f"'{name}' is the name of a file in the keys folder, without a path.",
        )  # fmt: skip
    if name == "folder" and not _NAME.fullmatch(value):
        yield _fault(
            name,
            "'folder' là một tên thư mục, không có đường dẫn.",
            "'folder' is one name of a folder, without a path.",
        )
    if name in {"port", "timeout_s"} and not 0 < value < 65536:
        yield _fault(name, f"'{name}' ngoài khoảng cho phép.", f"'{name}' is out of range.")
    if name == "host_key" and len(value.split()) < 2:
        yield _fault(
            name, "Khóa máy chủ viết như trong known_hosts: 'ssh-ed25519 AAAA…'.",
            "The host key is written as in known_hosts: 'ssh-ed25519 AAAA…'.",
        )  # fmt: skip


def _is_fit(url: str) -> bool:
    local = settings.DEVELOPMENT and re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)", url)
    return url.startswith("https://") or bool(local)


def _fault(name: str, vi: str, en: str) -> Finding:
    return Finding("setting", f"settings.{name}", vi, en)


def key_path(name: str) -> Path:
    """A file of the keys folder; its name has been checked to be no path."""
    return Path(settings.KEYS) / "exchange" / name


def file_name(parcel: Parcel) -> str:
    """What a parcel is called in a folder: readable, and the same for the same message."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", parcel.reference).strip("._")[:80] or "message"
    return f"{readable}-{parcel.sha256[:8]}.{_ENDINGS.get(parcel.type.partition('-')[0], 'dat')}"


_ENDINGS = {"edifact": "edi", "xml": "xml", "nsw": "xml", "json": "json", "xlsx": "xlsx"}
