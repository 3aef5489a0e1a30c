"""
The JSON in which a dossier is filed: the same document as the web form, read into an `Application`.

Every fault of the shape is told at once, each with a JSON pointer; unknown members are refused, because a mistyped name
would otherwise be lost without a word.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from motcua.dossiers.documents import Application, Upload
from motcua.exchange.problems import pointer
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding
from motcua.lib.vietnamese import nfc

# One line of text without control characters; a database or a terminal would stumble over them.
_LINE = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(pattern=_LINE, max_length=200, strip_whitespace=True)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class FileShape(_Shape):
    """An uploaded file: its name, whose ending says what it is, and its bytes in base64."""

    name: Line
    content: Annotated[str, Field(description="base64 (RFC 4648 section 4), at most 10 MB once decoded")]


class ApplicantShape(_Shape):
    """Whose dossier it is."""

    name: Line
    tax_code: Line = ""
    contact: Line = ""


class FilingShape(_Shape):
    """A dossier to be filed."""

    procedure: Annotated[Line, Field(description="field/procedure, as GET /api/v1/procedures lists them")]
    office: Annotated[Line, Field(description="code of the office that shall receive it, such as 20BB-2025")]
    applicant: ApplicantShape
    principal: Annotated[
        Line, Field(description="tax code of the organisation that gave you a mandate; left out: your own")
    ] = ""
    answers: Annotated[
        dict[str, str | int | bool],
        Field(
            description="answers by field id; numbers with decimals as text, days as 2020-09-14, times with their zone"
        ),
    ] = {}
    files: Annotated[dict[Identifier, FileShape], Field(description="files by document id")] = {}


class Unreadable(Malformed):
    """The bytes are no JSON."""


def read_filing(content: bytes) -> FilingShape:
    """Read the bytes; Unreadable when they are no JSON, Invalid with every fault of the shape and its JSON pointer."""
    try:
        return FilingShape.model_validate_json(content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
    if faults[0]["type"] == "json_invalid":
        raise Unreadable(
            f"Không đọc được JSON: {faults[0]['msg']}.", f"The JSON cannot be read: {faults[0]['msg']}."
        )
    raise Invalid([_finding(fault) for fault in faults[:200]])


def application(shape: FilingShape, *, organisation: int, received_at: datetime) -> Application:
    """The application it stands for, filed online at `received_at`; Invalid when a file is not base64."""
    files: dict[str, Upload] = {}
    faults: list[Finding] = []
    for document, file in shape.files.items():
        try:
            files[document] = Upload(nfc(file.name), base64.b64decode(file.content, validate=True))
        except (binascii.Error, ValueError):
            faults.append(
                Finding(
                    "shape-base64", pointer("files", document, "content"),
                    "Không phải base64. Hãy mã hóa lại nội dung tệp (RFC 4648, không xuống dòng).",
                    "This is no base64. Encode the bytes of the file again (RFC 4648, no line breaks).",
                )
            )  # fmt: skip
    if faults:
        raise Invalid(faults)
    return Application(
        procedure=shape.procedure, office=shape.office, channel="online", received_at=received_at,
        applicant_name=nfc(shape.applicant.name), applicant_tax_code=shape.applicant.tax_code,
        contact=nfc(shape.applicant.contact), organisation=organisation,
        answers={name: _as_text(value) for name, value in shape.answers.items()}, files=files,
    )  # fmt: skip


def _as_text(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def place_to_pointer(place: str, fields: Mapping[str, Any] | frozenset[str] = frozenset()) -> str:
    """The JSON pointer of a finding's place: a form field, a document, the applicant or the office."""
    if place.startswith("/") or not place:
        return place
    known = {"applicant_name": "/applicant/name", "applicant_tax_code": "/applicant/tax_code"}
    if place in fields:
        return pointer("answers", place)
    if place in known:
        return known[place]
    if place in {"office", "procedure", "principal"}:
        return pointer(place)
    if place.startswith("document-"):
        return pointer("files", place.removeprefix("document-"))
    return pointer("answers", place)


_WORDS: dict[str, tuple[str, str, str]] = {
    "missing": ("shape-missing", "Thiếu mục này.", "This member is missing."),
    "extra_forbidden": (
        "shape-unknown",
        "Không có mục nào tên như vậy; hãy kiểm tra chính tả.",
        "No member has this name; check its spelling.",
    ),
    "string_type": (
        "shape-type",
        "Phải là văn bản trong ngoặc kép.",
        "This must be a text in quotation marks.",
    ),
    "dict_type": ("shape-type", "Phải là một đối tượng {…}.", "This must be an object {…}."),
    "model_type": ("shape-type", "Phải là một đối tượng {…}.", "This must be an object {…}."),
    "string_too_long": ("shape-length", "Dài quá 200 ký tự.", "This is longer than 200 characters."),
    "string_pattern_mismatch": (
        "shape-characters",
        "Có ký tự không dùng được ở đây (ký tự điều khiển, hoặc tên ngoài a–z, 0–9, - và _).",
        "It has characters that cannot be used here (control characters, or a name beyond a–z, 0–9, - and _).",
    ),
}
_OTHERWISE = (
    "shape-type",
    "Phải là văn bản, số nguyên hoặc true/false; số có phần thập phân viết trong ngoặc kép.",
    "This must be a text, a whole number or true/false; a number with decimals is written in quotation marks.",
)


def _finding(fault: Mapping[str, Any]) -> Finding:
    code, vi, en = _WORDS.get(fault["type"], _OTHERWISE)
    return Finding(code, pointer(*_path(fault["loc"])), vi, en)


def _path(location: tuple[str | int, ...]) -> Iterator[str | int]:
    """pydantic's own notes inside a location (which type of a union, that a key was meant) are no part of the document."""
    for index, part in enumerate(location):
        if part == "[key]" or (index > 1 and location[0] == "answers"):
            return
        # What is shown came from outside: nothing unprintable travels back or into the log.
        yield "".join(letter if letter.isprintable() else "?" for letter in str(part)[:100])
