"""A recommendation as the company and staff see it: the parties side by side, with the evidence of the matching."""

from __future__ import annotations

from sqlmodel import Session, select

from service.actors import Actor
from service.case_facts import Case, speaks_for_owner
from service.models import (
    Expert,
    MatchResult,
    MatchReview,
    PartyKind,
    Recommendation,
    RecommendationState,
    RecommendedParty,
    Team,
)
from service.rules.region import full_name
from service.schemas.recommendations import RecommendationOut, RecommendedOut
from service.usecases.eligibility import obstacle
from service.usecases.recommendations import parties
from service.usecases.recommended_facts import facts_of
from service.usecases.self_offer_views import offered_by
from service.verdict import RULES
from service.workflow.recommendations import RECOMMENDATION, REJECTION_REASONS


def show(session: Session, actor: Actor, case: Case) -> RecommendationOut:
    recommendation: Recommendation = case.subject
    state = RECOMMENDATION.states[recommendation.state]
    found = _evidence(session, recommendation)
    return RecommendationOut(
        id=recommendation.id,
        version=recommendation.version or 0,
        state=recommendation.state,
        state_label=state.label,
        turn=state.turn,
        due_at=recommendation.due_at,
        reasons=REJECTION_REASONS,
        may_choose=recommendation.state is RecommendationState.TO_CHOOSE and speaks_for_owner(actor, case),
        parties=[_party(session, actor, case, each, found) for each in parties(session, recommendation)],
    )


def _evidence(session: Session, recommendation: Recommendation) -> dict[str, MatchResult]:
    if recommendation.review_id is None:
        return {}
    review = session.get_one(MatchReview, recommendation.review_id)
    results = session.exec(select(MatchResult).where(MatchResult.run_id == review.run_id))
    return {f"{result.party_kind}:{result.party_id}": result for result in results}


def _party(
    session: Session, actor: Actor, case: Case, party: RecommendedParty, found: dict[str, MatchResult]
) -> RecommendedOut:
    result = found.get(f"{party.party_kind}:{party.party_id}")
    team = session.get_one(Team, party.party_id) if party.party_kind is PartyKind.TEAM else None
    expert = session.get_one(Expert, team.leader_id if team else party.party_id)
    # Those who were asked are shown as they are; the rule is for who can still be asked.
    rule = obstacle(session, case.need, party.party_kind, party.party_id, leave_out=("asked_before",))
    return RecommendedOut(
        id=party.id,
        place=party.place,
        party_kind=party.party_kind,
        party_id=party.party_id,
        name=team.name if team else expert.name,
        professional_title="" if team else expert.professional_title,
        organization_name="" if team else expert.organization_name,
        region=full_name(team.region_code if team else expert.region_code),
        facts=facts_of(session, actor, case.need, expert, team),
        band=result.band if result else "",
        evidence=result.evidence if result else [],
        source=party.source,
        offered=offered_by(session, case.need, party.party_kind, party.party_id),
        choice=party.choice,
        reason=party.reason,
        note=party.note,
        gone=RULES[rule] if rule else None,
    )
