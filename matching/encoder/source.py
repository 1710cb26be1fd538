"""Which model the settings mean, and what identifies it; nothing heavy is imported or loaded here."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matching.encoder.prepare import DIMENSION, model_fingerprint, model_folder
from matching.encoder.prompts import E5, Prompts, choose_prompts
from matching.errors import ModelUnavailable
from matching.settings import BUNDLED, MatchingSettings

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_SETTINGS_FILE = "config_sentence_transformers.json"
_INSTEAD = "请检查 KC_ENCODER；也可以设置 KC_ENCODER=keyword，只按关键词排序。"


@dataclass(frozen=True)
class ModelSource:
    """location: a folder or a hub name; revision: the hub's commit; dimension: None until the model is loaded.

    fingerprint: 16 hex digits over the weights and their configuration. backend: vectors of two backends never mix.
    """

    name: str
    location: str
    fingerprint: str
    backend: str
    prompts: Prompts
    dimension: int | None = None
    revision: str | None = None
    is_bundled: bool = False


def find_source(settings: MatchingSettings) -> ModelSource:
    """Raises ModelUnavailable if the setting names neither a usable folder nor a reachable hub model."""
    if settings.encoder == BUNDLED:
        return _bundled(settings)
    folder = Path(settings.encoder).expanduser()
    if folder.is_dir():
        return _folder(folder.resolve(), settings)
    if _HUB_NAME.fullmatch(settings.encoder):
        return _hub(settings)
    raise ModelUnavailable(f"找不到向量模型“{settings.encoder}”：既不是文件夹，也不是模型库中的名称。{_INSTEAD}")


def _bundled(settings: MatchingSettings) -> ModelSource:
    query, document = settings.query_prompt, settings.document_prompt
    return ModelSource(
        name=f"multilingual-e5-small ({settings.profile})",
        location=str(model_folder(settings)),
        fingerprint=model_fingerprint(settings.profile),
        backend=f"onnxruntime-{settings.profile}",
        prompts=Prompts(E5.query if query is None else query, E5.document if document is None else document),
        dimension=DIMENSION,
        is_bundled=True,
    )


def _folder(folder: Path, settings: MatchingSettings) -> ModelSource:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise ModelUnavailable(
            f"文件夹 {folder} 里没有 sentence-transformers 模型（缺 modules.json 或 config.json）。{_INSTEAD}"
        )
    try:
        fingerprint = folder_fingerprint(folder, settings.models / "file-hashes.json")
    except OSError as error:
        raise ModelUnavailable(f"读不了模型文件夹 {folder}（{error.strerror}）。{_INSTEAD}") from None
    return ModelSource(
        name=folder.name,
        location=str(folder),
        fingerprint=fingerprint,
        backend="sentence-transformers",
        prompts=_prompts(folder.name, folder / _SETTINGS_FILE, settings),
    )


def _prompts(name: str, path: Path | None, settings: MatchingSettings) -> Prompts:
    brought: dict[str, str] = {}
    if path is not None and path.is_file():
        try:
            content = json.loads(path.read_text("utf-8"))
            brought = {key: text for key, text in (content.get("prompts") or {}).items() if isinstance(text, str)}
        except (OSError, ValueError, AttributeError):
            raise ModelUnavailable(f"模型配置 {path} 已损坏，读不出提示词。{_INSTEAD}") from None
    return choose_prompts(name, brought, settings.query_prompt, settings.document_prompt)


def folder_fingerprint(folder: Path, cache: Path) -> str:
    """16 hex digits over the names and contents of the files; raises OSError.

    cache: hashes by path, size and modification time, because reading gigabytes at every start would take seconds.
    """
    known = _read_cache(cache)
    digest, seen = hashlib.sha256(), {}
    for path in _files(folder):
        stat = path.stat()
        key = f"{path}|{stat.st_size}|{stat.st_mtime_ns}"
        if key not in known:
            with path.open("rb") as file:
                known[key] = hashlib.file_digest(file, "sha256").hexdigest()
        seen[key] = known[key]
        digest.update(f"{path.relative_to(folder)}\0{known[key]}\n".encode("utf-8", "surrogateescape"))
    _write_cache(cache, {**{k: v for k, v in known.items() if not k.startswith(f"{folder}{os.sep}")}, **seen})
    return digest.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    """In the order of their names; hidden ones (.git, .cache) are no part of a model."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _read_cache(cache: Path) -> dict[str, str]:
    try:
        content = json.loads(cache.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_cache(cache: Path, hashes: dict[str, str]) -> None:
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        work = cache.with_name(f".{cache.name}.{os.getpid()}")
        work.write_text(json.dumps(hashes), "utf-8")
        os.replace(work, cache)
    except OSError:
        # Only a cache: where it cannot be kept, the files are read again next time.
        return


def _hub(settings: MatchingSettings) -> ModelSource:
    """The hub's commit identifies all files of a model, so nothing but its configuration is read here."""
    from huggingface_hub import hf_hub_download, try_to_load_from_cache
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    name = settings.encoder
    try:
        # What is in the cache is used as it is: a model must not change because somebody pushed a new version.
        cached = try_to_load_from_cache(name, "config.json")
        config = Path(cached if isinstance(cached, str) else hf_hub_download(name, "config.json"))
        revision = config.parent.name
        try:
            prompts: Path | None = Path(hf_hub_download(name, _SETTINGS_FILE, revision=revision))
        except (EntryNotFoundError, LocalEntryNotFoundError):
            prompts = None
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailable(
            f"模型库中取不到“{name}”（{reason}）。"
            f"请检查名称和网络，或先把模型下载到文件夹再用 KC_ENCODER 指向它。{_INSTEAD}"
        ) from None
    return ModelSource(
        name=name,
        location=name,
        fingerprint=hashlib.sha256(f"{name}@{revision}".encode()).hexdigest()[:16],
        backend="sentence-transformers",
        prompts=_prompts(name, prompts, settings),
        revision=revision,
    )
