"""What is put before a text, per model: many encoders were trained with such a mark and lose quality without it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matching.encoder.protocol import Role


@dataclass(frozen=True)
class Prompts:
    query: str = ""
    document: str = ""

    def of(self, role: Role) -> str:
        return self.query if role == "query" else self.document


E5 = Prompts("query: ", "passage: ")
_BGE_ZH = Prompts("为这个句子生成表示以用于检索相关文章：")
_INSTRUCT = Prompts("Instruct: Given a technical need, retrieve experts and achievements that solve it\nQuery:")

# The first pattern found in the lower-case name decides; sources: the model cards.
_FAMILIES: tuple[tuple[str, Prompts], ...] = (
    (r"bge-m3", Prompts()),
    (r"bge-.*zh", _BGE_ZH),
    (r"qwen3-embedding", _INSTRUCT),
    # The instruction-tuned e5 models were trained without "query:" marks.
    (r"\be5-.*instruct", _INSTRUCT),
    (r"\be5\b", E5),
)


def known_family(name: str) -> Prompts:
    """The prompts of a model known by its hub name or folder name; none for an unknown one."""
    lowered = name.lower().replace("_", "-")
    for pattern, prompts in _FAMILIES:
        if re.search(pattern, lowered):
            return prompts
    return Prompts()


def choose_prompts(name: str, brought: Mapping[str, str], query: str | None, document: str | None) -> Prompts:
    """brought: the ``prompts`` of the model's own configuration; query, document: settings, None to keep the model's.

    sentence-transformers writes empty prompts for models that say nothing, so only a non-empty one counts as brought.
    """
    own = Prompts(brought.get("query") or "", brought.get("document") or brought.get("passage") or "")
    chosen = own if own != Prompts() else known_family(name)
    return Prompts(chosen.query if query is None else query, chosen.document if document is None else document)
