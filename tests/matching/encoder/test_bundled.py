"""The bundled encoder: accuracy, determinism, defined behaviour for hostile texts, concurrency, parts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from matching.encoder import open_encoder
from matching.encoder.centring import Centring
from matching.encoder.container import locate, open_container
from matching.encoder.graph import token_weights
from matching.encoder.sentence import SentenceEncoder
from matching.settings import MatchingSettings
from tests.matching.encoder.support import opened
from tests.matching.encoder.texts import CHINESE, PARAGRAPH


def test_fast_agrees_with_exact(settings, encoder):
    exact = opened(replace(settings, profile="exact"))

    cosines = (encoder.encode_uncentred(CHINESE, "document") * exact.encode_uncentred(CHINESE, "document")).sum(axis=1)

    assert len(CHINESE) == 40
    assert cosines.mean() >= 0.998
    assert cosines.min() >= 0.995
    assert exact.fingerprint != encoder.fingerprint


def test_a_plant_s_words_are_nearest_to_the_paper_on_the_same_problem(encoder):
    papers = [
        "锰系锂离子筛吸附剂掺杂改性与溶损抑制",
        "农村生活污水低温硝化菌群强化",
        "光伏组件背板紫外老化机理",
    ]

    nearest = (
        encoder.encode_query(["吸附剂用半年就化掉了", "冬天污水站氨氮超标", "组件背面发黄开裂"])
        @ encoder.encode_document(papers).T
    )

    assert nearest.argmax(axis=1).tolist() == [0, 1, 2]


def test_vectors_are_unit_length_float32(encoder):
    vectors = encoder.encode_query(CHINESE)

    assert (vectors.shape, vectors.dtype) == ((40, encoder.dimension), np.float32)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_a_vector_does_not_depend_on_its_neighbours_or_on_the_run(encoder):
    together = encoder.encode_document(CHINESE)

    assert np.array_equal(together, encoder.encode_document(CHINESE))
    assert np.array_equal(together, np.concatenate([encoder.encode_document([text]) for text in CHINESE]))
    assert np.array_equal(together[::-1], encoder.encode_document(CHINESE[::-1]))


def test_the_exact_profile_does_not_depend_on_neighbours_either(settings):
    exact = opened(replace(settings, profile="exact"))

    texts = [*CHINESE[:12], PARAGRAPH]

    assert np.array_equal(exact.encode_query(texts), np.concatenate([exact.encode_query([t]) for t in texts]))


def test_eight_threads_get_what_one_gets(encoder):
    jobs = [CHINESE[at : at + 1 + at % 7] for at in range(32)]
    expected = [encoder.encode_query(job) for job in jobs]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(encoder.encode_query, jobs))

    assert all(np.array_equal(a, b) for a, b in zip(expected, found, strict=True))


def test_eight_threads_may_be_the_first_to_use_an_encoder(settings, encoder):
    fresh = opened(settings)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.encode_query, [CHINESE[:6]] * 8))

    assert all(np.array_equal(one, encoder.encode_query(CHINESE[:6])) for one in found)


def test_no_texts_give_no_vectors(encoder):
    assert encoder.encode_query([]).shape == (0, 384)
    assert encoder.encode_document([]).shape == (0, 384)
    wholes, parts = encoder.encode_parts([], [], "query")
    assert (wholes.shape, parts) == ((0, 384), [])


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00", "\ud800", "\u200b", "</s>", "🜁" * 5, "<unk>"])
def test_a_text_without_words_has_a_finite_vector(encoder, text):
    for vectors in (encoder.encode_query([text]), encoder.encode_document([text])):
        assert np.isfinite(vectors).all()
        np.testing.assert_allclose(np.linalg.norm(vectors), 1, atol=1e-6)


@pytest.mark.parametrize("text", ["", "<s>", "🜁"])
def test_without_prompt_even_an_empty_text_has_a_vector(settings, text):
    bare = opened(replace(settings, query_prompt="", document_prompt=""))

    assert np.isfinite(bare.encode_query([text])).all()


def test_what_follows_a_nul_byte_is_read(encoder):
    with_nul, with_blank, before = encoder.encode_query(["盐湖提锂\x00吸附剂溶损", "盐湖提锂 吸附剂溶损", "盐湖提锂"])

    assert np.array_equal(with_nul, with_blank)
    assert with_nul @ before < 0.99


def test_a_lone_surrogate_spoils_only_itself(encoder):
    clean, broken = encoder.encode_query([PARAGRAPH, PARAGRAPH + "\ud83d"])

    assert clean @ broken > 0.95


def test_a_hundred_thousand_characters_are_read_up_to_the_limit_of_the_model(encoder):
    long = (PARAGRAPH * 1000)[:100_000]

    assert np.array_equal(encoder.encode_document([long]), encoder.encode_document([long[:2_000]]))


def test_a_part_that_is_the_whole_text_has_the_vector_of_the_text(encoder):
    wholes, parts = encoder.encode_parts(CHINESE, [[(0, len(text))] for text in CHINESE], "query")

    cosines = (wholes * np.concatenate(parts)).sum(axis=1)

    assert cosines.min() > 0.9999
    assert np.array_equal(wholes, encoder.encode_query(CHINESE))


def test_a_part_is_nearest_to_what_its_clause_says(encoder):
    clauses = ["吸附剂用了半年溶损明显。", "牦牛奶酪发酵批次味道差别大。", "风电叶片前缘被风沙磨坏。"]
    ends = np.cumsum([len(clause) for clause in clauses]).tolist()

    _, (parts,) = encoder.encode_parts(["".join(clauses)], [list(zip([0, *ends], ends, strict=False))], "query")

    assert (parts @ encoder.encode_query(clauses).T).argmax(axis=1).tolist() == [0, 1, 2]
    np.testing.assert_allclose(np.linalg.norm(parts, axis=1), 1, atol=1e-6)


def test_the_first_word_after_a_blank_belongs_to_its_part(encoder):
    text = "lithium sorbent breaks down. yak cheese tastes odd"
    at = text.index("yak")

    (whole,), (with_blank, without, word) = (
        found[0] if isinstance(found, list) else found
        for found in encoder.encode_parts([text], [[(at - 1, len(text)), (at, len(text)), (at, at + 3)]], "query")
    )

    assert np.array_equal(with_blank, without)
    assert not np.array_equal(word, whole)


def test_an_empty_span_or_one_beyond_the_limit_gets_the_whole_text(encoder):
    long = PARAGRAPH * 20

    (whole,), (parts,) = encoder.encode_parts([long], [[(5, 5), (len(long) - 40, len(long))]], "document")

    assert np.array_equal(parts, np.stack([whole, whole]))


def test_parts_of_many_texts_equal_parts_of_each(encoder):
    spans = [[(0, 4), (4, 9)] for _ in CHINESE]

    wholes, parts = encoder.encode_parts(CHINESE, spans, "document")

    for at in (0, 17, 39):
        (whole,), (part,) = encoder.encode_parts([CHINESE[at]], [spans[at]], "document")
        assert np.array_equal(wholes[at], whole)
        assert np.array_equal(parts[at], part)


def test_centring_is_subtracted_per_role_and_changes_the_fingerprint(encoder):
    raw = encoder.encode_uncentred(CHINESE, "query")
    pair = Centring(raw.mean(axis=0), raw[0], encoder.prompts, "test", 40, 1)
    centred = SentenceEncoder(encoder.source, pair, 2)

    vectors = centred.encode_query(CHINESE)

    expected = raw - raw.mean(axis=0)
    np.testing.assert_allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    # A text at the very centre keeps the direction it had.
    document = encoder.encode_uncentred(CHINESE[:1], "document")[0]
    at_centre = SentenceEncoder(encoder.source, replace(pair, document=document), 2)
    assert np.array_equal(at_centre.encode_document(CHINESE[:1])[0], document)
    assert len({encoder.fingerprint, centred.fingerprint, at_centre.fingerprint}) == 3


def test_changed_prompts_change_vectors_and_fingerprint(settings, encoder):
    other = opened(replace(settings, query_prompt="passage: "))

    assert np.array_equal(other.encode_query(CHINESE[:3]), encoder.encode_uncentred(CHINESE[:3], "document"))
    assert other.fingerprint != encoder.fingerprint


def test_frequent_pieces_weigh_little_and_special_pieces_nothing():
    vocabulary = open_container(locate()).vocabulary
    weights = dict(zip(vocabulary.pieces, token_weights(vocabulary, 250_037).tolist(), strict=False))

    assert weights["<s>"] == weights["<pad>"] == weights["<unk>"] == weights["<mask>"] == 0
    assert 0 < weights["</s>"] < 1e-5
    assert weights["的"] < 0.1 < 0.9 < weights["锂"]


def test_keyword_mode_has_no_encoder():
    assert open_encoder(MatchingSettings(encoder="keyword")) is None
