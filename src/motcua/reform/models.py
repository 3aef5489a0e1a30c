"""The plans of the years, their tasks (cases) with the evidence that they are done, and a register of other acts of reform."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from motcua.casework.models import Attachment, Case


class Plan(models.Model):
    """The plan of one year by its decision; `adopted_on` parts the tasks it began with from those that entered later."""

    class Regular(models.TextChoices):
        """When a regular ("thường xuyên") task counts as done: the usual quarrel, settled once, in the plan."""

        YEAR_END = "year_end"
        WHEN_SHOWN = "when_shown"

    year = models.PositiveSmallIntegerField(primary_key=True)
    decision = models.CharField(max_length=80)
    adopted_on = models.DateField()
    regular_rule = models.CharField(max_length=12, choices=Regular.choices, default=Regular.YEAR_END)
    source = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"plan {self.year}"


class Task(models.Model):
    """
    One task of a year's plan, with exactly one lead unit.

    `due_on` is the plan's own day and is never changed: every extension is an event. A task with an `indicator` is closed and
    reopened by the worker, when the figure of the year reaches `at_least` (of `measure`: the number itself or its share in %).
    """

    class Measure(models.TextChoices):
        VALUE = "value"
        SHARE = "share"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="task")
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    area = models.CharField(max_length=120)
    title = models.CharField(max_length=500)
    output = models.CharField(max_length=500, blank=True)
    lead = models.CharField(max_length=12)
    co_units = ArrayField(models.CharField(max_length=12), default=list)
    start_on = models.DateField(null=True)
    due_on = models.DateField()
    regular = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    indicator = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=8, choices=Measure.choices, default=Measure.VALUE)
    at_least = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year", "code"], name="task_code_in_year"),
            models.CheckConstraint(
                condition=models.Q(start_on__isnull=True) | models.Q(start_on__lte=models.F("due_on")),
                name="task_starts_before_due",
            ),
            models.CheckConstraint(
                condition=models.Q(indicator="") | models.Q(at_least__isnull=False),
                name="task_indicator_has_threshold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.code}"


class Evidence(models.Model):
    """
    What the lead unit shows; UPDATE and DELETE are refused by a trigger. `sha256` is of the file, the list of rows behind
    the figure, or whatever the kind proves. `lead` is the lead unit of that day.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence", db_index=False)
    event = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    mark = models.CharField(max_length=120)
    dated_on = models.DateField()
    title = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    attachment = models.ForeignKey(Attachment, null=True, on_delete=models.PROTECT, db_index=False)
    lead = models.CharField(max_length=12)
    submitted_by = models.CharField(max_length=60)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "event"], name="evidence_of_one_claim"),
            # What the acceptance repeats, so that the database can compare both.
            models.UniqueConstraint(
                fields=["id", "kind", "lead", "submitted_by"], name="evidence_as_repeated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}"


class Acceptance(models.Model):
    """
    Somebody other than the lead unit says that the evidence shows it; append-only. `lead`, `kind` and `submitted_by` repeat
    the evidence (a composite foreign key holds them to it), so that the database itself refuses what is self-accepted. The
    worker alone may accept what it measured itself.
    """

    evidence = models.OneToOneField(Evidence, primary_key=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    lead = models.CharField(max_length=12)
    submitted_by = models.CharField(max_length=60)
    accepted_by = models.CharField(max_length=60)
    accepted_office = models.CharField(max_length=12, blank=True)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(accepted_by=models.F("submitted_by"))
                | models.Q(kind="indicator", accepted_by="clock"),
                name="nobody_accepts_own_evidence",
            ),
            models.CheckConstraint(
                condition=~models.Q(accepted_office=models.F("lead")), name="lead_unit_accepts_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance of {self.evidence_id}"


class Reading(models.Model):
    """What the indicator of a task said on a day: how the task was closed and reopened can be read back."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="readings", db_index=False)
    on = models.DateField()
    value = models.BigIntegerField()
    of = models.BigIntegerField(null=True)
    met = models.BooleanField()
    sha256 = models.CharField(max_length=64)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "on"], name="reading_once_a_day")]

    def __str__(self) -> str:
        return f"{self.case_id} on {self.on}: {self.value}"


class Petition(models.Model):
    """
    A complaint about how a procedure is carried out, or a proposal to change it. Who sent it and their words stand here and
    not in the events; what the public reads is `summary` and `answer`, written by the office that answers.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint"
        PROPOSAL = "proposal"

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="petition")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    procedure = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    name = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)
    review = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"petition {self.case_id}"


class Act(models.Model):
    """
    An act of reform with a date and a mark: a procedure reviewed, one proposed for publication, an office that posts,
    a branch in the survey, a round of the time release study. `done_on` is null while it is only planned.
    """

    class Kind(models.TextChoices):
        REVIEW = "review"
        PROPOSAL = "proposal"
        POSTING = "posting"
        SURVEY_BRANCH = "survey_branch"
        RELEASE_ROUND = "release_round"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    reference = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    office = models.CharField(max_length=12, blank=True)
    planned_on = models.DateField()
    done_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="act_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
