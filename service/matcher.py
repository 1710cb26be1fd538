"""The bridge to matching: rows become documents, matches become rows. The only module here that ranks.

The database is the truth, the index a disposable hint: a hit is read again from the database before it is shown.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlmodel import Session, col, select

from matching import (
    Constraints,
    Document,
    Index,
    IndexDamaged,
    Item,
    Match,
    MatchingSettings,
    ModelUnavailable,
    Query,
    Ranking,
    WhyNot,
    build_index,
    open_encoder,
    rank,
    why_not,
)
from matching.encoder.protocol import Encoder
from matching.encoder.remembering import RememberingEncoder
from matching.index import KEYWORD_FINGERPRINT
from matching.parameters import digest
from matching.snapshot import KEPT, load_current, publish
from service.models import Attachment, Expert, ExpertState, FileSubject, Need, SubProblem, Team, Work

__all__ = ["PARAMETERS", "Document", "Match", "Matcher", "Query", "Ranking", "TextIndex", "documents", "query_of"]

log = logging.getLogger(__name__)
# What every ranking of this process is made with, besides texts and encoder.
PARAMETERS = digest()
_SHOWN, _WITH_EVIDENCE = 20, 10
# Of all attachments together: they add to what the owner wrote, they must not drown it.
_ATTACHED_CHARS = 4_000
_FITTING = 5
# Of all pairs of a need and one text of a party in the demo data nine of ten lie below, of useful ones one of four.
_NEAR_POINTS = 3.0


@dataclass(frozen=True)
class IndexStatus:
    """by_meaning: read with the model; else by words alone."""

    version: str
    documents: int
    by_meaning: bool


class Matcher:
    """The current index and its encoder; safe for several threads.

    settings: of matching; without a usable model everything still ranks, by words, and says so.
    """

    def __init__(self, settings: MatchingSettings) -> None:
        self._settings = settings
        self._root = Path(settings.data_dir) / "index"
        self._changing = threading.Lock()
        self._encoder: Encoder | None = None
        self._opened = False
        self._index: Index | None = None
        self._version = ""

    @classmethod
    def from_env(cls) -> Matcher:
        """With the settings of this process."""
        return cls(MatchingSettings.from_env())

    def refresh(self, rows: list[Document], *, kept: int = KEPT, anew: bool = False) -> str:
        """Bring the index to exactly these documents; what is unchanged is not read again. Returns its version.

        kept: how many snapshots stay on disk; 1 where the older ones hold what must not be held any more. anew: read
        all of them again, whatever was kept.
        """
        with self._changing:
            encoder = self._open()
            self._index = build_index(rows, encoder, previous=None if anew else self._current())
            self._version = publish(self._index, self._root, kept=kept).version
            return self._version

    def has_index(self) -> bool:
        """False before the first refresh, and where another encoder or damage made the stored one useless."""
        with self._changing:
            return self._current() is not None

    def status(self) -> IndexStatus | None:
        """Of the index in use; None before its first use. Waits for nobody, and makes nothing."""
        index, version = self._index, self._version
        return IndexStatus(version, len(index), index.fingerprint != KEYWORD_FINGERPRINT) if index is not None else None

    def suggest(self, query: Query, excluded: Mapping[str, str]) -> tuple[Ranking, str, str]:
        """(ranking, encoder fingerprint, index version). excluded: document id → rule, see service.verdict.

        Raises RuntimeError without an index: an empty list would look like an answer.
        """
        with self._changing:
            encoder, index, version = self._open(), self._current(), self._version
        if index is None:
            raise RuntimeError("matching before the index was made")
        constraints = Constraints(excluded=excluded)
        found = rank(query, index, encoder, constraints=constraints, limit=_SHOWN, evidence_for=_WITH_EVIDENCE)
        return found, index.fingerprint, version

    def why_not(self, query: Query, document_id: str, excluded: Mapping[str, str]) -> WhyNot | None:
        """Where this party stands now; None without an index, or if the index does not know it yet."""
        with self._changing:
            encoder, index = self._open(), self._current()
        if index is None or document_id not in index.ids:
            return None
        return why_not(query, document_id, index, encoder, constraints=Constraints(excluded=excluded))

    @property
    def mode(self) -> Literal["keyword", "model"]:
        """How it would rank at this moment; “keyword” as well until the model was opened. Never waits."""
        return "keyword" if self._encoder is None else "model"

    def encoder(self) -> Encoder | None:
        """What this index is read with; None where everything ranks by words."""
        with self._changing:
            return self._open()

    def _open(self) -> Encoder | None:
        if not self._opened:
            try:
                encoder = open_encoder(self._settings)
                if encoder is not None:
                    encoder.encode_query(["试"])
                self._encoder = RememberingEncoder(encoder) if encoder is not None else None
            except ModelUnavailable as error:
                log.warning("matcher.no_model", extra={"reason": error.message})
            self._opened = True
        return self._encoder

    def _current(self) -> Index | None:
        """The index in memory, else the snapshot on disk, if it is sound and of this encoder."""
        if self._index is None:
            try:
                index, manifest = load_current(self._root)
            except IndexDamaged:
                return None
            encoder = self._open()
            if index.fingerprint == (encoder.fingerprint if encoder else KEYWORD_FINGERPRINT):
                self._index, self._version = index, manifest.version
        return self._index


class TextIndex:
    """Beside the people's: an index of what everybody may read of achievements, or of needs.

    Kept in memory only, so that what is withdrawn or sealed leaves no copy on disk. encoder: the people's, loaded once.
    """

    def __init__(self, encoder: Callable[[], Encoder | None]) -> None:
        self._encoder = encoder
        self._changing = threading.Lock()
        self._mark: Hashable = None
        self._index: Index | None = None

    def keep_up(self, mark: Hashable, rows: Callable[[], list[Document]]) -> None:
        """Bring it to these documents, unless it was read at this mark; what is unchanged is not read again."""
        with self._changing:
            if self._index is None or mark != self._mark:
                self._index = build_index(rows(), self._encoder(), previous=self._index)
                self._mark = mark

    def fitting(self, query: Query, excluded: Mapping[str, str]) -> list[Match]:
        """The best few with their evidence; none that have nothing to do with the query.

        The lines of confidence were measured on people, who are known by many texts, so they say nothing here. By
        words alone, two texts must have one in common. Raises RuntimeError before the first keep_up.
        """
        with self._changing:
            index = self._index
        if index is None:
            raise RuntimeError("ranking before the index was made")
        if not len(index):
            return []
        constraints = Constraints(excluded=excluded)
        found = rank(query, index, self._encoder(), constraints=constraints, limit=_FITTING, evidence_for=_FITTING)
        if found.mode == "keyword":
            return [match for match in found.matches if any(pair.terms for pair in match.evidence)]
        return [match for match in found.matches if match.parts.total >= _NEAR_POINTS]


def documents(session: Session) -> list[Document]:
    """Everybody who may be found: verified experts with their works, and teams.

    Whether a team's term runs changes by the calendar; service.verdict decides that for each matching.
    """
    experts = session.exec(select(Expert).where(Expert.state == ExpertState.VERIFIED).order_by(Expert.id)).all()
    items: dict[str, list[Item]] = {}
    for work in session.exec(select(Work).order_by(col(Work.id))):
        items.setdefault(work.expert_id, []).append(Item(work.id, work.kind, work.title, work.text, work.year))
    found = [
        Document(f"expert:{each.id}", "expert", each.name, each.profile, tuple(items.get(each.id, ())))
        for each in experts
    ]
    teams = session.exec(select(Team).order_by(Team.id)).all()
    return found + [Document(f"team:{each.id}", "team", each.name, each.profile) for each in teams]


def query_of(session: Session, need: Need) -> Query:
    """What the need says, as matching reads it: what its owner wrote, then the beginning of the attachments."""
    written = (need.situation, need.targets, need.scene, need.restrictions, _attached(session, need))
    text = "\n".join(part for part in written if part)
    wanted = select(SubProblem.text).where(SubProblem.need_id == need.id).order_by(col(SubProblem.place))
    return Query(need.id, need.title, text, tuple(session.exec(wanted)))


def _attached(session: Session, need: Need) -> str:
    wanted = select(Attachment.extracted_text).where(
        Attachment.subject_kind == FileSubject.NEED,
        Attachment.subject_id == need.id,
        col(Attachment.removed_at).is_(None),
    )
    texts = session.exec(wanted.order_by(col(Attachment.created_at), col(Attachment.id)))
    return "\n".join(text for text in texts if text)[:_ATTACHED_CHARS]
