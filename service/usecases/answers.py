"""An invited party's answer: yes to all or to a part of it, or no."""

from __future__ import annotations

from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case
from service.clock import now, today
from service.errors import Conflict, Invalid
from service.models import AnswerScope, Consultation, Mode
from service.schemas.invitations import AcceptInput, DeclineInput
from service.services import Services
from service.usecases.capacity import reserve
from service.usecases.eligibility import obstacle
from service.usecases.invitations import ended, find, refuse_stale, step
from service.usecases.needs import sub_problems
from service.usecases.openings import expert_of, open_by_invitation
from service.usecases.secrecy import refuse_secrets
from service.verdict import RULES


def accept(
    session: Session, services: Services, actor: Actor, invitation_id: str, given: AcceptInput
) -> tuple[Case, Consultation]:
    """The slot of the month is taken and the consultation begins, or nothing happens.

    `verdict` is asked again at this moment, except whether this party was asked before: it was, by this invitation.
    """
    refuse_secrets({"想说的话": given.note}, services.settings.secrecy_officer)
    case = find(session, actor, invitation_id, "invitation.act")
    invitation, need = case.subject, case.need
    refuse_stale(invitation, given.version)
    action = "accept" if given.scope is AnswerScope.FULL else "accept_partly"
    step(session, services, actor, case, action, note=given.note, proxy=given.proxy)
    _refuse_half_answers(session, case, given)
    rule = obstacle(session, need, invitation.party_kind, invitation.party_id, leave_out=("asked_before", "full"))
    if rule is not None:
        raise Conflict(f"现在不能接受这份邀约：{RULES[rule]}。如有疑问，请打邀约上的电话。")
    expert_id = expert_of(session, invitation.party_kind, invitation.party_id)
    assert expert_id is not None  # experts and teams only are invited
    reserve(session, expert_id, invitation.id)
    invitation.answer_scope = given.scope
    invitation.sub_problems = sorted(set(given.sub_problems))
    invitation.attested_at = now()
    session.add(invitation)
    return case, open_by_invitation(session, services, need, invitation)


def decline(session: Session, services: Services, actor: Actor, invitation_id: str, given: DeclineInput) -> Case:
    refuse_secrets({"说明": given.note, "荐人": given.suggested}, services.settings.secrecy_officer)
    case = find(session, actor, invitation_id, "invitation.act")
    invitation = case.subject
    refuse_stale(invitation, given.version)
    if given.reason == "later" and (given.later_on is None or given.later_on <= today()):
        raise Invalid("“以后再约”请写明哪天以后方便。", field="later_on")
    if given.reason == "other" and not given.note:
        raise Invalid("理由是“其他”时，请用一句话说明。", field="note")
    step(session, services, actor, case, "decline", reason=given.reason, note=given.note, proxy=given.proxy)
    invitation.later_on = given.later_on if given.reason == "later" else None
    invitation.suggested = given.suggested
    session.add(invitation)
    ended(session, invitation)
    session.flush()
    return case


def _refuse_half_answers(session: Session, case: Case, given: AcceptInput) -> None:
    if not given.no_conflict:
        raise Invalid("接受前请确认：与需求方没有利益冲突。有冲突的，请选“谢绝”。", field="no_conflict")
    if not given.keeps_secret:
        raise Invalid("接受前请承诺：对看到的内容保密。", field="keeps_secret")
    there = range(len(sub_problems(session, case.need)))
    if (given.scope is AnswerScope.SUB_PROBLEMS) != bool(given.sub_problems):
        raise Invalid("只接受某些子问题时，请勾选是哪几个；其他情况不用勾选。", field="sub_problems")
    if not set(given.sub_problems) <= set(there):
        raise Invalid("没有这个子问题，需求可能已经改过。请刷新后重新勾选。", field="sub_problems")
    if given.scope is AnswerScope.ONLINE_ONLY and case.subject.mode is Mode.ONLINE:
        raise Invalid("这份邀约本来就是线上，请直接选“接受”。", field="scope")
