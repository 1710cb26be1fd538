"""`python -m matching rank …` as people and scripts call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from matching.formats import read_corpus, read_queries, read_run
from tests.conftest import ROOT

CORPUS, NEEDS = ROOT / "seed/data/parties.jsonl", ROOT / "seed/data/needs.jsonl"
DATA_DIR = ROOT / os.environ.get("KC_DATA_DIR", "var")


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("KC_")}
    env |= {"KC_DATA_DIR": str(DATA_DIR), "PYTHONUTF8": "1"} | environment
    command = [sys.executable, "-m", "matching", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def ranked(folder: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """`rank` over the demo data, writing into the folder."""
    outputs = ("--run", folder / "out.trec", "--evidence", folder / "evidence.jsonl")
    return run("rank", "--corpus", CORPUS, "--queries", NEEDS, *outputs, *arguments, **environment)


def evidence_in(folder: Path) -> list[dict[str, Any]]:  # parsed JSON
    return [json.loads(line) for line in (folder / "evidence.jsonl").read_text(encoding="utf-8").splitlines()]


def rows_in(folder: Path) -> dict[str, list[list[str]]]:
    """Per need its lines, split at blanks, in the order of the file."""
    rows: dict[str, list[list[str]]] = {}
    for line in (folder / "out.trec").read_text(encoding="utf-8").splitlines():
        rows.setdefault(line.split(" ")[0], []).append(line.split(" "))
    return rows


@pytest.fixture(scope="module")
def keyword(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keyword")
    finished = ranked(folder, "--encoder", "keyword", "--top", 20)
    assert (finished.returncode, finished.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dense")
    finished = ranked(folder)
    assert (finished.returncode, finished.stdout) == (0, "")
    return folder


@pytest.fixture(params=["keyword", "dense"])
def output(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def test_every_line_of_the_run_is_a_trec_line_and_scores_fall_strictly(output: Path) -> None:
    parties = {party.id for party in read_corpus(CORPUS)}
    rows = rows_in(output)

    assert list(rows) == [need.id for need in read_queries(NEEDS)]
    for name, lines in rows.items():
        assert [line[:2] for line in lines] == [[name, "Q0"]] * len(lines)
        assert {line[2] for line in lines} <= parties
        assert [line[3] for line in lines] == [str(place) for place in range(1, len(lines) + 1)]
        assert all(float(one[4]) > float(other[4]) for one, other in pairwise(lines))
        assert all(0 < float(line[4]) < 1 and len(line) == 6 and line[5].startswith("kc-") for line in lines)
        assert len({line[2] for line in lines}) == len(lines)


def test_scores_have_9_significant_digits(output: Path) -> None:
    for lines in rows_in(output).values():
        for line in lines:
            mantissa = line[4].split("e")[0].replace(".", "").lstrip("0")
            assert len(mantissa) == 9, line


def test_the_length_of_a_list_is_what_top_says(keyword: Path, dense: Path) -> None:
    assert max(len(lines) for lines in rows_in(keyword).values()) == 20
    assert {len(lines) for lines in rows_in(dense).values()} == {len(read_corpus(CORPUS))}


def test_the_tag_names_the_encoder(keyword: Path, dense: Path) -> None:
    tags = [{line[5] for lines in rows_in(folder).values() for line in lines} for folder in (keyword, dense)]

    assert tags[0] == {"kc-keyword"}
    assert len(tags[1]) == 1
    assert tags[1].isdisjoint(tags[0])


def test_evidence_lines_have_exactly_the_promised_keys(output: Path) -> None:
    lines = evidence_in(output)

    assert lines
    for line in lines:
        assert list(line) == ["qid", "docid", "rank", "score", "band", "pairs"]
        assert 1 <= len(line["pairs"]) <= 3
        for pair in line["pairs"]:
            assert list(pair) == ["need", "item", "terms"]
            assert list(pair["need"]) == ["field", "start", "end", "text"]
            assert list(pair["item"]) == ["id", "field", "start", "end", "text", "year"]
            assert all(term in pair["need"]["text"] and term in pair["item"]["text"] for term in pair["terms"])


def test_every_match_of_the_run_has_verbatim_evidence(output: Path) -> None:
    needs = {need.id: need for need in read_queries(NEEDS)}
    parties = {party.id: party for party in read_corpus(CORPUS)}
    rows = {(name, line[2]): line for name, lines in rows_in(output).items() for line in lines}

    for line in evidence_in(output):
        need, party = needs[line["qid"]], parties[line["docid"]]
        row = rows[need.id, party.id]
        assert line["rank"] == int(row[3])
        assert line["score"] == pytest.approx(float(row[4]), rel=1e-6)
        for pair in line["pairs"]:
            mine, theirs = pair["need"], pair["item"]
            item = next((item for item in party.items if item.id == theirs["id"]), party)
            parts = {f"sub_problems[{at}]": part for at, part in enumerate(need.sub_problems)}
            source = {"title": need.title, "text": need.text, **parts}[mine["field"]]
            assert source[mine["start"] : mine["end"]] == mine["text"]
            assert getattr(item, theirs["field"])[theirs["start"] : theirs["end"]] == theirs["text"]
            assert theirs["year"] == getattr(item, "year", None)
    assert {(line["qid"], line["docid"]) for line in evidence_in(output)} == set(rows)


def test_bands_are_withheld_in_keyword_mode(keyword: Path) -> None:
    assert {line["band"] for line in evidence_in(keyword)} == {"未校准"}


def test_the_same_call_writes_the_same_bytes(keyword: Path, dense: Path, tmp_path: Path) -> None:
    assert ranked(tmp_path).returncode == 0

    for name in ("out.trec", "evidence.jsonl"):
        assert (tmp_path / name).read_bytes() == (dense / name).read_bytes()


def test_a_run_can_be_read_and_evaluated(dense: Path) -> None:
    finished = run("evaluate", "--run", dense / "out.trec", "--qrels", ROOT / "seed/data/judgments.tsv", "--json")

    assert finished.returncode == 0
    assert json.loads(finished.stdout)["metrics"]["ndcg@10"]["mean"] > 0.5
    assert set(read_run(dense / "out.trec")) == {need.id for need in read_queries(NEEDS)}


def test_with_pools_exactly_the_given_pairs_are_ranked(tmp_path: Path) -> None:
    pairs = {"need-02": ["expert-003", "expert-001"], "need-01": ["expert-002"]}
    lines = [f"{need}\t{party}\n" for need, parties in pairs.items() for party in parties]
    (tmp_path / "pools.tsv").write_text("".join(lines), encoding="utf-8")

    finished = ranked(tmp_path, "--encoder", "keyword", "--pools", tmp_path / "pools.tsv", "--top", 1)

    assert finished.returncode == 0
    assert {name: sorted(row[2] for row in rows) for name, rows in rows_in(tmp_path).items()} == {
        name: sorted(parties) for name, parties in pairs.items()
    }


def test_a_bad_corpus_line_is_told_with_file_line_and_field_and_nothing_is_written(tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a", "title": "甲"}\n{"id": "b", "title": 7}\n', encoding="utf-8")

    finished = ranked(tmp_path, "--encoder", "keyword", "--corpus", bad)

    assert finished.returncode == 2
    assert f"{bad} 第 2 行，字段 title，值 7：应为文字" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["bad.jsonl"]


@pytest.mark.parametrize("option", ["--run", "--evidence"])
def test_an_output_in_a_missing_folder_is_refused_and_nothing_is_written(tmp_path: Path, option: str) -> None:
    finished = ranked(tmp_path, "--encoder", "keyword", option, tmp_path / "missing" / "out")

    assert finished.returncode == 2
    assert "无法写入" in finished.stderr
    assert "请检查路径" in finished.stderr
    assert list(tmp_path.iterdir()) == []


def test_two_outputs_may_not_be_one_file(tmp_path: Path) -> None:
    finished = ranked(tmp_path, "--encoder", "keyword", "--evidence", tmp_path / "out.trec")

    assert (finished.returncode, list(tmp_path.iterdir())) == (2, [])


@pytest.mark.parametrize(
    "arguments", [["--top", "0"], ["--evidence-top", "-1"], ["--corpus", "/nowhere.jsonl"], ["--queries", "/nowhere"]]
)
def test_an_argument_that_cannot_be_used_is_refused_and_nothing_is_written(
    tmp_path: Path, arguments: list[str]
) -> None:
    finished = ranked(tmp_path, "--encoder", "keyword", *arguments)

    assert (finished.returncode, list(tmp_path.iterdir())) == (2, [])
    assert finished.stderr.startswith("错误：")


def test_a_pool_that_names_an_unknown_party_is_refused(tmp_path: Path) -> None:
    pools = tmp_path / "pools.tsv"
    pools.write_text("need-01\tnobody\n", encoding="utf-8")

    finished = ranked(tmp_path, "--encoder", "keyword", "--pools", pools)

    assert finished.returncode == 2
    assert "nobody" in finished.stderr
    assert list(tmp_path.iterdir()) == [pools]


def test_without_a_usable_model_the_error_says_what_to_do_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "out").mkdir()

    finished = ranked(tmp_path / "out", KC_ENCODER=str(tmp_path / "empty"))

    assert finished.returncode == 3
    assert "keyword" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("arguments", [["--help"], ["rank", "--help"], ["index", "--help"], ["explain", "--help"]])
def test_help_speaks_chinese_and_english(arguments: list[str]) -> None:
    finished = run(*arguments)

    assert finished.returncode == 0
    for text in {"--help": ("退出码", "exit codes"), "rank": ("专家", "parties")}.get(arguments[0], (" / ",)):
        assert text in finished.stdout


def test_explain_tells_rank_and_parts_and_refuses_an_unknown_need() -> None:
    common = ("explain", "--corpus", CORPUS, "--queries", NEEDS, "--encoder", "keyword", "--document", "expert-001")

    told, refused = run(*common, "--query", "need-01"), run(*common, "--query", "nothing")

    assert {"id", "rank", "score", "band", "item", "parts", "rule"} == set(json.loads(told.stdout))
    assert (told.returncode, refused.returncode) == (0, 2)
    assert "没有编号为 nothing 的需求" in refused.stderr


def test_an_index_is_published_and_searched(tmp_path: Path) -> None:
    published = run("index", "--corpus", CORPUS, "--encoder", "keyword", "--out", tmp_path)
    found = run("search", "铝系吸附剂循环衰减", "--encoder", "keyword", "--out", tmp_path, "--top", 2)

    assert (published.returncode, found.returncode) == (0, 0)
    assert "【关键词模式】" in found.stdout
    assert "【未校准】" in found.stdout
    assert "依据：" in found.stdout


def test_importing_and_keyword_ranking_load_no_model_library() -> None:
    code = f"""
import sys
import matching
from pathlib import Path
from matching.formats import read_corpus, read_queries
index = matching.build_index(read_corpus(Path({str(CORPUS)!r})), None)
ranking = matching.rank(read_queries(Path({str(NEEDS)!r}))[0], index, None, evidence_for=3)
heavy = {{"torch", "onnxruntime", "sentence_transformers", "transformers", "onnx"}}
print(len(ranking.matches) > 0, sorted(heavy & {{name.split(".")[0] for name in sys.modules}}))
"""

    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert finished.stdout == "True []\n"
