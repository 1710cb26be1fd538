"""Wishes to have the ranking explained or looked at again, as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.models import RankingObjectionKind, RankingObjectionState
from service.schemas.common import ActionOut, Input, Note


class RankingObjectionInput(Input):
    """专家可以不写需求；企业请写明是自己的哪一条需求。"""

    kind: RankingObjectionKind = Field(description="explanation 要求说明，review 要求人工复核")
    text: Note = Field(min_length=5, description="想知道什么，或者哪里不对")
    need_id: str | None = Field(default=None, max_length=32, description="关于哪一条需求")


class RankingObjectionOut(BaseModel):
    """asked_by：提出人，本人和负责的科协可见。answer：答复的内容。"""

    id: str
    version: int
    kind: RankingObjectionKind
    text: str
    asked_by: str
    as_expert: bool
    need_id: str | None
    need_number: str | None
    association: str
    state: RankingObjectionState
    state_label: str
    turn: str
    created_at: datetime
    due_at: datetime | None
    answer: str | None
    answered_by: str | None
    actions: list[ActionOut]
