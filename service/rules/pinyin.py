"""How names are said, so that lists stand in the order of 拼音 and a name is found by its letters.

pypinyin reads a surname like any other word: what is said otherwise in a name stands below (general usage of
surnames). Code points are no order for people: 丁 would stand before 安.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

# Between syllables: before every letter, in whatever order a database compares, so that 方安 stands before 方干.
SEPARATOR = "0"
_SAID = re.compile("[a-z0-9]+")
_COMPOUND_SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "单于": "chan yu",
    "澹台": "tan tai",
    "亓官": "qi guan",
}
_SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "解": "xie",
    "朴": "piao",
    "盖": "ge",
    "覃": "qin",
    "翟": "zhai",
    "种": "chong",
    "乐": "yue",
    "缪": "miao",
    "员": "yun",
    "祭": "zhai",
    "秘": "bi",
    "折": "she",
    "黑": "he",
    "能": "nai",
    "洗": "xian",
    "句": "gou",
    "都": "du",
    "繁": "po",
    "牟": "mu",
    "藏": "zang",
    "薄": "bo",
    "召": "shao",
    "隗": "wei",
    "么": "yao",
    "卜": "bu",
}


class Spelling(NamedTuple):
    """pinyin: syllables with SEPARATOR between; initials: their first letters. Letters are small, without tones."""

    pinyin: str
    initials: str


@lru_cache(maxsize=4096)
def of_person(name: str) -> Spelling:
    for surnames, length in ((_COMPOUND_SURNAMES, 2), (_SURNAMES, 1)):
        said = surnames.get(name[:length])
        if said is not None:
            return _spelling([*said.split(), *_read(name[length:])])
    return of_name(name)


@lru_cache(maxsize=4096)
def of_name(name: str) -> Spelling:
    """Of an organisation or a team."""
    return _spelling(_read(name))


def letters(search: str) -> str:
    """What was typed to find a name by its letters; "" if these are no letters."""
    typed = re.sub(r"[\s'’·.-]", "", search).lower()
    return typed.replace(SEPARATOR, "") if re.fullmatch("[a-z0-9]*[a-z][a-z0-9]*", typed) else ""


def _read(words: str) -> list[str]:
    # Its dictionaries take half a second and 50 MB: for whoever writes names, not for every start.
    from pypinyin import lazy_pinyin

    found: list[str] = lazy_pinyin(words)
    return found


def _spelling(syllables: list[str]) -> Spelling:
    said = [part.replace(SEPARATOR, "") for each in syllables for part in _SAID.findall(each.lower())]
    return Spelling(SEPARATOR.join(filter(None, said)), "".join(each[0] for each in said if each))
