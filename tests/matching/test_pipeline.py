"""rank() and why_not(): one need, one ordered and honest answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.encoder import Encoder
from matching.errors import BadInput
from matching.index import Index, build_index
from matching.parameters import calibration
from matching.pipeline import band, rank, why_not
from matching.records import Band, Constraints, Document, Item, Query, Ranking
from tests.matching.fakes import HashEncoder
from tests.matching.parties import NEEDS, PARTIES
from tests.matching.texts import corpora, ids_of, queries

NAMES = sorted(party.id for party in PARTIES)
constraints = st.builds(
    Constraints,
    excluded=st.dictionaries(st.sampled_from([f"d{number}" for number in range(9)]), st.just("own_organisation")),
    kinds=st.none() | st.frozensets(st.sampled_from(["expert", "team", "achievement", "society"])),
    demoted=st.dictionaries(st.sampled_from([f"d{number}" for number in range(9)]), st.floats(0, 20)),
)


@pytest.fixture(scope="module")
def index(bundled: Encoder) -> Index:
    return build_index(PARTIES, bundled)


def allowed(document: Document, rules: Constraints) -> bool:
    return document.id not in rules.excluded and (rules.kinds is None or document.kind in rules.kinds)


def score_of(ranking: Ranking) -> dict[str, float]:
    return {match.id: match.score for match in ranking.matches}


@pytest.mark.parametrize(("need", "first"), [(NEEDS[0], "adsorbent"), (NEEDS[1], "soiling"), (NEEDS[2], "barley")])
def test_the_party_that_can_help_comes_first(need: Query, first: str, index: Index, bundled: Encoder) -> None:
    assert rank(need, index, bundled).matches[0].id == first


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_equal_input_gives_an_equal_list_whatever_the_order_of_the_corpus(
    need: Query, index: Index, bundled: Encoder
) -> None:
    first = rank(need, index, bundled, evidence_for=3)
    again = rank(need, build_index(PARTIES[::-1], bundled), bundled, evidence_for=3)

    assert first == again == rank(need, index, bundled, evidence_for=3)
    assert sorted(ids_of(first)) == NAMES
    assert [match.rank for match in first.matches] == list(range(1, len(PARTIES) + 1))


@pytest.mark.parametrize("copies", [7, 13, 61, 130])
@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_equal_documents_are_equal_in_score_and_ordered_by_id(need: Query, copies: int, bundled: Encoder) -> None:
    same = [replace(PARTIES[number % 2], id=f"p{number % 2}-{number:03}") for number in range(2 * copies)]
    ranking = rank(need, build_index([*same, *PARTIES[2:]], bundled), bundled, limit=300)

    for prefix in ("p0", "p1"):
        twins = [match for match in ranking.matches if match.id.startswith(prefix)]
        assert [match.id for match in twins] == sorted(match.id for match in twins)
        assert len({match.score for match in twins}) == 1
        assert len(twins) == copies


@given(corpora, queries, constraints, st.integers(1, 9), st.sampled_from([HashEncoder(), None]))
def test_an_excluded_party_is_never_ranked_and_takes_nobody_s_place(
    corpus: list[Document], need: Query, rules: Constraints, limit: int, encoder: HashEncoder | None
) -> None:
    index = build_index(corpus, encoder)
    eligible = {document.id for document in corpus if allowed(document, rules)}
    everyone = set(ids_of(rank(need, index, encoder, limit=99)))

    found = ids_of(rank(need, index, encoder, constraints=rules, limit=limit))

    assert set(found) <= eligible
    assert len(found) == len(set(found)) == min(limit, len(eligible & everyone))
    # Only words can fail to reach a party; meaning reaches everyone.
    assert encoder is None or everyone == {document.id for document in corpus}


@given(corpora, queries, constraints, st.data())
def test_a_pool_is_ranked_whole_and_nothing_else(
    corpus: list[Document], need: Query, rules: Constraints, data: st.DataObject
) -> None:
    index = build_index(corpus, HashEncoder())
    pool = data.draw(st.lists(st.sampled_from(corpus)) if corpus else st.just([]))

    found = ids_of(rank(need, index, HashEncoder(), constraints=rules, pool=[d.id for d in pool], limit=1))

    assert sorted(found) == sorted({document.id for document in pool if allowed(document, rules)})


@given(corpora, queries, constraints)
def test_parts_sum_to_what_orders_and_scores_fall_strictly_with_them(
    corpus: list[Document], need: Query, rules: Constraints
) -> None:
    matches = rank(need, build_index(corpus, HashEncoder()), HashEncoder(), constraints=rules).matches

    for one, other in pairwise(matches):
        assert one.parts.total >= other.parts.total - 1e-4
        assert one.score > other.score or (one.score == other.score and one.id < other.id)
        assert one.score > other.score or one.parts.total <= other.parts.total + 1e-4
    assert all(0 < match.score < 1 for match in matches)


@given(corpora, queries, constraints)
def test_why_not_tells_the_rank_and_score_of_the_list_and_the_rule_for_the_rest(
    corpus: list[Document], need: Query, rules: Constraints
) -> None:
    index = build_index(corpus, HashEncoder())
    listed = {match.id: match for match in rank(need, index, HashEncoder(), constraints=rules).matches}

    for document in corpus:
        answer = why_not(need, document.id, index, HashEncoder(), constraints=rules)
        if allowed(document, rules):
            match = listed[document.id]
            assert (answer.rank, answer.score, answer.band, answer.rule) == (match.rank, match.score, match.band, None)
            assert answer.parts == match.parts
        else:
            rule = rules.excluded.get(document.id, "kind")
            assert (answer.rank, answer.score, answer.band, answer.rule) == (None, None, None, rule)
        assert answer.item in {document.id, *(item.id for item in document.items)}


def test_why_not_names_the_best_item(index: Index, bundled: Encoder) -> None:
    answer = why_not(NEEDS[0], "adsorbent", index, bundled)

    assert (answer.rank, answer.item, answer.parts.passage) == (1, "adsorbent-1", 0)
    assert answer == why_not(NEEDS[0], "adsorbent", index, bundled)


@pytest.mark.parametrize("need", NEEDS, ids=lambda need: need.id)
def test_why_not_agrees_with_the_list_of_the_bundled_encoder(need: Query, index: Index, bundled: Encoder) -> None:
    for match in rank(need, index, bundled).matches:
        answer = why_not(need, match.id, index, bundled)
        assert (answer.rank, answer.score, answer.band, answer.parts) == (
            match.rank,
            match.score,
            match.band,
            match.parts,
        )


def test_an_unknown_id_is_refused_in_a_pool_and_in_why_not(index: Index, bundled: Encoder) -> None:
    with pytest.raises(BadInput, match="没有编号 nobody（共 1 个未知编号）：请检查编号"):
        rank(NEEDS[0], index, bundled, pool=["yak", "nobody"])
    with pytest.raises(BadInput, match="没有编号 nobody"):
        why_not(NEEDS[0], "nobody", index, bundled)


def test_rules_about_unknown_parties_do_no_harm(index: Index, bundled: Encoder) -> None:
    rules = Constraints(excluded={"nobody": "rule"}, demoted={"nobody": 3.0}, kinds=frozenset({"expert", "dragon"}))

    found = ids_of(rank(NEEDS[0], index, bundled, constraints=rules))

    assert sorted(found) == sorted(party.id for party in PARTIES if party.kind == "expert")


def test_a_demoted_party_loses_the_given_points_and_stays_eligible(index: Index, bundled: Encoder) -> None:
    before = {match.id: match.parts for match in rank(NEEDS[0], index, bundled).matches}

    after = rank(NEEDS[0], index, bundled, constraints=Constraints(demoted={"adsorbent": 100.0}))

    assert after.matches[-1].id == "adsorbent"
    assert after.matches[-1].parts == replace(before["adsorbent"], demotion=100.0)
    assert after.matches[-1].parts.total == pytest.approx(before["adsorbent"].total - 100, abs=1e-4)
    assert {m.id: m.parts for m in after.matches[:-1]} == {n: p for n, p in before.items() if n != "adsorbent"}


def test_a_party_that_fits_one_sub_problem_rises_when_it_is_named(index: Index, bundled: Encoder) -> None:
    whole = NEEDS[0]
    parted = replace(whole, sub_problems=("牦牛乳做酸奶总是分层出水", "料为什么掉粉"))

    def place(need: Query) -> int:
        return ids_of(rank(need, index, bundled)).index("yak")

    assert place(parted) <= 2 < place(whole)
    assert rank(parted, index, bundled).matches[0].id in ("adsorbent", "yak")


@given(corpora, queries, st.sampled_from([HashEncoder(), None]))
def test_naming_a_sub_problem_never_takes_points_of_a_party_s_best_item(
    corpus: list[Document], need: Query, encoder: HashEncoder | None
) -> None:
    index = build_index(corpus, encoder)
    whole = replace(need, sub_problems=())
    names = [document.id for document in corpus]

    def best_items(asked: Query) -> dict[str, float]:
        matches = rank(asked, index, encoder, pool=names).matches
        return {m.id: m.parts.meaning + m.parts.words - m.parts.crowding - m.parts.recency for m in matches}

    before, after = best_items(whole), best_items(need)

    assert all(after[name] >= before[name] - 1e-3 for name in names)


@pytest.mark.parametrize("text", ["", " \n", "\x00", "\ud800", "盐\x00湖\udfff", "🔋", "。。。", "卤水提锂。" * 20_000])
def test_a_need_of_any_content_is_ranked(text: str, index: Index, bundled: Encoder) -> None:
    for need in (Query("q", text), Query("q", "", text), Query("q", "", "", (text, text)), Query("q", text, text)):
        ranking = rank(need, index, bundled, evidence_for=2)

        assert sorted(ids_of(ranking)) == NAMES
    keyword = build_index(PARTIES, None)
    assert rank(Query("q", text, text), keyword, None, evidence_for=2).mode == "keyword"


@pytest.mark.parametrize("encoder", [HashEncoder(), None])
def test_an_empty_corpus_gives_an_empty_list(encoder: HashEncoder | None) -> None:
    ranking = rank(NEEDS[0], build_index([], encoder), encoder, evidence_for=3)

    mode = "keyword" if encoder is None else "dense"
    assert ranking == Ranking("need-1", mode, calibrated=False, no_good_match=False, matches=())


def test_keyword_mode_ranks_and_says_so() -> None:
    ranking = rank(NEEDS[0], build_index(PARTIES, None), None, evidence_for=1)

    assert (ranking.mode, ranking.calibrated, ranking.no_good_match) == ("keyword", False, False)
    assert {match.band for match in ranking.matches} == {Band.UNCALIBRATED}
    assert ranking.matches[0].id == "adsorbent"
    assert ranking.matches[0].evidence


def test_another_encoder_shows_no_bands() -> None:
    ranking = rank(NEEDS[0], build_index(PARTIES, HashEncoder()), HashEncoder())

    assert (ranking.mode, ranking.calibrated, ranking.no_good_match) == ("dense", False, False)
    assert {str(match.band) for match in ranking.matches} == {"未校准"}


@pytest.mark.parametrize("need", [*NEEDS, Query("q", ""), Query("q", "量子密钥分发的诱骗态协议")], ids=lambda q: q.id)
def test_bands_and_no_good_match_follow_the_shipped_calibration(need: Query, index: Index, bundled: Encoder) -> None:
    curve = calibration(bundled.fingerprint)
    ranking = rank(need, index, bundled)

    assert ranking.calibrated == (curve is not None)
    assert [match.band for match in ranking.matches] == [band(score, curve) for score in score_of(ranking).values()]
    assert ranking.no_good_match == (ranking.matches[0].band is Band.NONE)


def test_a_hundred_items_of_one_party_do_not_push_out_the_others() -> None:
    prolific = Document(
        "a", "team", "多", items=tuple(Item(f"i{n}", "paper", "卤水提锂", "吸附剂") for n in range(900))
    )
    others = [Document(f"b{n}", "expert", "卤水") for n in range(20)]

    found = ids_of(
        rank(Query("q", "卤水提锂吸附剂"), build_index([prolific, *others], HashEncoder()), HashEncoder(), limit=10)
    )

    assert len(found) == 10
