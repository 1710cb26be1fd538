"""Organisations as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import OrganizationKind, OrganizationState, SocietyLevel
from service.schemas.common import Input, Note, ProxyInput, RegionCode


class OrganizationInput(Input):
    kind: OrganizationKind = Field(description="组织类型")
    society_level: SocietyLevel | None = Field(
        None, description="学会的层级：national 全国、provincial 省级、city 市州级、county 县级；其他组织不填"
    )
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="组织全称"
    )
    credit_code: str = Field("", max_length=40, description="统一社会信用代码；村集体、农户、筹建中的合作社可以没有")
    why_no_code: Note = Field("", description="没有代码的原因")
    guarantor: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        "", description="没有代码时，为其作保的单位"
    )
    region_code: RegionCode = Field(description="所在地行政区划代码")
    proxy: ProxyInput | None = Field(None, description="代录时填写")

    def texts(self) -> dict[str, str]:
        return {"组织全称": self.name, "没有代码的原因": self.why_no_code, "作保的单位": self.guarantor}


class VerifyInput(Input):
    version: int
    verified: bool = Field(description="true 通过，false 不通过")
    note: Note = Field("", description="不通过的原因，或核验依据")


class OrganizationOut(BaseModel):
    """warning: something staff should look at, e.g. an unusual code. guarantor: who vouches where there is no code.

    society_level: of a society entered before levels were kept, null as well.
    """

    id: str
    version: int
    kind: OrganizationKind
    society_level: SocietyLevel | None
    name: str
    credit_code: str | None
    region_code: str
    region: str
    state: OrganizationState
    due_at: datetime | None
    association: str
    warning: str | None = None
    why_no_code: str
    guarantor: str


class BranchInput(Input):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="专委会（分支机构）的名称"
    )


class ChangedBranch(BranchInput):
    version: int = Field(description="您看到的版本号")
    is_closed: bool = Field(False, description="true 停用：不再接收专家，已在其中的不变")


class BranchOut(BaseModel):
    """experts: how many belong to it."""

    id: str
    version: int
    name: str
    is_closed: bool
    experts: int
