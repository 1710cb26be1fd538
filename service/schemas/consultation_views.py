"""Consultations as JSON: what each reader gets."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from service.models import ConsultationState, ContactChannel, HolderKind, Resolution, Side
from service.schemas.common import ActionOut, StepOut
from service.schemas.needs import NeedOut
from service.schemas.outcomes import OutcomeOut
from service.schemas.ratings import RatingOut


class PartyOut(BaseModel):
    """Who serves. organization: where an expert works."""

    kind: HolderKind
    id: str
    name: str
    organization: str


class FirstContactOut(BaseModel):
    made_by: str
    made_at: datetime
    channel: ContactChannel
    line: str


class AppointmentOut(BaseModel):
    """held: None until somebody says so; False = 未到场."""

    id: str
    meeting: int
    starts_at: datetime
    ends_at: datetime
    place: str
    online_link: str
    held: bool | None


class FormerMinutesOut(BaseModel):
    """What it said before: written by whom and when, replaced by whom, when and why."""

    text: str
    written_by: str
    at: datetime
    replaced_by: str
    replaced_at: datetime
    reason: str = Field(description="更正的原因")


class AddendumOut(BaseModel):
    text: str
    written_by: str
    at: datetime


class MinutesOut(BaseModel):
    """at: when this text was written. former: what it said before, oldest first; addenda: since the end."""

    id: str
    version: int
    meeting: int
    text: str
    written_by: str
    at: datetime
    former: list[FormerMinutesOut] = Field(description="更正之前的文字，从最早的起")
    addenda: list[AddendumOut] = Field(description="办结以后的补充说明")
    attachments: int = Field(description="附件有几个")


class ContactPersonOut(BaseModel):
    """side: whose contact it is."""

    side: Side
    name: str
    organization: str
    mobile: str
    mail: str


class MemberOut(BaseModel):
    """A member of the team who was named for it. organization: where they work; note: what they do."""

    id: str
    version: int
    expert_id: str
    name: str
    organization: str
    note: str = Field(description="做什么")
    named_at: datetime


class CandidateOut(BaseModel):
    """A member of the team who consented. obstacle: why they cannot be named now; note: what they do, if named."""

    expert_id: str
    name: str
    professional_title: str
    organization_name: str
    obstacle: str = Field(description="现在不能派的原因，能派的为空")
    is_named: bool = Field(description="已经派了")
    note: str = Field(description="已经派了的，做什么")


class ConsultationOut(BaseModel):
    """A consultation as one reader may see it; need: as far as the reader's rights go.

    turn: 轮到谁; days_left: working days until due_at. lead: the 承接单位. proposed: what the 办结申请 asks for;
    resolution: what it ended with. members: of the team, named by its leader. actions:
    buttons, those with forms of their own included.
    """

    id: str
    version: int
    number: str
    state: ConsultationState
    state_label: str
    turn: str
    due_at: datetime | None
    days_left: int | None
    round: int
    need: NeedOut
    holder: PartyOut
    lead: PartyOut
    members: list[MemberOut] = Field(description="服务团派了谁在做")
    attested_at: datetime | None
    second_job: str
    first_contact: FirstContactOut | None
    appointments: list[AppointmentOut]
    minutes: list[MinutesOut]
    signed_at: datetime | None
    proposed: Resolution | None
    resolution: Resolution | None
    resolution_label: str
    summary: str
    closed_at: datetime | None
    outcomes: list[OutcomeOut]
    ratings: list[RatingOut]
    actions: list[ActionOut]
    history: list[StepOut]


class ConsultationLine(BaseModel):
    """A consultation in a list."""

    id: str
    number: str
    need_id: str
    need_number: str | None
    title: str
    organization: str
    holder: PartyOut
    state: ConsultationState
    state_label: str
    turn: str
    due_at: datetime | None
    created_at: datetime


class MilestoneOut(BaseModel):
    """One recorded moment of a need, for the reports. subject: the row it comes from."""

    milestone: str
    label: str
    at: datetime
    subject_kind: str
    subject_id: str
