"""Which achievements fit a need, and which needs fit an achievement; both are looked for by the worker.

Each side is found by what everybody may read of it, so that no other word of an achievement can change what the need's
owner is shown, nor a need's what a stranger with an achievement is. Only the side that asks is read in full.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import func
from sqlmodel import Session, and_, col, delete, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.disclosure import Access, may_read
from service.jobs import enqueue
from service.matcher import Document, Match, Query, TextIndex, query_of
from service.models import (
    Achievement,
    AchievementResult,
    Expert,
    ExpertState,
    MatchRun,
    Need,
    NeedResult,
    Organization,
    OrganizationState,
    PartyKind,
    SubProblem,
)
from service.services import Services
from service.usecases.eligibility import obstacle
from service.visibility import published_achievements, published_needs

Found = TypeVar("Found", Need, Achievement)
_OWN = "own_organization"


@dataclass(frozen=True)
class Fitting:
    """Achievements that fit a need, and what they said (content_version by id) when they were found."""

    matches: Sequence[Match]
    versions: Mapping[str, int]


def look(session: Session, index: TextIndex, need: Need, excluded: Mapping[str, str]) -> Fitting:
    """excluded: as `verdict` has it about people, for this matching of the need."""
    keep_up_achievements(session, index)
    matches = index.fitting(query_of(session, need), _own_achievements(session, need, excluded))
    return Fitting(matches, _versions(session, offered_achievements(), matches))


def keep(session: Session, run: MatchRun, fitting: Fitting) -> None:
    """Beside the people a matching found; and look again for the needs that fit those achievements."""
    found = _unchanged(session, offered_achievements(), fitting.matches, fitting.versions)
    for rank, (achievement, match) in enumerate(found, 1):
        session.add(
            AchievementResult(
                run_id=run.id,
                rank=rank,
                achievement_id=achievement.id,
                achievement_content_version=achievement.content_version,
                points=match.parts.total,
                evidence=_pairs(match, asking="need", answering="achievement"),
            )
        )
        enqueue(session, "achievement.match", key=f"achievement:{achievement.id}")


def keep_needs(services: Services, index: TextIndex, achievement_id: str) -> None:
    """Look for needs that fit a published achievement, in place of those found before."""
    wanted = offered_achievements().where(Achievement.id == achievement_id)
    with services.database.reading() as session:
        achievement = session.exec(wanted).first()
        if achievement is None:
            return
        read = achievement.content_version
        index.keep_up(_mark_of_needs(session), lambda: need_documents(session))
        query = Query(achievement.id, achievement.title, achievement.summary)
        matches = index.fitting(query, _own_needs(session, achievement))
        versions = _versions(session, published_needs(), matches)
    with services.database.writing() as session:
        achievement = session.exec(wanted).first()
        if achievement is None or achievement.content_version != read:
            return
        session.exec(delete(NeedResult).where(col(NeedResult.achievement_id) == achievement_id))
        found = _unchanged(session, published_needs(), matches, versions)
        others = [(need, match) for need, match in found if not _is_own(session, need, achievement)]
        for rank, (need, match) in enumerate(others, 1):
            session.add(
                NeedResult(
                    achievement_id=achievement_id,
                    achievement_content_version=read,
                    rank=rank,
                    need_id=need.id,
                    need_content_version=need.content_version,
                    points=match.parts.total,
                    evidence=_pairs(match, asking="achievement", answering="need"),
                )
            )


def keep_up_achievements(session: Session, index: TextIndex) -> None:
    """Bring it to what is offered now."""
    index.keep_up(_mark_of_achievements(session), lambda: achievement_documents(session))


def offered_achievements() -> SelectOfScalar[Achievement]:
    """Published ones whose owner is still verified, and as an expert agrees to be found; without an order."""
    return (
        published_achievements()
        .join(Organization, col(Organization.id) == col(Achievement.organization_id), isouter=True)
        .join(Expert, col(Expert.id) == col(Achievement.expert_id), isouter=True)
        .where(
            or_(
                col(Organization.state) == OrganizationState.VERIFIED,
                and_(col(Expert.state) == ExpertState.VERIFIED, col(Expert.takes_part)),
            )
        )
    )


def achievement_documents(session: Session) -> list[Document]:
    """What everybody may read of each; who shows neither title nor summary cannot be found."""
    found = []
    for achievement in session.exec(offered_achievements().order_by(col(Achievement.id))):
        title, summary = _public(achievement, "title"), _public(achievement, "summary")
        if title or summary:
            found.append(Document(f"achievement:{achievement.id}", "achievement", title, summary))
    return found


def need_documents(session: Session) -> list[Document]:
    """What everybody may read of each published need."""
    parts: dict[str, list[str]] = {}
    for sub_problem in session.exec(select(SubProblem).order_by(col(SubProblem.need_id), col(SubProblem.place))):
        parts.setdefault(sub_problem.need_id, []).append(sub_problem.text)
    found = []
    for need in session.exec(published_needs().order_by(col(Need.id))):
        title = _public(need, "title")
        texts = [_public(need, name) for name in ("situation", "targets", "scene", "restrictions")]
        texts += parts.get(need.id, []) if may_read(Access.PUBLIC, need, "sub_problems") else []
        text = "\n".join(part for part in texts if part)
        if title or text:
            found.append(Document(f"need:{need.id}", "need", title, text))
    return found


def _public(row: Need | Achievement, field: str) -> str:
    return str(getattr(row, field)) if may_read(Access.PUBLIC, row, field) else ""


def _mark_of_needs(session: Session) -> tuple[int, int]:
    """Rises with every change of any row: none is ever deleted, and versions only rise."""
    count, versions = session.exec(select(func.count(col(Need.id)), func.sum(Need.version))).one()
    return count, int(versions or 0)


def _mark_of_achievements(session: Session) -> tuple[int, ...]:
    """As of needs; and with every change of an owner, who may pause, leave or come back."""
    wanted = (
        select(
            func.count(col(Achievement.id)),
            func.sum(Achievement.version),
            func.sum(Organization.version),
            func.sum(Expert.version),
        )
        .join(Organization, col(Organization.id) == col(Achievement.organization_id), isouter=True)
        .join(Expert, col(Expert.id) == col(Achievement.expert_id), isouter=True)
    )
    return tuple(int(each or 0) for each in session.exec(wanted).one())


def _own_achievements(session: Session, need: Need, excluded: Mapping[str, str]) -> dict[str, str]:
    """Of the need's organisation and of its experts."""
    experts = [key.partition(":")[2] for key, rule in excluded.items() if rule == _OWN and key.startswith("expert:")]
    wanted = select(Achievement.id).where(
        or_(col(Achievement.organization_id) == need.organization_id, col(Achievement.expert_id).in_(experts))
    )
    return {f"achievement:{each}": _OWN for each in session.exec(wanted)}


def _own_needs(session: Session, achievement: Achievement) -> dict[str, str]:
    wanted = select(Need.id).where(col(Need.organization_id) == achievement.organization_id)
    return {f"need:{each}": _OWN for each in session.exec(wanted)}


def _is_own(session: Session, need: Need, achievement: Achievement) -> bool:
    """Whether the need is of somebody the expert works or acts for; organisations were left out before."""
    if achievement.expert_id is None:
        return False
    return obstacle(session, need, PartyKind.EXPERT, achievement.expert_id) == _OWN


def _versions(session: Session, wanted: SelectOfScalar[Found], matches: Sequence[Match]) -> dict[str, int]:
    return {row.id: row.content_version for row in _rows(session, wanted, matches)}


def _unchanged(
    session: Session, wanted: SelectOfScalar[Found], matches: Sequence[Match], versions: Mapping[str, int]
) -> list[tuple[Found, Match]]:
    """Those that may still be found and say what they said when they were, best first."""
    rows = {row.id: row for row in _rows(session, wanted, matches) if versions.get(row.id) == row.content_version}
    return [(rows[_id(match)], match) for match in matches if _id(match) in rows]


def _rows(session: Session, wanted: SelectOfScalar[Found], matches: Sequence[Match]) -> Sequence[Found]:
    table: Any = wanted.column_descriptions[0]["entity"]
    return session.exec(wanted.where(col(table.id).in_([_id(match) for match in matches]))).all()


def _id(match: Match) -> str:
    return match.id.partition(":")[2]


def _pairs(match: Match, *, asking: str, answering: str) -> list[dict[str, Any]]:
    return [
        {
            asking: asdict(pair.need),
            answering: asdict(pair.item),
            "terms": list(pair.terms),
            "similarity": pair.similarity,
        }
        for pair in match.evidence
    ]
