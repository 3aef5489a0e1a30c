"""A small instrument and answers made by a seeded chance, shared by the tests of surveys."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from motcua.surveys.instrument import Instrument, read_instrument

INSTRUMENT = """\
survey: cdci
year: 2020
illustrative: true
title: {vi: "Khảo sát ví dụ", en: "A survey for tests"}
rates: {vi: "Chi cục", en: "Branches"}
minimum_n: 10
scales:
  agree:
    steps:
      - {value: 1, label: {vi: "Rất không đồng ý", en: "Strongly disagree"}}
      - {value: 2, label: {vi: "Không đồng ý", en: "Disagree"}}
      - {value: 3, label: {vi: "Bình thường", en: "Neither"}}
      - {value: 4, label: {vi: "Đồng ý", en: "Agree"}}
      - {value: 5, label: {vi: "Rất đồng ý", en: "Strongly agree"}}
components:
  - id: transparency
    title: {vi: "Minh bạch", en: "Transparency"}
    weight: 60
    questions:
      - {id: t1, text: {vi: "Thông tin dễ tìm", en: "Information is easy to find"}, scale: agree}
      - {id: t2, text: {vi: "Phải hỏi nhiều lần", en: "One has to ask again and again"}, scale: agree, reverse: true}
  - id: time
    title: {vi: "Thời gian", en: "Time"}
    weight: 40
    hard_share: 0.5
    questions:
      - {id: d1, text: {vi: "Giải quyết nhanh", en: "Things are quick"}, scale: agree}
    measures:
      - id: on-time
        text: {vi: "Tỷ lệ đúng hạn", en: "Share on time"}
        source: dossiers
        worst: 50
        best: 100
"""


def instrument(folder: Path, text: str = INSTRUMENT) -> Instrument:
    """The instrument, through a file as people write it."""
    file = folder / "instrument.yaml"
    file.write_text(text, encoding="utf-8")
    return read_instrument(file)


def answers(
    means: dict[str, float], firms: int, seed: int = 1, questions: tuple[str, ...] = ("t1", "t2", "d1")
) -> bytes:
    """So many firms for each unit; each answer lies around the unit's mean on 1..5, turned round for t2."""
    chance = np.random.default_rng(seed)
    out = io.StringIO()
    out.write("respondent,unit," + ",".join(questions) + "\n")
    number = 0
    for unit, mean in means.items():
        for _ in range(firms):
            number += 1
            drawn = np.clip(np.rint(chance.normal(mean, 1, len(questions))), 1, 5).astype(int)
            cells = [str(6 - v) if q == "t2" else str(v) for q, v in zip(questions, drawn, strict=True)]
            out.write(f"r{number},{unit},{','.join(cells)}\n")
    return out.getvalue().encode()
