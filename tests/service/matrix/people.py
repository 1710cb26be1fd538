"""The world of the matrix: one of every kind of person, and needs in every stage with all that hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import select

from service.actors import STRANGER, Actor
from service.clock import now
from service.models import (
    Consultation,
    ConsultationMember,
    HolderKind,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
    OrganizationState,
    Team,
    TeamKind,
    TeamMember,
    User,
)
from service.rules.plain_text import identity_key
from service.schemas.consultations import NameMembersInput
from service.usecases import consultation_members
from tests.service.achievements import steps as achievements
from tests.service.consultations.steps import served_by_referral
from tests.service.match_steps import accept, an_expert, choose, invite, list_of, ranking_by_words, review
from tests.service.matrix.besides import besides
from tests.service.matrix.papers import papers
from tests.service.referral_steps import send
from tests.service.self_offers.steps import offer
from tests.service.steps import CONTENT, a_draft, act, verify
from tests.service.world import World

# Column in the table → person in the world.
PEOPLE = {
    "stranger": None,
    "passer_by": "路人吴芳",
    "owner": "盐湖厂马工",
    "other_company": "风电厂丁工",
    "invited": "李锂",
    "other_expert": "赵风",
    "society": "盐湖学会秘书",
    "clerk": "格尔木赵静",
    "clerk_above": "海西州李强",
    "clerk_elsewhere": "西宁孙浩",
    "lead": "省科协王敏",
    "officer": "保密办周正",
    "administrator": "平台管理员",
    # Of the team that the invited leads, and named by him for "consultation:team".
    "named_member": "孙铁",
}


@dataclass(frozen=True)
class Matrix:
    """actors: by column. objects: “need:draft” → id, “invitation:sent” → id …"""

    actors: dict[str, Actor]
    objects: dict[str, str]


def a_matrix(world: World, folder: Path, kept_back: str = "") -> Matrix:
    """kept_back: words that stand only where strangers must not read them."""
    worker = ranking_by_words(world, folder)
    more_people(world)
    verify(world)
    experts = {name: an_expert(world, name, monthly_capacity=9) for name in ("李锂", "赵风")}
    with world.services.database.writing() as session:
        from service.models import Expert

        invited = session.get_one(Expert, experts["李锂"])
        invited.society_id, invited.mobile = world.people["盐湖学会"], f"139{len(kept_back):08d}"
    objects = {f"expert:{key}": experts[name] for key, name in (("invited", "李锂"), ("other", "赵风"))}
    objects |= _achievements(world, kept_back)
    stages = ("draft", "submitted", "matching", "referred", "recommended", "inviting", "engaged", "sealed")
    for stage in stages:
        title = f"吸附剂用半年就吸不动锂了 {stage}" + (kept_back if stage in ("draft", "sealed") else "")
        objects[f"need:{stage}"] = a_draft(
            world,
            title=title,
            situation=f"{CONTENT['situation']}{kept_back}",
            restrictions=kept_back,
            tried=kept_back,
            sub_problems=["为什么衰减", f"怎样现场再生{kept_back}"],
        )
    objects["need:team"] = a_draft(
        world, title="吸附剂用半年就吸不动锂了 team", restrictions=kept_back, tried=kept_back
    )
    for stage in (*stages[1:], "team"):
        act(world, "盐湖厂马工", objects[f"need:{stage}"], "submit")
    for stage in (*stages[2:], "team"):
        act(world, "格尔木赵静", objects[f"need:{stage}"], "accept")
    worker.run_pending()
    to_society = {"receiver_kind": "society", "receiver_id": world.people["盐湖学会"], "fee_kind": "free"}
    objects["referral:pending"] = send(world, objects["need:referred"], to_society)
    for stage in stages[4:]:
        review(
            world, objects[f"need:{stage}"], "supplement", f"expert:{experts['李锂']}", reason=f"熟悉现场{kept_back}"
        )
    for stage in stages[5:]:
        need_id = objects[f"need:{stage}"]
        listed = [party.id for party in list_of(world, "盐湖厂马工", need_id).parties]
        choose(world, "盐湖厂马工", need_id, picked=listed)
        objects[f"invitation:{stage}"] = invite(world, "格尔木赵静", need_id, *listed)[0]
    for stage in stages[6:]:
        objects[f"consultation:{stage}"] = accept(world, "李锂", objects[f"invitation:{stage}"])
    for stage in ("matching", "sealed"):
        plan = f"先取样做容量和溶损分析{kept_back}"
        objects[f"self_offer:{stage}"] = offer(
            world, "李锂", objects[f"need:{stage}"], "expert", experts["李锂"], plan=plan
        )
    objects |= _served_by_team(world, objects["need:team"], experts["李锂"], kept_back)
    objects |= papers(world, objects, kept_back)
    objects |= besides(world, objects["need:team"], experts["李锂"])
    return _sealed(world, objects)


def _served_by_team(world: World, need_id: str, leader_id: str, kept_back: str) -> dict[str, str]:
    """By the team of the invited, who named its member."""
    member_id = an_expert(world, "孙铁", takes_part=False)
    with world.services.database.writing() as session:
        team = Team(
            name="盐湖现场服务队",
            kind=TeamKind.SQUAD,
            leader_id=leader_id,
            society_id=world.people["盐湖学会"],
            region_code="632801",
            term_since=date(2026, 1, 1),
            term_until=date(2027, 12, 31),
        )
        session.add(team)
        session.flush()
        for each in (leader_id, member_id):
            session.add(TeamMember(team_id=team.id, expert_id=each, consented_at=now()))
        team_id = team.id
    found = served_by_referral(world, need_id, HolderKind.TEAM, team_id)
    with world.services.database.writing() as session:
        named = [{"expert_id": member_id, "note": f"看现场，取样{kept_back}"}]
        version = session.get_one(Consultation, found).version
        given = NameMembersInput.model_validate({"version": version, "members": named})
        consultation_members.name_members(session, world.services, world.actor(session, "李锂"), found, given)
        row = session.exec(select(ConsultationMember)).one()
        return {"consultation:team": found, "member:team": row.id}


def _achievements(world: World, kept_back: str) -> dict[str, str]:
    """Of the society, in every stage; what only those invited may read differs."""
    owner, found = "盐湖学会秘书", {}
    for stage in ("draft", "submitted", "published", "sealed"):
        title = f"盐湖吸附剂现场再生 {stage}" + (kept_back if stage in ("draft", "sealed") else "")
        hidden = {"ip_status": kept_back, "price_high_fen": 80_000_000 + len(kept_back)}
        found[stage] = achievements.draft(world, owner, organization_id=world.people["盐湖学会"], title=title, **hidden)
    for stage in ("submitted", "published", "sealed"):
        achievements.act(world, owner, found[stage], "submit")
    for stage in ("published", "sealed"):
        achievements.act(world, "格尔木赵静", found[stage], "publish")
    achievements.seal(world, "格尔木赵静", found["sealed"])
    return {f"achievement:{stage}": each for stage, each in found.items()}


def _sealed(world: World, objects: dict[str, str]) -> Matrix:
    from service.usecases import need_acts

    with world.services.database.writing() as session:
        need_acts.seal(
            session, world.services, world.actor(session, "格尔木赵静"), objects["need:sealed"], note="发现疑似标志"
        )
    with world.services.database.reading() as session:
        actors = {column: world.actor(session, name) if name else STRANGER for column, name in PEOPLE.items()}
    return Matrix(actors, objects)


def more_people(world: World) -> None:
    with world.services.database.writing() as session:
        for name in ("风电厂丁工", "盐湖学会秘书", "平台管理员"):
            user = User(name=name, user_name=name, is_administrator=name == "平台管理员")
            session.add(user)
            session.flush()
            world.people[name] = user.id
        for name, kind, contact in (
            ("湟水风电有限公司（演示数据）", OrganizationKind.ENTERPRISE, "风电厂丁工"),
            ("盐湖学会", OrganizationKind.SOCIETY, "盐湖学会秘书"),
        ):
            organization = Organization(
                kind=kind,
                name=name,
                name_key=identity_key(name),
                region_code="632801",
                state=OrganizationState.VERIFIED,
                association_id=world.county.id,
            )
            session.add(organization)
            session.flush()
            world.people[name] = organization.id
            session.add(
                Membership(user_id=world.people[contact], organization_id=organization.id, role=MembershipRole.MANAGER)
            )
