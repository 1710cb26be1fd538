"""Characters that mislead the eye, and the half-width form of what was typed in full width."""

from __future__ import annotations

import unicodedata

# Zero-width, bidi and tag characters, fillers that look like nothing, and selectors that only choose a glyph.
INVISIBLE = frozenset("\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u2800\u3164\ufeff\uffa0") | {
    chr(code)
    for start, stop in (
        (0x180B, 0x1810),
        (0x200B, 0x2010),
        (0x202A, 0x202F),
        (0x2060, 0x2070),
        (0xFE00, 0xFE10),
        (0xFFF0, 0xFFFC),
        (0x1BCA0, 0x1BCA4),
        (0x1D173, 0x1D17B),
        (0xE0000, 0xE1000),
    )
    for code in range(start, stop)
}

# Joiners, direction marks and glyph selectors that Tibetan, Mongolian and Uyghur text and emoji are written with.
# Bidi embeddings, overrides and isolates are not among them: text reads the same without them, or more honestly.
NEEDED_IN_TEXT = frozenset("\u200c\u200d\u200e\u200f\u061c\u180b\u180c\u180d\u180e\u180f") | {
    chr(code) for start, stop in ((0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for code in range(start, stop)
}


def half_width(text: str) -> str:
    """Full-width ASCII and the ideographic space in half width, and showable; otherwise unlike NFKC (① stays ①)."""
    return "".join(
        chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else " " if char == "\u3000" else char
        for char in showable(text)
    )


def showable(text: str) -> str:
    """With U+FFFD for what no text may hold, so that a refused text can be shown again."""
    return "".join("\ufffd" if unwritable(char) else char for char in text)


def without_blanks(text: str) -> str:
    """Without white space and invisible characters, which copying from a page or a PDF brings along."""
    return "".join(char for char in text if not char.isspace() and char not in INVISIBLE)


def unwritable(char: str) -> bool:
    """What no text may hold: controls (but newline and tab), lone surrogates, and the two codes XML cannot carry.

    NUL and lone surrogates are stored by SQLite and refused by PostgreSQL, so they are refused before either.
    """
    return char in "\ufffe\uffff" or (char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs"))


def named(char: str) -> str:
    """A character as a person can look for it: itself when it can be seen, else its number, U+202E."""
    seen = char.isprintable() and not char.isspace() and char not in INVISIBLE and not unicodedata.combining(char)
    return f"“{char}”" if seen else f"U+{ord(char):04X}"
