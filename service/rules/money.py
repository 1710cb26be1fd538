"""Amounts of money: integer 分 in storage, 元 and 万元 for people; and a budget, which may be a range or 面议.

Nothing is ever a float. Sums are made in 分 and rounded only when shown (half up).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from service.rules.characters import half_width, without_blanks

FEN_PER_YUAN = 100
FEN_PER_WAN = 1_000_000
MAX_FEN = 10_000_000 * FEN_PER_WAN  # 一千亿元: far above any budget, far below what a 64-bit column holds

Unit = Literal["元", "万元"]

_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
_AMOUNT = re.compile(rf"[¥￥]?({_NUMBER})(?:人民币)?(万元|万|元)?(?:人民币)?")
_RANGE = re.compile(r"(.+?)(?:-|~|—+|–|至|到)(.+)")
_AT_MOST = re.compile(r"(?:不超过|不高于|最高|至多)(.+)|(.+?)(?:以内|以下)")
_AT_LEAST = re.compile(r"(?:不低于|不少于|最低|至少)(.+)|(.+?)(?:以上|起)")
_NEGOTIABLE = re.compile(r"[,;/，；、]?[(（]?(?:价格)?(?:面议|可面议|可议|可协商|双方协商|另议)[)）]?")


@dataclass(frozen=True)
class Amount:
    """fen: 0 when there is an error."""

    fen: int
    error: str | None = None


@dataclass(frozen=True)
class Budget:
    """low_fen, high_fen: both inclusive, None where open; negotiable alone is 面议, with amounts 可面议.

    One exact amount has low_fen == high_fen.
    """

    low_fen: int | None = None
    high_fen: int | None = None
    negotiable: bool = False


@dataclass(frozen=True)
class BudgetCheck:
    """budget: None when there is an error."""

    budget: Budget | None
    error: str | None = None


def parse_wan(text: str) -> Amount:
    """12.5 → 12 500 000 分; 万 or 万元 may follow. A text that says 元 is refused: ten thousand times is no detail."""
    return _parse(text, "万元", FEN_PER_WAN)


def parse_yuan(text: str) -> Amount:
    """125000.50 → 12 500 050 分; 元 may follow."""
    return _parse(text, "元", FEN_PER_YUAN)


def _parse(text: str, unit: Unit, fen_per_unit: int) -> Amount:
    plain = without_blanks(half_width(text)).replace("，", ",")
    if not plain:
        return Amount(0, f"请填写金额，单位{unit}。")
    shown, match = plain[:20], _AMOUNT.fullmatch(plain)
    if match is None:
        return Amount(0, f"金额“{shown}”看不懂；请只填数字，如 12.5，单位{unit}。")
    if match[2] and match[2][0] != unit[0]:
        return Amount(0, f"这里的单位是{unit}，填的却是“{shown}”；请换算成{unit}后再填。")
    fen = Decimal(match[1].replace(",", "")) * fen_per_unit
    if fen > MAX_FEN:
        return Amount(0, f"金额太大（最多 {format_wan(MAX_FEN)}）；请核对单位是不是{unit}。")
    if fen != fen.to_integral_value():
        return Amount(0, f"金额最多精确到分；“{shown}”的小数位太多，请四舍五入后再填。")
    return Amount(int(fen))


def exact_wan(fen: int) -> str:
    """12.5: every digit there is, no unit; what ``parse_wan`` reads back as the same amount. For a form to edit."""
    return _plain(Decimal(fen) / FEN_PER_WAN)


def exact_yuan(fen: int) -> str:
    return _plain(Decimal(fen) / FEN_PER_YUAN)


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_wan(fen: int) -> str:
    """12.50万元: two decimals, half up. For people and reports."""
    return f"{(Decimal(fen) / FEN_PER_WAN).quantize(Decimal('0.01'), ROUND_HALF_UP)}万元"


def format_yuan(fen: int) -> str:
    """125000.00元."""
    return f"{(Decimal(fen) / FEN_PER_YUAN).quantize(Decimal('0.01'))}元"


def budget_error(budget: Budget) -> str | None:
    """Why this cannot be a budget."""
    low, high = budget.low_fen, budget.high_fen
    if low is None and high is None:
        return None if budget.negotiable else "请填写预算金额；暂时定不下来的，请选“面议”。"
    if any(fen is not None and not 0 <= fen <= MAX_FEN for fen in (low, high)):
        return f"预算应在 0 到 {format_wan(MAX_FEN)}之间；请核对单位。"
    if high == 0:
        return "预算上限不能是 0；没有预算或暂不公开的，请选“面议”。"
    if low is not None and high is not None and low > high:
        return f"预算下限（{format_wan(low)}）高于上限（{format_wan(high)}）；请对调或改正。"
    return None


def budget_of(low_wan: str, high_wan: str, *, negotiable: bool = False) -> BudgetCheck:
    """From the two fields of a form, in 万元, either may be empty."""
    ends: list[int | None] = []
    for text in (low_wan, high_wan):
        amount = parse_wan(text) if text.strip() else None
        if amount and amount.error:
            return BudgetCheck(None, amount.error)
        ends.append(amount.fen if amount else None)
    return _checked(Budget(ends[0], ends[1], negotiable))


def parse_budget(text: str) -> BudgetCheck:
    """From one cell of an imported table, in 万元: 面议, 50, 50万元以内, 10-20, 不低于30, 10-20可面议."""
    plain = without_blanks(half_width(text))
    rest = _NEGOTIABLE.sub("", plain)
    negotiable = rest != plain
    if negotiable and not rest:
        return BudgetCheck(Budget(negotiable=True))
    if match := _AT_MOST.fullmatch(rest):
        return budget_of("", match[1] or match[2], negotiable=negotiable)
    if match := _AT_LEAST.fullmatch(rest):
        return budget_of(match[1] or match[2], "", negotiable=negotiable)
    if match := _RANGE.fullmatch(rest):
        return budget_of(match[1], match[2], negotiable=negotiable)
    return budget_of(rest, rest, negotiable=negotiable)


def _checked(budget: Budget) -> BudgetCheck:
    error = budget_error(budget)
    return BudgetCheck(None if error else budget, error)


def format_budget(budget: Budget) -> str:
    """面议, 50.00万元, 10.00—20.00万元, 不超过 50.00万元, 不低于 10.00万元; an amount may be followed by （可面议）."""
    low, high = budget.low_fen, budget.high_fen
    if low is not None and high is not None:
        text = format_wan(low) if low == high else f"{format_wan(low).removesuffix('万元')}—{format_wan(high)}"
    elif high is not None:
        text = f"不超过 {format_wan(high)}"
    elif low is not None:
        text = f"不低于 {format_wan(low)}"
    else:
        return "面议"
    return f"{text}（可面议）" if budget.negotiable else text
