"""From documents to passages: what exactly is searched, one passage per item and one for a profile.

A passage reads “title。text”. A party without items is its own item (its title is what it has to say); a party with
items is known by them and by its profile text, not by its name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from matching.records import Document
from matching.store import encode_document
from matching.text.clauses import clauses
from matching.text.normalise import SearchText, search_copy, search_text

# About 270 tokens: what is said later in a text rarely changes what it is about, and time grows with length.
ENCODED_CHARS = 400
# Raised when a passage would be read differently, so that no cached vector of an older reading is reused.
READING = 2
_JOINT = "。"


@dataclass(frozen=True)
class Passage:
    """owner: item id, or the document's own id for its profile; title, text: search copies with their maps."""

    owner: str
    title: SearchText
    text: SearchText
    year: int | None

    @property
    def joined(self) -> str:
        return _JOINT.join(part for part in (self.title.text, self.text.text) if part)

    def quotable(self) -> tuple[str, SearchText, int]:
        """The field that evidence quotes, its copy, and where that copy starts in the joined text."""
        if self.text.text:
            return "text", self.text, len(self.title.text) + len(_JOINT) if self.title.text else 0
        return "title", self.title, 0

    def clause_spans(self) -> list[tuple[int, int]]:
        """Clauses of the quotable field, as spans of the joined text."""
        _, copy, at = self.quotable()
        return [(start + at, end + at) for start, end in clauses(copy.text)]


def passages(document: Document) -> list[Passage]:
    """At least one passage, even if it is empty, so that every document can be ranked."""
    empty = search_copy("")
    found = [Passage(item.id, search_copy(item.title), search_copy(item.text), item.year) for item in document.items]
    if not found:
        return [Passage(document.id, search_copy(document.title), _unrepeated(document), None)]
    if document.text.strip():
        found.append(Passage(document.id, empty, search_copy(document.text), None))
    return found


def owner_of(document: Document, number: int) -> str:
    """The id evidence gives for passage ``number``: its item's, or the document's own for the profile."""
    return document.items[number].id if number < len(document.items) else document.id


def _unrepeated(document: Document) -> SearchText:
    """The profile text, unless it is the title once more, letter for letter."""
    return search_copy("" if search_text(document.text) == search_text(document.title) else document.text)


def digest(document: Document) -> str:
    """Changes when anything about the document or about our reading of it changes. 32 hex digits."""
    return hashlib.sha256(b"%d\n" % READING + encode_document(document)).hexdigest()[:32]
