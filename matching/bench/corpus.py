"""Corpora of any size for measuring: real sentences put together anew, real vectors mixed and blurred, all seeded.

Encoding half a million texts would take an hour and change nothing about what is measured, so vectors are given. A
passage is a recombination of whole sentences, so its term counts are the sum of theirs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from scipy import sparse

from matching.columns import Columns
from matching.encoder.protocol import Encoder
from matching.index import Index, assemble
from matching.lexical import TermCounts
from matching.passages import ENCODED_CHARS, digest
from matching.records import Document, Item
from matching.text.clauses import clauses
from matching.text.normalise import search_text

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (ROOT / "seed" / "data", ROOT.parent / "shared" / "data")
ITEMS_PER_PARTY = 5
_SENTENCE = re.compile(r"[^。！!？?；;.]+")
_SENTENCE_CHARS = range(12, 120)
_TITLE_CHARS = 20
_TEXT_CHARS = 100
_MOST_SENTENCES = 6
# Between the cosine of two texts on one subject (.6) and that of a text with itself.
_BLUR = 0.5
_BLOCK = 50_000
_KINDS = ("paper", "patent", "project", "product", "award")


@dataclass(frozen=True)
class Material:
    """texts: t real passages; sentences: s sentences of theirs; vectors: (t, d) float32, unit length, centred;
    clause_vectors: (c, d) int8, unit · 127."""

    texts: list[str]
    sentences: list[str]
    vectors: np.ndarray
    clause_vectors: np.ndarray


def real_texts(per_file: int, sources: Sequence[Path] = SOURCES) -> list[str]:
    """“title。text” of items and of parties without items, longer than a title: so many per file, in their order."""
    files = [path for folder in sources for path in sorted(folder.glob("**/*.jsonl")) if "queries" not in path.name]
    found: dict[str, None] = {}
    for path in files:
        for title, text in islice(_fields(path), per_file):
            joined = search_text("。".join(part for part in (title, text) if part))
            if len(joined) > _TITLE_CHARS:
                found[joined] = None
    return list(found)


def _fields(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            for part in record.get("items") or [record]:
                yield part.get("title") or "", part.get("text") or ""


def material(encoder: Encoder, texts: int, *, seed: int = 7) -> Material:
    """Reads and encodes this many real passages, or all if there are fewer."""
    everything = real_texts(per_file=texts)
    rng = np.random.default_rng(seed)
    chosen = [everything[at] for at in sorted(rng.permutation(len(everything))[:texts])]
    pieces = (piece.strip() for text in everything for piece in _SENTENCE.findall(text))
    # The full stop keeps terms from crossing from one sentence to the next.
    sentences = dict.fromkeys(f"{piece}。" for piece in pieces if len(piece) in _SENTENCE_CHARS)
    heads = [text[:ENCODED_CHARS] for text in chosen]
    vectors, parts = encoder.encode_parts(heads, [clauses(head) for head in heads], "document")
    clause_vectors = np.rint(np.concatenate(parts) * 127).astype(np.int8)
    return Material(chosen, list(sentences), vectors, clause_vectors)


def vectors_like(source: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """(count, d) float32, unit length: two real vectors mixed, plus noise. source: (t, d) float32, unit length."""
    rng = np.random.default_rng(seed)
    found = np.empty((count, source.shape[1]), np.float32)
    for at in range(0, count, _BLOCK):
        size = min(_BLOCK, count - at)
        first, second = rng.integers(0, len(source), (2, size))
        share = rng.uniform(0.5, 1.0, (size, 1)).astype(np.float32)
        noise = rng.standard_normal((size, source.shape[1]), np.float32) * np.float32(_BLUR / source.shape[1] ** 0.5)
        mixed = share * source[first] + (1 - share) * source[second] + noise
        found[at : at + size] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
    return found


@dataclass(frozen=True)
class _Plan:
    """Which sentences make up each passage: picks (m, most + 1) int32, the title's first; used (m,) how many follow."""

    picks: np.ndarray
    used: np.ndarray

    @classmethod
    def drawn(cls, lengths: np.ndarray, count: int, seed: int) -> _Plan:
        rng = np.random.default_rng(seed)
        picks = rng.integers(0, len(lengths), (count, _MOST_SENTENCES + 1), dtype=np.int32)
        reached = np.cumsum(lengths[picks[:, 1:]], axis=1)
        return cls(picks, np.minimum((reached < _TEXT_CHARS).sum(axis=1) + 1, _MOST_SENTENCES))

    def texts(self, sentences: int) -> sparse.csr_array:
        """(m, s) int16: how often each sentence stands in each passage, titles left out."""
        inside = np.arange(1, self.picks.shape[1]) <= self.used[:, None]
        indptr = np.concatenate([[0], np.cumsum(self.used)])
        columns = self.picks[:, 1:][inside]
        return sparse.csr_array((np.ones(len(columns), np.int16), columns, indptr), (len(self.picks), sentences))

    def titles(self, sentences: int) -> sparse.csr_array:
        """(m, s) int16: one 1 a row."""
        count = len(self.picks)
        return sparse.csr_array((np.ones(count, np.int16), self.picks[:, 0], np.arange(count + 1)), (count, sentences))


def synthetic_index(found: Material, fingerprint: str, parties: int, *, seed: int = 11) -> Index:
    """An index of this many parties with ITEMS_PER_PARTY items of about 100 characters each; nothing is encoded."""
    ordered, columns = synthetic_parts(found, parties, seed=seed)
    digests = [digest(document) for document in ordered]
    return assemble(fingerprint, ordered, digests, np.full(parties, ITEMS_PER_PARTY), columns)


def synthetic_parts(found: Material, parties: int, *, seed: int = 11) -> tuple[list[Document], Columns]:
    """The documents in the order of their ids, and what is known of their passages."""
    count = parties * ITEMS_PER_PARTY
    sentences = found.sentences
    titles = [sentence[:_TITLE_CHARS].strip() for sentence in sentences]
    plan = _Plan.drawn(np.array([len(sentence) for sentence in sentences]), count, seed)
    rng = np.random.default_rng(seed + 1)
    years = rng.integers(2005, 2026, count).astype(np.int16)
    ordered = [_party(row, plan, sentences, titles, years) for row in range(parties)]
    # All of a text lies within what is encoded, so each of its clauses has a vector.
    clause_counts = [len(clauses(item.text)) for party in ordered for item in party.items]
    clause_starts = np.concatenate([[0], np.cumsum(clause_counts)])
    clause_rows = rng.integers(0, len(found.clause_vectors), int(clause_starts[-1]))
    columns = Columns(
        years=years,
        lengths=np.array([len(item.title) + 1 + len(item.text) for party in ordered for item in party.items], np.int32),
        vectors=vectors_like(found.vectors, count, seed=seed + 2),
        clause_starts=clause_starts,
        clause_vectors=found.clause_vectors[clause_rows],
        terms=_terms(plan, sentences, titles),
    )
    return ordered, columns


def _party(row: int, plan: _Plan, sentences: list[str], titles: list[str], years: np.ndarray) -> Document:
    items = []
    for number in range(ITEMS_PER_PARTY):
        at = row * ITEMS_PER_PARTY + number
        picks = plan.picks[at]
        text = "".join(sentences[pick] for pick in picks[1 : 1 + plan.used[at]])
        items.append(Item(f"p{row:06d}-{number}", _KINDS[number], titles[picks[0]], text, int(years[at])))
    return Document(f"p{row:06d}", "expert", f"专家 {row}", "", tuple(items))


def _terms(plan: _Plan, sentences: list[str], titles: list[str]) -> TermCounts:
    """No term crosses a full stop, so the counts of a passage are the sum of its parts'."""
    parts = TermCounts.of([*sentences, *titles])
    of_texts, of_titles = plan.texts(len(sentences)), plan.titles(len(sentences))
    counts = parts.counts.astype(np.int16)
    blocks = []
    for at in range(0, len(plan.picks), _BLOCK):
        rows = slice(at, at + _BLOCK)
        block = of_texts[rows] @ counts[: len(sentences)] + of_titles[rows] @ counts[len(sentences) :]
        small = np.minimum(block.data, np.iinfo(np.uint8).max).astype(np.uint8)
        blocks.append(sparse.csr_array((small, block.indices, block.indptr), block.shape))
    whole = sparse.csr_array(sparse.vstack(blocks, format="csr"))
    whole.sort_indices()
    # Terms of sentences that were never drawn do not occur.
    return TermCounts(parts.vocabulary, whole).rows(np.arange(len(plan.picks)))
