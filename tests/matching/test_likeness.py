"""Texts that say the same thing are found and told apart from those that do not, in small corpora as well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index import Index
from matching.likeness import Likeness, alike, comparable, index_of
from matching.records import Document

# The same problem as another firm would put it: id of the demo need → title, text.
REWORDED = {
    "need-01": (
        "吸附塔的提锂吸附剂用一年多就失效",
        "二号车间四座吸附塔，用的也是外购白色颗粒，刚投用每克吸六毫克锂，一年后只有四毫克。放空水发浑，滤袋三天一换，"
        "压差一个月涨零点一兆帕。想知道是料的问题还是操作的问题，旧料能不能再生。",
    ),
    "need-02": (
        "冬天浮选槽泡沫一碰就塌",
        "入冬后厂房低温，浮选槽泡沫立不住，钾随尾砂跑掉，药剂加倍还是拉不回来，不想烧锅炉给矿浆加温。",
    ),
    "need-03": (
        "换热器管子半个月结垢堵塞、点蚀穿孔",
        "蒸发换热器进老卤，半个月左右管口结白垢，要停车用高压水枪清洗，316L 管子一年胀口点蚀穿孔，换什么材质合算。",
    ),
    "need-08": (
        "靠负极端的板子功率衰减",
        "电站里挨着负极的几块板功率越来越低，怀疑是电势诱导衰减，想请人诊断能不能恢复。",
    ),
    "need-09": ("大风机叶片冬天挂冰停机", "高原上的风场，大风机一入冬叶片就挂冰，发电少一截，请做防除冰方案。"),
    "need-13": ("枸杞烘干黑果率高", "枸杞烘房烘出来的果子黑果多，外面硬里面稀，含水不匀，想改烘干曲线。"),
    "need-15": ("青稞粉存放三个月就哈喇", "青稞炒面粉搁不过一季度就有哈喇味，想延长保质期又不加防腐剂。"),
    "need-18": ("通村公路冻融塌陷", "村里的水泥路用了两年，中间塌下去一段，底下像是冻土化了，怎么修才不再塌。"),
}


@pytest.fixture(scope="module")
def needs(root: Path) -> list[dict[str, Any]]:
    lines = (root / "seed" / "data" / "needs.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def index(needs: list[dict[str, Any]]) -> Index:
    return index_of(comparable(need["id"], need["title"], need["text"]) for need in needs)


@pytest.mark.parametrize("need_id", sorted(REWORDED))
def test_the_same_problem_in_other_words_is_found_first(index: Index, need_id: str) -> None:
    found = alike(*REWORDED[need_id], index)

    assert found[0].id == need_id


def test_a_copy_is_very_much_alike_and_shows_the_shared_sentence(index: Index, needs: list[dict[str, Any]]) -> None:
    for need in needs:
        half = need["text"][: len(need["text"]) // 2]

        first = alike(need["title"], half, index)[0]

        assert (first.id, first.likeness) == (need["id"], Likeness.VERY)
        assert first.quote is not None
        assert first.quote.text == need["text"][first.quote.start : first.quote.end]
        assert first.terms


def test_the_right_one_does_not_become_surer_by_being_the_only_one(index: Index, needs: list[dict[str, Any]]) -> None:
    """In a corpus of one text all its words are in every text, and no other word is in any."""
    for need in needs:
        alone = index_of([comparable(need["id"], need["title"], need["text"])])
        others = [other for other in needs if other is not need]

        assert [each.id for other in others for each in alike(other["title"], other["text"], alone)] == []
        assert alike(need["title"], need["text"], alone)[0].score > 0.9


def test_a_corpus_of_nothing_but_likes_still_finds_them_alike() -> None:
    cells = "一二三四五六七"
    index = index_of(
        comparable(f"n{count}", "吸附剂用半年就吸不动锂了", f"盐湖老卤提锂车间，吸附柱{count}台。容量年衰减不超过 5%")
        for count in cells
    )

    found = alike("吸附剂用了半年就吸不动锂", "盐湖老卤提锂车间，吸附柱八台。容量年衰减不超过 6%", index)

    assert [each.likeness for each in found] == [Likeness.VERY] * len(cells)


def test_different_needs_are_not_very_much_alike(index: Index, needs: list[dict[str, Any]]) -> None:
    found = [
        each
        for need in needs
        for each in alike(need["title"], need["text"], index, excluded=[need["id"]])
        if each.likeness is Likeness.VERY
    ]

    assert found == []


@pytest.mark.needs_data
def test_of_real_needs_the_twins_are_very_much_alike_and_hardly_any_others(shared_data: Path) -> None:
    lines = (shared_data / "bdci_train" / "queries.jsonl").read_text("utf-8").splitlines()
    needs = [json.loads(line) for line in lines]
    index = index_of(comparable(need["id"], need["title"], need["text"]) for need in needs)
    twins = {need["id"] for need in needs if [other["title"] for other in needs].count(need["title"]) > 1}

    nearest = {need["id"]: alike(need["title"], need["text"], index, excluded=[need["id"]])[:1] for need in needs}

    very = {need_id for need_id, found in nearest.items() if found and found[0].likeness is Likeness.VERY}
    # Beside the twins: two pairs, each written by one enterprise about two products.
    assert twins <= very
    assert len(very - twins) <= 4


@given(st.text(max_size=60), st.text(max_size=120), st.lists(st.text(max_size=40), max_size=4))
def test_any_text_can_be_compared_and_scores_stay_between_nothing_and_one(
    title: str, text: str, others: list[str]
) -> None:
    index = index_of(comparable(f"d{number}", other, other) for number, other in enumerate(others))

    found = alike(title, text, index)

    assert all(0.0 <= each.score <= 1.0 for each in found)
    assert found == sorted(found, key=lambda each: (-each.score, each.id))


def test_an_index_that_was_changed_equals_one_built_at_once(needs: list[dict[str, Any]]) -> None:
    documents = [comparable(need["id"], need["title"], need["text"]) for need in needs]
    changed = Document(documents[3].id, "text", documents[3].title, "另一段话，讲的是光伏板积灰")
    wanted = [*documents[:3], changed, *documents[4:9]]

    stepwise = index_of(wanted, previous=index_of(documents))

    assert alike("光伏板积灰", "大风之后光伏板积灰", stepwise) == alike(
        "光伏板积灰", "大风之后光伏板积灰", index_of(wanted)
    )
