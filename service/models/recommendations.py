"""What a clerk puts before the company, and what the company says to each party."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice
from service.models.matches import PartyKind


class RecommendationState(StrEnum):
    """DELEGATED: 委托科协代邀. REFUSED: none of them. REPLACED: a newer list was put before the company."""

    TO_CHOOSE = "to_choose"
    CHOSEN = "chosen"
    DELEGATED = "delegated"
    REFUSED = "refused"
    REPLACED = "replaced"


class PartySource(StrEnum):
    """How somebody got on the list: by the machine, a clerk, a society's 提名, or 自荐."""

    MATCHED = "matched"
    ADDED = "added"
    NOMINATED = "nominated"
    SELF_OFFER = "self_offer"


class PartyChoice(StrEnum):
    WAITING = "waiting"
    PICKED = "picked"
    REJECTED = "rejected"


class Recommendation(Row, table=True):
    """推荐给企业. review_id: of the 匹配复核 it comes from, None for nominations. round: of the need."""

    need_id: str = Field(foreign_key="need.id", index=True)
    review_id: str | None = Field(default=None, foreign_key="match_review.id", unique=True)
    round: int
    state: RecommendationState = Field(
        default=RecommendationState.TO_CHOOSE, sa_type=choice(RecommendationState), index=True
    )
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)


class RecommendedParty(Row, table=True):
    """place: the clerk's order, then the order in which the company picked. referral_id: of the 提名 it comes from."""

    __table_args__ = (UniqueConstraint("recommendation_id", "party_kind", "party_id"),)

    recommendation_id: str = Field(foreign_key="recommendation.id", index=True)
    place: int
    party_kind: PartyKind = Field(sa_type=choice(PartyKind))
    party_id: str = Field(sa_type=Text, index=True, max_length=32)
    source: PartySource = Field(sa_type=choice(PartySource))
    referral_id: str | None = Field(default=None, foreign_key="referral.id")
    choice: PartyChoice = Field(default=PartyChoice.WAITING, sa_type=choice(PartyChoice))
    reason: str = Field(default="", sa_type=Text, max_length=32)
    note: str = Field(default="", sa_type=Text, max_length=2_000)
