"""为何被推荐: what an invited party may know of how its name came up."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.case_facts import Case
from service.models import MatchResult, MatchReview, PartySource, Recommendation, RecommendedParty
from service.schemas.invitations import ReasonOut, ReasonsOut

SOURCES = {
    PartySource.MATCHED: "程序按文字比较找到，科协工作人员复核后推荐，由企业选定。",
    PartySource.ADDED: "科协工作人员推荐，由企业选定。",
    PartySource.NOMINATED: "学会提名，由企业选定。",
    PartySource.SELF_OFFER: "本人自荐，科协推荐，由企业选定。",
}


def reasons(session: Session, case: Case) -> ReasonsOut:
    """The party's own words that were compared, never the need's: those may lie above what the invited may read."""
    invitation = case.subject
    party = session.get(RecommendedParty, invitation.recommended_id) if invitation.recommended_id else None
    if party is None:
        return ReasonsOut(source="", found=[])
    listed = session.get_one(Recommendation, party.recommendation_id)
    result = None
    if listed.review_id is not None:
        review = session.get_one(MatchReview, listed.review_id)
        wanted = select(MatchResult).where(
            MatchResult.run_id == review.run_id,
            MatchResult.party_kind == party.party_kind,
            col(MatchResult.party_id) == party.party_id,
        )
        result = session.exec(wanted).first()
    pairs = result.evidence if result else []
    found = [ReasonOut(text=pair["item"]["text"], year=pair["item"].get("year")) for pair in pairs]
    return ReasonsOut(source=SOURCES[party.source], found=found)
