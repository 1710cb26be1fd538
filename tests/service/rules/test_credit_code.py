"""GB 32100-2015 with its worked examples, and the wrong ways of computing it that are found on the web."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service.rules.credit_code import (
    ALPHABET,
    CreditCodeCheck,
    check_character,
    check_credit_code,
    normalise_credit_code,
    organisation_check_character,
)

REAL = [
    "91350100M000100Y43",
    "91630000MADEM0011N",
    "51630000MJX000018D",
    "12630000740000014J",
    "91632801MADEM00117",
    "52630000MJY000028H",
    "93630121MADEM00113",
    "91520100MADEM00111",
]

digits = st.text("0123456789", min_size=6, max_size=6)
characters = st.sampled_from(ALPHABET)


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Codes with both check characters right, for any registry and kind."""
    body = draw(characters) + draw(characters) + draw(digits) + draw(st.text(ALPHABET, min_size=8, max_size=8))
    first17 = body + organisation_check_character(body[8:])
    return first17 + check_character(first17)


@pytest.mark.parametrize("code", REAL)
def test_a_right_code_is_accepted_without_a_word(code: str) -> None:
    assert check_credit_code(code) == CreditCodeCheck(code)


@given(codes())
def test_every_registry_and_kind_is_accepted(code: str) -> None:
    assert check_credit_code(code) == CreditCodeCheck(code)


@pytest.mark.parametrize("code", REAL)
def test_the_two_check_characters_are_those_of_the_standards(code: str) -> None:
    assert (check_character(code[:17]), organisation_check_character(code[8:16])) == (code[17], code[16])


@pytest.mark.parametrize(
    "typed",
    [
        "91630000madem0011n",
        " 9163 0000 MADEM0011N\n",
        "９１６３００００ＭＡＤＥＭ００１１Ｎ",
        "91630000\u200bMADEM0011N\ufeff",
        "91630000\u3000MADEM\u00a00011N",
    ],
)
def test_width_case_blanks_and_invisible_characters_do_not_matter(typed: str) -> None:
    assert check_credit_code(typed) == CreditCodeCheck("91630000MADEM0011N")


@given(st.text(st.characters(codec=None), max_size=30))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_credit_code(text)

    assert normalise_credit_code(once) == once


@given(codes(), st.integers(0, 17), characters)
def test_a_single_wrong_character_never_passes(code: str, place: int, other: str) -> None:
    assume(code[place] != other)

    assert check_credit_code(code[:place] + other + code[place + 1 :]).error is not None


@given(codes(), st.integers(0, 16))
def test_two_neighbours_that_changed_places_never_pass(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert check_credit_code(swapped).error is not None


def sum_mod_31(first17: str) -> str:
    """Of the web: forgets to subtract from 31."""
    return ALPHABET[sum(ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first17)) % 31]


def letters_in_a_row(first17: str) -> str:
    """Of the web: A is 10 … Z is 35, as in GB 11714."""
    return ALPHABET[-sum(int(char, 36) * pow(3, place, 31) for place, char in enumerate(first17)) % 31]


def modulo_11(first17: str) -> str:
    """Of the web: the rule of GB 11714 for the whole code."""
    return "0123456789X"[-sum(int(char, 36) * pow(3, place, 31) for place, char in enumerate(first17)) % 11]


@pytest.mark.parametrize("code", ["91350100M000100Y43", "51630000MJX000018D"])
@pytest.mark.parametrize("wrong", [sum_mod_31, letters_in_a_row, modulo_11])
def test_codes_of_the_wrong_algorithms_are_refused(code: str, wrong: object) -> None:
    assert callable(wrong)
    other = code[:17] + wrong(code[:17])

    assert check_credit_code(other).error is not None


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("", "请填写统一社会信用代码：18 位，见营业执照或登记证书。"),
        ("91630000MADEM0011", "统一社会信用代码是 18 位，现在是 17 位；请对照证照核对是漏填还是多填。"),
        ("91630000MADEM0011NN", "统一社会信用代码是 18 位，现在是 19 位；请对照证照核对是漏填还是多填。"),
        (
            "91350100M000100Y4Z",
            "第 18 位的“Z”不会出现在统一社会信用代码里（不用 I、O、S、V、Z），请核对是不是数字 2。",
        ),
        (
            "9163OOOOMADEM0011N",
            "第 5 位的“O”不会出现在统一社会信用代码里（不用 I、O、S、V、Z），请核对是不是数字 0。",
        ),
        (
            "91630000MADEM0011Ν",  # a Greek capital Nu
            "第 18 位的“Ν”不会出现在统一社会信用代码里（不用 I、O、S、V、Z），请对照证照改正。",
        ),
        (
            "9163000AMADEM0011N",
            "第 8 位应是数字（第 3—8 位是登记机关的区划代码），现在是“A”；请对照证照改正。",
        ),
        (
            "91630000MADEM0011P",
            "统一社会信用代码校验不通过，多半是其中一位填错了；请对照营业执照或登记证书逐位核对。",
        ),
    ],
)
def test_a_wrong_code_says_what_to_look_at(code: str, error: str) -> None:
    assert check_credit_code(code) == CreditCodeCheck(code, error)


@pytest.mark.parametrize("letter", "IOSVZ")
def test_the_five_letters_that_look_like_digits_are_refused_everywhere(letter: str) -> None:
    code = "91630000MADEM0011N"

    assert all(check_credit_code(code[:place] + letter + code[place + 1 :]).error for place in range(18))


def test_a_wrong_organisation_code_only_warns() -> None:
    first17 = "91630000MADEM0012"
    code = first17 + check_character(first17)

    check = check_credit_code(code)

    assert check == CreditCodeCheck(code, warning=check.warning)
    assert check.warning
    assert check.warning.startswith("第 9—17 位（主体标识码）的内部校验不符。少数早年登记的真实代码也是这样")
