"""What ranking needs from an encoder, whichever model stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Span = tuple[int, int]
Role = Literal["query", "document"]


class Encoder(Protocol):
    """Texts to vectors; safe to call from several threads, equal results for equal texts.

    dimension: d, the length of every vector.
    name: for people and manifests, e.g. ``multilingual-e5-small (fast)``.
    fingerprint: 16 hex digits; two encoders with one fingerprint may share an index, any others never.
    """

    @property
    def dimension(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, unit length, centred for queries; (0, d) for no texts. Raises ModelUnavailable."""
        ...

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, unit length, centred for documents; (0, d) for no texts. Raises ModelUnavailable."""
        ...

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        """Whole texts and parts of them, from search copies (``matching.text.normalise``).

        spans: for each text its parts as [start, end) in code points of that search copy.
        Returns (n, d) for the texts and for each text (k_i, d), one vector per span; all unit length and centred.
        """
        ...
