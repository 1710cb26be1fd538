"""统一社会信用代码, the 18 characters of GB 32100-2015 that name an organisation.

1 registry, 2 kind, 3-8 region of the registry (digits), 9-17 organisation code of GB 11714 with its own check
character, 18 check character. A wrong 18th refuses; a wrong 17th only warns, because a few real codes from early
registrations have one. Every registry and kind is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.rules.characters import half_width, named, without_blanks

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
_LOOKALIKES = {"I": "数字 1", "O": "数字 0", "Z": "数字 2", "S": "数字 5"}


@dataclass(frozen=True)
class CreditCodeCheck:
    """code: normalised, as it is stored. error: refuse. warning: accept, and ask to look twice."""

    code: str
    error: str | None = None
    warning: str | None = None


def normalise_credit_code(text: str) -> str:
    """Half width, without blanks and invisible characters, ASCII letters in upper case."""
    return "".join(char.upper() if char.isascii() else char for char in without_blanks(half_width(text)))


def check_character(first17: str) -> str:
    """The 18th character for 17 characters of ALPHABET. Source: GB 32100-2015, 31 - (Σ mod 31), 0 when that is 31."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check_character(first8: str) -> str:
    """The 9th character of an organisation code. Source: GB 11714, where A is 10 … Z is 35, unlike in GB 32100."""
    total = sum(int(char, 36) * weight for char, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def check_credit_code(text: str) -> CreditCodeCheck:
    code = normalise_credit_code(text)
    error = _wrong(code)
    if error:
        return CreditCodeCheck(code, error)
    if organisation_check_character(code[8:16]) != code[16]:
        return CreditCodeCheck(code, warning=_WARNING)
    return CreditCodeCheck(code)


_WARNING = (
    "第 9—17 位（主体标识码）的内部校验不符。少数早年登记的真实代码也是这样，请对照营业执照或登记证书核对后再继续。"
)


def _wrong(code: str) -> str | None:
    """Why the code cannot be right. The right 18th is not told: the typing mistake is usually somewhere before it."""
    if not code:
        return "请填写统一社会信用代码：18 位，见营业执照或登记证书。"
    for place, char in enumerate(code[:LENGTH], 1):
        if char not in ALPHABET:
            hint = f"，请核对是不是{_LOOKALIKES[char]}" if char in _LOOKALIKES else "，请对照证照改正"
            return f"第 {place} 位的{named(char)}不会出现在统一社会信用代码里（不用 I、O、S、V、Z）{hint}。"
        if 3 <= place <= 8 and not char.isdigit():
            return f"第 {place} 位应是数字（第 3—8 位是登记机关的区划代码），现在是{named(char)}；请对照证照改正。"
    if len(code) != LENGTH:
        return f"统一社会信用代码是 18 位，现在是 {len(code)} 位；请对照证照核对是漏填还是多填。"
    if check_character(code[:17]) != code[17]:
        return "统一社会信用代码校验不通过，多半是其中一位填错了；请对照营业执照或登记证书逐位核对。"
    return None
