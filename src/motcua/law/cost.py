"""What a procedure costs those who must follow it, line by line, by one of two declared methods.

`circular-02-2017`: Circular 02/2017/TT-VPCP, article 27. One time = works (hours x average income per
hour, or a hired service at its price) + fees and other prescribed costs; one year = one time x times per
year x subjects. Where sources differ the lower-middle figure counts; opportunity cost does not count.

`scm`: International Standard Cost Model. Sum of P x Q: P = hours x tariff with overhead, or an outlay;
Q = times x subjects; what a business would do anyway is taken off. Fees are not an administrative cost: they
are shown but not added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from motcua.law.parameters import Parameters, Value, lower_middle
from motcua.law.parts import Document, Text
from motcua.law.sheets import Sheet
from motcua.lib.errors import Refused
from motcua.lib.rounding import Exact, half_up

Method = Literal["circular-02-2017", "scm"]
METHODS: Final[tuple[Method, ...]] = ("circular-02-2017", "scm")

HOURLY_INCOME: Final = "hourly-income"
OVERHEAD: Final = "scm-overhead-share"
BUSINESS_AS_USUAL: Final = "scm-business-as-usual-share"


@dataclass(frozen=True)
class Estimate:
    """One figure for a work and who says so: hours, or VND for an outlay."""

    value: Decimal
    source: str
    verified: bool = False


@dataclass(frozen=True)
class Work:
    """A work beside preparing papers: travel, waiting, a hired service.

    `hours` and `outlay_vnd` hold one figure per source; the lower-middle one counts.
    """

    name: Text
    hours: tuple[Estimate, ...] = ()
    outlay_vnd: tuple[Estimate, ...] = ()


@dataclass(frozen=True)
class Input:
    """A figure that went into a line; `value` None means that nobody has given one."""

    name: Text
    value: Decimal | None
    unit: Text
    source: str
    verified: bool


@dataclass(frozen=True)
class Estimated:
    """A part of a line that is an estimate: so many VND, and how far the sources lie apart as factors of it."""

    vnd: Fraction
    least: Fraction | None = None
    greatest: Fraction | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table: what it is for, how much it costs one time, and the figures behind it.

    `counts` is False for what the method shows without adding. `estimated` are the parts of the cost that rest on
    somebody's estimate, as (VND, least factor, greatest factor); a factor of None is not known from the sources.
    """

    name: Text
    kind: Literal["paper", "work", "fee"]
    once_vnd: Decimal
    inputs: tuple[Input, ...]
    counts: bool = True
    estimated: tuple[Estimated, ...] = ()

    @property
    def is_verified(self) -> bool:
        """Every figure of the line was checked."""
        return all(one.verified for one in self.inputs)

    @property
    def is_complete(self) -> bool:
        """No figure of the line is missing."""
        return all(one.value is not None for one in self.inputs)


@dataclass(frozen=True)
class Cost:
    """The cost of one version of a procedure: lines, one time, one year; VND, each line in whole dong."""

    procedure: str
    since: date
    on: date
    method: Method
    frequency: Decimal
    subjects: int
    hourly_income_vnd: Decimal
    lines: tuple[Line, ...]
    assumptions: tuple[Text, ...]

    @property
    def once_vnd(self) -> Decimal:
        """What following the procedure costs one subject one time."""
        return sum((line.once_vnd for line in self.lines if line.counts), Decimal(0))

    @property
    def volume(self) -> Decimal:
        """How often the procedure is followed in a year by everybody: frequency x subjects."""
        return self.frequency * self.subjects

    @property
    def year_vnd(self) -> Decimal:
        """What the procedure costs all subjects in a year."""
        return half_up(Fraction(self.once_vnd) * Fraction(self.volume), 0)

    @property
    def is_verified(self) -> bool:
        """Every figure was checked."""
        return all(line.is_verified for line in self.lines)

    @property
    def is_complete(self) -> bool:
        """No figure is missing; a missing figure counts as nothing and must be shown."""
        return all(line.is_complete for line in self.lines)


@dataclass(frozen=True)
class Benefit:
    """What a reform saves: Circular 02/2017/TT-VPCP, article 27: benefit = cost now - cost after.

    Raises `Refused` unless both costs follow one method, and, unless told otherwise, one volume and one price
    of an hour: a saving that only comes from fewer dossiers or other wages is no reform.
    """

    before: Cost
    after: Cost
    different_volumes: bool = False
    different_prices: bool = False

    def __post_init__(self) -> None:
        if self.before.method != self.after.method:
            raise Refused(
                f"Không so sánh được hai phương pháp {self.before.method} và {self.after.method}; "
                f"hãy tính cả hai theo một phương pháp.",
                f"Two methods cannot be compared: {self.before.method} and {self.after.method}; "
                f"compute both by one method.",
            )
        if self.before.volume != self.after.volume and not self.different_volumes:
            raise Refused(
                f"Số lần thực hiện trong năm khác nhau ({self.before.volume} và {self.after.volume}); "
                f"hãy dùng cùng số lượng, hoặc nói rõ là so sánh với số lượng khác nhau.",
                f"The yearly volumes differ ({self.before.volume} and {self.after.volume}); "
                f"use one volume, or say openly that different volumes are compared.",
            )
        if self.before.hourly_income_vnd != self.after.hourly_income_vnd and not self.different_prices:
            raise Refused(
                f"Thu nhập một giờ khác nhau ({self.before.hourly_income_vnd} và "
                f"{self.after.hourly_income_vnd} đồng); hãy tính cả hai vào cùng một ngày.",
                f"The income per hour differs ({self.before.hourly_income_vnd} and "
                f"{self.after.hourly_income_vnd} VND); compute both on one day.",
            )

    @property
    def once_vnd(self) -> Decimal:
        """What one subject saves one time; negative when the reform costs more."""
        return self.before.once_vnd - self.after.once_vnd

    @property
    def year_vnd(self) -> Decimal:
        """What all subjects save in a year."""
        return self.before.year_vnd - self.after.year_vnd

    @property
    def rate_percent(self) -> Decimal | None:
        """The cut of the yearly cost in per cent, two decimals; None when there was no cost to cut."""
        if self.before.year_vnd == 0:
            return None
        return half_up(Fraction(self.year_vnd) * 100 / Fraction(self.before.year_vnd), 2)


def cost(
    sheet: Sheet,
    parameters: Parameters,
    *,
    on: date,
    frequency: Decimal | int,
    subjects: int,
    method: Method = "circular-02-2017",
    works: Iterable[Work] = (),
    conditional: bool = True,
    overhead: Decimal | None = None,
    business_as_usual: Decimal | None = None,
) -> Cost:
    """Compute the cost of a sheet at the prices of the day `on`.

    `frequency` is times per year and subject, `subjects` how many must comply; `works` are the works beside
    preparing papers. `conditional` says whether papers needed in some cases only are counted.
    `overhead` and `business_as_usual` are shares for `scm`; left out, the parameters give them.
    Raises `Refused` for an unknown method, a negative volume, a share outside 0..1 or a missing parameter.
    """
    _check_volume(method, frequency, subjects)
    income = parameters.value(HOURLY_INCOME, on)
    price = _Price(income)
    if method == "scm":
        over = _share(parameters, OVERHEAD, overhead, on)
        price = _Price(income, over, _share(parameters, BUSINESS_AS_USUAL, business_as_usual, on))
    papers = [paper for paper in sheet.documents if conditional or not paper.is_conditional]
    lines = [_paper_line(paper, sheet, price) for paper in papers]
    lines += [_work_line(work, price) for work in works]
    lines += [_fee_line(parameters.value(fee, on), counts=method != "scm") for fee in sheet.fees]
    return Cost(
        procedure=sheet.procedure,
        since=sheet.since,
        on=on,
        method=method,
        frequency=Decimal(frequency),
        subjects=subjects,
        hourly_income_vnd=income.amount,
        lines=tuple(lines),
        assumptions=tuple(_assumptions(sheet, method, conditional=conditional)),
    )


@dataclass(frozen=True)
class _Price:
    """What an hour costs, with the shares of the Standard Cost Model where they apply."""

    income: Value
    overhead: Input | None = None
    business_as_usual: Input | None = None

    def of_hours(self, hours: Exact) -> Fraction:
        factor = 1 + _fraction(self.overhead)
        return (
            Fraction(hours) * Fraction(self.income.amount) * factor * (1 - _fraction(self.business_as_usual))
        )

    def of_outlay(self, vnd: Decimal) -> Fraction:
        return Fraction(vnd) * (1 - _fraction(self.business_as_usual))

    def inputs(self) -> tuple[Input, ...]:
        income = Input(
            self.income.label, self.income.amount, self.income.unit, self.income.source, self.income.verified
        )
        return (income, *(one for one in (self.overhead, self.business_as_usual) if one is not None))


def _paper_line(paper: Document, sheet: Sheet, price: _Price) -> Line:
    hours = Fraction(paper.minutes or 0) / 60
    given = Input(
        Text(vi="Thời gian chuẩn bị", en="Time to prepare"),
        paper.minutes,
        Text(vi="phút", en="minutes"),
        f"{sheet.path}: documents[{paper.id}].minutes",
        # A sheet's minutes are an estimate; nothing in law fixes them.
        verified=False,
    )
    vnd = price.of_hours(hours)
    return Line(paper.name, "paper", _dong(vnd), (given, *price.inputs()), estimated=(Estimated(vnd),))


def _work_line(work: Work, price: _Price) -> Line:
    if not work.hours and not work.outlay_vnd:
        raise Refused(
            f"Công việc «{work.name.vi}» chưa có số giờ hoặc chi phí.",
            f"The work “{work.name.en}” has neither hours nor an outlay.",
        )
    inputs: list[Input] = []
    parts: list[Estimated] = []
    if work.hours:
        hours = _chosen(work.hours, Text(vi="Thời gian", en="Time"), Text(vi="giờ", en="hours"))
        parts.append(_spread(work.hours, hours.value or Decimal(0), price.of_hours))
        inputs += [hours, *price.inputs()]
    if work.outlay_vnd:
        outlay = _chosen(work.outlay_vnd, Text(vi="Chi phí", en="Outlay"), Text(vi="đồng", en="VND"))
        parts.append(_spread(work.outlay_vnd, outlay.value or Decimal(0), price.of_outlay))
        inputs.append(outlay)
    total = sum((part.vnd for part in parts), Fraction(0))
    return Line(work.name, "work", _dong(total), tuple(inputs), estimated=tuple(parts))


def _spread(estimates: Sequence[Estimate], value: Decimal, price: Callable[[Decimal], Fraction]) -> Estimated:
    """What the chosen figure costs, and how far the sources lie apart where there are several."""
    if len(estimates) < 2 or not value:
        return Estimated(price(value))
    values = [Fraction(estimate.value) / Fraction(value) for estimate in estimates]
    return Estimated(price(value), min(values), max(values))


def _chosen(estimates: Sequence[Estimate], name: Text, unit: Text) -> Input:
    if any(estimate.value < 0 for estimate in estimates):
        raise Refused("Số giờ và chi phí không được âm.", "Hours and outlays cannot be negative.")
    value = lower_middle([estimate.value for estimate in estimates])
    source = next(estimate.source for estimate in estimates if estimate.value == value)
    if len(estimates) > 1:
        source = f"{source} (lower-middle of {len(estimates)})"
    return Input(name, value, unit, source, all(estimate.verified for estimate in estimates))


def _fee_line(fee: Value, *, counts: bool) -> Line:
    given = Input(fee.label, fee.amount, fee.unit, f"{fee.basis.text}: {fee.source}", fee.verified)
    return Line(fee.label, "fee", _dong(fee.amount), (given,), counts)


def _share(parameters: Parameters, name: str, given: Decimal | None, on: date) -> Input:
    value = parameters.value(name, on)
    amount = value.amount if given is None else given
    if not 0 <= amount <= 1:
        raise Refused(
            f"{value.label.vi} phải từ 0 đến 1, không phải {amount}.",
            f"{value.label.en} must lie between 0 and 1, not {amount}.",
        )
    if given is None:
        return Input(value.label, amount, value.unit, value.source, value.verified)
    return Input(value.label, amount, value.unit, "given for this computation", verified=False)


def _check_volume(method: str, frequency: Decimal | int, subjects: int) -> None:
    if method not in METHODS:
        raise Refused(
            f"Không có phương pháp {method!r}; hãy chọn {' hoặc '.join(METHODS)}.",
            f"There is no method {method!r}; choose {' or '.join(METHODS)}.",
        )
    if frequency < 0 or subjects < 0:
        raise Refused(
            "Số lần trong năm và số đối tượng không được âm.",
            "Times per year and number of subjects cannot be negative.",
        )


def _assumptions(sheet: Sheet, method: Method, *, conditional: bool) -> Iterable[Text]:
    if method == "scm":
        yield Text(
            vi="Phí, lệ phí nêu riêng, không cộng vào chi phí hành chính.",
            en="Fees are shown apart and not added to the administrative cost.",
        )
    else:
        yield Text(vi="Không tính chi phí cơ hội.", en="Opportunity cost is not counted.")
    yield Text(
        vi="Các nguồn khác nhau: chọn mức trung bình thấp.",
        en="Where sources differ the lower-middle figure counts.",
    )
    if any(paper.is_conditional for paper in sheet.documents):
        if conditional:
            yield Text(
                vi="Tính cả giấy tờ chỉ cần trong một số trường hợp.",
                en="Papers needed in some cases only are counted.",
            )
        else:
            yield Text(
                vi="Không tính giấy tờ chỉ cần trong một số trường hợp.",
                en="Papers needed in some cases only are left out.",
            )


def _fraction(share: Input | None) -> Fraction:
    return Fraction(0) if share is None or share.value is None else Fraction(share.value)


def _dong(amount: Exact) -> Decimal:
    return half_up(amount, 0)
