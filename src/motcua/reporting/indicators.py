"""The registry of indicators: every figure this system can give, by code, and the page that describes them all."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from motcua.casework.figures import Indicator
from motcua.lib.bilingual import Text
from motcua.lib.errors import Refused

KINDS = {
    "flow": Text("phát sinh trong kỳ", "during the period"),
    "span": Text(
        "phải giải quyết trong kỳ (không cộng các kỳ)", "to be handled in the period (periods do not add up)"
    ),
    "start": Text("tại đầu kỳ", "at the start of the period"),
    "end": Text("tại cuối kỳ", "at the end of the period"),
    "to_date": Text("luỹ kế từ đầu năm đến hết kỳ", "from the start of the year to the end of the period"),
}
BETTER = {
    "more": Text("nhiều hơn là tốt hơn", "more is better"),
    "less": Text("ít hơn là tốt hơn", "less is better"),
    "neither": Text("không hơn không kém: chỉ nói khối lượng", "neither: it tells volume"),
}


@cache
def indicator(code: str) -> Indicator:
    """The indicator of this code. Raises Refused with the nearest known codes."""
    path = settings.INDICATORS.get(code)
    if path is None:
        known = sorted(settings.INDICATORS)
        near = get_close_matches(code, known, n=3, cutoff=0.4) or known[:3]
        raise Refused(
            f"Không có chỉ tiêu '{code}'. Gần giống: {', '.join(near)}. Xem tất cả: motcua report indicators.",
            f"There is no indicator '{code}'. Nearest: {', '.join(near)}. All of them: motcua report indicators.",
            place="code",
        )
    found = cast(Indicator, import_string(path))
    if found.code != code:
        raise ValueError(f"the registry names {path} as {code!r}, but it calls itself {found.code!r}")
    return found


def indicators() -> list[Indicator]:
    """All indicators, by code."""
    return [indicator(code) for code in sorted(settings.INDICATORS)]


def as_markdown() -> str:
    """The reference page docs/reference/indicators.md, in both languages."""
    lines = [
        "# Chỉ tiêu / Indicators",
        "",
        "Tệp này do `motcua report indicators --format markdown` viết ra; một kiểm thử giữ cho nó đúng.",
        "",
        "Written by `motcua report indicators --format markdown`; a test keeps it current.",
        "",
    ]
    for found in indicators():
        measure = f"{found.measure.__module__}.{found.measure.__qualname__}"
        lines += [
            f"## `{found.code}`", "",
            f"**{found.title.vi}** / **{found.title.en}**", "",
            found.definition.vi, "",
            found.definition.en, "",
            "| | Tiếng Việt | English |",
            "|---|---|---|",
            _row("Cách tính / Formula", found.formula),
            _row("Đơn vị / Unit", found.unit),
            _row("Kỳ / Period", KINDS[found.period_kind]),
            _row("Chiều tốt / Better", BETTER[found.better]),
            _row("Nguồn / Source", found.source),
            "",
            f"Phiên bản / version {found.version} · `{measure}`", "",
        ]  # fmt: skip
    return "\n".join(lines)


def _row(name: str, text: Text) -> str:
    return f"| {name} | {text.vi.replace('|', chr(92) + '|')} | {text.en.replace('|', chr(92) + '|')} |"
