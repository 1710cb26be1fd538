from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.document_number import DocumentNumberCheck, check_document_number


@pytest.mark.parametrize(
    "typed",
    [
        "青科协发〔2026〕12号",
        "青科协发[2026]12号",
        "青科协发［2026］12号",
        "青科协发（2026）12号",
        "青科协发【2026】１２号",
        " 青科协发 〔2026〕 12 号 ",
        "青科协发﹝2026﹞12号",
    ],
)
def test_a_document_number_has_one_form(typed: str) -> None:
    assert check_document_number(typed) == DocumentNumberCheck("青科协发〔2026〕12号")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "青科协发〔2026〕012号",
        "青科协发〔26〕12号",
        "青科协发2026第12号",
        "青科协发〔2026〕0号",
        "青科协发〔2026〕12",
        "发〔2026〕12号",
        "QKX〔2026〕12号",
        "青科协发〔2026〕12号附件",
        "青科协发〔2026〕1234567号",
        "青科协发〕2026〔12号",
    ],
)
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    assert check_document_number(typed).error == (
        "文号格式不对。请写成“科协发〔2026〕12号”：机关代字、六角括号里四位年份、不补零的序号。"
    )


@given(st.text(max_size=60))
def test_what_is_stored_is_accepted_again_unchanged(typed: str) -> None:
    found = check_document_number(typed)

    if found.error is None:
        assert check_document_number(found.number) == found
        assert len(found.number) <= 40


@given(st.integers(1900, 2099), st.integers(1, 99_999))
def test_every_year_and_number_is_accepted(year: int, number: int) -> None:
    text = f"青科协发〔{year}〕{number}号"

    assert check_document_number(text) == DocumentNumberCheck(text)
