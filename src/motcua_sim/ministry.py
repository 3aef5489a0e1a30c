"""A line ministry: takes applications for inspection into its own queue, and its officers work them off in their own time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from motcua.lib import nsw_envelope, xmldoc
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.nsw_envelope import Envelope
from motcua_sim.base import Simulator
from motcua_sim.envelope import End, envelope
from motcua_sim.store import Incoming
from motcua_sim.things import Dice

TYPE = nsw_envelope.TYPE
CODES = {
    "MARD": "BNNPTNT",
    "MAE": "BNNMT",
    "MOH": "BYT",
    "MOIT": "BCT",
    "MOST": "BKHCN",
    "MONRE": "BTNMT",
    "MIC": "BTTTT",
    "MOC": "BXD",
}
AGENCIES = {"MARD": "Chi cục Thú y vùng II", "MOH": "Viện Kiểm nghiệm an toàn vệ sinh thực phẩm quốc gia"}

# What an officer does in this state of a file -> (message type, function).
KINDS = {
    "accept": ("12", "21"), "refuse": ("12", "26"), "supplement": ("12", "25"), "assign": ("12", "27"), "sample": ("12", "28"),
    "tested": ("16", "04"), "result": ("19", "04"), "recall": ("20", "05"), "exempt": ("22", "21"), "agree": ("11", "21"),
    "decline": ("11", "26"),
}  # fmt: skip
OUTCOMES = {"passed": "1", "failed": "2", "reduced": "3", "exempt": "4"}


class Ministry(Simulator):
    """
    Accepts, asks for supplements, takes samples, tests, decides, and sometimes takes a result back.

    Every file lies in its queue until an officer is free; an act takes an officer a quarter of an hour or two. Requests to
    edit and to cancel are agreed or declined. Messages that cannot be read are answered 22, all others 99.
    """

    name = "ministry"
    title = Text("Bộ quản lý chuyên ngành (mô phỏng)", "A line ministry, simulated")
    options = {
        "ministry": "MARD",
        "officers": "3",
        "supplements": "0.1",
        "samples": "0.3",
        "failures": "0.03",
        "recalls": "0.02",
    }

    @property
    def end(self) -> End:
        """How it signs."""
        code = CODES.get(self.settings["ministry"], self.settings["ministry"])
        return End(AGENCIES.get(self.settings["ministry"], code), code, code)

    # What comes in ---------------------------------------------------------------------------------------------

    def took(self, message: Incoming, now: datetime) -> None:
        """Put an application, a supplement or a request into the queue; say that it came."""
        if message.type != TYPE:
            raise Refused(
                f"Không nhận loại {message.type}.", f"{message.type} is not taken here.", place="type"
            )
        try:
            found = nsw_envelope.read(message.content)
        except Refused as error:
            raise Refused(
                "Không đọc được phong bì.", "The envelope cannot be read.", place=error.place
            ) from error
        header = found.header
        if header.is_answer:
            self.note("answered", reference=header.previous, function=header.function)
            return
        if found.findings:
            self._receipt(found, message, "22", now, found.findings[0].en)
            return
        if header.receiver.ministry and header.receiver.ministry != self.end.identity:
            self._receipt(found, message, "22", now, "not for this ministry")
            return
        self._receipt(found, message, "99", now)
        self._queue(found, now)

    def _receipt(
        self, found: Envelope, message: Incoming, function: str, now: datetime, why: str = ""
    ) -> None:
        header = found.header
        reference = f"R-{header.message_id}"[:100]
        error = {"Error": {"code": "sim", "text": why}} if why else {"at": now.isoformat()}
        content = self._message(
            reference, header.document_type, (header.type, function), header.reference, error, now
        )
        text = content.decode().replace(
            "<documentYear>", f"<preReference>{header.message_id}</preReference><documentYear>", 1
        )
        self.answer(message, type=TYPE, content=text.encode(), reference=reference)

    def _queue(self, found: Envelope, now: datetime) -> None:
        header, body = found.header, found.content
        code, kind = header.reference, (header.type, header.function)
        file = self.store.recall("file", code)
        if kind in {("10", "01"), ("21", "01")}:
            if file is not None:
                return
            file = {
                "code": code, "document": header.document_type, "state": "exempt" if kind[0] == "21" else "new",
                "lines": _lines(body), "arrived": now.isoformat(),
            }  # fmt: skip
            self._put(file, now, 20, 110, "arrival")
        elif file is None:
            self.note("unknown-file", code=code)
        elif kind[0] == "11":
            number = nsw_envelope.text(body, "number")
            asked = {"code": code, "number": number, "document": header.document_type}
            self.store.remember(
                "request",
                f"{code}/{number or header.message_id}",
                asked | {"due": _iso(now + timedelta(minutes=30))},
            )
        elif kind in {("10", "02"), ("17", "02")} and file["state"] == "asked":
            file["state"] = "accepted"
            self._put(file, now, 30, 300, "supplemented")

    def _put(self, file: dict[str, Any], now: datetime, low: int, high: int, question: str) -> None:
        file["due"] = _iso(now + timedelta(minutes=self._dice(file).number(low, high, question)))
        self.store.remember("file", file["code"], file)

    def _dice(self, file: dict[str, Any]) -> Dice:
        return Dice(self.seed, "ministry", file["code"])

    # What its officers do --------------------------------------------------------------------------------------

    def act(self, now: datetime) -> str:
        """Let a free officer take the file that has waited longest."""
        officer = self._free(now)
        if officer is None:
            return ""
        for key, asked in sorted(self.store.recall_all("request").items()):
            if asked["due"] and datetime.fromisoformat(asked["due"]) <= now:
                return self._answer_request(key, asked, officer, now)
        waiting = [one for one in self.store.recall_all("file").values() if one.get("due")]
        due = [one for one in waiting if datetime.fromisoformat(one["due"]) <= now]
        if not due:
            return ""
        file = min(due, key=lambda one: (one["due"], one["code"]))
        self._busy(officer, now, file)
        return self._work(file, officer, now)

    def _free(self, now: datetime) -> int | None:
        for officer in range(int(self.settings["officers"])):
            until = self.store.recall("officer", str(officer))
            if until is None or datetime.fromisoformat(until) <= now:
                return officer
        return None

    def _busy(self, officer: int, now: datetime, file: dict[str, Any]) -> None:
        minutes = self._dice(file).number(10, 25, "work", file["state"])
        self.store.remember("officer", str(officer), _iso(now + timedelta(minutes=minutes)))

    def _work(self, file: dict[str, Any], officer: int, now: datetime) -> str:
        dice, state = self._dice(file), file["state"]
        if state == "exempt":
            file["state"], file["due"] = "done", ""
            self._say(file, "exempt", {"number": f"{file['code']}/MG"}, now)
        elif state == "new":
            file["state"] = (
                "asking" if dice.falls(float(self.settings["supplements"]), "supplement") else "accepted"
            )
            self._say(file, "accept", {"officer": f"officer-{officer}"}, now)
            self._put(file, now, 30, 240, "read")
        elif state == "asking":
            file["state"], file["due"] = "asked", ""
            desk = dice.one(("one-stop", "specialist"), "desk")
            self._say(
                file,
                "supplement",
                {"desk": desk, "code": "papers", "text": "Bổ sung giấy chứng nhận của nước xuất khẩu."},
                now,
            )
        elif state == "accepted" and dice.falls(float(self.settings["samples"]), "sample"):
            file["state"] = "sampled"
            self._say(file, "sample", {"sampleNo": f"{file['code']}/M1", "text": "Chỉ tiêu vi sinh"}, now)
            self._put(file, now, 300, 1400, "laboratory")
        elif state == "sampled":
            file["state"], file["outcome"] = "tested", self._outcome(dice)
            tested = "2" if file["outcome"] == "failed" else "1"
            self._say(
                file, "tested", {"sampleNo": f"{file['code']}/M1", "outcome": tested, "number": "PTN-01"}, now
            )
            self._put(file, now, 30, 200, "decide")
        elif state in {"accepted", "tested"}:
            self._decide(file, dice, now)
        elif state == "decided":
            file["state"], file["due"] = "recalled", ""
            self._say(file, "recall", {"text": "Thu hồi để kiểm tra lại.", "code": "mistake"}, now)
        if not file.get("due"):
            file["due"] = ""
        self.store.remember("file", file["code"], file)
        return f"{file['code']}: {state} -> {file['state']}"

    def _decide(self, file: dict[str, Any], dice: Dice, now: datetime) -> None:
        outcome = file.get("outcome") or self._outcome(dice)
        covers = [
            {"declarationNo": line["declaration"], "declarationLine": line["declaration_line"], "goodsLine": line["line"],
             "quantity": line["quantity"], "unit": line["unit"]}
            for line in file["lines"] if line["declaration"]
        ]  # fmt: skip
        number = f"{self.store.next_number('result')}/KQ-{self.end.identity}"
        fields: dict[str, Any] = {
            "number": number,
            "outcome": OUTCOMES[outcome],
            "agency": self.end.name,
            "issuedOn": f"{now:%Y-%m-%d}",
        }
        if covers:
            fields["Covers"] = {"Cover": covers}
        self._say(file, "result", fields, now)
        file["state"], file["outcome"], file["due"] = "decided", outcome, ""
        if outcome != "failed" and dice.falls(float(self.settings["recalls"]), "recall"):
            self._put(file, now, 1440, 10_000, "recalled")

    def _outcome(self, dice: Dice) -> str:
        if dice.falls(float(self.settings["failures"]), "failed"):
            return "failed"
        return "reduced" if dice.falls(0.08, "reduced") else "passed"

    def _answer_request(self, key: str, asked: dict[str, Any], officer: int, now: datetime) -> str:
        file = self.store.recall("file", asked["code"]) or {
            "code": asked["code"],
            "document": asked["document"],
            "state": "",
        }
        agrees = file["state"] not in {"decided", "recalled"} and self._dice(file).falls(0.8, "agree", key)
        act = "agree" if agrees else "decline"
        self._say(
            file,
            act,
            {"request": asked["number"], "text": "" if agrees else "Hồ sơ đã có kết quả."},
            now,
            tail=asked["number"],
        )
        self.store.remember("request", key, asked | {"due": ""})
        self._busy(officer, now, file)
        return f"request {key}: {act}"

    def _say(
        self, file: dict[str, Any], act: str, fields: dict[str, Any], now: datetime, *, tail: str = ""
    ) -> None:
        number = self.store.next_number("said")
        reference = f"{self.end.identity}-{number:07d}"
        content = self._message(
            reference, file["document"], KINDS[act], file["code"], {**fields, "at": now.isoformat()}, now
        )
        self.send(reference=reference, type=TYPE, content=content)
        self.note("said", act=act, code=file["code"], reference=reference, about=tail)

    def _message(
        self,
        reference: str,
        document: str,
        kind: tuple[str, str],
        code: str,
        fields: dict[str, Any],
        now: datetime,
    ) -> bytes:
        name = "Errors" if "Error" in fields else "Notice"
        return envelope(
            message_id=reference, sender=self.end, at=now, document=document, type=kind[0], function=kind[1], reference=code,
            content=(name, fields),
        )  # fmt: skip

    # What it can be told ---------------------------------------------------------------------------------------

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What it can be told."""
        return super().orders() | {
            "decide": self._order_decide,
            "recall": self._order_recall,
            "queue": self._order_queue,
        }

    def _order_decide(self, body: dict[str, Any]) -> object:
        """{"file": F, "outcome": "failed"}: decide a file now, whatever its officers were about to do."""
        file = self._known(body)
        file["outcome"] = body.get("outcome", "passed")
        if file["outcome"] not in OUTCOMES:
            raise Refused("Kết quả lạ.", f"The outcome is one of {', '.join(OUTCOMES)}.", place="outcome")
        self._decide(file, self._dice(file), self.clock.now())
        self.store.remember("file", file["code"], file)
        return file["state"]

    def _order_recall(self, body: dict[str, Any]) -> object:
        """{"file": F}: take the result of a file back."""
        file = self._known(body)
        self._say(file, "recall", {"text": "Thu hồi theo lệnh.", "code": "order"}, self.clock.now())
        file["state"], file["due"] = "recalled", ""
        self.store.remember("file", file["code"], file)
        return file["state"]

    def _order_queue(self, body: dict[str, Any]) -> object:
        """{}: what lies in its queue, by state."""
        states = [file["state"] for file in self.store.recall_all("file").values()]
        return {state: states.count(state) for state in sorted(set(states))}

    def _known(self, body: dict[str, Any]) -> dict[str, Any]:
        file: dict[str, Any] | None = self.store.recall("file", str(body.get("file")))
        if file is None:
            raise Refused("Không có hồ sơ này.", "There is no such file.", place="file")
        return file


def _iso(at: datetime) -> str:
    return at.isoformat()


def _lines(body: xmldoc.Element | None) -> list[dict[str, str]]:
    """The goods of an application, as far as a result must name them again."""
    holder = nsw_envelope.child(body, "GoodsList")
    return [
        {
            "line": nsw_envelope.text(one, "lineNo"), "quantity": nsw_envelope.text(one, "quantity"),
            "unit": nsw_envelope.text(one, "unit"), "declaration": nsw_envelope.text(one, "declarationNo"),
            "declaration_line": nsw_envelope.text(one, "declarationLine"),
        }
        for one in nsw_envelope.children(holder, "Goods")
    ]  # fmt: skip
