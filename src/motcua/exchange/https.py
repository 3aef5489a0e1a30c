"""Delivery over HTTPS, in the form in which partners send to us."""

from __future__ import annotations

import email.utils
import os
import ssl
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus

import httpx

from motcua.exchange.transports import HttpsSettings, Parcel, key_path
from motcua.lib.errors import Refused, Unavailable

# What says that the message itself will not do; everything else (a key, an address, a fault of theirs) may be mended.
_REFUSALS = frozenset(
    {
        HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)  # fmt: skip
_MOST_OF_ANSWER = 2_000


class Busy(Unavailable):
    """The partner says when to come again."""

    def __init__(self, text: str, after: timedelta | None) -> None:
        super().__init__(text)
        self.after = after


def deliver(asked: HttpsSettings, parcel: Parcel) -> None:
    """POST the bytes; any 2xx means delivered. A redirect is not followed: the address was agreed."""
    headers = {
        "Content-Type": "application/octet-stream",
        "Motcua-Type": parcel.type,
        "Motcua-Reference": parcel.reference,
        "Motcua-Sha256": parcel.sha256,
    }
    if parcel.answers:
        headers["Motcua-Answers"] = parcel.answers
    try:
        if asked.key_file:
            headers["Authorization"] = f"Bearer {key_path(asked.key_file).read_text().strip()}"
        with httpx.Client(verify=_context(asked), timeout=asked.timeout_s, trust_env=False) as client:
            response = client.post(asked.url, content=parcel.content, headers=headers)
    except (httpx.HTTPError, ssl.SSLError, OSError) as error:
        raise Unavailable(f"{asked.url}: {type(error).__name__}: {error}") from error
    if response.is_success:
        return
    said = f"{response.status_code} {response.reason_phrase}: {response.text[:_MOST_OF_ANSWER]}"
    if response.status_code in _REFUSALS:
        raise Refused(f"Đối tác từ chối: {said}", f"The partner refuses: {said}", place="partner")
    raise Busy(f"{asked.url}: {said}", _after(response))


def _context(asked: HttpsSettings) -> ssl.SSLContext | bool:
    """What is trusted and shown; read again when a file was renewed. Nothing for http://, which stays on this machine."""
    if asked.url.startswith("http://"):
        return False
    files = tuple(
        str(key_path(name)) if name else "" for name in (asked.authority_file, asked.certificate_file)
    )
    return _loaded(files[0], files[1], tuple(os.stat(file).st_mtime_ns if file else 0 for file in files))


@lru_cache(maxsize=64)
def _loaded(authority: str, certificate: str, written: tuple[int, ...]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority or None)
    if certificate:
        context.load_cert_chain(certificate)
    return context


def _after(response: httpx.Response) -> timedelta | None:
    told = response.headers.get("Retry-After", "").strip()
    if told.isdigit():
        return timedelta(seconds=min(int(told), 86_400))
    try:
        moment = email.utils.parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(timedelta(), moment.astimezone(UTC) - datetime.now(UTC))
