"""The bench at toy sizes: what it builds is what it says, and it says it in the report. No clock is asserted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import Query, build_index, rank
from matching.bench import building, latency
from matching.bench.corpus import ITEMS_PER_PARTY, Material, material, synthetic_index, synthetic_parts
from matching.bench.references import encode_padded
from matching.bench.report import Machine, render
from matching.bench.result import Row, Section
from matching.bench.size import FULL, QUICK
from matching.bench.timing import take_turns
from matching.cli import bench, main
from matching.lexical import TermCounts
from matching.passages import passages
from tests.matching.fakes import HashEncoder

TINY = replace(QUICK, latency=((30, 1.5), (60, 3.0)), build_parties=2, assembled_parties=30)
MACHINE = Machine(2, ("avx2",), "3.11.0", (("numpy", "2.0"),), 0.5)


@pytest.fixture(scope="module")
def found() -> Material:
    return material(HashEncoder(), 60)


def silent(_: str) -> None:
    pass


def test_a_synthetic_corpus_has_the_terms_clauses_and_lengths_that_its_texts_have(found: Material) -> None:
    ordered, columns = synthetic_parts(found, 20)

    read = [passage for document in ordered for passage in passages(document)]
    counted = TermCounts.of([passage.joined for passage in read])
    assert len(read) == 20 * ITEMS_PER_PARTY == len(columns)
    assert columns.terms.vocabulary == counted.vocabulary
    assert (columns.terms.counts != counted.counts).nnz == 0
    assert columns.lengths.tolist() == [len(passage.joined) for passage in read]
    assert np.diff(columns.clause_starts).tolist() == [len(passage.clause_spans()) for passage in read]
    assert np.allclose(np.linalg.norm(columns.vectors, axis=1), 1, atol=1e-5)


def test_a_synthetic_corpus_is_the_same_every_time(found: Material) -> None:
    one, other = (synthetic_index(found, HashEncoder().fingerprint, 20) for _ in range(2))

    assert one.store.content == other.store.content
    assert np.array_equal(one.vectors, other.vectors)


def test_a_synthetic_corpus_ranks_like_one_that_was_read_except_for_its_given_vectors(found: Material) -> None:
    ordered, _ = synthetic_parts(found, 20)
    query = Query("q", "", found.sentences[0])

    words = build_index(ordered, None).lexical.scores(query.text)

    given = synthetic_index(found, HashEncoder().fingerprint, 20)
    assert np.array_equal(given.lexical.scores(query.text), words)
    assert len(rank(query, given, HashEncoder(), limit=10, evidence_for=3).matches) == 10


def test_needs_have_the_stated_length_with_and_without_a_title(found: Material) -> None:
    plain, titled = latency.needs_like(found, 3)

    assert [(len(need.title), len(need.text)) for need in plain] == [(0, 150)] * 3
    assert [(len(need.title), len(need.text)) for need in titled] == [(20, 130)] * 3


def test_every_contestant_is_called_once_a_round_and_once_before() -> None:
    calls: list[str] = []

    timed = take_turns({"a": [lambda: calls.append("a")], "b": [lambda: calls.append("b")] * 2}, 3)

    assert (calls.count("a"), calls.count("b")) == (4, 8)
    assert all(0 <= timing.best <= timing.median for timing in timed.values())


def test_latency_states_two_references_per_corpus_and_need_and_evidence_one(found: Material) -> None:
    queries, evidence = latency.measure(HashEncoder(), found, TINY, silent)

    assert [row.goal for row in queries.rows] == [1.5, None, 1.5, None, 3.0, None, 3.0, None]
    assert [row.goal for row in evidence.rows] == [2.0] * 4
    assert all(row.ratio is not None for row in [*queries.rows, *evidence.rows])


def test_building_covers_reading_assembling_updating_publishing_and_loading(found: Material) -> None:
    [section] = building.measure(HashEncoder(), found, TINY, silent)

    assert len(section.rows) == 5
    assert [row.goal for row in section.rows] == [None] * 5


def test_padded_batches_give_the_vectors_back_in_the_order_of_the_texts() -> None:
    class Characters:
        def encode_batch_fast(self, texts: list[str]) -> list[object]:
            return [type("Encoding", (), {"ids": [ord(char) for char in text]})() for text in texts]

    texts = ["cccc", "a", "bb"]
    vectors = encode_padded(lambda ids, mask: (ids * mask).sum(1, keepdims=True), Characters(), texts, 2)  # type: ignore[arg-type]

    assert vectors[:, 0].tolist() == [sum(map(ord, text)) for text in texts]


def test_the_report_says_which_goals_are_reached() -> None:
    rows = [
        Row("快", "1 ms", "2 ms", 0.5, 1.0),
        Row("慢", "3 ms", "2 ms", 1.5, 1.0),
        Row("多", "9/s", "10/s", 0.9, 0.9, at_least=True),
        Row("无目标", "1 ms", "", None),
    ]

    report = render([Section("s", "一节", "怎样测", rows)], MACHINE, "python -m matching bench")

    assert "有目标的 3 行中达到 2 行" in report
    assert "| 慢 | 3 ms | 2 ms | 1.50 | ≤ 1 | **否** |" in report
    assert "| 多 | 9/s | 10/s | 0.90 | ≥ 0.9 | 是 |" in report
    assert "| 无目标 | 1 ms |  |  |  |  |" in report


def test_the_full_size_is_the_one_that_the_goals_are_about() -> None:
    assert FULL.latency == ((10_000, 1.5), (100_000, 3.0))
    assert FULL.memory_parties * ITEMS_PER_PARTY == 100_000
    assert min(FULL.rounds, FULL.slow_rounds) >= 5


def test_the_command_writes_the_report_only_when_asked_or_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "encoder_of", lambda _: HashEncoder())
    out = tmp_path / "performance.md"
    command = ["bench", "--quick", "--only", "building", "--out", str(out)]

    silent_code = main(command)
    wrote_nothing = not out.exists()
    code = main([*command, "--write"])

    assert (silent_code, wrote_nothing, code) == (0, True, 0)
    assert "`python -m matching bench --quick --only building`" in out.read_text("utf-8")


def test_the_bench_needs_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--quick", "--encoder", "keyword", "--out", str(tmp_path / "p.md"), "--write"]) == 2
    assert "KC_ENCODER" in capsys.readouterr().err
    assert not (tmp_path / "p.md").exists()
