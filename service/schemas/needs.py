"""Needs as JSON: what may be sent, and what each reader gets."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.models import NeedState, PublicityLevel
from service.schemas.common import ActionOut, Input, Line, Note, Paragraphs, ProxyInput, RegionCode
from service.schemas.need_ties import TiesOut

LevelField = Literal[
    "title",
    "scene",
    "targets",
    "situation",
    "restrictions",
    "tried",
    "budget",
    "wanted_by",
    "sub_problems",
    "organization",
]
_MOST_FEN = 10**13


class NeedInput(Input):
    """需求的内容；都可以先空着，提交时再检查。"""

    title: Line = Field("", description="标题：一句话说清楚要解决什么")
    scene: Paragraphs = Field("", description="应用场景：在什么设备、工序、地点")
    situation: Paragraphs = Field("", description="现状与问题：看到什么现象，造成什么损失")
    targets: Paragraphs = Field("", description="目标指标：要达到什么数值")
    restrictions: Paragraphs = Field("", description="约束条件：不能动什么、必须兼容什么")
    tried: Paragraphs = Field("", description="已试过的办法和结果")
    sub_problems: list[Note] = Field(default_factory=list, max_length=12, description="子问题，可以不填")
    industry_field: Annotated[str, StringConstraints(pattern=r"^(F\d{2})?$")] = Field("", description="产业领域代码")
    service_type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{0,32}$")] = Field("", description="服务类别代码")
    region_code: RegionCode | Literal[""] = Field("", description="服务地行政区划代码")
    budget_low_fen: int | None = Field(None, ge=0, le=_MOST_FEN, description="预算下限，分；面议则不填")
    budget_high_fen: int | None = Field(None, ge=0, le=_MOST_FEN, description="预算上限，分；面议则不填")
    wanted_by: date | None = Field(None, description="期望完成日期")
    is_delegated: bool = Field(False, description="委托科协代邀：推荐名单出来后不用我选，由科协按顺序邀请")
    levels: dict[LevelField, PublicityLevel] = Field(
        default_factory=dict, description="各栏公开级别：public 公开、invited 受邀可见、signed 签约后"
    )

    @model_validator(mode="after")
    def _range_is_a_range(self) -> Self:
        low, high = self.budget_low_fen, self.budget_high_fen
        if (low is None) != (high is None):
            raise ValueError("预算请同时填写下限和上限；只有一个数时两边填同一个数，面议则都不填。")
        if low is not None and high is not None and low > high:
            raise ValueError("预算下限比上限大，请对调。")
        return self

    def texts(self) -> dict[str, str]:
        """Everything written in words, by the field's label."""
        written = {
            name: getattr(self, name) for name in ("title", "scene", "situation", "targets", "restrictions", "tried")
        }
        written["sub_problems"] = "\n".join(self.sub_problems)
        return {label_of(name): text for name, text in written.items() if text}


def label_of(field: str) -> str:
    """As people know it; what the form does not have, by its own name."""
    found = NeedInput.model_fields.get(field)
    return (found.description if found and found.description else field).split("：")[0].split("，")[0]


class NewNeed(NeedInput):
    organization_id: str = Field(max_length=32, description="需求方")
    proxy: ProxyInput | None = Field(None, description="代录时填写")


class SavedNeed(NeedInput):
    version: int = Field(description="您看到的版本号")


class PassInput(Input):
    version: int
    association_id: str = Field(max_length=32, description="接收的科协")
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2_000)] = Field(
        description="转交的原因"
    )


class AssignInput(Input):
    version: int
    handler_id: str = Field(max_length=32, description="新的经办人")
    note: Note = Field("", description="说明")


class SealInput(Input):
    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=500)] = Field(
        description="发现了什么，不要抄录内容"
    )


class NeedOut(BaseModel):
    """A need as one reader may see it. hidden: fields kept back, with the level that would show them.

    turn: 轮到谁; days_left: working days until due_at, None without a clock.
    """

    id: str
    version: int
    number: str | None
    state: NeedState
    state_label: str
    turn: str
    due_at: datetime | None
    days_left: int | None
    organization: str
    association: str
    handler: str | None
    industry_field: str
    service_type: str
    region_code: str
    title: str | None = None
    scene: str | None = None
    situation: str | None = None
    targets: str | None = None
    restrictions: str | None = None
    tried: str | None = None
    sub_problems: list[str] | None = None
    budget_low_fen: int | None = None
    budget_high_fen: int | None = None
    wanted_by: date | None = None
    is_delegated: bool
    resolution_label: str | None = None
    round: int
    hidden: dict[str, PublicityLevel]
    levels: dict[str, PublicityLevel]
    created_at: datetime
    ties: TiesOut
    actions: list[ActionOut]


class NeedLine(BaseModel):
    """A need in a list. tie: 共性需求, or 已并入共性需求, or ""; owner_count: of the 共性需求, else 1."""

    id: str
    number: str | None
    title: str
    state: NeedState
    state_label: str
    turn: str
    due_at: datetime | None
    organization: str
    industry_field: str
    tie: str
    owner_count: int
    created_at: datetime
