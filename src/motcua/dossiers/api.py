"""
Dossiers over JSON: file one, read one's own, read the catalogue.

Filing keeps the bytes as they came, carries them out in the same transaction, and answers after COMMIT; see
`motcua.exchange.idempotency` for what happens when a request comes twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.responses import Response

from motcua.casework.rows import Row
from motcua.casework.seal import with_proof
from motcua.dossiers import api_examples as examples
from motcua.dossiers.acknowledgement import acknowledgement
from motcua.dossiers.actions import Filed, file
from motcua.dossiers.api_shapes import FilingShape, Unreadable, application, place_to_pointer, read_filing
from motcua.dossiers.lifecycle import DOSSIER
from motcua.dossiers.models import Dossier
from motcua.exchange.idempotency import Answer, KeyReused, Sender, answer_once, answer_row
from motcua.exchange.models import Message
from motcua.exchange.problems import Problem
from motcua.law.sheets import NotInForce, Sheet, UnknownProcedure
from motcua.lib.errors import Invalid, NotAllowed, Refused
from motcua.people.actor import Actor
from motcua.people.api_keys import holder
from motcua.people.models import Organisation
from motcua.people.permissions import permission, public, reach
from motcua.procedures.catalogue import catalogue, local_date

router = Router()
TYPE = "dossier-json"
_KEY = re.compile(r"[!-~]{1,100}")


def by_key(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the holder of an access key in as `request.actor`; a browser's session is no key and opens nothing here."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            actor = holder(text.strip())
            if actor is None:
                raise Problem("bad-key", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
            request.actor = actor  # type: ignore[attr-defined]
        elif request.actor.is_anonymous:  # type: ignore[attr-defined]
            raise Problem("no-key", headers={"WWW-Authenticate": "Bearer"})
        return view(request, *args, **kwargs)

    return asked


@router.post("/dossiers", summary="File a dossier", openapi_extra=examples.FILE, url_name="api-file")
@by_key
@permission("api.file", api=True)
def file_dossier(request: HttpRequest) -> HttpResponse:
    """
    File a dossier for your own organisation or for one that gave you a mandate.

    The answer comes after the dossier is safely stored, and holds its code and a signed receipt. Send the same bytes
    under the same Idempotency-Key as often as you like, today or in ten years: the dossier is filed once and the answer
    is the same, byte for byte.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise Problem("idempotency-key-missing")
    if not _KEY.fullmatch(key):
        raise Problem("idempotency-key-malformed")
    try:
        content = request.body
    except RequestDataTooBig as error:
        raise Problem("too-large") from error
    assert actor.organisation is not None
    at = timezone.now()
    # Read before anything is locked; what is wrong with it is said inside, so that the bytes are kept all the same.
    try:
        shape: FilingShape | Refused = read_filing(content)
    except Refused as error:
        shape = error

    def act(message: Message) -> Answer:
        if isinstance(shape, Refused):
            raise shape
        organisation = _acts_as(actor, shape)
        filing = application(shape, organisation=organisation, received_at=at)
        answers: list[Answer] = []

        def also(filed: Filed) -> list[Row]:
            answers.append(Answer(201, _filed(filed), kept=True))
            return [Row(Message, answer_row(message, answers[0], at))]

        file(filing, actor=actor, at=at, message=message, also=also)
        return answers[0]

    def refuse(error: Refused) -> Answer:
        problem = problem_of(error, shape if isinstance(shape, FilingShape) else None)
        return Answer(problem.status, problem.content())

    try:
        answer = answer_once(
            Sender(actor.organisation, actor.name), key=key, type=TYPE, content=content, at=at, act=act,
            refuse=refuse,
        )  # fmt: skip
    except KeyReused as error:
        raise Problem("idempotency-key-reused", error.text, error.text_en) from error
    return _sent(answer)


def _sent(answer: Answer) -> HttpResponse:
    """The stored bytes as they are."""
    media_type = "application/json" if answer.status < 400 else "application/problem+json"
    response = HttpResponse(answer.content, status=answer.status, content_type=media_type)
    if answer.status == 201:
        response["Location"] = f"/api/v1/dossiers/{json.loads(answer.content)['reference']}"
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def _acts_as(actor: Actor, shape: FilingShape) -> int:
    """The organisation the dossier is filed for; NoMandate says the same whether the other one exists or not."""
    own = actor.organisation
    assert own is not None
    if not shape.principal:
        return own
    principal = Organisation.objects.filter(tax_code=shape.principal).values_list("pk", flat=True).first()
    today = local_date(timezone.now())
    if principal is None or principal not in actor.acts_for(today, shape.procedure):
        raise NoMandate(
            f"Không có ủy quyền còn hiệu lực của tổ chức có mã số thuế {shape.principal} cho thủ tục {shape.procedure}.",
            f"No mandate in force of the organisation with tax code {shape.principal} for {shape.procedure}.",
            place="principal",
        )
    return principal


class NoMandate(Refused):
    """The organisation named did not give a mandate for this."""


def _filed(filed: Filed) -> bytes:
    case = filed.event.case
    body = {
        "reference": case.reference,
        "status": _status(case.status),
        "procedure": case.procedure,
        "office": case.office,
        "received_at": case.opened_at.isoformat(),
        "receipt": acknowledgement(filed),
    }
    return json.dumps(body, ensure_ascii=False).encode()


def problem_of(error: Refused, shape: FilingShape | None = None) -> Problem:
    """The problem a refusal is told as; findings point into the body that was sent."""
    if isinstance(error, Unreadable):
        return Problem("not-json", error.text, error.text_en)
    if isinstance(error, NoMandate):
        return Problem("no-mandate", error.text, error.text_en)
    if isinstance(error, NotInForce | UnknownProcedure):
        return Problem("not-in-force", error.text, error.text_en)
    if isinstance(error, NotAllowed):
        return Problem("conflict", error.text, error.text_en)
    if isinstance(error, Invalid):
        fields = frozenset(shape.answers) if shape else frozenset()
        pointed = [(place_to_pointer(one.place, fields), one) for one in error.findings]
        return Problem(
            "invalid", f"Có {len(pointed)} chỗ phải sửa.", f"{len(pointed)} to mend.", findings=pointed
        )
    return Problem("refused", error.text, error.text_en)


@router.get(
    "/dossiers/{reference}", summary="Read a dossier", openapi_extra=examples.READ, url_name="api-dossier"
)
@by_key
@permission("api.read", api=True)
def read_dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """Where a dossier of yours stands: status, deadline, papers. Those of others answer 404, as if they did not exist."""
    dossier = _own(request, reference)
    case = dossier.case
    body = {
        "reference": case.reference,
        "status": _status(case.status),
        "procedure": case.procedure,
        "office": case.office,
        "applicant": {"name": dossier.applicant_name, "tax_code": dossier.applicant_tax_code},
        "received_at": case.opened_at.isoformat(),
        "accepted_at": _moment(case.received_at),
        "due_at": _moment(case.due_at),
        "finished_at": _moment(case.finished_at),
        "outcome": case.outcome,
        "result_number": dossier.result_number,
        "papers": [
            {"document": item.document, "state": item.state, "remark": item.remark}
            for item in dossier.items.order_by("pk")
        ],
        "events": [
            {"number": number, "kind": kind, "happened_at": happened.isoformat()}
            for number, kind, happened in case.events.order_by("number").values_list(
                "number", "kind", "happened_at"
            )
        ],
    }
    return Response(body)


@router.get(
    "/dossiers/{reference}/receipt",
    summary="Take the receipt with its proof",
    openapi_extra=examples.RECEIPT,
    url_name="api-receipt",
)
@by_key
@permission("api.read", api=True)
def read_receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """
    The receipt of lodging, as it was given, with the proof that its event is in the sealed ledger once it is.

    It can be checked without us: see "Verify a receipt" in the documentation.
    """
    case = _own(request, reference).case
    event = case.events.get(number=1)
    if event.message_id is None:
        raise Http404
    answer = Message.objects.values_list("content", flat=True).get(answers=event.message_id)
    return Response(with_proof(json.loads(bytes(answer))["receipt"], event))


def _own(request: HttpRequest, reference: str) -> Dossier:
    """A dossier within reach of the key, or Http404."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    dossier = (
        Dossier.objects.select_related("case").filter(case__reference=reference, case__kind="dossier").first()
    )
    today = local_date(timezone.now())
    if dossier is None or not reach(actor, "api.read", today, dossier.case.procedure).covers(
        organisation=dossier.case.organisation
    ):
        raise Http404
    return dossier


def _status(code: str) -> dict[str, str]:
    text = DOSSIER.statuses[code]
    return {"code": code, "vi": text.vi, "en": text.en}


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


# The catalogue ----------------------------------------------------------------------------------------------


@router.get("/procedures", summary="List the procedures in force", url_name="api-procedures")
@public
def list_procedures(request: HttpRequest) -> HttpResponse:
    """All procedures in force today, with the ways in which they can be filed."""
    today = local_date(timezone.now())
    return Response(
        {"on": today.isoformat(), "procedures": [_line(one) for one in catalogue().all_in_force(today)]}
    )


@router.get(
    "/procedures/{field}/{name}",
    summary="Read a procedure",
    openapi_extra=examples.PROCEDURE,
    url_name="api-procedure",
)
@public
def read_procedure(request: HttpRequest, field: str, name: str) -> HttpResponse:
    """The whole sheet in force today: form fields, papers, limits, fees and the law behind them."""
    try:
        sheet = catalogue().in_force(f"{field}/{name}", local_date(timezone.now()))
    except (UnknownProcedure, NotInForce) as error:
        raise Problem("not-found", error.text, error.text_en) from error
    return Response({**_line(sheet), "digest": sheet.digest, "sheet": sheet.content})


def _line(sheet: Sheet) -> dict[str, Any]:
    return {
        "procedure": sheet.procedure,
        "since": sheet.since.isoformat(),
        "title": {"vi": sheet.title.vi, "en": sheet.title.en},
        "channels": [str(way) for way in sheet.channels.open()],
        "online": sheet.counted_by == "one-stop" and "online" in sheet.channels.open(),
    }
