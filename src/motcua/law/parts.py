"""The parts a procedure sheet is made of: typed, frozen, unknown keys refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from motcua.lib.bilingual import known_language
from motcua.lib.worktime import Limit, OnSupplement, Unit


class ChannelName(StrEnum):
    """How a dossier reaches the office."""

    ONLINE = "online"
    DESK = "desk"
    POST = "post"


class Level(StrEnum):
    """Who settles a procedure: a customs branch, the department, the general department."""

    BRANCH = "branch"
    DEPARTMENT = "department"
    GENERAL_DEPARTMENT = "general-department"


class FieldType(StrEnum):
    """What an applicant may type into a field of the form."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    MASS = "mass"
    DATE = "date"
    DATETIME = "datetime"
    CHOICE = "choice"
    TAX_CODE = "tax_code"
    HS_CODE = "hs_code"
    UNLOCODE = "unlocode"
    IMO = "imo"
    CONTAINER = "container"
    DECLARATION = "declaration"
    COUNTRY = "country"
    EMAIL = "email"
    PHONE = "phone"
    YES_NO = "yes_no"
    FILE = "file"


def wrong(kind: str, vi: str, en: str) -> PydanticCustomError:
    """A fault of a sheet in both languages; the loader adds the file and the line."""
    return PydanticCustomError("sheet", "{en}", {"kind": kind, "vi": vi, "en": en})


def _tidy(text: str) -> str:
    tidy = unicodedata.normalize("NFC", text).strip()
    if not tidy:
        raise wrong("blank", "không được để trống", "must not be blank")
    return tidy


def _slug(text: str) -> str:
    parts = text.replace("_", "-").split("-")
    if not (text.isascii() and all(part.isalnum() and part == part.lower() for part in parts)):
        raise wrong(
            "name",
            f"tên {text!r} chỉ được dùng chữ thường không dấu, chữ số, '-' và '_'",
            f"the name {text!r} may hold only lower-case ASCII letters, digits, '-' and '_'",
        )
    return text


def whole(number: Any) -> Any:
    """Keep YAML's true and false out of number fields."""
    # YAML's true would otherwise pass as 1.
    return str(number) if isinstance(number, bool) else number


def _plain(number: Decimal) -> Decimal:
    # 2, 2.0 and 2.00 hours are one figure and must give one digest.
    return number.to_integral_value() if number == number.to_integral_value() else number.normalize()


Flag = Annotated[bool, Field(strict=True)]
Line = Annotated[str, AfterValidator(_tidy)]
Name = Annotated[Line, AfterValidator(_slug)]
Count = Annotated[int, BeforeValidator(whole), Field(ge=0, le=1000)]
Hours = Annotated[Decimal, BeforeValidator(whole), Field(gt=0, le=10_000), AfterValidator(_plain)]
Minutes = Annotated[Decimal, BeforeValidator(whole), Field(ge=0, le=100_000), AfterValidator(_plain)]


class Part(BaseModel):
    """What every part of a sheet has in common: unknown keys are refused, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Part):
    """A text in Vietnamese and English; neither may be blank."""

    vi: Line
    en: Line

    def in_language(self, language: str) -> str:
        """The text in `vi` or `en`; ValueError for any other language."""
        return self.vi if known_language(language) == "vi" else self.en


class NationalCode(Part):
    """The code in the national database of administrative procedures, such as `1.007655`."""

    value: Line
    verified: Flag


class Basis(Part):
    """A legal text and the article in it; `text` is its number and sign, such as `38/2015/TT-BTC`."""

    text: Line
    article: Line | None = None
    title: Text | None = None


class Published(Part):
    """The decision that made the procedure public."""

    decision: Line
    on: date
    source: Line
    verified: Flag


class Source(Part):
    """Where a statement of the sheet can be read again: address, day of reading, what it says."""

    url: Line
    accessed: date
    says: Line


class TimeLimit(Part):
    """How long the office may take: a number of `unit`s, and what a supplement does to the clock."""

    value: Hours
    unit: Literal["working_hours", "working_days", "clock_hours", "calendar_days"]
    on_supplement: Literal["continue", "restart"] = "continue"
    verified: Flag = False

    @property
    def limit(self) -> Limit:
        """The same limit as the clock understands it."""
        return Limit(self.value, Unit(self.unit), OnSupplement(self.on_supplement))


class Channel(Part):
    """One way of submitting, with its own limit and its own note on fees; `limit: null` = none in law."""

    limit: TimeLimit | None
    fee_note: Text | None = None
    note: Text | None = None


class Channels(Part):
    """The ways of submitting that are open for this procedure; at least one."""

    online: Channel | None = None
    desk: Channel | None = None
    post: Channel | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Channels:
        if not self.open():
            raise wrong(
                "no-channel",
                "phải mở ít nhất một cách nộp: online, desk hoặc post",
                "at least one way of submitting must be open: online, desk or post",
            )
        return self

    def open(self) -> Mapping[ChannelName, Channel]:
        """The open ways, in the order online, desk, post."""
        given = {name: getattr(self, name.value) for name in ChannelName}
        return {name: channel for name, channel in given.items() if channel is not None}


class When(Part):
    """A document that is needed only in the case described."""

    when: Text


def _required_kind(value: Any) -> str:
    return "when" if isinstance(value, dict | When) else "always"


Required = Annotated[
    Annotated[Literal["always"], Tag("always")] | Annotated[When, Tag("when")], Discriminator(_required_kind)
]


class Document(Part):
    """One paper of the dossier.

    `minutes` is the estimated time to prepare it (null: nobody has estimated it);
    `form` names the official form; `reusable` means that a copy the office holds already is enough.
    """

    id: Name
    name: Text
    originals: Count
    copies: Count
    minutes: Minutes | None = None
    required: Required = "always"
    form: Line | None = None
    reusable: Flag = False

    @property
    def is_conditional(self) -> bool:
        """Needed in some cases only."""
        return isinstance(self.required, When)


class Step(Part):
    """One step inside the office: which unit has it, for how many working hours (null: not fixed)."""

    id: Name
    name: Text
    unit: Literal["one-stop", "handling", "leader", "inspection", "other-agency"]
    hours: Hours | None


class Result(Part):
    """What the applicant gets in the end."""

    id: Name
    name: Text


class Choice(Part):
    """One answer to choose."""

    value: Line
    label: Text


class FormField(Part):
    """One field the applicant fills in."""

    id: Name
    label: Text
    type: FieldType
    required: Flag
    help: Text | None = None
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def _choices_fit(self) -> FormField:
        if self.type is FieldType.CHOICE and not self.choices:
            raise wrong(
                "choices",
                f"trường {self.id} kiểu choice phải có choices",
                f"the field {self.id} of type choice needs choices",
            )
        if self.type is not FieldType.CHOICE and self.choices:
            raise wrong(
                "choices",
                f"trường {self.id} có choices nhưng kiểu là {self.type}; hãy đổi kiểu thành choice",
                f"the field {self.id} has choices but its type is {self.type}; make it choice",
            )
        return self
