"""How the pages of the documentation are read by those who check them: fences, examples, commands, links, words."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from docs.generate import ROOT, pages

# A fence, with the mark in the line above it when there is one.
FENCE = re.compile(
    r"^(?:<!-- (?P<mark>run|feed|journey|output) -->\n)?```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^```",
    re.M | re.S,
)
SHELL = {"sh", "bash", "shell", "console"}
_COMMAND = re.compile(r"(?:^|bin/|&& |\$ )motcua ((?:[a-z0-9]|--).*)")
# Where a command ends and the shell begins.
_STOPS = {"|", ">", ">>", "&&", "&", ";", "<"}


class Word(NamedTuple):
    """A row of the glossary."""

    vi: str
    en: str
    code: str
    sentence: str
    source: str


class Example(NamedTuple):
    """A marked fence; `output` is the text of the fence after it when that is marked as its output."""

    page: str
    language: str
    text: str
    output: str


def markdown() -> list[str]:
    """Every page by its path in the project."""
    return [page.relative_to(ROOT).as_posix() for page in pages()]


def read(page: str | Path) -> str:
    """The text of a page or of any other file of the project."""
    return (ROOT / page).read_text(encoding="utf-8")


def glossary() -> dict[str, dict[str, Word]]:
    """The rows of the glossary by the English name of their section and by code; ValueError for a code that stands twice."""
    found: dict[str, dict[str, Word]] = {}
    for part in re.split(r"^## ", read("docs/glossary.md"), flags=re.M)[1:]:
        section = part.split("\n", 1)[0].split(" · ")[-1].strip()
        rows = found.setdefault(section, {})
        for line in part.splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
            if line.startswith("|") and len(cells) == 5 and cells[2].startswith("`"):
                word = Word(*cells)
                if word.code.strip("`") in rows:
                    raise ValueError(f"{word.code} stands twice under {section}")
                rows[word.code.strip("`")] = word
    return found


def examples(mark: str) -> list[Example]:
    """Every fence with a mark."""
    found = []
    for page in markdown():
        fences = list(FENCE.finditer(read(page)))
        for fence, after in zip_longest(fences, fences[1:]):
            if fence["mark"] == mark:
                output = after["text"] if after is not None and after["mark"] == "output" else ""
                found.append(Example(page, fence["language"], fence["text"], output))
    return found


def shown_commands() -> list[tuple[str, str]]:
    """Every `motcua …` that a page shows, without its first word: in a fence for the shell, or between backticks."""
    found = []
    for page in markdown():
        text = read(page)
        lines = [
            line.strip().removeprefix("$ ")
            for fence in FENCE.finditer(text)
            if fence["language"] in SHELL
            for line in fence["text"].replace("\\\n", " ").splitlines()
        ]
        lines += re.findall(r"`(motcua [^`\n]+)`", FENCE.sub("", text))
        found += [(page, at[1]) for line in lines if (at := _COMMAND.search(line))]
    return found


def words_of(command: str) -> list[str]:
    """The words of a command up to the first pipe, redirection or remark."""
    words = []
    for word in shlex.split(command, comments=True):
        if word in _STOPS:
            break
        words.append(word.rstrip(";)"))
    return words


def links(page: str) -> Iterator[str]:
    """The targets of the relative links of a page."""
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", read(page))):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(text: str) -> set[str]:
    """The anchors a page has, as they are commonly made from its headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def reachable(first: str) -> set[str]:
    """The pages one can come to from the first by relative links, itself included."""
    seen: set[str] = set()
    waiting = [first]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        for target in links(page):
            there = ((ROOT / page).parent / target.partition("#")[0]).resolve()
            if there.suffix == ".md" and there.is_relative_to(ROOT) and there.exists():
                waiting.append(there.relative_to(ROOT).as_posix())
    return seen
