"""Runs the prepared ONNX model, each text alone; knows nothing of torch.

Measured on two cores, texts/s at 20 / 150 / 600 characters: padded batches of 32 630 / 89 / 26, two single-threaded
workers 640 / 126 / 72. One text at a time: two threads 490 / 80 / 62, one thread 320 / 64 / 37. Hence two sessions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from matching.encoder.manifest import verify
from matching.encoder.prepare import MODEL_FILE, TOKENIZER_FILE
from matching.encoder.protocol import Span, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding

# Up to this many texts, two threads on one text are faster than waking the workers.
FEW = 4
_FEW_THREADS = 2

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class TextRunner:
    """Safe to call from several threads; the vector of a text depends on nothing but the text.

    cores: workers for many texts; fingerprint: of the model that the folder has to hold, None for any.
    Raises ModelUnavailable if the folder is missing or damaged.
    """

    def __init__(self, folder: Path, cores: int, fingerprint: str | None = None) -> None:
        from tokenizers import Tokenizer

        self.folder = folder
        self.cores = cores
        self.manifest = verify(folder, fingerprint)
        self.dimension = self.manifest.dimension
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._few = _session(folder / MODEL_FILE, min(_FEW_THREADS, cores))
        self._many: tuple[InferenceSession, ThreadPoolExecutor] | None = None
        self._opening = threading.Lock()
        self._taking = threading.Lock()

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids; one call for all texts, which is faster than one per text."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch_fast(list(texts))]

    def vectors(self, ids: Sequence[Sequence[int]]) -> Vectors:
        """(n, d) float32, unit length."""
        found = np.empty((len(ids), self.dimension), np.float32)
        for at, vector in enumerate(self._each(_embedding, ids)):
            found[at] = vector
        return found

    def parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], prompt: str
    ) -> tuple[Vectors, list[Vectors]]:
        """Late chunking: (n, d) for ``prompt + text`` and per text (k_i, d), from one pass; all of unit length.

        spans: [start, end) in code points of the text without the prompt. A part is the sum of the tokens that lie
        wholly inside it. A span without such a token (beyond truncation, or empty) gets the vector of the whole text,
        and so does one that holds all tokens of the text.
        """
        encodings = self.tokenizer.encode_batch([prompt + text for text in texts])

        def run(session: InferenceSession, job: tuple[str, Encoding, Sequence[Span]]) -> tuple[Vectors, Vectors]:
            text, encoding, wanted = job
            whole, states = session.run(["embedding", "tokens"], _feed(encoding.ids))
            return whole[0], _pool(states[0], _places(prompt, text, encoding), whole[0], wanted)

        done = self._each(run, list(zip(texts, encodings, spans, strict=True)))
        wholes = np.stack([whole for whole, _ in done]) if done else np.empty((0, self.dimension), np.float32)
        return wholes, [chunk for _, chunk in done]

    def _each(self, run: Callable[[InferenceSession, _In], _Out], jobs: Sequence[_In]) -> list[_Out]:
        if len(jobs) <= FEW or self.cores == 1:
            return [run(self._few, job) for job in jobs]
        session, workers = self._open_many()
        # The caller works too, and all take the next text: a task a text would cost a tenth of a short one's time.
        left = iter(enumerate(jobs))
        found: list[_Out | None] = [None] * len(jobs)

        def work() -> None:
            while (next_job := self._next(left)) is not None:
                at, job = next_job
                found[at] = run(session, job)

        helpers = [workers.submit(work) for _ in range(self.cores - 1)]
        work()
        for helper in helpers:
            helper.result()
        return cast(list[_Out], found)

    def _next(self, left: Iterator[tuple[int, _In]]) -> tuple[int, _In] | None:
        with self._taking:
            return next(left, None)

    def _open_many(self) -> tuple[InferenceSession, ThreadPoolExecutor]:
        """A second session, because a process that only answers queries should not pay for it."""
        with self._opening:
            if self._many is None:
                workers = ThreadPoolExecutor(self.cores, thread_name_prefix="encode")
                self._many = _session(self.folder / MODEL_FILE, 1), workers
            return self._many


def _embedding(session: InferenceSession, ids: Sequence[int]) -> Vectors:
    embedding: Vectors = session.run(["embedding"], _feed(ids))[0]
    return np.asarray(embedding[0], np.float32)


def _feed(ids: Sequence[int]) -> dict[str, np.ndarray]:
    return {"input_ids": np.array([ids], np.int64)}


def _places(prompt: str, text: str, encoding: Encoding) -> np.ndarray:
    """(s, 2) int64, where the tokens lie in the text; empty at 0 for those of the prompt and for special ones.

    A piece takes the blank before its word along. It lies where the word does: otherwise the first word of a text, or
    of a sentence after a blank, would belong to no part.
    """
    found = np.zeros((len(encoding.ids), 2), np.int64)
    for at, (start, end) in enumerate(encoding.offsets):
        start, end = max(start - len(prompt), 0), max(end - len(prompt), 0)
        found[at] = start + (end - start > 1 and text[start] == " "), end
    return found


def _pool(states: Vectors, places: np.ndarray, whole: Vectors, spans: Sequence[Span]) -> Vectors:
    """states: (s, d); places: (s, 2), see above; whole: (d,). Returns (k, d)."""
    own = places[:, 1] > places[:, 0]
    found = np.empty((len(spans), states.shape[1]), np.float32)
    for at, (start, end) in enumerate(spans):
        inside = own & (places[:, 0] >= start) & (places[:, 1] <= end)
        total = states[inside].sum(axis=0)
        length = float(np.linalg.norm(total))
        use_whole = length == 0 or bool((inside == own).all())
        found[at] = whole if use_whole else total / length
    return found


def _session(model: Path, threads: int) -> InferenceSession:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that wait by spinning take the core from whatever the query does next; encoding is as fast without.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    # Every text has another length: arenas and remembered layouts only grow, and were not faster.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    if not _sums_int8_exactly():
        options.add_session_config_entry("session.x64quantprecision", "1")
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _sums_int8_exactly() -> bool:
    """x86 before VNNI adds pairs of int8 products in 16 bits, which overflows, unless told to be precise (and slower).

    With that, vectors are the same on old and new processors.
    """
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return True
    return "avx2" not in flags or "vnni" in flags
