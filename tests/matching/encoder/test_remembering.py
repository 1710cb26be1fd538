"""Remembering what was read changes nothing but the time it takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.encoder.protocol import Role, Span, Vectors
from matching.encoder.remembering import RememberingEncoder
from tests.matching.fakes import HashEncoder

TEXTS = st.lists(st.sampled_from(["吸附剂", "叶片结冰", "青稞"]), max_size=3)


class Counting(HashEncoder):
    asked = 0

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        self.asked += 1
        return super().encode_query(texts)

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        self.asked += 1
        return super().encode_parts(texts, spans, role)


@given(st.lists(TEXTS, max_size=5))
def test_answers_are_those_of_the_encoder(asked: list[list[str]]) -> None:
    remembering, plain = RememberingEncoder(HashEncoder()), HashEncoder()

    for texts in asked:
        assert np.array_equal(remembering.encode_query(texts), plain.encode_query(texts))
        assert np.array_equal(remembering.encode_document(texts), plain.encode_document(texts))
    assert (remembering.name, remembering.dimension, remembering.fingerprint) == (
        plain.name,
        plain.dimension,
        plain.fingerprint,
    )


def test_one_need_is_read_once() -> None:
    counting = Counting()
    remembering = RememberingEncoder(counting)

    for _ in range(3):
        remembering.encode_query(["吸附剂"])
        wholes, parts = remembering.encode_parts(["吸附剂衰减"], [[(0, 3), (3, 5)]], "query")
    again = HashEncoder().encode_parts(["吸附剂衰减"], [[(0, 3), (3, 5)]], "query")

    assert counting.asked == 2
    assert np.array_equal(wholes, again[0])
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(parts, again[1], strict=True))
