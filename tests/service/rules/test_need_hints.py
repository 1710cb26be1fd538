"""What a need still lacks, told from its wording; good needs are left in peace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.need_hints import Hint, HintCode, need_hints

TITLE = "吸附剂用半年就吸不动锂了"
SCENE = "盐湖老卤提锂车间，八台吸附柱"
SITUATION = "运行六个月后容量从每克 8 毫克掉到 5 毫克，每年换料停产二十天。"
TARGETS = "容量年衰减不超过 5%"

TARGETS_AND_HINTS = [
    ("容量年衰减不超过 5%", []),
    ("收率提高到 95% 以上", []),
    ("年衰减 ≤5%", []),
    ("黑果率由 35% 降到 10%", []),
    ("把停产时间缩短到三天以内", []),
    ("产量提高三成", []),
    ("黑果率降一半", []),
    ("水分 12%～14%", []),
    ("含水率 13.5±0.5%", []),
    ("产量翻倍", []),
    ("零点一兆帕以下", []),
    ("每亩增收二百元以上", []),
    ("2027 年 6 月底前完成", []),
    ("磁性异物现在 600 ppb，要求 300 以下", []),
    ("满足 GB/T 1266-2006 的要求", []),
    ("进一步优化工艺，成本下降 20% 以上", []),
    ("尽量不停产，检修不超过 2 天", []),
    ("尽快解决", [HintCode.VAGUE]),
    ("大幅降低能耗", [HintCode.VAGUE]),
    ("显著提高收率", [HintCode.VAGUE]),
    ("达到国际先进水平", [HintCode.VAGUE]),
    ("尽可能少用淡水。氯离子不高于 0.3%", [HintCode.VAGUE]),
    ("冬天泡沫也能立得住", [HintCode.NO_NUMBER]),
    ("要一个管用的办法", [HintCode.NO_NUMBER]),
    ("少停几次", [HintCode.NO_NUMBER]),
    ("收率 95%", [HintCode.NO_COMPARATOR]),
    ("每次间隔 30 天", [HintCode.NO_COMPARATOR]),
    ("出口温度达到 80", [HintCode.NO_UNIT]),
    ("控制在 300 以下，越低越好", [HintCode.NO_UNIT]),
    ("容量 8", [HintCode.NO_COMPARATOR, HintCode.NO_UNIT]),
    ("", [HintCode.NO_NUMBER]),
]


def hints(**changes: str) -> list[Hint]:
    written = {"title": TITLE, "scene": SCENE, "situation": SITUATION, "targets": TARGETS} | changes
    return need_hints(**written)  # type: ignore[arg-type]


@pytest.mark.parametrize(("targets", "expected"), TARGETS_AND_HINTS, ids=[row[0] for row in TARGETS_AND_HINTS])
def test_targets_are_asked_for_numbers_comparisons_and_units(targets: str, expected: list[HintCode]) -> None:
    assert [hint.code for hint in hints(targets=targets)] == expected


@pytest.mark.parametrize(
    ("title", "is_slogan"),
    [
        ("打造一流提锂示范基地", True),
        ("推进盐湖产业高质量发展", True),
        ("枸杞烘干关键技术研究", True),
        ("技术需求", True),
        ("如何加快卤水蒸发", False),
        ("换热管半个月堵死、一年烂穿", False),
        ("冷水鱼三伏天成片死", False),
        ("风机叶片防冰", False),
        ("推进剂储罐焊缝开裂", False),
    ],
)
def test_a_title_that_is_a_slogan_is_told_apart_from_a_problem(title: str, is_slogan: bool) -> None:
    assert [hint.code for hint in hints(title=title)] == [HintCode.SLOGAN] * is_slogan


@pytest.mark.parametrize(
    ("situation", "parts"),
    [
        (
            "一是吸附剂衰减快；二是膜三个月通量掉三成；三是母液回收不了。",
            ("吸附剂衰减快", "膜三个月通量掉三成", "母液回收不了"),
        ),
        (
            "1、塔压一个月涨 0.1 MPa。\n2、放空水发浑。\n3、旧料没法再生",
            ("塔压一个月涨 0.1 MPa", "放空水发浑", "旧料没法再生"),
        ),
        (
            "吸附剂用半年就不行。另外我们的膜也经常堵，三个月掉三成。",
            ("吸附剂用半年就不行", "我们的膜也经常堵，三个月掉三成"),
        ),
        ("吸附剂用半年就不行，容量掉到 5 毫克。厂家说是正常损耗。", ()),
        ("2026 年产 1.5 吨，2.5 吨没卖掉；一定要查清。", ()),
    ],
)
def test_several_problems_in_one_need_become_suggested_sub_problems(situation: str, parts: tuple[str, ...]) -> None:
    found = hints(situation=situation)

    assert [hint.parts for hint in found] == ([parts] if parts else [])
    assert need_hints(title=TITLE, scene=SCENE, situation=situation, targets=TARGETS, sub_problems=2) == []


def test_an_example_starts_from_the_owners_own_words() -> None:
    assert [(hint.field, hint.message, hint.example) for hint in hints(targets="大幅降低能耗", scene="")] == [
        (
            "scene",
            "还没有写清楚在哪里用。同一个毛病，设备、地点、季节不同，办法就不同。",
            "盐湖老卤提锂车间，八台吸附柱，海拔 2700 米，冬天厂房 5 ℃ 左右",
        ),
        (
            "targets",
            "“大幅”各人理解不同，到时候容易扯皮。请换成数字或日期。",
            "降低能耗：由现在的＿＿降到不高于＿＿，按＿＿（方法或仪器）测",
        ),
    ]


def test_nobody_is_scolded_for_what_is_not_written_yet() -> None:
    assert need_hints(title="", scene="", situation="", targets="") == []
    assert need_hints(title=TITLE, scene="", situation="", targets="") == []


pieces = st.text(max_size=30) | st.sampled_from(
    ["提高", "尽快", "5", "%", "，", "。", "1.", "一是", "①", "另外", "95%", "不超过", "由", "到", "\n", "打造", "一流"]
)
texts = st.lists(pieces, max_size=12).map("".join)


@given(texts, texts, texts, texts, st.integers(0, 3))
def test_hints_advise_on_any_text_and_quote_only_what_is_there(
    title: str, scene: str, situation: str, targets: str, named: int
) -> None:
    found = need_hints(title=title, scene=scene, situation=situation, targets=targets, sub_problems=named)

    assert len({hint.code for hint in found}) == len(found)
    assert {hint.field for hint in found} <= {"title", "scene", "situation", "targets"}
    for hint in found:
        assert hint.message
        assert hint.example
        assert bool(hint.parts) == (hint.code is HintCode.SEVERAL_PROBLEMS)
        assert all(part in {"situation": situation, "targets": targets}[hint.field] for part in hint.parts)


@given(texts)
def test_a_measurable_target_is_never_asked_for_a_number(before: str) -> None:
    found = hints(targets=f"{before}。容量年衰减不超过 5%")

    assert not {HintCode.NO_NUMBER, HintCode.NO_COMPARATOR, HintCode.NO_UNIT} & {hint.code for hint in found}
