"""Invitations as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from service.models import AnswerScope, FeeKind, InvitationState, Mode, PartyKind
from service.schemas.common import ActionOut, Input, Line, Note, ProxyInput
from service.schemas.needs import NeedOut

_Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=300)]
_MOST_LINES = 3


class TermsInput(Input):
    """邀约写明的条件：问什么、要多久、在哪里、谁承担、找谁。"""

    question: _Question = Field(description="三行以内说清楚请对方做什么")
    expected_hours: int = Field(ge=1, le=400, description="预计需要多少小时")
    mode: Mode = Field(description="方式：online 线上、on_site 到场、either 都可以")
    place: Line = Field("", description="到场的地点")
    travel_paid_by: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field(
        "", description="差旅由谁承担"
    )
    fee_kind: FeeKind = Field(description="收费：free 公益免费、filed 按备案收费、negotiated 双方另议")
    fee_note: Line = Field("", description="收费说明")
    contact_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=50)] = Field(
        description="有疑问找谁"
    )
    contact_phone: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=20)] = Field(
        description="联系电话"
    )

    @model_validator(mode="after")
    def _says_what_it_has_to(self) -> Self:
        if len([line for line in self.question.splitlines() if line.strip()]) > _MOST_LINES:
            raise ValueError("问题请写在三行以内，细节对方在需求里看得到。")
        if self.mode is not Mode.ONLINE and not (self.place and self.travel_paid_by):
            raise ValueError("需要到场的，请写明地点和差旅由谁承担。")
        return self

    def texts(self) -> dict[str, str]:
        return {
            "问题": self.question,
            "地点": self.place,
            "差旅由谁承担": self.travel_paid_by,
            "收费说明": self.fee_note,
            "联系人": self.contact_name,
        }


class InviteInput(TermsInput):
    version: int = Field(description="您看到的需求版本号")
    recommended: list[str] = Field(min_length=1, max_length=20, description="邀请名单上的哪几位，按先后")


class AcceptInput(Input):
    """接受，或者只接受一部分。"""

    version: int = Field(description="您看到的版本号")
    scope: AnswerScope = Field(AnswerScope.FULL, description="full 全部、online_only 仅线上、sub_problems 仅某些子问题")
    sub_problems: list[int] = Field(default_factory=list, max_length=12, description="接受哪几个子问题（从 0 数起）")
    no_conflict: bool = Field(False, description="确认与需求方没有利益冲突")
    keeps_secret: bool = Field(False, description="承诺对看到的内容保密")
    note: Note = Field("", description="想说的话")
    proxy: ProxyInput | None = Field(None, description="代答时填写")


class DeclineInput(Input):
    version: int = Field(description="您看到的版本号")
    reason: str = Field(max_length=32, description="谢绝的理由代码")
    note: Note = Field("", description="说明")
    later_on: date | None = Field(None, description="以后再约：哪天以后")
    suggested: Line = Field("", description="荐人：您认为谁更合适")
    proxy: ProxyInput | None = Field(None, description="代答时填写")


class InvitationOut(BaseModel):
    """One invitation as one reader may see it. need: its fields up to the reader's level."""

    id: str
    version: int
    state: InvitationState
    state_label: str
    turn: str
    due_at: datetime | None
    days_left: int | None
    party_kind: PartyKind
    party_id: str
    party_name: str
    question: str
    expected_hours: int
    mode: Mode
    place: str
    travel_paid_by: str
    fee_kind: FeeKind
    fee_note: str
    contact_name: str
    contact_phone: str
    answer_scope: AnswerScope
    sub_problems: list[int]
    later_on: date | None
    suggested: str
    consultation_id: str | None
    need: NeedOut
    actions: list[ActionOut]


class ReasonOut(BaseModel):
    """One of the party's own sentences or works that was compared."""

    text: str
    year: int | None


class ReasonsOut(BaseModel):
    """Why the party was recommended. source: how its name came up, "" if that is not known."""

    source: str
    found: list[ReasonOut]


class InvitationLine(BaseModel):
    """An invitation in a list."""

    id: str
    state: InvitationState
    state_label: str
    turn: str
    due_at: datetime | None
    party_name: str
    need_id: str
    need_number: str | None
    title: str
    question: str
    created_at: datetime


class HandOutOut(BaseModel):
    """What staff give to somebody by other means: text for a message, the link, the QR code as SVG."""

    text: str
    link: str
    qr_svg: str
    expires_at: datetime
