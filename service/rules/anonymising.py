"""Taking one person's name, numbers and addresses out of what people wrote, and leaving the rest as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.rules.phone import is_mobile

NAME, NUMBER, ADDRESS = "已注销用户", "（号码已删除）", "（邮箱已删除）"

_GAP = r"[\s-]?"
_HAN = r"[\u3400-\u9fff]"
# A name that is also a word (高原, 金山) is taken out where it stands alone, and beside one of these.
_BEFORE = "联系人|委托人|经办人|负责人|姓名|专家"
_AFTER = "老师|教授|研究员|工程师|专家|主任|院士|博士|先生|女士|同志|经理|处长|科长|书记|所长|院长"


@dataclass(frozen=True)
class Traces:
    """What one person can be recognised by; phones as stored, without blanks.

    ambiguous: names that also mean something else, or may be the beginning of somebody else's.
    """

    names: tuple[str, ...]
    phones: tuple[str, ...]
    mails: tuple[str, ...]
    ambiguous: frozenset[str] = frozenset()


def may_be_a_word(name: str) -> bool:
    """Two Han characters; longer names hardly ever occur by chance."""
    return re.fullmatch(_HAN + "{2}", name) is not None


def without_person(text: str, traces: Traces, *, is_theirs: bool) -> str:
    """is_theirs: the text belongs to a case of this person. Elsewhere only what nobody else can have is taken out:
    the same name may be somebody else's, the same landline that of an office."""
    for mail in traces.mails:
        text = re.sub(_address(mail), ADDRESS, text, flags=re.IGNORECASE)
    for phone in traces.phones:
        if is_theirs or is_mobile(phone):
            text = re.sub(_number(phone), NUMBER, text)
    for name in traces.names if is_theirs else ():
        text = re.sub(_called(name, is_ambiguous=name in traces.ambiguous), NAME, text)
    return text


def _address(mail: str) -> str:
    # Not \w: a Han character may stand right beside an address.
    return rf"(?<![A-Za-z0-9_.+-]){re.escape(mail)}(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"


def _number(phone: str) -> str:
    """However its digits are grouped, with or without the country code."""
    digits = [char for char in phone if char.isdigit()]
    country = r"(?:\+?86[\s-]?)?" if is_mobile(phone) else ""
    return rf"(?<!\d){country}{_GAP.join(digits)}(?!\d)"


def _called(name: str, *, is_ambiguous: bool) -> str:
    said = re.escape(name)
    if not is_ambiguous:
        before, after = ("(?<![A-Za-z])" * name[0].isascii(), "(?![A-Za-z])" * name[-1].isascii())
        return f"{before}{said}{after}"
    return rf"(?<!{_HAN}){said}(?!{_HAN})|{said}(?={_AFTER})|{_preceded(said)}"


def _preceded(said: str) -> str:
    # A look-behind must have one length, so there is one for each word.
    return "|".join(rf"(?<={word}){said}(?!{_HAN})" for word in _BEFORE.split("|"))
