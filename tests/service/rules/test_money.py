from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.money import (
    MAX_FEN,
    Amount,
    Budget,
    BudgetCheck,
    budget_error,
    budget_of,
    exact_wan,
    exact_yuan,
    format_budget,
    format_wan,
    format_yuan,
    parse_budget,
    parse_wan,
    parse_yuan,
)

amounts = st.integers(0, MAX_FEN)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.5", 12_500_000),
        ("0", 0),
        (".5", 500_000),
        ("１２．５", 12_500_000),
        ("1,200", 1_200_000_000),
        ("１，２００万元", 1_200_000_000),
        (" 50 万 ", 50_000_000),
        ("¥50万元", 50_000_000),
        ("0.000001", 1),
        ("10000000", MAX_FEN),
    ],
)
def test_wan_becomes_whole_fen(text: str, fen: int) -> None:
    assert parse_wan(text) == Amount(fen)


@pytest.mark.parametrize(("text", "fen"), [("125000.50", 12_500_050), ("1,000元", 100_000), ("0.01", 1)])
def test_yuan_becomes_whole_fen(text: str, fen: int) -> None:
    assert parse_yuan(text) == Amount(fen)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "请填写金额，单位万元。"),
        ("五十", "金额“五十”看不懂；请只填数字，如 12.5，单位万元。"),
        ("-5", "金额“-5”看不懂；请只填数字，如 12.5，单位万元。"),
        ("1e5", "金额“1e5”看不懂；请只填数字，如 12.5，单位万元。"),
        ("nan", "金额“nan”看不懂；请只填数字，如 12.5，单位万元。"),
        ("12,00", "金额“12,00”看不懂；请只填数字，如 12.5，单位万元。"),
        ("500000元", "这里的单位是万元，填的却是“500000元”；请换算成万元后再填。"),
        ("10000000.01", "金额太大（最多 10000000.00万元）；请核对单位是不是万元。"),
        ("0.0000001", "金额最多精确到分；“0.0000001”的小数位太多，请四舍五入后再填。"),
    ],
)
def test_an_amount_that_cannot_be_used_says_why(text: str, error: str) -> None:
    assert parse_wan(text) == Amount(0, error)


def test_wan_in_a_field_for_yuan_is_refused() -> None:
    assert parse_yuan("50万元").error == "这里的单位是元，填的却是“50万元”；请换算成元后再填。"


@given(amounts)
def test_what_a_form_shows_is_read_back_as_the_same_amount(fen: int) -> None:
    assert (parse_wan(exact_wan(fen)), parse_yuan(exact_yuan(fen))) == (Amount(fen), Amount(fen))


@given(amounts)
def test_what_people_read_differs_by_less_than_a_hundred_yuan(fen: int) -> None:
    shown = parse_wan(format_wan(fen)).fen if fen <= MAX_FEN - 10_000 else fen

    assert abs(shown - fen) <= 5_000
    assert parse_yuan(format_yuan(fen)) == Amount(fen)


def test_amounts_are_shown_with_two_decimals_rounded_half_up() -> None:
    shown = [format_wan(fen) for fen in (12_500_000, 5_000, 4_999, 0)]

    assert shown == ["12.50万元", "0.01万元", "0.00万元", "0.00万元"]
    assert (format_yuan(12_500_050), exact_wan(12_500_000), exact_wan(100_000_000)) == ("125000.50元", "12.5", "100")


@pytest.mark.parametrize(
    ("text", "budget", "shown"),
    [
        ("面议", Budget(negotiable=True), "面议"),
        ("50", Budget(50_000_000, 50_000_000), "50.00万元"),
        ("50万元", Budget(50_000_000, 50_000_000), "50.00万元"),
        ("10-20", Budget(10_000_000, 20_000_000), "10.00—20.00万元"),
        ("10万元～20万元", Budget(10_000_000, 20_000_000), "10.00—20.00万元"),
        ("10 至 20 万元", Budget(10_000_000, 20_000_000), "10.00—20.00万元"),
        ("50万元以内", Budget(None, 50_000_000), "不超过 50.00万元"),
        ("不超过50万元", Budget(None, 50_000_000), "不超过 50.00万元"),
        ("不低于30", Budget(30_000_000, None), "不低于 30.00万元"),
        ("30万元以上", Budget(30_000_000, None), "不低于 30.00万元"),
        ("10—20万元（可面议）", Budget(10_000_000, 20_000_000, True), "10.00—20.00万元（可面议）"),
        ("50万元，面议", Budget(50_000_000, 50_000_000, True), "50.00万元（可面议）"),
    ],
)
def test_a_budget_is_an_amount_a_range_or_open(text: str, budget: Budget, shown: str) -> None:
    check = parse_budget(text)

    assert check == BudgetCheck(budget)
    assert format_budget(budget) == shown


@pytest.mark.parametrize(
    ("low", "high", "negotiable", "budget"),
    [
        ("10", "20", False, Budget(10_000_000, 20_000_000)),
        ("", "20", False, Budget(None, 20_000_000)),
        ("10", " ", True, Budget(10_000_000, None, True)),
        ("", "", True, Budget(negotiable=True)),
    ],
)
def test_a_form_may_leave_either_end_open(low: str, high: str, negotiable: bool, budget: Budget) -> None:
    assert budget_of(low, high, negotiable=negotiable) == BudgetCheck(budget)


@pytest.mark.parametrize(
    ("low", "high", "error"),
    [
        ("", "", "请填写预算金额；暂时定不下来的，请选“面议”。"),
        ("30", "20", "预算下限（30.00万元）高于上限（20.00万元）；请对调或改正。"),
        ("", "0", "预算上限不能是 0；没有预算或暂不公开的，请选“面议”。"),
        ("十", "20", "金额“十”看不懂；请只填数字，如 12.5，单位万元。"),
    ],
)
def test_an_impossible_budget_says_why(low: str, high: str, error: str) -> None:
    assert budget_of(low, high) == BudgetCheck(None, error)


def test_a_budget_outside_what_can_be_stored_is_refused() -> None:
    expected = "预算应在 0 到 10000000.00万元之间；请核对单位。"

    assert [budget_error(Budget(low, None)) for low in (-1, MAX_FEN + 1)] == [expected, expected]


@given(st.text(max_size=30) | st.text("0123456789.-至万元面议以内上（），", max_size=20))
def test_a_cell_of_a_table_is_read_or_refused_but_never_both(text: str) -> None:
    check = parse_budget(text)

    assert (check.budget is None) is (check.error is not None)
    assert check.budget is None or budget_error(check.budget) is None


@given(st.builds(Budget, st.none() | amounts, st.none() | amounts, st.booleans()))
def test_a_valid_budget_survives_being_shown_in_a_form(budget: Budget) -> None:
    low, high = ("" if fen is None else exact_wan(fen) for fen in (budget.low_fen, budget.high_fen))
    error = budget_error(budget)

    assert budget_of(low, high, negotiable=budget.negotiable) == BudgetCheck(None if error else budget, error)
