"""The search copy of a text, and the way back to the original.

Ranking reads the copy; people read the original. The copy is NFKC, simplified Chinese with mainland wording
(資訊 → 信息), lower case, without zero-width and bidi controls, NUL bytes or lone surrogates, and with every run
of white space as one blank. ``SearchText.original_span`` maps a span of the copy back to code points of the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# A text this long is a whole document pasted in; beyond it nothing is read, so that one record cannot stall a run.
MAX_CHARS = 20_000

_INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\ufeff\ufff9\ufffa\ufffb") | {
    chr(c)
    for start, stop in (
        (0x200B, 0x2010),
        (0x202A, 0x202F),
        (0x2060, 0x2070),
        (0xFE00, 0xFE10),
        (0xE0000, 0xE0080),
        (0xE0100, 0xE01F0),
    )
    for c in range(start, stop)
}
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# Runs are cut so that aligning one stays cheap; wording across a cut keeps its mainland characters.
_PIECE = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,64}|[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True)
class SearchText:
    """source: the original. text: its search copy. starts, ends: per character of the copy, its span of the source."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Code points of the original that the copy's [start, end) came from; an empty span stays empty."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


@cache
def _converter(kind: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(kind)


def _visible(char: str) -> str:
    """NFKC of one character in lower case, a blank for any white space or control, nothing for an invisible one."""
    if char in _INVISIBLE:
        return ""
    category = unicodedata.category(char)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\ufffd"
    return unicodedata.normalize("NFKC", char).lower()


def _clusters(text: str) -> list[tuple[int, int, str]]:
    """Folded base characters with their combining marks, so that e + ◌́ composes: (start, end, cluster).

    What is invisible belongs to what precedes it; the marks after it still compose.
    """
    found: list[tuple[int, int, str]] = []
    for at, char in enumerate(text):
        folded = _visible(char)
        if found and (not folded or unicodedata.combining(folded[0])):
            start, _, cluster = found[-1]
            found[-1] = (start, at + 1, unicodedata.normalize("NFKC", cluster + folded))
        else:
            found.append((at, at + 1, folded))
    return found


def search_copy(text: str) -> SearchText:
    """The search copy of a text with its map; reads at most MAX_CHARS characters."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, cluster in _clusters(text[:MAX_CHARS]):
        for char in cluster:
            if char == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(char)
            starts.append(start)
            ends.append(end)
    while chars and chars[-1] == " ":
        chars.pop(), starts.pop(), ends.pop()
    return _simplified(text, "".join(chars), starts, ends)


def _simplified(source: str, text: str, starts: list[int], ends: list[int]) -> SearchText:
    """Simplified characters and mainland wording, for texts that have traditional characters at all.

    The wording table alone would rewrite simplified texts too (文件 → 文档), so a text without a single
    traditional character is left as it is; that also makes the conversion idempotent.
    """
    if not _HAN.search(text) or _converter("t2s").convert(text) == text:
        return SearchText(source, text, tuple(starts), tuple(ends))
    out: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    for match in _PIECE.finditer(text):
        plain = _converter("t2s").convert(match[0])
        new = _converter("t2s").convert(_converter("tw2sp").convert(match[0]))
        out.append(new)
        for first, last in _aligned(plain, new):
            new_starts.append(starts[match.start() + first])
            new_ends.append(ends[match.start() + last])
    return SearchText(source, "".join(out), tuple(new_starts), tuple(new_ends))


def _aligned(old: str, new: str) -> list[tuple[int, int]]:
    """For each character of new: the first and the last place in old that it stands for; wording proportionally."""
    if old == new:
        return [(place, place) for place in range(len(old))]
    found: list[tuple[int, int]] = []
    for _, start, stop, new_start, new_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        size, new_size = stop - start, new_stop - new_start
        for place in range(new_size):
            first = start + place * size // new_size if size else max(start - 1, 0)
            found.append((first, max(first, start + (place + 1) * size // new_size - 1)))
    found[0], found[-1] = (0, found[0][1]), (found[-1][0], len(old) - 1)
    return found


def search_text(text: str) -> str:
    """Only the search copy; idempotent for texts within MAX_CHARS."""
    return search_copy(text).text
