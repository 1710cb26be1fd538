"""Checking 代录 and 代答 as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import ProxyCheck
from service.schemas.common import Input, Note


class CallBackInput(Input):
    agreed: bool = Field(description="本人是否委托过：true 是，false 不是")
    note: Note = Field("", description="说明；不是本人委托的必填")


class ProxyAnswerInput(Input):
    agreed: bool = Field(description="是不是您委托的：true 是，false 不是")
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = Field("", description="想说的话")


class ProxyEntryOut(BaseModel):
    """Something entered for somebody else. what: the thing and the act, in words, and nothing of its content.

    checked_how: None while nobody has confirmed or denied it.
    """

    id: str
    what: str
    need_id: str | None
    asked_by: str
    channel: str
    asked_at: datetime
    entered_by: str
    entered_at: datetime
    confirmed_at: datetime | None
    denied_at: datetime | None
    checked_how: ProxyCheck | None
    checked_by: str | None
    note: str
