"""Matchings as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from service.models import MatchRunState, PartyKind, ReviewVerdict
from service.schemas.common import Input, Note
from service.schemas.self_offers import OfferBeside


class ReviewInput(Input):
    """采纳 adopt、改判 replace、补充 supplement、无合适 none。"""

    version: int = Field(description="您看到的版本号")
    verdict: ReviewVerdict = Field(description="复核结论")
    reason: Note = Field("", description="理由；采纳可以不写")
    chosen: list[Annotated[str, StringConstraints(pattern=r"^(expert|team):[0-9a-f]{32}$")]] = Field(
        default_factory=list, max_length=20, description="推荐给企业的名单，按推荐顺序"
    )


class MatchOut(BaseModel):
    """One party. gone: it cannot be recommended any more; the rule says why."""

    rank: int
    party_kind: PartyKind
    party_id: str
    name: str
    organization_name: str
    band: str
    evidence: list[dict[str, Any]]
    parts: dict[str, float]
    gone: str | None


class ReviewOut(BaseModel):
    verdict: ReviewVerdict
    reason: str
    chosen: list[str]
    reviewer: str
    at: datetime


class MatchRunOut(BaseModel):
    """no_good_match: 暂无合适. outdated_content: the need says something else by now. excluded: how many, by rule.

    self_offers: 自荐 that wait for an answer; choosing one of them in the review answers it.
    """

    id: str
    version: int
    state: MatchRunState
    state_label: str
    turn: str
    due_at: datetime | None
    mode: str
    calibrated: bool
    no_good_match: bool
    outdated_content: bool
    excluded: dict[str, int]
    matches: list[MatchOut]
    self_offers: list[OfferBeside]
    review: ReviewOut | None


class WhyNotOut(BaseModel):
    """Where one party stands. listed_rank: in the list that was kept, None if it is not in it; excluded_then,
    excluded_now: the rule that forbade it when the list was made, and now; rank: among all who may be recommended now,
    None if it may not; parts: what its score is made of."""

    name: str
    listed_rank: int | None
    excluded_then: str | None
    excluded_now: str | None
    rank: int | None
    band: str | None
    parts: dict[str, float]
