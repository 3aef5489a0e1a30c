"""A text is always there in both languages."""

from __future__ import annotations

import pytest

from motcua.lib.bilingual import Text, known_language


def test_a_text_answers_in_the_language_asked_for() -> None:
    text = Text("hồ sơ", "dossier")
    assert (text.in_language("vi"), text.in_language("en")) == ("hồ sơ", "dossier")


@pytest.mark.parametrize("tag", ["vi", "vi-vn", "vi_VN", "VI-VN"])
def test_a_regional_tag_is_its_language(tag: str) -> None:
    assert Text("có", "yes").in_language(tag) == "có"


@pytest.mark.parametrize("tag", ["", "fr", "viet", "english"])
def test_another_language_is_an_error_not_english(tag: str) -> None:
    with pytest.raises(ValueError, match="'vi' and 'en'"):
        known_language(tag)


@pytest.mark.parametrize(("vi", "en"), [("", "yes"), ("có", ""), ("có", "  ")])
def test_a_missing_translation_fails_at_once(vi: str, en: str) -> None:
    with pytest.raises(ValueError, match="Vietnamese and English"):
        Text(vi, en)
