"""The first days: 科协 and its people, societies, companies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from seed.world import texts
from seed.world.stage import Stage, Story
from service.actors import SYSTEM
from service.models import AssociationLevel, PostRole
from service.schemas.memberships import NewMembership
from service.schemas.organizations import BranchInput, OrganizationInput
from service.schemas.stored_settings import SettingInput
from service.usecases import associations, kept_settings, memberships, organizations, society_branches

DEMO_CLERK = "童欣"
_ROLES = {"顾念青": "demo-province", DEMO_CLERK: "demo-city", "米玛": "demo-broker"}
_OFFICER = "殷正"
ADMINISTRATOR = "平台管理员（演示）"
_HOTLINE = 900


@dataclass
class Firm:
    """A company, society or other organisation. contact: the person who acts for it."""

    name: str
    region: str
    contact: str
    fields: list[str]
    is_verified: bool = False
    id: str = ""
    branch_ids: list[str] = field(default_factory=list)


@dataclass
class Places:
    """Who works where: clerk and lead by region code of the 科協, and the organisations there are."""

    clerks: dict[str, str] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    companies: list[Firm] = field(default_factory=list)
    societies: list[Firm] = field(default_factory=list)

    def clerk_of(self, region: str) -> str:
        """Of the 科协 that is responsible for this place."""
        return next(self.clerks[code] for code in _upwards(region) if code in self.clerks)

    def lead_of(self, region: str) -> str:
        return next(self.leads[code] for code in _upwards(region) if code in self.leads)

    def society_of(self, industry_field: str) -> Firm:
        return next(each for each in self.societies if industry_field in each.fields)


def _upwards(region: str) -> tuple[str, str, str]:
    return region, f"{region[:4]}00", f"{region[:2]}0000"


def found(stage: Stage) -> Places:
    """In one go, before anybody else: the administrator, the tree of 科协 and its staff."""
    places, staff = Places(), texts.read("staff.json")
    with stage.as_("") as (session, _):
        stage.person(session, ADMINISTRATOR, role="demo-admin", is_administrator=True)
        _association(stage, session, places, staff["province"], AssociationLevel.PROVINCE, None)
        for city in staff["cities"]:
            _association(stage, session, places, city, AssociationLevel.CITY, staff["province"]["region"])
        county = staff["county"]
        _association(stage, session, places, county, AssociationLevel.COUNTY, _upwards(county["region"])[1])
    _sign(stage, f"{staff['province']['name']}{texts.MARK}")
    _organisations(places)
    return places


def _sign(stage: Stage, host: str) -> None:
    """What stands at the foot of every page."""
    told = {"site.association": host, "site.organizer": host, "site.phone": texts.landline(_HOTLINE)}
    with stage.as_(ADMINISTRATOR) as (session, actor):
        for name, value in told.items():
            given = SettingInput(version=0, value=value)
            kept_settings.change(session, stage.services, actor, name, given)


def _association(
    stage: Stage, session: Any, places: Places, told: dict[str, Any], level: AssociationLevel, above: str | None
) -> None:
    region = told["region"]
    made = associations.found(
        session,
        stage.services,
        SYSTEM,
        name=f"{told['name']}{texts.MARK}",
        level=level,
        region_code=region,
        parent_id=places.ids[above] if above else None,
    )
    places.ids[region] = made.id
    for name, role in told["people"]:
        user_id = stage.person(session, name, role=_ROLES.get(name, ""))
        associations.appoint(
            session,
            stage.services,
            SYSTEM,
            user_id=user_id,
            association_id=made.id,
            department="学会与企业服务部" if role != "tech_manager" else "技术转移",
            role=PostRole(role),
            since=stage.days[0],
        )
        if role == "lead":
            places.leads[region] = name
        if role == "clerk":
            places.clerks.setdefault(region, name)


def _organisations(places: Places) -> None:
    """By name, before they have done anything."""
    for told in texts.read("societies.jsonl"):
        places.societies.append(Firm(f"{told['name']}{texts.MARK}", told["region"], told["secretary"], told["fields"]))
    for told in texts.read("companies.jsonl"):
        name, is_verified = f"{told['name']}{texts.MARK}", "fate" not in told
        places.companies.append(Firm(name, told["region"], told["contact"], told["fields"], is_verified))


def society(stage: Stage, places: Places, number: int) -> Story:
    """Its secretary registers it; the 科协 looks at the papers the next day; then its branches are set up."""
    firm, told = places.societies[number], texts.read("societies.jsonl")[number]
    with stage.as_("") as (session, _):
        stage.person(session, firm.contact, role="demo-society" if number == 0 else "")
    yield 0
    _register(stage, firm, "society", texts.credit_code(500 + number, "51"), society_level=told["level"])
    yield 1
    _verify(stage, places, firm, "社会团体法人登记证书已核。")
    with stage.as_(firm.contact) as (session, actor):
        for name in told.get("branches", ()):
            branch = society_branches.found(session, stage.services, actor, firm.id, BranchInput(name=name))
            firm.branch_ids.append(branch.id)


def company(stage: Stage, places: Places, number: int) -> Story:
    """Registered by its own people, or by a clerk whom they telephone; then looked at, with one that fails."""
    firm, told = places.companies[number], texts.read("companies.jsonl")[number]
    with stage.as_("") as (session, _):
        stage.person(session, firm.contact, role="demo-company" if number == 0 else "")
    yield 0
    if "no_code" in told:
        _register_for(stage, places, firm, told)
    else:
        _register(stage, firm, told["kind"], texts.credit_code(number + 1, "93" if "合作社" in firm.name else "91"))
    fate = told.get("fate", "verified")
    if fate == "waiting":
        return
    yield 1
    if fate == "refused":
        _verify(stage, places, firm, "营业执照照片看不清，名称与代码对不上，请补传后重新登记。", verified=False)
    else:
        _verify(stage, places, firm, "营业执照（登记证）已核，与本人通过电话。")


def _register(stage: Stage, firm: Firm, kind: str, code: str, **more: str) -> None:
    with stage.as_(firm.contact) as (session, actor):
        given = {"kind": kind, "name": firm.name, "credit_code": code, "region_code": firm.region}
        content = OrganizationInput.model_validate(given | more)
        firm.id = organizations.register(session, stage.services, actor, content).id


def _register_for(stage: Stage, places: Places, firm: Firm, told: dict[str, Any]) -> None:
    """A village has neither code nor computer: the clerk enters it and names its contact."""
    with stage.as_(places.clerk_of(firm.region)) as (session, actor):
        given = {
            "kind": told["kind"],
            "name": firm.name,
            "why_no_code": told["no_code"],
            "guarantor": "所在乡镇人民政府（演示）",
            "region_code": firm.region,
            "proxy": stage.by_phone(firm.contact),
        }
        content = OrganizationInput.model_validate(given)
        firm.id = organizations.register(session, stage.services, actor, content).id
        joined = {"user_id": stage.people[firm.contact], "role": "manager", "proxy": stage.by_phone(firm.contact)}
        memberships.admit(session, stage.services, actor, firm.id, NewMembership.model_validate(joined))


def _verify(stage: Stage, places: Places, firm: Firm, note: str, *, verified: bool = True) -> None:
    with stage.as_(places.clerk_of(firm.region)) as (session, actor):
        version = organizations.find(session, actor, firm.id).version or 0
        organizations.verify(session, stage.services, actor, firm.id, verified=verified, note=note, version=version)
