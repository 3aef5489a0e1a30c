"""
What can be said of a signed paper: is it untampered, who issued it, does it hold today.

The first two answers come from the same one-file verifier that everybody can run without this site; the third, whether
the paper still holds, only the register can give.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils import timezone

from motcua.casework.models import Case, Event
from motcua.casework.seal import signer
from motcua.dossiers.models import Letter
from motcua.dossiers.queries import title_of
from motcua.lib.bilingual import Text
from motcua.lib.errors import Malformed
from motcua.origin.models import ExportCertificate
from motcua.people.models import Office
from motcua.verifier import motcua_verify as verifier

LARGEST = 2**22
RECEIPT, RESULT, CERTIFICATE = "receipt", "result", "certificate"


@dataclass(frozen=True)
class Answer:
    """One of the three answers: `good` is True, False, or None where there is nothing to say."""

    question: Text
    good: bool | None
    words: Text


@dataclass(frozen=True)
class Verdict:
    """The three answers, and what the paper is, without a word about persons."""

    kind: str
    answers: tuple[Answer, ...]
    reference: str
    title: Text | None
    issued_at: datetime | None
    due_at: datetime | None = None
    outcome: str = ""
    number: str = ""
    goods: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Nothing speaks against the paper."""
        return all(answer.good is not False for answer in self.answers)


_UNTAMPERED = Text("Nguyên vẹn?", "Untampered?")
_ISSUED_BY = Text("Ai cấp?", "Issued by whom?")
_HOLDS = Text("Còn hiệu lực?", "Does it hold?")


def verify(content: bytes) -> Verdict:
    """The three answers about a receipt, result or certificate, as JSON or PDF. Raises Malformed when it is none."""
    if len(content) > LARGEST:
        raise Malformed(
            "Tệp lớn hơn 4 MB; giấy tờ của chúng tôi nhỏ hơn nhiều.",
            "The file is larger than 4 MB; our papers are much smaller.",
        )
    try:
        content = verifier.file_inside(content)
        found = verifier.shaped(verifier.read_json(content), {}, "tệp / file")
        if found.get("version") == verifier.CERTIFICATE_VERSION:
            return _certificate(content)
        return _receipt(content) if "version" in found else _result(found)
    except verifier.Problem as problem:
        raise Malformed(
            f"Không đọc được giấy này: {problem.vi}. Hãy đưa nguyên tệp JSON hoặc PDF đã tải về.",
            f"This paper cannot be read: {problem.en}. Hand in the JSON or PDF exactly as it was downloaded.",
        ) from None


def _keys() -> list[verifier.Key]:
    return verifier.read_keys(signer().public_pem().decode())


def check_number(number: str, code: str) -> Verdict | None:
    """The three answers about the certificate with this number and code; None when the register knows no such pair."""
    key = "".join(letter for letter in number.upper() if letter.isalnum() and letter.isascii())
    export = ExportCertificate.objects.filter(compare_key=key).exclude(compare_key="").first()
    said = code.strip().upper().encode()
    if export is None or not export.code or not hmac.compare_digest(export.code.encode(), said):
        return None
    return _certificate(verifier.canonical(export.signed))


def _certificate(content: bytes) -> Verdict:
    today = timezone.localdate().isoformat()
    found, (untampered, issuer, valid) = verifier.Checker(_keys()).certificate(content, today)
    genuine = untampered.good is True
    answers = (
        Answer(_UNTAMPERED, untampered.good, _sentence(untampered)),
        Answer(_ISSUED_BY, issuer.good, _authority(found) if genuine else _sentence(issuer)),
        _in_force(found, valid) if genuine else Answer(_HOLDS, None, Text("Chưa kiểm.", "Not checked.")),
    )
    return Verdict(
        CERTIFICATE, answers, str(found["number"]), Text("C/O mẫu D", "Certificate of origin form D") if genuine else None,
        _moment(found, "issued_at"), goods=_goods(found) if genuine else (),
    )  # fmt: skip


def _authority(found: Mapping[str, Any]) -> Text:
    """Who issued it, with the beginning of the key's name: the whole of it breaks no line."""
    key = str(found["key_id"])[:16]
    return Text(f"{found['issuer']}, khóa {key}…", f"{found['issuer']}, key {key}…")


def _in_force(found: Mapping[str, Any], valid: verifier.Answer) -> Answer:
    """Whether the register still holds the certificate as issued, and what became of it."""
    export = ExportCertificate.objects.select_related("case").filter(number=found["number"]).first()
    if export is None or (export.signed or {}).get("signature") != found.get("signature"):
        return Answer(
            _HOLDS, False, Text("Sổ không có C/O này.", "The register does not hold this certificate.")
        )
    if export.case.status != "issued":
        state = export.case.lifecycle.statuses[export.case.status]
        return Answer(_HOLDS, False, Text(f"{state.vi}.", f"{state.en}."))
    if valid.good is False:
        return Answer(_HOLDS, False, _sentence(valid))
    until = f"{date.fromisoformat(str(found['valid_until'])):%d/%m/%Y}"
    return Answer(_HOLDS, True, Text(f"Đang có hiệu lực, đến {until}.", f"In force, until {until}."))


def _goods(found: Mapping[str, Any]) -> tuple[str, ...]:
    """What the signed form says of its goods, to be compared with the paper."""
    items = found["document"].get("items", [])
    return tuple(
        " · ".join(str(item.get(name, "–")) for name in ("number", "description", "hs_code", "criterion", "quantity", "unit"))
        for item in items
        if isinstance(item, dict)
    )  # fmt: skip


def _receipt(content: bytes) -> Verdict:
    found, (untampered, issuer, sealed) = verifier.Checker(_keys()).receipt(content)
    known = untampered.good is True
    answers = (
        Answer(_UNTAMPERED, untampered.good, _sentence(untampered)),
        Answer(_ISSUED_BY, issuer.good, _issuer(found["department"], issuer, known=known)),
        _in_register(found, sealed) if known else Answer(_HOLDS, None, Text("Chưa kiểm.", "Not checked.")),
    )
    return Verdict(
        RECEIPT, answers, str(found["reference"]), _title(found) if known else None, _moment(found, "received_at"),
        _moment(found, "due_at"),
    )  # fmt: skip


def _in_register(found: Mapping[str, Any], sealed: verifier.Answer) -> Answer:
    """Whether the register holds the event the receipt speaks of, and what its proof of inclusion says."""
    number, digest = found["event"].get("number"), str(found["event"].get("digest"))
    event = Event.objects.filter(case__reference=found["reference"], number=number).first()
    if event is None or bytes(event.digest).hex() != digest:
        vi, en = (
            "Sổ không có sự kiện mà giấy này nói đến.",
            "The register does not hold the event this paper speaks of.",
        )
        return Answer(_HOLDS, False, Text(vi, en))
    if sealed.good is False:
        return Answer(_HOLDS, False, _sentence(sealed))
    if Event.objects.filter(case=event.case_id, voids=event.number).exists():
        vi, en = "Việc tiếp nhận đã bị gạch bỏ.", "The acceptance was struck out."
        return Answer(_HOLDS, False, Text(vi, en))
    case = Case.objects.get(pk=event.case_id)
    status = case.lifecycle.statuses.get(case.status, Text(case.status, case.status))
    vi = f"Có trong sổ. Hồ sơ hiện ở trạng thái: {status.vi}. Bằng chứng trong tệp: {sealed.vi}."
    en = f"In the register. The dossier is now: {status.en}. The proof in the file: {sealed.en}."
    return Answer(_HOLDS, True, Text(vi, en))


def _result(found: Mapping[str, Any]) -> Verdict:
    """A result as it is downloaded: the signed body, its digest and its signature."""
    names = {
        "reference": str,
        "outcome": str,
        "number": str,
        "signed_at": str,
        "key_id": str,
        "signature": str,
        "sha256": str,
    }
    verifier.shaped(dict(found), names, "kết quả / result")
    body = {name: value for name, value in found.items() if name not in ("sha256", "signature")}
    content = verifier.canonical(body)
    digest = sha256(content).hexdigest()
    key = next((one for one in _keys() if one.key_id == found["key_id"]), None)
    signature = verifier.from_hex(found["signature"], verifier.SIGNATURE, "signature")
    genuine = key is not None and digest == found["sha256"] and key.verify(signature, content)
    return _result_verdict(
        str(found["reference"]), digest, genuine=genuine, known_key=key is not None, body=body
    )


def verify_code(reference: str, digest: str, signature: str) -> Verdict | None:
    """The three answers about the result behind a QR code; None when the register knows no such paper."""
    letter = Letter.objects.filter(
        kind=Letter.Kind.RESULT, case__reference=reference, body__sha256=digest
    ).first()
    if letter is None or not hmac.compare_digest(str(letter.body["signature"]).encode(), signature.encode()):
        return None
    return _result(letter.body)


def _result_verdict(
    reference: str, digest: str, *, genuine: bool, known_key: bool, body: Mapping[str, Any]
) -> Verdict:
    case = Case.objects.filter(reference=reference, kind="dossier").first() if genuine else None
    if genuine:
        whole = Text("Đúng từng chữ như khi ký.", "Letter for letter as it was signed.")
    else:
        whole = Text("ĐÃ BỊ SỬA, hoặc không do chúng tôi ký.", "ALTERED, or not signed by us.")
    issuer = Answer(
        _ISSUED_BY, genuine, _office(case, str(body["key_id"])) if genuine else Text("Không rõ.", "Unknown.")
    )
    answers = (
        Answer(_UNTAMPERED, genuine, whole if known_key or genuine else Text("Khóa lạ.", "An unknown key.")),
        issuer,
        _still_decided(case, digest) if genuine else Answer(_HOLDS, None, Text("Chưa kiểm.", "Not checked.")),
    )
    return Verdict(
        RESULT, answers, reference, title_of(case) if case else None, _moment(body, "signed_at"),
        outcome=str(body["outcome"]) if genuine else "", number=str(body["number"]) if genuine else "",
    )  # fmt: skip


def _still_decided(case: Case | None, digest: str) -> Answer:
    """Whether the last decision that counts is this very one."""
    if case is None:
        return Answer(
            _HOLDS, False, Text("Sổ không có hồ sơ này.", "The register does not hold this dossier.")
        )
    struck = set(case.events.exclude(voids=None).values_list("voids", flat=True))
    moving = [
        event
        for event in case.events.filter(kind__in=["decided", "reopened"]).order_by("number")
        if event.number not in struck
    ]
    last = moving[-1] if moving else None
    if last is not None and last.kind == "decided" and last.details.get("content") == digest:
        return Answer(_HOLDS, True, Text("Kết quả này đang có hiệu lực.", "This result holds."))
    vi, en = (
        "Kết quả này đã bị thu hồi hoặc thay bằng kết quả khác.",
        "This result was taken back or replaced by another.",
    )
    return Answer(_HOLDS, False, Text(vi, en))


def _issuer(code: str, answer: verifier.Answer, *, known: bool) -> Text:
    if not known:
        return _sentence(answer)
    office = Office.objects.filter(pk=code).first()
    name = office.name if office else Text(code, code)
    return Text(f"{name.vi} ({answer.vi})", f"{name.en} ({answer.en})")


def _office(case: Case | None, key: str) -> Text:
    office = Office.objects.filter(pk=case.office).first() if case else None
    name = office.name if office else Text("Cơ quan hải quan", "Customs")
    return Text(f"{name.vi}, khóa {key}", f"{name.en}, key {key}")


def _title(found: Mapping[str, Any]) -> Text | None:
    case = Case.objects.filter(reference=found["reference"], kind="dossier").first()
    if case is not None:
        return title_of(case)
    return Text(str(found["title"]), str(found["title"])) if found.get("title") else None


def _sentence(answer: verifier.Answer) -> Text:
    return Text(answer.vi[:1].upper() + answer.vi[1:] + ".", answer.en[:1].upper() + answer.en[1:] + ".")


def _moment(body: Mapping[str, Any], name: str) -> datetime | None:
    value = body.get(name)
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.utcoffset() is not None else None


def as_json(text: str) -> bytes:
    """What was pasted, without the spaces and quotes that mail programs add around it."""
    return text.strip().strip("\ufeff").encode("utf-8", "replace")
