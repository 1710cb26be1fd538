"""Rules for the repository as a whole: settings, places, addresses, the lock, the top level."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from pydantic_settings import BaseSettings

from service.settings import Settings
from tests.architecture.repository import ROOT, files, name

TEXT = {".py", ".md", ".toml", ".jsonl", ".tsv", ".txt", ".html", ".css", ".js", ".lock", ".example", ".yml", ""}
PACKAGES = {"matching", "service", "web", "seed"}
FOLDERS = PACKAGES | {"tests", "docs", ".ci"}
SETTING = re.compile(r"KC_[A-Z0-9_]*[A-Z0-9]")
MACHINE_PATH = re.compile(r"(?<![\w.\-/:])/(?:work|tmp|root|home|Users|opt)/\w")
REMOTE_RESOURCE = re.compile(r"""(?:\bsrc\s*=|<link[^>]*href\s*=|url\(|@import)\s*["']?\s*(?:https?:)?//\w""", re.I)


def text_files() -> list[Path]:
    return [path for path in files() if path.suffix in TEXT]


def is_environ(node: ast.expr) -> bool:
    return ast.unparse(node) in {"os.environ", "environ", "env"}


def environment_reads(source: str) -> Iterator[str]:
    """Names of environment variables that Python source reads: getenv(…), environ.get(…), environ[…], … in environ."""
    for node in ast.walk(ast.parse(source)):
        key: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            function = node.func
            if ast.unparse(function) in {"os.getenv", "getenv"} or (
                isinstance(function, ast.Attribute) and function.attr in {"get", "pop"} and is_environ(function.value)
            ):
                key = node.args[0]
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and is_environ(node.value):
            key = node.slice
        elif isinstance(node, ast.Compare) and any(is_environ(other) for other in node.comparators):
            key = node.left
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


def settings_in(paths: list[Path]) -> set[str]:
    return {found for path in paths for found in SETTING.findall(path.read_text("utf-8"))}


def variables_of(group: type[BaseSettings]) -> Iterator[str]:
    """Names of the variables that a group of settings is read from, with those of the groups in it."""
    for key, field in group.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
            yield from variables_of(field.annotation)
        else:
            yield f"{group.model_config['env_prefix']}{key.upper()}"


def python_of(*tops: str) -> list[Path]:
    return [path for path in files("*.py") if path.relative_to(ROOT).parts[0] in tops]


def test_the_search_for_environment_reads_finds_every_spelling() -> None:
    source = 'os.getenv("A"); os.environ.get("B", 1); os.environ["C"]; "D" in os.environ; os.environ["E"] = "written"'

    assert set(environment_reads(source)) == {"A", "B", "C", "D"}


def test_the_product_reads_only_settings_with_our_prefix() -> None:
    read = {(name(path), key) for path in python_of(*PACKAGES) for key in environment_reads(path.read_text("utf-8"))}

    assert {entry for entry in read if not entry[1].startswith("KC_")} == set()


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = settings_in([ROOT / ".env.example"])
    product = settings_in([path for path in python_of(*PACKAGES) if name(path) != "service/settings.py"])
    product |= set(variables_of(Settings))
    tools = settings_in([ROOT / ".ci" / "bootstrap.py", ROOT / "tests" / "conftest.py"])

    assert documented == product | tools


def test_no_file_mentions_a_place_on_somebodys_machine() -> None:
    found = {
        f"{name(path)}:{number}"
        for path in text_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    }

    assert found == set()


def test_pages_load_nothing_from_other_hosts() -> None:
    pages = [path for path in files() if path.suffix in {".html", ".css", ".js", ".svg"} and "vendor" not in path.parts]

    assert {name(path) for path in pages if REMOTE_RESOURCE.search(path.read_text("utf-8"))} == set()


def test_the_lock_holds_every_pin_and_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {line.split(" ")[0] for line in lock.splitlines() if "==" in line}

    pins = {re.sub(r"\[.*\]", "", spec) for spec in declared if not spec.startswith("torch==")}

    assert pins - locked == set()
    assert not re.search(r"://|^torch==|^-", lock, re.M)


def imported(source: str) -> Iterator[str]:
    """Top-level names of the modules that Python source imports, wherever the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_the_product_imports_only_what_it_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[\[=]", spec)[0] for spec in project["dependencies"]}
    providers = packages_distributions()

    names = {(name(path), top) for path in python_of(*PACKAGES) for top in imported(path.read_text("utf-8"))}
    foreign = {(path, top) for path, top in names if top not in PACKAGES | sys.stdlib_module_names}
    undeclared = {
        (path, top)
        for path, top in foreign
        if not declared & {found.lower().replace("_", "-") for found in providers.get(top, [top])}
    }

    assert undeclared == set()


def test_the_top_level_has_no_further_folders() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in files() if len(path.relative_to(ROOT).parts) > 1}

    assert tops <= FOLDERS


def test_no_weights_or_vectors_are_committed() -> None:
    made = {".onnx", ".safetensors", ".bin", ".npy", ".npz", ".faiss", ".pt", ".gguf"}

    assert [name(path) for path in files() if path.suffix in made or path.stat().st_size > 2_000_000] == []
