"""派成员: which members of a team work on a consultation that the team holds, and what each does in it.

Its leader names them, or who may speak for the team says so for the leader (代办). Who was named reads the need as far
as the team may, and does what the team may do but for what commits it: 承诺, 办结申请, 评价 and 派成员 are the leader's
(service.case_facts.works_for_holder, consultation_cases.LEADERS_OWN).

Who may be named: members who consented, except who works for the need's owner, is not verified (any more), pauses, or
said no to this very need, or was not wanted by the company. Not asked: 参与推荐, kinds of service and regions, which
are about being found by strangers, and the month's capacity. A slot belongs to the invitation that was accepted, and
the team's is reserved on its leader already: the case is not counted once more for each who helps with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.case_facts import Case
from service.clock import now
from service.errors import Conflict, Invalid, Stale
from service.jobs import enqueue
from service.models import (
    Consultation,
    ConsultationMember,
    Expert,
    ExpertState,
    HolderKind,
    LinkPurpose,
    Side,
    Team,
    TeamMember,
)
from service.permissions import is_allowed, require
from service.schemas.consultation_views import CandidateOut
from service.schemas.consultations import NameMembersInput, TakeOffInput
from service.services import Services
from service.usecases.consultation_cases import case_of, find, keep_proxy, note_change, refuse_stale
from service.usecases.eligibility import obstacles
from service.usecases.lookup import existing
from service.usecases.named import by_name
from service.usecases.openings import give_consultation_link
from service.usecases.secrecy import refuse_secrets
from service.usecases.signed_links import revoke_links
from service.verdict import RULES
from service.workflow.consultations import CONSULTATION, OPEN

_POLICY = "consultation.members"
_NOT_ASKED = ("no_consent", "full", "service_type", "region")


def candidates(session: Session, actor: Actor, consultation_id: str) -> list[CandidateOut]:
    """The members whom the leader may name, then those who cannot be named now; by name."""
    case = find(session, actor, consultation_id, _POLICY)
    return _candidates(session, case, _team(session, case.subject))


def may_name(actor: Actor, case: Case) -> bool:
    """Whether this person is offered it now."""
    consultation: Consultation = case.subject
    is_open = consultation.state in OPEN and consultation.holder_kind is HolderKind.TEAM
    return is_open and is_allowed(actor, _POLICY, case)


def name_members(
    session: Session, services: Services, actor: Actor, consultation_id: str, given: NameMembersInput
) -> Case:
    """Each is told, with a link of their own. Who is named already gets another task."""
    refuse_secrets(
        {f"第 {place} 位做什么": each.note for place, each in enumerate(given.members, 1)},
        services.settings.secrecy_officer,
    )
    case = _find_locked(session, actor, consultation_id)
    refuse_stale(case.subject, given.version)
    found = {each.expert_id: each for each in _candidates(session, case, _team(session, case.subject))}
    _refuse_over(case)
    for each in given.members:
        if each.expert_id not in found:
            raise Invalid("只能派已经同意加入本团队的成员，负责人自己不用派。请刷新页面重新选。", field="members")
        if found[each.expert_id].obstacle:
            candidate = found[each.expert_id]
            raise Invalid(f"不能派{candidate.name}：{candidate.obstacle}。请另选一位。", field="members")
    keep_proxy(session, services, actor, case, "name_members", side=Side.HOLDER, proxy=given.proxy)
    told = "；".join(f"{found[each.expert_id].name}：{each.note}" for each in given.members)
    note_change(session, actor, case.subject, "name_members", told)
    for each in given.members:
        _name(session, actor, case.subject, each.expert_id, each.note)
    enqueue(session, "notify", key=f"{CONSULTATION.name}:{case.subject.id}")
    return case


def take_off(session: Session, services: Services, actor: Actor, member_id: str, given: TakeOffInput) -> Case:
    """The reading ends at once, and the link with it."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    member = existing(session, actor, ConsultationMember, member_id)
    case = _find_locked(session, actor, member.consultation_id)
    session.refresh(member)
    if member.ended_at is not None:
        raise Conflict("这位成员已经撤下，不用再办。请刷新页面。")
    if member.version != given.version:
        raise Stale(
            "您打开之后，这位成员的分工有了变化。请刷新页面，核对后再办理。",
            details={"version": member.version, "theirs": {"note": member.note}},
        )
    _refuse_over(case)
    keep_proxy(session, services, actor, case, "take_off_member", side=Side.HOLDER, proxy=given.proxy)
    _end(session, actor, case.subject, member, given.note)
    return case


def end_all(session: Session, actor: Actor, team_id: str, expert_id: str) -> None:
    """Out of the team: out of everything they were named for in its name."""
    wanted = (
        select(ConsultationMember, Consultation)
        .join(Consultation, col(Consultation.id) == col(ConsultationMember.consultation_id))
        .where(
            ConsultationMember.expert_id == expert_id,
            col(ConsultationMember.ended_at).is_(None),
            Consultation.holder_kind == HolderKind.TEAM,
            Consultation.holder_id == team_id,
        )
        .order_by(col(Consultation.number))
    )
    for member, consultation in session.exec(wanted).all():
        _end(session, actor, consultation, member, "不再是团队成员")


def of_consultation(session: Session, consultation: Consultation) -> list[tuple[ConsultationMember, Expert]]:
    """Who works on it now, by name."""
    wanted = (
        select(ConsultationMember, Expert)
        .join(Expert, col(Expert.id) == col(ConsultationMember.expert_id))
        .where(ConsultationMember.consultation_id == consultation.id, col(ConsultationMember.ended_at).is_(None))
        .order_by(*by_name(Expert))
    )
    return list(session.exec(wanted))


def _find_locked(session: Session, actor: Actor, consultation_id: str) -> Case:
    """Locked, so that nobody is named twice at once, or while it ends."""
    consultation = existing(session, actor, Consultation, consultation_id)
    require(actor, _POLICY, case_of(session, consultation))
    session.exec(select(Consultation.id).where(Consultation.id == consultation_id).with_for_update()).all()
    session.refresh(consultation)
    return case_of(session, consultation)


def _team(session: Session, consultation: Consultation) -> Team:
    if consultation.holder_kind is not HolderKind.TEAM:
        raise Conflict("这次对接咨询不是由服务团、服务队承接的，没有成员可派。")
    return session.get_one(Team, consultation.holder_id)


def _refuse_over(case: Case) -> None:
    if case.subject.state not in OPEN:
        raise Conflict("这次对接咨询已经办结，不能再派成员、撤下成员。")


def _candidates(session: Session, case: Case, team: Team) -> list[CandidateOut]:
    wanted = (
        select(Expert)
        .join(TeamMember, col(TeamMember.expert_id) == col(Expert.id))
        .where(
            TeamMember.team_id == team.id,
            col(TeamMember.consented_at).is_not(None),
            col(TeamMember.left_at).is_(None),
            Expert.state != ExpertState.LEFT,
            Expert.id != team.leader_id,
        )
        .order_by(*by_name(Expert))
    )
    experts: Sequence[Expert] = session.exec(wanted).all()
    forbidden = obstacles(session, case.need, experts, leave_out=_NOT_ASKED)
    named = {expert.id: member.note for member, expert in of_consultation(session, case.subject)}
    shown = [
        CandidateOut(
            expert_id=each.id,
            name=each.name,
            professional_title=each.professional_title,
            organization_name=each.organization_name,
            obstacle=RULES[rule] if (rule := forbidden.get(f"expert:{each.id}")) else "",
            is_named=each.id in named,
            note=named.get(each.id, ""),
        )
        for each in experts
    ]
    return sorted(shown, key=lambda each: bool(each.obstacle))


def _name(session: Session, actor: Actor, consultation: Consultation, expert_id: str, note: str) -> None:
    wanted = select(ConsultationMember).where(
        ConsultationMember.consultation_id == consultation.id, ConsultationMember.expert_id == expert_id
    )
    member = session.exec(wanted).first()
    if member is None or member.ended_at is not None:
        give_consultation_link(session, consultation.id, expert_id)
    if member is None:
        member = ConsultationMember(consultation_id=consultation.id, expert_id=expert_id, note=note)
    elif member.ended_at is not None:
        member.named_at, member.ended_at = now(), None
    member.note = note
    _keep(session, actor, member, "name")


def _end(session: Session, actor: Actor, consultation: Consultation, member: ConsultationMember, note: str) -> None:
    name = session.get_one(Expert, member.expert_id).name
    member.ended_at = now()
    revoke_links(session, LinkPurpose.CONSULTATION, consultation.id, member.expert_id)
    note_change(session, actor, consultation, "take_off_member", f"{name}：{note}" if note else name)
    _keep(session, actor, member, "take_off")


def _keep(session: Session, actor: Actor, member: ConsultationMember, act: str) -> None:
    session.add(member)
    session.flush()
    audit.record(
        session,
        actor_id=actor.signature,
        act=f"consultation_member.{act}",
        subject_kind="consultation_member",
        subject_id=member.id,
        content="\x1f".join((member.consultation_id, member.expert_id, member.note)),
    )
    enqueue(session, "notify", key=f"consultation_member:{member.id}")
