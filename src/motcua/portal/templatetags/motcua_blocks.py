"""Parts that wrap what a page puts inside them; loaded through the library `motcua`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from motcua.portal import wording
from motcua.portal.speech import language, picture, say

register = template.Library()
PARTS = "portal/components/"
NOTICES = {
    "info": ("info", "Lưu ý", "Note"),
    "ok": ("check-circle", "Đã xong", "Done"),
    "wait": ("clock", "Cần chú ý", "Attention"),
    "bad": ("alert", "Quan trọng", "Important"),
}


@register.simple_block_tag
def heading(
    content: str, vi: object, en: object = "", kicker_vi: object = "", kicker_en: object = ""
) -> SafeString:
    """The head of a page: a small line above it, the title, and inside one or two sentences."""
    kicker = say(kicker_vi, kicker_en)
    return format_html(
        '<header class="heading">{}<h1>{}</h1>{}</header>',
        format_html('<p class="heading__kicker">{}</p>', kicker) if kicker else "",
        say(vi, en),
        format_html('<div class="heading__lede">{}</div>', content) if content.strip() else "",
    )


@register.simple_block_tag
def notice(content: str, tone: str = "info", vi: object = "", en: object = "") -> SafeString:
    """A banner: `{% notice "wait" "Sắp đến hạn" "Due soon" %}…{% endnotice %}`; or info, ok, bad."""
    sign, default_vi, default_en = NOTICES[tone]
    return format_html(
        '<section class="notice notice--{}"><h2 class="notice__title">{}{}</h2>'
        '<div class="notice__body">{}</div></section>',
        tone,
        picture(sign),
        say(vi, en) if vi else say(default_vi, default_en),
        content,
    )


@register.simple_block_tag
def turn(
    content: str,
    who: object = "",
    mine: bool = False,
    since: datetime | date | None = None,
    desk: object = "",
) -> str:
    """Whose turn it is: `who` is a person or office, `mine` says it is the reader; inside, what to do."""
    return render_to_string(
        f"{PARTS}turn.html",
        {"content": content, "who": say(who), "mine": mine, "since": since, "desk": say(desk)},
    )


@register.simple_block_tag(takes_context=True)
def table(
    context: Context,
    content: str,
    vi: object,
    en: object = "",
    wide: bool = False,
    note: object = "",
    hide: bool = False,
) -> str:
    """A data table: the page writes `<thead>` and `<tbody>`, this gives the caption and the scrolling frame.

    `wide` is for more columns than a screen holds; `hide` keeps the caption for screen readers only, where
    a heading above says the same.
    """
    # Each table of a page needs its own name, so that its scrolling frame can be announced.
    number = int(context.render_context.get("motcua_tables") or 0) + 1
    context.render_context["motcua_tables"] = number
    return render_to_string(
        f"{PARTS}table.html",
        {
            "content": content,
            "caption": say(vi, en),
            "wide": wide,
            "note": say(note),
            "hide": hide,
            "id": f"table-{number}",
        },
    )


@register.simple_block_tag
def summary(content: str) -> SafeString:
    """A list of names and values; inside, one `{% row %}` each."""
    return format_html('<dl class="summary">{}</dl>', content)


@register.simple_block_tag
def row(
    content: str,
    vi: object,
    en: object = "",
    url: str = "",
    action_vi: object = "Sửa",
    action_en: object = "Change",
) -> SafeString:
    """`{% row "Doanh nghiệp" "Company" %}…{% endrow %}`; with `url` comes a link that changes the value."""
    label = say(vi, en)
    action = format_html(
        '<a href="{}">{}<span class="unseen"> {}</span></a>', url, say(action_vi, action_en), label
    )
    return format_html(
        '<div class="summary__row"><dt>{}</dt><dd>{}</dd>{}</div>',
        label,
        content,
        format_html('<dd class="summary__action">{}</dd>', action) if url else "",
    )


@register.simple_block_tag
def actions(content: str) -> SafeString:
    """The bar of buttons under a page or a form; one of them, and only one, is primary."""
    return format_html('<div class="actions">{}</div>', content)


@register.simple_block_tag
def empty(content: str, vi: object, en: object = "", icon: str = "inbox") -> SafeString:
    """What stands where a list would stand: why there is nothing, and what one can do."""
    return format_html(
        '<div class="empty">{}<p class="empty__title">{}</p>{}</div>', picture(icon), say(vi, en), content
    )


@register.simple_block_tag
def crumbs(content: str) -> SafeString:
    """The way back: `{% crumbs %}{% crumb "Hồ sơ" "Dossiers" url %}{% crumb reference %}{% endcrumbs %}`."""
    return format_html(
        '<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', say("Đường dẫn", "Breadcrumb"), content
    )


@register.simple_tag
def crumb(vi: object, en: object = "", url: str = "") -> SafeString:
    """One step of the way back; the last has no address."""
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, say(vi, en))
    return format_html('<li aria-current="page">{}</li>', say(vi, en))


@register.inclusion_tag(f"{PARTS}paper_header.html")
def paper_header(
    organisation: object,
    superior: object = "",
    number: str = "",
    place: object = "",
    on: date | None = None,
    title: object = "",
    subtitle: object = "",
) -> dict[str, Any]:
    """The head of an official paper in the layout of Decree 30/2020/NĐ-CP; seen on paper and on screen."""
    return {
        "superior": say(superior),
        "organisation": say(organisation),
        "number": number,
        "place": say(place),
        "on": on,
        "date": wording.formal_day(on, language()) if on else "",
        "title": say(title),
        "subtitle": say(subtitle),
    }
