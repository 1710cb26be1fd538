"""What people write, as it is stored; and the key that decides whether two organisations have the same name.

Stored text is NFC, not NFKC: the copy for ranking folds width, the original stays what its author wrote. Refused
everywhere: controls, lone surrogates, U+FFFE and U+FFFF. In a single line (names, titles) invisible and bidi
characters are refused, because there they can only deceive. In free text they are dropped, except those that Tibetan,
Mongolian and Uyghur and emoji need; pages put it into <bdi>.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from service.rules.characters import INVISIBLE, NEEDED_IN_TEXT, named, showable, unwritable

if TYPE_CHECKING:
    from opencc import OpenCC

_DROPPED = dict.fromkeys(map(ord, INVISIBLE - NEEDED_IN_TEXT))
_LINE_ENDS = re.compile(r"\r\n|[\r\u2028\u2029\u0085]")


@dataclass(frozen=True)
class CleanText:
    """text: as stored; with an error, what a form can show again."""

    text: str
    error: str | None = None


def clean_text(text: str, *, max_chars: int, single_line: bool = False) -> CleanText:
    r"""Line ends as \n, NFC, no blanks around; in a single line every run of white space is one blank.

    max_chars counts code points of the result. An empty result is no error: whether a field must be filled is not
    known here.
    """
    text = _LINE_ENDS.sub("\n", text)
    error = _unwritable(text) or (_invisible(text) if single_line else None)
    if error:
        return CleanText(showable(text), error)
    text = " ".join(text.split()) if single_line else text.translate(_DROPPED).strip()
    text = unicodedata.normalize("NFC", text)
    if len(text) > max_chars:
        over = len(text) - max_chars
        return CleanText(text, f"最多 {max_chars} 个字，现在是 {len(text)} 个；请删减 {over} 个字。")
    return CleanText(text)


def _unwritable(text: str) -> str | None:
    for place, char in enumerate(text):
        if unwritable(char):
            return f"{_where(text, place)}有无法保存的控制字符（{named(char)}），多半是粘贴带来的；请删去这里再保存。"
    return None


def _invisible(text: str) -> str | None:
    for place, char in enumerate(text):
        if char in INVISIBLE:
            return f"{_where(text, place)}有看不见的字符（{named(char)}），多半是粘贴带来的；请删去这里或手工重新输入。"
    return None


def _where(text: str, place: int) -> str:
    before = "".join(char for char in text[max(0, place - 8) : place] if char.isprintable())
    return f"“{before}”后面" if before.strip() else "开头"


# What looks like another letter once case and width are folded: Cyrillic, Greek (by their capitals), katakana beside
# Han, ○ for 〇. Idea: Unicode UTS 39, skeletons; this is the part that occurs in names of organisations.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁһԛԝ" + "αβεζηικμνορτυχ" + "ロエカニタトハー" + "○◯",
    "abekmhopctyxijsdhqw" + "abezhikmnoptyx" + "口工力二夕卜八一" + "〇〇",
)


def identity_key(text: str) -> str:
    """What two spellings of one name have in common: 清华大学 for 清華 大學, ＡＢＣ（集团） for abc集团.

    Only to compare, never to show. Letters, marks and digits of any script are left; a text without any has the empty
    key, which a caller must refuse as a name. Traditional characters are folded one by one, so that a blank or a dash
    between two of them changes nothing.
    """
    text = "".join(char for char in text if char not in INVISIBLE)
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_LOOKALIKES)
    return unicodedata.normalize("NFKC", "".join(_simplified(char) for char in text if _counts(char)))


def _counts(char: str) -> bool:
    """Letters, marks and digits, and rare Han characters that are newer than Python's tables."""
    if char in INVISIBLE:
        return False
    return unicodedata.category(char)[0] in "LMN" or "\U00020000" <= char <= "\U0003fffd"


@lru_cache(maxsize=8192)
def _simplified(char: str) -> str:
    return char if char < "\u3400" else _converter().convert(char)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
