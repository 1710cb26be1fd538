"""An encoder that remembers what it read last: one need is ranked against people, then achievements, then again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from matching.encoder.protocol import Encoder, Role, Span, Vectors

Found = TypeVar("Found")
# Readings kept: at most a few MB.
_MOST = 1_000


class RememberingEncoder:
    """See ``protocol.Encoder``; equal texts have equal vectors, so nobody can tell. What is returned is not to be
    changed."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._recent: OrderedDict[bytes, object] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        return self._encoder.fingerprint

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        return self._remembered(tuple(texts), lambda: self._encoder.encode_query(texts))

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_document(texts)

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        if role != "query":
            return self._encoder.encode_parts(texts, spans, role)
        key = tuple(texts), tuple(tuple(cut) for cut in spans)
        return self._remembered(key, lambda: self._encoder.encode_parts(texts, spans, role))

    def _remembered(self, asked: Hashable, encode: Callable[[], Found]) -> Found:
        # No copy of the words themselves: some needs are to leave none behind.
        key = hashlib.sha256(repr(asked).encode()).digest()
        with self._lock:
            if key in self._recent:
                self._recent.move_to_end(key)
                return self._recent[key]  # type: ignore[return-value]  # as it was kept
        found = encode()
        with self._lock:
            self._recent[key] = found
            while len(self._recent) > _MOST:
                self._recent.popitem(last=False)
        return found
