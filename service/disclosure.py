"""Who may read which field of a need or an achievement: three levels a field, chosen by its owner."""

from __future__ import annotations

from enum import IntEnum

from service.achievement_facts import sees_all_of_achievement
from service.actors import Actor
from service.facts import co_owns_need, sees_all_of_need
from service.models import Achievement, Expert, Need, Organization, OrganizationKind, PublicityLevel
from service.rules.region import Level, level, name, parent

# What the owner has not chosen otherwise. The organisation's name is shown only to those invited.
DEFAULT_LEVELS = {
    "title": PublicityLevel.PUBLIC,
    "scene": PublicityLevel.PUBLIC,
    "targets": PublicityLevel.PUBLIC,
    "situation": PublicityLevel.INVITED,
    "restrictions": PublicityLevel.INVITED,
    "tried": PublicityLevel.INVITED,
    "budget": PublicityLevel.INVITED,
    "wanted_by": PublicityLevel.PUBLIC,
    "sub_problems": PublicityLevel.INVITED,
    "organization": PublicityLevel.INVITED,
}
# Whoever posts an achievement wants to be found; what it costs is said to those who ask.
ACHIEVEMENT_LEVELS = {
    "title": PublicityLevel.PUBLIC,
    "summary": PublicityLevel.PUBLIC,
    "ip_status": PublicityLevel.INVITED,
    "price": PublicityLevel.INVITED,
    "owner": PublicityLevel.PUBLIC,
}
_KIND_LABELS = {
    OrganizationKind.ENTERPRISE: "企业",
    OrganizationKind.COOPERATIVE: "合作社",
    OrganizationKind.VILLAGE: "村集体",
    OrganizationKind.HOUSEHOLD: "农户",
    OrganizationKind.PARK: "园区",
    OrganizationKind.GOVERNMENT: "政府部门",
    OrganizationKind.UNIVERSITY: "高校",
    OrganizationKind.INSTITUTE: "科研院所",
    OrganizationKind.HOSPITAL: "医疗机构",
    OrganizationKind.SOCIETY: "学会",
    OrganizationKind.OTHER: "单位",
}


class Access(IntEnum):
    """How far a reader's rights go; each includes those before it."""

    PUBLIC = 0
    INVITED = 1
    SIGNED = 2
    ALL = 3


_NEEDED = {
    PublicityLevel.PUBLIC: Access.PUBLIC,
    PublicityLevel.INVITED: Access.INVITED,
    PublicityLevel.SIGNED: Access.SIGNED,
}


def access_of(actor: Actor, need: Need) -> Access:
    if sees_all_of_need(actor, need):
        return Access.ALL
    if need.sealed_at is not None:
        return Access.PUBLIC
    granted = actor.grants.get(need.id, PublicityLevel.PUBLIC)
    # Further owners of a 共性需求 read what its author shows to those invited, and no more.
    return max(_NEEDED[granted], Access.INVITED if co_owns_need(actor, need) else Access.PUBLIC)


def access_to_achievement(actor: Actor, achievement: Achievement) -> Access:
    """All of it for its owner and the staff responsible; nobody is let in further one by one."""
    return Access.ALL if sees_all_of_achievement(actor, achievement) else Access.PUBLIC


def reaches(access: Access, needed: PublicityLevel) -> bool:
    return access >= _NEEDED[needed]


def level_of(row: Need | Achievement, field: str) -> PublicityLevel:
    defaults = DEFAULT_LEVELS if isinstance(row, Need) else ACHIEVEMENT_LEVELS
    return PublicityLevel(row.levels.get(field, defaults[field]))


def may_read(access: Access, row: Need | Achievement, field: str) -> bool:
    return reaches(access, level_of(row, field))


def organization_label(organization: Organization, access: Access, need: Need) -> str:
    """The name, or “西宁市某企业” for who must not know it."""
    if may_read(access, need, "organization"):
        return organization.name
    return _unnamed(organization)


def owner_label(owner: Organization | Expert, access: Access, achievement: Achievement) -> str:
    if may_read(access, achievement, "owner"):
        return owner.name
    return _unnamed(owner) if isinstance(owner, Organization) else f"{_place(owner.region_code)}某专家"


def _unnamed(organization: Organization) -> str:
    return f"{_place(organization.region_code)}某{_KIND_LABELS[organization.kind]}"


def _place(region_code: str) -> str:
    """The name of the city; a county would say too much."""
    city = parent(region_code) if level(region_code) is Level.COUNTY else region_code
    return name(city or region_code)
