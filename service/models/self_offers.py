"""自荐: what an expert, team or society would do about a need, said by themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class OffererKind(StrEnum):
    """Those of HolderKind that may offer themselves."""

    EXPERT = "expert"
    TEAM = "team"
    SOCIETY = "society"


class SelfOfferState(StrEnum):
    """PUT_FORWARD: on the list before the company, or, of a society, on its way to a 派单."""

    OFFERED = "offered"
    PUT_FORWARD = "put_forward"
    NOT_CHOSEN = "not_chosen"
    WITHDRAWN = "withdrawn"


class SelfOffer(Row, table=True):
    """plan: what I would do; evidence: why I can; timing: when. One open offer per need and party."""

    __table_args__ = (
        Index(
            "uq_self_offer_open",
            "need_id",
            "party_kind",
            "party_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    need_id: str = Field(foreign_key="need.id", index=True)
    party_kind: OffererKind = Field(sa_type=choice(OffererKind))
    party_id: str = Field(sa_type=Text, index=True, max_length=32)
    created_by_id: str = Field(foreign_key="user.id")
    state: SelfOfferState = Field(default=SelfOfferState.OFFERED, sa_type=choice(SelfOfferState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    plan: str = Field(sa_type=Text, max_length=4_000)
    evidence: str = Field(sa_type=Text, max_length=4_000)
    timing: str = Field(sa_type=Text, max_length=200)
