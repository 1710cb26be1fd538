"""派单: giving a need to one 承接单位, finding and listing referrals. What becomes of them: referral_acts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service import audit
from service.actors import SYSTEM, Actor
from service.case_facts import Case
from service.clock import now
from service.errors import Conflict, Invalid, Stale
from service.field_visibility import has_part, need_title
from service.jobs import enqueue
from service.models import (
    FeeKind,
    HolderKind,
    Need,
    Organization,
    OrganizationKind,
    OrganizationState,
    Referral,
    ReferralState,
    StatusChange,
    SupportingParty,
)
from service.permissions import require
from service.schemas.referrals import ReceiverInput, ReferralInput, ReferralRole
from service.services import Services
from service.usecases import needs, words
from service.usecases.grants import end_grants, grant
from service.usecases.lookup import existing
from service.usecases.named import by_name
from service.usecases.numbers import next_number
from service.usecases.paging import Order, Orders, by, by_state, in_order, page_of_rows
from service.usecases.progress import OPEN_TO_ASKING, ask
from service.usecases.proposals import may_go_outside
from service.usecases.receivers import Receiver, name_of, receiver_of, referrals_of, unfit
from service.usecases.secrecy import refuse_secrets
from service.visibility import received_referrals, sent_referrals, visible_referrals
from service.workflow.engine import perform
from service.workflow.referrals import REFERRAL

SUPPORTING_KINDS = (OrganizationKind.SOCIETY, OrganizationKind.INSTITUTE, OrganizationKind.UNIVERSITY)
ORDERS: Orders = {
    "created": by("派出", col(Referral.created_at), col(Referral.number), newest_first=True),
    "number": by("编号", col(Referral.number)),
    "title": Order("标题", lambda actor: (need_title(actor), col(Referral.number))),
    "state": by("状态", by_state(col(Referral.state), REFERRAL.states), col(Referral.number)),
    "due": by("期限", col(Referral.due_at), col(Referral.number)),
}


def cause_of(referral: Referral) -> str:
    """As DisclosureGrant names it."""
    return f"referral:{referral.id}"


def send(session: Session, services: Services, actor: Actor, need_id: str, given: ReferralInput) -> Referral:
    """Give the need to one receiver, who reads what invited people read from now on."""
    refuse_secrets(texts(given), services.settings.secrecy_officer)
    need = needs.find(session, actor, need_id, "referral.send")
    refuse_stale(need, given.version)
    receiver = receiver_in(given)
    supporting = _supporting(session, need, receiver, given.supporting_ids)
    return begin(session, services, actor, need, receiver, given.note, given.fee_kind, supporting)


def begin(
    session: Session,
    services: Services,
    actor: Actor,
    need: Need,
    receiver: Receiver,
    note: str,
    fee_kind: FeeKind,
    supporting: Sequence[str],
    parent: Referral | None = None,
) -> Referral:
    """The one way a referral comes to be; parent: the one that was passed on. Raises Conflict or Invalid."""
    _refuse_unready(session, need, receiver)
    start = now()
    referral = Referral(
        number=next_number(session, "DJ", services.settings.province),
        need_id=need.id,
        parent_id=parent.id if parent else None,
        round=need.round,
        receiver_kind=receiver.kind,
        receiver_id=receiver.id,
        outside_name=receiver.outside_name,
        created_by_id=actor.user_id,
        entered_at=start,
        due_at=services.clockwork.due(REFERRAL.states[REFERRAL.initial], start),
        note=words.paragraphs(note, "note", 2_000),
        fee_kind=fee_kind,
    )
    session.add(referral)
    session.flush()
    session.add_all(SupportingParty(referral_id=referral.id, organization_id=each) for each in supporting)
    # Nobody outside has an account: what they are told, staff tell them.
    if receiver.kind is not HolderKind.OUTSIDE:
        grant(session, need.id, receiver.kind, receiver.id, cause_of(referral))
    ask(session, services, need)
    enqueue(session, "notify", key=cause_of(referral))
    _record(session, actor, referral, supporting)
    return referral


def withdraw_pending(session: Session, services: Services, need: Need, note: str) -> None:
    """The need is over or starts anew: nobody is left with a question that no longer stands. A consequence."""
    wanted = select(Referral).where(Referral.need_id == need.id, Referral.state == ReferralState.PENDING)
    for referral in session.exec(wanted):
        perform(session, REFERRAL, referral, "withdraw", SYSTEM, services.clockwork, note=note, as_consequence=True)
        end_grants(session, cause_of(referral))


def expire(session: Session, services: Services, referral_id: str) -> None:
    """By the clock: no answer in time, so no further reading. What comes next, the job behind it sees to."""
    referral = session.get_one(Referral, referral_id)
    perform(session, REFERRAL, referral, "expire", SYSTEM, services.clockwork, by_own_form=True)
    end_grants(session, cause_of(referral))


def find(session: Session, actor: Actor, referral_id: str, policy: str = "referral.view") -> Case:
    """Raises NotFound alike for what does not exist and for what this person may not see."""
    case = case_of(session, existing(session, actor, Referral, referral_id))
    require(actor, policy, case)
    return case


def case_of(session: Session, referral: Referral) -> Case:
    """The referral with what its rules look at."""
    return Case(referral, session.get_one(Need, referral.need_id))


def page_of(
    session: Session,
    actor: Actor,
    *,
    role: ReferralRole | None = None,
    state: ReferralState | None = None,
    need_id: str = "",
    search: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Referral], int]:
    """(referrals of this page, how many in all). search: a part of its number, or the need's number or title."""
    require(actor, "referral.list")
    listed = {None: visible_referrals, ReferralRole.RECEIVED: received_referrals, ReferralRole.SENT: sent_referrals}
    wanted = listed[role](actor)
    if state is not None:
        wanted = wanted.where(Referral.state == state)
    if need_id:
        wanted = wanted.where(Referral.need_id == need_id)
    wanted = wanted.where(has_part(search, col(Referral.number), col(Need.number), need_title(actor)))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def supporting_of(session: Session, referral: Referral) -> list[Organization]:
    """协作单位, by name."""
    wanted = (
        select(Organization)
        .join(SupportingParty, col(SupportingParty.organization_id) == col(Organization.id))
        .where(SupportingParty.referral_id == referral.id)
    )
    return list(session.exec(wanted.order_by(*by_name(Organization))))


def receiver_in(given: ReceiverInput) -> Receiver:
    name = words.line(given.outside_name, "outside_name", 100)
    return Receiver(HolderKind(given.receiver_kind), given.receiver_id, name)


def texts(given: ReceiverInput) -> dict[str, str]:
    return {"说明": given.note, "省外承接单位": given.outside_name}


def refuse_stale(row: Need | Referral, version: int) -> None:
    if row.version != version:
        raise Stale(
            "您打开之后，情况有了变化。请刷新页面，核对后再办理；您填写的内容还在页面上。",
            details={"version": row.version, "theirs": {"state": row.state}},
        )


def _refuse_unready(session: Session, need: Need, receiver: Receiver) -> None:
    if need.state not in OPEN_TO_ASKING:
        raise Conflict("现在还不能派单，或需求已经办结。请先办完受理和匹配，再派单。")
    why = unfit(session, need, receiver)
    if why:
        raise Invalid(why, field="receiver_id")
    _refuse_asked(session, need, receiver)
    if receiver.kind is HolderKind.OUTSIDE and not may_go_outside(session, need):
        raise Conflict("省内还有可以派的单位。请先按建议派单；匹配复核为“无合适”后，也可以转省外。")


def _refuse_asked(session: Session, need: Need, receiver: Receiver) -> None:
    """Nobody is asked again in one round after a refusal, nor while they hold it already."""
    for each in referrals_of(session, need):
        if not receiver_of(each).is_same_as(receiver):
            continue
        name = name_of(session, receiver)
        if each.state in (ReferralState.PENDING, ReferralState.ACCEPTED):
            raise Conflict(f"这条需求已经派给“{name}”（{each.number}）。请等待答复，或先撤回那张派单。")
        if each.state in (ReferralState.DECLINED, ReferralState.EXPIRED):
            raise Conflict(f"“{name}”本轮已经拒单或超时未接（{each.number}），不再重复派单。请派给别的单位。")


def _supporting(session: Session, need: Need, receiver: Receiver, ids: Sequence[str]) -> list[str]:
    if len(set(ids)) != len(ids):
        raise Invalid("协作单位里有重复的，请去掉。", field="supporting_ids")
    if receiver.kind is HolderKind.SOCIETY and receiver.id in ids:
        raise Invalid("承接单位不用再列为协作单位，请去掉。", field="supporting_ids")
    for each in ids:
        found = session.get(Organization, each)
        if found is None or found.kind not in SUPPORTING_KINDS or found.state is not OrganizationState.VERIFIED:
            raise Invalid("协作单位应为已核验的学会、高校或科研院所。请重新选择。", field="supporting_ids")
        if found.id == need.organization_id:
            raise Invalid("需求方自己不能做协作单位，请去掉。", field="supporting_ids")
    return list(ids)


def _record(session: Session, actor: Actor, referral: Referral, supporting: Sequence[str]) -> None:
    """The log tells giving a need to somebody outside the province from all others."""
    change = StatusChange(
        subject_kind="referral",
        subject_id=referral.id,
        action="send_outside" if referral.receiver_kind is HolderKind.OUTSIDE else "send",
        source="",
        target=referral.state,
        actor_id=actor.signature,
        note=referral.note,
        due_at=referral.due_at,
    )
    written = (referral.receiver_kind, referral.receiver_id, referral.outside_name, referral.fee_kind, referral.note)
    audit.record_change(session, change, content="\x1f".join((*written, *supporting)))
