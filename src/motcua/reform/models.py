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


class Committee(models.Model):
    """A steering committee by the decision that set it up (or renewed it), and its term."""

    name = models.CharField(max_length=200)
    decision = models.CharField(max_length=80, unique=True)
    decided_on = models.DateField()
    term_to = models.DateField(null=True)

    def __str__(self) -> str:
        return f"committee of {self.decision}"


class Member(models.Model):
    """Somebody on a committee, for a time; who came in their place is named, so that a role can be followed back."""

    class Post(models.TextChoices):
        HEAD = "head"
        DEPUTY = "deputy"
        STANDING = "standing"
        MEMBER = "member"
        WORKING = "working"

    committee = models.ForeignKey(Committee, on_delete=models.PROTECT, related_name="members", db_index=False)
    name = models.CharField(max_length=120)
    post = models.CharField(max_length=10, choices=Post.choices)
    office = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField(null=True)
    replaced_by = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaces")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["committee"],
                condition=models.Q(post="head", until=None),
                name="committee_has_one_head",
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="member_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(replaced_by__isnull=True) | models.Q(until__isnull=False),
                name="member_replaced_is_over",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} of {self.committee_id}"


class Meeting(models.Model):
    """A meeting of a committee, and the notice that carries its conclusions."""

    committee = models.ForeignKey(
        Committee, on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    held_on = models.DateField()
    notice = models.CharField(max_length=80)
    subject = models.CharField(max_length=300)

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["committee", "notice"], name="meeting_notice_once")]

    def __str__(self) -> str:
        return f"meeting of {self.held_on}"


class Assignment(models.Model):
    """A conclusion that somebody has to carry out by a day; it is a task of the year's plan, and its state is the task's."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    task = models.OneToOneField(Task, primary_key=True, on_delete=models.PROTECT, related_name="assignment")

    def __str__(self) -> str:
        return f"assignment {self.task_id}"


class Strategy(models.Model):
    """A strategy or a plan of five years, by its decision."""

    code = models.SlugField(primary_key=True, max_length=40)
    title = models.CharField(max_length=300)
    decision = models.CharField(max_length=80)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_year__gte=models.F("first_year")), name="strategy_years_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Objective(models.Model):
    """One objective: where it began, where it should end, and, where it was missed, why and what is proposed."""

    strategy = models.ForeignKey(
        Strategy, on_delete=models.PROTECT, related_name="objectives", db_index=False
    )
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    unit = models.CharField(max_length=40)
    baseline = models.DecimalField(max_digits=14, decimal_places=2)
    target = models.DecimalField(max_digits=14, decimal_places=2)
    indicator = models.CharField(max_length=60, blank=True)
    measure = models.CharField(max_length=8, choices=Task.Measure.choices, default=Task.Measure.VALUE)
    cause = models.TextField(blank=True)
    proposal = models.TextField(blank=True)
    invented = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["strategy", "code"], name="objective_once")]

    def __str__(self) -> str:
        return f"{self.strategy_id} {self.code}"


class YearValue(models.Model):
    """What an objective had reached at the end of a year: counted from records (then with the digest of its rows), or sourced."""

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="values", db_index=False)
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=14, decimal_places=2)
    source = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "year"], name="value_once_a_year"),
            models.CheckConstraint(
                condition=~models.Q(source="", sha256=""), name="value_has_source_or_rows"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} {self.year}: {self.value}"


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
