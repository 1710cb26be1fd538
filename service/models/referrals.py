"""派单: giving a need to a 学会, 服务团, 市州科协 or 技术经理人, who then answers for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice
from service.models.invitations import FeeKind, HolderKind


class ReferralState(StrEnum):
    """NOMINATED: answered by naming experts. REASSIGNED: passed on (转派), see the referral that names this parent."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    NOMINATED = "nominated"
    DECLINED = "declined"
    EXPIRED = "expired"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"


class Referral(Row, table=True):
    """The receiver is the one 承接单位. receiver_id: "" for OUTSIDE, which has outside_name only.

    created_by_id: None where the system passed it on. Nobody has two of one need waiting.
    """

    __table_args__ = (
        CheckConstraint(
            "(receiver_kind = 'outside') = (receiver_id = '') AND (receiver_kind = 'outside') = (outside_name <> '')",
            name="one_receiver",
        ),
        Index(
            "ix_referral_pending",
            "need_id",
            "receiver_kind",
            "receiver_id",
            "outside_name",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    number: str = Field(sa_type=Text, unique=True, max_length=24)
    need_id: str = Field(foreign_key="need.id", index=True)
    parent_id: str | None = Field(default=None, foreign_key="referral.id", index=True)
    round: int
    receiver_kind: HolderKind = Field(sa_type=choice(HolderKind))
    receiver_id: str = Field(default="", sa_type=Text, index=True, max_length=32)
    outside_name: str = Field(default="", sa_type=Text, max_length=100)
    created_by_id: str | None = Field(default=None, foreign_key="user.id")
    state: ReferralState = Field(default=ReferralState.PENDING, sa_type=choice(ReferralState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    note: str = Field(default="", sa_type=Text, max_length=2_000)
    fee_kind: FeeKind = Field(sa_type=choice(FeeKind))


class SupportingParty(Row, table=True):
    """协作单位 of a referral."""

    __table_args__ = (UniqueConstraint("referral_id", "organization_id"),)

    referral_id: str = Field(foreign_key="referral.id", index=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
