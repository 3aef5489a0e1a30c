"""The national database of administrative procedures: records with ids, versions and history, behind an API."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua_sim.base import Simulator
from motcua_sim.wire import Reply, problem, reply

PATH = "/api/v1/procedures"
_ONE = re.compile(rf"{PATH}/(?P<id>[0-9.]+)(?P<part>/history|/publish|/abolish)?")


class NationalDatabase(Simulator):
    """
    Takes versions of procedures, gives ids, makes public what somebody else has checked, and tells the history.

    Its people misbehave when told to: one edits a public record by hand (`edit`), one record answers an older version than
    the list says (`stale`), a record is taken out of the public (`abolish`). The dials of the line work as everywhere.
    """

    name = "national-database"
    title = Text(
        "Cơ sở dữ liệu quốc gia về thủ tục hành chính (mô phỏng)",
        "The national database of procedures, simulated",
    )
    options = {"first": "1.009001"}

    def exchange(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Reply:
        """The API; everything else is the gateway's protocol, which this partner does not need."""
        if not path.startswith(PATH):
            return super().exchange(method, path, headers, content)
        if self.accept and headers.get("authorization") != f"Bearer {self.accept}":
            return problem(401, "bad-key", "the key is missing or unknown")
        with self.store.transaction():
            if path == PATH:
                return self._list() if method == "GET" else self._enter(_body(content))
            match = _ONE.fullmatch(path)
            kept = self.store.recall("procedure", match["id"]) if match else None
            if match is None or kept is None:
                return problem(404, "not-found", f"there is no {method} {path}")
            acts = {"/publish": self._publish, "/abolish": self._abolish}
            if method == "POST" and match["part"] in acts:
                return acts[match["part"]](kept, _body(content))
            if method == "GET" and match["part"] in {None, "/history"}:
                return self._history(kept) if match["part"] else self._show(kept)
        return problem(405, "method", f"{method} is not taken here")

    def _list(self) -> Reply:
        found = self.store.recall_all("procedure").values()
        lines = [
            {
                "id": one["id"], "local_id": one["local_id"], "state": one["state"],
                "version": one["public"] or len(one["versions"]),
            }
            for one in sorted(found, key=lambda one: str(one["id"]))
        ]  # fmt: skip
        return reply({"procedures": lines})

    def _show(self, kept: dict[str, Any]) -> Reply:
        number = kept.get("stale") or kept["public"] or len(kept["versions"])
        version = kept["versions"][number - 1]
        return reply({
            "id": kept["id"], "local_id": kept["local_id"], "version": number, "state": kept["state"],
            "entered_by": version["by"], "entered_at": version["at"], "record": version["record"],
        })  # fmt: skip

    def _history(self, kept: dict[str, Any]) -> Reply:
        versions = [
            {"version": number, "by": one["by"], "at": one["at"], "how": one["how"], "public_by": one.get("public_by", "")}
            for number, one in enumerate(kept["versions"], 1)
        ]  # fmt: skip
        return reply({"id": kept["id"], "versions": versions})

    def _enter(self, body: dict[str, Any]) -> Reply:
        local, record, by = body.get("local_id"), body.get("record"), body.get("by")
        if not local or not by or not isinstance(record, dict) or not record.get("title"):
            return problem(422, "incomplete", "local_id, by and a record with a title are needed")
        kept = next(
            (one for one in self.store.recall_all("procedure").values() if one["local_id"] == local), None
        )
        if kept is None:
            group, _, number = self.settings["first"].partition(".")
            number = str(int(number) + self.store.next_number("procedure") - 1).zfill(len(number))
            kept = {
                "id": f"{group}.{number}",
                "local_id": local,
                "state": "entered",
                "public": 0,
                "versions": [],
            }
        elif kept["versions"][-1]["record"] == record:
            return reply({"id": kept["id"], "version": len(kept["versions"]), "state": kept["state"]})
        self._version(kept, record, str(by), "entered")
        self.note("entered", id=kept["id"], local_id=local, version=len(kept["versions"]))
        return reply({"id": kept["id"], "version": len(kept["versions"]), "state": kept["state"]}, 201)

    def _version(self, kept: dict[str, Any], record: dict[str, Any], by: str, how: str) -> None:
        kept["versions"].append({"record": record, "by": by, "at": self.clock.now().isoformat(), "how": how})
        self.store.remember("procedure", kept["id"], kept)

    def _publish(self, kept: dict[str, Any], body: dict[str, Any]) -> Reply:
        number, by = body.get("version"), str(body.get("by") or "")
        if not isinstance(number, int) or not 1 <= number <= len(kept["versions"]):
            return problem(422, "version", f"{kept['id']} has versions 1 to {len(kept['versions'])}")
        version = kept["versions"][number - 1]
        if not by or by == version["by"]:
            return problem(403, "four-eyes", "whoever entered a version does not make it public")
        version["public_by"] = by
        kept |= {"public": number, "state": "public"}
        self.store.remember("procedure", kept["id"], kept)
        self.note("published", id=kept["id"], version=number, by=by)
        return reply({"id": kept["id"], "version": number, "state": "public"})

    def _abolish(self, kept: dict[str, Any], body: dict[str, Any]) -> Reply:
        kept["state"] = "abolished"
        self.store.remember("procedure", kept["id"], kept)
        self.note("abolished", id=kept["id"], by=body.get("by"))
        return reply({"id": kept["id"], "version": kept["public"], "state": "abolished"})

    # What it can be told ---------------------------------------------------------------------------------------

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What its people do unasked."""
        return {**super().orders(), "edit": self._edit, "stale": self._stale, "abolish": self._order_abolish}

    def _kept(self, body: dict[str, Any]) -> dict[str, Any]:
        named = {body.get("id"), body.get("local_id")}
        for one in self.store.recall_all("procedure").values():
            if one["id"] in named or one["local_id"] in named:
                return dict(one)
        raise Refused("Không có thủ tục này.", "There is no such procedure.", place="id")

    def _edit(self, body: dict[str, Any]) -> object:
        """{"id": I, "field": F, "value": V}: somebody changes one field of the public record by hand, without a word."""
        kept = self._kept(body)
        number = kept["public"] or len(kept["versions"])
        record = {**kept["versions"][number - 1]["record"], str(body["field"]): body.get("value")}
        self._version(kept, record, "editor", "edited by hand")
        if kept["public"]:
            kept["public"] = len(kept["versions"])
        self.store.remember("procedure", kept["id"], kept)
        return kept["id"]

    def _stale(self, body: dict[str, Any]) -> object:
        """{"id": I, "version": N}: from now on the record answers this version whatever the list says; 0 ends it."""
        kept = self._kept(body)
        kept["stale"] = int(body.get("version") or 0)
        self.store.remember("procedure", kept["id"], kept)
        return kept["id"]

    def _order_abolish(self, body: dict[str, Any]) -> object:
        """{"id": I}: take the record out of the public."""
        kept = self._kept(body)
        kept["state"] = "abolished"
        self.store.remember("procedure", kept["id"], kept)
        return kept["id"]


def _body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        raise Refused("Nội dung không phải JSON.", "The body is not JSON.", place="body") from None
    if not isinstance(body, dict):
        raise Refused("Nội dung phải là một đối tượng.", "The body must be an object.", place="body")
    return body
