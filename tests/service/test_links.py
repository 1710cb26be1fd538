"""Links that carry their own proof: one spelling opens them, for one purpose, with one key."""

from __future__ import annotations

import string
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from service.links import Links, key_in

LINKS = Links(bytes(32))
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
LETTERS = string.ascii_letters + string.digits + "-_"


@given(IDS)
def test_a_link_names_its_row_for_its_purpose_only(row: str) -> None:
    token = LINKS.token(row, "reply")
    assert len(token) == 43
    assert LINKS.link_id(token, "reply") == row
    assert LINKS.link_id(token, "first_contact") is None
    assert Links(bytes([1]) * 32).link_id(token, "reply") is None


@given(IDS, st.integers(0, 42), st.sampled_from(LETTERS))
def test_another_letter_anywhere_opens_nothing(row: str, place: int, letter: str) -> None:
    token = LINKS.token(row, "reply")
    changed = token[:place] + letter + token[place + 1 :]
    assert LINKS.link_id(changed, "reply") == (row if changed == token else None)


@given(IDS)
def test_the_spare_bits_of_the_last_letter_open_nothing(row: str) -> None:
    token = LINKS.token(row, "reply")
    assert [letter for letter in LETTERS if LINKS.link_id(token[:-1] + letter, "reply")] == [token[-1]]


@given(st.text())
def test_any_text_at_all_is_answered(text: str) -> None:
    assert LINKS.link_id(text, "reply") is None


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "links.key"
    assert key_in(file) == key_in(file)
    assert len(file.read_bytes()) == 32
    assert file.stat().st_mode & 0o777 == 0o600
