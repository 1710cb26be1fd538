"""Small Chinese texts and documents for properties, and ways to compare what ranks."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import strategies as st

from matching.index import Index
from matching.records import Document, Item, Query, Ranking

WORDS = ["盐湖", "提锂", "吸附剂", "衰减", "卤水", "光伏", "组件", "积灰", "储能", "al-ldh", "2023", "，", "。", " "]

small_texts = st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
items = st.builds(
    Item,
    id=st.just("i"),
    kind=st.sampled_from(["paper", "patent"]),
    title=small_texts,
    text=small_texts,
    year=st.none() | st.integers(1995, 2025),
)


def documents_of(ids: st.SearchStrategy[str]) -> st.SearchStrategy[Document]:
    """Small documents, some without items, some empty."""
    several = st.lists(items, max_size=3).map(
        lambda found: tuple(
            Item(f"i{at}", item.kind, item.title, item.text, item.year) for at, item in enumerate(found)
        )
    )
    return st.builds(
        Document,
        id=ids,
        kind=st.sampled_from(["expert", "team", "achievement"]),
        title=small_texts,
        text=small_texts,
        items=several,
    )


documents = documents_of(st.sampled_from([f"d{number}" for number in range(8)]))
corpora = st.lists(documents, max_size=8, unique_by=lambda document: document.id)
queries = st.builds(
    Query,
    id=st.just("q"),
    title=small_texts,
    text=small_texts,
    sub_problems=st.lists(small_texts, max_size=2).map(tuple),
)


def arrays_of(index: Index) -> dict[str, object]:
    """Everything an index holds, by name, as bytes with shape and type or as plain values."""
    found: dict[str, object] = {"vectors": _plain(index.vectors)}
    for name, part in (("", index), ("lexical.", index.lexical), ("store.", index.store)):
        for each in fields(part):
            value = getattr(part, each.name)
            if each.name not in ("store", "lexical", "dense"):
                found[name + each.name] = _plain(value)
    return found


def _plain(value: object) -> object:
    return (value.dtype.str, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value


def ids_of(ranking: Ranking) -> list[str]:
    return [match.id for match in ranking.matches]
