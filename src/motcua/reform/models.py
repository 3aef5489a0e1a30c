"""The reform plan's tasks (cases), and a plain register of the other acts of reform until each has a life of its own."""

from __future__ import annotations

from django.db import models

from motcua.casework.models import Case


class Task(models.Model):
    """One task of a year's plan, with exactly one lead unit."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="task")
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    area = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    lead = models.CharField(max_length=12)
    due_on = models.DateField()
    invented = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="task_code_in_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.code}"


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
