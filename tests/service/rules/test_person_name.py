from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.characters import INVISIBLE
from service.rules.person_name import PersonNameCheck, check_person_name, normalise_person_name


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "欧阳小明",
        "才旦卓玛",
        "买买提·艾力",
        "阿卜杜拉·阿卜杜热合曼·麦麦提敏",
        "John Smith",
        "J. O'Brien-Müller",
        "བསོད་ནམས",
        "王〇",
        "李𬭊",
        "王\U00031350",  # Extension H, newer than Python's tables
        "王芳（小）",
        "张" * 50,
    ],
)
def test_names_of_every_people_are_accepted_as_written(name: str) -> None:
    assert check_person_name(name) == PersonNameCheck(name)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  张三　", "张三"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("买买提 · 艾力", "买买提·艾力"),
        ("John   Smith", "John Smith"),
        ("Mu\u0308ller", "Müller"),
    ],
)
def test_a_name_has_one_form(typed: str, stored: str) -> None:
    assert check_person_name(typed) == PersonNameCheck(stored)


@pytest.mark.parametrize("hidden", [*sorted(INVISIBLE)[::97], *"\u202e\u2066\u200b\u200d\u3164\U000e0041"])
def test_a_name_with_an_invisible_or_turning_character_is_refused(hidden: str) -> None:
    assert check_person_name(f"张{hidden}三").error == (
        f"姓名里有看不见或无法通用显示的字符（U+{ord(hidden):04X}），多半是粘贴带来的；请删去后手工输入姓名。"
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "请填写姓名。"),
        (" \u3000", "请填写姓名。"),
        ("张", "姓名应为 2—50 个字，现在是 1 个；请填写完整姓名。"),
        ("张" * 51, "姓名应为 2—50 个字，现在是 51 个；请填写完整姓名。"),
        (
            "张\x00三",
            "姓名里有看不见或无法通用显示的字符（U+0000），多半是粘贴带来的；请删去后手工输入姓名。",
        ),
        (
            "张\n三",
            "姓名里有看不见或无法通用显示的字符（U+000A），多半是粘贴带来的；请删去后手工输入姓名。",
        ),
        (
            "张\ue000",
            "姓名里有看不见或无法通用显示的字符（U+E000），多半是粘贴带来的；请删去后手工输入姓名。",
        ),
        (
            "张\ud800",
            "姓名里有看不见或无法通用显示的字符（U+D800），多半是粘贴带来的；请删去后手工输入姓名。",
        ),
        ("<b>张三</b>", "姓名里不能有“<”；请只填姓名，少数民族和外文姓名可用“·”或空格分隔。"),
        ("张三1", "姓名里不能有“1”；请只填姓名，少数民族和外文姓名可用“·”或空格分隔。"),
        ("张三★", "姓名里不能有“★”；请只填姓名，少数民族和外文姓名可用“·”或空格分隔。"),
        ("·张三", "“·”等分隔号要放在名字的两部分之间；请去掉开头、结尾或重复的分隔号。"),
        ("张三·", "“·”等分隔号要放在名字的两部分之间；请去掉开头、结尾或重复的分隔号。"),
        ("买买提··艾力", "“·”等分隔号要放在名字的两部分之间；请去掉开头、结尾或重复的分隔号。"),
    ],
)
def test_a_refused_name_says_why(name: str, error: str) -> None:
    assert check_person_name(name).error == error


@given(st.text(st.characters(codec=None), max_size=60))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_person_name(text)

    assert normalise_person_name(once) == once
