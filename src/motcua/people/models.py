"""Offices, organisations, people, the roles they hold and the mandates between organisations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from motcua.lib.bilingual import Text
from motcua.lib.identifiers import tax_code
from motcua.lib.vietnamese import VIETNAM, fold, name_sort_key, nfc, sort_key
from motcua.people.roles import Role

LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]


def valid_on(on: date, prefix: str = "") -> Q:
    """The condition that a row with `valid_from` and `valid_to` (last day, null: open) holds on a day."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    )


def _in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        name=f"{name}_ends_after_it_begins",
    )


class Office(models.Model):
    """
    An office of the department, as it was called in its time; `law/offices.yaml` is the truth, this its copy.

    A renamed office is a new row with a new code: history keeps the name of the time, `successor` leads on.
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department"
        BRANCH = "branch"
        AUDIT = "audit"
        UNIT = "unit"

    code = models.CharField(max_length=12, primary_key=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    dossier_unit = models.CharField(max_length=20, blank=True)
    dossier_unit_verified = models.BooleanField(default=False)
    receives_dossiers = models.BooleanField(default=False)
    calendar = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    successor = models.CharField(max_length=12, blank=True)
    source = models.TextField()
    verified = models.BooleanField()

    class Meta:
        ordering = ["code"]
        constraints = [_in_order("office")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_vi}"

    @property
    def name(self) -> Text:
        """The name in both languages."""
        return Text(self.name_vi, self.name_en)


class Organisation(models.Model):
    """A firm, an agent, a carrier, a ministry, a laboratory or an authority that deals with us."""

    class Kind(models.TextChoices):
        FIRM = "firm"
        AGENT = "agent"
        CARRIER = "carrier"
        MINISTRY = "ministry"
        LABORATORY = "laboratory"
        AUTHORITY = "authority"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=40, null=True, blank=True, unique=True)
    tax_code = models.CharField(max_length=14, null=True, blank=True, unique=True)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    name_sort = models.CharField(max_length=1000, editable=False)
    search = models.CharField(max_length=400, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
            models.CheckConstraint(
                condition=Q(tax_code__isnull=True)
                | Q(tax_code__regex=r"^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$"),
                name="organisation_tax_code_has_its_form",
            ),
        ]
        indexes = [
            GinIndex(OpClass("search", name="gin_trgm_ops"), name="organisation_search"),
            models.Index(fields=["name_sort"], name="organisation_sorted"),
        ]

    def __str__(self) -> str:
        return self.name

    def in_language(self, language: str) -> str:
        """The name; Vietnamese where no English one is registered."""
        return self.name if language.startswith("vi") else self.name_en or self.name

    def prepare(self) -> Organisation:
        """Bring the columns to their stored form; `Refused` for a tax code that cannot be. Call it before bulk_create."""
        self.name = " ".join(nfc(self.name).split())
        self.tax_code = tax_code(self.tax_code, place="tax_code").value if self.tax_code else None
        self.code = self.code or None
        self.name_sort = sort_key(self.name)[:1000]
        self.search = fold(" ".join(filter(None, (self.name, self.name_en, self.tax_code, self.code))))[:400]
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row in its prepared form."""
        self.prepare()
        super().save(*args, **kwargs)


class UserManager(BaseUserManager["User"]):
    """Makes accounts with a hashed password, or none."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        """Store a new account; without a password nobody can sign in to it."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. What is personal stands here and nowhere else; events know only the `key`."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=200)
    name_sort = models.CharField(max_length=700, editable=False)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="vi")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    office = models.CharField(max_length=12, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.username

    @property
    def key(self) -> str:
        """How events name this person."""
        return f"user:{self.pk}"

    def posts_on(self, on: date) -> Iterable[tuple[str, str]]:
        """The (role, office) pairs held on a day; one query."""
        return self.grants.filter(valid_on(on)).values_list("role", "office").order_by("role", "office")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account; user names are lower case, so that Lan and lan are one."""
        self.username = nfc(self.username).strip().lower()
        self.full_name = " ".join(nfc(self.full_name).split())
        self.name_sort = name_sort_key(self.full_name)[:700]
        super().save(*args, **kwargs)


class RoleGrant(models.Model):
    """A role held by a person for a time, at one office or, with office '', in the whole department."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=24, choices=[(role.value, role.title.vi) for role in Role])
    office = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            _in_order("grant"),
            models.UniqueConstraint(fields=["user", "role", "office", "valid_from"], name="grant_once"),
            # The public needs no grant and a machine has no account.
            models.CheckConstraint(
                condition=~Q(role__in=[Role.PUBLIC, Role.PARTNER]), name="grant_is_for_people"
            ),
        ]
        indexes = [models.Index(fields=["role", "office"], name="grant_by_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.office}".strip()

    @property
    def title(self) -> Text:
        """What people call the role."""
        return Role(self.role).title

    def holds_on(self, on: date) -> bool:
        """Whether the role is held on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Mandate(models.Model):
    """One organisation may act for another; `procedures` narrows it to some, empty means every procedure."""

    principal = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates_held")
    procedures = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=60)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            _in_order("mandate"),
            models.CheckConstraint(condition=~Q(principal=F("agent")), name="mandate_not_to_itself"),
        ]
        indexes = [models.Index(fields=["agent", "valid_from"], name="mandate_of_agent")]

    def __str__(self) -> str:
        return f"{self.principal_id} → {self.agent_id}"

    @staticmethod
    def in_force(on: date, prefix: str = "") -> Q:
        """The condition of being in force on a day: begun, not ended, and not revoked on that day or before."""
        next_midnight = datetime.combine(on + timedelta(days=1), time(), VIETNAM)
        return valid_on(on, prefix) & (
            Q(**{f"{prefix}revoked_at__isnull": True}) | Q(**{f"{prefix}revoked_at__gte": next_midnight})
        )

    def holds_on(self, on: date) -> bool:
        """The same for a row at hand."""
        revoked_on = self.revoked_at.astimezone(VIETNAM).date() if self.revoked_at else date.max
        return self.valid_from <= on < revoked_on and (self.valid_to is None or on <= self.valid_to)


class SignIn(models.Model):
    """One sign-in of a person, so that they see their sessions and can end one; the session itself is Django's."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45, blank=True)
    browser = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        ordering = ["-started_at", "-pk"]


class SignInAttempt(models.Model):
    """
    A wrong password, counted by account and address; forgotten after a while.

    The account is a keyed digest of what was typed: people do type their password into the wrong field.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=45, blank=True)
    tried_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "address", "tried_at"], name="attempt_on_account"),
            models.Index(fields=["address", "tried_at"], name="attempt_from_address"),
        ]


# A model is known only once it is imported, and it stands in a file of its own.
from motcua.people.api_keys import ApiKey as ApiKey  # noqa: E402
