"""Form fields bound to their label, help and error, with or without a Django form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.forms.utils import ErrorList

from motcua.portal.speech import say

register = template.Library()
PARTS = "portal/components/"


@register.inclusion_tag(f"{PARTS}field.html")
def field(
    bound: BoundField,
    vi: object = "",
    en: object = "",
    help_vi: object = "",
    help_en: object = "",
    width: str = "",
    **attributes: str,
) -> dict[str, Any]:
    """A field of a Django form: label, help, error and control, tied together by ids.

    Texts given here win over those of the form. Other keywords become attributes of the control:
    `autocomplete="tel" inputmode="tel"`; `width` is short, medium or long.
    """
    help_text = say(help_vi, help_en) or say(bound.field.help_text)
    name = bound.id_for_label or bound.auto_id or bound.html_name
    fieldset = bool(bound.field.widget.use_fieldset)
    described = [f"{bound.auto_id}-help"] * bool(help_text) + [f"{bound.auto_id}-error"] * bool(bound.errors)
    attrs: dict[str, Any] = {key.replace("_", "-"): value for key, value in attributes.items()}
    if described and not fieldset:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors and not fieldset:
        attrs["aria-invalid"] = "true"
    return {
        "control": bound.as_widget(attrs=attrs),
        "id": name,
        "auto_id": bound.auto_id,
        "label": say(vi, en) or say(bound.field.label) or bound.label,
        "help": help_text,
        "errors": [say(error) for error in bound.errors],
        "fieldset": fieldset,
        "described": " ".join(described),
        "checkbox": isinstance(bound.field.widget, CheckboxInput),
        "optional": not bound.field.required and not isinstance(bound.field.widget, CheckboxInput),
        "width": width,
    }


@register.inclusion_tag(f"{PARTS}entry.html")
def entry(
    name: str,
    vi: object,
    en: object = "",
    value: object = "",
    kind: str = "text",
    help_vi: object = "",
    help_en: object = "",
    error: object = "",
    optional: bool = False,
    width: str = "",
    **attributes: str,
) -> dict[str, Any]:
    """An input or, with `kind="textarea"`, a text box without a Django form, as in a filter bar."""
    return {
        "name": name,
        "id": f"id_{name}",
        "label": say(vi, en),
        "value": "" if value is None else value,
        "kind": kind,
        "help": say(help_vi, help_en),
        "error": say(error),
        "optional": optional,
        "width": width,
        "attributes": {key.replace("_", "-"): text for key, text in attributes.items()},
    }


@register.inclusion_tag(f"{PARTS}choose.html")
def choose(
    name: str,
    vi: object,
    en: object = "",
    options: Iterable[tuple[object, object]] = (),
    value: object = "",
    all_vi: object = "",
    all_en: object = "",
) -> dict[str, Any]:
    """A drop-down list without a Django form: `options` are (value, text) pairs, `all_vi` the empty one."""
    return {
        "name": name,
        "id": f"id_{name}",
        "label": say(vi, en),
        "all": say(all_vi, all_en),
        "options": [(str(key), say(label), str(key) == str(value)) for key, label in options],
    }


@register.inclusion_tag(f"{PARTS}error_summary.html")
def error_summary(source: BaseForm | Iterable[Any] | None) -> dict[str, Any]:
    """What must be mended before the form can be sent, each line a link to its field.

    `source` is a form, or findings (their place stands in front), or `{href, text}` items.
    """
    if isinstance(source, BaseForm):
        return {"errors": list(_of_form(source))}
    return {"errors": [_line(item) for item in source or ()]}


def _of_form(form: BaseForm) -> Iterable[dict[str, str]]:
    for name, errors in form.errors.items():
        bound = form[name] if name in form.fields else None
        label = say(bound.field.label) or str(bound.label) if bound else ""
        for error in errors if isinstance(errors, ErrorList) else [errors]:
            yield {"href": f"#{_control_id(bound)}" if bound else "", "label": label, "text": say(error)}


def _line(item: Any) -> dict[str, str]:
    if isinstance(item, dict):
        return {"href": str(item.get("href", "")), "label": "", "text": say(item["text"])}
    return {"href": "", "label": "", "text": say(item)}


def _control_id(bound: BoundField) -> str:
    # A group of radio buttons has no control of its own: the link goes to its first button.
    return bound.id_for_label or f"{bound.auto_id}_0"
