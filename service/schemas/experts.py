"""Experts as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.models import ExpertState, WorkKind
from service.schemas.common import ActionOut, Input, Line, Paragraphs, ProxyInput, RegionCode


class EmploymentInput(Input):
    organization_name: Line = Field(min_length=2, description="单位全称")
    position: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = Field("", description="职务")
    since: date = Field(description="何时起")
    until: date | None = Field(None, description="何时止；在任则不填")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise ValueError("任职的结束日期早于开始日期，请核对。")
        return self


class WorkInput(Input):
    kind: WorkKind = Field(description="类型：论文、专利、项目、标准、产品、服务、奖励")
    year: int | None = Field(None, ge=1900, le=2100, description="年份")
    title: Line = Field(min_length=2, description="题目")
    text: Annotated[str, StringConstraints(max_length=5_000)] = Field(
        "", description="摘要：解决了什么问题，用了什么办法"
    )


class ExpertInput(Input):
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = Field(description="姓名")
    professional_title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = Field(
        "", description="职称"
    )
    organization_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        "", description="现工作单位"
    )
    region_code: RegionCode = Field(description="所在地行政区划代码")
    branch_id: str | None = Field(None, max_length=32, description="所在的专委会，推荐的学会下设的；没有则不填")
    profile: Paragraphs = Field("", description="研究方向和能解决的问题")
    mobile: str = Field("", max_length=30, description="手机号，只在接受邀约后给对方看")
    mail: str = Field("", max_length=200, description="邮箱，只在接受邀约后给对方看")
    employments: list[EmploymentInput] = Field(default_factory=list, max_length=30, description="任职经历")
    works: list[WorkInput] = Field(default_factory=list, max_length=200, description="论文、专利、项目等")


class NewExpert(ExpertInput):
    """for_myself：给自己建画像，并同意列入名录。"""

    for_myself: bool = Field(False, description="给自己建画像")
    society_id: str | None = Field(None, max_length=32, description="推荐的学会")
    proxy: ProxyInput | None = Field(None, description="代录时填写")


class SavedExpert(ExpertInput):
    version: int = Field(description="您看到的版本号")


class ExpertSettings(Input):
    version: int = Field(description="您看到的版本号")
    takes_part: bool = Field(description="参与推荐：同意本平台用我的画像做匹配和推荐，可随时关闭")
    monthly_capacity: int = Field(2, ge=0, le=60, description="每月最多接几次")
    paused_until: date | None = Field(None, description="暂停到哪一天")
    service_types: list[Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,32}$")]] = Field(
        default_factory=list, max_length=30, description="愿意提供的服务类别，空为都可以"
    )
    regions: list[RegionCode] = Field(default_factory=list, max_length=50, description="愿意去的地区，空为不限")


class ConnectInput(Input):
    version: int
    user_id: str = Field(max_length=32, description="本人的账号")


class ContactOut(BaseModel):
    mobile: str
    mail: str


class EmploymentOut(BaseModel):
    organization_name: str
    position: str
    since: date
    until: date | None


class WorkOut(BaseModel):
    kind: WorkKind
    year: int | None
    title: str
    text: str


class ExpertOut(BaseModel):
    """An expert as one reader may see them; what follows works is for the expert and for who looks after them.

    branch: the 专委会 of the society. profile, works: null unless the expert agreed to a public profile.
    """

    id: str
    version: int
    name: str
    professional_title: str
    organization_name: str
    region: str
    society: str | None
    branch: str | None
    profile: str | None
    works: list[WorkOut] | None
    state: ExpertState
    state_label: str
    turn: str | None = None
    due_at: datetime | None = None
    employments: list[EmploymentOut] | None = None
    masked_mobile: str | None = None
    masked_mail: str | None = None
    takes_part: bool | None = None
    monthly_capacity: int | None = None
    paused_until: date | None = None
    service_types: list[str] | None = None
    regions: list[str] | None = None
    actions: list[ActionOut]


class ExpertLine(BaseModel):
    id: str
    name: str
    professional_title: str
    organization_name: str
    region: str
    state: ExpertState
    state_label: str
