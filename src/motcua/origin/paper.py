"""The certificate as a paper: PDF with the thirteen boxes, a QR code, and the signed data inside, to be checked offline."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.translation import override

from motcua.lib.paper import render
from motcua.origin.forms import COUNTRY_NAMES, FLAG_NAMES
from motcua.origin.messages import form_of
from motcua.origin.models import ExportCertificate

ATTACHMENT = "certificate.json"


def check_url(export: ExportCertificate, site: str) -> str:
    """The address in the QR code: number and code of the public check page."""
    return f"{site}/check/?{urlencode({'number': export.number, 'code': export.code})}"


def certificate_pdf(export: ExportCertificate, *, site: str) -> bytes:
    """The paper of an issued certificate; it carries its signed data as an attachment."""
    form = form_of(export.document)
    context = {
        "export": export, "form": form, "check_url": check_url(export, site),
        "flags": [(name, form.ticks(flag)) for flag, name in FLAG_NAMES.items()],
        "from_country": COUNTRY_NAMES.get(form.issuing_country), "to_country": COUNTRY_NAMES.get(form.importing_country),
    }  # fmt: skip
    with override("en"):
        html = render_to_string("origin/paper.html", context)
    signed = json.dumps(export.signed, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return render(html, style=STYLE, attachments={ATTACHMENT: signed})


STYLE = """
.boxes { border-collapse: collapse; width: 100%; font-size: 9pt; }
.boxes td, .boxes th { border: 0.5pt solid; padding: 1.5mm; vertical-align: top; text-align: left; }
.boxes h2 { font-size: 8pt; margin: 0 0 1mm; font-weight: bold; }
.boxes p { margin: 0; }
h1 { font-size: 13pt; text-align: center; margin: 2mm 0; }
.foot { font-size: 8pt; }
"""
