"""Queries: how long rank() takes beside the encoding that the need costs anyway, and what evidence adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matching.bench.corpus import Material, synthetic_index
from matching.bench.result import Row, Section, milliseconds
from matching.bench.size import Size
from matching.bench.timing import Call, take_turns
from matching.encoder.protocol import Encoder, Role, Span, Vectors
from matching.index import Index
from matching.pipeline import rank
from matching.records import Query

NEED_CHARS, TITLE_CHARS = 150, 20
DEPTH, SHOWN = 100, 10
EVIDENCE_GOAL = 2.0


class RecordingEncoder:
    """Passes everything on and remembers what was asked, so that the same can be asked again without ranking."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.calls: list[Call] = []

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
        self.calls.append(lambda: self._encoder.encode_query(texts))
        return self._encoder.encode_query(texts)

    def encode_document(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(lambda: self._encoder.encode_document(texts))
        return self._encoder.encode_document(texts)

    def encode_parts(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], role: Role
    ) -> tuple[Vectors, list[Vectors]]:
        self.calls.append(lambda: self._encoder.encode_parts(texts, spans, role))
        return self._encoder.encode_parts(texts, spans, role)


def needs_like(found: Material, count: int) -> tuple[list[Query], list[Query]]:
    """Needs of NEED_CHARS characters made of real sentences: as one text, and with a title and the rest as text."""
    whole = "".join(found.sentences[:: max(1, len(found.sentences) // (count * 12))])
    texts = [(whole[at * NEED_CHARS :] + whole)[:NEED_CHARS] for at in range(count)]
    plain = [Query(f"need-{at}", "", text) for at, text in enumerate(texts)]
    titled = [Query(f"titled-{at}", text[:TITLE_CHARS], text[TITLE_CHARS:]) for at, text in enumerate(texts)]
    return plain, titled


def _ranking(query: Query, index: Index, encoder: Encoder, evidence_for: int) -> Call:
    return lambda: rank(query, index, encoder, limit=DEPTH, evidence_for=evidence_for)


def _encoding(query: Query, index: Index, encoder: Encoder) -> Call:
    """All that rank() asks of the encoder for this need, without evidence."""
    recorder = RecordingEncoder(encoder)
    rank(query, index, recorder, limit=DEPTH)
    return lambda: [call() for call in recorder.calls]


def _single(query: Query, encoder: Encoder) -> Call:
    text = query.title + query.text
    return lambda: encoder.encode_query([text])


def measure(encoder: Encoder, found: Material, size: Size, say: Callable[[str], None]) -> list[Section]:
    """Latency over each corpus, evidence over the first."""
    latency_rows: list[Row] = []
    evidence_rows: list[Row] = []
    for parties, goal in size.latency:
        say(f"建造 {parties} 个对象的语料")
        index = synthetic_index(found, encoder.fingerprint, parties)
        for label, queries in zip(("无标题", "标题 20 字 + 正文"), needs_like(found, size.needs), strict=True):
            say(f"{parties} 个对象，{label}")
            timed = take_turns(
                {
                    "rank": [_ranking(query, index, encoder, 0) for query in queries],
                    "evidence": [_ranking(query, index, encoder, SHOWN) for query in queries],
                    "encoding": [_encoding(query, index, encoder) for query in queries],
                    "single": [_single(query, encoder) for query in queries],
                },
                size.rounds,
            )
            name = f"{parties:,} 个对象（{len(index.years):,} 项），{label}"
            ranking, encoding, single = timed["rank"], timed["encoding"], timed["single"]
            value = milliseconds(ranking, len(queries))
            ratio = ranking.best / encoding.best
            latency_rows.append(Row(name, value, f"需求的编码 {milliseconds(encoding, len(queries))}", ratio, goal))
            ratio = ranking.best / single.best
            latency_rows.append(Row(name, value, f"编码 150 字一次 {milliseconds(single, len(queries))}", ratio))
            added = (timed["evidence"].best - ranking.best) / len(queries)
            reference = f"需求的编码 {milliseconds(encoding, len(queries))}"
            ratio = added * len(queries) / encoding.best
            evidence_rows.append(Row(name, f"{1e3 * added:.1f} ms", reference, ratio, EVIDENCE_GOAL))
        del index
    return [
        Section(
            "latency",
            "查询延迟 / query latency",
            f"热态，深度 {DEPTH}，不取依据，{NEED_CHARS} 字的需求 {size.needs} 条；"
            "参照是同一轮中这条需求本身要花的编码。",
            latency_rows,
        ),
        Section(
            "evidence",
            "前十名的依据 / evidence for the first ten",
            f"rank(evidence_for={SHOWN}) 减去不取依据的 rank()。",
            evidence_rows,
        ),
    ]
