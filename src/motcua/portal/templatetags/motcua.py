"""The words, figures and parts every page is made of.

Settings list this library under `builtins`: templates need no `{% load %}`. Wherever a tag takes a text it
takes two, Vietnamese then English; one value that holds both (Text, Finding, `{vi, en}`, a pair) may stand
for the two.
How to use each part is shown in portal/README.md.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import segno
from django import template
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe

from motcua.lib.vietnamese import sort_key
from motcua.portal import wording
from motcua.portal.speech import language, picture, say
from motcua.portal.statuses import STATUSES, TONES
from motcua.portal.templatetags import motcua_blocks, motcua_forms

register = template.Library()
for part in (motcua_blocks.register, motcua_forms.register):
    register.tags.update(part.tags)
    register.filters.update(part.filters)
PARTS = "portal/components/"

# Below this many cases a percentage says more about chance than about the office.
SMALL_NUMBER = 30


# Texts ------------------------------------------------------------------------------------------------------


@register.simple_tag
def t(vi: object, en: object, **values: object) -> SafeString:
    """`{% t "Còn {n} hồ sơ" "{n} dossiers left" n=count %}`: escaped, even where the text is a literal."""
    text = escape(say(vi, en))
    if not values:
        return text
    return mark_safe(text.format(**{name: _shown(value) for name, value in values.items()}))


@register.simple_tag
def count(n: int, vi: str, one: str, many: str) -> str:
    """`{% count n "hồ sơ" "dossier" "dossiers" %}`: 7.329 hồ sơ, 1 dossier."""
    return f"{wording.number(n, None, language())} {say(vi, one if n == 1 else many)}"


@register.filter
def text(value: object) -> str:
    """`{{ sheet.title|text }}`: a Text, Finding, Refused, `{vi, en}` or pair, in the active language."""
    return wording.pick(value, language())


@register.filter
def texts(values: Iterable[object]) -> list[str]:
    """The texts of several such values, in Vietnamese order: a set has none of its own."""
    return sorted((say(value) for value in values or ()), key=sort_key)


def _shown(value: object) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = wording.number(value, None, language())
    return conditional_escape(value if isinstance(value, SafeString) else say(value))


# Figures and times ------------------------------------------------------------------------------------------


@register.filter
def number(value: wording.Number | None, places: int | None = None) -> str:
    """127.258 or 127,258."""
    return wording.number(value, places, language())


@register.filter
def percent(value: wording.Number | None, places: int = 1) -> str:
    """7,5% or 7.5%; the value is a percentage already."""
    return wording.percent(value, places, language())


@register.filter
def money(value: wording.Number | None, currency: str = "VND") -> str:
    """1.250.000 đồng or VND 1,250,000."""
    return wording.money(value, currency, language())


@register.filter
def duration(value: timedelta | None, kind: str = "working") -> str:
    """Working time in words; `|duration:"calendar"` counts days of 24 hours."""
    if value is None:
        return wording.NO_FIGURE
    return wording.duration(value, language(), working=kind == "working")


@register.filter
def vndate(value: date | None) -> str:
    """A day in Vietnam, in a `<time>`; a dash for none."""
    if not value:
        return wording.NO_FIGURE
    on = wording.vietnam_day(value)
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), wording.day(on, language()))


@register.filter
def vndatetime(value: datetime | None) -> str:
    """A moment on the Vietnamese clock, in a `<time>` whose title says so; a dash for none."""
    if not value:
        return wording.NO_FIGURE
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        wording.vietnam_time(value).isoformat(timespec="seconds"),
        say("giờ VN", "VN time"),
        wording.moment(value, language()),
    )


# Small parts ------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A picture for the eye only; the word beside it carries the meaning."""
    return picture(name, css)


@register.simple_tag
def badge(vi: object, en: object = "", tone: str = "mute", icon: str = "") -> SafeString:
    """A word, an icon and a colour. Tones: mute, info, wait, ok, bad."""
    return format_html(
        '<span class="badge badge--{}">{}{}</span>', tone, picture(icon or TONES[tone]), say(vi, en)
    )


@register.simple_tag
def status(code: str, label: object = None) -> SafeString:
    """The badge of a case status; `label` names one that the table in statuses.py does not know."""
    known = STATUSES.get(str(code))
    if known is None:
        return badge(label if label is not None else str(code))
    return badge(
        label if label is not None else known.vi,
        "" if label is not None else known.en,
        known.tone,
        known.icon,
    )


@register.simple_tag
def go(url: str, vi: object, en: object = "", kind: str = "secondary", icon: str = "") -> SafeString:
    """A link that looks like a button. Kinds: primary (one per page), secondary, quiet, danger."""
    return format_html(
        '<a class="button button--{}" href="{}">{}{}</a>', kind, url, picture(icon), say(vi, en)
    )


@register.inclusion_tag(f"{PARTS}post.html", takes_context=True)
def post(
    context: Context,
    url: str,
    vi: object,
    en: object = "",
    kind: str = "secondary",
    icon: str = "",
    **fields: object,
) -> dict[str, Any]:
    """A button that does something: its own form, its own CSRF token; other keywords become hidden fields."""
    return {
        "url": url,
        "label": say(vi, en),
        "kind": kind,
        "icon": icon,
        "fields": fields,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def submit(
    vi: object, en: object = "", kind: str = "primary", icon: str = "", name: str = "", value: str = ""
) -> str:
    """The button at the end of a form."""
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    return format_html(
        '<button class="button button--{}" type="submit"{}>{}{}</button>',
        kind,
        named,
        picture(icon),
        say(vi, en),
    )


# Figures with a meaning -------------------------------------------------------------------------------------


@register.inclusion_tag(f"{PARTS}figure.html")
def figure(
    vi: object,
    en: object = "",
    value: wording.Number | None = None,
    places: int | None = None,
    unit_vi: object = "",
    unit_en: object = "",
    change: wording.Number | None = None,
    since_vi: object = "so với cùng kỳ năm trước",
    since_en: object = "on the same period last year",
    good: str = "",
    base: int | None = None,
    url: str = "",
    rows: int | None = None,
    noun_vi: object = "hồ sơ",
    noun_en: object = "dossiers",
) -> dict[str, Any]:
    """One figure of a report: what it counts, how it moved, and the way to the rows behind it.

    `change` is in percent; `good` ("up" or "down") says which way is better; `base` is the number of cases
    behind it, and below 30 the card warns; `url` and `rows` lead to exactly those cases.
    """
    moved = float(change) if change not in (None, "") else None
    way = "" if moved is None else "up" if moved > 0 else "down" if moved < 0 else "level"
    return {
        "label": say(vi, en),
        "value": wording.number(value, places, language()),
        "unit": say(unit_vi, unit_en),
        "way": way,
        "change": None if moved is None else wording.percent(abs(moved), 1, language()),
        "since": say(since_vi, since_en),
        "tone": "" if not good or way in ("", "level") else "ok" if way == good else "bad",
        "small": base is not None and base < SMALL_NUMBER,
        "base": base,
        "url": url,
        "rows": rows,
        "noun": say(noun_vi, noun_en),
    }


@register.inclusion_tag(f"{PARTS}progress.html")
def progress(done: int, total: int, vi: object, en: object = "", url: str = "") -> dict[str, Any]:
    """`{% progress 48 52 "Nhiệm vụ hoàn thành" "Tasks completed" %}`: bar, fraction and share."""
    return {
        "label": say(vi, en),
        "done": done,
        "total": total,
        "max": max(total, 1),
        "share": wording.share(done, total, 1, language()),
        "url": url,
    }


@register.inclusion_tag(f"{PARTS}clock.html")
def clock(
    left: timedelta | None = None,
    limit: Any = None,
    due: datetime | None = None,
    paused: object = None,
    finished: str = "",
    kind: str = "working",
    warn_at: int = 50,
) -> dict[str, Any]:
    """How much of a time limit is left, in words first.

    `limit` is a timedelta or a Limit (then no bar is drawn, as its days are not ours to count);
    `left` below zero is late; `paused` is the reason the clock stands still; `finished` is early, on_time or
    late; `kind` is working or calendar; from `warn_at` percent used the clock asks for attention.
    """
    used = wording.share_used(left, limit) if left is not None and isinstance(limit, timedelta) else None
    if finished:
        state = "late" if finished == "late" else "done"
    elif paused:
        state = "paused"
    elif left is not None and left < timedelta(0):
        state = "late"
    else:
        state = "soon" if used is not None and used >= warn_at else "running"
    return {
        "state": state,
        "finished": finished,
        "left": "" if left is None else wording.duration(abs(left), language(), working=kind == "working"),
        "limit": _limit_in_words(limit, kind),
        "used": used,
        "due": due,
        "reason": wording.pick(paused, language()),
    }


def _limit_in_words(limit: Any, kind: str) -> str:
    if hasattr(limit, "in_words"):
        return str(limit.in_words(language()))
    return "" if limit is None else wording.duration(limit, language(), working=kind == "working")


@register.simple_tag
def qr(data: str, vi: object, en: object = "") -> SafeString:
    """A QR code drawn as SVG on white, with its meaning beside it and for the screen reader."""
    drawing = io.BytesIO()
    segno.make(data, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2, light="#fff"
    )
    label = say(vi, en)
    # The drawing holds only what segno makes of modules: numbers and its own class names.
    return format_html(
        '<figure class="qr"><div class="qr__code" role="img" aria-label="{}">{}</div>'
        "<figcaption>{}</figcaption></figure>",
        label,
        mark_safe(drawing.getvalue().decode()),
        label,
    )


# Lists ------------------------------------------------------------------------------------------------------


@register.inclusion_tag(f"{PARTS}timeline.html")
def timeline(events: Iterable[Any]) -> dict[str, Any]:
    """Each event has `what` and `when`, and may have `who`, `note`, `recorded_at`, `tone`, `url`."""
    return {"events": list(events)}


@register.inclusion_tag(f"{PARTS}tasks.html")
def tasks(items: Iterable[Any]) -> dict[str, Any]:
    """Each item has `title` and `done`, and may have `url`, `hint`, `blocked` (why it cannot start yet)."""
    listed = list(items)
    return {"items": listed, "done": sum(bool(_of(item, "done")) for item in listed), "total": len(listed)}


@register.inclusion_tag(f"{PARTS}steps.html")
def steps(items: Iterable[Any], vi: object = "Các bước", en: object = "Steps") -> dict[str, Any]:
    """Each item has `label` and `state` (done, current, todo), and may have `note`."""
    return {"items": list(items), "label": say(vi, en)}


@register.inclusion_tag(f"{PARTS}tabs.html")
def tabs(items: Iterable[Any], vi: object, en: object = "") -> dict[str, Any]:
    """Each item has `label`, `url`, `active`, and may have `count`."""
    return {"items": list(items), "label": say(vi, en)}


@register.inclusion_tag(f"{PARTS}pagination.html", takes_context=True)
def pagination(context: Context, page: Any, vi: object = "hồ sơ", en: object = "dossiers") -> dict[str, Any]:
    """Of a Django Page: exactly which rows of how many; keeps the filters in the address."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "noun": say(vi, en),
        "previous": page.has_previous() and _query(context, page=page.number - 1),
        "next": page.has_next() and _query(context, page=page.number + 1),
        "links": [(n, _query(context, page=n) if isinstance(n, int) else "") for n in numbers],
    }


@register.inclusion_tag(f"{PARTS}th.html", takes_context=True)
def th(
    context: Context,
    vi: object,
    en: object = "",
    sort: str = "",
    numeric: bool = False,
    parameter: str = "sort",
) -> dict[str, Any]:
    """A column heading; `sort="due"` makes it a link to `?sort=due`, and to `?sort=-due` the second time."""
    request = context.get("request")
    now = request.GET.get(parameter, "") if request else ""
    order = (
        "" if not sort or now.lstrip("-") != sort else "descending" if now.startswith("-") else "ascending"
    )
    wanted = f"-{sort}" if order == "ascending" else sort
    return {
        "label": say(vi, en),
        "numeric": numeric,
        "order": order,
        "link": _query(context, **{parameter: wanted, "page": None}) if sort else "",
        "icon": {"": "sort", "ascending": "sort-up", "descending": "sort-down"}[order],
    }


def _query(context: Context, **changes: object) -> str:
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return "?" + query.urlencode()


def _of(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
