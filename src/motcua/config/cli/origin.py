"""`motcua origin`: certificates of origin form D from a shell."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from motcua.config.cli.output import as_json, format_option, language_option, say, show_findings
from motcua.lib.errors import Invalid, Malformed
from motcua.lib.findings import Finding, Severity
from motcua.lib.xmlsign import TrustList, verify

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("origin")
def origin() -> None:
    """Certificates of origin form D."""


@origin.command("check")
@click.argument("file", type=FILE)
@click.option("--on", type=_DAY, help="The day it reaches customs [default: today].")
@click.option("--imported-on", type=_DAY, help="The day the goods came in, where it was earlier.")
@click.option("--customs", default="VN", show_default=True, help="The importing country that asks.")
@click.option("--original", type=FILE, help="The certificate a back-to-back certificate is drawn from.")
@format_option
@language_option
def check(
    file: Path, on: datetime | None, imported_on: datetime | None, customs: str, original: Path | None,
    form: str, language: str,
) -> None:  # fmt: skip
    """Check a form D (XML or JSON) by the rules of the procedure; needs no database. Exit code 1: an error was found."""
    day = on.date() if on else datetime.now(UTC).date()
    answer, findings = _check(file, day, imported_on.date() if imported_on else None, customs, original)
    bad = any(one.severity is Severity.ERROR for one in findings)
    if form == "json":
        as_json({**answer, "accepted": not bad, "findings": [_plain(one) for one in findings]})
    else:
        show_findings(findings, language)
        errors = sum(one.severity is Severity.ERROR for one in findings)
        say(
            f"{file.name}: {errors} lỗi, {len(findings) - errors} lưu ý.",
            f"{file.name}: {errors} error{'s' if errors != 1 else ''}, {len(findings) - errors} remarks.",
            language,
        )
    if bad:
        raise SystemExit(1)


def _check(
    file: Path, on: date, imported_on: date | None, customs: str, original: Path | None
) -> tuple[dict[str, Any], list[Finding]]:
    from motcua.config.cli.law import law_folder
    from motcua.origin.messages import read_form
    from motcua.origin.rules import Facts, check, expires_on, of_item
    from motcua.origin.terms import load_terms

    content = file.read_bytes()
    answer: dict[str, Any] = {"file": file.name, "on": on.isoformat()}
    try:
        form, read = read_form(content)
    except Invalid as error:
        return answer, error.findings
    except Malformed as error:
        return answer, [Finding("malformed", error.place, error.text, error.text_en)]
    terms = load_terms(law_folder())
    facts = Facts(
        on=on, terms=terms, customs=customs, imported_on=imported_on,
        original=read_form(original.read_bytes())[0] if original else None,
    )  # fmt: skip
    found = [*read.findings, *check(form, facts)]
    last = expires_on(form, terms)
    answer |= {
        "number": form.number,
        "issuing_country": form.issuing_country,
        "valid_until": last.isoformat() if last else None,
        "reject_by": terms.reject_by(on).isoformat(),
        "signature": _signature(content),
        "items": [
            {
                "number": item.number,
                "hs_code": item.hs_code,
                "criterion": item.criterion,
                "accepted": not any(
                    one.severity is Severity.ERROR for one in of_item(found, form, item.number)
                ),
            }
            for item in form.items
        ],
    }
    return answer, read.placed(found)


def _signature(content: bytes) -> str:
    """What can be said of the signature without a trust list: whether there is one."""
    if content.lstrip()[:1] == b"{":
        return "unsigned"
    reason = verify(content, TrustList.of([]), at=datetime.now(UTC)).reason
    return {"unknown-key": "present, not checked against a trust list"}.get(reason, reason)


def _plain(one: Finding) -> dict[str, str]:
    return {
        "code": one.code,
        "severity": str(one.severity),
        "place": one.place,
        "basis": one.basis,
        "vi": one.vi,
        "en": one.en,
    }
