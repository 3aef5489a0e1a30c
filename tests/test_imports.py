"""Imports point down and the middle is pure: the contracts of pyproject.toml, kept."""

from __future__ import annotations

from importlinter.cli import lint_imports


def test_every_import_contract_is_kept() -> None:
    assert lint_imports(no_cache=True) == 0
