"""What a prepared model folder holds, and whether it still does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from matching.errors import ModelUnavailable

FILE_NAME = "encoder.json"
WHAT_TO_DO = "请运行 python -m matching prepare 重新生成；也可以设置 KC_ENCODER=keyword，只按关键词排序。"


@dataclass(frozen=True)
class FileEntry:
    """size: bytes; sha256: hex."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """facts: what the fingerprint was computed from; dimension: of the vectors; files: all others, by name."""

    fingerprint: str
    facts: dict[str, str | int | float]
    dimension: int
    files: dict[str, FileEntry]

    def to_json(self) -> str:
        files = {name: {"size": entry.size, "sha256": entry.sha256} for name, entry in self.files.items()}
        content = {"fingerprint": self.fingerprint, "facts": self.facts, "dimension": self.dimension, "files": files}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def describe(path: Path) -> FileEntry:
    with path.open("rb") as file:
        return FileEntry(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def read_manifest(folder: Path) -> Manifest:
    """Raises ModelUnavailable if there is none or it cannot be read."""
    try:
        content = json.loads((folder / FILE_NAME).read_text("utf-8"))
        files = {name: FileEntry(int(e["size"]), str(e["sha256"])) for name, e in content["files"].items()}
        return Manifest(str(content["fingerprint"]), dict(content["facts"]), int(content["dimension"]), files)
    except FileNotFoundError:
        raise ModelUnavailable(f"模型文件夹 {folder} 不存在或不完整。{WHAT_TO_DO}") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ModelUnavailable(f"模型清单 {folder / FILE_NAME} 已损坏。{WHAT_TO_DO}") from None


def verify(folder: Path, fingerprint: str | None = None) -> Manifest:
    """Every file has the size and the hash that the manifest states, and it is the model that is expected.

    A truncated or flipped model would often still load and rank, wrongly; so this runs before every load.
    fingerprint: None accepts any. Raises ModelUnavailable.
    """
    manifest = read_manifest(folder)
    if fingerprint is not None and manifest.fingerprint != fingerprint:
        raise ModelUnavailable(f"模型文件夹 {folder} 里是另一个模型（{manifest.fingerprint}）。{WHAT_TO_DO}")
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            found = path.stat().st_size
            # The size first: it is told at once, and says more to a person than a hash does.
            if found != expected.size:
                raise ModelUnavailable(f"模型文件 {path} 不完整（{found} 字节，应为 {expected.size}）。{WHAT_TO_DO}")
            if describe(path) != expected:
                raise ModelUnavailable(f"模型文件 {path} 已损坏（校验值不符）。{WHAT_TO_DO}")
        except OSError as error:
            raise ModelUnavailable(f"读不了模型文件 {path}（{error.strerror}）。{WHAT_TO_DO}") from None
    return manifest
