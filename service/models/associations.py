"""科协 is a tree: 省 → 市州 → 县市区, with 企业/高校/园区科协 as members; staff hold posts in it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlmodel import Field

from service.models.base import Row, Text, choice


class AssociationLevel(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    MEMBER = "member"


class AssociationKind(StrEnum):
    """REGIONAL for the three levels; the others are members of one of them."""

    REGIONAL = "regional"
    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    PARK = "park"


class Association(Row, table=True):
    """path: the ids from the root to this one, each followed by "/"; who is above whom is a question of prefixes."""

    name: str = Field(sa_type=Text, unique=True, max_length=100)
    level: AssociationLevel = Field(sa_type=choice(AssociationLevel))
    kind: AssociationKind = Field(default=AssociationKind.REGIONAL, sa_type=choice(AssociationKind))
    region_code: str = Field(sa_type=Text, index=True, max_length=6)
    parent_id: str | None = Field(default=None, foreign_key="association.id", index=True)
    path: str = Field(sa_type=Text, unique=True, max_length=200)


class PostRole(StrEnum):
    """CLERK reviews and handles; LEAD also hands over and decides; SECRECY_OFFICER decides about sealed needs.

    TECH_MANAGER: 技术经理人, looks further where nobody fits and goes along until a contract is signed.
    """

    CLERK = "clerk"
    LEAD = "lead"
    SECRECY_OFFICER = "secrecy_officer"
    TECH_MANAGER = "tech_manager"


class Post(Row, table=True):
    """A person's work in one association and department. until: the last day, None while it lasts."""

    user_id: str = Field(foreign_key="user.id", index=True)
    association_id: str = Field(foreign_key="association.id", index=True)
    department: str = Field(default="", sa_type=Text, max_length=50)
    role: PostRole = Field(sa_type=choice(PostRole))
    since: date
    until: date | None = None


class Absence(Row, table=True):
    """请假代办: from since to until (its last day) the deputy sees this person's queue as well."""

    user_id: str = Field(foreign_key="user.id", index=True)
    deputy_id: str = Field(foreign_key="user.id", index=True)
    since: date
    until: date
