"""Terms of a search copy: characters and bigrams to rank with, words to show."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from matching.text.dictionary import load_words

_RUN = re.compile(r"[a-z0-9]+(?:[.\-+][a-z0-9]+)*|[\u3400-\u9fff\U00020000-\U0003ffff]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def grams(text: str) -> list[str]:
    """Single Han characters, Han bigrams and whole Latin or numeric tokens, in order, with repetitions.

    Both lengths in one space: on short texts the characters carry the match, on long ones the bigrams do
    (docs/quality.md, ablation).
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        if _HAN.match(run):
            found.extend(run)
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.append(run)
    return found


def gram_counts(text: str) -> Counter[str]:
    return Counter(grams(text))


@cache
def _load_dictionary() -> None:
    """rjieba keeps its dictionary per process; every word goes in once, with the frequency of a fixed term."""
    import rjieba

    for word in load_words():
        rjieba.add_word(word, None, "n")


def words(text: str) -> list[str]:
    """Words of a search copy by rjieba with the domain dictionary; punctuation left out."""
    import rjieba

    _load_dictionary()
    return [word for word in rjieba.cut(text) if _RUN.match(word)]


def content_words(text: str) -> list[str]:
    """Words of two and more characters that are not bare numbers: what a reader would call a term."""
    return [word for word in words(text) if len(word) > 1 and not word.replace(".", "").isdecimal()]
