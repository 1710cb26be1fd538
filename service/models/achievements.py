"""成果: what an organisation or an expert has to offer, and which needs and achievements fit each other."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, UniqueConstraint
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class AchievementState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    MORE_INFO = "more_info"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class CooperationMode(StrEnum):
    """联合开发、委托研发、技术转让、技术许可、技术咨询、技术服务、技术入股、共建平台、技术诊断指导、专题培训."""

    JOINT_DEVELOPMENT = "joint_development"
    COMMISSIONED_DEVELOPMENT = "commissioned_development"
    TRANSFER = "transfer"
    LICENSE = "license"
    CONSULTING = "consulting"
    SERVICE = "service"
    EQUITY = "equity"
    SHARED_PLATFORM = "shared_platform"
    DIAGNOSIS = "diagnosis"
    TRAINING = "training"


class Achievement(Row, table=True):
    """Owned by an organisation or by an expert. number, levels, content_version and sealed_at: as in Need.

    trl9: 技术成熟度 in nine grades, None until it is said. price in 分, both None if open to negotiation.
    """

    __table_args__ = (
        CheckConstraint("(organization_id IS NULL) <> (expert_id IS NULL)", name="one_owner"),
        CheckConstraint("trl9 IS NULL OR trl9 BETWEEN 1 AND 9", name="trl9"),
        CheckConstraint("price_low_fen IS NULL OR price_low_fen >= 0", name="price_low"),
        CheckConstraint("price_high_fen IS NULL OR price_high_fen >= price_low_fen", name="price_high"),
    )

    number: str | None = Field(default=None, sa_type=Text, unique=True, max_length=24)
    organization_id: str | None = Field(default=None, foreign_key="organization.id", index=True)
    expert_id: str | None = Field(default=None, foreign_key="expert.id", index=True)
    created_by_id: str = Field(foreign_key="user.id")
    state: AchievementState = Field(default=AchievementState.DRAFT, sa_type=choice(AchievementState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    association_id: str = Field(foreign_key="association.id", index=True)
    association_path: str = Field(sa_type=Text, index=True, max_length=200)

    title: str = Field(default="", sa_type=Text, max_length=200)
    summary: str = Field(default="", sa_type=Text, max_length=20_000)
    ip_status: str = Field(default="", sa_type=Text, max_length=2_000)
    industry_field: str = Field(default="", sa_type=Text, max_length=3)
    trl9: int | None = None
    cooperation_modes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    price_low_fen: int | None = Field(default=None, sa_type=BigInteger)
    price_high_fen: int | None = Field(default=None, sa_type=BigInteger)
    levels: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    content_version: int = 1
    submitted_content_version: int | None = None
    no_secrets_confirmed_at: datetime | None = Field(default=None, sa_type=Moment)
    sealed_at: datetime | None = Field(default=None, sa_type=Moment)


class AchievementResult(Row, table=True):
    """An achievement that fits a need, frozen as the matching of that need found it.

    points: what it was ranked by; no probability. evidence: pairs of quotes, of the need and of what everybody may
    read of the achievement.
    """

    __table_args__ = (UniqueConstraint("run_id", "rank"), UniqueConstraint("run_id", "achievement_id"))

    run_id: str = Field(foreign_key="match_run.id", index=True)
    rank: int
    achievement_id: str = Field(foreign_key="achievement.id", index=True)
    achievement_content_version: int
    points: float
    evidence: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))


class NeedResult(Row, table=True):
    """A need that fits an achievement, found by what everybody may read of the need; replaced by the next search."""

    __table_args__ = (UniqueConstraint("achievement_id", "rank"), UniqueConstraint("achievement_id", "need_id"))

    achievement_id: str = Field(foreign_key="achievement.id", index=True)
    achievement_content_version: int
    rank: int
    need_id: str = Field(foreign_key="need.id", index=True)
    need_content_version: int
    points: float
    evidence: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
