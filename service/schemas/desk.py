"""A clerk's desk as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.schemas.common import Input
from service.schemas.needs import NeedLine


class AbsenceInput(Input):
    deputy_id: str = Field(max_length=32, description="代办人")
    since: date = Field(description="从哪天起")
    until: date = Field(description="到哪天止，含当天")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise ValueError("结束日期早于开始日期，请核对。")
        return self


class AbsenceOut(BaseModel):
    id: str
    user: str
    deputy: str
    since: date
    until: date


class HandOverInput(Input):
    """need_ids: what was shown in the list; a need that came in meanwhile is not handed over unseen."""

    successor_id: str = Field(max_length=32, description="接手的人")
    need_ids: list[Annotated[str, StringConstraints(max_length=32)]] = Field(
        min_length=1, max_length=5_000, description="要移交的需求，取自移交清单"
    )
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)] = Field(
        description="移交原因"
    )


class QueueLine(BaseModel):
    """deputising_for: whose it is, if it is here because of an absence."""

    need: NeedLine
    deputising_for: str | None


class WaitingLine(BaseModel):
    """One thing that waits for somebody. kind, id: of the page that it is done on; why: what is to be done."""

    kind: str
    id: str
    title: str
    number: str | None
    why: str
    due_at: datetime | None
    days_left: int | None
    deputising_for: str


class DeskTab(BaseModel):
    """What waits of one kind, the most urgent first. total: of all, also those that are not among the items."""

    name: str
    label: str
    total: int
    items: list[WaitingLine]


class DoneLine(BaseModel):
    """A step somebody took. title, path: empty of what they may not see any more."""

    at: datetime
    about: str
    label: str
    title: str
    path: str
