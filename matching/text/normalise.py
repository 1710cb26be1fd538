"""The search copy of a text, and the way back to the original.

Ranking reads the copy; people read the original. The copy is NFKC, simplified Chinese with mainland wording
(資訊 → 信息), lower case, without zero-width and bidi controls, NUL bytes or lone surrogates, and with every run
of white space as one blank. ``SearchText.original_span`` maps a span of the copy back to code points of the original.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

# A text this long is a whole document pasted in; beyond it nothing is read, so that one record cannot stall a run.
MAX_CHARS = 20_000

_INVISIBLE = frozenset("\u00ad\u034f\u061c\u180e\ufeff\ufff9\ufffa\ufffb") | {
    chr(c)
    for start, stop in ((0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0xFE00, 0xFE10))
    for c in range(start, stop)
}
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_PIECE = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[^\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
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


def _to_mainland(text: str) -> str:
    """Simplified characters and mainland wording, for texts that have traditional characters at all.

    The wording table alone would rewrite simplified texts too (文件 → 文档), so a text without a single
    traditional character is left as it is; that also makes the conversion idempotent.
    """
    if not _HAN.search(text) or _converter("t2s").convert(text) == text:
        return text
    return _converter("t2s").convert(_converter("tw2sp").convert(text))


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
    """A base character with its combining marks, so that e + ◌́ composes: (start, end, cluster)."""
    found: list[tuple[int, int, str]] = []
    for at, char in enumerate(text):
        if found and unicodedata.combining(char):
            start, _, cluster = found[-1]
            found[-1] = (start, at + 1, cluster + char)
        else:
            found.append((at, at + 1, char))
    return found


def search_copy(text: str) -> SearchText:
    """The search copy of a text with its map; reads at most MAX_CHARS characters."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, cluster in _clusters(text[:MAX_CHARS]):
        folded = (
            _visible(cluster) if len(cluster) == 1 else unicodedata.normalize("NFKC", "".join(map(_visible, cluster)))
        )
        for char in folded:
            if char == " " and (not chars or chars[-1] == " "):
                continue
            chars.append(char)
            starts.append(start)
            ends.append(end)
    while chars and chars[-1] == " ":
        chars.pop(), starts.pop(), ends.pop()
    return _simplified(text, "".join(chars), starts, ends)


def _simplified(source: str, text: str, starts: list[int], ends: list[int]) -> SearchText:
    converted = _to_mainland(text)
    if len(converted) == len(text):
        return SearchText(source, converted, tuple(starts), tuple(ends))
    return _piecewise(source, text, starts, ends)


def _piecewise(source: str, text: str, starts: list[int], ends: list[int]) -> SearchText:
    """Wording of another length (程式設計師 → 程序员): align run by run; inside a run of changed length, proportionally."""
    out: list[str] = []
    new_starts: list[int] = []
    new_ends: list[int] = []
    for match in _PIECE.finditer(text):
        piece, at = match[0], match.start()
        new = _to_mainland(piece)
        head = 0
        while head < min(len(piece), len(new)) and piece[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(piece), len(new)) - head and piece[-1 - tail] == new[-1 - tail]:
            tail += 1
        middle_old, middle_new = len(piece) - head - tail, len(new) - head - tail
        for place, char in enumerate(new):
            if place < head or (middle_old == middle_new and place < head + middle_new):
                first = last = place
            elif place >= len(new) - tail:
                first = last = place - len(new) + len(piece)
            else:
                first = head + (place - head) * middle_old // max(middle_new, 1)
                last = max(first, head + ((place - head + 1) * middle_old - 1) // max(middle_new, 1))
            last = min(last, len(piece) - 1)
            first = min(first, last)
            out.append(char)
            new_starts.append(starts[at + first])
            new_ends.append(ends[at + last])
    return SearchText(source, "".join(out), tuple(new_starts), tuple(new_ends))


def search_text(text: str) -> str:
    """Only the search copy; idempotent for texts within MAX_CHARS."""
    return search_copy(text).text
