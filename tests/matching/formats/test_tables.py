"""Qrels and pools: what is read, and each kind of bad line with the whole message."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from matching.errors import BadInput
from matching.formats import check_pools, read_pools, read_qrels
from matching.records import Document, Query

QUERIES = [Query("q", "一"), Query("r", "二")]
DOCUMENTS = [Document("a", "expert", "甲"), Document("b", "expert", "乙")]


def refusal_of(read: Callable[[Path], object], path: Path, content: str) -> list[str]:
    """The lines of the message, the first one (how many problems) checked and left out."""
    path.write_text(content, "utf-8", newline="")
    with pytest.raises(BadInput) as refusal:
        read(path)
    head, *lines = refusal.value.message.split("\n")
    assert head == f"文件 {path} 有 {len(lines)} 处问题，请改正后重新运行："
    return [line.removeprefix(f"  {path} ") for line in lines]


def test_qrels_are_read_by_query_in_file_order(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_bytes("\ufeffq\tb\t3\r\nr\ta\t0\r\n\r\nq\ta\t9\nq\ta\t9".encode())

    assert read_qrels(path) == {"q": {"b": 3, "a": 9}, "r": {"a": 0}}


def test_pools_are_read_in_file_order_each_document_once(tmp_path: Path) -> None:
    path = tmp_path / "pools.tsv"
    path.write_text("q\tb\nr\ta\nq\ta\nq\tb\n")

    assert read_pools(path) == {"q": ["b", "a"], "r": ["a"]}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q a 1", "字段 （整行），值 “q a 1”：应有 3 列（qid、docid、grade），以制表符分隔，现在是 1 列。"),
        ("q\ta", r"字段 （整行），值 “q\ta”：应有 3 列（qid、docid、grade），以制表符分隔，现在是 2 列。"),
        ("q\t0\ta\t1", r"字段 （整行），值 “q\t0\ta\t1”：应有 3 列（qid、docid、grade），以制表符分隔，现在是 4 列。"),
        ("\t\t", r"字段 qid，值 “”：是空的；请填写 id。|字段 docid，值 “”：是空的；请填写 id。"),
        ("q q\ta\t1", "字段 qid，值 “q q”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ("q\ta \t1", "字段 docid，值 “a ”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ("q\ta\t10", "字段 grade，值 “10”：应为 0–9 的整数。"),
        ("q\ta\t-1", "字段 grade，值 “-1”：应为 0–9 的整数。"),
        ("q\ta\t1.0", "字段 grade，值 “1.0”：应为 0–9 的整数。"),
        ("q\ta\t１", "字段 grade，值 “１”：应为 0–9 的整数。"),
        ("q\ta\t", "字段 grade，值 “”：应为 0–9 的整数。"),
        ("x\ty\t2", "字段 grade，值 “2”：“x”与“y”前面已评为 1；每一对只能有一个等级。"),
    ],
)
def test_a_bad_line_of_qrels_is_told(tmp_path: Path, line: str, message: str) -> None:
    lines = refusal_of(read_qrels, tmp_path / "qrels.tsv", f"x\ty\t1\n{line}\n")

    assert lines == [f"第 2 行，{each}" for each in message.split("|")]


def test_a_bad_line_of_pools_is_told(tmp_path: Path) -> None:
    lines = refusal_of(read_pools, tmp_path / "pools.tsv", "q\ta\t1\nq a\n\tb\n")

    assert lines == [
        r"第 1 行，字段 （整行），值 “q\ta\t1”：应有 2 列（qid、docid），以制表符分隔，现在是 3 列。",
        "第 2 行，字段 （整行），值 “q a”：应有 2 列（qid、docid），以制表符分隔，现在是 1 列。",
        "第 3 行，字段 qid，值 “”：是空的；请填写 id。",
    ]


@pytest.mark.parametrize("read", [read_qrels, read_pools])
def test_an_empty_table_is_refused(tmp_path: Path, read: Callable[[Path], object]) -> None:
    path = tmp_path / "empty.tsv"
    path.write_text("\n")

    with pytest.raises(BadInput) as refusal:
        read(path)

    assert refusal.value.message == f"文件 {path} 没有内容；请检查是否给错了文件。"


def test_pools_naming_known_queries_and_documents_pass() -> None:
    check_pools({"q": ["a", "b"], "r": ["b"]}, QUERIES, DOCUMENTS)


def test_unknown_ids_in_pools_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "pools.tsv"
    path.write_text("q\ta\nx\ta\nx\tb\n\nr\tz\n")

    with pytest.raises(BadInput) as refusal:
        check_pools(read_pools(path), QUERIES, DOCUMENTS, path=path)

    assert refusal.value.message.split("\n") == [
        f"文件 {path} 有 2 处问题，请改正后重新运行：",
        f"  {path} 第 2 行，字段 qid，值 “x”：查询文件中没有这个 id；请补上该查询或删去它的行。",
        f"  {path} 第 5 行，字段 docid，值 “z”：语料文件中没有这个 id；请补上该记录或删去此行。",
    ]


def test_unknown_ids_in_pools_without_a_file_are_told_by_id() -> None:
    with pytest.raises(BadInput) as refusal:
        check_pools({"q": ["a", "z"], "x": ["a"]}, QUERIES, DOCUMENTS)

    assert refusal.value.message.split("\n") == [
        "候选池有 2 处问题，请改正后重新运行：",
        "  字段 qid，值 “x”：查询中没有这个 id；请补上或删去",
        "  字段 docid，值 “z”（查询 q）：语料中没有这个 id；请补上或删去",
    ]


def test_many_unknown_ids_without_a_file_are_counted_after_twenty() -> None:
    with pytest.raises(BadInput) as refusal:
        check_pools({"q": [f"z{n}" for n in range(25)]}, QUERIES, DOCUMENTS)

    assert refusal.value.message.split("\n")[-1] == "  ……另有 5 处未列出。"


def test_queries_without_a_pool_are_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        check_pools({"q": ["a"]}, QUERIES, DOCUMENTS)

    assert [record.getMessage() for record in caplog.records] == ["pools.query_without_pool count=1"]
