"""What the receiver of a referral does (接单、拒单、提名、转派), what staff do for it or take back, and silence."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, select

from service.actors import SYSTEM, Actor
from service.case_facts import Case, is_receiver, reviews_its_need
from service.errors import Conflict, Forbidden, Invalid
from service.models import (
    Association,
    Consultation,
    Expert,
    HolderKind,
    Need,
    NeedState,
    PartyKind,
    Referral,
    ReferralState,
    Team,
)
from service.schemas.common import ActionInput, ProxyInput
from service.schemas.referrals import NominateInput, ReassignInput
from service.services import Services
from service.usecases.eligibility import obstacle
from service.usecases.endings import abort
from service.usecases.grants import end_grants
from service.usecases.openings import open_by_referral
from service.usecases.progress import settle
from service.usecases.proxies import record_proxy
from service.usecases.receivers import Receiver, receiver_of, unfit
from service.usecases.recommendations import recommend_nominees
from service.usecases.referrals import begin, cause_of, find, receiver_in, refuse_stale, supporting_of, texts
from service.usecases.secrecy import refuse_secrets
from service.verdict import RULES
from service.workflow.engine import perform
from service.workflow.referrals import REFERRAL


def act(
    session: Session, services: Services, actor: Actor, referral_id: str, action: str, given: ActionInput
) -> Referral:
    """接单, 拒单 or 撤回. Staff answer for the receiver only if they say who asked them to (代答)."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    case = find(session, actor, referral_id, "referral.act")
    referral, need = _rows(case)
    refuse_stale(referral, given.version)
    clockwork = services.clockwork
    perform(session, REFERRAL, referral, action, actor, clockwork, reason=given.reason, note=given.note, seen=case)
    if referral.state is ReferralState.WITHDRAWN:
        _stop_consultation(session, services, referral, given.note)
    else:
        _record_answer(session, services, actor, case, action, given.proxy)
    if referral.state is ReferralState.ACCEPTED:
        _refuse_unfit(session, need, receiver_of(referral))
        open_by_referral(session, services, need, referral)
    else:
        end_grants(session, cause_of(referral))
        settle(session, services, need)
    session.flush()
    return referral


def nominate(session: Session, services: Services, actor: Actor, referral_id: str, given: NominateInput) -> Referral:
    """提名本会专家: they are put before the company; whoever may not be recommended at this moment is refused."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    case = find(session, actor, referral_id, "referral.act")
    referral, need = _rows(case)
    refuse_stale(referral, given.version)
    _refuse_unless_allowed(actor, case, "nominate")
    if referral.receiver_kind is not HolderKind.SOCIETY:
        raise Conflict("只有学会可以提名本会专家。请接单，或拒单并写明原因。")
    _refuse_nominees(session, need, referral.receiver_id, given.expert_ids)
    _perform(session, services, actor, case, "nominate", given.note)
    _record_answer(session, services, actor, case, "nominate", given.proxy)
    recommend_nominees(session, services, actor, need, referral, given.expert_ids)
    if need.state is NeedState.INVITING:
        # They joined a list that lay before the company already.
        settle(session, services, need)
    session.flush()
    return referral


def reassign(session: Session, services: Services, actor: Actor, referral_id: str, given: ReassignInput) -> Referral:
    """转派: the referral that takes its place. A receiver passes it on among those it may know, staff to anybody."""
    refuse_secrets(texts(given), services.settings.secrecy_officer)
    case = find(session, actor, referral_id, "referral.act")
    referral, need = _rows(case)
    refuse_stale(referral, given.version)
    _refuse_unless_allowed(actor, case, "reassign")
    receiver = receiver_in(given)
    if not reviews_its_need(actor, case):
        _refuse_beyond(session, referral, receiver)
    _refuse_circle(session, referral, receiver)
    supporting = [each.id for each in supporting_of(session, referral) if each.id != receiver.id]
    _perform(session, services, actor, case, "reassign", given.note)
    end_grants(session, cause_of(referral))
    session.flush()
    return begin(session, services, actor, need, receiver, given.note, referral.fee_kind, supporting, parent=referral)


def follow_up(services: Services, referral_id: str) -> None:
    """After a refusal or silence the need moves to what is next.

    Whom to ask then is proposed to staff, see `proposals`.
    """
    with services.database.writing() as session:
        referral = session.get(Referral, referral_id)
        if referral is None or referral.state not in (ReferralState.DECLINED, ReferralState.EXPIRED):
            return
        settle(session, services, session.get_one(Need, referral.need_id))


def _rows(case: Case) -> tuple[Referral, Need]:
    return case.subject, case.need


def _perform(session: Session, services: Services, actor: Actor, case: Case, action: str, note: str) -> None:
    """An internal step of the receiver's own."""
    perform(session, REFERRAL, case.subject, action, actor, services.clockwork, note=note, as_consequence=True)


def _refuse_unless_allowed(actor: Actor, case: Case, action: str) -> None:
    transition = REFERRAL.find(action)
    if not transition.who(actor, case):
        raise Forbidden(f"您不能办理“{transition.label}”。如有疑问，请联系受理的科协工作人员。")


def _record_answer(
    session: Session, services: Services, actor: Actor, case: Case, action: str, proxy: ProxyInput | None
) -> None:
    if is_receiver(actor, case):
        return
    if proxy is None:
        raise Invalid("替承接单位答复请写明受谁委托、用什么方式、什么时候。", field="proxy")
    record_proxy(session, services, actor, action, subject_kind="referral", subject_id=case.subject.id, proxy=proxy)


def _refuse_unfit(session: Session, need: Need, receiver: Receiver) -> None:
    """Asked again at this moment: much may have changed since it was sent."""
    why = unfit(session, need, receiver)
    if why:
        raise Conflict(why)


def _refuse_nominees(session: Session, need: Need, society_id: str, expert_ids: Sequence[str]) -> None:
    if len(set(expert_ids)) != len(expert_ids):
        raise Invalid("名单里有人出现了两次，请去掉重复的。", field="expert_ids")
    for each in expert_ids:
        expert = session.get(Expert, each)
        if expert is None or expert.society_id != society_id:
            raise Invalid("名单里有人不是本会专家。请从本会的专家里选择。", field="expert_ids")
        rule = obstacle(session, need, PartyKind.EXPERT, each)
        if rule:
            raise Conflict(f"“{expert.name}”现在不能推荐：{RULES[rule]}。请去掉后再提交。")


def _refuse_beyond(session: Session, referral: Referral, receiver: Receiver) -> None:
    """A society knows its own teams and other societies; a 科协 knows societies, teams and those below it."""
    may = False
    if referral.receiver_kind is HolderKind.SOCIETY:
        may = receiver.kind is HolderKind.SOCIETY or _is_own_team(session, referral.receiver_id, receiver)
    elif referral.receiver_kind is HolderKind.ASSOCIATION:
        known = (HolderKind.SOCIETY, HolderKind.TEAM)
        may = receiver.kind in known or _is_below(session, referral.receiver_id, receiver)
    if not may:
        raise Forbidden(
            "学会可以转派给本会牵头的服务团或别的学会，科协可以转派给学会、服务团或下级科协。"
            "其他情况请拒单并写明原因，由受理的科协改派。"
        )


def _is_own_team(session: Session, society_id: str, receiver: Receiver) -> bool:
    team = session.get(Team, receiver.id) if receiver.kind is HolderKind.TEAM else None
    return team is not None and team.society_id == society_id


def _is_below(session: Session, association_id: str, receiver: Receiver) -> bool:
    found = session.get(Association, receiver.id) if receiver.kind is HolderKind.ASSOCIATION else None
    own = session.get_one(Association, association_id)
    return found is not None and found.id != own.id and found.path.startswith(own.path)


def _refuse_circle(session: Session, referral: Referral, receiver: Receiver) -> None:
    """Passing it back would start the clock anew for ever."""
    before: Referral | None = referral
    while before is not None:
        if receiver_of(before).is_same_as(receiver):
            raise Conflict("这张派单就是从该单位转来的，不能再转回去。请另选，或拒单并写明原因。")
        before = session.get(Referral, before.parent_id) if before.parent_id else None


def _stop_consultation(session: Session, services: Services, referral: Referral, note: str) -> None:
    """With an accepted referral its consultation ends."""
    found = session.exec(select(Consultation).where(Consultation.referral_id == referral.id)).first()
    if found is not None:
        abort(session, services, SYSTEM, found, reason="other", note=note)
