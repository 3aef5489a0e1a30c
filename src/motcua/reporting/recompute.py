"""
Recompute what a text claims: each claim is either confirmed, with the raw value, or found at fault.

Nothing is repaired. A residual is named and never explained away: where a known form gives a reason for it, the
finding says so as a suggestion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from motcua.lib.change import poisson_ratio
from motcua.lib.findings import Finding, Severity
from motcua.lib.prose.claims import Share
from motcua.lib.prose.comparisons import Change, PointChange
from motcua.lib.prose.figures import Kind, Number, Value
from motcua.lib.rounding import half_up, percent_change, two_significant
from motcua.lib.vietnamese import number


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A claim that was recomputed and holds; the texts carry the raw value."""

    code: str
    place: str
    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """One line for a person."""
        return f"{self.place}: {self.vi if language.startswith('vi') else self.en}"


Result = Finding | Confirmed


def shown(value: Value | Fraction, language: str, places: int | None = None) -> str:
    """A figure as the language writes it; a fraction needs `places`."""
    if isinstance(value, Fraction):
        return number(half_up(value, places or 0), language)
    return number(value, language, places)


def places_of(percent: Number) -> int:
    """How many decimals a figure shows."""
    return max(0, -int(percent.unit.as_tuple().exponent))


def agrees(raw: Fraction, stated: Number, spread: Fraction = Fraction(0)) -> bool:
    """True when `raw` rounds half up to the figure as shown, or is near enough for 'about', 'over' and 'under'.

    `spread` is how far the raw value itself may be off because it comes from rounded figures.
    """
    value = abs(Fraction(_value(stated)))
    raw = abs(raw)
    step = Fraction(stated.unit)
    if stated.hedge == "over":
        return value <= raw + spread and raw - spread < value + max(step, value / 10)
    if stated.hedge == "under":
        return raw - spread <= value and value - max(step, value / 10) < raw + spread
    if stated.hedge == "about":
        return abs(raw - value) <= max(step, value / 10) + spread
    if spread:
        return abs(raw - value) <= step / 2 + spread
    return Fraction(half_up(raw, places_of(stated))) == value


# Changes


def check_change(change: Change) -> Iterator[Result]:
    """The percentage, its direction and the difference against both figures; a note when chance would explain it."""
    now, base = _value(change.now), _value(change.base)
    raw = percent_change(now, base)
    if raw is None:
        yield _error(
            "change.no_base", change.percent,
            f"không tính được tỷ lệ so với gốc {shown(base, 'vi')}. Hãy ghi hai con số và bỏ tỷ lệ.",
            f"no percentage can be taken of a base of {shown(base, 'en')}. Give both figures and leave the percentage out.",
        )  # fmt: skip
        return
    if (raw > 0) != (change.way == "up") and raw:
        yield _wrong_way(change, raw)
    elif agrees(raw, change.percent, _spread(change)):
        yield _confirmed_change(change, raw)
    else:
        yield _wrong_percent(change, raw)
    yield from _difference(change)
    yield from _chance(change)


def _spread(change: Change) -> Fraction:
    """How far the raw percentage may be off because the two figures are rounded, as in 5,2 tỷ."""
    now, base = Fraction(_value(change.now)), Fraction(_value(change.base))
    steps = [Fraction(0) if side.unit == 1 else Fraction(side.unit) / 2 for side in (change.now, change.base)]
    return (steps[0] + steps[1] * abs(now / base)) * 100 / base


def _pair(change: Change, language: str) -> str:
    return f"{shown(_value(change.now), language)} / {shown(_value(change.base), language)}"


def _confirmed_change(change: Change, raw: Fraction) -> Confirmed:
    stated = abs(Fraction(_value(change.percent)))
    two = Fraction(two_significant(abs(raw))) == stated
    rule_vi = (
        "làm tròn hai chữ số có nghĩa" if two else f"làm tròn {places_of(change.percent)} chữ số thập phân"
    )
    rule_en = "two significant figures" if two else f"{places_of(change.percent)} decimals"
    return Confirmed(
        "change.percent", change.percent.place,
        f"{_pair(change, 'vi')}: thay đổi {_signed(raw, 'vi')} %, ghi {change.percent.raw.strip()} là đúng ({rule_vi}).",
        f"{_pair(change, 'en')}: change {_signed(raw, 'en')} %, printed {change.percent.raw.strip()} holds ({rule_en}).",
    )  # fmt: skip


def _wrong_way(change: Change, raw: Fraction) -> Finding:
    vi, en = ("tăng", "a rise") if raw > 0 else ("giảm", "a fall")
    return _error(
        "change.direction", change.percent,
        f"{_pair(change, 'vi')} là {vi} ({_signed(raw, 'vi')} %), nhưng văn bản viết ngược lại. "
        "Hãy kiểm tra chiều tăng, giảm và thứ tự hai con số.",
        f"{_pair(change, 'en')} is {en} ({_signed(raw, 'en')} %), but the text says the opposite. "
        "Check the direction and the order of the two figures.",
    )  # fmt: skip


def _wrong_percent(change: Change, raw: Fraction) -> Finding:
    places = places_of(change.percent)
    hint_vi, hint_en = _slip(change, raw)
    right_vi, right_en = shown(abs(raw), "vi", places), shown(abs(raw), "en", places)
    return _error(
        "change.percent", change.percent,
        f"{_pair(change, 'vi')} cho {_signed(raw, 'vi')} %, tức {right_vi} %, không phải "
        f"{change.percent.raw.strip()}.{hint_vi} Hãy sửa tỷ lệ hoặc hai con số.",
        f"{_pair(change, 'en')} gives {_signed(raw, 'en')} %, that is {right_en} %, not "
        f"{change.percent.raw.strip()}.{hint_en} Correct the percentage or the figures.",
    )  # fmt: skip


def _slip(change: Change, raw: Fraction) -> tuple[str, str]:
    """The usual slips: cut instead of rounded, taken of the new figure, or the ratio itself."""
    now, base = Fraction(_value(change.now)), Fraction(_value(change.base))
    stated = abs(Fraction(_value(change.percent)))
    step = Fraction(change.percent.unit)
    if abs(raw) // step * step == stated:
        return " Có vẻ đã cắt bớt thay vì làm tròn.", " It looks cut off instead of rounded."
    if now and agrees((now - base) * 100 / now, change.percent):
        return (
            " Có vẻ đã chia cho số mới thay vì số gốc.",
            " It looks divided by the new figure instead of the base.",
        )
    if agrees(now * 100 / base, change.percent):
        return (
            " Đó là tỷ lệ so với gốc, không phải mức thay đổi.",
            " That is the ratio to the base, not the change.",
        )
    return "", ""


def _difference(change: Change) -> Iterator[Result]:
    if change.difference is None:
        return
    stated, apart = _value(change.difference), _value(change.now) - _value(change.base)
    real = apart if apart > 0 else -apart
    if abs(Fraction(stated) - Fraction(real)) > sum(
        _half(side) for side in (change.now, change.base, change.difference)
    ):
        yield _error(
            "change.difference", change.difference,
            f"chênh lệch giữa {_pair(change, 'vi')} là {shown(real, 'vi')}, không phải {shown(stated, 'vi')}.",
            f"the difference of {_pair(change, 'en')} is {shown(real, 'en')}, not {shown(stated, 'en')}.",
        )  # fmt: skip
    else:
        yield Confirmed(
            "change.difference", change.difference.place,
            f"{_pair(change, 'vi')}: chênh lệch {shown(real, 'vi')} là đúng.",
            f"{_pair(change, 'en')}: the difference of {shown(real, 'en')} holds.",
        )  # fmt: skip


def _chance(change: Change) -> Iterator[Finding]:
    now, base = change.now, change.base
    if not (
        isinstance(now.value, int) and isinstance(base.value, int) and now.measure == base.measure == "count"
    ):
        return
    if min(now.value, base.value) < 0 or now.unit != 1 or base.unit != 1 or now.value == base.value:
        return
    test = poisson_ratio(now.value, base.value)
    if test.distinguishable or test.ratio is None or test.high is None:
        return
    bounds_vi, bounds_en = (
        " – ".join(number(half_up(_exact(bound), 3), language) for bound in (test.low, test.high))
        for language in ("vi", "en")
    )
    ratio, p_value = half_up(_exact(test.ratio), 3), half_up(_exact(test.p_value), 2)
    way_vi = "tăng" if change.way == "up" else "giảm"
    yield Finding(
        "change.chance", change.percent.place,
        f"{shown(now.value, 'vi')} so với {shown(base.value, 'vi')}: {test.note.vi} (tỷ số {number(ratio, 'vi')}, "
        f"khoảng tin cậy 95 % {bounds_vi}, p = {number(p_value, 'vi')}). Nên ghi cả hai con số và không kết luận "
        f"là {way_vi}. Phép thử coi số đếm là các sự kiện độc lập.",
        f"{shown(now.value, 'en')} against {shown(base.value, 'en')}: {test.note.en} (ratio {number(ratio, 'en')}, "
        f"95 % bounds {bounds_en}, p = {number(p_value, 'en')}). Print both figures and draw no conclusion from the "
        f"{'rise' if change.way == 'up' else 'fall'}. The test takes the counts as independent events.",
        Severity.NOTE,
    )  # fmt: skip


def check_points(change: PointChange) -> Iterator[Result]:
    """Two percentages and the change between them: points are a difference, per cent is relative to the base."""
    base, now = Fraction(_value(change.base)), Fraction(_value(change.now))
    stated, half = change.stated, _half(change.base) + _half(change.now)
    points = now - base
    relative = points * 100 / base if base else None
    places = max(places_of(side) for side in (change.base, change.now, stated))
    if stated.kind is Kind.POINTS:
        yield from _points(points, stated, half, places)
    elif relative is not None:
        yield from _relative(change, points, relative, places)


def _points(points: Fraction, stated: Number, half: Fraction, places: int) -> Iterator[Result]:
    vi, en = (shown(abs(points), language, places) for language in ("vi", "en"))
    if agrees(points, stated):
        yield Confirmed(
            "points.difference", stated.place,
            f"chênh lệch {vi} điểm phần trăm là đúng.", f"a difference of {en} percentage points holds.",
        )  # fmt: skip
    elif not agrees(points, stated, half):
        yield _error(
            "points.difference", stated,
            f"chênh lệch là {vi} điểm phần trăm, không phải {stated.raw.strip()}. Hãy sửa chênh lệch hoặc hai tỷ lệ.",
            f"the difference is {en} percentage points, not {stated.raw.strip()}. Correct it or the percentages.",
        )  # fmt: skip


def _relative(change: PointChange, points: Fraction, relative: Fraction, places: int) -> Iterator[Result]:
    stated, base, now = change.stated, change.base.raw.strip(), change.now.raw.strip()
    if agrees(relative, stated):
        vi, en = (shown(abs(relative), language, 4) for language in ("vi", "en"))
        yield Confirmed(
            "points.percent", stated.place,
            f"từ {base} đến {now} là thay đổi {vi} % so với gốc, ghi {stated.raw.strip()} là đúng.",
            f"from {base} to {now} is {en} % of the base, printed {stated.raw.strip()} holds.",
        )  # fmt: skip
        return
    same = agrees(points, stated)
    spread = (_half(change.base) + _half(change.now)) * 100 / Fraction(_value(change.base))
    if not same and agrees(relative, stated, spread):
        return
    yield _error(
        "points.not_percent" if same else "points.percent", stated,
        f"từ {base} đến {now} là thay đổi {shown(abs(points), 'vi', places)} điểm phần trăm, hay "
        f"{shown(abs(relative), 'vi', 1)} % so với gốc; văn bản ghi {stated.raw.strip()}."
        + (" Hãy viết 'điểm phần trăm'." if same else ""),
        f"from {base} to {now} is a change of {shown(abs(points), 'en', places)} percentage points, or "
        f"{shown(abs(relative), 'en', 1)} % of the base; the text says {stated.raw.strip()}."
        + (" Write 'percentage points'." if same else ""),
    )  # fmt: skip


# Shares

# A percentage near a share may measure something else ('đạt 100% kế hoạch quý') unless the words tie them together.
NEAR_POINTS = 2


def check_share(share: Share) -> Iterator[Result]:
    """part / whole against its percentage; a part above the whole is worth a look."""
    name_vi, name_en = (f"{shown(share.part, lang)}/{shown(share.whole, lang)}" for lang in ("vi", "en"))
    if share.part > share.whole:
        yield Finding(
            "share.exceeds", share.number.place,
            f"{name_vi}: phần lớn hơn toàn bộ. Nếu là vượt chỉ tiêu, hãy nói rõ; nếu không, hãy kiểm tra hai con số.",
            f"{name_en}: the part is larger than the whole. If a target was exceeded, say so; otherwise check both.",
            Severity.WARNING,
        )  # fmt: skip
    if share.percent is not None:
        raw = Fraction(share.part) * 100 / Fraction(share.whole)
        yield from check_percent(share.percent, raw, name_vi, name_en, sure=share.sure)


def check_percent(
    percent: Number, raw: Fraction, name_vi: str, name_en: str, *, sure: bool
) -> Iterator[Result]:
    """One percentage of a whole; a far one is left alone unless the words tie it to this whole."""
    stated = Fraction(_value(percent))
    if agrees(raw, percent):
        yield Confirmed(
            "share.percent", percent.place,
            f"{name_vi} = {shown(raw, 'vi', 4)} %, ghi {percent.raw.strip()} là đúng.",
            f"{name_en} = {shown(raw, 'en', 4)} %, printed {percent.raw.strip()} holds.",
        )  # fmt: skip
    elif sure or abs(stated - raw) <= NEAR_POINTS:
        places = places_of(percent)
        yield _error(
            "share.percent", percent,
            f"{name_vi} = {shown(raw, 'vi', 4)} %, tức {shown(raw, 'vi', places)} %, không phải {percent.raw.strip()}. "
            "Hãy sửa tỷ lệ hoặc nói rõ tỷ lệ này tính trên con số nào.",
            f"{name_en} = {shown(raw, 'en', 4)} %, that is {shown(raw, 'en', places)} %, not {percent.raw.strip()}. "
            "Correct the percentage or say which figure it is taken of.",
        )  # fmt: skip


def faults(results: Iterable[Result]) -> list[Finding]:
    """The findings among results."""
    return [result for result in results if isinstance(result, Finding)]


def _value(figure: Number) -> Value:
    assert figure.value is not None
    return figure.value


def _half(figure: Number) -> Fraction:
    """Half a last digit of a rounded figure; a whole count is exact."""
    return Fraction(0) if figure.unit == 1 and figure.kind is Kind.QUANTITY else Fraction(figure.unit) / 2


def _exact(value: float) -> Fraction:
    return Fraction(Decimal(repr(value)))


def _signed(raw: Fraction, language: str) -> str:
    return ("+" if raw > 0 else "−" if raw < 0 else "") + shown(abs(raw), language, 6)


def _error(code: str, figure: Number, vi: str, en: str) -> Finding:
    return Finding(code, figure.place, vi, en)
