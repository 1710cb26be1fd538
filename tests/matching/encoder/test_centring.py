"""The centring pair: what is written is read, damage is seen, and it applies to the model it was estimated for only."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from matching.encoder.centring import Centring, estimate, estimated_folder, find_centring
from matching.encoder.prompts import E5, Prompts
from matching.errors import BadInput, ModelUnavailable
from tests.matching.encoder.support import opened
from tests.matching.encoder.texts import CHINESE


@pytest.fixture(scope="module")
def pair(encoder) -> Centring:
    return estimate(encoder, CHINESE[:20], CHINESE[20:], origin="测试文本")


def test_estimating_gives_the_means_of_both_sides(encoder, pair):
    raw = encoder.encode_uncentred(CHINESE[:20], "query")

    np.testing.assert_allclose(pair.query, raw.mean(axis=0), atol=1e-6)
    assert (pair.query_count, pair.document_count, pair.prompts, pair.origin) == (20, 20, E5, "测试文本")


def test_estimating_from_one_side_only_is_refused(encoder):
    with pytest.raises(BadInput, match="至少一条需求文本"):
        estimate(encoder, CHINESE, [], origin="")


def test_what_is_saved_is_loaded(pair, tmp_path):
    pair.save(tmp_path / "sub" / "pair.json")

    found = Centring.load(tmp_path / "sub" / "pair.json")

    assert np.array_equal(found.query, pair.query)
    assert np.array_equal(found.document, pair.document)
    assert (found.digest, found.origin, found.prompts) == (pair.digest, pair.origin, pair.prompts)


def test_an_estimated_pair_is_used_by_its_model_under_its_prompts(settings, encoder, model_folder, pair, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / model_folder.name).symlink_to(model_folder)
    here = replace(settings, data_dir=tmp_path)
    pair.save(estimated_folder(tmp_path) / f"{model_folder.name}.json")

    centred = opened(here)

    expected = encoder.encode_uncentred(CHINESE, "document") - pair.document
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(centred.encode_document(CHINESE), expected, atol=1e-6)
    assert centred.fingerprint != encoder.fingerprint
    assert find_centring("0" * 16, E5, tmp_path) is None
    assert find_centring(model_folder.name, Prompts("other: "), tmp_path) is None


@pytest.mark.parametrize("change", ["query", "sha256", "origin"])
def test_a_damaged_pair_is_refused(pair, tmp_path, change):
    path = tmp_path / "pair.json"
    pair.save(path)
    content = json.loads(path.read_text("utf-8"))
    content[change] = None if change == "origin" else "AAAA" + content[change][4:]
    if change == "origin":
        del content[change]
    path.write_text(json.dumps(content), "utf-8")

    with pytest.raises(ModelUnavailable, match=r"中心向量文件.*已损坏"):
        Centring.load(path)
