"""Steps of a consultation's story, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import select

from service.actors import SYSTEM, Actor
from service.clock import BEIJING
from service.models import (
    Appointment,
    Consultation,
    ConsultationState,
    Expert,
    FeeKind,
    HolderKind,
    LinkPurpose,
    Need,
    NeedState,
    Organization,
    OrganizationState,
    PartyChoice,
    PartyKind,
    PartySource,
    Recommendation,
    RecommendationState,
    RecommendedParty,
    Referral,
    ReferralState,
    User,
    new_id,
)
from service.schemas import consultations as schemas
from service.schemas.common import ActionInput, Input
from service.usecases import appointments, closings, consultations, minutes
from service.usecases.consultation_cases import find
from service.usecases.consultation_views import show
from service.usecases.grants import grant
from service.usecases.openings import open_by_referral
from service.usecases.signed_links import actor_by_address, address, link_to
from service.workflow.engine import perform
from service.workflow.needs import NEED
from tests.service.match_steps import accept, an_expert, invite
from tests.service.steps import a_draft, act, verify
from tests.service.team_steps import a_society
from tests.service.world import World

OWNER, CLERK, HOLDER, SECRETARY, STRANGER = "盐湖厂马工", "格尔木赵静", "李锂", "盐湖学会何岚", "路人吴芳"
OTHER_CLERK = "海西州李强"
SUMMARY = "查明是硅钛交换柱结垢，给出再生方案，车间已试用两周。"
SOLD = {"kind": "new_sales", "amount_fen": 120_000_00}
SOLVED = {"kind": "problem_solved", "quantity": 1, "text": "吸附剂再生"}


@dataclass(frozen=True)
class Served:
    """A need and who serves it: 李锂, whom 盐湖学会 looks after, by invitation."""

    world: World
    need_id: str
    id: str
    expert_id: str

    @property
    def row(self) -> Consultation:
        with self.world.services.database.reading() as session:
            return session.get_one(Consultation, self.id)

    @property
    def need(self) -> Need:
        with self.world.services.database.reading() as session:
            return session.get_one(Need, self.need_id)


def a_served_need(world: World) -> Served:
    need_id = a_matching_need(world)
    expert_id = a_cared_for_expert(world)
    return Served(world, need_id, served_by_invitation(world, need_id, expert_id), expert_id)


def a_matching_need(world: World) -> str:
    with world.services.database.reading() as session:
        is_verified = session.get_one(Organization, world.company.id).state is OrganizationState.VERIFIED
    if not is_verified:
        verify(world)
    need_id = a_draft(world)
    act(world, OWNER, need_id, "submit")
    act(world, CLERK, need_id, "accept")
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        perform(session, NEED, need, "match", SYSTEM, world.services.clockwork, as_consequence=True)
    return need_id


def a_cared_for_expert(world: World, name: str = HOLDER) -> str:
    expert_id = an_expert(world, name)
    if SECRETARY not in world.people:
        with world.services.database.writing() as session:
            user = User(name=SECRETARY, user_name=SECRETARY)
            session.add(user)
            world.people[SECRETARY] = user.id
        world.people["盐湖学会"] = a_society(world, SECRETARY, "青海省盐湖学会（演示数据）", "51630000MADEM0021U")
    with world.services.database.writing() as session:
        expert = session.get_one(Expert, expert_id)
        expert.society_id, expert.mobile = world.people["盐湖学会"], "13997012345"
        session.get_one(User, world.people[OWNER]).mobile = "13897098765"
    return expert_id


def served_by_invitation(world: World, need_id: str, expert_id: str, name: str = HOLDER) -> str:
    """Picked by the company, invited, accepted: the consultation."""
    return accept(world, name, invite(world, CLERK, need_id, picked(world, need_id, expert_id))[0])


def picked(world: World, need_id: str, expert_id: str) -> str:
    """On a list that the company has chosen from."""
    with world.services.database.writing() as session:
        listed = Recommendation(
            need_id=need_id, round=session.get_one(Need, need_id).round, state=RecommendationState.CHOSEN
        )
        session.add(listed)
        session.flush()
        party = RecommendedParty(
            recommendation_id=listed.id,
            place=1,
            party_kind=PartyKind.EXPERT,
            party_id=expert_id,
            source=PartySource.ADDED,
            choice=PartyChoice.PICKED,
        )
        session.add(party)
        session.flush()
        return party.id


def referred(
    world: World,
    need_id: str,
    kind: HolderKind,
    holder_id: str,
    state: ReferralState = ReferralState.PENDING,
) -> str:
    """A 派单; nobody has answered yet unless the state says otherwise."""
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        referral = Referral(
            number=f"PD-{new_id()}"[:24],
            need_id=need_id,
            round=need.round,
            receiver_kind=kind,
            receiver_id=holder_id,
            state=state,
            fee_kind=FeeKind.FREE,
        )
        session.add(referral)
        session.flush()
        grant(session, need_id, kind, holder_id, f"referral:{referral.id}")
        return referral.id


def served_by_referral(world: World, need_id: str, kind: HolderKind, holder_id: str) -> str:
    """派单 that was taken: the consultation."""
    referral_id = referred(world, need_id, kind, holder_id, ReferralState.ACCEPTED)
    with world.services.database.writing() as session:
        need, referral = session.get_one(Need, need_id), session.get_one(Referral, referral_id)
        return open_by_referral(session, world.services, need, referral).id


def put(world: World, need_id: str, state: NeedState) -> None:
    """Without the steps that lead there."""
    with world.services.database.writing() as session:
        session.get_one(Need, need_id).state = state


UseCase = Callable[..., Any]
ACTS: dict[str, tuple[UseCase, type[Input], dict[str, Any]]] = {
    "attest": (
        consultations.attest,
        schemas.AttestInput,
        {"no_conflict": True, "confidential": True, "second_job": "not_applicable_retired"},
    ),
    "contact": (
        consultations.contact,
        schemas.FirstContactInput,
        {"made_by": HOLDER, "made_at": "2026-11-23T09:00:00+08:00", "channel": "phone", "line": "约好周三看现场"},
    ),
    "schedule": (
        appointments.schedule,
        schemas.ScheduleInput,
        {"starts_at": "2026-11-25T09:30:00+08:00", "ends_at": "2026-11-25T11:00:00+08:00", "place": "提锂车间"},
    ),
    "reschedule": (
        appointments.reschedule,
        schemas.RescheduleInput,
        {
            "starts_at": "2026-11-26T15:00:00+08:00",
            "ends_at": "2026-11-26T16:00:00+08:00",
            "online_link": "https://meeting.example/9",
            "note": "车间检修",
        },
    ),
    "hold": (appointments.hold, schemas.HoldInput, {}),
    "miss": (appointments.miss, schemas.MissInput, {"reason": "holder", "note": "大雪封路"}),
    "write_minutes": (minutes.write, schemas.MinutesInput, {"text": "看了八台柱，三台结垢。"}),
    "sign": (consultations.sign, schemas.SignInput, {"signed_on": "2026-11-23", "note": "技术服务合同"}),
    "request_closing": (
        closings.request_closing,
        schemas.RequestClosingInput,
        {"reason": "solved", "summary": SUMMARY},
    ),
    "confirm": (closings.confirm, schemas.ConfirmInput, {"reason": "partly_solved"}),
}
PLAIN = {
    "dispute": {"note": "两台柱还是掉"},
    "resume": {"note": "请再看两台柱"},
    "abort": {"reason": "conflict", "note": "专家在对手厂任职"},
}


def do(served: Served, who: str | Actor, action: str, **given: object) -> ConsultationState:
    """One act by somebody of the small world, on what they see now unless a version is given."""
    with served.world.services.database.writing() as session:
        actor = served.world.actor(session, who) if isinstance(who, str) else who
        version = session.get_one(Consultation, served.id).version
        if action in PLAIN:
            content = ActionInput.model_validate({"version": version} | PLAIN[action] | given)
            consultations.act(session, served.world.services, actor, served.id, action, content)
        else:
            perform_, schema, defaults = ACTS[action]
            content_ = schema.model_validate({"version": version} | defaults | given)
            perform_(session, served.world.services, actor, served.id, content_)
        return session.get_one(Consultation, served.id).state


def seen_by(served: Served, who: str | Actor) -> dict[str, Any]:
    with served.world.services.database.reading() as session:
        actor = served.world.actor(session, who) if isinstance(who, str) else who
        case = find(session, actor, served.id)
        return show(session, served.world.services.clockwork, actor, case).model_dump(mode="json")


def by_link(served: Served) -> Actor:
    """Who opens the link to the consultation, which was given to its holder."""
    with served.world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, served.id)
        assert link is not None
    shown = address(served.world.services, link)
    return actor_by_address(served.world.services, shown.partition("/r/")[2])


def until_to_confirm(served: Served, who: str | Actor = HOLDER, **given: object) -> None:
    """Attested, contacted, applied for closing."""
    do(served, who, "attest")
    do(served, who, "contact")
    do(served, who, "request_closing", **given)


def until_completed(served: Served, **given: object) -> None:
    until_to_confirm(served)
    do(served, OWNER, "confirm", **given)


def appointment_of(served: Served) -> Appointment:
    """The newest."""
    with served.world.services.database.reading() as session:
        found = session.exec(select(Appointment).where(Appointment.consultation_id == served.id)).all()
        return max(found, key=lambda each: each.meeting)


def need_state(served: Served) -> NeedState:
    return served.need.state


def at(text: str) -> datetime:
    """A moment in Beijing."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
