"""Achievements (成果) as JSON: what may be sent, and what each reader gets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.models import AchievementState, CooperationMode, PublicityLevel
from service.schemas.common import ActionInput, ActionOut, Input, Line, Note, Paragraphs, ProxyInput
from service.schemas.needs import NeedLine

LevelField = Literal["title", "summary", "ip_status", "price", "owner"]
_MOST_FEN = 10**13


class AchievementInput(Input):
    """成果的内容；都可以先空着，提交时再检查。"""

    title: Line = Field("", description="标题：一句话说清楚是什么、能解决什么")
    summary: Paragraphs = Field("", description="简介：原理、指标、用在哪里、效果如何")
    ip_status: Note = Field("", description="知识产权状况：专利号、权属、有无质押和许可")
    industry_field: Annotated[str, StringConstraints(pattern=r"^(F\d{2})?$")] = Field("", description="产业领域代码")
    trl9: int | None = Field(None, ge=1, le=9, description="技术成熟度，九级：1 基本原理发现 … 9 实际应用成功")
    cooperation_modes: list[CooperationMode] = Field(default_factory=list, max_length=10, description="合作方式代码")
    price_low_fen: int | None = Field(None, ge=0, le=_MOST_FEN, description="意向价格下限，分；面议则不填")
    price_high_fen: int | None = Field(None, ge=0, le=_MOST_FEN, description="意向价格上限，分；面议则不填")
    levels: dict[LevelField, PublicityLevel] = Field(
        default_factory=dict, description="各栏公开级别：public 公开、invited 受邀可见、signed 签约后"
    )

    @model_validator(mode="after")
    def _range_is_a_range(self) -> Self:
        low, high = self.price_low_fen, self.price_high_fen
        if (low is None) != (high is None):
            raise ValueError("价格请同时填写下限和上限；只有一个数时两边填同一个数，面议则都不填。")
        if low is not None and high is not None and low > high:
            raise ValueError("价格下限比上限大，请对调。")
        return self

    def texts(self) -> dict[str, str]:
        """Everything written in words, by the field's label."""
        return {"标题": self.title, "简介": self.summary, "知识产权状况": self.ip_status}


class NewAchievement(AchievementInput):
    organization_id: str | None = Field(None, max_length=32, description="成果方是组织时：哪个组织")
    expert_id: str | None = Field(None, max_length=32, description="成果方是专家个人时：哪位专家")
    proxy: ProxyInput | None = Field(None, description="代录时填写")

    @model_validator(mode="after")
    def _one_owner(self) -> Self:
        if (self.organization_id is None) == (self.expert_id is None):
            raise ValueError("成果方请选一个：组织，或者专家个人。")
        return self


class SavedAchievement(AchievementInput):
    version: int = Field(description="您看到的版本号")


class AchievementActionInput(ActionInput):
    confirm_no_secrets: bool = Field(False, description="提交时：确认不含国家秘密、工作秘密")


class AchievementLine(BaseModel):
    """An achievement in a list. owner: the name, or what may be said of it."""

    id: str
    number: str | None
    title: str
    state: AchievementState
    state_label: str
    turn: str
    due_at: datetime | None
    owner: str
    industry_field: str
    trl9: int | None
    cooperation_modes: list[CooperationMode]
    created_at: datetime


class AchievementOut(AchievementLine):
    """As one reader may see it. hidden: fields kept back, with the level that would show them."""

    version: int
    days_left: int | None
    association: str
    summary: str | None = None
    ip_status: str | None = None
    price_low_fen: int | None = None
    price_high_fen: int | None = None
    hidden: dict[str, PublicityLevel]
    levels: dict[str, PublicityLevel]
    actions: list[ActionOut]


class FittingAchievementOut(BaseModel):
    """An achievement that fits a need, best first. evidence: quotes of both, and the terms they share."""

    rank: int
    achievement: AchievementLine
    evidence: list[dict[str, Any]]


class FittingNeedOut(BaseModel):
    """A need that fits an achievement, best first; all of it from what everybody may read."""

    rank: int
    need: NeedLine
    evidence: list[dict[str, Any]]
