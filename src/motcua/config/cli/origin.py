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


@origin.command("trust")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--since", type=_DAY, default="2015-01-01", show_default=True, help="Trusted from this day.")
@click.option(
    "--until", type=_DAY, default="2040-01-01", show_default=True, help="Trusted until before this day."
)
@language_option
def trust(folder: Path | None, since: datetime, until: datetime, language: str) -> None:
    """List whom this site trusts; with FOLDER, first trust the test certificates there (TH.pem …; development only)."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    from django.conf import settings

    from motcua.lib.errors import NotAllowed
    from motcua.origin.trust import FOLDER, trust_list, write_trust

    for file in sorted(folder.glob("*.pem")) if folder else []:
        if not settings.DEVELOPMENT:
            raise NotAllowed(
                "Khóa thử chỉ dùng trên trang phát triển.", "Test keys are for development sites only."
            )
        write_trust(
            settings.KEYS / FOLDER, file.stem[:2].upper(), file.read_bytes(), since.replace(tzinfo=UTC),
            until.replace(tzinfo=UTC), source=f"test key, {file.name}",
        )  # fmt: skip
    for key in sorted(trust_list().keys.values(), key=lambda one: (one.owner, one.since)):
        mark = " (test)" if key.for_tests else ""
        click.echo(f"{key.owner}  {key.fingerprint[:16]}…  {key.since:%Y-%m-%d} – {key.until:%Y-%m-%d}{mark}")
    if not trust_list().keys:
        say("Chưa tin cậy khóa nào.", "No key is trusted yet.", language)
