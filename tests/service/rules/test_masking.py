from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.masking import mask_mail, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小某", "张*某"),
        ("欧阳小明", "欧**明"),
        ("才旦卓吉", "才**吉"),
        ("才·卓吉", "才**吉"),
        ("买买提·艾力", "买****力"),
        ("张", "*"),
        ("", ""),
        (" 张三 ", "张*"),
        ("e\u0301a", "é*"),
    ],
)
def test_of_a_name_only_the_ends_are_shown(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812341234", "138****1234"),
        ("138 1234 1234", "138****1234"),
        ("0971-1234678", "0971-****678"),
        ("09711234678", "0971-****678"),
        ("010-12345678", "010-*****678"),
        ("0971-1234678-801", "0971-****678"),
        ("12345", "****"),
        ("见名片", "****"),
        ("", ""),
    ],
)
def test_of_a_phone_number_the_middle_is_hidden(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("wang@example.cn", "w***@example.cn"),
        ("w@example.cn", "w***@example.cn"),
        ("a@b@example.cn", "a***@example.cn"),
        ("wang", "****"),
        ("@example.cn", "****"),
        ("wang@", "****"),
        ("", ""),
    ],
)
def test_of_a_mail_address_the_first_letter_and_the_domain_are_shown(address: str, masked: str) -> None:
    assert mask_mail(address) == masked


@given(st.text(st.characters(codec=None), max_size=60))
def test_a_mask_never_fails_and_never_shows_the_whole(text: str) -> None:
    masked = (mask_name(text), mask_phone(text), mask_mail(text))

    assert all(not shown or "*" in shown for shown in masked)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_four_digits_of_a_mobile_number_are_always_hidden(phone: str) -> None:
    assert mask_phone(phone) == phone[:3] + "****" + phone[7:]
