"""Recommendations as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from service.models import PartyChoice, PartyKind, PartySource, RecommendationState
from service.rules.region import Level
from service.schemas.common import Input, Note, ProxyInput
from service.schemas.self_offers import OfferedText


class RejectionInput(Input):
    id: str = Field(max_length=32, description="名单里的哪一位")
    reason: str = Field(max_length=32, description="不选的理由代码")
    note: Note = Field("", description="说明；理由是“其他”时必填")


class ChoiceInput(Input):
    """选定、不选，或者委托科协代邀；都没有提到的先放着。"""

    version: int = Field(description="您看到的版本号")
    delegate: bool = Field(False, description="委托科协代邀：名单上没有被拒绝的，都请科协按顺序邀请")
    picked: list[str] = Field(default_factory=list, max_length=20, description="选定的，按希望邀请的先后")
    rejected: list[RejectionInput] = Field(default_factory=list, max_length=20, description="不选的和理由")
    proxy: ProxyInput | None = Field(None, description="代企业答复时填写")


class RecommendedFacts(BaseModel):
    """What candidates are compared by, of an expert or of a team; None: not for this reader, or not of this kind.

    near: 行政区划 level shared with the need. service_types: codes, empty = all. left_this_month: consultations that
    the expert, or the team's leader, can still take. members: of a team, who agreed to be one.
    """

    society: str | None = None
    branch: str | None = None
    near: Level | None = None
    service_types: list[str] | None = None
    left_this_month: int | None = None
    members: int | None = None
    term_since: date | None = None
    term_until: date | None = None


class RecommendedOut(BaseModel):
    """One of the list, side by side with the others. gone: cannot be invited any more, in words.

    offered: what the party said itself (自荐).
    """

    id: str
    place: int
    party_kind: PartyKind
    party_id: str
    name: str
    professional_title: str
    organization_name: str
    region: str
    facts: RecommendedFacts
    band: str
    evidence: list[dict[str, Any]]
    source: PartySource
    offered: OfferedText | None
    choice: PartyChoice
    reason: str
    note: str
    gone: str | None


class RecommendationOut(BaseModel):
    """reasons: the codes for not choosing somebody, with their meaning. may_choose: this reader decides."""

    id: str
    version: int
    state: RecommendationState
    state_label: str
    turn: str
    due_at: datetime | None
    reasons: dict[str, str]
    may_choose: bool
    parties: list[RecommendedOut]
