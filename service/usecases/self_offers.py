"""自荐: an expert, team or society offers itself for a need it may see, and staff answer in any case."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import case
from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.case_facts import Case, is_offerer
from service.clock import now
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.facts import PUBLISHED, reviews_need, verifies_organization
from service.field_visibility import has_part, title_of_seen_need
from service.jobs import enqueue
from service.models import (
    Association,
    Expert,
    Need,
    OffererKind,
    Organization,
    PartyKind,
    PartySource,
    SelfOffer,
    SelfOfferState,
    StatusChange,
    Team,
)
from service.people_facts import looks_after_expert, manages_team
from service.permissions import POLICIES, require
from service.schemas.common import ActionInput, ProxyInput
from service.schemas.self_offers import SelfOfferInput
from service.services import Services
from service.usecases import words
from service.usecases.eligibility import obstacle
from service.usecases.lookup import existing
from service.usecases.needs import find as find_need
from service.usecases.organizations import verified_society
from service.usecases.paging import Order, Orders, by, by_state, in_order, page_of_rows
from service.usecases.progress import released
from service.usecases.proxies import record_proxy
from service.usecases.recommendations import Candidate, join
from service.usecases.secrecy import refuse_secrets
from service.usecases.teams import case_of as team_case_of
from service.verdict import RULES
from service.visibility import visible_self_offers
from service.workflow.engine import perform
from service.workflow.self_offers import SELF_OFFER

Party = Expert | Team | Organization
# Only what waits for an answer has a deadline; those answered come after it.
_ANSWER_BY = case((col(SelfOffer.state) == SelfOfferState.OFFERED, col(SelfOffer.due_at)))
ORDERS: Orders = {
    "due": by("答复期限", _ANSWER_BY, col(SelfOffer.due_at), col(SelfOffer.id)),
    "created": by("提出", col(SelfOffer.created_at), col(SelfOffer.id), newest_first=True),
    "title": Order("标题", lambda actor: (title_of_seen_need(actor), col(SelfOffer.id))),
    "state": by("状态", by_state(col(SelfOffer.state), SELF_OFFER.states), col(SelfOffer.id)),
}


def offer(session: Session, services: Services, actor: Actor, need_id: str, given: SelfOfferInput) -> Case:
    """By the party, or for it by its society or by staff (代录), who say on whose word."""
    refuse_secrets(given.texts(), services.settings.secrecy_officer)
    need = find_need(session, actor, need_id, "self_offer.make")
    if need.state not in PUBLISHED:
        raise Conflict("这条需求现在不接受自荐：还没有受理，或者已经结束。请从需求清单里另选一条。")
    party = _party(session, actor, given)
    case = _case_of_new(actor, need, party, given)
    is_own = is_offerer(actor, case)
    if not is_own and not _may_speak_for(session, actor, need, party):
        raise Forbidden("您不能替这一方自荐。请由本人、团队负责人，或请所在学会、科协工作人员代为办理。")
    if isinstance(party, Organization):
        verified_society(session, party.id)
    _refuse_obstacle(session, case, "现在不能自荐", leave_out=("asked_before",))
    _refuse_second(session, case.subject)
    _keep(session, services, actor, case.subject, given)
    if not is_own:
        _record_proxy(session, services, actor, case.subject, "offer", given.proxy)
    return case


def find(session: Session, actor: Actor, offer_id: str, policy: str = "self_offer.view") -> Case:
    case = case_of(session, existing(session, actor, SelfOffer, offer_id))
    require(actor, policy, case)
    return case


def case_of(session: Session, offered: SelfOffer) -> Case:
    party = _named(session, offered.party_kind, offered.party_id)
    return Case(offered, session.get_one(Need, offered.need_id), _society_of(party))


def act(session: Session, services: Services, actor: Actor, offer_id: str, action: str, given: ActionInput) -> Case:
    """推荐, 不采用 or 撤回. Put forward, a person or team joins the list before the company; for a society staff send
    a 派单 of their own."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    case = find(session, actor, offer_id, "self_offer.act")
    offered: SelfOffer = case.subject
    if offered.version != given.version:
        raise Stale(
            "您打开之后，这份自荐有了变化，还没有提交。请刷新后再看；您填写的还在页面上。",
            details={"version": offered.version, "theirs": {"state": offered.state}},
        )
    clockwork = services.clockwork
    perform(session, SELF_OFFER, offered, action, actor, clockwork, reason=given.reason, note=given.note, seen=case)
    if action == "put_forward":
        _refuse_obstacle(session, case, "现在不能推荐这一位")
        _join_list(session, services, actor, case)
    if action == "withdraw" and not is_offerer(actor, case):
        _record_proxy(session, services, actor, offered, action, given.proxy)
    session.flush()
    return case


def page_of(
    session: Session,
    actor: Actor,
    *,
    state: SelfOfferState | None = None,
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[SelfOffer], int]:
    """(offers of this page, how many in all). search: a part of the need's number or title."""
    require(actor, "self_offer.list")
    wanted = visible_self_offers(actor)
    if state is not None:
        wanted = wanted.where(SelfOffer.state == state)
    wanted = wanted.where(has_part(search, col(Need.number), title_of_seen_need(actor)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def of_need(session: Session, actor: Actor, need_id: str) -> list[SelfOffer]:
    """All that a need received, the newest first; for staff who handle it."""
    need = find_need(session, actor, need_id, "self_offer.review")
    wanted = select(SelfOffer).where(SelfOffer.need_id == need.id)
    return list(session.exec(wanted.order_by(col(SelfOffer.created_at).desc(), col(SelfOffer.id))))


def _party(session: Session, actor: Actor, given: SelfOfferInput) -> Party:
    """Raises Invalid alike for unknown parties and for experts whom the actor may not see."""
    party = _named(session, given.party_kind, given.party_id)
    if party is None or (isinstance(party, Expert) and not POLICIES["expert.view"].sees(actor, party)):
        raise Invalid("没有找到自荐的这一方。请从自己的画像、团队或学会里选择。", field="party_id")
    return party


def _named(session: Session, kind: OffererKind, party_id: str) -> Party | None:
    if kind is OffererKind.EXPERT:
        return session.get(Expert, party_id)
    if kind is OffererKind.TEAM:
        return session.get(Team, party_id)
    return session.get(Organization, party_id)


def _society_of(party: Party | None) -> str | None:
    """The society that looks after an expert or leads a team."""
    return party.society_id if isinstance(party, Expert | Team) else None


def _case_of_new(actor: Actor, need: Need, party: Party, given: SelfOfferInput) -> Case:
    assert actor.user_id is not None  # "self_offer.make" needs a person
    made = SelfOffer(
        need_id=need.id,
        party_kind=given.party_kind,
        party_id=party.id,
        created_by_id=actor.user_id,
        plan=words.paragraphs(given.plan, "plan", 4_000),
        evidence=words.paragraphs(given.evidence, "evidence", 4_000),
        timing=words.line(given.timing, "timing"),
    )
    return Case(made, need, _society_of(party))


def _may_speak_for(session: Session, actor: Actor, need: Need, party: Party) -> bool:
    """Their society, staff responsible for their place, and staff who handle the need."""
    if reviews_need(actor, need):
        return True
    if isinstance(party, Expert):
        return looks_after_expert(actor, party)
    if isinstance(party, Team):
        return manages_team(actor, team_case_of(session, party))
    return verifies_organization(actor, (party, session.get_one(Association, party.association_id)))


def _refuse_obstacle(session: Session, case: Case, what: str, *, leave_out: Collection[str] = ()) -> None:
    offered, need = case.subject, case.need
    if offered.party_kind is OffererKind.SOCIETY:
        rule = "own_organization" if offered.party_id == need.organization_id else None
    else:
        rule = obstacle(session, need, PartyKind(offered.party_kind), offered.party_id, leave_out=leave_out)
    if rule is not None:
        raise Conflict(f"{what}：{RULES[rule]}。如有疑问，请联系受理的科协工作人员。")


def _refuse_second(session: Session, made: SelfOffer) -> None:
    """Offering twice at the same moment runs into the index; this is for everybody else."""
    same = select(SelfOffer.id).where(
        SelfOffer.need_id == made.need_id,
        SelfOffer.party_kind == made.party_kind,
        SelfOffer.party_id == made.party_id,
        SelfOffer.state == SelfOfferState.OFFERED,
    )
    if session.exec(same).first():
        raise Conflict("这条需求上已经有一份自荐在等答复。请等答复，或先撤回，再写新的。")


def _keep(session: Session, services: Services, actor: Actor, made: SelfOffer, given: SelfOfferInput) -> None:
    made.entered_at = now()
    made.due_at = services.clockwork.due(SELF_OFFER.states[SELF_OFFER.initial], made.entered_at)
    session.add(made)
    # The entries below refer to it.
    session.flush()
    change = StatusChange(
        subject_kind="self_offer",
        subject_id=made.id,
        action="offer",
        source="",
        target=made.state,
        actor_id=actor.signature,
        due_at=made.due_at,
    )
    audit.record_change(session, change, content=given.model_dump_json(exclude={"proxy"}))
    enqueue(session, "notify", key=f"self_offer:{made.id}")


def _join_list(session: Session, services: Services, actor: Actor, case: Case) -> None:
    """Not if the company picked this party already: it would stand on two lists."""
    offered, need = case.subject, case.need
    if offered.party_kind is OffererKind.SOCIETY:
        return
    kind = PartyKind(offered.party_kind)
    if not any((each.party_kind, each.party_id) == (kind, offered.party_id) for each in released(session, need)):
        candidate = Candidate(kind, offered.party_id, PartySource.SELF_OFFER)
        join(session, services, actor, need, [candidate])


def _record_proxy(
    session: Session, services: Services, actor: Actor, offered: SelfOffer, act: str, proxy: ProxyInput | None
) -> None:
    if proxy is None:
        raise Invalid("代别人办理请写明受谁委托、用什么方式、什么时候。", field="proxy")
    record_proxy(session, services, actor, act, subject_kind="self_offer", subject_id=offered.id, proxy=proxy)
