"""Evidence: verbatim pieces of both originals, each used once, never the title when there is a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.index import build_index
from matching.pipeline import rank
from matching.records import Document, EvidencePair, Item, Query, Quote, Ranking
from matching.text.clauses import MAX_CLAUSE
from matching.text.normalise import search_text
from tests.matching.fakes import HashEncoder
from tests.matching.parties import NEEDS, PARTIES
from tests.matching.texts import ids_of

PIECES = [
    "鹵水提鋰吸附劑循環衰減",
    "盐湖提锂吸附剂",
    "程式設計師的軟體",
    "數據機",
    "ＰＨ３．５",
    "光\u200b伏组件\ufeff",
    "積灰\u202e",
    "e\u0301cole",
    "㎎／Ｌ",
    "\ud800",
    "\x00",
    "🔋",
    "，",
    "。",
    "；",
    " ",
    "\n",
    "没有停顿的长句子" * 12,
]
wild = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
wild_needs = st.builds(
    Query, id=st.just("q"), title=wild, text=wild, sub_problems=st.lists(wild, max_size=2).map(tuple)
)
wild_items = st.lists(st.tuples(wild, wild, st.none() | st.integers(1990, 2025)), max_size=4).map(
    lambda rows: tuple(Item(f"i{at}", "paper", title, text, year) for at, (title, text, year) in enumerate(rows))
)
wild_parties = st.builds(Document, id=st.just("d"), kind=st.just("expert"), title=wild, text=wild, items=wild_items)
encoders = st.sampled_from([HashEncoder(), None])


def ranked(need: Query, party: Document, encoder: HashEncoder | None) -> Ranking:
    return rank(need, build_index([party], encoder), encoder, pool=[party.id], evidence_for=1)


def pairs_of(need: Query, party: Document, encoder: HashEncoder | None = None) -> tuple[EvidencePair, ...]:
    return ranked(need, party, encoder).matches[0].evidence


def need_source(need: Query, quote: Quote) -> str:
    fields = {"title": need.title, "text": need.text}
    fields |= {f"sub_problems[{place}]": part for place, part in enumerate(need.sub_problems)}
    return fields[quote.field]


def item_source(party: Document, quote: Quote) -> str:
    if quote.owner == party.id:
        return {"title": party.title, "text": party.text}[quote.field]
    item = next(item for item in party.items if item.id == quote.owner)
    return {"title": item.title, "text": item.text}[quote.field]


@given(wild_needs, wild_parties, encoders)
def test_every_quote_is_a_verbatim_piece_of_its_original(
    need: Query, party: Document, encoder: HashEncoder | None
) -> None:
    for pair in pairs_of(need, party, encoder):
        assert need_source(need, pair.need)[pair.need.start : pair.need.end] == pair.need.text
        assert item_source(party, pair.item)[pair.item.start : pair.item.end] == pair.item.text
        assert search_text(pair.need.text)
        assert search_text(pair.item.text)


@given(wild_needs, wild_parties, encoders)
def test_every_quote_names_its_item_and_year(need: Query, party: Document, encoder: HashEncoder | None) -> None:
    years = {item.id: item.year for item in party.items} | {party.id: None}

    for pair in pairs_of(need, party, encoder):
        assert pair.item.year == years[pair.item.owner]
        assert (pair.need.owner, pair.need.year) == ("", None)


@given(wild_needs, wild_parties, encoders)
def test_terms_in_common_stand_in_both_quotes(need: Query, party: Document, encoder: HashEncoder | None) -> None:
    for pair in pairs_of(need, party, encoder):
        assert all(term in pair.need.text and term in pair.item.text for term in pair.terms)
        assert len(set(pair.terms)) == len(pair.terms)


@given(wild_needs, wild_parties, encoders)
def test_at_most_three_pairs_best_first_each_clause_and_sentence_once(
    need: Query, party: Document, encoder: HashEncoder | None
) -> None:
    pairs = pairs_of(need, party, encoder)

    assert len(pairs) <= 3
    assert [pair.similarity for pair in pairs] == sorted((pair.similarity for pair in pairs), reverse=True)
    for side in ("need", "item"):
        quotes = [getattr(pair, side) for pair in pairs]
        places = [(quote.owner, quote.field, quote.start, quote.end) for quote in quotes]
        assert len(set(places)) == len(places)


@given(wild_needs, wild_parties, encoders)
def test_a_title_is_quoted_only_where_there_is_no_text(
    need: Query, party: Document, encoder: HashEncoder | None
) -> None:
    texts = {item.id: item.text for item in party.items} | {party.id: party.text}

    for pair in pairs_of(need, party, encoder):
        is_repeated = pair.item.owner == party.id and search_text(party.text) == search_text(party.title)
        assert pair.item.field == "text" or not search_text(texts[pair.item.owner]) or is_repeated
        assert pair.need.field != "title" or not any(
            search_text(part).strip("。；;") for part in (need.text, *need.sub_problems)
        )


@given(wild_parties, encoders)
def test_a_quote_is_at_most_80_characters_of_the_search_copy(party: Document, encoder: HashEncoder | None) -> None:
    need = Query("q", "提锂", "没有停顿的长句子" * 20)

    for pair in pairs_of(need, party, encoder):
        assert len(search_text(pair.need.text)) <= MAX_CLAUSE
        # Wording may shrink (程式設計師 → 程序员) only when read within its text, so one word's length is allowed for.
        assert len(search_text(pair.item.text)) <= MAX_CLAUSE + 4


def test_the_original_characters_are_quoted_from_a_traditional_full_width_text() -> None:
    need = Query("q", "", "廠裡要控制ＰＨ\u200b３．５，吸附劑衰減。")
    party = Document(
        "d", "expert", "甲", items=(Item("i", "paper", "論文", "\ufeff前言。吸附劑ＰＨ３．５時衰減最快。", 2021),)
    )

    (pair, *_) = pairs_of(need, party, HashEncoder())

    assert pair.need == Quote("", "text", 0, len(need.text), need.text)
    assert pair.item == Quote("i", "text", 1, len(party.items[0].text), party.items[0].text[1:], 2021)


def test_terms_are_words_of_the_field_in_the_order_of_the_need() -> None:
    need = Query("q", "", "铝系吸附剂在卤水提锂中容量衰减太快。")
    party = Document("d", "expert", "甲", items=(Item("i", "paper", "题", "研究提锂过程里铝系吸附剂的失效。", 2021),))

    (pair,) = pairs_of(need, party)

    assert pair.terms == ("铝系吸附剂", "提锂")


def test_the_profile_is_quoted_under_the_party_s_own_id_without_a_year() -> None:
    party = Document(
        "d", "expert", "甲", text="长于吸附剂再生。", items=(Item("i", "paper", "题", "青稞育种。", 2021),)
    )

    pair = pairs_of(Query("q", "", "吸附剂再生"), party)[0]

    assert pair.item == Quote("d", "text", 0, 8, "长于吸附剂再生。", None)


def test_the_title_of_a_need_is_quoted_when_nothing_else_is_said() -> None:
    party = Document("d", "achievement", "吸附剂再生方法")

    pair = pairs_of(Query("q", "吸附剂再生"), party)[0]

    assert (pair.need.field, pair.need.text) == ("title", "吸附剂再生")
    assert (pair.item.field, pair.item.text, pair.item.owner) == ("title", "吸附剂再生方法", "d")


def test_a_sub_problem_is_quoted_under_its_number() -> None:
    need = Query("q", "工厂难题", "产量下降了。", ("灯不亮", "吸附剂怎么再生"))
    party = Document("d", "expert", "甲", text="长于吸附剂再生。")

    pair = pairs_of(need, party)[0]

    assert (pair.need.field, pair.need.text) == ("sub_problems[1]", "吸附剂怎么再生")


@pytest.mark.parametrize("need", [Query("q", ""), Query("q", "", "。。。"), Query("q", "\x00", "\ud800")])
def test_a_need_that_says_nothing_has_no_wrong_evidence(need: Query) -> None:
    for encoder in (HashEncoder(), None):
        index = build_index(PARTIES, encoder)
        for match in rank(need, index, encoder, pool=[party.id for party in PARTIES], evidence_for=20).matches:
            assert all(pair.need.text and pair.item.text for pair in match.evidence)


def test_only_the_first_matches_get_evidence() -> None:
    index = build_index(PARTIES, HashEncoder())

    ranking = rank(NEEDS[0], index, HashEncoder(), evidence_for=2)

    assert [bool(match.evidence) for match in ranking.matches] == [True, True] + [False] * (len(ids_of(ranking)) - 2)
