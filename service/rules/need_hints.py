"""What would make a need easier to answer: hints while it is written. They advise and never refuse.

Pure and by wording alone; the person decides. Every hint comes with a sentence to start from, whose blanks (＿＿)
are theirs to fill.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from service.rules.need_words import (
    ARTICLES,
    COMPARATORS,
    ENUMERATION,
    FURTHER,
    NUMBER,
    SLOGANS,
    STANDARD,
    SYMPTOMS,
    UNIT_AFTER,
    VAGUE,
)

LEAST_SCENE_CHARS = 6
_LEAST_PART_CHARS, _MOST_PARTS, _SHOWN_CHARS = 4, 12, 40
_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")


class HintCode(StrEnum):
    NO_NUMBER = "no_number"
    NO_COMPARATOR = "no_comparator"
    NO_UNIT = "no_unit"
    VAGUE = "vague"
    NO_SCENE = "no_scene"
    SLOGAN = "slogan"
    SEVERAL_PROBLEMS = "several_problems"


@dataclass(frozen=True)
class Hint:
    """field: of the need it is about; message: what is missing and why it matters; example: a sentence to start from.

    parts: of SEVERAL_PROBLEMS, the sub-problems as the text names them.
    """

    code: HintCode
    field: str
    message: str
    example: str
    parts: tuple[str, ...] = ()


def need_hints(*, title: str, scene: str, situation: str, targets: str, sub_problems: int = 0) -> list[Hint]:
    """In the order of the form. Fields are judged once something is written; an empty form gets no hints.

    sub_problems: how many the owner has named already.
    """
    found: list[Hint | None] = [_title(title), _scene(scene, bool(situation.strip() or targets.strip()))]
    found += _targets(targets, bool(situation.strip()))
    found.append(_several(situation, targets) if sub_problems < 2 else None)
    return [hint for hint in found if hint is not None]


def _title(title: str) -> Hint | None:
    slogan = SLOGANS.search(title)
    if slogan is None or NUMBER.search(title) or SYMPTOMS.search(title):
        return None
    return Hint(
        HintCode.SLOGAN,
        "title",
        f"标题里的“{slogan[0]}”像口号，专家看不出要解决什么。请写：什么东西，出了什么毛病，或要达到什么。",
        "吸附剂用半年，容量从每克 8 毫克掉到 5 毫克",
    )


def _scene(scene: str, has_begun: bool) -> Hint | None:
    if len(scene.strip()) >= LEAST_SCENE_CHARS or not (has_begun or scene.strip()):
        return None
    return Hint(
        HintCode.NO_SCENE,
        "scene",
        "还没有写清楚在哪里用。同一个毛病，设备、地点、季节不同，办法就不同。",
        "盐湖老卤提锂车间，八台吸附柱，海拔 2700 米，冬天厂房 5 ℃ 左右",
    )


def _targets(targets: str, has_begun: bool) -> list[Hint | None]:
    if not targets.strip() and not has_begun:
        return []
    vague = _vague(targets)
    numbers = [found for found in NUMBER.finditer(targets) if found[0] not in ARTICLES]
    if not numbers:
        # The vague word's hint already asks for a number.
        return [vague or _no_number(targets)]
    return [vague, _no_comparator(targets), _no_unit(targets, numbers)]


def _no_number(targets: str) -> Hint:
    return Hint(
        HintCode.NO_NUMBER,
        "targets",
        "目标里没有数，做完以后说不清成没成。请写现在是多少、要到多少、怎么测；说不准就写个范围。",
        _measured(targets) if targets.strip() else "容量年衰减由现在的 35% 降到 5% 以内，每月取样化验",
    )


def _vague(targets: str) -> Hint | None:
    """The first vague word whose own sentence does not say how much."""
    for sentence in _SENTENCE.findall(targets):
        word = VAGUE.search(sentence)
        if word is None or _says_how_much(sentence):
            continue
        if word.lastgroup == "time":
            example = "在＿＿年＿＿月＿＿日以前完成"
        elif word.lastgroup == "rank":
            example = "与＿＿（型号、厂家或标准）相比，＿＿不低于＿＿"
        else:
            example = _measured(sentence.replace(word[0], ""))
        return Hint(HintCode.VAGUE, "targets", f"“{word[0]}”各人理解不同，到时候容易扯皮。请换成数字或日期。", example)
    return None


def _no_comparator(targets: str) -> Hint | None:
    if COMPARATORS.search(targets):
        return None
    clause = next((clause for clause in _CLAUSE.findall(targets) if _says_how_much(clause)), targets)
    return Hint(
        HintCode.NO_COMPARATOR,
        "targets",
        "有了数，还差“不超过”“不低于”“由…到…”这样的词：看不出这个数是现状、上限还是下限。",
        f"{_shown(clause)}（请写明：不低于、不超过，还是由现在的多少到这个数）",
    )


def _no_unit(targets: str, numbers: list[re.Match[str]]) -> Hint | None:
    if STANDARD.search(targets) or any(
        UNIT_AFTER.match(targets, found.end()) or not found[0][0].isdigit() for found in numbers
    ):
        return None
    number = numbers[0][0]
    return Hint(
        HintCode.NO_UNIT,
        "targets",
        f"“{number}”后面没有单位：是百分之几、毫克每克，还是天、吨、元？",
        f"{number} ＿＿（单位，例如 %、mg/g、℃、小时、万元）",
    )


def _several(situation: str, targets: str) -> Hint | None:
    for text in (situation, targets):
        parts = _parts(text)
        if len(parts) > 1:
            field = "situation" if text is situation else "targets"
            return Hint(
                HintCode.SEVERAL_PROBLEMS,
                field,
                f"这里像是有 {len(parts)} 个问题，可能要不同的专家。请把它们列成子问题，系统会分别去找人。",
                f"子问题 1：{_shown(parts[0])}",
                parts,
            )
    return None


def _parts(text: str) -> tuple[str, ...]:
    """The problems a text enumerates (1. 2. 3., 一是…二是…), or adds to each other (…，另外还…)."""
    marks = list(ENUMERATION.finditer(text))
    if len(marks) > 1:
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        found = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    else:
        found = _added(text)
    trimmed = (part.strip(" \t\r\n，,。；;、：:") for part in found)
    return tuple(part for part in trimmed if len(part) >= _LEAST_PART_CHARS)[:_MOST_PARTS]


def _added(text: str) -> list[str]:
    parts: list[str] = []
    for sentence in _SENTENCE.findall(text):
        further = FURTHER.match(sentence.lstrip())
        if further or not parts:
            parts.append(sentence.lstrip()[further.end() if further else 0 :])
        else:
            parts[-1] = f"{parts[-1]}。{sentence}"
    return parts


def _says_how_much(clause: str) -> bool:
    return any(found[0] not in ARTICLES for found in NUMBER.finditer(clause))


def _measured(text: str) -> str:
    """The same wish with blanks for the numbers."""
    wish = f"{_shown(text)}：" if _shown(text) else ""
    if re.search(r"降|减|缩|少|低于|控制|避免|防止", text):
        return f"{wish}由现在的＿＿降到不高于＿＿，按＿＿（方法或仪器）测"
    if re.search(r"提|增|升|延长|高于|扩大", text):
        return f"{wish}由现在的＿＿提高到不低于＿＿，按＿＿（方法或仪器）测"
    return f"{wish}以＿＿（测什么）为准，不低于或不超过＿＿"


def _shown(text: str) -> str:
    """A few words of it, on one line."""
    line = " ".join(text.split()).strip("，,。；;、：: ")
    return line if len(line) <= _SHOWN_CHARS else f"{line[:_SHOWN_CHARS]}…"
