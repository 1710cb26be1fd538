"""Needs like the one being typed: an index of what everybody may read of open needs, kept in this process.

Only public fields of published needs enter it, so that no word of any other text can change what somebody else is
shown. The database is the truth: whoever shows a hit reads the need again, and drops it if it says something else now.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from matching.index import Index
from matching.likeness import Alike, Likeness, alike, comparable, index_of
from matching.records import Document
from service.db import Database
from service.disclosure import level_of
from service.models import Need, PublicityLevel, SubProblem
from service.visibility import published_needs

__all__ = ["Likeness", "NeedIndex", "SimilarText"]

log = logging.getLogger(__name__)
# What a need is about comes first: only the head of a text is compared.
COMPARED = ("scene", "targets", "situation", "restrictions", "tried")
# So that no quoted sentence runs from one field into the next.
_JOINT = "。"
# Up to so many needs whoever types waits for the latest changes (some 50 ms); with more, the answer comes from the
# state before them, and the rebuilding starts once it is surely given.
_QUICK_NEEDS = 1_000
_LATER_SECONDS = 0.5
_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class SimilarText:
    """A hit, and exactly what was compared."""

    found: Alike
    text: Document


@dataclass(frozen=True)
class _Held:
    """mark: of the database when it was read; texts: need id → (version of its row, what is indexed)."""

    mark: tuple[int, int]
    texts: Mapping[str, tuple[int, Document]]
    index: Index


class NeedIndex:
    """Safe for several threads: one rebuilds, the others go on reading the index before."""

    def __init__(self) -> None:
        self._held: _Held | None = None
        self._building = threading.Lock()
        self._starting = threading.Lock()
        self._behind: threading.Thread | None = None

    def similar(
        self,
        database: Database,
        title: str,
        texts: Iterable[str],
        *,
        excluded: Collection[str] = (),
        is_patient: bool = False,
    ) -> list[SimilarText]:
        """Most alike first. texts: in the order of COMPARED, as far as they are written; excluded: need ids.

        is_patient: waits for the latest changes, however long that takes.

        Opens sessions of its own: not to be called inside a transaction that writes.
        """
        held = self._current(database, is_patient)
        found = alike(title, _JOINT.join(text for text in texts if text), held.index, excluded=excluded)
        return [SimilarText(each, held.texts[each.id][1]) for each in found]

    def refresh(self, database: Database) -> None:
        """Bring the index to what the database says now; needs that say the same are not read again."""
        self._refreshed(database)

    def start(self, database: Database, delay: float = 0.0) -> None:
        """The same in a thread of its own, unless one is on its way already."""
        with self._starting:
            if self._behind is None or not self._behind.is_alive():
                self._behind = threading.Thread(target=self._catch_up, args=(database, delay), daemon=True)
                self._behind.start()

    def _current(self, database: Database, is_patient: bool) -> _Held:
        held = self._held
        if held is None or is_patient or len(held.texts) <= _QUICK_NEEDS:
            return self._refreshed(database)
        with database.reading() as session:
            is_behind = _mark(session) != held.mark
        if is_behind:
            self.start(database, _LATER_SECONDS)
        return held

    def _catch_up(self, database: Database, delay: float) -> None:
        time.sleep(delay)
        try:
            self.refresh(database)
        except Exception:
            # The next who asks starts again, and is answered from the state before.
            log.error("need_index.failed", exc_info=True)

    def _refreshed(self, database: Database) -> _Held:
        with self._building:
            before = self._held
            with database.reading() as session:
                # Read first: what changes after it is behind the mark, and read again next time.
                mark = _mark(session)
                if before is not None and before.mark == mark:
                    return before
                texts = _texts(session, before.texts if before else {})
            documents = [document for _, document in texts.values()]
            if before is None:
                index = index_of(documents)
            elif documents == [document for _, document in before.texts.values()]:
                # Most changes of needs are steps, not words.
                index = before.index
            else:
                index = index_of(documents, previous=before.index)
            self._held = _Held(mark, texts, index)
            return self._held


def _mark(session: Session) -> tuple[int, int]:
    """Rises with every change of any need: none is ever deleted, and versions only rise."""
    count, versions = session.exec(select(func.count(col(Need.id)), func.sum(Need.version))).one()
    return count, int(versions or 0)


def public_texts(session: Session, need_ids: Collection[str]) -> dict[str, tuple[int, Document]]:
    """Need id → (version of its row, what everybody may read of it), of those of these needs that are public."""
    parts: dict[str, list[str]] = {}
    named = select(SubProblem).where(col(SubProblem.need_id).in_(need_ids)).order_by(col(SubProblem.place))
    for sub_problem in session.exec(named):
        parts.setdefault(sub_problem.need_id, []).append(sub_problem.text)
    needs = session.exec(published_needs().where(col(Need.id).in_(need_ids)))
    return {need.id: (need.version or 0, _document(need, parts.get(need.id, []))) for need in needs}


def _texts(session: Session, known: Mapping[str, tuple[int, Document]]) -> dict[str, tuple[int, Document]]:
    """By id."""
    wanted = published_needs().with_only_columns(col(Need.id), col(Need.version))
    versions: dict[str, int] = dict(session.execute(wanted).all())
    texts = {need_id: known[need_id] for need_id, version in versions.items() if _has(known, need_id, version)}
    missing = sorted(versions.keys() - texts.keys())
    for at in range(0, len(missing), _ROWS_AT_ONCE):
        texts |= public_texts(session, missing[at : at + _ROWS_AT_ONCE])
    return dict(sorted(texts.items()))


def _has(known: Mapping[str, tuple[int, Document]], need_id: str, version: int) -> bool:
    return need_id in known and known[need_id][0] == version


def _document(need: Need, sub_problems: list[str]) -> Document:
    written = [getattr(need, name) for name in COMPARED if _is_public(need, name)]
    written += sub_problems if _is_public(need, "sub_problems") else []
    title = need.title if _is_public(need, "title") else ""
    return comparable(need.id, title, _JOINT.join(text for text in written if text))


def _is_public(need: Need, field: str) -> bool:
    return level_of(need, field) is PublicityLevel.PUBLIC
