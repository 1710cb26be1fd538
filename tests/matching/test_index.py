"""The index: changed step by step it equals the one built at once."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.encoder.protocol import Role, Span, Vectors
from matching.errors import BadInput, FingerprintMismatch
from matching.index import Index, build_index
from matching.pipeline import rank
from matching.records import Document, Item, Query
from tests.matching.fakes import HashEncoder
from tests.matching.texts import arrays_of, corpora, documents, queries

changes = st.lists(
    st.tuples(
        st.lists(documents, max_size=4, unique_by=lambda document: document.id),
        st.lists(st.sampled_from([f"d{number}" for number in range(9)]), max_size=3),
    ),
    max_size=4,
)
encoders = st.sampled_from([HashEncoder(), None])


class CountingEncoder(HashEncoder):
    """Remembers which texts it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        self.texts.extend(texts)
        return super().encode_parts(texts, spans, role)


def a_document(number: int, text: str = "卤水提锂吸附剂") -> Document:
    return Document(f"d{number}", "expert", f"专家{number}", items=(Item("i0", "paper", f"论文{number}", text, 2020),))


def changed(index: Index, steps: list[tuple[list[Document], list[str]]], encoder: HashEncoder | None) -> Index:
    for add, remove in steps:
        index = index.updated(add, remove, encoder=encoder)
    return index


def left_over(start: list[Document], steps: list[tuple[list[Document], list[str]]]) -> list[Document]:
    known = {document.id: document for document in start}
    for add, remove in steps:
        known = {name: document for name, document in known.items() if name not in remove}
        known |= {document.id: document for document in add}
    return list(known.values())


@given(corpora, changes, queries, encoders)
def test_an_index_changed_step_by_step_equals_the_one_built_at_once(
    start: list[Document], steps: list[tuple[list[Document], list[str]]], query: Query, encoder: HashEncoder | None
) -> None:
    stepwise = changed(build_index(start, encoder), steps, encoder)
    at_once = build_index(left_over(start, steps), encoder)

    assert arrays_of(stepwise) == arrays_of(at_once)
    assert rank(query, stepwise, encoder, evidence_for=3) == rank(query, at_once, encoder, evidence_for=3)


@pytest.mark.parametrize("encoder", [HashEncoder(), None])
def test_an_index_large_enough_for_crowding_and_batches_changes_the_same_way(encoder: HashEncoder | None) -> None:
    texts = ["卤水提锂", "光伏组件积灰", "储能电池热失控", "吸附剂循环衰减"]
    corpus = [a_document(number, texts[number % 4] + str(number)) for number in range(600)]
    start = build_index(corpus[:400], encoder)

    stepwise = start.updated(corpus[300:], [f"d{number}" for number in range(50)], encoder=encoder)

    assert arrays_of(stepwise) == arrays_of(build_index(corpus[50:], encoder))


@given(corpora, st.randoms(), encoders)
def test_the_order_in_which_documents_come_does_not_matter(
    corpus: list[Document], random: Random, encoder: HashEncoder | None
) -> None:
    shuffled = random.sample(corpus, len(corpus))

    assert arrays_of(build_index(shuffled, encoder)) == arrays_of(build_index(corpus, encoder))


@given(corpora, encoders)
def test_an_index_gives_back_every_document_as_it_came(corpus: list[Document], encoder: HashEncoder | None) -> None:
    index = build_index(corpus, encoder)

    assert list(index.store) == sorted(corpus, key=lambda document: document.id)
    assert len(index) == len(corpus)


def test_only_new_and_changed_documents_are_encoded() -> None:
    encoder = CountingEncoder()
    index = build_index([a_document(number) for number in range(5)], encoder)
    encoder.texts.clear()

    again = index.updated([a_document(1), a_document(2, "光伏组件"), a_document(7)], ["d3"], encoder=encoder)

    assert encoder.texts == ["论文2。光伏组件", "论文7。卤水提锂吸附剂"]
    assert again.ids.tolist() == ["d0", "d1", "d2", "d4", "d7"]


def test_a_changed_year_is_a_changed_document() -> None:
    old = build_index([a_document(1)], None)
    item = Item("i0", "paper", "论文1", "卤水提锂吸附剂", 2024)

    new = old.updated([Document("d1", "expert", "专家1", items=(item,))])

    assert (old.years.tolist(), new.years.tolist()) == ([2020], [2024])


def test_removing_an_unknown_document_changes_nothing() -> None:
    index = build_index([a_document(1)], None)

    assert arrays_of(index.updated(remove=["nobody"])) == arrays_of(index)


def test_progress_counts_every_document_that_is_read() -> None:
    seen: list[int] = []

    build_index([a_document(number) for number in range(300)], None, progress=seen.append)

    assert sum(seen) == 300


def test_two_documents_with_one_id_are_refused() -> None:
    with pytest.raises(BadInput, match=r"编号 d1 出现了两次.*请改掉其中一个"):
        build_index([a_document(1), a_document(2), a_document(1, "别的")], None)


@pytest.mark.parametrize("other", [HashEncoder(1), None])
def test_vectors_of_two_encoders_are_never_mixed(other: HashEncoder | None) -> None:
    index = build_index([a_document(1)], HashEncoder())

    with pytest.raises(FingerprintMismatch, match="重建索引"):
        index.updated([a_document(2)], encoder=other)
    with pytest.raises(FingerprintMismatch, match="重建索引"):
        rank(Query("q", "提锂"), index, other)


def test_a_document_without_a_word_has_one_empty_passage() -> None:
    index = build_index([Document("d1", "expert", "")], HashEncoder())

    assert (index.starts.tolist(), index.lengths.tolist(), index.clause_starts.tolist()) == ([0, 1], [0], [0, 0])


def test_a_text_with_a_lone_surrogate_and_a_nul_byte_is_kept_as_it_is() -> None:
    document = Document("d1", "expert", "甲", text="盐\x00湖\ud800提锂", tags=frozenset({"演示\udfff"}))

    assert list(build_index([document], HashEncoder()).store) == [document]
