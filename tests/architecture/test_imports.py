"""The import rules themselves are in pyproject.toml; here they are run, and shown to be able to refuse."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.architecture.repository import ROOT

LINT = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", "-c", LINT], cwd=folder, capture_output=True, text=True)


def test_every_import_keeps_the_direction_of_the_layers() -> None:
    result = lint_imports(ROOT)

    assert result.returncode == 0, result.stdout + result.stderr


def test_the_rules_refuse_a_ranking_core_that_knows_the_database(tmp_path: Path) -> None:
    for package in ("matching", "service", "web", "seed"):
        copytree(ROOT / package, tmp_path / package, ignore=ignore_patterns("__pycache__", "*.json", "*.jsonl"))
    with (tmp_path / "matching" / "__init__.py").open("a", encoding="utf-8") as core:
        core.write("import sqlmodel\n")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())

    result = lint_imports(tmp_path)

    assert result.returncode != 0
    assert "matching is not allowed to import sqlmodel" in result.stdout, result.stdout + result.stderr
