"""
The gateway of the ASEAN Single Window with its ten members: certificates signed by each, answers, questions, ends.

Its members sign with test keys of their own, made at the first start in the folder of the simulator. A development site
trusts them once `motcua origin trust DIR` has read the folder `trust` beside them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused
from motcua.lib.worktime import VIETNAM
from motcua.lib.xmlsign import SigningKey, make_key, sign
from motcua_sim.base import Simulator
from motcua_sim.store import Incoming
from motcua_sim.things import GOODS, Dice, tax_code

MEMBERS = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "VN")
NAMESPACE = "urn:motcua:form-d:1"
FORM, NOTICE = "xml-formd", "xml-formdnotice"
PORTS = {
    "BN": "BNMUA", "ID": "IDJKT", "KH": "KHKOS", "LA": "LAVTE", "MM": "MMRGN", "MY": "MYPKG", "PH": "PHMNL",
    "SG": "SGSIN", "TH": "THLCH", "VN": "VNHPH",
}  # fmt: skip
# Who sends how much to Viet Nam; invented.
SENDERS = ("TH", "TH", "TH", "ID", "ID", "MY", "MY", "SG", "PH", "LA", "KH", "MM", "BN")
_SINCE, _UNTIL = datetime(2015, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
_TRACKED = ("AS1", "AS2", "AS3")


class Asean(Simulator):
    """
    Ten members behind one gateway. Sends the day's certificates from 09:00 of its clock; some are sent again, cancelled or
    reissued later. Follows what Viet Nam issues through AS1, AS2, AS3 to customs, and answers questions.
    """

    name = "asean"
    title = Text("Cổng Cơ chế một cửa ASEAN (mô phỏng)", "The ASEAN gateway, simulated")
    options = {"certificates": "5"}

    # Keys -------------------------------------------------------------------------------------------------------

    def key(self, member: str) -> SigningKey:
        """The test key of a member, made at first use and kept."""
        kept = self.store.recall("key", member)
        if kept is None:
            made = make_key(f"{member} certificates (test)", member, _SINCE, _UNTIL)
            kept = [made.key_pem().decode(), made.certificate_pem().decode()]
            self.store.remember("key", member, kept)
        return SigningKey.read(kept[0].encode(), kept[1].encode())

    def publish(self, folder: Path) -> list[str]:
        """Write every member's certificate into a folder, one PEM file each."""
        folder.mkdir(parents=True, exist_ok=True)
        for member in MEMBERS:
            (folder / f"{member}.pem").write_bytes(self.key(member).certificate_pem())
        return sorted(file.name for file in folder.glob("*.pem"))

    # Of its own accord --------------------------------------------------------------------------------------------

    def act(self, now: datetime) -> str:
        """Send the certificates of the day, then what happens to earlier ones."""
        day = now.astimezone(VIETNAM)
        last = self.store.recall("asean", "day")
        if day.hour < 9 or (last is not None and last >= day.date().isoformat()):
            return ""
        self.store.remember("asean", "day", day.date().isoformat())
        sent = self._day(day.date(), now)
        return f"{sent} certificates of {day.date()}"

    def orders(self) -> dict[str, Callable[[dict[str, Any]], object]]:
        """What it can be told."""
        return super().orders() | {
            "certificate": self._order_certificate, "resend": self._order_resend, "cancel": self._order_cancel,
            "reissue": self._order_reissue, "forge": self._order_forge, "trust": self._order_trust,
        }  # fmt: skip

    def _day(self, day: date, now: datetime) -> int:
        count = int(self.settings["certificates"])
        for number in range(count):
            dice = Dice(self.seed, "certificate", day, number)
            form = self._form(dice.one(SENDERS, "member"), day, dice)
            self._send_form(form, form["issuing"], now)
            if dice.falls(0.08, "again"):
                self._send_form(
                    {**form, "function": "retransmission"}, form["issuing"], now, timedelta(hours=5), "again"
                )
            if dice.falls(0.04, "cancelled"):
                self._notice(
                    "cancelled",
                    form["number"],
                    form["issuing"],
                    form["issuing"],
                    now,
                    timedelta(days=1),
                    code="error",
                )
            elif dice.falls(0.04, "reissued"):
                self._reissue(form, now, timedelta(days=1))
        return count

    def _form(self, member: str, day: date, dice: Dice) -> dict[str, Any]:
        serial = self.store.next_number(f"form-{member}")
        number = f"{member}{day:%Y}-VN-{serial:07d}"
        items = [self._item(dice, at) for at in range(1, dice.number(1, 4, "items") + 1)]
        form = {
            "number": number, "issuing": member, "day": day.isoformat(), "function": "original", "replaces": "",
            "firm": tax_code(dice.number(1, 400, "firm")), "items": items,
            "left": (day - timedelta(days=dice.number(0, 3, "left"))).isoformat(),
        }  # fmt: skip
        self.store.remember("form", number, form)
        return form

    def _item(self, dice: Dice, at: int) -> dict[str, str]:
        name, code = dice.one(GOODS, "goods", at)[:2]
        criterion = dice.one(("WO", "CTH", "CTSH", "40%", "45%", "SP"), "criterion", at)
        item = {
            "name": name, "code": f"{code}00"[:8], "criterion": criterion,
            "quantity": str(Decimal(dice.number(10, 4000, "quantity", at)) / 2), "packages": str(dice.number(1, 400, "p", at)),
        }  # fmt: skip
        return item | ({"fob": str(dice.number(900, 90000, "fob", at))} if criterion.endswith("%") else {})

    # Documents: written by hand, since a partner that used the other side's writer would prove nothing ----------------

    def _xml(self, form: dict[str, Any]) -> bytes:
        member, invoice = form["issuing"], f"INV-{form['number'][-7:]}"
        root = etree.Element(f"{{{NAMESPACE}}}FormD", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
        _put(
            root,
            ID=form["number"],
            IssuingCountryCode=member,
            ImportingCountryCode="VN",
            FunctionCode=form["function"],
        )
        _put(root, ReplacedID=form["replaces"])
        _put(
            _sub(root, "Exporter"),
            Name=f"{member} Exporter {form['number'][-3:]} (invented)",
            CountryCode=member,
        )
        _put(
            _sub(root, "Consignee"), Name=f"Importer {form['firm']} (invented)", CountryCode="VN", TaxCode=form["firm"]
        )  # fmt: skip
        transport = _sub(root, "BorderTransportMeans")
        _put(transport, DepartureDate=form["left"], Name="MV INVENTED / 001", LoadingLocation=PORTS[member])
        _put(transport, UnloadingLocation="VNHON")
        _put(_sub(root, "Invoice"), ID=invoice, IssueDate=form["left"], IssuerCountryCode=member)
        for number, item in enumerate(form["items"], 1):
            line = _sub(root, "GovernmentAgencyGoodsItem")
            _put(
                line,
                SequenceNumeric=str(number),
                MarksNumbers="N/M",
                PackageQuantity=item["packages"],
                PackageTypeCode="CT",
            )
            _put(
                line,
                CommodityDescription=item["name"],
                ClassificationID=item["code"],
                OriginCriterion=item["criterion"],
            )
            _put(
                line,
                Quantity=item["quantity"],
                QuantityUnitCode="TNE",
                GrossMassKilogram=item["quantity"] + "00",
            )
            if "fob" in item:
                _put(line, FOBAmount=item["fob"], FOBCurrencyCode="USD")
            _put(line, InvoiceID=invoice)
        _put(
            root, ProductionCountryCode=member, IssuingAuthority=f"Issuing authority of {member} (simulated)"
        )
        _put(root, IssueDate=form["day"])
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True)

    def _send_form(
        self, form: dict[str, Any], signer: str, now: datetime, after: timedelta | None = None, tail: str = ""
    ) -> str:  # fmt: skip
        content = sign(self._xml(form), self.key(signer), at=now)
        reference = f"{form['number']}{'/' if tail else ''}{tail}"
        return self.send(reference=reference, type=FORM, content=content, after=after).reference

    def _notice(
        self, kind: str, number: str, issuing: str, sender: str, now: datetime, after: timedelta | None = None, *,
        code: str = "", text: str = "", status: str = "", lines: list[dict[str, str]] | None = None,
    ) -> str:  # fmt: skip
        reference = f"{sender}-{self.store.next_number('notice'):07d}"
        root = etree.Element(f"{{{NAMESPACE}}}FormDNotice", nsmap={None: NAMESPACE})  # type: ignore[dict-item]
        _put(root, TypeCode=kind, ID=number, IssuingCountryCode=issuing, SenderID=sender, ReceiverID="VN")
        _put(
            root,
            IssueDateTime=now.isoformat(),
            ReferencedMessageID=reference,
            ReasonCode=code,
            ReasonText=text,
        )
        _put(root, StatusCode=status)
        for line in lines or []:
            _put(_sub(root, "Utilisation"), **line)
        content = sign(etree.tostring(root, encoding="UTF-8", xml_declaration=True), self.key(sender), at=now)
        return self.send(reference=reference, type=NOTICE, content=content, after=after).reference

    def _reissue(self, form: dict[str, Any], now: datetime, after: timedelta | None = None) -> str:
        again = self._form(
            form["issuing"], now.astimezone(VIETNAM).date(), Dice(self.seed, "reissue", form["number"])
        )
        again |= {
            "function": "replacement",
            "replaces": form["number"],
            "items": form["items"],
            "firm": form["firm"],
        }
        self.store.remember("form", again["number"], again)
        self._send_form(again, again["issuing"], now, after)
        return str(again["number"])

    # What comes ------------------------------------------------------------------------------------------------------

    def took(self, message: Incoming, now: datetime) -> None:
        """A certificate of Viet Nam goes its way to customs; a question is answered two days later."""
        root = etree.fromstring(message.content, etree.XMLParser(resolve_entities=False, no_network=True))
        name, number = etree.QName(root).localname, _text(root, "ID")
        if name == "FormD":
            self._follow(number, _text(root, "ImportingCountryCode"), _text(root, "FunctionCode"), now)
        elif name == "FormDNotice" and _text(root, "TypeCode") == "queried":
            issuing = _text(root, "IssuingCountryCode")
            text = f"The certificate {number} was examined; its content is confirmed."
            self._notice("clarified", number, issuing, issuing, now, timedelta(days=2), text=text)
        elif name != "FormDNotice":
            raise Refused(f"Không nhận {name}.", f"{name} is not taken here.")

    def _follow(self, number: str, importer: str, function: str, now: datetime) -> None:
        if importer not in MEMBERS or importer == "VN":
            raise Refused(
                f"Không có nước {importer}.", f"There is no member {importer}.", place="ImportingCountryCode"
            )
        for hours, code in enumerate(_TRACKED, 1):
            self._notice("tracked", number, "VN", importer, now, timedelta(minutes=hours), status=code)
        self._notice(
            "acknowledged", number, "VN", importer, now, timedelta(minutes=5), status="AS4 (RES-REC)"
        )
        dice = Dice(self.seed, "abroad", number)
        if function == "retransmission":
            return
        if dice.falls(0.1, "rejected"):
            self._notice(
                "rejected",
                number,
                "VN",
                importer,
                now,
                timedelta(days=6),
                code="criterion",
                status="AS4 (NOT GIVEN)",
            )
        else:
            self._notice("utilised", number, "VN", importer, now, timedelta(days=4), status="AS4 (GIVEN)")

    # Orders ------------------------------------------------------------------------------------------------------------

    def _known(self, body: dict[str, Any]) -> dict[str, Any]:
        form = self.store.recall("form", str(body.get("number")))
        if form is None:
            raise Refused("Chưa từng cấp số này.", "This number was never issued.", place="number")
        found: dict[str, Any] = form
        return found

    def _order_certificate(self, body: dict[str, Any]) -> object:
        """{"member": "TH"}: send one more certificate."""
        now, member = self.clock.now(), str(body.get("member", "TH"))
        if member not in MEMBERS:
            raise Refused(f"Không có nước {member}.", f"There is no member {member}.", place="member")
        day = now.astimezone(VIETNAM).date()
        return self._send_form(
            self._form(member, day, Dice(self.seed, "ordered", self.store.next_number("ordered"))),
            member,
            now,
        )

    def _order_resend(self, body: dict[str, Any]) -> object:
        """{"number": N}: send a certificate again as it was, under a new message."""
        form = {**self._known(body), "function": "retransmission"}
        return self._send_form(
            form, form["issuing"], self.clock.now(), None, f"again-{self.store.next_number('again')}"
        )

    def _order_cancel(self, body: dict[str, Any]) -> object:
        """{"number": N, "code": "error"}: take a certificate back."""
        form = self._known(body)
        code = str(body.get("code", "error"))
        return self._notice(
            "cancelled", form["number"], form["issuing"], form["issuing"], self.clock.now(), code=code
        )

    def _order_reissue(self, body: dict[str, Any]) -> object:
        """{"number": N}: issue another certificate in its place."""
        return self._reissue(self._known(body), self.clock.now())

    def _order_forge(self, body: dict[str, Any]) -> object:
        """{"member": "TH", "with": "SG"}: send a certificate of one member signed with the key of another."""
        now = self.clock.now()
        form = self._form(
            str(body.get("member", "TH")), now.astimezone(VIETNAM).date(), Dice(self.seed, "forged")
        )
        return self._send_form(form, str(body.get("with", "SG")), now)

    def _order_trust(self, body: dict[str, Any]) -> object:
        """{"folder": DIR}: write the members' certificates there, for `motcua origin trust DIR`."""
        return self.publish(Path(str(body.get("folder", "."))))


def _sub(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _put(parent: etree._Element, **texts: str) -> None:
    """Children with texts, in the order given; an empty text makes none."""
    for name, text in texts.items():
        if text:
            _sub(parent, name).text = text


def _text(root: etree._Element, name: str) -> str:
    return (root.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()
