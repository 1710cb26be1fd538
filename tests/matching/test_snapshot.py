"""Snapshots: what was published is what is loaded, damage is refused, and the previous one serves."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from matching.errors import IndexDamaged, MatchingError
from matching.index import build_index
from matching.pipeline import rank
from matching.records import Document, Item, Query
from matching.snapshot import Manifest, load, load_current, publish
from tests.matching.fakes import HashEncoder
from tests.matching.texts import arrays_of, corpora

FILES = [
    *(f"{name}.npy" for name in ("ids", "kinds", "digests", "starts", "years", "lengths", "crowding")),
    *(f"{name}.npy" for name in ("clause_starts", "clause_vectors", "profile_norms", "vectors", "document_starts")),
    *(f"postings_{name}.npy" for name in ("starts", "rows", "counts", "norms")),
    "documents.jsonl",
    "vocabulary.json",
    "manifest.json",
]
TEXTS = ["卤水提锂吸附剂循环衰减。", "光伏组件积灰清洗", "储能电池热失控预警"]
QUERY = Query("q", "提锂", "吸附剂衰减")


def documents(count: int) -> list[Document]:
    return [
        Document(f"d{number}", "expert", "甲", items=(Item("i", "paper", "论文", TEXTS[number % 3], 2020),))
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def two_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a snapshot of 3 documents and, current, one of 4."""
    root = tmp_path_factory.mktemp("index")
    publish(build_index(documents(3), HashEncoder()), root)
    publish(build_index(documents(4), HashEncoder()), root)
    return root


@pytest.fixture
def root(two_snapshots: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(two_snapshots, tmp_path / "index"))


def current(root: Path) -> Path:
    return root / "snapshots" / (root / "CURRENT").read_text()


def rewritten(folder: Path, **changes: object) -> Path:
    """The snapshot with another manifest that is consistent in itself, under its proper name."""
    facts = json.loads((folder / "manifest.json").read_text()) | changes
    manifest = Manifest(**facts)
    manifest = replace(manifest, version=manifest.proper_version())
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest)))
    return folder.rename(folder.with_name(manifest.version))


def reason(folder: Path) -> str:
    with pytest.raises(IndexDamaged) as refusal:
        load(folder)
    return refusal.value.message


@given(corpora)
def test_a_loaded_snapshot_equals_the_published_index_and_ranks_the_same(corpus: list[Document]) -> None:
    for encoder in (HashEncoder(), None):
        index = build_index(corpus, encoder)
        with tempfile.TemporaryDirectory() as folder:
            publish(index, Path(folder), watermark="2026-01-01")
            loaded, manifest = load_current(Path(folder))
            ranking = rank(QUERY, loaded, encoder, evidence_for=2)

            assert arrays_of(loaded) == arrays_of(index)
            assert list(loaded.store) == list(index.store)
            assert ranking == rank(QUERY, index, encoder, evidence_for=2)
            assert (manifest.documents, manifest.watermark) == (len(corpus), "2026-01-01")


def test_a_loaded_snapshot_can_be_updated_like_the_index_it_came_from(root: Path) -> None:
    loaded, _ = load_current(root)

    updated = loaded.updated(documents(6), ["d0"], encoder=HashEncoder())

    assert arrays_of(updated) == arrays_of(build_index(documents(6), HashEncoder()))


def test_the_manifest_names_every_file(root: Path) -> None:
    _, manifest = load_current(root)

    assert sorted([*manifest.files, "manifest.json"]) == sorted(FILES)
    assert sorted(path.name for path in current(root).iterdir()) == sorted(FILES)
    assert (manifest.documents, manifest.passages, manifest.dimension) == (4, 4, 64)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_a_flipped_bit_is_refused_and_the_previous_snapshot_serves(root: Path, name: str, place: float) -> None:
    path = current(root) / name
    content = bytearray(path.read_bytes())
    content[round(place * (len(content) - 1))] ^= 1
    path.write_bytes(content)

    said = reason(path.parent)
    index, manifest = load_current(root)

    assert "清单" in said if name == "manifest.json" else f"{name} 校验和不符" in said
    assert "请重建索引" in said
    assert (len(index), manifest.documents) == (3, 3)


def test_no_bit_of_the_manifest_can_flip_unnoticed(root: Path) -> None:
    path = current(root) / "manifest.json"
    content = path.read_bytes()

    for at in range(0, 8 * len(content), 3):
        flipped = bytearray(content)
        flipped[at // 8] ^= 1 << at % 8
        path.write_bytes(flipped)
        assert "请重建索引" in reason(path.parent)


@pytest.mark.parametrize("name", FILES)
def test_a_truncated_file_is_refused_and_the_previous_snapshot_serves(root: Path, name: str) -> None:
    path = current(root) / name
    os.truncate(path, path.stat().st_size - 1)

    said = reason(path.parent)
    index, _ = load_current(root)

    assert "清单读不了" in said if name == "manifest.json" else f"{name} 应为" in said
    assert len(index) == 3


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused_and_the_previous_snapshot_serves(root: Path, name: str) -> None:
    path = current(root) / name
    path.unlink()

    said = reason(path.parent)
    index, _ = load_current(root)

    assert "清单读不了" in said if name == "manifest.json" else f"缺文件 {name}" in said
    assert len(index) == 3


def test_a_manifest_that_was_edited_is_refused(root: Path) -> None:
    path = current(root) / "manifest.json"
    path.write_text(path.read_text().replace('"dimension": 64', '"dimension": 32'))

    assert "清单被改动过" in reason(path.parent)
    assert len(load_current(root)[0]) == 3


@pytest.mark.parametrize("content", ["", "[]", "{}", "null", '{"format": 1}', "[" * 100])
def test_a_manifest_that_is_none_is_refused(root: Path, content: str) -> None:
    (current(root) / "manifest.json").write_text(content)

    assert "请重建索引" in reason(current(root))
    assert len(load_current(root)[0]) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dimension": 32}, "的向量是 4×64，清单写的是 4×32"),
        ({"passages": 5}, "的向量是 4×64，清单写的是 5×64"),
        ({"documents": 5}, "的数量与清单不符"),
        ({"format": 99}, "的格式是 99，本程序读 1"),
    ],
)
def test_a_snapshot_of_a_wrong_dimension_count_or_format_is_refused(
    root: Path, change: dict[str, int], said: str
) -> None:
    assert said in reason(rewritten(current(root), **change))
    assert len(load_current(root)[0]) == 3


def test_vectors_of_another_type_are_refused(root: Path) -> None:
    folder = current(root)
    np.save(folder / "vectors.npy", np.load(folder / "vectors.npy").astype(np.float64))

    assert "vectors.npy" in reason(folder)


def test_without_a_snapshot_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="没有索引快照：请先用 python -m matching index 建立索引"):
        load_current(tmp_path)


def test_if_every_snapshot_is_damaged_each_reason_is_told(root: Path) -> None:
    for folder in (root / "snapshots").iterdir():
        (folder / "years.npy").unlink()

    with pytest.raises(IndexDamaged) as refusal:
        load_current(root)

    assert refusal.value.message.count("缺文件 years.npy") == 2
    assert "请用 python -m matching index 重建" in refusal.value.message


def test_publishing_again_repairs_a_damaged_snapshot(root: Path) -> None:
    path = current(root) / "years.npy"
    path.write_bytes(b"damaged")

    publish(build_index(documents(4), HashEncoder()), root)

    assert len(load_current(root)[0]) == 4


def test_a_lost_or_wrong_pointer_still_finds_the_newest_snapshot(root: Path) -> None:
    (root / "CURRENT").write_text("nothing")
    assert len(load_current(root)[0]) == 4

    (root / "CURRENT").unlink()
    assert len(load_current(root)[0]) == 4


def test_the_draft_of_a_killed_process_is_ignored(root: Path) -> None:
    draft = root / "snapshots" / ".draft-abc"
    shutil.copytree(current(root), draft)
    (draft / "manifest.json").unlink()

    assert len(load_current(root)[0]) == 4


def test_only_three_snapshots_are_kept(root: Path) -> None:
    for count in range(5, 9):
        publish(build_index(documents(count), HashEncoder()), root)

    kept = sorted(load(folder)[1].documents for folder in (root / "snapshots").iterdir())
    assert kept == [6, 7, 8]


def test_publishing_the_same_index_twice_is_one_snapshot(root: Path) -> None:
    first = publish(build_index(documents(4), HashEncoder()), root)
    second = publish(build_index(documents(4)[::-1], HashEncoder()), root)

    assert first == second
    assert len(list((root / "snapshots").iterdir())) == 2


def test_going_back_to_an_earlier_index_makes_it_current(root: Path) -> None:
    publish(build_index(documents(3), HashEncoder()), root)

    assert len(load_current(root)[0]) == 3


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(MatchingError, match=r"写不进 .*请检查磁盘空间和写权限后重试"):
        publish(build_index(documents(1), None), tmp_path / "file")


def test_a_failed_publish_leaves_the_current_snapshot_and_no_draft(root: Path) -> None:
    (root / "CURRENT").unlink()
    (root / "CURRENT").mkdir()

    with pytest.raises(MatchingError, match="写不进"):
        publish(build_index(documents(5), HashEncoder()), root)

    assert not list((root / "snapshots").glob(".draft-*"))
    assert load_current(root)[1].documents in (4, 5)
