"""今天要打的电话 as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.models import CallKind, CallResult
from service.schemas.common import Input


class CallLine(BaseModel):
    """Somebody to call today. why: the reason; tries: calls made already without reaching them."""

    kind: CallKind
    subject_id: str
    need_id: str
    need_number: str | None
    title: str
    whom: str
    why: str
    due_at: datetime | None
    tries: int


class NumberOut(BaseModel):
    name: str
    organization: str
    mobile: str


class CallOut(CallLine):
    """numbers: of whom to call; refusal: why this person gets none, and who could call instead."""

    numbers: list[NumberOut]
    refusal: str


class CallInput(Input):
    result: CallResult = Field(
        description="结果：reached 打通了、no_answer 没人接、later 请以后再打、wrong_number 号码不对"
    )
