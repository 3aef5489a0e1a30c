"""
A partner's SFTP server: we pick up from one folder and drop into another, as a client.

A file is written under a name ending in `.part` and renamed when it is whole, both ways; what was stored moves to `done`.
The server is known by its host key, and by nothing else.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import paramiko

from motcua.exchange.transports import Found, Parcel, SftpSettings, file_name, key_path
from motcua.lib.errors import Unavailable

PART, DONE = ".part", "done"


def deliver(asked: SftpSettings, parcel: Parcel) -> None:
    """Write the file under another name, then rename it: the partner never sees half a message."""
    with _connected(asked) as sftp:
        target = posixpath.join(asked.outbox, file_name(parcel))
        with sftp.open(target + PART, "wb") as file:
            file.set_pipelined(True)
            file.write(parcel.content)
        sftp.posix_rename(target + PART, target)


@contextmanager
def look_in(asked: SftpSettings, largest: int) -> Iterator[Iterator[Found]]:
    """The files that wait, oldest first; the connection stays open while they are read."""
    with _connected(asked) as sftp:
        names = [
            entry.filename
            for entry in sorted(
                sftp.listdir_attr(asked.inbox), key=lambda one: (one.st_mtime or 0, one.filename)
            )
            if stat.S_ISREG(entry.st_mode or 0) and not entry.filename.endswith(PART)
        ]
        yield (_found(sftp, asked.inbox, name, largest) for name in names)


def _found(sftp: paramiko.SFTPClient, inbox: str, name: str, largest: int) -> Found:
    with sftp.open(posixpath.join(inbox, name), "rb") as file:
        content = file.read(largest + 1)
    return Found(name, content, partial(_put_away, sftp, inbox, name))


def _put_away(sftp: paramiko.SFTPClient, inbox: str, name: str) -> None:
    folder = posixpath.join(inbox, DONE)
    with suppress(OSError):
        sftp.mkdir(folder)
    sftp.posix_rename(posixpath.join(inbox, name), posixpath.join(folder, name))


@contextmanager
def _connected(asked: SftpSettings) -> Iterator[paramiko.SFTPClient]:
    """A session; whatever goes wrong with the line or the partner's folders is Unavailable."""
    transport = None
    try:
        key = paramiko.PKey.from_path(key_path(asked.key_file))
        transport = _transport(asked)
        transport.start_client(timeout=asked.timeout_s)
        _check(asked, transport.get_remote_server_key())
        transport.auth_publickey(asked.user, key)
        sftp = paramiko.SFTPClient.from_transport(transport)
        if sftp is None:
            raise Unavailable(f"{asked.host}: no SFTP session is opened")
        sftp.get_channel().settimeout(asked.timeout_s)
        yield sftp
    except (paramiko.SSHException, OSError, EOFError, ValueError) as error:
        raise Unavailable(f"sftp://{asked.host}:{asked.port}: {type(error).__name__}: {error}") from error
    finally:
        if transport is not None:
            transport.close()


def _transport(asked: SftpSettings) -> paramiko.Transport:
    return paramiko.Transport(socket.create_connection((asked.host, asked.port), timeout=asked.timeout_s))


def _check(asked: SftpSettings, shown: paramiko.PKey) -> None:
    """The key the server shows must be the one that was agreed."""
    name, _, rest = asked.host_key.strip().partition(" ")
    try:
        agreed = base64.b64decode(rest.split()[0], validate=True)
    except (binascii.Error, IndexError) as error:
        raise Unavailable(f"{asked.host}: the agreed host key cannot be read") from error
    if (shown.get_name(), shown.asbytes()) != (name, agreed):
        raise Unavailable(
            f"{asked.host} shows another host key than agreed (SHA256:{shown.get_fingerprint().hex()})"
        )
