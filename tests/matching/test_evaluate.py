"""Evaluation of runs: what counts, what is left out, what two runs say about each other, and the command."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.cli.evaluate import add_parser
from matching.errors import BadInput
from matching.evaluate import METRICS, Evaluation, Run, evaluate
from matching.evaluation_report import notes, to_json, to_text

QRELS = {
    "需求1": {"a": 3, "b": 0, "c": 1},
    "需求2": {"a": 0, "d": 2},
    "需求3": {"a": 1},
    "需求4": {"b": 0},
}
GOOD: Run = {"需求1": [("a", 0.9), ("c", 0.8), ("b", 0.7)], "需求2": [("d", 0.9)], "需求3": [("a", 0.5)]}
POOR: Run = {"需求1": [("b", 0.9), ("x", 0.8), ("a", 0.7)], "需求2": [("a", 0.9), ("d", 0.1)]}
BEST_1 = 7 + 1 / math.log2(3)


def means(evaluation: Evaluation, run: int = 0) -> dict[str, float]:
    return {name: interval.mean for name, interval in evaluation.runs[run].metrics.items()}


def parsed(*words: str) -> argparse.Namespace:
    root = argparse.ArgumentParser()
    add_parser(root.add_subparsers())
    return root.parse_args(["evaluate", *words])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the runs good.trec and poor.trec, qrels.tsv and pools.tsv."""
    for name, run in (("good", GOOD), ("poor", POOR)):
        lines = [f"{q} Q0 {d} {n} {s} t\n" for q, pairs in run.items() for n, (d, s) in enumerate(pairs, start=1)]
        (tmp_path / f"{name}.trec").write_text("".join(lines), "utf-8")
    judged = [(q, d, str(grade)) for q, grades in QRELS.items() for d, grade in grades.items()]
    (tmp_path / "qrels.tsv").write_text("".join("\t".join(row) + "\n" for row in judged), "utf-8")
    (tmp_path / "pools.tsv").write_text("".join("\t".join(row[:2]) + "\n" for row in judged), "utf-8")
    return tmp_path


def test_all_metrics_of_a_case_calculated_by_hand() -> None:
    evaluation = evaluate([POOR], QRELS)

    # Need 1: grades 0, unjudged, 3. Need 2: grades 0, 2. Need 3 is missing. Need 4 has nothing graded ≥ 1.
    ndcg_1, ndcg_2 = (7 / 2) / BEST_1, 1 / math.log2(3)
    linear_1 = (3 / 2) / (3 + 1 / math.log2(3))
    assert evaluation.needs == ("需求1", "需求2", "需求3")
    assert means(evaluation) == pytest.approx(
        {
            "ndcg@10": (ndcg_1 + ndcg_2) / 3,
            "ndcg_linear@10": (linear_1 + ndcg_2) / 3,
            "recall@20": (1 / 2 + 1) / 3,
            "mrr@10": (1 / 3 + 1 / 2) / 3,
            "unjudged@10": (1 / 3) / 3,
        }
    )
    assert (evaluation.left_out, evaluation.runs[0].missing, evaluation.paired) == (1, 1, None)


def test_the_best_list_scores_one_everywhere() -> None:
    expected = {"ndcg@10": 1.0, "ndcg_linear@10": 1.0, "recall@20": 1.0, "mrr@10": 1.0, "unjudged@10": 0.0}

    assert means(evaluate([GOOD], QRELS)) == expected


@pytest.mark.parametrize(
    ("rank", "ndcg", "recall", "mrr", "unjudged"),
    [
        (10, 1 / math.log2(11), 1.0, 0.1, 0.9),
        (11, 0.0, 1.0, 0.0, 1.0),
        (20, 0.0, 1.0, 0.0, 1.0),
        (21, 0.0, 0.0, 0.0, 1.0),
    ],
)
def test_each_metric_looks_as_far_down_as_its_name_says(
    rank: int, ndcg: float, recall: float, mrr: float, unjudged: float
) -> None:
    run: Run = {"q": [("fits" if place == rank else f"x{place}", 1 / place) for place in range(1, 30)]}

    evaluation = evaluate([run], {"q": {"fits": 1}})

    assert list(means(evaluation).values()) == pytest.approx([ndcg, ndcg, recall, mrr, unjudged])


def test_a_higher_minimum_leaves_needs_out_and_narrows_recall_and_mrr_but_not_ndcg() -> None:
    run: Run = {"需求1": [("c", 0.9), ("a", 0.8)]}

    evaluation = evaluate([run], QRELS, min_grade=2)

    assert (evaluation.needs, evaluation.left_out) == (("需求1", "需求2"), 2)
    assert evaluation.runs[0].values["ndcg@10"].tolist() == pytest.approx([(1 + 7 / math.log2(3)) / BEST_1, 0.0])
    assert evaluation.runs[0].values["mrr@10"].tolist() == [0.5, 0.0]
    assert evaluation.runs[0].values["recall@20"].tolist() == [1.0, 0.0]


def test_equal_scores_are_ordered_by_document_id_wherever_they_stand() -> None:
    forward = evaluate([{"q": [("a", 0.5), ("b", 0.5)]}], {"q": {"b": 1}})
    backward = evaluate([{"q": [("b", 0.5), ("a", 0.5)]}], {"q": {"b": 1}})

    assert means(forward)["mrr@10"] == means(backward)["mrr@10"] == 0.5


def test_documents_outside_the_pool_are_dropped_and_counted() -> None:
    pools = {"需求1": ["a", "b", "c"], "需求2": ["d"]}

    evaluation = evaluate([POOR], QRELS, pools)

    figures = evaluation.runs[0]
    assert (figures.dropped, evaluation.unpooled) == (2, 1)
    assert figures.values["mrr@10"].tolist() == [1 / 2, 1.0, 0.0]
    assert figures.values["unjudged@10"].tolist() == [0.0, 0.0, 0.0]


def test_queries_that_nobody_judged_are_ignored_and_counted() -> None:
    evaluation = evaluate([{**GOOD, "别的": [("a", 1.0)]}], QRELS)

    assert (evaluation.runs[0].unknown, means(evaluation)) == (1, means(evaluate([GOOD], QRELS)))


def test_two_runs_are_compared_need_by_need_first_minus_second() -> None:
    evaluation = evaluate([GOOD, POOR], QRELS)

    assert evaluation.paired is not None
    expected = {name: means(evaluation)[name] - means(evaluation, run=1)[name] for name in METRICS}
    assert {name: test.difference for name, test in evaluation.paired.items()} == pytest.approx(expected)
    assert {test.n for test in evaluation.paired.values()} == {3}


@given(st.permutations(list(QRELS)), st.permutations(list(GOOD)))
def test_the_order_of_queries_changes_nothing(qrels_order: list[str], run_order: list[str]) -> None:
    shuffled = evaluate([{q: GOOD[q] for q in run_order}, POOR], {q: QRELS[q] for q in qrels_order}, samples=50)

    assert to_json(shuffled) == to_json(evaluate([GOOD, POOR], QRELS, samples=50))


@pytest.mark.parametrize("grade", [0, -1, 10])
def test_a_minimum_that_no_grade_can_be_is_refused(grade: int) -> None:
    with pytest.raises(BadInput) as refusal:
        evaluate([GOOD], QRELS, min_grade=grade)

    assert refusal.value.message == f"最低等级（--min-grade）应为 1–9 的整数，现在是 {grade}。"


def test_judgments_in_which_no_need_counts_are_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        evaluate([GOOD], QRELS, min_grade=4)

    assert refusal.value.message == "标注中没有一个需求有等级 ≥ 4 的文档，无法评测；请检查 qrels 或降低 --min-grade。"


def test_a_document_twice_in_one_answer_is_a_bug() -> None:
    with pytest.raises(ValueError, match="a document twice"):
        evaluate([{"需求1": [("a", 0.9), ("a", 0.8)]}], QRELS)
    with pytest.raises(ValueError, match="one or two runs"):
        evaluate([], QRELS)


def test_json_of_one_run_has_the_fixed_keys() -> None:
    content = json.loads(to_json(evaluate([GOOD], {"q": {"a": 1}, "r": {"a": 0}})))

    zero = {"mean": 0.0, "low": 0.0, "high": 0.0, "n": 1}
    assert content == {"metrics": dict.fromkeys(METRICS, zero), "left_out": 1, "paired": None}
    assert list(content["metrics"]) == ["ndcg@10", "ndcg_linear@10", "recall@20", "mrr@10", "unjudged@10"]


def test_json_of_two_runs_adds_the_second_and_the_test() -> None:
    content = json.loads(to_json(evaluate([GOOD, GOOD], {"需求3": {"a": 1}})))

    one, zero = ({"mean": value, "low": value, "high": value, "n": 1} for value in (1.0, 0.0))
    none = {"difference": 0.0, "low": 0.0, "high": 0.0, "p": 1.0, "n": 1}
    metrics = {**dict.fromkeys(METRICS, one), "unjudged@10": zero}
    expected = {"metrics": metrics, "metrics_b": metrics, "left_out": 0, "paired": dict.fromkeys(METRICS, none)}
    assert content == expected


def test_the_table_shows_every_figure_and_what_was_not_counted() -> None:
    pools = {"需求1": ["a", "b", "c"], "需求2": ["d"]}

    lines = to_text(evaluate([GOOD, {**POOR, "别的": []}], QRELS, pools)).splitlines()

    assert lines[0].split("  ")[0] == "指标 / metric"
    assert [line.split()[0] for line in lines[1:6]] == list(METRICS)
    assert lines[7:] == [
        "计入的需求 / needs counted: 3（有等级 ≥ 1 的文档）",
        "未计入的需求 / needs left out: 1（没有等级 ≥ 1 的文档）",
        "没有候选池的需求 / needs without a pool: 1（按 0 计）",
        "A 中不在候选池的结果 / outside the pools, dropped: 1（不计）",
        "B 缺少的需求 / needs missing from B: 1（各项按 0 计）",
        "B 中不在候选池的结果 / outside the pools, dropped: 2（不计）",
        "B 中没有标注的查询 / queries without judgments, ignored: 1",
    ]


def test_notes_say_only_what_there_is_to_say() -> None:
    assert notes(evaluate([GOOD], {"需求3": {"a": 1}})) == [
        "计入的需求 / needs counted: 1（有等级 ≥ 1 的文档）",
        "A 中没有标注的查询 / queries without judgments, ignored: 2",
    ]


def test_the_command_prints_a_table(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    args = parsed("--run", f"{files}/good.trec", "--qrels", f"{files}/qrels.tsv")

    assert args.handler(args) == 0

    assert capsys.readouterr().out == to_text(evaluate([GOOD], QRELS)) + "\n"


def test_the_command_prints_json_alone_on_standard_output(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = ["--run", f"{files}/good.trec", "--run", f"{files}/poor.trec"]
    args = parsed(*runs, "--qrels", f"{files}/qrels.tsv", "--pools", f"{files}/pools.tsv", "--min-grade", "2", "--json")

    assert args.handler(args) == 0

    pools = {need: list(grades) for need, grades in QRELS.items()}
    expected = evaluate([GOOD, POOR], QRELS, pools, 2)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == json.loads(to_json(expected))
    assert printed.err.splitlines() == notes(expected)


def test_the_command_compares_two_runs_at_most(files: Path) -> None:
    args = parsed(*["--run", f"{files}/good.trec"] * 3, "--qrels", f"{files}/qrels.tsv")

    with pytest.raises(BadInput) as refusal:
        args.handler(args)

    assert refusal.value.message == "--run 最多给两次，现在是 3 次。"
