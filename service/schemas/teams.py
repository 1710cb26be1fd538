"""Teams as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import TeamKind
from service.schemas.common import Input, Paragraphs, RegionCode


class TeamInput(Input):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="团队全称，不能与已有的重名"
    )
    kind: TeamKind = Field(
        description="类型：squad 服务队、corps 服务团、volunteer 志愿服务队、village_group 进村入户专家小组"
    )
    leader_id: str = Field(max_length=32, description="负责人（已核验的专家）；本人同意后才公开姓名")
    society_id: str = Field(max_length=32, description="牵头学会（已核验的组织）")
    region_code: RegionCode = Field(description="服务地区的行政区划代码")
    profile: Paragraphs = Field("", description="服务领域和能解决的问题")
    term_since: date = Field(description="服务期从哪一天起")
    term_until: date = Field(description="服务期到哪一天止，含当天")


class SavedTeam(TeamInput):
    version: int = Field(description="您看到的版本号")


class MemberInput(Input):
    expert_id: str = Field(max_length=32, description="邀请哪位专家（须已核验）")


class TeamMemberOut(BaseModel):
    """consented_at: null until the expert agreed; such members are shown to who manages the team and to themselves."""

    id: str
    expert_id: str
    name: str
    professional_title: str
    organization_name: str
    is_leader: bool
    is_me: bool
    consented_at: datetime | None


class TeamOut(BaseModel):
    """A team as one reader may see it. leader: their name; null while they have not agreed, for who may not see that.

    may_edit: whether the reader manages the team.
    """

    id: str
    version: int
    name: str
    kind: TeamKind
    kind_label: str
    leader_id: str | None
    leader: str | None
    society_id: str
    society: str
    region_code: str
    region: str
    profile: str
    term_since: date
    term_until: date
    term_runs: bool
    members: list[TeamMemberOut]
    may_edit: bool


class TeamLine(BaseModel):
    id: str
    name: str
    kind: TeamKind
    kind_label: str
    society: str
    region: str
    term_since: date
    term_until: date
