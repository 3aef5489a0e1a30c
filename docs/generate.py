"""
Writes what the documentation can take from the code itself: lifecycles, tables, the texts the law sheets stand on.

    python docs/generate.py            names the pages that are out of date; exit code 1 when there are any
    python docs/generate.py --write    brings them up to date

A page marks the place with `<!-- generated: NAME -->` and `<!-- end -->`; what stands between is written here, the rest by
people. A test compares, so a diagram cannot lie.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import yaml

from motcua.casework.clock import Effect
from motcua.casework.lifecycle import NEW, SAME, Lifecycle, Step
from motcua.config.registry import LIFECYCLES

ROOT = Path(__file__).resolve().parents[1]
PLACE = re.compile(r"(<!-- generated: (?P<name>[^>]+?) -->\n)(?P<text>.*?)(<!-- end -->)", re.S)

# Folders of the project, and what a person reads there.
PAGES = ("*.md", "docs/**/*.md", "law/**/*.md", "src/motcua/**/*.md", "src/motcua_sim/*.md")


def pages() -> list[Path]:
    """Every page of the documentation, in the order of paths."""
    found = {page for pattern in PAGES for page in ROOT.glob(pattern)}
    return sorted(page for page in found if page.stat().st_size)


def refreshed(text: str) -> str:
    """The page with every generated block as it must be today; KeyError names a block that nobody writes."""

    def block(match: re.Match[str]) -> str:
        name, _, argument = match["name"].partition(" ")
        return f"{match[1]}{BLOCKS[name](argument)}\n{match[4]}"

    return PLACE.sub(block, text)


def lifecycles() -> dict[str, Lifecycle]:
    """Every lifecycle by its kind of case. Needs no Django."""
    found = {}
    for kind, path in LIFECYCLES.items():
        module, name = path.rsplit(".", 1)
        found[kind] = getattr(import_module(module), name)
    return found


# Lifecycles -------------------------------------------------------------------------------------------------


def diagram(kind: str) -> str:
    """The diagram of one lifecycle; observations, which change no status, are not drawn."""
    return f"```mermaid\n{lifecycles()[kind].mermaid()}\n```"


def all_lifecycles(_: str = "") -> str:
    """Every lifecycle: its diagram, its statuses, its steps."""
    return "\n\n".join(_section(kind, table) for kind, table in lifecycles().items())


def _section(kind: str, table: Lifecycle) -> str:
    final = [name for name in table.statuses if not any(_leaves(step, name) for step in table.steps.values())]
    ends = ", ".join(f"`{name}`" for name in final)
    parts = [
        f"## {table.title.vi} · {table.title.en} (`{kind}`)",
        diagram(kind),
        _rows(
            ("Trạng thái · Status", "Tiếng Việt", "English"),
            [(f"`{name}`", title.vi, title.en) for name, title in table.statuses.items()],
        ),
        f"Không bước nào ra khỏi · No step leaves: {ends or '–'}.",
        _rows(
            ("Sự kiện · Event", "Việc · Act", "Từ · From", "Đến · To", "Đồng hồ · Clock", "Dấu · Marks", "Chi tiết · Details"),
            [_step(step) for step in table.steps.values()],
        ),
    ]  # fmt: skip
    return "\n\n".join(parts)


def _leaves(step: Step, status: str) -> bool:
    return status in step.come_from and step.to not in {SAME, status}


def _step(step: Step) -> tuple[str, ...]:
    come_from = ", ".join("–" if status == NEW else f"`{status}`" for status in step.come_from)
    clock = "–" if step.effect is Effect.NONE else step.effect.name.lower()
    if reason := step.pauses or step.resumes:
        clock = f"{clock} ({reason})"
    marks = [name for name in ("receives", "finishes", "closes", "reopens") if getattr(step, name)]
    if step.holder:
        marks.append(f"turn: {step.holder}")
    if not step.moves:
        marks.append("observation")
    details = ", ".join(f"`{one.name}`" for one in fields(step.details)) if step.details else "–"
    return (
        f"`{step.kind}`", f"{step.title.vi} · {step.title.en}", come_from,
        f"`{step.to}`" if step.to else "không đổi · same", clock, ", ".join(marks) or "–", details,
    )  # fmt: skip


# Tables -----------------------------------------------------------------------------------------------------


def models() -> list[type]:
    """Every table of the project's own, in the order of the settings. Needs Django's settings, no database."""
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
    import django

    django.setup()
    from django.apps import apps

    return [model for model in apps.get_models() if model.__module__.startswith("motcua.")]


def tables(_: str = "") -> str:
    """The tables by app: what a row is, and what the application may do with it."""
    known = models()
    from motcua.config.grants import privileges

    rights, parts = privileges(), []
    by_app: dict[str, list[type]] = defaultdict(list)
    for model in known:
        by_app[model._meta.app_label].append(model)
    for app, its in by_app.items():
        rows = [
            (f"`{m._meta.label}`", f"`{m._meta.db_table}`", _first_sentence(m.__doc__ or ""), _may(rights[m._meta.db_table]))
            for m in its
        ]  # fmt: skip
        parts.append(f"### {app}\n\n{_rows(('Model', 'Table', 'A row is', 'The application may'), rows)}")
    return "\n\n".join(parts)


def append_only(_: str = "") -> str:
    """The tables that can only grow."""
    models()
    from motcua.config.grants import APPEND_ONLY

    return "\n".join(f"* `{name}`" for name in APPEND_ONLY)


def relations(_: str = "") -> str:
    """Which table refers to which, as a diagram; references to nobody's tables but our own."""
    lines = ["```mermaid", "erDiagram"]
    known = set(models())
    for model in models():
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model in known:
                many = "|o" if field.unique else "}o"
                lines.append(
                    f"    {model.__name__} {many}--|| {field.related_model.__name__} : {field.name}"
                    if not field.null
                    else f"    {model.__name__} {many}--o| {field.related_model.__name__} : {field.name}"
                )
    return "\n".join([*lines, "```"])


def _may(rights: tuple[str, ...]) -> str:
    words = {"SELECT": "read", "INSERT": "add", "UPDATE": "change", "DELETE": "remove"}
    return ", ".join(words[right] for right in rights)


def _first_sentence(text: str) -> str:
    tidy = " ".join(text.split())
    return re.split(r"(?<=[.:;]) ", tidy, maxsplit=1)[0].rstrip(".:;").replace("|", "\\|")


# Law --------------------------------------------------------------------------------------------------------


def texts_of_sheets() -> dict[str, list[str]]:
    """Every legal text that a law sheet names as its basis, with the procedures that name it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted((ROOT / "law" / "procedures").rglob("*.yaml")):
        procedure = "/".join(file.relative_to(ROOT / "law" / "procedures").parts[:2])
        for one in yaml.safe_load(file.read_text(encoding="utf-8"))["basis"]:
            found[one["text"]].add(procedure)
    return {text: sorted(found[text]) for text in sorted(found, key=lambda text: (-len(found[text]), text))}


def texts(_: str = "") -> str:
    """The same as a table; the procedures are named when they are few."""
    rows = []
    for text, procedures in texts_of_sheets().items():
        few = ", ".join(f"`{name}`" for name in procedures) if len(procedures) <= 3 else "–"
        rows.append((text, str(len(procedures)), few))
    return _rows(("Văn bản · Text", "Số thủ tục · Procedures", "Thủ tục · Which"), rows)


def _rows(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


BLOCKS: dict[str, Callable[[str], str]] = {
    "lifecycle": diagram,
    "lifecycles": all_lifecycles,
    "tables": tables,
    "append-only": append_only,
    "relations": relations,
    "texts": texts,
}


def stale() -> Iterator[tuple[Path, str]]:
    """The pages that differ from what the code says, with what they should be."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        fresh = refreshed(text)
        if fresh != text:
            yield page, fresh


def main(arguments: list[str]) -> int:
    """Name the stale pages, or write them."""
    found = list(stale())
    for page, fresh in found:
        print(page.relative_to(ROOT))
        if "--write" in arguments:
            page.write_text(fresh, encoding="utf-8")
    return 1 if found and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    sys.exit(main(sys.argv[1:]))
