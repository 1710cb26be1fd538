"""What people decide and demand about their own data: consent, 注销, an explanation of the ranking."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from service.models.base import LogRow, Moment, Row, Text, choice

_WAITING = text("state = 'waiting'")


class ConsentHolder(StrEnum):
    USER = "user"
    EXPERT = "expert"


class ConsentChannel(StrEnum):
    """ANSWER: said by accepting an invitation. LEAVING: withdrawn by leaving the platform. From PHONE on: by proxy."""

    WEB = "web"
    ANSWER = "answer"
    LEAVING = "leaving"
    PHONE = "phone"
    WECHAT = "wechat"
    PAPER = "paper"
    IN_PERSON = "in_person"


class ConsentEntry(LogRow, table=True):
    """Somebody agreed to one purpose, or took it back; the last entry counts. purpose: see rules.consent_purposes.

    about: “invitation:…” if it was said for that alone. entered_by_id: None where it follows from an answer.
    """

    holder_kind: ConsentHolder = Field(sa_type=choice(ConsentHolder))
    holder_id: str = Field(sa_type=Text, index=True, max_length=32)
    purpose: str = Field(sa_type=Text, max_length=32)
    about: str = Field(default="", sa_type=Text, max_length=64)
    text_version: str = Field(sa_type=Text, max_length=16)
    given: bool
    channel: ConsentChannel = Field(sa_type=choice(ConsentChannel))
    entered_by_id: str | None = Field(default=None, foreign_key="user.id")


class ErasureState(StrEnum):
    """WAITING: something must be ended or handed over first."""

    WAITING = "waiting"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class ErasureRequest(Row, table=True):
    """注销. user_id, expert_id: whom it is about, at least one; requested_by_id: the person, or an administrator.

    reason: the administrator's words.
    """

    __table_args__ = (
        CheckConstraint("user_id IS NOT NULL OR expert_id IS NOT NULL", name="whom"),
        *(
            Index(
                f"ix_erasure_request_waiting_{whom}",
                whom,
                unique=True,
                sqlite_where=_WAITING,
                postgresql_where=_WAITING,
            )
            for whom in ("user_id", "expert_id")
        ),
    )

    user_id: str | None = Field(default=None, foreign_key="user.id")
    expert_id: str | None = Field(default=None, foreign_key="expert.id")
    requested_by_id: str = Field(foreign_key="user.id")
    reason: str = Field(default="", sa_type=Text, max_length=2_000)
    state: ErasureState = Field(default=ErasureState.WAITING, sa_type=choice(ErasureState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)


class RankingObjectionKind(StrEnum):
    """要求说明, 要求人工复核."""

    EXPLANATION = "explanation"
    REVIEW = "review"


class RankingObjectionState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class RankingObjection(Row, table=True):
    """An expert, or a company about its own need, asks how the ranking came about, or that a person looks again.

    expert_id: None if a company asks, which is then that of the need. The answer stands in its history.
    """

    user_id: str = Field(foreign_key="user.id", index=True)
    expert_id: str | None = Field(default=None, foreign_key="expert.id")
    need_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    kind: RankingObjectionKind = Field(sa_type=choice(RankingObjectionKind))
    text: str = Field(sa_type=Text, max_length=2_000)
    association_id: str = Field(foreign_key="association.id")
    association_path: str = Field(sa_type=Text, index=True, max_length=200)
    state: RankingObjectionState = Field(
        default=RankingObjectionState.OPEN, sa_type=choice(RankingObjectionState), index=True
    )
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
