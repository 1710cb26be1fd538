"""Ratings as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from service.models import Side
from service.schemas.common import Input, Note, ProxyInput

Mark = Annotated[int | None, Field(ge=1, le=5)]


class Marks(Input):
    """每项 1—5 分，可以不打；没有打的不计分。"""

    skill: Mark = Field(None, description="专业水平")
    response: Mark = Field(None, description="响应及时")
    cooperation: Mark = Field(None, description="沟通配合")
    effect: Mark = Field(None, description="落地成效")
    comment: Note = Field("", description="评语")

    @model_validator(mode="after")
    def _something_is_marked(self) -> Self:
        if (self.skill, self.response, self.cooperation, self.effect) == (None,) * 4:
            raise ValueError("请至少给一项打分；不想评价可以不提交。")
        return self


class RatingInput(Marks):
    side: Side = Field(description="谁评价：owner 需求方评承接方、holder 承接方评需求方")
    version: int | None = Field(None, description="修改时：您看到的版本号；第一次评价不填")
    proxy: ProxyInput | None = Field(None, description="代办时填写")


class RatingOut(BaseModel):
    id: str
    version: int
    side: Side
    skill: int | None
    response: int | None
    cooperation: int | None
    effect: int | None
    comment: str
    created_at: datetime


class AverageOut(BaseModel):
    """average: over the marks that were given, None if none was. count: how many were."""

    average: float | None
    count: int


class AveragesOut(BaseModel):
    """What the needs' owners said of one who served. ratings: how many of them marked anything."""

    ratings: int
    skill: AverageOut
    response: AverageOut
    cooperation: AverageOut
    effect: AverageOut
