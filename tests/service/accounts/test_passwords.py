"""What may be a password, and how passwords are kept."""

from __future__ import annotations

import random
import string
import threading
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Busy, Invalid
from service.passwords import Cost, Keeper, common_passwords, keeper, kept_by, refuse_weak, weakness

CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)
PERSONAL = ("才仁卓玛", "cairen.zhuoma", "13897123456", "zhuoma_cr@example.cn")
GOOD = "九月的鸽子 bicycle 7 滤波"


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("k7Xp2mQz9", "至少要 10 个字符"),
        ("x7" * 101, "最多 200 个字符"),
        ("k7Xp2mQz9w\x00", "控制字符"),
        ("password123456", "很多人在用的词"),
        ("P@ssw0rd2026!", "很多人在用的词"),
        ("Kexie@2026#", "很多人在用的词"),
        ("科创揭榜台管理员2026", "很多人在用的词"),
        ("woaini5201314", "很多人在用的词"),
        ("Qq112233445566", "很多人在用的词"),
        ("zhangsan@163.com", "很多人在用的词"),
        ("aaaaaaaaaaaa", "重复"),
        ("k7Xk7Xk7Xk7X", "重复"),
        ("1qaz@WSX3edc", "键盘相邻"),
        ("2026-08-15!!!", "日期"),
        ("13800001234", "手机号"),
        ("才仁卓玛才仁卓玛!1", "您的姓名"),
        ("Zhuoma_13897123456", "手机号"),
        ("97123456cairen!", "手机号"),
    ],
)
def test_a_guessable_password_is_refused_with_its_reason(password: str, says: str) -> None:
    assert says in (weakness(password, PERSONAL) or "accepted")


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery staple", "k7Xp2mQz9w", "7395028461", "阿尼玛卿山下的雪豹与青稞"]
)
def test_a_password_needs_no_particular_kinds_of_characters(password: str) -> None:
    assert weakness(password, PERSONAL) is None


def test_the_refusal_names_the_field_and_not_the_password() -> None:
    with pytest.raises(Invalid) as refusal:
        refuse_weak("password123", (), field="new_password")

    assert refusal.value.field == "new_password"
    assert "password" not in refusal.value.message


@given(
    st.sampled_from(sorted(common_passwords())), st.sampled_from(["", "!", "123456", "2026", "!!!!", "888", "19900101"])
)
def test_no_common_password_becomes_acceptable_by_a_date_or_a_sign(word: str, tail: str) -> None:
    assert weakness((word + tail).ljust(10, "1"))
    assert weakness((tail + word.title()).rjust(10, "8"))


def test_random_passwords_are_accepted() -> None:
    dice = random.Random(20261122)
    alphabet = string.ascii_letters + string.digits

    passwords = ["".join(dice.choices(alphabet, k=14)) for _ in range(2_000)]

    assert [password for password in passwords if weakness(password, PERSONAL)] == []


def test_the_longest_password_is_judged_quickly() -> None:
    started = time.perf_counter()

    for password in ("ab" * 100, "abcdefghij" * 20, "19900101" * 25, "x1" + "qwertyuiop" * 19):
        weakness(password, PERSONAL)

    assert time.perf_counter() - started < 1


@given(st.text(max_size=250))
def test_every_text_gets_an_answer(password: str) -> None:
    answer = weakness(password, PERSONAL)

    assert answer is None or answer.startswith("密码")


def test_a_password_is_recognised_however_its_accents_were_typed() -> None:
    keeping = Keeper(CHEAP)

    stored = keeping.hash(unicodedata.normalize("NFD", "fenêtre ouverte"))

    assert keeping.verify(unicodedata.normalize("NFC", "fenêtre ouverte"), stored) == (True, None)
    assert keeping.verify("Fenêtre ouverte", stored) == (False, None)
    assert stored.startswith("$argon2id$")


def test_an_account_without_a_password_matches_none() -> None:
    assert Keeper(CHEAP).verify("", "") == (False, None)


def test_a_hash_is_renewed_once_the_cost_was_raised() -> None:
    stored = Keeper(CHEAP).hash(GOOD)
    dearer = Keeper(Cost(memory_kib=16, rounds=1, lanes=1))

    is_right, better = dearer.verify(GOOD, stored)

    assert is_right
    assert better is not None
    assert dearer.verify(GOOD, better) == (True, None)


def test_the_standard_cost_is_64_mib_three_rounds_four_lanes() -> None:
    assert Cost() == Cost(memory_kib=65_536, rounds=3, lanes=4)


def test_few_are_hashed_at_once_and_a_long_line_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    keeping = Keeper(CHEAP)
    going, most, may_end = 0, 0, threading.Event()
    lock, full = threading.Lock(), threading.Event()

    def slow(password: str) -> str:
        nonlocal going, most
        with lock:
            going += 1
            most = max(most, going)
        may_end.wait(20)
        with lock:
            going -= 1
        return password

    monkeypatch.setattr(keeping._method, "hash", slow)
    refused = []

    def one() -> None:
        try:
            keeping.hash(GOOD)
        except Busy as busy:
            refused.append(busy.message)
            full.set()

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    assert full.wait(20)
    may_end.set()
    for thread in threads:
        thread.join(20)

    assert most == 2
    assert refused == ["现在登录的人太多。请过几秒再试。"] * 2
    assert keeping.hash(GOOD) == GOOD


def test_another_keeper_can_stand_in_for_a_while() -> None:
    cheap, cheaper = Keeper(CHEAP), Keeper(CHEAP)

    with kept_by(cheap):
        with kept_by(cheaper):
            assert keeper() is cheaper
        assert keeper() is cheap
