"""今天要打的电话: what came of a call about something that waits."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlmodel import Field

from service.models.base import Row, Text, choice


class CallKind(StrEnum):
    """What is called about: an unanswered 邀约, a late 首次联系, a due 回访, a missing 评价."""

    INVITATION = "invitation"
    FIRST_CONTACT = "first_contact"
    FOLLOW_UP = "follow_up"
    RATING = "rating"


class CallResult(StrEnum):
    """打通了、没人接、说以后再打、号码不对."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LATER = "later"
    WRONG_NUMBER = "wrong_number"


class CallNote(Row, table=True):
    """One call. No words: what was said is entered where it belongs, as 代答. again_on: the day to call again."""

    kind: CallKind = Field(sa_type=choice(CallKind))
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    need_id: str = Field(foreign_key="need.id", index=True)
    called_by_id: str = Field(foreign_key="user.id", index=True)
    result: CallResult = Field(sa_type=choice(CallResult))
    again_on: date | None = None
