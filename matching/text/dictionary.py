"""The domain dictionary: words of the field that the segmenter must keep whole.

``fields.toml`` is the field taxonomy, edited by hand; ``words.txt`` is generated from it
(`python -m matching dictionary`) and carries its version, the digest of its words.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from pathlib import Path

TAXONOMY = Path(__file__).with_name("fields.toml")
WORDS = Path(__file__).with_name("words.txt")


def taxonomy_words() -> list[str]:
    """Every term of the taxonomy of two and more characters, once, sorted."""
    fields = tomllib.loads(TAXONOMY.read_text(encoding="utf-8"))["field"]
    return sorted({term for entry in fields for term in entry["terms"] if len(term) > 1})


def generate() -> str:
    """The text of words.txt."""
    found = taxonomy_words()
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()[:12]
    return (
        f"# version {digest}; generated from fields.toml by `python -m matching dictionary`\n" + "\n".join(found) + "\n"
    )


@cache
def load_words() -> tuple[str, ...]:
    return tuple(line for line in WORDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))


@cache
def version() -> str:
    """Digest of the dictionary in use; a change means that shown terms may differ."""
    return WORDS.read_text(encoding="utf-8").split(";", 1)[0].removeprefix("# version ").strip()
