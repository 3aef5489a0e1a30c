"""What every template of the house keeps: two languages, no script or style inside, icons that exist, colours that read."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.base import Lexer, Token, TokenType

SOURCE = Path(__file__).resolve().parents[2] / "src" / "motcua"
STATIC = SOURCE / "portal" / "static" / "portal"
TEMPLATES = sorted(SOURCE.glob("**/templates/**/*.html"))
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE
)
# A Vietnamese word may carry no mark at all (xem, trang, in); then at least it is shaped like a syllable.
SYLLABLE = re.compile(
    r"(b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(c|ch|m|n|ng|nh|p|t)?"
)
# Tags whose texts come in pairs: the place of the first of the two.
PAIRS = {
    "t": 1, "count": 2, "badge": 1, "go": 2, "post": 2, "submit": 1, "figure": 1, "progress": 3, "qr": 2,
    "steps": 2, "tabs": 2, "pagination": 2, "th": 1, "heading": 1, "notice": 2, "table": 1, "row": 1, "empty": 1,
    "crumb": 1, "field": 2, "entry": 2, "choose": 2,
}  # fmt: skip
# <x translate="no">…</x> marks what is never translated: proper names, legal text, the second half of a page
# that shows both languages.
KEPT = re.compile(r"<(\w+)\b[^>]*translate=\"no\"[^>]*>.*?</\1>", re.DOTALL)


def tokens(path: Path) -> Iterator[Token]:
    yield from Lexer(path.read_text(encoding="utf-8")).tokenize()


def literal(word: str) -> str | None:
    return word[1:-1] if len(word) > 1 and word[0] in "\"'" and word[-1] == word[0] else None


def is_vietnamese(text: str) -> bool:
    words = re.findall(r"[a-z]+", re.sub(r"\{\w+\}", " ", text.lower()))
    return bool(VIETNAMESE.search(text)) or all(SYLLABLE.fullmatch(word) for word in words)


def unpaired(path: Path) -> Iterator[str]:
    """Every text of a template that does not come in both languages."""
    for token in tokens(path):
        if token.token_type is not TokenType.BLOCK:
            continue
        name, *words = token.split_contents()
        place = PAIRS.get(name)
        if place is None:
            continue
        if name == "t" and (len(words) < 2 or literal(words[0]) is None or literal(words[1]) is None):
            yield f"line {token.lineno}: t wants two texts in quotes: {token.contents}"
            continue
        plain = [word for word in words if not re.match(r"\w+=", word)]
        vietnamese = literal(plain[place - 1]) if len(plain) >= place else None
        english = literal(plain[place]) if len(plain) > place else None
        named = dict(word.split("=", 1) for word in words if re.match(r"\w+_(vi|en)=", word))
        pairs = [(vietnamese, english)] if vietnamese is not None else []
        pairs += [
            (literal(v), literal(named.get(k[:-2] + "en", ""))) for k, v in named.items() if k.endswith("vi")
        ]
        for vi, en in pairs:
            if vi is None or (not vi and not en):
                continue
            if not vi.strip() or (not (en or "").strip() and VIETNAMESE.search(vi)):
                yield f"line {token.lineno}: one language is missing: {token.contents}"
            elif vi != en and en and not is_vietnamese(vi):
                yield f"line {token.lineno}: the first text is not Vietnamese: {token.contents}"


def bare_texts(path: Path) -> Iterator[str]:
    """Words that stand in a template outside the tags that translate."""
    text = "".join(token.contents if token.token_type is TokenType.TEXT else "\0" for token in tokens(path))
    text = re.sub(r"<!--.*?-->", " ", KEPT.sub(" ", text), flags=re.DOTALL)
    for attribute in re.findall(r"\b(?:alt|title|placeholder|aria-label|value)=\"([^\"]*)\"", text):
        if VIETNAMESE.search(attribute):
            yield attribute
    text = re.sub(r"<(code|kbd|samp|script)\b.*?</\1>", " ", text, flags=re.DOTALL)
    for piece in re.sub(r"<[^>]*>", "\0", text).split("\0"):
        # Codes (VNACCS, UTC+7), units (kg) and marks need no translation; words do.
        if VIETNAMESE.search(piece) or re.search(r"\b[A-Za-z]?[a-z]{3,}\b", piece):
            yield piece.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_text_stands_in_both_languages(path: Path) -> None:
    assert list(unpaired(path)) == []
    assert list(bare_texts(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_template_needs_inline_script_or_style(path: Path) -> None:
    text = "".join(token.contents for token in tokens(path) if token.token_type is not TokenType.COMMENT)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:", text, re.IGNORECASE)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text, re.IGNORECASE)
    assert not re.search(r"(?:src|href|action)=[\"']?(?:https?:)?//", text), (
        "pages load nothing from other hosts"
    )
    assert "|safe" not in text, "what is safe is decided in Python, next to the reason"


def test_the_house_test_itself_sees_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text(
        '{% t "Hồ sơ" "" %}{% t "Dossier sent" "Dossier" %}{% t vi en %}{% row "Hồ sơ" %}{% endrow %}'
        '<p>Hồ sơ</p><p>some words</p><img alt="Cửa"><b translate="no">Lan</b>{% t "In" "Print" %}',
        encoding="utf-8",
    )
    assert len(list(unpaired(bad))) == 4
    assert list(bare_texts(bad)) == ["Cửa", "Hồ sơ", "some words"]


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    from motcua.portal.statuses import STATUSES, TONES

    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    used = {shown.icon for shown in STATUSES.values() if shown.icon} | set(TONES.values())
    for path in TEMPLATES:
        for token in tokens(path):
            if token.token_type is TokenType.BLOCK:
                name, *words = token.split_contents()
                used |= {words[0].strip("\"'")} if name == "icon" and literal(words[0]) is not None else set()
                used |= {word[6:-1] for word in words if re.fullmatch(r"icon=([\"'])[\w-]+\1", word)}
    assert used <= drawn


# Colours ----------------------------------------------------------------------------------------------------


def colours(scheme: str) -> dict[str, tuple[float, ...]]:
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", css, re.DOTALL)[:2]
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", dark))
    return {name: tuple(int(code[i : i + 2], 16) / 255 for i in (0, 2, 4)) for name, code in found.items()}


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The contrast ratio of WCAG 2.2, between 1 and 21."""

    def luminance(rgb: tuple[float, ...]) -> float:
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TEXT_ON = [
    *[(ink, ground) for ink in ("ink", "soft", "accent", "accent-deep", "bad", "wait", "ok", "info", "mute")
      for ground in ("paper", "ground")],
    *[(tone, f"{tone}-wash") for tone in ("ok", "info", "wait", "bad", "mute", "accent")],
    *[(ink, f"{tone}-wash") for tone in ("ok", "info", "wait", "bad", "accent") for ink in ("ink", "soft")],
    ("on-accent", "accent"), ("on-accent", "accent-deep"), ("on-shell", "shell"), ("shell-soft", "shell"),
    ("on-focus", "focus"),
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_reads_on_its_ground(scheme: str, ink: str, ground: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[ink], palette[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), [("edge", "paper"), ("edge", "ground"), ("accent", "mute-wash")])
def test_edges_of_controls_can_be_seen(scheme: str, line: str, ground: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[line], palette[ground]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "ground", "shell", "accent-wash"])
def test_one_of_the_two_focus_rings_stands_out_everywhere(scheme: str, ground: str) -> None:
    palette = colours(scheme)
    assert (
        max(contrast(palette["focus"], palette[ground]), contrast(palette["on-focus"], palette[ground])) >= 3
    )


def test_the_style_needs_no_other_host_and_draws_focus() -> None:
    for name in ("style.css", "print.css"):
        css = (STATIC / name).read_text(encoding="utf-8")
        assert "@import" not in css
        assert "http" not in css.replace('a[href^="http"]', "")
    css = (STATIC / "style.css").read_text(encoding="utf-8")
    assert ":focus-visible" in css
    assert "prefers-reduced-motion" in css
    assert "forced-colors" in css
