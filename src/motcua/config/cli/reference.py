"""Writes docs/reference/commands.md from the commands themselves: `python -m motcua.config.cli.reference --write`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from motcua.config.cli import cli

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "commands.md"

HEAD = """\
# Lệnh · Commands

Trang này do mã lệnh viết ra: `python -m motcua.config.cli.reference --write`; một kiểm thử so lại mỗi lần chạy.
*This page is written by the code: `python -m motcua.config.cli.reference --write`. A test compares it on every run.*

| Mã thoát · Exit code | Nghĩa · Meaning |
|---|---|
| 0 | tốt · all is well |
| 1 | có chỗ sai, hoặc bị từ chối kèm lý do · something is wrong, or was refused with a reason |
| 2 | gõ sai lệnh · the command was mistyped |
| 3 | hệ thống khác chưa trả lời · somebody else does not answer |
"""


def page() -> str:
    """The whole page."""
    return "\n".join(
        [HEAD, *(text for name, command in sorted(everything()) for text in section(name, command))]
    )


def everything(group: click.Group = cli, above: str = "motcua") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its full name."""
    context = click.Context(group, info_name=above)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from everything(command, f"{above} {name}")
        else:
            yield f"{above} {name}", command


def section(name: str, command: click.Command) -> Iterator[str]:
    """One command: its line, what it does, its options."""
    arguments = [
        one.make_metavar(click.Context(command)) for one in command.params if isinstance(one, click.Argument)
    ]
    yield f"## `{' '.join([name, *arguments])}`\n"
    yield f"{_paragraphs(command.help or '')}\n"
    rows = [_row(one, click.Context(command)) for one in command.params if isinstance(one, click.Option)]
    if rows:
        yield "| Tùy chọn · Option | Bỏ trống · Left out | Nghĩa · Meaning |"
        yield "|---|---|---|"
        yield from rows
        yield ""


def _row(option: click.Option, context: click.Context) -> str:
    names = " / ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return (
        "| "
        + " | ".join((f"`{names}{value}`".replace("|", "\\|"), _default(option, context), option.help or ""))
        + " |"
    )


def _default(option: click.Option, context: click.Context) -> str:
    """What counts when it is left out, as a reader of another machine would see it."""
    if isinstance(option.show_default, str):
        return option.show_default
    if option.required:
        return "bắt buộc · required"
    default = option.get_default(context, call=False)
    if (
        callable(default)
        or default is None
        or default in ((), "", False)
        or type(default).__name__ == "Sentinel"
    ):
        return "–"
    if option.is_flag:
        return f"`{option.opts[0]}`"
    return f"`{default}`"


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def main() -> None:
    """Write the page, or say that it is out of date (exit 1)."""
    text = page()
    if "--write" in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(
            "docs/reference/commands.md is out of date; run: python -m motcua.config.cli.reference --write"
        )


if __name__ == "__main__":
    main()
