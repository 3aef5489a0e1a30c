"""The national database of procedures over its API: read what is public there, enter a version, make it public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from motcua.lib.errors import Refused, Unavailable
from motcua.publication.drift import Answered

PATH = "/api/v1/procedures"
TIMEOUT_S = 10.0
_MOST_OF_ANSWER = 300


@dataclass(frozen=True)
class National:
    """The door of the database. Every answer is checked before it is believed."""

    url: str
    key: str = ""

    def read_all(self) -> Iterator[Answered]:
        """
        Every record we entered or are named in. What answers another version than the list says, or another procedure than
        was asked for, comes with its trouble; Unavailable when the database itself cannot be reached or speaks nonsense.
        """
        listed = self._ask("GET", PATH).get("procedures")
        if not isinstance(listed, list):
            raise Unavailable(f"{self.url}: the list holds no procedures")
        for one in listed:
            try:
                yield self._one(str(one["id"]), str(one["local_id"]), int(one["version"]), str(one["state"]))
            except (KeyError, TypeError, ValueError) as error:
                raise Unavailable(f"{self.url}: a line of the list lacks {error}") from error

    def _one(self, national_id: str, procedure: str, version: int, state: str) -> Answered:
        told = self._ask("GET", f"{PATH}/{national_id}")
        record = told.get("record")
        trouble = ""
        if told.get("id") != national_id or told.get("local_id") != procedure:
            trouble = (
                f"asked for {national_id} ({procedure}), answered {told.get('id')} ({told.get('local_id')})"
            )
        elif told.get("version") != version:
            trouble = f"the list says version {version}, the record is version {told.get('version')}"
        elif not isinstance(record, dict):
            trouble = "the record is empty"
        known = record if isinstance(record, dict) else {}
        return Answered(procedure, national_id, version, state, known, trouble)

    def history(self, national_id: str) -> list[dict[str, Any]]:
        """The versions of a record, oldest first."""
        found = self._ask("GET", f"{PATH}/{national_id}/history").get("versions")
        return list(found) if isinstance(found, list) else []

    def enter(self, procedure: str, record: dict[str, Any], by: str) -> tuple[str, int]:
        """Enter a version; the id of the record and the number of the version. It is not public yet."""
        told = self._ask("POST", PATH, {"local_id": procedure, "record": record, "by": by})
        return str(told["id"]), int(told["version"])

    def publish(self, national_id: str, version: int, by: str) -> None:
        """Make an entered version public; the database refuses whoever entered it."""
        self._ask("POST", f"{PATH}/{national_id}/publish", {"version": version, "by": by})

    def abolish(self, national_id: str, by: str) -> None:
        """Take a record out of the public."""
        self._ask("POST", f"{PATH}/{national_id}/abolish", {"by": by})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            with httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client:
                answer = client.request(method, f"{self.url.rstrip('/')}{path}", json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable(f"{self.url}: {type(error).__name__}: {error}") from error
        said = f"{answer.status_code}: {answer.text[:_MOST_OF_ANSWER]}"
        if answer.status_code in {400, 403, 404, 409, 422}:
            raise Refused(
                f"Cơ sở dữ liệu quốc gia từ chối: {said}",
                f"The national database refuses: {said}",
                place=path,
            )
        if not answer.is_success:
            raise Unavailable(f"{self.url}{path}: {said}")
        try:
            told = answer.json()
        except ValueError as error:
            raise Unavailable(f"{self.url}{path}: the answer is no JSON") from error
        if not isinstance(told, dict):
            raise Unavailable(f"{self.url}{path}: the answer is no object")
        return told


def site_shows(url: str) -> dict[str, str]:
    """What a running site says is in force: procedure -> digest, from its open data."""
    try:
        answer = httpx.get(f"{url.rstrip('/')}/open-data/procedures.json", timeout=TIMEOUT_S, trust_env=False)
        answer.raise_for_status()
        return {str(one["procedure"]): str(one["sha256"]) for one in answer.json()["procedures"]}
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"{url}: {type(error).__name__}: {error}") from error
