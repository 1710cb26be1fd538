"""今天要打的电话: what came of a call about something that waits, and who asked to be called."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice


class CallKind(StrEnum):
    """What is called about: an unanswered 邀约, a late 首次联系, a due 回访, a missing 评价, or whatever was asked."""

    INVITATION = "invitation"
    FIRST_CONTACT = "first_contact"
    FOLLOW_UP = "follow_up"
    RATING = "rating"
    REQUEST = "request"


class CallResult(StrEnum):
    """打通了、没人接、说以后再打、号码不对."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LATER = "later"
    WRONG_NUMBER = "wrong_number"


class CallSubject(StrEnum):
    """What somebody with a part in it may ask to be called about; the names of the tables. EXPERT: of the expert who
    asks, the profile, the teams and what waits for them."""

    INVITATION = "invitation"
    CONSULTATION = "consultation"
    NEED = "need"
    SELF_OFFER = "self_offer"
    EXPERT = "expert"


class CallWish(StrEnum):
    """给我打电话；请学会代办."""

    CALL = "call"
    DO_FOR_ME = "do_for_me"


class CallNote(Row, table=True):
    """One call. No words: what was said is entered where it belongs, as 代答. again_on: the day to call again.

    need_id: None if it was about an expert's own affairs.
    """

    kind: CallKind = Field(sa_type=choice(CallKind))
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    need_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    called_by_id: str = Field(foreign_key="user.id", index=True)
    result: CallResult = Field(sa_type=choice(CallResult))
    again_on: date | None = None


class CallRequest(Row, table=True):
    """Somebody wants to be called. asked_by: the expert, or the account of who has no part in it as an expert.

    need_id: None about an expert's own affairs. society_id: who is to call, None for the clerk of the need, or of the
    expert's place. phone: as typed, "" for the number on record; free_at: when it suits. Both are emptied once the
    person was reached: done_at.
    """

    __table_args__ = (
        Index(
            "ix_call_request_open",
            "subject_id",
            "asked_by",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    subject_kind: CallSubject = Field(sa_type=choice(CallSubject))
    subject_id: str = Field(sa_type=Text, max_length=32)
    need_id: str | None = Field(default=None, foreign_key="need.id", index=True)
    asked_by: str = Field(sa_type=Text, index=True, max_length=32)
    wish: CallWish = Field(sa_type=choice(CallWish))
    society_id: str | None = Field(default=None, foreign_key="organization.id", index=True)
    phone: str = Field(default="", sa_type=Text)
    free_at: str = Field(default="", sa_type=Text)
    due_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
