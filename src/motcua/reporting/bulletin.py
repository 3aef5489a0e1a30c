"""
The bulletin: paragraphs written from figures and from nothing else.

The direction word follows the raw change, the percentage is printed once rounded, and the base is always named. What the
figures leave open is said: small numbers, a base as published, dossiers carried over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from motcua.casework.figures import Figure, Period
from motcua.lib.bilingual import Language, Text, known_language
from motcua.lib.rounding import half_up
from motcua.lib.vietnamese import date_text, datetime_text, number
from motcua.reporting.identities import residuals
from motcua.reporting.indicators import indicator

NOTHING = Text("không phát sinh", "n/a (nothing occurred)")
WAYS = {
    "up": Text("tăng", "up"),
    "down": Text("giảm", "down"),
    "same": Text("không đổi", "unchanged"),
}
# Columns of form II.06a by indicator, to check what the paragraph adds up.
COLUMN_OF = {
    "dossiers.total": 3, "dossiers.online": 4, "dossiers.desk_or_post": 5, "dossiers.carried_over": 6,
    "dossiers.settled": 7, "dossiers.early": 8, "dossiers.on_time": 9, "dossiers.late": 10,
    "dossiers.open": 11, "dossiers.open_in_time": 12, "dossiers.open_overdue": 13,
}  # fmt: skip


def bulletin(figures: Sequence[Figure], language: str = "vi") -> str:
    """The bulletin in `vi` or `en`; a sentence needs its figures, and is left out without them."""
    lang = known_language(language)
    known = {figure.code: figure for figure in figures}
    if not known:
        return NOTHING.in_language(lang)
    paragraphs = [_reform(known, lang), _gateways(known, lang), _dossiers(known, lang), _notes(figures, lang)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def change_text(figure: Figure, language: str) -> str:
    """'giảm 7,5% so với cùng kỳ năm 2019 (1.540 tờ khai)': the base is always named; '' where nothing is compared."""
    lang = known_language(language)
    if figure.base is None or figure.base_period is None:
        return ""
    against = f"{base_name(figure).in_language(lang)} ({_unit(figure.base, figure.code, lang)})"
    if figure.change_printed is None:
        return {
            "vi": f"không có tỷ lệ so với {against} vì kỳ gốc không phát sinh",
            "en": f"no percentage against {against}, where nothing occurred",
        }[lang]
    way = WAYS[figure.direction].in_language(lang)
    percent = "" if figure.direction == "same" else f" {number(abs(Decimal(figure.change_printed)), lang)}%"
    return {"vi": f"{way}{percent} so với {against}", "en": f"{way}{percent} on {against}"}[lang]


def base_name(figure: Figure) -> Text:
    """What the base period is called beside the period of the figure."""
    period, base = figure.period, figure.base_period
    if base is None:
        return NOTHING
    if _same(base, period.same_last_year()):
        return Text(f"cùng kỳ năm {base.end.year}", f"the same period of {base.end.year}")
    if _same(base, period.full_last_year()):
        return Text(f"cả năm {base.end.year}", f"the whole year {base.end.year}")
    if _same(base, period.previous()):
        return Text("kỳ liền trước", "the period before")
    return base.dates


def _same(one: Period, other: Period) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _unit(value: int, code: str, lang: Language) -> str:
    return f"{number(value, lang)} {indicator(code).unit.in_language(lang)}"


def _of(figure: Figure, lang: Language) -> str:
    if figure.of == 0 and figure.value == 0:
        return NOTHING.in_language(lang)
    return number(figure.value, lang) + (f"/{number(figure.of, lang)}" if figure.of is not None else "")


def _reform(known: Mapping[str, Figure], lang: Language) -> str:
    sentences = []
    if done := known.get("reform.tasks_done"):
        end = date_text(done.period.end, lang)
        sentences.append(
            Text(
                f"Đến hết ngày {end}, đơn vị đã hoàn thành {_of(done, 'vi')} nhiệm vụ của kế hoạch cải cách hành chính năm "
                f"{done.period.end.year}.",
                f"By the end of {end} the department had finished {_of(done, 'en')} tasks of its "
                f"{done.period.end.year} reform plan.",
            )
        )
    if (dropped := known.get("reform.tasks_dropped")) and dropped.value:
        sentences.append(
            Text(
                f"{number(dropped.value, 'vi')} nhiệm vụ đã được đưa ra khỏi kế hoạch và không nằm trong mẫu số.",
                f"{number(dropped.value, 'en')} tasks were dropped from the plan and are not in the denominator.",
            )
        )
    for code, vi, en in (
        ("procedures.reviewed", "Đã rà soát, đánh giá {n} thủ tục hành chính.", "{n} procedures were reviewed."),
        (
            "procedures.proposed", "Đã rà soát, kiến nghị công bố {n} thủ tục hành chính.",
            "{n} procedures were proposed for publication.",
        ),
        (
            "procedures.posting_offices", "Thủ tục hành chính được niêm yết tại {n} đơn vị trực tiếp tiếp nhận, giải quyết.",
            "Procedures are posted at {n} offices that receive and settle them.",
        ),
        (
            "surveys.cdci_branches", "Đánh giá năng lực cạnh tranh cấp cơ sở (CDCI) được triển khai đối với {n} chi cục.",
            "The competitiveness of {n} branches (CDCI) was assessed.",
        ),
        (
            "timerelease.rounds_done", "Đo thời gian giải phóng hàng: đã hoàn thành {n} lần của năm.",
            "Time release study: {n} rounds of the year are finished.",
        ),
    ):  # fmt: skip
        if figure := known.get(code):
            sentences.append(Text(vi.format(n=_of(figure, "vi")), en.format(n=_of(figure, "en"))))
    return " ".join(sentence.in_language(lang) for sentence in sentences)


def _gateways(known: Mapping[str, Figure], lang: Language) -> str:
    parts = []
    for code, vi, en in (
        (
            "nsw.declarations",
            "{n} thuộc các lô hàng xuất nhập khẩu kiểm tra chuyên ngành được trả kết quả trên hệ thống một cửa quốc gia NSW",
            "{n} of consignments under specialised inspection had their results returned through the national single window",
        ),
        (
            "manifest.movements", "{n} phương tiện xuất cảnh, nhập cảnh làm thủ tục hải quan trên hệ thống E-Manifest",
            "{n} of ships in and out were cleared through E-Manifest",
        ),
        (
            "origin.form_d", "tiếp nhận {n} mẫu D điện tử qua hệ thống một cửa ASEAN",
            "{n} of origin form D were received through the ASEAN Single Window",
        ),
    ):  # fmt: skip
        if figure := known.get(code):
            counted = {"vi": vi, "en": en}[lang].format(n=_unit(figure.value, code, lang))
            change = change_text(figure, lang)
            parts.append(f"{counted}, {change}" if change else counted)
    if not parts:
        return ""
    period = next(iter(known.values())).period.title.in_language(lang)
    opening = {"vi": "Trong kỳ ({}): ", "en": "In the period ({}): "}[lang].format(period)
    return opening + "; ".join(parts) + "."


def _dossiers(known: Mapping[str, Figure], lang: Language) -> str:
    codes = ("dossiers.total", "dossiers.online", "dossiers.desk_or_post", "dossiers.carried_over")
    if any(code not in known for code in codes):
        return ""
    total, online, other, carried = (known[code].value for code in codes)
    n = {name: number(value, lang) for name, value in
         (("total", total), ("online", online), ("other", other), ("carried", carried))}  # fmt: skip
    sentences = [
        {
            "vi": f"Trong kỳ, đơn vị phải giải quyết {n['total']} hồ sơ thủ tục hành chính, trong đó "
            f"{n['online']} hồ sơ tiếp nhận trực "
            f"tuyến, {n['other']} tiếp nhận trực tiếp/dịch vụ bưu chính và {n['carried']} từ kỳ trước chuyển "
            f"qua (cột 6 'Từ kỳ trước').",
            "en": f"In the period the department had {n['total']} dossiers to handle: {n['online']} received "
            f"online, {n['other']} at the "
            f"desk or by post, and {n['carried']} carried over (column 6 'Từ kỳ trước').",
        }[lang],
        {
            "vi": f"Tỷ lệ trực tuyến trên số mới tiếp nhận: {percent(online, online + other, lang)}.",
            "en": f"Online, of the newly received: {percent(online, online + other, lang)}.",
        }[lang],
    ]
    sentences += _settled(known, lang)
    cells = {column: known[code].value for code, column in COLUMN_OF.items() if code in known}
    sentences += [f"{residual.text().in_language(lang)}." for residual in residuals(cells)]
    return " ".join(sentences)


def _settled(known: Mapping[str, Figure], lang: Language) -> list[str]:
    codes = ("settled", "early", "on_time", "late", "open", "open_in_time", "open_overdue")
    if any(f"dossiers.{code}" not in known for code in codes):
        return []
    value = {code: known[f"dossiers.{code}"].value for code in codes}
    n = {code: number(count, lang) for code, count in value.items()}
    in_time = percent(value["early"] + value["on_time"], value["settled"], lang)
    return [
        {
            "vi": f"Đã giải quyết {n['settled']} hồ sơ: {n['early']} trước hạn, {n['on_time']} đúng hạn, "
            f"{n['late']} quá hạn; tỷ lệ trước "
            f"hạn và đúng hạn: {in_time}.",
            "en": f"{n['settled']} were settled: {n['early']} early, {n['on_time']} on time, {n['late']} late; "
            f"early and on time: "
            f"{in_time}.",
        }[lang],
        {
            "vi": f"Cuối kỳ còn {n['open']} hồ sơ đang giải quyết: {n['open_in_time']} trong hạn, {n['open_overdue']} quá hạn.",
            "en": f"At the end {n['open']} were in hand: {n['open_in_time']} in time, {n['open_overdue']} overdue.",
        }[lang],
    ]


def percent(part: int, whole: int, language: str) -> str:
    """A share with two decimals; without a whole nothing occurred, which is neither 0 % nor 100 %."""
    if not whole:
        return NOTHING.in_language(language)
    return f"{number(half_up(Fraction(part * 100, whole), 2), language)}%"


def _notes(figures: Sequence[Figure], lang: Language) -> str:
    first = figures[0]
    title = {"vi": "Ghi chú", "en": "Notes"}[lang]
    lines = [
        {
            "vi": f"Số liệu theo những gì hệ thống biết lúc {datetime_text(first.as_of, 'vi')}; mỗi con số có "
            f"danh sách kèm theo.",
            "en": f"Figures as the system knew them at {datetime_text(first.as_of, 'en')}; behind every figure stands its list.",
        }[lang]
    ]
    if first.as_of < first.period.ends:
        lines.append(
            {
                "vi": "Kỳ chưa kết thúc vào thời điểm đó: số liệu còn thay đổi.",
                "en": "The period had not ended then: the figures will still change.",
            }[lang]
        )
    for figure in figures:
        compared = figure.code in {"nsw.declarations", "manifest.movements", "origin.form_d"}
        if not compared or figure.base is None:
            continue
        title_of = f"{figure.code}: {_dates(figure, lang)}, {_raw(figure, lang)}"
        remarks = [title_of, *( [figure.note.in_language(lang)] if figure.note else []), *_daily(figure, lang)]  # fmt: skip
        lines.append("; ".join(remark for remark in remarks if remark) + ".")
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)])


def _dates(figure: Figure, lang: Language) -> str:
    dates = figure.base_period.dates if figure.base_period else NOTHING
    return {"vi": f"kỳ gốc {dates.vi}", "en": f"base {dates.en}"}[lang]


def _raw(figure: Figure, lang: Language) -> str:
    if figure.change_raw is None:
        return {"vi": "không có tỷ lệ", "en": "no percentage"}[lang]
    raw = number(Decimal(figure.change_raw), lang)
    return {"vi": f"thay đổi chưa làm tròn {raw}%", "en": f"unrounded change {raw}%"}[lang]


def _daily(figure: Figure, lang: Language) -> list[str]:
    if figure.per_day is None or figure.base_period is None:
        return []
    now, then, change = figure.per_day
    values = (number(Decimal(now), lang, 2), number(Decimal(then), lang, 2))
    days = (figure.period.days, figure.base_period.days)
    text = {
        "vi": f"bình quân ngày {values[0]} ({days[0]} ngày) so với {values[1]} ({days[1]} ngày)",
        "en": f"a day {values[0]} ({days[0]} days) against {values[1]} ({days[1]} days)",
    }[lang]
    return [text + (f": {number(Decimal(change), lang, 2)}%" if change is not None else "")]
