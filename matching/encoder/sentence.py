"""The one encoder class: sentence-transformers, over the bundled model or any other."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from matching.encoder.centring import Centring
from matching.encoder.protocol import Role, Span, Vectors
from matching.encoder.source import ModelSource
from matching.errors import ModelUnavailable
from matching.text.normalise import search_text

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from matching.encoder.onnx_module import OnnxEncoder
    from matching.encoder.runtime import TextRunner

# sentence-transformers sorts all texts by length, then cuts. The bundled model runs each text alone, so a long cut only
# means fewer waits for the slowest worker; another model pads a cut to its longest text.
_BUNDLED_BATCH, _OTHER_BATCH = 1024, 16


class SentenceEncoder:
    """See ``protocol.Encoder``. The model is loaded by the first encoding (seconds), not before.

    centring: None leaves the vectors as the model makes them. cores: at most this many are used.
    threads_were_set: limit torch too, which is global to the process.
    """

    def __init__(
        self, source: ModelSource, centring: Centring | None, cores: int, *, threads_were_set: bool = False
    ) -> None:
        self.source = source
        self.centring = centring
        self.prompts = source.prompts
        self._cores = cores
        self._limit_torch = threads_were_set
        self._model: SentenceTransformer | None = None
        self._runner: TextRunner | None = None
        self._loading = threading.Lock()
        # Tokenizers of transformers change their padding while they work; ours does not.
        self._one_at_a_time = threading.Lock()

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def dimension(self) -> int:
        if self.source.dimension is not None:
            return self.source.dimension
        model = self._loaded()
        known = model.get_embedding_dimension()
        return known if known is not None else len(model.encode("维度", show_progress_bar=False))

    @cached_property
    def fingerprint(self) -> str:
        facts = {
            "model": self.source.fingerprint,
            "backend": self.source.backend,
            "query_prompt": self.prompts.query,
            "document_prompt": self.prompts.document,
            "unit_length": True,
            "centring": self.centring.digest if self.centring else None,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        return self._centred(self.encode_uncentred(texts, "query"), "query")

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        return self._centred(self.encode_uncentred(texts, "document"), "document")

    def encode_uncentred(self, texts: Sequence[str], role: Role) -> Vectors:
        """(n, d) float32, unit length; what ``centring.estimate`` averages."""
        return self._encode([search_text(text) for text in texts], role)

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        """Late chunking for the bundled model: a part is read in the context of its text, at no extra cost.

        Other models do not offer their token states alike, so their parts are encoded as texts of their own.
        """
        self._loaded()
        if self._runner is not None:
            wholes, parts = self._runner.parts(texts, spans, self.prompts.of(role))
            wholes, parts = self._unit(wholes), [self._unit(part) for part in parts]
        else:
            wholes, parts = self._parts_as_texts(texts, spans, role)
        return self._centred(wholes, role), [self._centred(part, role) for part in parts]

    def _parts_as_texts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        wholes = self._encode(list(texts), role)
        pieces = [text[start:end] for text, cut in zip(texts, spans, strict=True) for start, end in cut]
        vectors = self._encode(pieces, role)
        parts, at = [], 0
        for whole, cut in zip(wholes, spans, strict=True):
            chunk = vectors[at : at + len(cut)].copy()
            chunk[[start >= end for start, end in cut]] = whole
            parts.append(chunk)
            at += len(cut)
        return wholes, parts

    def _encode(self, texts: list[str], role: Role) -> Vectors:
        """texts: search copies. (n, d) float32, unit length."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        model = self._loaded()
        if self.source.is_bundled:
            return self._unit(self._run(model, texts, role, _BUNDLED_BATCH))
        with self._one_at_a_time:
            if self._limit_torch:
                import torch

                # It holds for the calling thread only, and sums differ in the last bits with the number of threads.
                torch.set_num_threads(self._cores)
            return self._unit(self._run(model, texts, role, _OTHER_BATCH))

    def _run(self, model: SentenceTransformer, texts: list[str], role: Role, batch_size: int) -> Vectors:
        encode = model.encode_query if role == "query" else model.encode_document
        prompt = self.prompts.of(role)
        found = encode(texts, prompt=prompt, batch_size=batch_size, show_progress_bar=False, convert_to_numpy=True)
        return np.asarray(found, np.float32)

    def _unit(self, vectors: Vectors) -> Vectors:
        """Brought to unit length in fp32: a model may have no normalising module, or normalise in bf16."""
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(lengths).all() or (lengths == 0).any():
            raise ModelUnavailable(
                f"向量模型“{self.name}”算出的向量无效（含 NaN、无穷大或全零），模型文件可能已损坏。"
                "请重新准备或下载模型（自带模型：python -m matching prepare）；"
                "也可以设置 KC_ENCODER=keyword，只按关键词排序。"
            )
        return np.asarray(vectors / lengths, np.float32)

    def _centred(self, vectors: Vectors, role: Role) -> Vectors:
        if self.centring is None:
            return vectors
        moved = vectors - self.centring.of(role)
        lengths = np.linalg.norm(moved, axis=1, keepdims=True)
        # A text that lies at the very centre has no direction of its own left; it keeps the one it had.
        return np.where(lengths > 1e-6, moved / np.maximum(lengths, 1e-6), vectors)

    def _loaded(self) -> SentenceTransformer:
        if self._model is None:
            with self._loading:
                if self._model is None:
                    self._model = self._load_bundled() if self.source.is_bundled else self._load_other()
        return self._model

    def _load_bundled(self) -> SentenceTransformer:
        _stay_offline()
        from sentence_transformers import SentenceTransformer

        from matching.encoder.onnx_module import OnnxEncoder

        module: OnnxEncoder = OnnxEncoder(self.source.location, self._cores, self.source.fingerprint)
        self._runner = module.runner
        prompts = {"query": self.prompts.query, "document": self.prompts.document}
        return SentenceTransformer(modules=[module], prompts=prompts, device="cpu")

    def _load_other(self) -> SentenceTransformer:
        if self.source.revision is None:
            _stay_offline()
        from sentence_transformers import SentenceTransformer

        prompts = {"query": self.prompts.query, "document": self.prompts.document}
        try:
            return SentenceTransformer(self.source.location, revision=self.source.revision, prompts=prompts)
        except Exception as error:
            # Every library behind a model raises its own; whatever it is, a person can act on this answer.
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelUnavailable(
                f"载入向量模型“{self.source.location}”失败（{reason}）。"
                "请检查 KC_ENCODER 指向的模型是否完整；也可以设置 KC_ENCODER=keyword，只按关键词排序。"
            ) from error


def _stay_offline() -> None:
    """A model in a folder needs no network; without this the libraries ask the hub, and wait where there is none.

    They read it when they are imported. Who has set it otherwise is left alone.
    """
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
