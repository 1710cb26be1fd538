"""Referrals (派单) as JSON."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.models import FeeKind, HolderKind, ReferralState
from service.schemas.common import ActionOut, Input, Note, ProxyInput, StepOut
from service.schemas.needs import NeedOut

Id = Annotated[str, StringConstraints(max_length=32)]
# Whoever may be given a need; an expert is invited.
ReceiverKind = Literal[
    HolderKind.SOCIETY, HolderKind.TEAM, HolderKind.ASSOCIATION, HolderKind.TECH_MANAGER, HolderKind.OUTSIDE
]


class ReferralRole(StrEnum):
    """派给自己的、经办的."""

    RECEIVED = "received"
    SENT = "sent"


class ReceiverInput(Input):
    """承接单位：省内的填 receiver_id，全国学会等省外单位填 outside_name。"""

    receiver_kind: ReceiverKind = Field(
        description="承接单位类型：society 学会、team 服务团、association 科协、tech_manager 技术经理人、outside 省外"
    )
    receiver_id: Id = Field("", description="省内承接单位的编号；技术经理人填其账号编号")
    outside_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        "", description="省外承接单位全称"
    )
    note: Note = Field("", description="说明：请对方做什么")

    @model_validator(mode="after")
    def _names_one_receiver(self) -> Self:
        is_outside = self.receiver_kind is HolderKind.OUTSIDE
        if is_outside and (self.receiver_id or not self.outside_name):
            raise ValueError("转省外单位只填写单位全称。")
        if not is_outside and (self.outside_name or not self.receiver_id):
            raise ValueError("请选择一个承接单位；省外单位的名称只在转省外时填写。")
        return self


class ReferralInput(ReceiverInput):
    version: int = Field(description="您看到的需求版本号")
    supporting_ids: list[Id] = Field(default_factory=list, max_length=10, description="协作单位（学会、高校、院所）")
    fee_kind: FeeKind = Field(description="费用：free 公益免费、filed 按备案收费、negotiated 双方另议")


class ReassignInput(ReceiverInput):
    version: int = Field(description="您看到的派单版本号")


class NominateInput(Input):
    version: int = Field(description="您看到的派单版本号")
    expert_ids: list[Id] = Field(min_length=1, max_length=10, description="提名的本会专家，按推荐顺序")
    note: Note = Field("", description="说明")
    proxy: ProxyInput | None = Field(None, description="代答时填写")


class NomineeOut(BaseModel):
    """An expert of the society. taken: of this month's slots; obstacle: why they cannot be named now."""

    id: str
    name: str
    professional_title: str
    organization_name: str
    taken: int
    monthly_capacity: int
    obstacle: str


class PartyOut(BaseModel):
    id: str
    name: str


class ReferralLine(BaseModel):
    """A referral in a list."""

    id: str
    number: str
    need_id: str
    need_number: str | None
    title: str
    state: ReferralState
    state_label: str
    turn: str
    due_at: datetime | None
    receiver_kind: HolderKind
    receiver: str
    fee_kind: FeeKind
    fee_label: str
    created_at: datetime


class ReferralOut(ReferralLine):
    """need: as far as this reader may see it, None once they may not any more.

    supporting: 协作单位; parent_id: of the referral that was passed on; consultation_id: once accepted.
    """

    version: int
    round: int
    receiver_kind_label: str
    receiver_id: str
    days_left: int | None
    supporting: list[PartyOut]
    note: str
    parent_id: str | None
    consultation_id: str | None
    need: NeedOut | None
    actions: list[ActionOut]
    history: list[StepOut]


class ProposalOut(BaseModel):
    """Whom to give the need next. receiver_id and receiver: empty for outside, which has to be named."""

    receiver_kind: HolderKind
    receiver_kind_label: str
    receiver_id: str
    receiver: str
    why: str
