"""Taking somebody out of a text, and nobody and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.anonymising import ADDRESS, NAME, NUMBER, Traces, without_person

DOLMA = Traces(("才让·多杰", "马明"), ("13809712234", "0971-8412345"), ("cairang@example.org",), frozenset({"马明"}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("请与才让·多杰联系", f"请与{NAME}联系"),
        ("电话 138 0971 2234，白天", f"电话 {NUMBER}，白天"),
        ("+86-138-0971-2234", NUMBER),
        ("8613809712234", NUMBER),
        ("0971 8412345 转 2", f"{NUMBER} 转 2"),
        ("写到 Cairang@Example.ORG。", f"写到 {ADDRESS}。"),
        ("邮箱cairang@example.org谢谢", f"邮箱{ADDRESS}谢谢"),
        ("马明", NAME),
        ("联系人：马明（白天）", f"联系人：{NAME}（白天）"),
        ("委托人马明，电话", f"委托人{NAME}，电话"),
        ("听马明老师说", f"听{NAME}老师说"),
        ("马明教授", f"{NAME}教授"),
        # Somebody else, or something else.
        ("马明明和马明华", "马明明和马明华"),
        ("罗马明珠", "罗马明珠"),
        ("编号 113809712234", "编号 113809712234"),
        ("xcairang@example.org", "xcairang@example.org"),
        ("cairang@example.org.cn 不是", "cairang@example.org.cn 不是"),
    ],
)
def test_the_person_goes_and_the_rest_stays(text: str, told: str) -> None:
    assert without_person(text, DOLMA, is_theirs=True) == told


def test_elsewhere_only_what_nobody_else_can_have_goes() -> None:
    text = "才让·多杰，13809712234，0971-8412345，cairang@example.org"

    assert without_person(text, DOLMA, is_theirs=False) == f"才让·多杰，{NUMBER}，0971-8412345，{ADDRESS}"


names = st.text("张王马明才让多杰·高原", min_size=2, max_size=6).filter(lambda name: "·" not in (name[0], name[-1]))


def test_a_name_that_is_no_word_goes_wherever_it_stands() -> None:
    traces = Traces(("马明",), (), ())

    assert without_person("已与马明通话，马明说可以", traces, is_theirs=True) == f"已与{NAME}通话，{NAME}说可以"


words = st.text("的在高原马，。 \n（）abc18", max_size=20)
mobiles = st.from_regex(r"1[3-9]\d{9}", fullmatch=True)


@given(words, names, mobiles, words)
def test_what_was_there_once_is_there_no_more(before: str, name: str, mobile: str, after: str) -> None:
    traces = Traces((name,), (mobile,), ("a.b@example.cn",))
    text = f"{before}{name}：{mobile}、a.b@example.cn；{after}"

    told = without_person(text, traces, is_theirs=True)

    assert name not in told
    assert mobile not in told
    assert "a.b@example.cn" not in told


@given(st.text(max_size=60), names, mobiles)
def test_a_text_without_the_person_stays_letter_for_letter(text: str, name: str, mobile: str) -> None:
    traces = Traces((name,), (mobile,), ("a.b@example.cn",))

    if name not in text and not any(char.isdigit() for char in text) and "@" not in text:
        assert without_person(text, traces, is_theirs=True) == text
