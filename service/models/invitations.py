"""邀约: asking one expert or team, what they answered, the slot of their month it takes, and what they may read."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field

from service.models.base import Moment, Row, Text, choice
from service.models.matches import PartyKind
from service.models.needs import PublicityLevel


class HolderKind(StrEnum):
    """Who may be asked to serve a need, or may read it: TECH_MANAGER by user id, OUTSIDE by name only (全国学会)."""

    EXPERT = "expert"
    TEAM = "team"
    SOCIETY = "society"
    ASSOCIATION = "association"
    TECH_MANAGER = "tech_manager"
    OUTSIDE = "outside"


class InvitationState(StrEnum):
    """PARTLY: accepted with a narrower scope. RELEASED: given back before the first meeting. STOPPED: a conflict."""

    SENT = "sent"
    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    RELEASED = "released"
    STOPPED = "stopped"


class Mode(StrEnum):
    """线上、到场、都可以."""

    ONLINE = "online"
    ON_SITE = "on_site"
    EITHER = "either"


class FeeKind(StrEnum):
    """公益免费、按备案收费、双方另议."""

    FREE = "free"
    FILED = "filed"
    NEGOTIATED = "negotiated"


class AnswerScope(StrEnum):
    FULL = "full"
    ONLINE_ONLY = "online_only"
    SUB_PROBLEMS = "sub_problems"


class Invitation(Row, table=True):
    """question: what it is about, in three lines at most. sub_problems: places of those accepted, empty = all.

    created_by_id: None where a candidate moved up; replaces_id: after whose refusal or silence.
    later_on: 以后再约. suggested: 荐人, in words.
    attested_at: when 无利益冲突 and 保密 were confirmed.
    """

    __table_args__ = (
        Index(
            "ix_invitation_open",
            "need_id",
            "round",
            "party_kind",
            "party_id",
            unique=True,
            sqlite_where=text("state IN ('sent', 'accepted', 'partly')"),
            postgresql_where=text("state IN ('sent', 'accepted', 'partly')"),
        ),
        CheckConstraint("expected_hours > 0", name="expected_hours"),
    )

    need_id: str = Field(foreign_key="need.id", index=True)
    recommended_id: str = Field(foreign_key="recommended_party.id", unique=True)
    referral_id: str | None = Field(default=None, foreign_key="referral.id", index=True)
    replaces_id: str | None = Field(default=None, foreign_key="invitation.id", unique=True)
    party_kind: PartyKind = Field(sa_type=choice(PartyKind))
    party_id: str = Field(sa_type=Text, index=True, max_length=32)
    round: int
    created_by_id: str | None = Field(default=None, foreign_key="user.id")
    state: InvitationState = Field(default=InvitationState.SENT, sa_type=choice(InvitationState), index=True)
    entered_at: datetime | None = Field(default=None, sa_type=Moment)
    due_at: datetime | None = Field(default=None, sa_type=Moment, index=True)

    question: str = Field(sa_type=Text, max_length=400)
    expected_hours: int
    mode: Mode = Field(sa_type=choice(Mode))
    place: str = Field(default="", sa_type=Text, max_length=200)
    travel_paid_by: str = Field(default="", sa_type=Text, max_length=100)
    fee_kind: FeeKind = Field(sa_type=choice(FeeKind))
    fee_note: str = Field(default="", sa_type=Text, max_length=200)
    contact_name: str = Field(sa_type=Text, max_length=50)
    contact_phone: str = Field(sa_type=Text, max_length=20)

    answer_scope: AnswerScope = Field(default=AnswerScope.FULL, sa_type=choice(AnswerScope))
    sub_problems: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    later_on: date | None = None
    suggested: str = Field(default="", sa_type=Text, max_length=200)
    attested_at: datetime | None = Field(default=None, sa_type=Moment)


class Reservation(Row, table=True):
    """One slot of an expert's month; month: “2026-11” in Beijing. The key makes two takers of one slot collide."""

    __table_args__ = (UniqueConstraint("expert_id", "month", "slot"),)

    expert_id: str = Field(foreign_key="expert.id", index=True)
    month: str = Field(sa_type=Text, max_length=7)
    slot: int
    invitation_id: str = Field(foreign_key="invitation.id", unique=True)


class DisclosureGrant(Row, table=True):
    """Who may read a need's fields up to a level, and through what: cause is “invitation:…” or “referral:…”."""

    __table_args__ = (UniqueConstraint("holder", "cause"),)

    need_id: str = Field(foreign_key="need.id", index=True)
    holder: str = Field(sa_type=Text, index=True, max_length=64)
    cause: str = Field(sa_type=Text, index=True, max_length=64)
    level: PublicityLevel = Field(default=PublicityLevel.INVITED, sa_type=choice(PublicityLevel))
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    CONSULTATION = "consultation"
    PROXY = "proxy"


class SignedLink(Row, table=True):
    """A link that lets one expert do one thing without a password; see service/links.py."""

    purpose: LinkPurpose = Field(sa_type=choice(LinkPurpose))
    subject_id: str = Field(sa_type=Text, index=True, max_length=32)
    expert_id: str = Field(foreign_key="expert.id", index=True)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
