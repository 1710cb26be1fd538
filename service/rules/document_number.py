"""文号 such as 科协发〔2026〕12号: an office, the year in six-angle brackets, a number without zeros."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.rules.characters import half_width, without_blanks

_FORM = re.compile(r"[\u4e00-\u9fff]{2,20}〔(?:19|20)[0-9]{2}〕[1-9][0-9]{0,4}号")
# What people type because the right brackets are on no keyboard.
_BRACKETS = str.maketrans(dict.fromkeys("[【〖(﹝", "〔") | dict.fromkeys("]】〗)﹞", "〕"))
_ERROR = "文号格式不对。请写成“科协发〔2026〕12号”：机关代字、六角括号里四位年份、不补零的序号。"


@dataclass(frozen=True)
class DocumentNumberCheck:
    """number: normalised, as it is stored. error: refuse."""

    number: str
    error: str | None = None


def check_document_number(text: str) -> DocumentNumberCheck:
    """Other brackets, full-width digits and blanks are put right; everything else is refused."""
    number = without_blanks(half_width(text)).translate(_BRACKETS)
    return DocumentNumberCheck(number, None if _FORM.fullmatch(number) else _ERROR)
