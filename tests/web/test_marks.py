"""Evidence marked in a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.marks import marked

TEXT = "容量从 8 毫克掉到 5 毫克。每年换一次料，要停产二十天。"


def test_quotes_keep_the_numbers_they_have_on_the_other_side() -> None:
    assert marked(TEXT, ["每年换一次料", "没有这句", "容量从 8 毫克掉到 5 毫克"]) == [
        ("容量从 8 毫克掉到 5 毫克", 3),
        ("。", 0),
        ("每年换一次料", 1),
        ("，要停产二十天。", 0),
    ]


def test_a_quote_over_two_fields_is_marked_in_both() -> None:
    quote = "容量年衰减不超过 5%\n盐湖老卤提锂车间"

    assert marked("容量年衰减不超过 5%", [quote]) == [("容量年衰减不超过 5%", 1)]
    assert marked("盐湖老卤提锂车间，吸附柱八台", [quote]) == [("盐湖老卤提锂车间", 1), ("，吸附柱八台", 0)]


def test_a_quote_within_another_stays_unmarked() -> None:
    assert marked("换料停产", ["换料停", "料停产"]) == [("换料停", 1), ("产", 0)]


@given(st.text("甲乙丙丁\n", max_size=30), st.lists(st.text("甲乙丙丁\n", max_size=6), max_size=4))
def test_the_pieces_are_the_text(text: str, quotes: list[str]) -> None:
    found = marked(text, quotes)

    assert "".join(piece for piece, _ in found) == text
    assert all(piece in quotes[number - 1] for piece, number in found if number)
