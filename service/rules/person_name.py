"""Names of people: 2 to 50 characters in any script, · allowed; never limited to a few Han characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from service.rules.characters import INVISIBLE, named, showable

MIN_CHARS = 2
MAX_CHARS = 50
DOT = "·"

# What keyboards and old systems put between the parts of a Tibetan, Mongolian, Uyghur or foreign name.
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．●᛫‣", DOT))
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"))
# ་ (tsheg) stands between the syllables of Tibetan.
_JOINS = frozenset(f"{DOT} -'’.་")


@dataclass(frozen=True)
class PersonNameCheck:
    """name: as stored, NFC, one kind of dot, single blanks."""

    name: str
    error: str | None = None


def normalise_person_name(text: str) -> str:
    """NFC, every middle dot as ·, no blank around it, runs of blanks as one."""
    name = unicodedata.normalize("NFC", text).translate(_DOTS)
    name = re.sub(r"[ \u00a0\u3000]+", " ", name).strip(" ")
    return re.sub(r" ?· ?", DOT, name)


def check_person_name(text: str) -> PersonNameCheck:
    name = normalise_person_name(text)
    return PersonNameCheck(showable(name), _wrong(name))


def _is_letter(char: str) -> bool:
    """Letters of any script, their marks, 〇, and rare Han characters that are newer than Python's tables."""
    if char in INVISIBLE:
        return False
    return unicodedata.category(char)[0] in "LM" or char == "〇" or "\U00020000" <= char <= "\U0003fffd"


def _wrong(name: str) -> str | None:
    if not name:
        return "请填写姓名。"
    for char in name:
        if _is_letter(char) or char in _JOINS or char in "()（）":
            continue
        if char in INVISIBLE or unicodedata.category(char) in _UNSEEN:
            return f"姓名里有看不见或无法通用显示的字符（{named(char)}），多半是粘贴带来的；请删去后手工输入姓名。"
        return f"姓名里不能有{named(char)}；请只填姓名，少数民族和外文姓名可用“·”或空格分隔。"
    if len(name) < MIN_CHARS or len(name) > MAX_CHARS:
        return f"姓名应为 {MIN_CHARS}—{MAX_CHARS} 个字，现在是 {len(name)} 个；请填写完整姓名。"
    if not _is_letter(name[0]) or re.search(r"··|·$", name):
        return "“·”等分隔号要放在名字的两部分之间；请去掉开头、结尾或重复的分隔号。"
    return None
