"""What exactly is searched of a document."""

from __future__ import annotations

from hypothesis import given

from matching.passages import owner_of, passages
from matching.records import Document, Item
from matching.text.clauses import clauses
from tests.matching.texts import documents


@given(documents)
def test_clauses_of_a_passage_are_those_of_the_field_it_quotes(document: Document) -> None:
    for passage in passages(document):
        _, copy, _ = passage.quotable()

        cut = [passage.joined[start:end] for start, end in passage.clause_spans()]

        assert cut == [copy.text[start:end] for start, end in clauses(copy.text)]


@given(documents)
def test_every_passage_belongs_to_an_item_or_to_the_profile(document: Document) -> None:
    owners = [passage.owner for passage in passages(document)]

    profile = [document.id] if document.text.strip() or not document.items else []
    assert owners == [item.id for item in document.items] + profile
    assert owners == [owner_of(document, number) for number in range(len(owners))]


def test_a_profile_that_repeats_the_title_is_read_once() -> None:
    (passage,) = passages(Document("d", "achievement", "吸附劑再生", text="吸附剂再生"))

    assert passage.joined == "吸附剂再生"


def test_a_party_with_items_is_not_read_by_its_name() -> None:
    found = passages(Document("d", "expert", "王一", "长于再生", (Item("i", "paper", "题", "文", 2020),)))

    assert [(passage.joined, passage.year) for passage in found] == [("题。文", 2020), ("长于再生", None)]
