"""密级标志: marks that say a text is a state or work secret. Such a text must not enter the system at all.

Stops: 绝密★ 机密★1年 (any star), 密级：机密, [机密], （绝密） at the edge of a line, a line that is only 秘密, a level
as a part of its own in a title or file name, 本文件属于机密级. Does not stop: words of ordinary sentences (保守秘密,
商业秘密, 秘密配方, 机密计算, 不含国家秘密), 内部, and marks of trade secrets (核心商密★, 商业秘密★). In doubt about a
mark it stops, because a mark let through cannot be taken back.

The search reads a folded copy, see ``folded``, and every pattern allows a blank between any two characters; so white
space, invisible characters, width and traditional characters hide no mark.
Source: 《保守国家秘密法》 (绝密, 机密, 秘密; 工作秘密), and the form 密级★保密期限 of GB/T 9704-2012.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from service.rules.characters import INVISIBLE


@dataclass(frozen=True)
class SecrecyMark:
    """Code points [start, end) of the original text, and what stands there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class FoldedText:
    """text: what is searched. places: for each of its characters, where in the original it stands."""

    text: str
    places: tuple[int, ...]


_SIMPLIFIED = str.maketrans(
    "絕絶機祕宻級長業術國屬於為爲係標誌識註確檔資項載體個號報圖紙數據內課題",
    "绝绝机秘密级长业术国属于为为系标志识注确档资项载体个号报图纸数据内课题",
)
_LINE_ENDS = "\n\r\f\u0085\u2028\u2029"


def folded(text: str) -> FoldedText:
    """Width and traditional characters folded, invisible characters, marks and controls dropped; offsets kept.

    A run of white space is one blank or, with a line end in it, one line end.
    """
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for plain in _plain(char):
            if plain in " \n" and chars and chars[-1] in " \n":
                chars[-1] = "\n" if "\n" in (plain, chars[-1]) else " "
            else:
                chars.append(plain)
                places.append(place)
    return FoldedText("".join(chars), tuple(places))


def _plain(char: str) -> str:
    if char in _LINE_ENDS:
        return "\n"
    if char.isspace():
        return " "
    if char in INVISIBLE or unicodedata.category(char) in ("Cc", "Cf", "Mn", "Me"):
        return ""
    plain = unicodedata.normalize("NFKC", char).translate(_SIMPLIFIED)
    return "".join(" " if part.isspace() else part for part in plain if not unicodedata.combining(part))


def _any(*words: str, between: str = " ?") -> str:
    """One of the words, with a blank allowed between any two of its characters."""
    return f"(?:{'|'.join(between.join(word) for word in words)})"


_LEVEL = _any("绝密", "机密", "工作秘密", "秘密")
_LEVEL_OVER_LINES = _any("绝密", "机密", "工作秘密", "秘密", between="[ \n]?")
_CLAIM = f"(?:{_LEVEL}|{_any('国家秘密', '涉密')})"
_KIND = f"(?: ?{_any('级', '件', '文件', '资料', '材料', '文档', '级文件', '级资料')})?"
_STAR = "[★☆⭐⭑⭒🌟✡⚝⛤⛥⋆✦✧✩✪✫✬✭✮✯✰✴✵✶✷✸✹٭]"
_DIGIT = "[0-9〇零一二三四五六七八九十百两]"
_TERM = f"(?:{_DIGIT}(?: ?{_DIGIT})* ?(?:年|个 ?月|月|日)|{_any('长期', '永久')})"
_LABEL = _any(
    *("密级标志", "密级标识", "密级", "保密等级", "保密级别", "保密程度", "涉密等级", "涉密级别", "涉密程度"),
    *("秘密等级", "机密等级", "定密等级", "定密级别", "定密", "密等"),
)
_IS = f"(?:(?:[:=>|—–_-] ?)+|{_any('应为', '确定为', '定为', '标注为', '列为', '属于', '为', '是', '系', '属')})"
_TICK = "[☑☒■✓✔√◉▣●]"
_OPEN = rf"(?:[\[(【〔「『《<{{\"“‘'*]|{_TICK})"
_WORD = r"[^\W_]"
_OPTION = f"(?:{_LEVEL}|{_any('内部', '公开', '非密', '不涉密', '非涉密', '不保密', '普通', '一般', '无')}(?!{_WORD}))"
_NEXT_OPTION = f"(?: ?[/、|或] ?{_OPTION})"
_THIS = "本 ?" + _any(
    *("文件", "文", "件", "资料", "材料", "文档", "附件", "需求", "报告", "方案", "项目", "图纸", "数据", "信息"),
    *("内容", "课题", "成果"),
)
# In a title or file name these stand between parts; a blank does too.
_PART = r"[\s_\-—–|/\\+.()\[\]【】〔〕《》「」『』·~&:]"
_LINE_START = "(?<![^\n]) ?"
_LINE_END = r"(?= ?(?:\n|\Z|\.[A-Za-z0-9]{1,5} ?\Z))"

_STARRED = re.compile(rf"{_LEVEL_OVER_LINES}{_KIND} ?[)\]】〕」』》>\"”’]? ?{_STAR}(?P<term> ?{_TERM})?")
_SURE = [
    # 密级：机密, but not 密级：机密性, 密级：机密及以上, nor an option that is not ticked
    re.compile(
        rf"{_LABEL}(?: ?\([^)\n]{{0,20}}\)| ?[及和、/与]? ?{_any('保密期限')})? ?(?:{_IS}[ \n]?)?(?:{_OPEN} ?)*"
        rf"{_CLAIM}(?! ?[性□☐○])(?! ?级? ?(?:[及或]|\(含\))? ?以 ?[上下])(?P<options>{_NEXT_OPTION}*)"
    ),
    # ☑机密, 机密（√）
    re.compile(rf"{_TICK} ?[)\]】]? ?{_LEVEL}{_KIND}(?! ?{_WORD})"),
    re.compile(rf"(?<![□☐○])(?<![□☐○] ){_LEVEL}{_KIND} ?[(\[【]? ?{_TICK}(?!{_WORD})"),
    # [机密], 【绝密文件·10年】 anywhere; （机密） at the edge of a line
    re.compile(rf"[\[【〔〖{{<] ?{_CLAIM}{_KIND}[ !·*—-]*{_TERM}?[ !]*[\]】〕〗}}>]"),
    re.compile(rf"{_LINE_START}\( ?{_CLAIM}{_KIND}[ !·*—-]*{_TERM}? ?\)"),
    re.compile(rf"\( ?{_CLAIM}{_KIND}[ !·*—-]*{_TERM}? ?\){_LINE_END}"),
    # 机密：请勿外传 as the beginning of a line
    re.compile(rf"{_LINE_START}{_LEVEL}{_KIND} ?[:!|—–_-]"),
    # 本文件属于机密级国家秘密
    re.compile(
        rf"{_THIS} ?[均已被]? ?{_IS} ?(?:国 ?家 ?)?{_LEVEL} ?级? ?"
        rf"{_any('国家秘密', '文件', '事项', '资料', '材料', '项目', '信息', '件')}?(?! ?{_WORD})"
    ),
    # 是否涉密：是
    re.compile(rf"{_any('涉密')} ?[:=] ?[(\[]?[是有√](?! ?(?:{_WORD}|[□☐/]|\( ?\)))"),
]
# 机密*10年 anywhere, 机密10年 as a phrase of its own
_TERMED = re.compile(rf"{_LEVEL}{_KIND} ?(?P<joint>[*∗⁎✱●○◆▲·•・×xX—–-])? ?{_TERM}(?! ?{_WORD})")
_TITLE_PART = re.compile(rf"(?:(?<={_PART})|\A)(?:{_LEVEL}|{_any('涉密')}){_KIND} ?{_TERM}?(?={_PART}|\Z)")
_CHOICES = re.compile(f"{_OPTION}{_NEXT_OPTION}{{2,}}")
_LONE_LINE = re.compile(
    r"(?:密级)?(?:(?:绝密|机密|工作秘密|秘密)(?:级|件|文件|资料|材料|文档)*|涉密(?:文件|资料|材料)?)"
)
_LONE_TAIL = re.compile(rf"(?:{_TERM})?(?:第?[0-9]+号)?")

_TITLE_MAX_CHARS = 120
_SENTENCE = re.compile(r"[。；;,，!?！？]")
_TRADE = ("商业", "技术")
_ORDINARY_BEFORE = (
    *_TRADE,
    *("国家", "企业", "公司", "经营", "个人", "工作", "保守", "严守", "保护", "泄露", "泄漏"),
    *("涉及", "含有", "不含", "包含", "是否", "不", "非", "、"),
)
_ORDINARY_AFTER = (":", "不上网", "人员", "性", "计算", "共享", "分享", "配方", "武器", "通信", "传输")


def find_secrecy_marks(text: str) -> list[SecrecyMark]:
    """Marks in a text, a title or a file name, in order, none overlapping another."""
    if "密" not in text and "宻" not in text:
        return []
    copy = folded(text)
    found: list[tuple[int, int]] = []
    for start, end in sorted(_trimmed(copy.text, spans) for spans in _spans(copy.text)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    places = [(copy.places[start], copy.places[end - 1] + 1) for start, end in found]
    return [SecrecyMark(start, end, text[start:end]) for start, end in places]


def _trimmed(text: str, span: tuple[int, int]) -> tuple[int, int]:
    inside = text[span[0] : span[1]]
    return span[0] + len(inside) - len(inside.lstrip()), span[1] - len(inside) + len(inside.rstrip())


def _spans(text: str) -> Iterator[tuple[int, int]]:
    yield from _starred(text)
    for pattern in _SURE:
        yield from (match.span() for match in pattern.finditer(text) if not _is_choice(match))
    yield from _termed(text)
    yield from _lone_lines(text)
    if len(text) <= _TITLE_MAX_CHARS and "\n" not in text.strip() and not _SENTENCE.search(text):
        yield from _title_parts(text)


def _starred(text: str) -> Iterator[tuple[int, int]]:
    """A star makes a mark, but not of a trade secret, nor behind the plain words 国家秘密."""
    for match in _STARRED.finditer(text):
        ordinary = _TRADE if match["term"] else (*_TRADE, "国家")
        if not _before(text, match.start()).endswith(ordinary):
            yield match.span()


def _is_choice(match: re.Match[str]) -> bool:
    """A list of all levels, or one with 公开 in it, is what a form offers, not what somebody chose."""
    options = match.groupdict().get("options") or ""
    return len(re.findall(r"[/、|或]", options)) >= 2 or re.search(rf"[/、|或] ?(?!{_LEVEL})", options) is not None


def _termed(text: str) -> Iterator[tuple[int, int]]:
    for match in _TERMED.finditer(text):
        before = _before(text, match.start())
        alone = not before or not before[-1].isalnum()
        if not before.endswith(_ORDINARY_BEFORE) and (match["joint"] or alone):
            yield match.span()


def _lone_lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines of which, without dashes, stars and brackets, nothing but a level is left."""
    for line in re.finditer(r"[^\n]+", text):
        words = "".join(char for char in line[0] if char.isalnum())
        level = _LONE_LINE.match(words)
        if level and _LONE_TAIL.fullmatch(words, level.end()):
            yield line.span()


def _title_parts(text: str) -> Iterator[tuple[int, int]]:
    offered = [match.span() for match in _CHOICES.finditer(text)]
    for match in _TITLE_PART.finditer(text):
        before, after = _before(text, match.start()), text[match.end() :].lstrip()
        if before.endswith((*_ORDINARY_BEFORE, *"□☐○")) or after.startswith(_ORDINARY_AFTER):
            continue
        if not any(start <= match.start() < end for start, end in offered):
            yield match.span()


def _before(text: str, place: int) -> str:
    """What stands before on the same line, without blanks."""
    return text[max(0, place - 12) : place].rpartition("\n")[2].replace(" ", "")
