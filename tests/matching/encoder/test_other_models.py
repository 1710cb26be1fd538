"""Any sentence-transformers model is one setting away: two tiny ones, made here, of other dimension and prompts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching.encoder.prompts import Prompts, choose_prompts
from matching.errors import ModelUnavailable
from matching.settings import MatchingSettings
from matching.text.normalise import search_text
from tests.matching.encoder.support import ROOT, opened
from tests.matching.encoder.texts import CHINESE


def make_model(folder: Path, *, dimension: int, prompts: dict[str, str], normalise: bool) -> Path:
    """A BERT of two layers with random weights over single characters."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel, BertTokenizer

    torch.manual_seed(dimension)
    raw = folder.with_name(folder.name + "-raw")
    raw.mkdir()
    characters = sorted({char for text in CHINESE for char in text} | set("abcdefghijklmnopqrstuvwxyz: "))
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]
    (raw / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=dimension,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=dimension * 2,
        max_position_embeddings=64,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(raw)
    BertTokenizer(str(raw / "vocab.txt")).save_pretrained(raw)
    parts: list[torch.nn.Module] = [modules.Transformer(str(raw), max_seq_length=64), modules.Pooling(dimension)]
    if normalise:
        parts.append(modules.Normalize())
    SentenceTransformer(modules=parts, prompts=prompts, device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> dict[int, Path]:
    base = tmp_path_factory.mktemp("models")
    return {
        32: make_model(base / "tiny-a", dimension=32, prompts={"query": "ask: ", "document": "text: "}, normalise=True),
        48: make_model(base / "tiny-b", dimension=48, prompts={"query": "q ", "passage": "p "}, normalise=False),
    }


@pytest.fixture
def settings_for(models, tmp_path):
    def build(dimension: int, **more: str) -> MatchingSettings:
        env = {"KC_ENCODER": str(models[dimension]), "KC_DATA_DIR": str(tmp_path)}
        return MatchingSettings.from_env({**env, **more})

    return build


@pytest.mark.parametrize(("dimension", "prompts"), [(32, Prompts("ask: ", "text: ")), (48, Prompts("q ", "p "))])
def test_a_local_folder_encodes_with_its_own_dimension_and_prompts(models, settings_for, dimension, prompts):
    from sentence_transformers import SentenceTransformer

    encoder = opened(settings_for(dimension))

    reference = SentenceTransformer(str(models[dimension]), device="cpu")
    for found, prompt in (
        (encoder.encode_query(CHINESE), prompts.query),
        (encoder.encode_document(CHINESE), prompts.document),
    ):
        expected = reference.encode([prompt + search_text(text) for text in CHINESE])
        expected = expected / np.linalg.norm(expected, axis=1, keepdims=True)
        np.testing.assert_allclose(found, expected, atol=1e-5)
    assert (encoder.dimension, encoder.prompts) == (dimension, prompts)
    assert encoder.encode_query([]).shape == (0, dimension)


def test_every_change_that_alters_vectors_changes_the_fingerprint(models, settings_for, tmp_path):
    changed = tmp_path / "tiny-a"
    shutil.copytree(models[32], changed)
    weights = changed / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)

    fingerprints = [
        opened(settings_for(32)).fingerprint,
        opened(settings_for(48)).fingerprint,
        opened(settings_for(32, KC_ENCODER_QUERY_PROMPT="other: ")).fingerprint,
        opened(settings_for(32, KC_ENCODER_DOCUMENT_PROMPT="")).fingerprint,
        opened(replace(settings_for(32), encoder=str(changed))).fingerprint,
    ]

    assert len(set(fingerprints)) == 5
    assert opened(settings_for(32)).fingerprint == fingerprints[0]
    # From the files again, not from the remembered hashes.
    (tmp_path / "models" / "file-hashes.json").write_text("broken")
    assert opened(settings_for(32)).fingerprint == fingerprints[0]


def test_parts_are_encoded_as_texts_of_their_own(settings_for):
    encoder = opened(settings_for(48))
    texts = [search_text(text) for text in CHINESE[:3]]

    wholes, parts = encoder.encode_parts(texts, [[(0, 5), (5, 9)], [], [(2, 2)]], "document")

    np.testing.assert_allclose(wholes, encoder.encode_document(texts), atol=1e-5)
    np.testing.assert_allclose(parts[0], encoder.encode_document([texts[0][:5], texts[0][5:9]]), atol=1e-5)
    assert parts[1].shape == (0, 48)
    assert np.array_equal(parts[2][0], wholes[2])


def test_eight_threads_get_what_one_gets(settings_for):
    encoder = opened(settings_for(32))
    jobs = [CHINESE[at : at + 1 + at % 7] for at in range(32)]
    expected = [encoder.encode_query(job) for job in jobs]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(encoder.encode_query, jobs))

    # A busy machine gives the threads of the library other shares, which moves the last bits.
    for mine, theirs in zip(expected, found, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "x" * 100_000])
def test_hostile_texts_have_finite_vectors(settings_for, text):
    vectors = opened(settings_for(48)).encode_query([text])

    np.testing.assert_allclose(np.linalg.norm(vectors), 1, atol=1e-6)


@pytest.mark.parametrize("name", ["/no/such/folder", "a/b/c", "含空格 的名字", "../elsewhere"])
def test_what_is_neither_folder_nor_name_is_refused(name):
    with pytest.raises(ModelUnavailable, match=r"既不是文件夹，也不是模型库中的名称.*KC_ENCODER=keyword"):
        opened(MatchingSettings(encoder=name))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelUnavailable, match=r"缺 modules\.json 或 config\.json"):
        opened(MatchingSettings(encoder=str(tmp_path), data_dir=tmp_path))


def test_a_damaged_folder_is_refused_when_it_is_loaded(models, tmp_path):
    broken = tmp_path / "tiny"
    shutil.copytree(models[32], broken)
    (broken / "model.safetensors").write_bytes(b"\x00" * 100)

    with pytest.raises(ModelUnavailable, match=r"载入向量模型.*失败.*KC_ENCODER=keyword"):
        opened(MatchingSettings(encoder=str(broken), data_dir=tmp_path)).encode_query(["x"])


def test_weights_that_are_not_numbers_are_refused(models, tmp_path):
    from safetensors.numpy import load_file, save_file

    broken = tmp_path / "tiny"
    shutil.copytree(models[32], broken)
    weights = {name: values * np.float32("nan") for name, values in load_file(broken / "model.safetensors").items()}
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelUnavailable, match="向量无效"):
        opened(MatchingSettings(encoder=str(broken), data_dir=tmp_path)).encode_query(["x"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("BAAI/bge-m3", Prompts()),
        ("BAAI/bge-large-zh-v1.5", Prompts("为这个句子生成表示以用于检索相关文章：", "")),
        ("intfloat/multilingual-e5-small", Prompts("query: ", "passage: ")),
        ("intfloat/e5-base-v2", Prompts("query: ", "passage: ")),
        ("somebody/unknown", Prompts()),
    ],
)
def test_known_families_have_their_prompts(name, expected):
    # sentence-transformers writes empty prompts for a model that has none.
    assert choose_prompts(name, {"query": "", "document": ""}, None, None) == expected


def test_what_the_model_brings_goes_before_the_family_and_settings_before_both():
    brought = {"query": "Instruct: …\nQuery:", "document": ""}

    assert choose_prompts("Qwen/Qwen3-Embedding-0.6B", brought, None, None).query == "Instruct: …\nQuery:"
    assert choose_prompts("Qwen/Qwen3-Embedding-0.6B", {}, None, None).query.startswith("Instruct: Given a technical")
    assert choose_prompts("Qwen/Qwen3-Embedding-0.6B", brought, "", "d: ") == Prompts("", "d: ")


def test_the_folder_s_hash_is_over_names_and_contents(models, tmp_path):
    from matching.encoder.source import folder_fingerprint

    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "config.json").write_text(json.dumps({"a": 1}))
    first = folder_fingerprint(tmp_path / "m", tmp_path / "cache.json")
    (tmp_path / "m" / "config.json").rename(tmp_path / "m" / "other.json")

    assert folder_fingerprint(tmp_path / "m", tmp_path / "cache.json") != first


def test_a_hub_name_that_cannot_be_fetched_is_refused(tmp_path):
    code = (
        "import sys; from matching.encoder import open_encoder; from matching.settings import MatchingSettings as S\n"
        "from matching.errors import ModelUnavailable\n"
        "try: open_encoder(S(encoder='nobody/no-such-model'))\n"
        "except ModelUnavailable as e: print(e.message); sys.exit(e.exit_code)"
    )
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    assert done.returncode == 3, done.stderr
    assert "模型库中取不到“nobody/no-such-model”" in done.stdout
