"""Movements with their papers, bills, boxes, approvals and clearances. What is personal stands in a table of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from motcua.casework.models import Case
from motcua.exchange.models import Message
from motcua.lib.bilingual import Text


class Movement(models.Model):
    """
    One entry or one exit, the unit ("lượt") the figures count; a ship that comes and leaves makes two.

    `live_key` says which call of which conveyance it is, and is unique among those not yet cleared: two messages about the
    same call find the same movement. `next_due_at` and `next_due` are the earliest paper still owed, derived on every act.
    """

    class Direction(models.TextChoices):
        ENTRY = "entry"
        EXIT = "exit"

    class Kind(models.TextChoices):
        ENTRY = "entry"
        EXIT = "exit"
        TRANSIT = "transit"
        PORT_ARRIVAL = "port-arrival"
        PORT_DEPARTURE = "port-departure"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="movement")
    mode = models.CharField(max_length=5, default="sea")
    kind = models.CharField(max_length=14, choices=Kind.choices, default=Kind.ENTRY)
    direction = models.CharField(max_length=5, choices=Direction.choices)
    imo = models.CharField(max_length=7, blank=True)
    ship = models.CharField(max_length=80)
    flag = models.CharField(max_length=2, blank=True)
    registration = models.CharField(max_length=35, blank=True)
    voyage = models.CharField(max_length=20)
    port = models.CharField(max_length=5)
    other_port = models.CharField(max_length=17, blank=True)
    eta = models.DateTimeField(null=True)
    etd = models.DateTimeField(null=True)
    ata = models.DateTimeField(null=True)
    atd = models.DateTimeField(null=True)
    voyage_hours = models.PositiveIntegerField(null=True)
    crew = models.PositiveIntegerField(null=True)
    passengers = models.PositiveIntegerField(null=True)
    dangerous = models.BooleanField(default=False)
    late = models.PositiveSmallIntegerField(default=0)
    call_key = models.CharField(max_length=120, blank=True)
    live_key = models.CharField(max_length=120, null=True)
    next_due_at = models.DateTimeField(null=True)
    next_due = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["live_key"], name="one_open_movement_of_a_call"),
        ]
        indexes = [
            models.Index(fields=["call_key"], name="movement_of_a_call"),
            models.Index(
                fields=["next_due_at"], name="movement_next_due", condition=Q(next_due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ship} {self.voyage}"

    @property
    def is_port_call(self) -> bool:
        """A move between two ports of the country: neither entry nor exit."""
        return self.kind in {self.Kind.PORT_ARRIVAL, self.Kind.PORT_DEPARTURE}


class Version(models.Model):
    """
    One paper of a movement as it was filed; added, never changed: a correction is the next version with its reason.

    `content` is the document without what is personal; `sha256` is of the whole. `due_at` is the deadline it was judged by.
    """

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="versions")
    form = models.CharField(max_length=30)
    filer = models.BigIntegerField(null=True)
    number = models.PositiveIntegerField()
    function = models.CharField(max_length=8, default="original")
    reference = models.CharField(max_length=70, blank=True)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    diff: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    findings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list)
    waits = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=8, default="message")
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, db_index=False)
    filed_at = models.DateTimeField()
    filed_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["movement_id", "form", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "form", "filer", "number"],
                name="version_number_of_a_form",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["filer", "form"], name="version_by_filer")]

    def __str__(self) -> str:
        return f"{self.movement_id} {self.form} {self.number}"


class Decision(models.Model):
    """What an officer said to a version that waited for consent."""

    version = models.OneToOneField(
        Version, primary_key=True, on_delete=models.PROTECT, related_name="decision"
    )
    accepted = models.BooleanField()
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60)


class Persons(models.Model):
    """Who is named in a version: crew, passengers, their effects, the sick. Apart, and erased after `keep_until`."""

    version = models.OneToOneField(
        Version, primary_key=True, on_delete=models.PROTECT, related_name="persons"
    )
    rows: models.JSONField[list[Any], list[Any]] = models.JSONField()
    count = models.PositiveIntegerField()
    keep_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["keep_until"], name="persons_keep_until")]


class Bill(models.Model):
    """A bill of the version in force, to be found by number, consignee or container; the history stands in the versions."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="bills")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="bills")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=35)
    key = models.CharField(max_length=35)
    carrier = models.CharField(max_length=17, blank=True)
    kind = models.CharField(max_length=6)
    master_key = models.CharField(max_length=35, blank=True)
    nature = models.CharField(max_length=12, blank=True)
    direction = models.CharField(max_length=5)
    shipper = models.CharField(max_length=70, blank=True)
    consignee = models.CharField(max_length=70, blank=True)
    consignee_code = models.CharField(max_length=17, blank=True)
    loading = models.CharField(max_length=17, blank=True)
    unloading = models.CharField(max_length=17, blank=True)
    goods = models.CharField(max_length=200, blank=True)
    hs = ArrayField(models.CharField(max_length=18), default=list)
    packages = models.PositiveIntegerField(null=True)
    package_kind = models.CharField(max_length=2, blank=True)
    gross_kg = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    containers = ArrayField(models.CharField(max_length=17), default=list)
    split = models.BooleanField(default=False)
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["movement_id", "position"]
        constraints = [
            # One bill is declared once: by one movement in, and where it is carried on, by one movement out.
            models.UniqueConstraint(
                fields=["key", "carrier", "direction"], name="bill_is_live_once", condition=Q(live=True, split=False)
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["key"], name="bill_by_number"),
            models.Index(
                fields=["consignee_code"], name="bill_by_consignee", condition=~Q(consignee_code="")
            ),
            models.Index(fields=["master_key"], name="bill_by_master", condition=~Q(master_key="")),
            GinIndex(fields=["containers"], name="bill_by_container"),
        ]

    def __str__(self) -> str:
        return self.number


class Container(models.Model):
    """A container, wagon or trailer of the version in force."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="containers")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="containers")
    number = models.CharField(max_length=17)
    kind = models.CharField(max_length=9, default="container")
    size_type = models.CharField(max_length=10, blank=True)
    fullness = models.CharField(max_length=5, blank=True)
    seals = ArrayField(models.CharField(max_length=35), default=list)
    gross_kg = models.DecimalField(max_digits=16, decimal_places=3, null=True)

    class Meta:
        ordering = ["movement_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="container_once_in_a_version"),
        ]
        indexes = [models.Index(fields=["number"], name="container_by_number")]

    def __str__(self) -> str:
        return self.number


class Approval(models.Model):
    """What an agency said about a movement, each time with its reason; the latest word of each agency counts."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="approvals")
    agency = models.CharField(max_length=20)
    approves = models.BooleanField()
    reason = models.TextField(blank=True)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=60)

    class Meta:
        ordering = ["movement_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approves=True) | ~Q(reason=""), name="an_objection_has_a_reason"
            ),
        ]


class ClearancePaper(models.Model):
    """A clearance as it was issued; a cancelled one keeps its row and its reason, a reissued one is a new row."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="clearances")
    number = models.CharField(max_length=40, unique=True)
    channel = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=60)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")

    def __str__(self) -> str:
        return self.number


class Discharge(models.Model):
    """What the port says came off or went on: one line of its report per container or bill; from its message."""

    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="discharges")
    container = models.CharField(max_length=17, blank=True)
    bill_key = models.CharField(max_length=35, blank=True)
    packages = models.PositiveIntegerField(null=True)
    gross_kg = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    at = models.DateTimeField()
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(container="") | ~Q(bill_key=""), name="a_discharge_names_something"
            ),
        ]


class Draft(models.Model):
    """What somebody has typed of a paper so far; theirs alone until it is filed."""

    owner = models.BigIntegerField()
    organisation = models.BigIntegerField()
    movement = models.ForeignKey(Movement, null=True, on_delete=models.PROTECT, related_name="drafts")
    form = models.CharField(max_length=30)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "organisation", "movement", "form"], name="draft_of_a_form", nulls_distinct=False
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.form} {self.movement_id or ''}"


MODES = {
    "sea": Text("Đường biển", "Sea"),
    "air": Text("Đường hàng không", "Air"),
    "rail": Text("Đường sắt", "Rail"),
    "road": Text("Đường bộ", "Road"),
    "river": Text("Đường thủy nội địa", "Inland waterway"),
}
KINDS = {
    "entry": Text("Nhập cảnh", "Entry"),
    "exit": Text("Xuất cảnh", "Exit"),
    "transit": Text("Quá cảnh", "Transit"),
    "port-arrival": Text("Vào cảng", "Arrival in port"),
    "port-departure": Text("Rời cảng", "Departure from port"),
}
