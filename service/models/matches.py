"""What a matching found for a need, frozen as it was found, and what a clerk decided about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class PartyKind(StrEnum):
    EXPERT = "expert"
    TEAM = "team"


class MatchRunState(StrEnum):
    """OUTDATED: a newer run for the same need took its place before anybody reviewed it."""

    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"
    OUTDATED = "outdated"


class MatchRun(Row, table=True):
    """One matching. What it was made from is named, so that it can be shown to be the same again.

    fingerprint: of the encoder, or "keyword"; index_version: of the snapshot; parameters: digest of the fitted numbers;
    mode: dense or keyword.
    no_good_match: 暂无合适, said by a calibrated run only. excluded: “expert:id” → rule of service.verdict.
    """

    need_id: str = Field(foreign_key="need.id", index=True)
    need_content_version: int
    state: MatchRunState = Field(default=MatchRunState.TO_REVIEW, sa_type=choice(MatchRunState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    mode: str = Field(sa_type=Text, max_length=16)
    calibrated: bool
    no_good_match: bool
    fingerprint: str = Field(sa_type=Text, max_length=64)
    index_version: str = Field(sa_type=Text, max_length=120)
    parameters: str = Field(sa_type=Text, max_length=64)
    excluded: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))


class MatchResult(Row, table=True):
    """A party at its rank. parts: what the score is made of; evidence: pairs of quotes with their places."""

    __table_args__ = (UniqueConstraint("run_id", "rank"), UniqueConstraint("run_id", "party_kind", "party_id"))

    run_id: str = Field(foreign_key="match_run.id", index=True)
    rank: int
    party_kind: PartyKind = Field(sa_type=choice(PartyKind))
    party_id: str = Field(sa_type=Text, index=True, max_length=32)
    score: float
    band: str = Field(sa_type=Text, max_length=16)
    parts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    evidence: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))


class ReviewVerdict(StrEnum):
    """采纳, 改判, 补充, 无合适."""

    ADOPT = "adopt"
    REPLACE = "replace"
    SUPPLEMENT = "supplement"
    NONE = "none"


class MatchReview(Row, table=True):
    """One clerk's decision. chosen: what goes on to the company, “expert:id” in the clerk's order."""

    run_id: str = Field(foreign_key="match_run.id", unique=True)
    reviewer_id: str = Field(foreign_key="user.id", index=True)
    verdict: ReviewVerdict = Field(sa_type=choice(ReviewVerdict))
    reason: str = Field(default="", sa_type=Text, max_length=2_000)
    chosen: list[str] = Field(sa_column=Column(JSON, nullable=False))
