"""What the OpenAPI file says beyond the signatures; a test sends every example and gets the answer named beside it."""

from __future__ import annotations

from typing import Any

from motcua.dossiers.api_shapes import FilingShape
from motcua.exchange.problems import MEDIA_TYPE

FILING: dict[str, Any] = {
    "procedure": "confirmation/declaration-confirmation",
    "office": "20BB-2025",
    "applicant": {
        "name": "Công ty TNHH Nông sản Đảo Xanh",
        "tax_code": "9900000016",
        "contact": "lan@dao-xanh.example",
    },
    "answers": {
        "tax_code": "9900000016",
        "declaration": "103456789010",
        "registered_on": "2020-03-02",
        "copies": 1,
        "purpose": "Nộp ngân hàng để thanh toán",
        "email": "lan@dao-xanh.example",
    },
    "files": {
        "request": {
            "name": "de-nghi.pdf",
            "content": "JVBERi0xLjQKMSAwIG9iago8PCAvVHlwZSAvQ2F0YWxvZyA+PgplbmRvYmoKdHJhaWxlcgo8PCAvUm9vdCAxIDAgUiA+PgolJUVPRgo=",
        }
    },
}
INCOMPLETE: dict[str, Any] = {
    **FILING,
    "answers": {**FILING["answers"], "copies": "several"},
    "files": {},
}
MISSHAPEN: dict[str, Any] = {**FILING, "applicant": {"name": "Lan", "taxcode": "9900000016"}}
FOR_ANOTHER: dict[str, Any] = {**FILING, "principal": "9900000030"}
NOT_IN_FORCE: dict[str, Any] = {**FILING, "procedure": "tax/exemption-list-registration"}

# name -> (body, status, code of the problem)
EXAMPLES: dict[str, tuple[dict[str, Any], int, str]] = {
    "filed": (FILING, 201, ""),
    "faults-in-the-filing": (INCOMPLETE, 422, "invalid"),
    "faults-in-the-shape": (MISSHAPEN, 422, "invalid"),
    "no-mandate": (FOR_ANOTHER, 403, "no-mandate"),
    "abolished-procedure": (NOT_IN_FORCE, 422, "not-in-force"),
}

BEARER: list[dict[str, list[str]]] = [{"apiKey": []}]
_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _problems(*statuses: int) -> dict[int, Any]:
    words = {
        400: "The request cannot be read",
        401: "No key, or a key that is unknown or revoked",
        403: "No mandate",
        404: "Not there, or not yours",
        413: "Too large",
        422: "The filing has faults, or the key was used for other bytes",
        503: "The database is away: wait the seconds in Retry-After, then send the same again",
    }
    return {status: {"description": words[status], **_PROBLEM} for status in statuses}


FILE: dict[str, Any] = {
    "security": BEARER,
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
            "description": "A value of this filing's own; kept for ever with the answer.",
            "example": "5f0c9a52-8f5e-4f0e-9f0a-3a1f5c0d7c11",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": FilingShape.model_json_schema(ref_template="#/components/schemas/{model}"),
                "examples": {
                    name: {
                        "summary": f"{name.replace('-', ' ')}: answered {status}{f' {code}' if code else ''}",
                        "value": body,
                    }
                    for name, (body, status, code) in EXAMPLES.items()
                },
            }
        },
    },
    "responses": {
        201: {
            "description": "Filed and safely stored; Location names it. Idempotent-Replayed: true means filed before.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Filed"}}},
        },
        **_problems(400, 401, 403, 413, 422, 503),
    },
}
READ: dict[str, Any] = {"security": BEARER, "responses": _problems(401, 404, 503)}
RECEIPT: dict[str, Any] = {"security": BEARER, "responses": _problems(401, 404, 503)}
PROCEDURE: dict[str, Any] = {"responses": _problems(404)}

_TEXT = {"type": "string"}
SCHEMAS: dict[str, Any] = {
    "Filed": {
        "type": "object",
        "required": ["reference", "status", "procedure", "office", "received_at", "receipt"],
        "properties": {
            "reference": {**_TEXT, "description": "the dossier's legal code"},
            "status": {"type": "object", "properties": {"code": _TEXT, "vi": _TEXT, "en": _TEXT}},
            "procedure": _TEXT,
            "office": _TEXT,
            "received_at": {"type": "string", "format": "date-time"},
            "receipt": {
                "type": "object",
                "description": "signed (Ed25519): digest of the content, digest of the event; checked with motcua_verify.py",
            },
        },
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457; `code` never changes its meaning",
        "required": ["type", "code", "status", "title", "title_vi", "detail", "detail_vi"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "code": _TEXT,
            "status": {"type": "integer"},
            "title": _TEXT,
            "title_vi": _TEXT,
            "detail": _TEXT,
            "detail_vi": _TEXT,
            "instance": {**_TEXT, "description": "to be told to the support"},
            "findings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "pointer", "vi", "en"],
                    "properties": {
                        "code": _TEXT,
                        "pointer": {**_TEXT, "description": "JSON pointer (RFC 6901) into the body sent"},
                        "vi": _TEXT,
                        "en": _TEXT,
                        "basis": _TEXT,
                    },
                },
            },
        },
    },
}
