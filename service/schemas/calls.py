"""今天要打的电话 as JSON."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.models import CallKind, CallResult, CallSubject, CallWish
from service.schemas.common import Input, Line


class CallLine(BaseModel):
    """Somebody to call today. why: the reason; tries: calls made already without reaching them. about: of a request,
    what it is about, where what was said is entered. need_id: null if it is about an expert's own affairs."""

    kind: CallKind
    subject_id: str
    need_id: str | None
    need_number: str | None
    title: str
    whom: str
    why: str
    due_at: datetime | None
    tries: int
    about_kind: CallSubject | None = None
    about_id: str = ""


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


class CallRequestInput(Input):
    """请您打电话。"""

    wish: CallWish = Field(
        CallWish.CALL, description="请做什么：call 给我打电话、do_for_me 请学会（没有的，请科协）代办"
    )
    phone: Line = Field("", description="打哪个号码：不填就打登记的号码")
    free_at: Line = Field("", description="方便的时间：例如 今天下午三点以后")


class OpenCallRequest(BaseModel):
    """told: who is going to call."""

    told: str
    masked_phone: str
    free_at: str
    asked_at: datetime
    due_at: datetime


class CallOfferOut(BaseModel):
    """Whom to ask for a call. masked_phone: the number on record; caller: who calls; society: who does it for them, ""
    if none can; open: asked already.

    for_expert: somebody can also do it for them.
    """

    masked_phone: str
    caller: str
    society: str
    for_expert: bool
    open: OpenCallRequest | None
