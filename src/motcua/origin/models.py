"""
Certificates of origin form D: those that came through the ASEAN Single Window, those issued here, and what is used of them.

The ledger of uses can only be added to. The database itself keeps what was used of an item in step with it, and lets it
never exceed what the certificate certifies, whoever writes.
"""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from motcua.casework.models import Case
from motcua.exchange.models import Message


class Certificate(models.Model):
    """
    One certificate, counted once however often its message is sent again.

    `number` is as printed; `compare_key` is without spaces, hyphens and slashes, which members write as they like.
    `document` is the whole form, `sha256` the digest of its canonical JSON; `verified` says what came of its signature.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=60)
    compare_key = models.CharField(max_length=60)
    issuing_country = models.CharField(max_length=2)
    issued_on = models.DateField()
    expires_on = models.DateField(null=True)
    document = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    importer = models.CharField(max_length=14, blank=True, default="")
    verified = models.CharField(max_length=20, blank=True, default="")
    signed_by = models.CharField(max_length=64, blank=True, default="")
    signed_at = models.DateTimeField(null=True)
    replaces_key = models.CharField(max_length=60, blank=True, default="")
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuing_country", "compare_key"], name="certificate_known_once"),
        ]
        indexes = [
            # A replacement may come before what it replaces, which then asks for it.
            models.Index(
                fields=["issuing_country", "replaces_key"],
                name="certificate_replacement",
                condition=~Q(replaces_key=""),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateItem(models.Model):
    """One item of a certificate: what it certifies, and how much of it was used. `used` is kept by the database."""

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveIntegerField()
    hs_code = models.CharField(max_length=12, blank=True)
    description = models.CharField(max_length=512, blank=True)
    criterion = models.CharField(max_length=40, blank=True)
    quantity = models.DecimalField(max_digits=21, decimal_places=6)
    unit = models.CharField(max_length=10, blank=True)
    used = models.DecimalField(max_digits=21, decimal_places=6, default=0, db_default=0)
    refused = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["certificate_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["certificate", "number"], name="item_number_in_certificate"),
            models.CheckConstraint(
                condition=Q(used__gte=0) & Q(used__lte=F("quantity")), name="used_within_certified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}/{self.number}"


class Utilisation(models.Model):
    """One line of the ledger: a quantity used on a declaration line, or, below zero, a use taken back. Append-only."""

    item = models.ForeignKey(CertificateItem, on_delete=models.PROTECT, related_name="uses")
    declaration = models.CharField(max_length=11)
    line = models.PositiveIntegerField()
    quantity = models.DecimalField(max_digits=21, decimal_places=6)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["declaration"], name="use_by_declaration")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, quantity__gt=0)
                | Q(reverses__isnull=False, quantity__lt=0),
                name="use_or_its_reversal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity} → {self.declaration}/{self.line}"

    @property
    def tidy(self) -> Decimal:
        """The quantity without the noughts that the database keeps behind it."""
        return Decimal(format(self.quantity.normalize(), "f"))


class ExportCertificate(models.Model):
    """
    A certificate issued here for goods that leave: the application, and, once issued, its number and its signed body.

    `code` is the secret printed beside the number, which the public check page asks for.
    """

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.PROTECT, related_name="export_certificate"
    )
    importing_country = models.CharField(max_length=2)
    document = models.JSONField(default=dict)
    number = models.CharField(max_length=40, blank=True)
    compare_key = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    code = models.CharField(max_length=12, blank=True)
    signed = models.JSONField(null=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["compare_key"], condition=~Q(compare_key=""), name="export_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number or str(self.case_id)


class Transmission(models.Model):
    """
    What was exchanged about a certificate: the message, what it said, and what came of its signature. Append-only.

    `case` is empty for what came before the certificate it speaks of; it is found again by country and number.
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="transmissions")
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    compare_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    outward = models.BooleanField(default=False)
    verdict = models.CharField(max_length=20)
    signed_by = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["country", "compare_key"], name="transmission_of_number")]

    def __str__(self) -> str:
        return f"{self.kind} {self.country} {self.compare_key}"
