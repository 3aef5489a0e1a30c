"""What the active language says: the one place where the shell asks Django which language that is."""

from __future__ import annotations

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from motcua.portal import wording


def language() -> str:
    """The active language; Vietnamese when none is active, as on an error page outside a request."""
    return get_language() or "vi"


def say(vi: object, en: object = "") -> str:
    """One plain, unescaped text in the active language; `vi` alone may be a value that holds both."""
    return wording.pick((vi, en) if en else vi, language())


def picture(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, for the eye only; nothing for an empty name."""
    if not name:
        return SafeString("")
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        static("portal/icons.svg"),
        name,
    )
