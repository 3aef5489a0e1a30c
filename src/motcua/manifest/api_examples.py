"""What the description of the interface shows for manifests and papers; a test sends every example."""

from __future__ import annotations

from typing import Any

from motcua.exchange.problems import MEDIA_TYPE
from motcua.manifest.json_schema import REF

MANIFEST: dict[str, Any] = {
    "document": "manifest",
    "reference": "HL2006E-M1",
    "call": {
        "mode": "sea",
        "movement": "entry",
        "conveyance": {"name": "HA LONG STAR", "imo": "9074729", "call_sign": "3WHL", "flag": "VN"},
        "journey": "HL2006E",
        "port": {"code": "VNHON"},
        "previous_port": {"code": "CNXMN"},
        "eta": "2020-06-03T09:00:00+07:00",
        "voyage_days": 3,
        "crew": 14,
        "passengers": 0,
    },
    "equipment": [{"number": "CSQU3054383", "size_type": "22G1", "fullness": "full", "seals": ["S1"]}],
    "bills": [
        {
            "number": "HLS0001",
            "nature": "import",
            "shipper": {"name": "Nanhai Trading"},
            "consignee": {"name": "Công ty TNHH Nông sản Đảo Xanh", "tax_code": "9900000016"},
            "loading": {"code": "CNXMN"},
            "unloading": {"code": "VNHON"},
            "packages": 40,
            "gross_kg": "12000",
            "items": [
                {
                    "number": 1, "description": "Máy bơm nước", "hs": "841370", "packages": 40, "package_kind": "CT",
                    "gross_kg": "12000",
                }
            ],
            "uses": [{"equipment": "CSQU3054383", "packages": 40}],
        }
    ],
}  # fmt: skip
MISSHAPEN: dict[str, Any] = {
    **MANIFEST,
    "bills": [{**MANIFEST["bills"][0], "gross_kg": "12 tonnes", "weight": 1}],
}
NO_DOCUMENT: dict[str, Any] = {"bills": []}
CREW: dict[str, Any] = {
    "document": "crew-list",
    "call": MANIFEST["call"],
    "persons": [
        {
            "family_name": "DEMO", "given_names": "VAN A", "rank": "MASTER", "nationality": "VN", "born_on": "1980-01-02",
            "document_number": "B0123456", "document_country": "VN",
        }
    ],
}  # fmt: skip

# name -> (body, status, code of the problem)
MANIFESTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "filed": (MANIFEST, 202, ""),
    "faults-in-the-shape": (MISSHAPEN, 422, "invalid"),
    "another-paper": (CREW, 422, "invalid"),
}
PAPERS: dict[str, tuple[dict[str, Any], int, str]] = {
    "crew": (CREW, 202, ""),
    "no-document": (NO_DOCUMENT, 422, "invalid"),
}

BEARER: list[dict[str, list[str]]] = [{"apiKey": []}]
_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
_WORDS = {
    400: "The body is no JSON",
    401: "No key, or a key that is unknown or revoked",
    403: "The partner, or this type of message, is switched off",
    404: "Not there, or not yours",
    409: "The reference was used for other bytes",
    413: "Too large",
    422: "Fields have faults; each is named by its pointer",
    429: "Too many at once: wait the seconds in Retry-After",
    503: "The database is away: wait the seconds in Retry-After, then send the same again",
}


def _problems(*statuses: int) -> dict[int, Any]:
    return {status: {"description": _WORDS[status], **_PROBLEM} for status in statuses}


def _filing(schema: str, examples: dict[str, tuple[dict[str, Any], int, str]]) -> dict[str, Any]:
    return {
        "security": BEARER,
        "parameters": [
            {
                "name": "Idempotency-Key", "in": "header", "required": False,
                "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
                "description": "The reference under which the bytes are kept; else the document's own reference.",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": REF + schema},
                    "examples": {
                        name: {"summary": f"{name.replace('-', ' ')}: answered {status} {code}".strip(), "value": body}
                        for name, (body, status, code) in examples.items()
                    },
                }
            },
        },
        "responses": {
            202: {
                "description": "Kept; `state_url` tells what became of it. The same bytes again get the same answer.",
                "content": {"application/json": {"schema": {"$ref": REF + "Acknowledged"}}},
            },
            **_problems(400, 401, 403, 409, 413, 422, 429, 503),
        },
    }  # fmt: skip


FILE_MANIFEST = _filing("Manifest", MANIFESTS)
FILE_PAPER = _filing("Paper", PAPERS)
READ: dict[str, Any] = {"security": BEARER, "responses": _problems(401, 404, 503)}
_TEXT = {"type": "string"}
SCHEMAS: dict[str, Any] = {
    "Acknowledged": {
        "type": "object",
        "properties": {
            "message": {"type": "integer"}, "reference": _TEXT, "type": _TEXT, "sha256": _TEXT,
            "received_at": {"type": "string", "format": "date-time"}, "state_url": _TEXT,
        },
        "required": ["message", "reference", "type", "sha256", "received_at", "state_url"],
    },
}  # fmt: skip
