"""An encoder without a model, for tests that are about something else."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from matching.encoder.protocol import Role, Span, Vectors
from matching.text.normalise import search_text


class HashEncoder:
    """Counts of hashed character bigrams, d = 64, unit length: texts that share bigrams are close.

    seed: two seeds are two encoders, with other vectors and another fingerprint.
    """

    dimension = 64

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.name = f"hash-{seed}"
        self.fingerprint = f"{zlib.crc32(self.name.encode()):016x}"

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        return self._encode([search_text(text) for text in texts])

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        return self._encode([search_text(text) for text in texts])

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        parts = [
            self._encode([text[start:end] or text for start, end in cut])
            for text, cut in zip(texts, spans, strict=True)
        ]
        return self._encode(texts), parts

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for at, text in enumerate(texts):
            for left, right in zip(f"^{text}", f"{text}$", strict=True):
                code = zlib.crc32((left + right).encode("utf-8", "surrogatepass"), self.seed)
                vectors[at, code % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
