"""A referral as one reader may see it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import Case, reviews_its_need
from service.clock import beijing, today
from service.disclosure import access_of, may_read
from service.models import Association, Consultation, HolderKind, Need, Organization, Referral, Team, User
from service.permissions import is_allowed
from service.schemas.common import ActionOut
from service.schemas.referrals import PartyOut, ProposalOut, ReferralLine, ReferralOut
from service.usecases import need_views
from service.usecases.histories import changes_of, steps
from service.usecases.invitation_views import FEES
from service.usecases.lookup import together
from service.usecases.proposals import Proposal
from service.usecases.receivers import name_of, receiver_of
from service.usecases.referrals import supporting_of
from service.workflow.engine import Clockwork, Transition, available
from service.workflow.referrals import REFERRAL

KIND_LABELS = {
    HolderKind.EXPERT: "专家",
    HolderKind.TEAM: "服务团、服务队",
    HolderKind.SOCIETY: "学会",
    HolderKind.ASSOCIATION: "科协",
    HolderKind.TECH_MANAGER: "技术经理人",
    HolderKind.OUTSIDE: "省外单位",
}
# Who may pass a referral on, and who may name experts, besides staff.
_MAY_REASSIGN = (HolderKind.SOCIETY, HolderKind.ASSOCIATION)


def show(session: Session, clockwork: Clockwork, actor: Actor, case: Case) -> ReferralOut:
    """The need's fields come at the reader's level, and not at all once the need may not be seen any more."""
    referral: Referral = case.subject
    days_left = None
    if referral.due_at:
        days_left = clockwork.calendar.working_days_between(today(), beijing(referral.due_at).date())
    consulted = session.exec(select(Consultation.id).where(Consultation.referral_id == referral.id)).first()
    sees_need = is_allowed(actor, "need.view", case.need)
    return ReferralOut(
        **_line(session, actor, referral, case.need).model_dump(),
        version=referral.version or 0,
        round=referral.round,
        receiver_kind_label=KIND_LABELS[referral.receiver_kind],
        receiver_id=referral.receiver_id,
        days_left=days_left,
        supporting=[PartyOut(id=each.id, name=each.name) for each in supporting_of(session, referral)],
        note=referral.note,
        parent_id=referral.parent_id,
        consultation_id=consulted,
        need=need_views.show(session, clockwork, actor, case.need) if sees_need else None,
        actions=[ActionOut.of(transition) for transition in _buttons(actor, case)],
        history=steps(session, changes_of(session, REFERRAL, referral.id), REFERRAL),
    )


def lines(session: Session, actor: Actor, referrals: Sequence[Referral]) -> list[ReferralLine]:
    wanted = sorted({referral.need_id for referral in referrals})
    needs = {need.id: need for need in session.exec(select(Need).where(col(Need.id).in_(wanted)))}
    receivers = (referral.receiver_id for referral in referrals)
    _held = together(session, receivers, Team, Organization, Association, User)
    return [_line(session, actor, referral, needs[referral.need_id]) for referral in referrals]


def proposed(session: Session, found: Proposal) -> ProposalOut:
    return ProposalOut(
        receiver_kind=found.receiver.kind,
        receiver_kind_label=KIND_LABELS[found.receiver.kind],
        receiver_id=found.receiver.id,
        receiver=name_of(session, found.receiver),
        why=found.why,
    )


def _line(session: Session, actor: Actor, referral: Referral, need: Need) -> ReferralLine:
    state = REFERRAL.states[referral.state]
    return ReferralLine(
        id=referral.id,
        number=referral.number,
        need_id=need.id,
        need_number=need.number,
        title=need.title if may_read(access_of(actor, need), need, "title") else "（标题受邀可见）",
        state=referral.state,
        state_label=state.label,
        turn=state.turn,
        due_at=referral.due_at,
        receiver_kind=referral.receiver_kind,
        receiver=name_of(session, receiver_of(referral)),
        fee_kind=referral.fee_kind,
        fee_label=FEES[referral.fee_kind],
        created_at=referral.created_at,
    )


def _buttons(actor: Actor, case: Case) -> list[Transition]:
    """Besides the plain steps those with a form of their own, where this kind of receiver has them."""
    referral: Referral = case.subject
    kind, state = referral.receiver_kind, referral.state
    own_forms = []
    if kind is HolderKind.SOCIETY:
        own_forms.append(REFERRAL.find("nominate"))
    if kind in _MAY_REASSIGN or reviews_its_need(actor, case):
        own_forms.append(REFERRAL.find("reassign"))
    extra = [each for each in own_forms if state in each.sources and each.who(actor, case)]
    return [*available(REFERRAL, referral, actor, case), *extra]
