"""Centring: the mean query vector and the mean document vector are subtracted before texts are compared.

All vectors of e5 point into one narrow cone; what they share says nothing about the text. Two means, because queries
and documents carry different prompts. The means are fixed parameters with a stated origin, part of the encoder's
fingerprint; they are never taken from the queries of a run, which would make a rank depend on its neighbours.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from matching.encoder.prompts import Prompts
from matching.encoder.protocol import Role, Vectors
from matching.errors import BadInput, ModelUnavailable

SHIPPED = Path(__file__).parent / "centring"


class UncentredEncoder(Protocol):
    prompts: Prompts

    def encode_uncentred(self, texts: Sequence[str], role: Role) -> Vectors: ...


@dataclass(frozen=True)
class Centring:
    """query, document: (d,) float32; prompts: those the texts were encoded with; origin: where the texts came from."""

    query: Vectors
    document: Vectors
    prompts: Prompts
    origin: str
    query_count: int
    document_count: int

    def of(self, role: Role) -> Vectors:
        return self.query if role == "query" else self.document

    @property
    def digest(self) -> str:
        """sha256 hex over both vectors."""
        return hashlib.sha256(_bytes(self.query) + _bytes(self.document)).hexdigest()

    def save(self, path: Path) -> None:
        """Atomically; the folder is made if need be."""
        content = {
            "dimension": len(self.query),
            "query": base64.b64encode(_bytes(self.query)).decode("ascii"),
            "document": base64.b64encode(_bytes(self.document)).decode("ascii"),
            "sha256": self.digest,
            "query_prompt": self.prompts.query,
            "document_prompt": self.prompts.document,
            "origin": self.origin,
            "query_count": self.query_count,
            "document_count": self.document_count,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        work = path.with_name(f".{path.name}.{os.getpid()}")
        work.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
        os.replace(work, path)

    @classmethod
    def load(cls, path: Path) -> Centring:
        """Raises ModelUnavailable if the file is damaged: without it, ranks would silently be others."""
        try:
            content = json.loads(path.read_text("utf-8"))
            found = cls(
                query=_vector(content["query"]),
                document=_vector(content["document"]),
                prompts=Prompts(str(content["query_prompt"]), str(content["document_prompt"])),
                origin=str(content["origin"]),
                query_count=int(content["query_count"]),
                document_count=int(content["document_count"]),
            )
            whole = found.digest == content["sha256"] and found.query.shape == found.document.shape
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            raise ModelUnavailable(
                f"中心向量文件 {path} 已损坏。请恢复或删除该文件；也可以设置 KC_ENCODER=keyword，只按关键词排序。"
            )
        return found


def _bytes(vector: Vectors) -> bytes:
    return vector.astype("<f4").tobytes()


def _vector(text: str) -> Vectors:
    return np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)


def estimated_folder(data_dir: Path) -> Path:
    """Where the explicit command writes a pair of a deployment's own; it goes before the shipped one."""
    return data_dir / "centring"


def find_centring(model_fingerprint: str, prompts: Prompts, data_dir: Path) -> Centring | None:
    """The pair for this model, None if there is none or if it was estimated under other prompts."""
    for folder in (estimated_folder(data_dir), SHIPPED):
        path = folder / f"{model_fingerprint}.json"
        if path.exists():
            found = Centring.load(path)
            return found if found.prompts == prompts else None
    return None


def estimate(
    encoder: UncentredEncoder, query_texts: Sequence[str], document_texts: Sequence[str], *, origin: str
) -> Centring:
    """The means of the uncentred unit vectors of these texts; raises BadInput if one side has no text."""
    if not query_texts or not document_texts:
        raise BadInput("估计中心向量需要至少一条需求文本和一条专家或成果文本。")
    # In double precision: the mean should not depend on the order of the texts.
    query = encoder.encode_uncentred(query_texts, "query").mean(axis=0, dtype=np.float64).astype(np.float32)
    document = encoder.encode_uncentred(document_texts, "document").mean(axis=0, dtype=np.float64).astype(np.float32)
    return Centring(query, document, encoder.prompts, origin, len(query_texts), len(document_texts))
