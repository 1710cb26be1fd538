"""How each act is done by somebody who fills in its form properly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

from service.case_facts import gives_owners_word, speaks_for_holder
from service.clock import beijing
from service.models import (
    Consultation,
    Expert,
    HolderKind,
    Invitation,
    Mode,
    Need,
    Rating,
    Referral,
    SelfOffer,
    Side,
)
from service.schemas import consultations as schemas
from service.schemas.common import ActionInput
from service.schemas.invitations import AcceptInput, DeclineInput
from service.schemas.ratings import RatingInput
from service.schemas.referrals import NominateInput, ReassignInput
from service.usecases import (
    answers,
    appointments,
    closings,
    consultation_cases,
    consultation_members,
    consultations,
    experts,
    invitations,
    minutes,
    need_acts,
    ratings,
    referral_acts,
    self_offers,
)
from service.workflow.resolutions import PROPOSED
from tests.service.walks.offers import nominees
from tests.service.walks.story import Story, Thing

NOTE = "按电话里说的办"
# (session, story, who, thing, action, reasons).
Form = Callable[[Session, Story, str, Thing, str, list[str]], None]


def fill(story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    """Do it, in one transaction. Raises AppError as the use case does."""
    with story.writing() as session:
        FORMS[thing.kind](session, story, who, thing, action, reasons)


def _plain(story: Story, version: int | None, reasons: list[str]) -> ActionInput:
    reason = story.rng.choice(reasons) if reasons else ""
    return ActionInput(version=version or 0, reason=reason, note=NOTE, proxy=story.proxy)


def _need(session: Session, story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    actor, need = story.actor(session, who), session.get_one(Need, thing.id)
    given = _plain(story, need.version, reasons)
    need_acts.act(session, story.services, actor, need.id, action, given, confirm_no_secrets=True)


def _invitation(session: Session, story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    services, actor = story.services, story.actor(session, who)
    invitation = session.get_one(Invitation, thing.id)
    given: dict[str, Any] = {"version": invitation.version, "note": NOTE, "proxy": story.proxy}
    if action in ("accept", "accept_partly"):
        if action == "accept_partly":
            is_online = invitation.mode is Mode.ONLINE
            given |= {"scope": "sub_problems", "sub_problems": [0]} if is_online else {"scope": "online_only"}
        yes = AcceptInput.model_validate(given | {"no_conflict": True, "keeps_secret": True})
        answers.accept(session, services, actor, invitation.id, yes)
    elif action == "decline":
        later = beijing(story.moment).date() + timedelta(days=30)
        no = DeclineInput.model_validate(given | {"reason": story.rng.choice(reasons), "later_on": later})
        answers.decline(session, services, actor, invitation.id, no)
    else:
        invitations.take_back(session, services, actor, invitation.id, action, ActionInput.model_validate(given))


def _referral(session: Session, story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    services, actor = story.services, story.actor(session, who)
    referral = session.get_one(Referral, thing.id)
    if action == "nominate":
        anybody = session.exec(select(Expert.id).order_by(Expert.name)).all()
        named = [story.rng.choice(nominees(session, referral) or anybody)]
        names = {"version": referral.version, "expert_ids": named, "proxy": story.proxy, "note": NOTE}
        referral_acts.nominate(session, services, actor, referral.id, NominateInput.model_validate(names))
    elif action == "reassign":
        to = story.rng.choice([each for each in receivers(story) if each["receiver_id"] != referral.receiver_id])
        content = {"version": referral.version, "note": NOTE} | to
        referral_acts.reassign(session, services, actor, referral.id, ReassignInput.model_validate(content))
    else:
        given = _plain(story, referral.version, reasons)
        referral_acts.act(session, services, actor, referral.id, action, given)


def receivers(story: Story) -> list[dict[str, str]]:
    world = story.world
    named = [
        (HolderKind.SOCIETY, world.people["青海省盐湖学会（演示数据）"]),
        (HolderKind.SOCIETY, world.people["青海省农学会（演示数据）"]),
        (HolderKind.TEAM, story.team_id),
        (HolderKind.ASSOCIATION, world.city.id),
        (HolderKind.ASSOCIATION, world.other_city.id),
        (HolderKind.TECH_MANAGER, world.people["技术经理人李海"]),
    ]
    return [{"receiver_kind": kind, "receiver_id": receiver_id} for kind, receiver_id in named]


def _consultation(session: Session, story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    services, actor, now = story.services, story.actor(session, who), story.moment
    row = session.get_one(Consultation, thing.id)
    given: dict[str, Any] = {"version": row.version, "proxy": story.proxy}
    meeting = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(hours=3), "place": "提锂车间"}
    forms: dict[str, tuple[Any, Any, dict[str, Any]]] = {
        "attest": (
            consultations.attest,
            schemas.AttestInput,
            {"no_conflict": True, "confidential": True, "second_job": "not_applicable"},
        ),
        "contact": (
            consultations.contact,
            schemas.FirstContactInput,
            {"made_by": "李锂", "made_at": now, "channel": "phone", "line": "约了看现场"},
        ),
        "schedule": (appointments.schedule, schemas.ScheduleInput, meeting),
        "reschedule": (appointments.reschedule, schemas.RescheduleInput, meeting | {"note": NOTE}),
        "hold": (appointments.hold, schemas.HoldInput, {}),
        "miss": (appointments.miss, schemas.MissInput, {"reason": "owner", "note": NOTE}),
        "write_minutes": (minutes.write, schemas.MinutesInput, {"text": "看了八台柱，三台结垢。"}),
        "sign": (consultations.sign, schemas.SignInput, {"signed_on": beijing(now).date(), "note": NOTE}),
        "request_closing": (
            closings.request_closing,
            schemas.RequestClosingInput,
            {"reason": story.rng.choice(sorted(PROPOSED)), "summary": "查明结垢，给出再生方案，已试用两周。"},
        ),
        "confirm": (
            closings.confirm,
            schemas.ConfirmInput,
            {"reason": story.rng.choice(sorted(PROPOSED)), "rating": {"skill": 4}},
        ),
    }
    if action == "rate":
        _rate(session, story, who, row)
    elif action in ("name_members", "take_off_member"):
        _change_members(session, story, who, row, action)
    elif action in ("correct_minutes", "add_to_minutes"):
        _mend_minutes(session, story, who, row, action)
    elif action in forms:
        use_case, schema, content = forms[action]
        use_case(session, services, actor, row.id, schema.model_validate(given | content))
    else:
        consultations.act(session, services, actor, row.id, action, _plain(story, row.version, reasons))


def _mend_minutes(session: Session, story: Story, who: str, row: Consultation, action: str) -> None:
    services, actor = story.services, story.actor(session, who)
    latest = minutes.of_consultation(session, row)[-1]
    given: dict[str, Any] = {"text": f"补记于{story.moment:%m月%d日%H时%M分}。", "proxy": story.proxy}
    if action == "add_to_minutes":
        minutes.add(session, services, actor, latest.id, schemas.AddendumInput.model_validate(given))
    else:
        given |= {"version": latest.version, "reason": NOTE}
        minutes.correct(session, services, actor, latest.id, schemas.CorrectedMinutes.model_validate(given))


def _change_members(session: Session, story: Story, who: str, row: Consultation, action: str) -> None:
    services, actor = story.services, story.actor(session, who)
    given: dict[str, Any] = {"version": row.version, "proxy": story.proxy}
    if action == "take_off_member":
        member = story.rng.choice(consultation_members.of_consultation(session, row))[0]
        content = schemas.TakeOffInput.model_validate(given | {"version": member.version})
        consultation_members.take_off(session, services, actor, member.id, content)
        return
    found = consultation_members.candidates(session, actor, row.id)
    # Where nobody is fit, whoever there is: it says why.
    fit = [each.expert_id for each in found if not each.obstacle] or session.exec(select(Expert.id)).all()
    members = [{"expert_id": story.rng.choice(fit), "note": NOTE}]
    named = schemas.NameMembersInput.model_validate(given | {"members": members})
    consultation_members.name_members(session, services, actor, row.id, named)


def _rate(session: Session, story: Story, who: str, row: Consultation) -> None:
    actor, case = story.actor(session, who), consultation_cases.case_of(session, row)
    sides = ((Side.OWNER, gives_owners_word), (Side.HOLDER, speaks_for_holder))
    mine = [side for side, is_theirs in sides if is_theirs(actor, case)] or [Side.OWNER]
    side = next((each for each in mine if ratings.may_still_rate(session, row, each)), mine[0])
    old = session.exec(select(Rating).where(Rating.consultation_id == row.id, Rating.side == side)).first()
    given = {"side": side, "skill": 3, "version": old.version if old else None, "proxy": story.proxy}
    ratings.rate(session, story.services, actor, row.id, RatingInput.model_validate(given))


def _self_offer(session: Session, story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    actor, offered = story.actor(session, who), session.get_one(SelfOffer, thing.id)
    self_offers.act(session, story.services, actor, thing.id, action, _plain(story, offered.version, reasons))


def _expert(session: Session, story: Story, who: str, thing: Thing, action: str, reasons: list[str]) -> None:
    actor, expert = story.actor(session, who), session.get_one(Expert, thing.id)
    experts.act(session, story.services, actor, thing.id, action, _plain(story, expert.version, reasons))


FORMS: dict[str, Form] = {
    "need": _need,
    "invitation": _invitation,
    "referral": _referral,
    "consultation": _consultation,
    "self_offer": _self_offer,
    "expert": _expert,
}
