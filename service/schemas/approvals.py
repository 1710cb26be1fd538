"""审签 as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from service.models import ApprovalState
from service.schemas.common import ActionOut, Input, Note

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]


class NewApproval(Input):
    kind: str = Field(max_length=64, description="要办的事：recommendation.release 把推荐名单发给企业，等等")
    subject_kind: str = Field(max_length=32, description="对什么办：need 一条需求、match_run 一次匹配")
    subject_id: str = Field(max_length=32, description="它的标识")
    title: Title = Field(description="标题，写明签发什么")


class SavedApproval(Input):
    version: int = Field(description="您看到的版本号")
    title: Title = Field(description="标题，写明签发什么")


class ApprovalActionInput(Input):
    version: int = Field(description="您看到的版本号")
    note: Note = Field("", description="说明；退回、撤回时必填")
    issued_on: date | None = Field(None, description="签发时：签发日期，不填为今天")
    document_number: str = Field("", max_length=60, description="签发时：文号，例如 科协发〔2026〕12号，可以没有")


class ApprovalOut(BaseModel):
    id: str
    version: int
    kind: str = Field(description="要办的事")
    kind_label: str = Field(description="要办的事，显示给人看")
    subject_kind: str = Field(description="对什么办")
    subject_id: str = Field(description="它的标识")
    title: str = Field(description="标题")
    state: ApprovalState
    state_label: str
    turn: str
    due_at: datetime | None
    drafter: str = Field(description="拟稿人")
    reviewer: str | None = Field(description="审核人")
    issuer: str | None = Field(description="签发人")
    issued_on: date | None = Field(description="签发日期")
    document_number: str | None = Field(description="文号")
    attachments: int = Field(description="扫描的签章件有几个")
    created_at: datetime
    actions: list[ActionOut]
