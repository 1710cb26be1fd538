"""A matching as staff see it."""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session, select

from service.models import Expert, MatchResult, MatchReview, MatchRun, Need, PartyKind, Team, User
from service.schemas.matches import MatchOut, MatchRunOut, ReviewOut
from service.usecases.eligibility import exclusions
from service.usecases.lookup import together
from service.usecases.matches import results
from service.usecases.self_offer_views import beside
from service.verdict import RULES
from service.workflow.matches import MATCH_RUN


def show(session: Session, need: Need, run: MatchRun) -> MatchRunOut:
    """What is shown of a party is read from the database now; who must not be recommended any more is marked."""
    state = MATCH_RUN.states[run.state]
    forbidden = exclusions(session, need)
    found = results(session, run)
    _held = together(session, (result.party_id for result in found), Expert, Team)
    shown = [_match(session, result, forbidden) for result in found]
    review = session.exec(select(MatchReview).where(MatchReview.run_id == run.id)).first()
    return MatchRunOut(
        id=run.id,
        version=run.version or 0,
        state=run.state,
        state_label=state.label,
        turn=state.turn,
        due_at=run.due_at,
        mode=run.mode,
        calibrated=run.calibrated,
        no_good_match=run.no_good_match,
        outdated_content=run.need_content_version != need.content_version,
        excluded={RULES[rule]: count for rule, count in sorted(Counter(run.excluded.values()).items())},
        matches=[match for match in shown if match],
        self_offers=beside(session, need, forbidden),
        review=_review(session, review) if review else None,
    )


def _match(session: Session, result: MatchResult, forbidden: dict[str, str]) -> MatchOut | None:
    """None if the party is no longer there."""
    if result.party_kind is PartyKind.EXPERT:
        expert = session.get(Expert, result.party_id)
        found = (expert.name, expert.organization_name) if expert else None
    else:
        team = session.get(Team, result.party_id)
        found = (team.name, "") if team else None
    if found is None:
        return None
    rule = forbidden.get(f"{result.party_kind}:{result.party_id}")
    return MatchOut(
        rank=result.rank,
        party_kind=result.party_kind,
        party_id=result.party_id,
        name=found[0],
        organization_name=found[1],
        band=result.band,
        evidence=result.evidence,
        parts=result.parts,
        gone=RULES[rule] if rule else None,
    )


def _review(session: Session, review: MatchReview) -> ReviewOut:
    return ReviewOut(
        verdict=review.verdict,
        reason=review.reason,
        chosen=review.chosen,
        reviewer=session.get_one(User, review.reviewer_id).name,
        at=review.created_at,
    )
