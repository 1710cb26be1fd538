"""Run files: strictly falling scores, order, ranks that contradict, bad lines."""

from __future__ import annotations

import logging
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import BadInput
from matching.formats import read_run, write_run
from matching.formats.trec import strictly_falling

tiny = st.sampled_from([0.0, 5e-324, 1e-40, 1e-31, 1e-30, 1e-12, 1e-12 + 1e-22, 0.1, 0.5, 1.0 - 1e-12, 1.0])
scores = st.lists(st.floats(0, 1) | tiny, max_size=60).map(lambda values: sorted(values, reverse=True))


@pytest.mark.parametrize(
    ("given_scores", "printed"),
    [
        ([1.0, 0.5, 0.25], ["1.00000000", "0.500000000", "0.250000000"]),
        ([0.5, 0.5, 0.5], ["0.500000000", "0.499999999", "0.499999998"]),
        ([1.0, 1.0], ["1.00000000", "0.999999999"]),
        ([0.1, 0.1, 0.0999999999], ["0.100000000", "0.0999999999", "0.0999999998"]),
        ([0.5, 0.5, 0.499999999], ["0.500000000", "0.499999999", "0.499999998"]),
        ([1e-12, 1e-12], ["1.00000000e-12", "9.99999999e-13"]),
        ([0.7, 0.0], ["0.700000000", "0.00000000"]),
        ([0.0, 0.0, 0.0], ["1.00000001e-30", "1.00000000e-30", "0.00000000"]),
        ([1e-30, 1e-30, 0.0, 0.0], ["1.00000002e-30", "1.00000001e-30", "1.00000000e-30", "0.00000000"]),
        ([-0.0], ["0.00000000"]),
        ([], []),
    ],
)
def test_scores_that_print_alike_are_told_apart(given_scores: list[float], printed: list[str]) -> None:
    assert strictly_falling(given_scores) == printed


@given(scores)
def test_printed_scores_always_fall_strictly_and_are_never_negative(values: list[float]) -> None:
    parsed = [float(text) for text in strictly_falling(values)]

    assert all(earlier > later for earlier, later in pairwise(parsed))
    assert all(value >= 0 for value in parsed)


@given(scores)
def test_a_score_moves_by_no_more_units_than_there_are_scores_before_it(values: list[float]) -> None:
    for place, (value, text) in enumerate(zip(values, strictly_falling(values), strict=True)):
        # A unit in the last of 9 digits is at most 1e-8 of the value, and the tail of zeros stays below 2e-30.
        assert float(text) == pytest.approx(value, rel=1e-8 * (place + 1), abs=2e-30)


@given(st.lists(st.floats(1e-9, 1), max_size=40, unique_by=lambda value: f"{value:.8e}"))
def test_scores_that_print_differently_print_as_they_round(values: list[float]) -> None:
    values.sort(reverse=True)

    assert strictly_falling(values) == [f"{value:#.9g}" for value in values]


@given(scores)
def test_a_written_run_is_read_back_in_its_order(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    path = tmp_path_factory.mktemp("run") / "out.trec"
    # Ids fall while ranks rise: only the scores can keep the order.
    answers = [(f"d{len(values) - place:03}", value) for place, value in enumerate(values)]

    write_run(path, {"q": answers}, "t")

    lines = [line.split(" ") for line in path.read_text().splitlines()]
    assert [line[:4] + line[5:] for line in lines] == [
        ["q", "Q0", document, str(rank), "t"] for rank, (document, _) in enumerate(answers, start=1)
    ]
    assert [document for document, _ in read_run(path).get("q", [])] == [document for document, _ in answers]


@pytest.mark.parametrize("values", [[0.1, 0.2], [-0.1], [float("nan")], [float("inf")]])
def test_scores_that_only_a_bug_can_bring_are_a_bug(tmp_path: Path, values: list[float]) -> None:
    with pytest.raises(ValueError, match="scores must"):
        write_run(tmp_path / "out.trec", {"q": [(f"d{n}", value) for n, value in enumerate(values)]}, "t")

    assert list(tmp_path.iterdir()) == []


def test_a_run_is_written_line_by_line_as_trec_wants_it(tmp_path: Path) -> None:
    path = tmp_path / "out.trec"

    write_run(path, {"需求1": [("甲", 0.75), ("乙", 0.75)], "需求2": [], "需求3": [("甲", 0.1)]}, "recipe-1")

    assert path.read_bytes().decode() == (
        "需求1 Q0 甲 1 0.750000000 recipe-1\n需求1 Q0 乙 2 0.749999999 recipe-1\n需求3 Q0 甲 1 0.100000000 recipe-1\n"
    )


@pytest.mark.parametrize(
    ("query", "document", "tag", "message"),
    [
        ("a b", "d", "t", "字段 qid，值 “a b”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ("q", "", "t", "字段 docid，值 “”：是空的；请填写 id。"),
        ("q", "d", "my tag", "字段 tag，值 “my tag”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
    ],
)
def test_names_that_would_shift_the_columns_are_refused(
    tmp_path: Path, query: str, document: str, tag: str, message: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        write_run(tmp_path / "out.trec", {query: [(document, 0.5)]}, tag)

    assert refusal.value.message == f"无法写出运行结果：{message}"
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_ordered_by_score_then_id(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "in.trec"
    path.write_text("q Q0 b 2 0.5 t\nq\tQ0\ta\t1\t0.5\tt\n\nq Q0 c 0 9e-1 t\nr Q0 a 7 -3 t\n")

    with caplog.at_level(logging.WARNING):
        assert read_run(path) == {"q": [("c", 0.9), ("a", 0.5), ("b", 0.5)], "r": [("a", -3.0)]}

    assert caplog.records == []


@pytest.mark.parametrize("ranks", [("2", "1"), ("1", "1"), ("x", "2"), ("1", "2.5")])
def test_ranks_that_contradict_the_scores_are_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, ranks: tuple[str, str]
) -> None:
    path = tmp_path / "in.trec"
    path.write_text(f"q Q0 a {ranks[0]} 0.9 t\nq Q0 b {ranks[1]} 0.5 t\n")

    with caplog.at_level(logging.WARNING):
        assert read_run(path) == {"q": [("a", 0.9), ("b", 0.5)]}

    assert [record.getMessage() for record in caplog.records] == [
        f"run.rank_contradicts_score file={path} queries=1 first=q"
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q Q0 a 1 0.5", "字段 （整行），值 “q Q0 a 1 0.5”：应有 6 列（qid Q0 docid rank score tag），现在是 5 列。"),
        (
            "q Q0 a 1 0.5 my tag",
            "字段 （整行），值 “q Q0 a 1 0.5 my tag”：应有 6 列（qid Q0 docid rank score tag），现在是 7 列。",
        ),
        ("q Q0 a 1 高 t", "字段 score，值 “高”：不是有限的数；请写成如 0.731000000。"),
        ("q Q0 a 1 nan t", "字段 score，值 “nan”：不是有限的数；请写成如 0.731000000。"),
        ("q Q0 a 1 -inf t", "字段 score，值 “-inf”：不是有限的数；请写成如 0.731000000。"),
        ("q Q0 a 1 1_0 t", "字段 score，值 “1_0”：不是有限的数；请写成如 0.731000000。"),
        ("x Q0 y 1 0.5 t", "字段 docid，值 “y”：在查询“x”中重复；每个 docid 只能出现一次。"),
    ],
)
def test_a_bad_line_of_a_run_is_told(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "in.trec"
    path.write_text(f"x Q0 y 1 0.9 t\n{line}\n", "utf-8")

    with pytest.raises(BadInput) as refusal:
        read_run(path)

    assert refusal.value.message == f"文件 {path} 有 1 处问题，请改正后重新运行：\n  {path} 第 2 行，{message}"


def test_an_empty_run_file_is_an_empty_run(tmp_path: Path) -> None:
    path = tmp_path / "out.trec"

    write_run(path, {}, "t")

    assert (path.read_bytes(), read_run(path)) == (b"", {})
