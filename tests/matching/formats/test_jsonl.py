"""Corpus and query files: what is read, and each kind of bad line with the whole message."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import BadInput
from matching.formats import read_corpus, read_queries, write_jsonl
from matching.records import Document, Item, Query


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus.jsonl"


def refusal_of(path: Path, content: str | bytes) -> list[str]:
    """The lines of the message with which this corpus is refused, the first one (how many) checked and left out."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    with pytest.raises(BadInput) as refusal:
        read_corpus(path)
    head, *lines = refusal.value.message.split("\n")
    assert head == f"文件 {path} 有 {len(lines)} 处问题，请改正后重新运行："
    return [line.removeprefix(f"  {path} ") for line in lines]


def test_a_corpus_is_read_whole_and_in_order(corpus: Path) -> None:
    item = {"id": "p1", "kind": "paper", "year": 2021, "title": "析晶", "text": "盐湖\u2028卤水"}
    rows = [
        {
            "id": "甲",
            "kind": "expert",
            "title": "某组",
            "text": "提锂",
            "items": [item],
            "tags": ["x", "y"],
            "extra": 1,
        },
        {"id": "乙", "title": "只有题名", "text": None, "items": None, "tags": None},
    ]
    corpus.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")

    first = Document(
        id="甲",
        kind="expert",
        title="某组",
        text="提锂",
        items=(Item(id="p1", kind="paper", title="析晶", text="盐湖\u2028卤水", year=2021),),
        tags=frozenset({"x", "y"}),
    )
    assert read_corpus(corpus) == [first, Document(id="乙", kind="", title="只有题名")]


def test_queries_are_read_with_their_sub_problems(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id":"1","title":"a","text":"b","sub_problems":["c","d"]}\r\n\r\n{"id":"2","title":"e"}\r\n')

    assert read_queries(path) == [Query("1", "a", "b", ("c", "d")), Query("2", "e")]


def test_a_byte_order_mark_is_accepted(corpus: Path) -> None:
    corpus.write_bytes(b'\xef\xbb\xbf{"id":"1","title":"a"}\n')

    assert [document.id for document in read_corpus(corpus)] == ["1"]


def test_a_line_of_a_megabyte_is_read(corpus: Path) -> None:
    corpus.write_text(json.dumps({"id": "1", "text": "锂" * 1_000_000}, ensure_ascii=False), "utf-8")

    assert len(read_corpus(corpus)[0].text) == 1_000_000


def test_a_lone_surrogate_in_a_text_is_kept(corpus: Path) -> None:
    corpus.write_text('{"id":"1","text":"\\ud800"}')

    assert read_corpus(corpus)[0].text == "\ud800"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1]", "字段 （整行），值 “[1]”：不是 JSON 对象；每行应是一个 {…}。"),
        ("{坏", "字段 （整行），值 “{坏”：不是 JSON（第 2 个字符处读不下去）；每行应是一个 {…}。"),
        ('{"id":"1"} x', '字段 （整行），值 “{"id":"1"} x”：不是 JSON（第 12 个字符处读不下去）；每行应是一个 {…}。'),
        (
            "9" * 5000,
            f"字段 （整行），值 “{'9' * 40}…”：数字太长或嵌套太深，无法读取；每行应是一个简单的 {{…}}。",
        ),
        ("[" * 100_000, f"字段 （整行），值 “{'[' * 40}…”：数字太长或嵌套太深，无法读取；每行应是一个简单的 {{…}}。"),
        ('{"title":"a"}', "字段 id，没有值：缺少；请填写 id。"),
        ('{"id":"","title":"a"}', "字段 id，值 “”：是空的；请填写 id。"),
        ('{"id":"  ","title":"a"}', "字段 id，值 “  ”：是空的；请填写 id。"),
        ('{"id":7,"title":"a"}', "字段 id，值 7：应为文字；请加上引号。"),
        ('{"id":null,"title":"a"}', "字段 id，值 null：应为文字；请加上引号。"),
        ('{"id":"a b","title":"a"}', "字段 id，值 “a b”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ('{"id":"a\u3000b","title":"a"}', r"字段 id，值 “a\u3000b”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ('{"id":"a\\u0000","title":"a"}', r"字段 id，值 “a\x00”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ('{"id":"\\ud800","title":"a"}', r"字段 id，值 “\ud800”：含有空白或控制字符，TREC 文件会因此错列；请去掉。"),
        ('{"id":"1","title":5}', "字段 title，值 5：应为文字；请加上引号或删去此字段。"),
        ('{"id":"1","text":["a"]}', "字段 text，值 […]：应为文字；请加上引号或删去此字段。"),
        ('{"id":"1","kind":false}', "字段 kind，值 false：应为文字；请加上引号或删去此字段。"),
        ('{"id":"1","tags":"a"}', '字段 tags，值 “a”：应为文字的列表，如 ["…", "…"]。'),
        ('{"id":"1","tags":["a",{}]}', "字段 tags[1]，值 {…}：应为文字；请加上引号或删去此项。"),
        ('{"id":"1","items":{}}', "字段 items，值 {…}：应为列表；没有时写 []。"),
        ('{"id":"1","items":["a"]}', "字段 items[0]，值 “a”：应为 JSON 对象 {…}。"),
        ('{"id":"1","items":[{"title":"a"}]}', "字段 items[0].id，没有值：缺少；请填写 id。"),
        (
            '{"id":"1","items":[{"id":"p"},{"id":"p"}]}',
            "字段 items[1].id，值 “p”：在同一条记录内重复；请改成不同的 id。",
        ),
        ('{"id":"1","items":[{"id":"p","text":1}]}', "字段 items[0].text，值 1：应为文字；请加上引号或删去此字段。"),
    ],
)
def test_a_bad_line_is_told_with_its_field_value_and_reason(corpus: Path, line: str, message: str) -> None:
    assert refusal_of(corpus, f'{{"id":"0","title":"好"}}\n{line}\n') == [f"第 2 行，{message}"]


@pytest.mark.parametrize("year", ['"2020"', "2020.0", "1899", "2101", "true", "[]"])
def test_a_year_that_is_no_whole_number_of_our_time_is_refused(corpus: Path, year: str) -> None:
    lines = refusal_of(corpus, f'{{"id":"1","items":[{{"id":"p","year":{year}}}]}}')

    shown = {'"2020"': "“2020”", "[]": "[…]"}.get(year, year)
    reason = "应为 1900–2100 的整数（不加引号），不知道时写 null。"
    assert lines == [f"第 1 行，字段 items[0].year，值 {shown}：{reason}"]


@pytest.mark.parametrize(("year", "value"), [("null", None), ("1900", 1900), ("2100", 2100)])
def test_years_of_our_time_and_unknown_ones_are_accepted(corpus: Path, year: str, value: int | None) -> None:
    corpus.write_text(f'{{"id":"1","items":[{{"id":"p","year":{year}}}]}}')

    assert read_corpus(corpus)[0].items[0].year == value


def test_a_repeated_id_names_the_line_of_the_first(corpus: Path) -> None:
    lines = refusal_of(corpus, '{"id":"1","title":"a"}\n\n{"id":"1","title":"b"}\n')

    assert lines == ["第 3 行，字段 id，值 “1”：与第 1 行重复；每个 id 只能出现一次。"]


def test_the_same_item_may_belong_to_two_parties(corpus: Path) -> None:
    corpus.write_text('{"id":"1","items":[{"id":"p"}]}\n{"id":"2","items":[{"id":"p"}]}\n')

    assert [document.items[0].id for document in read_corpus(corpus)] == ["p", "p"]


def test_a_line_in_another_encoding_is_told_with_its_first_wrong_byte(corpus: Path) -> None:
    lines = refusal_of(corpus, b'{"id":"1","title":"' + "锂".encode("gbk") + b'"}\n')

    reason = "第 20 个字节 0xef 不是 UTF-8；请把文件另存为 UTF-8 编码。"
    assert lines == [
        rf"第 1 行，字段 （整行），值 “{{\"id\":\"1\",\"title\":\"\xef\xae\"}}”：{reason}".replace('\\"', '"')
    ]


def test_all_problems_of_all_lines_come_in_one_message(corpus: Path) -> None:
    lines = refusal_of(corpus, '{"id":1,"title":2}\n{}\n')

    assert lines == [
        "第 1 行，字段 id，值 1：应为文字；请加上引号。",
        "第 1 行，字段 title，值 2：应为文字；请加上引号或删去此字段。",
        "第 2 行，字段 id，没有值：缺少；请填写 id。",
    ]


def test_after_twenty_problems_the_rest_is_counted(corpus: Path) -> None:
    corpus.write_text("x\n" * 33)

    with pytest.raises(BadInput) as refusal:
        read_corpus(corpus)

    lines = refusal.value.message.split("\n")
    assert (lines[0], len(lines)) == (f"文件 {corpus} 有 33 处问题，请改正后重新运行：", 22)
    assert lines[-1] == "  ……另有 13 处未列出。"


def test_a_record_that_says_nothing_is_kept_with_a_warning(corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    corpus.write_text('{"id":"1","title":" "}\n{"id":"2","title":"a"}\n{"id":"3","items":[{"id":"p"}]}\n')
    queries = corpus.with_name("queries.jsonl")
    queries.write_text('{"id":"1"}\n{"id":"2","sub_problems":["a"]}\n')

    with caplog.at_level(logging.WARNING):
        assert (len(read_corpus(corpus)), len(read_queries(queries))) == (3, 2)

    assert [record.getMessage() for record in caplog.records] == [
        f"corpus.empty_document file={corpus} count=1 lines=1",
        f"queries.empty_query file={queries} count=1 lines=1",
    ]


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_a_file_without_content_is_refused(corpus: Path, content: bytes) -> None:
    corpus.write_bytes(content)

    for read in (read_corpus, read_queries):
        with pytest.raises(BadInput) as refusal:
            read(corpus)
        assert refusal.value.message == f"文件 {corpus} 没有内容；请检查是否给错了文件。"


def test_queries_are_checked_like_the_corpus(tmp_path: Path) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text('{"id":"a\\tb","title":1,"sub_problems":[2]}\n')

    with pytest.raises(BadInput) as refusal:
        read_queries(path)

    assert refusal.value.message.split("\n") == [
        f"文件 {path} 有 3 处问题，请改正后重新运行：",
        rf"  {path} 第 1 行，字段 id，值 “a\tb”：含有空白或控制字符，TREC 文件会因此错列；请去掉。",
        f"  {path} 第 1 行，字段 title，值 1：应为文字；请加上引号或删去此字段。",
        f"  {path} 第 1 行，字段 sub_problems[0]，值 2：应为文字；请加上引号或删去此项。",
    ]


texts = st.text(st.characters(exclude_categories=()), max_size=20)


@given(rows=st.lists(st.dictionaries(texts, texts | st.none() | st.integers() | st.lists(texts)), max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]) -> None:
    path = tmp_path_factory.mktemp("rows") / "out.jsonl"

    write_jsonl(path, rows)

    lines = path.read_bytes().split(b"\n")
    assert [json.loads(line) for line in lines[:-1]] == rows
    assert lines[-1] == b""


@given(st.binary(max_size=200))
def test_no_content_whatever_is_more_than_bad_input(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "corpus.jsonl"
    path.write_bytes(content)

    try:
        documents = read_corpus(path)
    except BadInput as refusal:
        refusal.message.encode()
    else:
        assert all(document.id for document in documents)


@pytest.mark.needs_data
@pytest.mark.parametrize(
    ("folder", "documents", "queries"),
    [("bdci_train", 7165, 146), ("teams_dev", 2788, 150), ("experts_dev", 175, 255), ("csl_dev", 1000, 1000)],
)
def test_the_shared_data_are_read(shared_data: Path, folder: str, documents: int, queries: int) -> None:
    sizes = (
        len(read_corpus(shared_data / folder / "corpus.jsonl")),
        len(read_queries(shared_data / folder / "queries.jsonl")),
    )

    assert sizes == (documents, queries)
