"""对接咨询: from the first contact to the company's word, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from service.clock import now
from service.models.base import Moment, Row, Text, choice
from service.models.invitations import HolderKind
from service.models.needs import Resolution


class ConsultationState(StrEnum):
    """UNCONFIRMED: 办结（企业未确认）, closed without the company's word and never counted as solved."""

    TO_CONTACT = "to_contact"
    CONTACTED = "contacted"
    SCHEDULED = "scheduled"
    TO_MINUTE = "to_minute"
    ONGOING = "ongoing"
    TO_CONFIRM = "to_confirm"
    DISPUTED = "disputed"
    COMPLETED = "completed"
    UNCONFIRMED = "unconfirmed"
    ABORTED = "aborted"


class Consultation(Row, table=True):
    """holder: who serves, by kind and id. invitation_id or referral_id: what it came from, exactly one of them.

    lead_kind, lead_id: the 承接单位, the holder itself where nobody nominated. proposed: the 办结类型 asked for in the
    办结申请; resolution: what it ended with. summary: what was done, in the words of who served.
    """

    __table_args__ = (CheckConstraint("(invitation_id IS NULL) <> (referral_id IS NULL)", name="origin"),)

    number: str = Field(sa_type=Text, unique=True, max_length=24)
    need_id: str = Field(foreign_key="need.id", index=True)
    invitation_id: str | None = Field(default=None, foreign_key="invitation.id", unique=True)
    referral_id: str | None = Field(default=None, foreign_key="referral.id", unique=True)
    round: int
    holder_kind: HolderKind = Field(sa_type=choice(HolderKind))
    holder_id: str = Field(default="", sa_type=Text, index=True, max_length=32)
    lead_kind: HolderKind = Field(sa_type=choice(HolderKind, "lead_kind"))
    lead_id: str = Field(default="", sa_type=Text, index=True, max_length=32)
    state: ConsultationState = Field(
        default=ConsultationState.TO_CONTACT, sa_type=choice(ConsultationState), index=True
    )
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    attested_at: datetime | None = Field(default=None, sa_type=Moment)
    second_job: str = Field(default="", sa_type=Text, max_length=24)
    proposed: Resolution | None = Field(default=None, sa_type=choice(Resolution, "proposed"))
    resolution: Resolution | None = Field(default=None, sa_type=choice(Resolution))
    summary: str = Field(default="", sa_type=Text, max_length=20_000)
    signed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class ConsultationMember(Row, table=True):
    """派成员: a member of the team that serves, whom its leader named for this consultation, and what they do in it.

    One row for each member and consultation: who is named again has the same row. ended_at: taken off again, or out of
    the team.
    """

    __table_args__ = (UniqueConstraint("consultation_id", "expert_id"),)

    consultation_id: str = Field(foreign_key="consultation.id", index=True)
    expert_id: str = Field(foreign_key="expert.id", index=True)
    note: str = Field(sa_type=Text, max_length=200)
    named_at: datetime = Field(default_factory=now, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class ContactChannel(StrEnum):
    """电话、线上、到场."""

    PHONE = "phone"
    ONLINE = "online"
    VISIT = "visit"


class FirstContact(Row, table=True):
    """首次联系: who, when, how, one line. An event of its own, once for each consultation."""

    consultation_id: str = Field(foreign_key="consultation.id", unique=True)
    made_by: str = Field(sa_type=Text, max_length=50)
    made_at: datetime = Field(sa_type=Moment)
    channel: ContactChannel = Field(sa_type=choice(ContactChannel))
    line: str = Field(sa_type=Text, max_length=200)


class Appointment(Row, table=True):
    """sequence: rises with every change, as calendars want it. held: None until somebody says so; False = 未到场."""

    __table_args__ = (
        UniqueConstraint("consultation_id", "meeting"),
        CheckConstraint("ends_at > starts_at", name="ends_at"),
    )

    consultation_id: str = Field(foreign_key="consultation.id", index=True)
    meeting: int
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    place: str = Field(default="", sa_type=Text, max_length=200)
    online_link: str = Field(default="", sa_type=Text, max_length=500)
    sequence: int = 0
    held: bool | None = None


class Minutes(Row, table=True):
    """纪要 of one meeting. written_by, written_at: of the text as it is; what it was before is FormerMinutes."""

    __table_args__ = (UniqueConstraint("consultation_id", "meeting"),)

    consultation_id: str = Field(foreign_key="consultation.id", index=True)
    meeting: int
    text: str = Field(sa_type=Text, max_length=20_000)
    written_by: str = Field(sa_type=Text, max_length=32)
    written_at: datetime = Field(default_factory=now, sa_type=Moment)


class FormerMinutes(Row, table=True):
    """What 纪要 said until somebody corrected them: replaced_by, when this row was made, for the reason given."""

    minutes_id: str = Field(foreign_key="minutes.id", index=True)
    text: str = Field(sa_type=Text, max_length=20_000)
    written_by: str = Field(sa_type=Text, max_length=32)
    written_at: datetime = Field(sa_type=Moment)
    replaced_by: str = Field(sa_type=Text, max_length=32)
    reason: str = Field(sa_type=Text, max_length=2_000)


class MinutesAddendum(Row, table=True):
    """补充说明: what was added to 纪要 once the consultation was over."""

    minutes_id: str = Field(foreign_key="minutes.id", index=True)
    text: str = Field(sa_type=Text, max_length=20_000)
    written_by: str = Field(sa_type=Text, max_length=32)


class Side(StrEnum):
    OWNER = "owner"
    HOLDER = "holder"


class OutcomeKind(StrEnum):
    """成效: 解决的难题、成果转化、共性技术推广、创业项目、培养人次、新增销售、节约成本、带动农户."""

    PROBLEM_SOLVED = "problem_solved"
    TRANSFER = "transfer"
    COMMON_TECH = "common_tech"
    STARTUP = "startup"
    TRAINED = "trained"
    NEW_SALES = "new_sales"
    COST_SAVED = "cost_saved"
    FARM_HOUSEHOLDS = "farm_households"


class OutcomeState(StrEnum):
    """自报、已核实、核实未通过; only VERIFIED counts."""

    REPORTED = "reported"
    VERIFIED = "verified"
    REFUSED = "refused"


class Outcome(Row, table=True):
    """occasion: "closing", "30", "90" or "180". quantity: how many (persons, households, items); amount_fen: money."""

    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint("amount_fen >= 0", name="amount_fen"),
    )

    need_id: str = Field(foreign_key="need.id", index=True)
    consultation_id: str = Field(foreign_key="consultation.id", index=True)
    occasion: str = Field(sa_type=Text, max_length=8)
    side: Side = Field(sa_type=choice(Side))
    kind: OutcomeKind = Field(sa_type=choice(OutcomeKind))
    quantity: int = 0
    amount_fen: int = Field(default=0, sa_type=BigInteger)
    text: str = Field(default="", sa_type=Text, max_length=2_000)
    reported_by: str = Field(sa_type=Text, max_length=32)
    state: OutcomeState = Field(default=OutcomeState.REPORTED, sa_type=choice(OutcomeState), index=True)
    verified_by_id: str | None = Field(default=None, foreign_key="user.id")
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    verify_note: str = Field(default="", sa_type=Text, max_length=500)


class Rating(Row, table=True):
    """1–5 on 专业水平、响应及时、沟通配合、落地成效; None = not marked: silence is never a mark."""

    __table_args__ = (
        UniqueConstraint("consultation_id", "side"),
        *(
            CheckConstraint(f"{mark} BETWEEN 1 AND 5", name=mark)
            for mark in ("skill", "response", "cooperation", "effect")
        ),
    )

    consultation_id: str = Field(foreign_key="consultation.id", index=True)
    side: Side = Field(sa_type=choice(Side))
    skill: int | None = None
    response: int | None = None
    cooperation: int | None = None
    effect: int | None = None
    comment: str = Field(default="", sa_type=Text, max_length=2_000)
    given_by: str = Field(sa_type=Text, max_length=32)


class FollowUp(Row, table=True):
    """回访 30, 90 and 180 days after closing. still_works: what the company said; None until it was asked."""

    __table_args__ = (UniqueConstraint("need_id", "round", "days"),)

    need_id: str = Field(foreign_key="need.id", index=True)
    round: int
    days: int
    due_on: date = Field(index=True)
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    done_by: str | None = Field(default=None, sa_type=Text, max_length=32)
    still_works: bool | None = None
    note: str = Field(default="", sa_type=Text, max_length=2_000)
    cancelled_at: datetime | None = Field(default=None, sa_type=Moment)
