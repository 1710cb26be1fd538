"""Index snapshots on disk: immutable folders with a manifest, published atomically, checked before use.

``<root>/snapshots/<version>/`` holds one file per array, the documents as JSON lines and ``manifest.json`` with counts,
fingerprints and the SHA-256 of every file; ``<root>/CURRENT`` names the version in use. A folder is complete before it
gets its name, so a reader sees the old or the new one, never half; FAISS' own format is not used because it does not
notice damage.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from matching.dense import DenseIndex
from matching.durable import sync_folder, write_file
from matching.errors import IndexDamaged, MatchingError
from matching.index import KEYWORD_FINGERPRINT, Index
from matching.lexical import LexicalIndex
from matching.store import DocumentStore
from matching.text import dictionary

FORMAT = 1
KEPT = 3
_CURRENT = "CURRENT"
_MANIFEST = "manifest.json"
_DOCUMENTS = "documents.jsonl"
_VOCABULARY = "vocabulary.json"
_VECTORS = "vectors.npy"
_ARRAYS = ("ids", "kinds", "digests", "starts", "years", "lengths", "clause_starts", "crowding", "profile_norms")
_POSTINGS = ("starts", "rows", "counts", "norms")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Manifest:
    """What a snapshot says of itself. watermark: how far the source had been read, in the source's own words.

    files: name → {"size": bytes, "sha256": hex}.
    """

    format: int
    version: str
    fingerprint: str
    dictionary: str
    documents: int
    passages: int
    dimension: int
    watermark: str
    files: dict[str, dict[str, int | str]]

    def proper_version(self) -> str:
        """The version that says all of this: a manifest under another one has been changed."""
        facts = json.dumps({**asdict(self), "version": ""}, sort_keys=True)
        return f"{self.fingerprint}-{self.documents}-{hashlib.sha256(facts.encode()).hexdigest()[:12]}"


def publish(index: Index, root: Path, *, watermark: str = "", kept: int = KEPT) -> Manifest:
    """Write a snapshot and make it the current one; the newest `kept` are kept. Raises MatchingError if it cannot.

    kept: 1 where something had to go from the older ones too.
    """
    folder = root / "snapshots"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder))
        try:
            manifest = _write(index, draft, watermark)
            _place(draft, folder / manifest.version)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        # Named after the draft: two processes publishing at once must not write into one file.
        pointer = root / f".{_CURRENT}{draft.name}"
        write_file(pointer, manifest.version.encode())
        os.replace(pointer, root / _CURRENT)
        sync_folder(root)
    except OSError as error:
        raise MatchingError(
            f"索引快照写不进 {root}：{error.strerror or error}。请检查磁盘空间和写权限后重试。"
        ) from None
    _forget_old(root, manifest.version, kept)
    return manifest


def _place(draft: Path, final: Path) -> None:
    """Give the finished draft its name, unless the same snapshot is there and sound already."""
    sync_folder(draft)
    with suppress(IndexDamaged):
        _checked_manifest(final)
        os.utime(final)
        return
    shutil.rmtree(final, ignore_errors=True)
    try:
        os.replace(draft, final)
    except OSError:
        # Another process may have published the same snapshot in between.
        if not final.is_dir():
            raise
    sync_folder(final.parent)


def load_current(root: Path) -> tuple[Index, Manifest]:
    """The current snapshot; if it is damaged, the newest sound one before it, with a warning in the log.

    Raises IndexDamaged with the reason of each refusal if none can be used.
    """
    refusals: dict[str, str] = {}
    # Looked up anew after each refusal: another process may have published and cleared up meanwhile.
    while untried := [version for version in _versions(root) if version not in refusals]:
        try:
            return load(root / "snapshots" / untried[0])
        except IndexDamaged as error:
            log.warning("snapshot.refused", extra={"version": untried[0], "reason": error.message})
            refusals[untried[0]] = error.message
    if not refusals:
        raise IndexDamaged(f"{root} 里没有索引快照：请先用 python -m matching index 建立索引。")
    raise IndexDamaged("没有可用的索引快照，请用 python -m matching index 重建。" + " ".join(refusals.values()))


def load(folder: Path) -> tuple[Index, Manifest]:
    """One snapshot, every file checked against the manifest. Raises IndexDamaged saying which file is wrong and how."""
    try:
        manifest = _checked_manifest(folder)
        return _read(folder, manifest), manifest
    except OSError as error:
        # Unreadable, or another process has just replaced it.
        raise IndexDamaged(f"索引快照 {folder.name} 读不了（{error}）：请检查权限，或重建索引。") from None


def _read(folder: Path, manifest: Manifest) -> Index:
    arrays = {name: np.load(folder / f"{name}.npy") for name in _ARRAYS}
    postings = {name: np.load(folder / f"postings_{name}.npy") for name in _POSTINGS}
    content = (folder / _DOCUMENTS).read_bytes()
    vocabulary = tuple(json.loads((folder / _VOCABULARY).read_text(encoding="utf-8")))
    index = Index(
        fingerprint=manifest.fingerprint,
        store=DocumentStore(content, np.load(folder / "document_starts.npy")),
        clause_vectors=np.load(folder / "clause_vectors.npy", mmap_mode="r"),
        lexical=LexicalIndex(vocabulary, **postings),
        dense=None if manifest.fingerprint == KEYWORD_FINGERPRINT else _dense(folder, manifest),
        **arrays,
    )
    if len(index) != manifest.documents or len(index.years) != manifest.passages:
        raise IndexDamaged(f"索引快照 {folder.name} 的数量与清单不符：请重建索引。")
    return index


def _dense(folder: Path, manifest: Manifest) -> DenseIndex:
    vectors = np.load(folder / _VECTORS, mmap_mode="r")
    if vectors.shape != (manifest.passages, manifest.dimension) or vectors.dtype != np.float32:
        raise IndexDamaged(
            f"索引快照 {folder.name} 的向量是 {vectors.shape[0]}×{vectors.shape[1]}，清单写的是 "
            f"{manifest.passages}×{manifest.dimension}：请重建索引。"
        )
    return DenseIndex(vectors)


def _write(index: Index, folder: Path, watermark: str) -> Manifest:
    arrays: dict[str, np.ndarray] = {name: getattr(index, name) for name in _ARRAYS}
    arrays |= {f"postings_{name}": getattr(index.lexical, name) for name in _POSTINGS}
    arrays |= {"document_starts": index.store.starts, "clause_vectors": index.clause_vectors, "vectors": index.vectors}
    for name, array in arrays.items():
        with open(folder / f"{name}.npy", "wb") as file:
            np.save(file, array, allow_pickle=False)
            _sync(file)
    write_file(folder / _DOCUMENTS, bytes(index.store.content))
    write_file(folder / _VOCABULARY, json.dumps(index.lexical.vocabulary, ensure_ascii=True).encode())
    files: dict[str, dict[str, int | str]] = {
        path.name: {"size": path.stat().st_size, "sha256": _sha256(path)} for path in sorted(folder.iterdir())
    }
    manifest = Manifest(
        format=FORMAT,
        version="",
        fingerprint=index.fingerprint,
        dictionary=dictionary.version(),
        documents=len(index),
        passages=len(index.years),
        dimension=index.vectors.shape[1],
        watermark=watermark,
        files=files,
    )
    manifest = replace(manifest, version=manifest.proper_version())
    write_file(folder / _MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    try:
        content: Any = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        found = content.get("format") if isinstance(content, dict) else None
        if found != FORMAT:
            raise IndexDamaged(f"索引快照 {folder.name} 的格式是 {found}，本程序读 {FORMAT}：请重建索引。")
        manifest = Manifest(**content)
        proper = manifest.proper_version()
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(f"索引快照 {folder.name} 的清单读不了（{error}）：请重建索引。") from None
    if not proper == manifest.version == folder.name:
        raise IndexDamaged(f"索引快照 {folder.name} 的清单被改动过：请重建索引。")
    return manifest


def _checked_manifest(folder: Path) -> Manifest:
    """The manifest, after every file was compared with it."""
    manifest = _read_manifest(folder)
    for name, facts in manifest.files.items():
        _check_file(folder / name, int(facts["size"]), str(facts["sha256"]))
    return manifest


def _check_file(path: Path, size: int, sha256: str) -> None:
    if not path.is_file():
        raise IndexDamaged(f"索引快照 {path.parent.name} 缺文件 {path.name}：请重建索引。")
    if path.stat().st_size != size:
        raise IndexDamaged(
            f"索引快照 {path.parent.name} 的 {path.name} 应为 {size} 字节，"
            f"实为 {path.stat().st_size} 字节：请重建索引。"
        )
    if _sha256(path) != sha256:
        raise IndexDamaged(f"索引快照 {path.parent.name} 的 {path.name} 校验和不符（内容被改动或损坏）：请重建索引。")


def _versions(root: Path) -> list[str]:
    """The current version, then the others from the newest to the oldest."""
    folder = root / "snapshots"
    found = (
        [path for path in folder.glob("*") if path.is_dir() and not path.name.startswith(".")]
        if folder.is_dir()
        else []
    )
    names = [path.name for path in sorted(found, key=lambda path: (-_published_at(path), path.name))]
    with suppress(OSError):
        current = (root / _CURRENT).read_text(encoding="utf-8").strip()
        names = [current] * (current in names) + [name for name in names if name != current]
    return names


def _published_at(snapshot: Path) -> int:
    """Nanoseconds; 0 if another process has just removed it."""
    with suppress(OSError):
        return snapshot.stat().st_mtime_ns
    return 0


def _forget_old(root: Path, current: str, kept: int) -> None:
    for version in [name for name in _versions(root) if name != current][kept - 1 :]:
        shutil.rmtree(root / "snapshots" / version, ignore_errors=True)


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(file: Any) -> None:  # any file object with a descriptor
    file.flush()
    os.fsync(file.fileno())
