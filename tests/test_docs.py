"""What the documentation says is so: words, laws, settings, commands, links, examples and diagrams are held to the code."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from docs.generate import ROOT, lifecycles, models, refreshed, texts_of_sheets
from docs.reading import (
    anchors,
    examples,
    glossary,
    links,
    markdown,
    reachable,
    read,
    shown_commands,
    words_of,
)

from motcua import __version__
from motcua.casework.models import Channel
from motcua.people.roles import Role

SOURCE = ROOT / "src" / "motcua"
MARKDOWN = markdown()


def sources(*endings: str) -> Iterator[Path]:
    for ending in endings:
        yield from sorted(SOURCE.rglob(f"*{ending}"))


# What is generated ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [page for page in MARKDOWN if "<!-- generated: " in read(page)])
def test_a_generated_page_says_what_the_code_says(page: str) -> None:
    text = read(page)
    assert refreshed(text) == text, "run: python docs/generate.py --write"


def test_every_lifecycle_is_drawn() -> None:
    page = read("docs/reference/lifecycles.md")
    for kind, table in lifecycles().items():
        assert f"(`{kind}`)" in page
        assert table.mermaid() in page


# Words ------------------------------------------------------------------------------------------------------


def test_the_glossary_knows_every_table() -> None:
    assert set(glossary()["Records"]) == {model._meta.label for model in models()}


def test_the_glossary_knows_every_event_by_its_own_name() -> None:
    wanted = {
        f"{kind}.{step.kind}": step.title
        for kind, table in lifecycles().items()
        for step in table.steps.values()
    }
    rows = glossary()["Events"]
    assert set(rows) - {"voided"} == set(wanted)
    for code, title in wanted.items():
        assert (rows[code].vi, rows[code].en) == (title.vi, title.en), code


def test_the_glossary_knows_every_status_by_its_own_name() -> None:
    wanted = {
        f"{kind}.{name}": title
        for kind, table in lifecycles().items()
        for name, title in table.statuses.items()
    }
    rows = glossary()["Statuses"]
    assert set(rows) == set(wanted)
    for code, title in wanted.items():
        assert (rows[code].vi, rows[code].en) == (title.vi, title.en), code


def test_the_glossary_knows_every_channel_and_every_role() -> None:
    assert set(glossary()["Channels"]) == set(Channel.values)
    rows = glossary()["Roles"]
    assert set(rows) == set(Role)
    for role in Role:
        assert (rows[role].vi, rows[role].en) == (role.title.vi, role.title.en)


def test_every_word_has_its_sentence_and_its_source() -> None:
    for section, rows in glossary().items():
        for code, word in rows.items():
            assert all(word), f"{section}: {code} has an empty cell"
            assert word.sentence.endswith("."), f"{section}: {code} has no whole sentence"


# Law --------------------------------------------------------------------------------------------------------

# "Decree 61/2018", "Circular 01/2018/TT-VPCP", "38/2015/TT-BTC", "Nghị định 61/2018"; the number and year are what counts.
TEXT = re.compile(
    r"(?:(?:Decree|Circular|Decision|Resolution|Nghị định|Thông tư|Quyết định|Nghị quyết)s? (?P<named>\d+/(?:19|20)\d\d)"
    r"|(?P<signed>\b\d+/(?:19|20)\d\d)/[A-ZĐ]{2}[A-ZĐ0-9-]*)"
)


def test_every_legal_text_named_in_code_stands_in_the_page_of_laws() -> None:
    page = read("docs/laws.md")
    for file in sources(".py", ".html"):
        for match in TEXT.finditer(file.read_text(encoding="utf-8")):
            number = match["named"] or match["signed"]
            assert f"{number}/" in page, f"{file.relative_to(ROOT)} names {match[0]}; docs/laws.md does not"


def test_every_basis_of_a_law_sheet_stands_in_the_page_of_laws() -> None:
    page = read("docs/laws.md")
    assert all(text in page for text in texts_of_sheets())


def carried_out() -> list[tuple[str, str]]:
    """Every `path` and `symbol` that the page of laws points to: `src/…/clock.py` `read`."""
    return re.findall(
        r"`((?:src|law|tests|docs)/[^`\s<]+)`(?:, | )?(?:`([A-Za-z_.]+)`)?", read("docs/laws.md")
    )


def test_every_place_that_carries_out_a_law_exists() -> None:
    places = carried_out()
    assert len(places) > 20
    for path, symbol in places:
        assert (ROOT / path).exists(), path
        if symbol:
            assert symbol in names_in(path), f"{path} has no {symbol}"


def names_in(path: str) -> set[str]:
    """Functions, classes, methods, fields and constants of a Python file; any word of another file."""
    text = read(path)
    if not path.endswith(".py"):
        return set(re.findall(r"[A-Za-z_]+", text))
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


# Settings ---------------------------------------------------------------------------------------------------

READ = re.compile(
    r"""(?:environ(?:\.get|\.setdefault|\.pop)?[\[(]|getenv\(|env_text\(|env_flag\()\s*["']([A-Z_]+)["']"""
)


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    read_here = {name for file in sources(".py") for name in READ.findall(file.read_text(encoding="utf-8"))}
    described = set(re.findall(r"^\| `([A-Z_]+)`", read("docs/reference/settings.md"), re.M))
    assert described == read_here


# Commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "command"), shown_commands())
def test_every_command_that_is_shown_exists(page: str, command: str) -> None:
    from motcua.config.cli import cli

    here: click.Command = cli
    context = click.Context(here)
    for word in words_of(command):
        if word.startswith("--"):
            known = {name for param in here.params for name in (*param.opts, *param.secondary_opts)} | {
                "--help",
                "--version",
            }
            assert word.split("=")[0] in known, f"{page}: {here.name} has no {word}"
        elif isinstance(here, click.Group):
            found = here.get_command(context, word)
            assert found is not None, f"{page}: there is no command {word} in: motcua {command}"
            here = found


# Examples ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "language", "text", "output"), examples("run"))
def test_an_example_marked_run_runs(
    page: str, language: str, text: str, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if language == "python":
        exec(compile(text, page, "exec"), {"__name__": "example"})
    else:
        from motcua.config.cli import main

        for line in text.splitlines():
            words = words_of(line)
            assert words[0] == "motcua", f"{page}: only motcua commands can be run here, not {line!r}"
            main(words[1:])
    printed = capsys.readouterr().out
    assert printed
    assert not output or printed == output


def test_there_are_examples_and_they_are_not_all_of_one_kind() -> None:
    assert {language for _, language, _, _ in examples("run")} >= {"python", "sh"}


@pytest.mark.parametrize("text", [text for _, _, text, _ in examples("feed")])
def test_the_feed_that_is_shown_can_be_read(text: str) -> None:
    from motcua.declarations.documents import parse
    from motcua.declarations.lifecycle import DECLARATION

    feed = parse(text.encode())
    assert feed.entries
    for entry in feed.entries:
        for step in entry.steps:
            DECLARATION.check_details(step.kind, step.details)
    assert json.loads(text)["feed"] == "customs-core"


# Links and addresses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", MARKDOWN)
def test_every_relative_link_leads_somewhere(page: str) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert there.exists(), f"{page} links to {target}"
        assert ROOT in there.parents, f"{page} links out of the project: {target}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{page} links to {target}"


def test_every_page_under_docs_can_be_reached_from_the_first() -> None:
    lost = {page for page in MARKDOWN if page.startswith("docs/")} - reachable("docs/README.md")
    assert not lost


ADDRESS = re.compile(r"`(?:GET |POST )?(/api/[^`\s]+|/[a-z][^`\s?]*(?:/|\.json|\.pem|\.pdf))`")


@pytest.mark.parametrize("page", [page for page in MARKDOWN if page.startswith("docs/how-to/")])
def test_every_address_that_is_named_exists(page: str) -> None:
    from django.urls import Resolver404, resolve

    for address in ADDRESS.findall(read(page)):
        # A placeholder stands for something of its kind.
        sample = re.sub(r"<[^>]+>", "20", address)
        try:
            resolve(sample)
        except Resolver404:
            pytest.fail(f"{page} names the address {address}")


# The house --------------------------------------------------------------------------------------------------

APPS = (
    "casework",
    "exchange",
    "declarations",
    "nsw",
    "manifest",
    "origin",
    "consignment",
    "publication",
    "reform",
    "demo",
    "procedures",
    "people",
)


@pytest.mark.parametrize("app", APPS)
def test_a_module_explains_itself_on_one_page(app: str) -> None:
    text = read(f"src/motcua/{app}/README.md")
    assert text.startswith(f"# {app}\n")
    assert "```mermaid" in text
    assert len(text.splitlines()) < 130


@pytest.mark.parametrize("kind", sorted(lifecycles()))
def test_a_lifecycle_is_drawn_in_the_page_of_a_module(kind: str) -> None:
    drawn = [page for page in sources("README.md") if f"<!-- generated: lifecycle {kind} -->" in read(page)]
    assert drawn


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def test_decisions_are_numbered_without_holes() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_why_and_what_would_undo_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]}. ")
    headings = {line.lower() for line in re.findall(r"^## (.+)$", text, re.M)}
    assert "context" in headings
    assert "decision" in headings
    assert len(text.splitlines()) < 110


def test_publiccode_describes_this_very_version() -> None:
    described = yaml.safe_load(read("publiccode.yml"))
    assert described["softwareVersion"] == __version__
    assert described["legal"]["license"] == "Apache-2.0"
    assert set(described["localisation"]["availableLanguages"]) == {"vi", "en"}
    assert set(described["description"]) == {"vi", "en"}
    for language in ("vi", "en"):
        assert 150 <= len(described["description"][language]["longDescription"]) <= 10_000
        assert len(described["description"][language]["shortDescription"]) <= 150


# A path that means something on one machine only. Addresses of the site may look alike, so two folders are asked for.
MACHINE = re.compile(r"(?<![\w.~}])/(?:home|Users|root|mnt|tmp(?!/motcua-))/[\w.-]+/[\w.-]+")
# Spelled backwards, so that this very file may be looked through too.
MAKING = [
    word[::-1]
    for word in ("edualC", "ciporhtnA", "TPGtahC", "tnegabus", "tnega-bus", "ledom egaugnal", "tpmorp metsys")
]


def test_nothing_names_a_machine_or_the_way_it_was_made() -> None:
    looked = [
        *sources(".py", ".md", ".html", ".css"),
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.*"),
        *ROOT.glob("law/**/*.*"),
    ]
    looked += [
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("bench/**/*.py"),
        ROOT / "Makefile",
        ROOT / "publiccode.yml",
    ]
    words = re.compile(rf"\b(?:{'|'.join(MAKING)})s?\b", re.I)
    for file in looked:
        if file.suffix == ".png":
            continue
        text = file.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if file.name == "test_docs.py" and "MACHINE = " in line:
                continue
            assert not MACHINE.search(line), (
                f"{file.relative_to(ROOT)}:{number} names a place on one machine: {line.strip()}"
            )
            assert not words.search(line), f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
