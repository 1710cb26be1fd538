"""The documents of an index as bytes: one JSON line each, read only when somebody looks at one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matching.records import Document, Item


@dataclass(frozen=True)
class DocumentStore:
    """content: JSON lines, UTF-8 (surrogates escaped), bytes or a memory map of them; starts: (n + 1,) int64."""

    content: bytes | np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, documents: Sequence[Document]) -> DocumentStore:
        lines = [encode_document(document) for document in documents]
        starts = np.zeros(len(lines) + 1, np.int64)
        np.cumsum([len(line) for line in lines], out=starts[1:])
        return cls(b"".join(lines), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> Document:
        return decode_document(bytes(self.content[self.starts[row] : self.starts[row + 1]]))

    def __iter__(self) -> Iterator[Document]:
        return (self[row] for row in range(len(self)))


def encode_document(document: Document) -> bytes:
    # vars, not asdict: that copies every value, which takes most of the time an unchanged index needs.
    items = [vars(item) for item in document.items]
    content = {**vars(document), "items": items, "tags": sorted(document.tags)}
    # ASCII escapes keep lone surrogates, which UTF-8 cannot.
    return json.dumps(content, ensure_ascii=True, sort_keys=True).encode() + b"\n"


def decode_document(line: bytes) -> Document:
    content = json.loads(line)
    items = tuple(Item(**item) for item in content.pop("items"))
    tags = frozenset(content.pop("tags"))
    return Document(**content, items=items, tags=tags)
