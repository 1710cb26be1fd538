"""Passwords: what may be one, and how it is kept (Argon2id).

Length and guessability count, not kinds of characters: rules about those lead to Password2026!.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from service.errors import Busy, Invalid

MIN_CHARS = 10
MAX_CHARS = 200
# Pieces that have to be guessed, when everything guessable counts as one.
_ENOUGH = 6
_LONGEST_GUESS = 30
# Each takes 64 MiB and a processor; more at once would only make everybody wait longer.
_AT_ONCE = 2
_LINE = 16

_COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
_DATE = re.compile(r"(?:19|20)\d\d(?:[-./年]?(?:0?[1-9]|1[0-2])(?:[-./月]?(?:[12]\d|3[01]|0?[1-9]))?)?")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SAME_PART = re.compile(r"(.{2,20}?)\1+")
_LINES = (
    "`1234567890-=", "~!@#$%^&*()_+", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz",
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "147258369", "159357",
)  # fmt: skip
_NEIGHBOURS = frozenset(pair for line in _LINES for way in (line, line[::-1]) for pair in pairwise(way))

_TOO_SHORT = f"密码至少要 {MIN_CHARS} 个字符。可以把几个互不相关的词连在一起，好记又难猜。"
_TOO_LONG = f"密码最多 {MAX_CHARS} 个字符，请缩短。"
_UNTYPABLE = "密码里有键盘打不出的控制字符，多半是粘贴带来的。请手工输入。"
_PERSONAL = "密码主要由您的姓名、手机号、邮箱或用户名组成，容易被猜到。请换成与您无关的几个词。"
_KNOWN = "密码主要由很多人在用的词组成，容易被猜到。请换成几个互不相关、别人想不到的词。"
_REGULAR = "密码主要是重复、连续、键盘相邻的字符，或者日期、手机号，容易被猜到。请换成几个互不相关的词。"


@dataclass(frozen=True)
class Cost:
    """Of one hash. The defaults are the second choice of RFC 9106: 64 MiB, about 0.1 s."""

    memory_kib: int = 64 * 1024
    rounds: int = 3
    lanes: int = 4


class Keeper:
    """Makes and checks password hashes, few at a time; who finds the line too long is turned away with Busy."""

    def __init__(self, cost: Cost) -> None:
        self._method = PasswordHash((Argon2Hasher(cost.rounds, cost.memory_kib, cost.lanes),))
        # Checked for accounts that do not exist, so that the time does not tell. Nobody knows this password.
        self._nobody = self._method.hash(secrets.token_urlsafe(32))
        self._running = BoundedSemaphore(_AT_ONCE)
        self._in_line = BoundedSemaphore(_AT_ONCE + _LINE)

    def hash(self, password: str) -> str:
        with self._turn():
            return self._method.hash(_normal(password))

    def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        """Whether it is the password, and a new hash to store if the cost was raised since.

        stored: "" for an account that does not exist or has no password; takes as long as for any other.
        """
        with self._turn():
            is_right, better = self._method.verify_and_update(_normal(password), stored or self._nobody)
        return (is_right, better) if stored else (False, None)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._in_line.acquire(blocking=False):
            raise Busy("现在登录的人太多。请过几秒再试。")
        try:
            with self._running:
                yield
        finally:
            self._in_line.release()


@cache
def _standard() -> Keeper:
    return Keeper(Cost())


_other: Keeper | None = None


def keeper() -> Keeper:
    """The one of this process."""
    return _other or _standard()


@contextmanager
def kept_by(other: Keeper) -> Iterator[None]:
    """For tests and for the demo world: inside, this one keeps passwords."""
    global _other
    before, _other = _other, other
    try:
        yield
    finally:
        _other = before


def refuse_weak(password: str, personal: Iterable[str | None], *, field: str) -> None:
    """Raises Invalid. personal: name, user name, mobile number and mail of whoever it is for."""
    found = weakness(password, personal)
    if found:
        raise Invalid(found, field=field)


def weakness(password: str, personal: Iterable[str | None] = ()) -> str | None:
    """Why it must not be a password, and what to do; None if it may."""
    plain = _normal(password)
    if len(plain) < MIN_CHARS:
        return _TOO_SHORT
    if len(plain) > MAX_CHARS:
        return _TOO_LONG
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in plain):
        return _UNTYPABLE
    folded = unicodedata.normalize("NFKC", plain).casefold()
    about = _personal_parts(personal)
    for guesses, message in ((frozenset(), _REGULAR), (about, _PERSONAL), (about | common_passwords(), _KNOWN)):
        if min(_pieces(folded, guesses), _pieces(_without_repetition(folded), guesses)) < _ENOUGH:
            return message
    return None


@cache
def common_passwords() -> frozenset[str]:
    """Passwords and words of passwords that are tried first."""
    lines = _COMMON.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _normal(password: str) -> str:
    """The same accented letter typed on two systems is one password; nothing else is changed."""
    return unicodedata.normalize("NFC", password)


def _personal_parts(personal: Iterable[str | None]) -> frozenset[str]:
    parts: set[str] = set()
    for given in personal:
        text = unicodedata.normalize("NFKC", given or "").casefold()
        parts |= {text, *re.split(r"[\s@._·-]+", text)}
        if _MOBILE.fullmatch(text):
            parts |= {text[-8:], text[-6:], text[:7]}
    return frozenset(part for part in parts if len(part) >= (3 if part.isascii() else 2))


def _pieces(text: str, guesses: frozenset[str]) -> int:
    """The fewest pieces it falls into, each one character or one guess."""
    fewest = [0]
    for end in range(1, len(text) + 1):
        starts = range(max(0, end - _LONGEST_GUESS), end)
        fewest.append(1 + min(fewest[start] for start in starts if _is_one_guess(text[start:end], guesses)))
    return fewest[-1]


def _is_one_guess(piece: str, guesses: frozenset[str]) -> bool:
    if len(piece) == 1 or piece in guesses:
        return True
    if len(piece) >= 3 and (len(set(piece)) == 1 or all(pair in _NEIGHBOURS for pair in pairwise(piece))):
        return True
    return piece[0].isdigit() and bool(_MOBILE.fullmatch(piece) or _DATE.fullmatch(piece))


def _without_repetition(text: str) -> str:
    return _SAME_PART.sub(r"\1", text)
