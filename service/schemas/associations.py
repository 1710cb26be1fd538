"""The tree of 科协 as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import AssociationKind, AssociationLevel, PostRole
from service.schemas.common import Input, RegionCode


class AssociationInput(Input):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="科协名称"
    )
    level: AssociationLevel = Field(
        description="层级：province 省、city 市州、county 县市区、member 企业/高校/园区科协"
    )
    kind: AssociationKind = Field(AssociationKind.REGIONAL, description="类型")
    region_code: RegionCode = Field(description="行政区划代码")
    parent_id: str | None = Field(None, max_length=32, description="上级科协；省科协没有上级")


class AssociationChange(Input):
    """Its place in the tree stays: whose needs it sees depends on that."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)] = Field(
        description="科协名称"
    )
    region_code: RegionCode = Field(description="行政区划代码")
    version: int = Field(description="您看到的版本号")


class AssociationOut(BaseModel):
    id: str
    version: int
    name: str
    level: AssociationLevel
    kind: AssociationKind
    region_code: str
    parent_id: str | None


class PostInput(Input):
    user_id: str = Field(max_length=32, description="工作人员的账号")
    department: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = Field("", description="部门")
    role: PostRole = Field(description="clerk 经办、lead 负责人、secrecy_officer 保密员")
    since: date = Field(description="从哪天起")


class DepartmentInput(Input):
    department: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = Field(
        description="部门：处室名称"
    )
    version: int = Field(description="您看到的版本号")


class EndPostInput(Input):
    until: date = Field(description="到哪天止，含当天")


class PostOut(BaseModel):
    id: str
    version: int
    user_id: str
    user: str
    association_id: str
    department: str
    role: PostRole
    since: date
    until: date | None
