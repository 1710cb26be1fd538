"""The index beside the people's: it follows what it is given, and finds nothing that has nothing to do with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from matching.encoder.protocol import Vectors
from service.matcher import Document, Query, TextIndex
from tests.matching.fakes import HashEncoder

REGENERATION = Document("achievement:a", "achievement", "吸附剂现场再生", "老卤提锂吸附剂容量衰减后现场再生的工艺")
BARLEY = Document("achievement:b", "achievement", "青稞膳食纤维提取", "面向加工厂的麸皮纤维绿色提取")
ASKED = Query("n", "吸附剂容量衰减", "老卤提锂吸附剂容量衰减，怎样现场再生")


class TwoSubjects(HashEncoder):
    """Texts are about 吸附 or they are not."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        vectors[np.arange(len(texts)), [int("吸附" in text) for text in texts]] = 1
        return vectors


@pytest.mark.parametrize("encoder", [None, TwoSubjects()])
def test_what_fits_is_found_and_the_rest_is_not(encoder: HashEncoder | None) -> None:
    index = TextIndex(lambda: encoder)
    index.keep_up(1, lambda: [REGENERATION, BARLEY])

    assert [match.id for match in index.fitting(ASKED, {})] == ["achievement:a"]
    assert index.fitting(ASKED, {"achievement:a": "own_organization"}) == []


def test_it_is_read_anew_only_when_the_mark_has_moved() -> None:
    index, read = TextIndex(lambda: None), []

    def rows(*documents: Document) -> list[Document]:
        read.append(len(documents))
        return list(documents)

    index.keep_up(1, lambda: rows())
    assert index.fitting(ASKED, {}) == []
    index.keep_up(1, lambda: rows(REGENERATION))
    assert index.fitting(ASKED, {}) == []
    index.keep_up(2, lambda: rows(REGENERATION))
    assert [match.id for match in index.fitting(ASKED, {})] == ["achievement:a"]
    index.keep_up(3, lambda: rows(BARLEY))
    assert index.fitting(ASKED, {}) == []

    assert read == [0, 1, 1]


def test_before_it_was_read_it_says_so_instead_of_finding_nothing() -> None:
    with pytest.raises(RuntimeError):
        TextIndex(lambda: None).fitting(ASKED, {})
