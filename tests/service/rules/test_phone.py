from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.phone import PhoneCheck, check_mobile, check_phone, normalise_phone


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("１３８００００１２３４", "13800001234"),
        ("+86 138 0000 1234", "13800001234"),
        ("+86-13800001234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("\u200b19900001234", "19900001234"),
    ],
)
def test_a_mobile_number_has_one_form(typed: str, stored: str) -> None:
    assert check_phone(typed) == PhoneCheck(stored, "mobile")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0971-1234567", "0971-1234567"),
        ("09711234567", "0971-1234567"),
        ("（0971）1234567", "0971-1234567"),
        ("0971—1234567", "0971-1234567"),
        ("0971-1234567-801", "0971-1234567-801"),
        ("0971-1234567转801", "0971-1234567-801"),
        ("01012345678", "010-12345678"),
        ("021-12345678", "021-12345678"),
        ("+86 0971 1234567", "0971-1234567"),
    ],
)
def test_a_landline_has_one_form(typed: str, stored: str) -> None:
    assert check_phone(typed) == PhoneCheck(stored, "landline")


@pytest.mark.parametrize(
    "typed", ["1380000123", "138000012345", "12800001234", "1234567", "0971-123456", "0971-1234567-1234567", "张三"]
)
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    assert check_phone(typed) == PhoneCheck(
        typed, None, "电话格式不对。请填 11 位手机号（如 13800001234），或带区号的固定电话（如 0971-1234567）。"
    )


def test_an_empty_phone_is_asked_for() -> None:
    assert check_phone(" ").error == "请填写电话：11 位手机号，或带区号的固定电话。"


def test_where_a_mobile_number_is_needed_a_landline_is_refused() -> None:
    assert check_mobile("13800001234") == PhoneCheck("13800001234", "mobile")
    assert check_mobile("0971-1234567").error == "这里要填手机号：11 位数字，以 13—19 开头。"


@given(st.text("0123456789+-（） 转８a", max_size=20))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_phone(text)

    assert check_phone(once) == check_phone(text)
