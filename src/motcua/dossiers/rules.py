"""What a filing must fulfil: every fault at once, each with its place and the way to mend it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from motcua.casework import attachments
from motcua.dossiers.documents import Application
from motcua.law.fields import check_answers
from motcua.law.parts import FieldType
from motcua.law.sheets import Sheet
from motcua.lib.errors import Refused
from motcua.lib.findings import Finding
from motcua.lib.identifiers import tax_code


def check(application: Application, sheet: Sheet) -> tuple[dict[str, Any], list[Finding]]:
    """The canonical answers, and everything that is wrong with the filing."""
    answers, findings = check_answers(sheet, application.answers)
    findings = [
        *findings,
        *_applicant(application),
        *_papers(application, sheet),
        *_files(application, sheet),
    ]
    return answers, findings


def _applicant(application: Application) -> Iterator[Finding]:
    if not application.applicant_name.strip():
        yield Finding(
            "applicant", "applicant_name", "Hãy ghi tên người nộp hồ sơ.", "Give the applicant's name.",
            basis="01/2018/TT-VPCP",
        )  # fmt: skip
    if application.applicant_tax_code:
        try:
            tax_code(application.applicant_tax_code, place="applicant_tax_code")
        except Refused as error:
            yield Finding("tax-code", "applicant_tax_code", error.text, error.text_en)


def _papers(application: Application, sheet: Sheet) -> Iterator[Finding]:
    """Papers that are always required must be there: uploaded online, shown or enclosed otherwise."""
    known = {document.id for document in sheet.documents}
    known |= {field.id for field in sheet.form if field.type is FieldType.FILE}
    there = set(application.files) | set(application.presented)
    for document in sheet.documents:
        if document.required == "always" and document.id not in there:
            yield Finding(
                "paper-missing", f"document-{document.id}",
                f"Thiếu '{document.name.vi}'. Hãy bổ sung trước khi nộp để không phải nộp lại.",
                f"'{document.name.en}' is missing. Add it before filing, so that nothing has to come back.",
                basis=sheet.basis[0].text,
            )  # fmt: skip
    for name in sorted(there - known):
        yield Finding(
            "paper-unknown", f"document-{name}", f"Thủ tục này không yêu cầu giấy tờ '{name}'.",
            f"This procedure does not ask for the document '{name}'.",
        )  # fmt: skip


def _files(application: Application, sheet: Sheet) -> Iterator[Finding]:
    for document, upload in application.files.items():
        try:
            attachments.check(upload.name, upload.content, place=f"document-{document}")
        except Refused as error:
            yield Finding("file", error.place, error.text, error.text_en)
