"""Referrals (派单) and the 技术经理人's list under /api."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from sqlmodel import Session

from service.actors import Actor
from service.api.dependencies import (
    CurrentActor,
    PageNumber,
    Reading,
    Search,
    ServicesDep,
    Writing,
    sorted_by,
)
from service.api.routing import Router, policy
from service.models import NeedState, Referral, ReferralState
from service.schemas.common import ActionInput, Page
from service.schemas.needs import NeedLine
from service.schemas.referrals import (
    NominateInput,
    NomineeOut,
    ProposalOut,
    ReassignInput,
    ReferralInput,
    ReferralLine,
    ReferralOut,
    ReferralRole,
)
from service.services import Services
from service.usecases import brokers, need_views, needs, nominees, referral_acts, referrals
from service.usecases.paging import paged
from service.usecases.proposals import proposal
from service.usecases.referral_views import lines, proposed, show

router = Router(tags=["派单"])


@router.post("/needs/{need_id}/referrals", status_code=201, summary="派单给学会、服务团、科协、技术经理人或省外单位")
@policy("referral.send")
def send_referral(
    session: Writing, services: ServicesDep, actor: CurrentActor, need_id: str, given: ReferralInput
) -> ReferralOut:
    return _shown(session, services, actor, referrals.send(session, services, actor, need_id, given))


@router.get("/needs/{need_id}/referrals/proposal", summary="建议下一个派给谁")
@policy("referral.send")
def show_proposal(session: Reading, actor: CurrentActor, need_id: str) -> ProposalOut:
    need = needs.find(session, actor, need_id, "referral.send")
    return proposed(session, proposal(session, need))


@router.get("/referrals", summary="派给我的、我经办的派单")
@policy("referral.list")
def list_referrals(
    session: Reading,
    actor: CurrentActor,
    role: Annotated[ReferralRole | None, Query(description="received 派给我的、sent 我经办的；不填为全部")] = None,
    state: ReferralState | None = None,
    need_id: Annotated[str, Query(max_length=32, description="只看这条需求的")] = "",
    search: Search = "",
    sort: Annotated[str, sorted_by(referrals.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[ReferralLine]:
    found, total = referrals.page_of(
        session, actor, role=role, state=state, need_id=need_id, search=search, sort=sort, page=page
    )
    return paged(lines(session, actor, found), total, page)


@router.get("/referrals/{referral_id}", summary="一份派单")
@policy("referral.view")
def show_referral(session: Reading, services: ServicesDep, actor: CurrentActor, referral_id: str) -> ReferralOut:
    return show(session, services.clockwork, actor, referrals.find(session, actor, referral_id))


@router.post("/referrals/{referral_id}/actions/{action}", summary="接单、拒单、撤回派单")
@policy("referral.act")
def act_on_referral(
    session: Writing, services: ServicesDep, actor: CurrentActor, referral_id: str, action: str, given: ActionInput
) -> ReferralOut:
    return _shown(session, services, actor, referral_acts.act(session, services, actor, referral_id, action, given))


@router.get("/referrals/{referral_id}/nominees", summary="可以提名的本会专家和本月接单情况")
@policy("referral.pass_on")
def list_nominees(session: Reading, actor: CurrentActor, referral_id: str) -> list[NomineeOut]:
    return nominees.nominees(session, actor, referrals.find(session, actor, referral_id, "referral.act"))


@router.post("/referrals/{referral_id}/nominate", summary="提名本会专家")
@policy("referral.act")
def nominate_experts(
    session: Writing, services: ServicesDep, actor: CurrentActor, referral_id: str, given: NominateInput
) -> ReferralOut:
    return _shown(session, services, actor, referral_acts.nominate(session, services, actor, referral_id, given))


@router.post("/referrals/{referral_id}/reassign", status_code=201, summary="转派，返回新的派单")
@policy("referral.act")
def reassign_referral(
    session: Writing, services: ServicesDep, actor: CurrentActor, referral_id: str, given: ReassignInput
) -> ReferralLine:
    made = referral_acts.reassign(session, services, actor, referral_id, given)
    return lines(session, actor, [made])[0]


@router.get("/broker/needs", summary="转给我（技术经理人）的需求，最急的在前")
@policy("need.list")
def list_broker_needs(
    session: Reading,
    actor: CurrentActor,
    state: NeedState | None = None,
    search: Search = "",
    sort: Annotated[str, sorted_by(brokers.ORDERS)] = "",
    page: PageNumber = 1,
) -> Page[NeedLine]:
    found, total = brokers.page_of(session, actor, state=state, search=search, sort=sort, page=page)
    items = need_views.lines(session, actor, found)
    return paged(items, total, page)


def _shown(session: Session, services: Services, actor: Actor, referral: Referral) -> ReferralOut:
    return show(session, services.clockwork, actor, referrals.case_of(session, referral))
