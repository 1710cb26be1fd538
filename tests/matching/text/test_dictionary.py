"""The domain dictionary is generated, complete and versioned."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from matching.text import dictionary
from matching.text.terms import words


def test_the_word_list_is_what_the_taxonomy_generates() -> None:
    assert dictionary.WORDS.read_text(encoding="utf-8") == dictionary.generate()


def test_the_word_list_holds_every_term_of_the_taxonomy_once_in_order() -> None:
    fields = tomllib.loads(dictionary.TAXONOMY.read_text(encoding="utf-8"))["field"]
    terms = {term for entry in fields for term in entry["terms"]}

    assert list(dictionary.load_words()) == sorted(term for term in terms if len(term) > 1)


@pytest.mark.parametrize("term", ["提锂", "电势诱导衰减", "铝系吸附剂"])
def test_terms_of_the_field_are_in_the_dictionary(term: str) -> None:
    assert term in dictionary.load_words()


def test_every_term_is_one_word_between_others() -> None:
    chinese = [term for term in dictionary.load_words() if all("\u4e00" <= char <= "\u9fff" for char in term)]

    broken = [term for term in chinese if term not in words(f"，{term}，")]

    assert broken == []


def test_the_version_is_the_one_of_the_generated_list() -> None:
    assert len(dictionary.version()) == 12
    assert dictionary.generate().startswith(f"# version {dictionary.version()};")


def test_the_version_changes_with_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taxonomy = tmp_path / "fields.toml"
    grown = (
        dictionary.TAXONOMY.read_text(encoding="utf-8") + '\n[[field]]\ncode = "F99"\nname = "新"\nterms = ["新词"]\n'
    )
    taxonomy.write_text(grown, encoding="utf-8")
    monkeypatch.setattr(dictionary, "TAXONOMY", taxonomy)

    lines = dictionary.generate().splitlines()

    assert "新词" in lines
    assert dictionary.version() not in lines[0]
