"""Notices about what has no lifecycle: an organisation's registration, a place in it or in a team, a consent, a
call somebody asks for, and what hangs on a consultation (case_notices)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlmodel import Session, col, select

from service.models import (
    Association,
    AuditEntry,
    CallRequest,
    ConsentEntry,
    Consultation,
    ConsultationMember,
    Expert,
    ExpertState,
    Membership,
    MembershipRole,
    Need,
    Organization,
    OrganizationState,
    ProxyEntry,
    Team,
    TeamMember,
    User,
)
from service.rules.consent_purposes import PURPOSES
from service.services import Services
from service.usecases import case_notices
from service.usecases.asked_calls import call_of, ground_of_request
from service.usecases.call_requests import person_of
from service.usecases.callers import callers
from service.usecases.circles import clerks, leads, members, officers
from service.usecases.concerned import affair_of
from service.usecases.notice_texts import Words, day_in_words
from service.usecases.recipients import Recipient, is_same_person
from service.usecases.telling import About, is_new, tell

_ROLES = {MembershipRole.MANAGER: "组织管理员", MembershipRole.CONTACT: "联系人"}


def announce(session: Session, services: Services, kind: str, subject_id: str) -> None:
    """Tell of the state it is in now, once. Raises KeyError for a kind that nobody wrote words for."""
    _TELLERS[kind](session, services, subject_id)


def alert_officers(services: Services, key: str) -> None:
    """key: “need:id” or “achievement:id”. 发现疑似涉密: nothing but the number leaves the place where it is sealed."""
    kind, _, subject_id = key.partition(":")
    with services.database.writing() as session:
        affair = affair_of(session, kind, subject_id)
        if affair is None or not affair.is_sealed:
            return
        subject = affair.subject
        told = f"seal:{key}:{subject.sealed_at.isoformat()}"
        if not is_new(session, told):
            return
        words = Words(
            f"{affair.kind.lifecycle.label} {subject.number or '草稿'}：疑似涉密，已经封存，请您决定",
            "内容已对所有人隐藏，只有保密专员看得见。请到平台上查看并决定，不要用邮件、短信或电话谈论内容。",
        )
        for officer in officers(session, subject.association_path):
            tell(session, services, officer, told, About(kind, subject_id, affair.path), words, calls=True)


def _of_organization(session: Session, services: Services, organization_id: str) -> None:
    organization = session.get_one(Organization, organization_id)
    about = About("organization", organization_id, f"/organizations/{organization_id}")
    if organization.state is OrganizationState.UNVERIFIED:
        path = session.get_one(Association, organization.association_id).path
        due = f"请在{day_in_words(organization.due_at)}24:00 前核验。" if organization.due_at else "请核验。"
        words = Words(f"新登记的单位待核验：{organization.name}", due)
        _tell_each(session, services, clerks(session, path), about, words, organization.state, calls=True)
        return
    passed = organization.state is OrganizationState.VERIFIED
    label = "通过核验" if passed else "没有通过核验"
    what_next = "现在可以提交需求了。" if passed else "原因和要补的材料，请问负责核验的科协。"
    words = Words(f"{organization.name}：{label}", what_next)
    _tell_each(session, services, members(session, organization_id), about, words, organization.state)


def _of_membership(session: Session, services: Services, membership_id: str) -> None:
    membership = session.get_one(Membership, membership_id)
    organization = session.get_one(Organization, membership.organization_id)
    role = _ROLES[membership.role]
    label = "您不再是它的" + role if membership.ended_at else f"您是它的{role}"
    words = Words(f"{organization.name}：{label}", "如果不对，请联系该单位的组织管理员，或受理的科协。")
    about = About("membership", membership_id, f"/organizations/{organization.id}")
    person = session.get_one(User, membership.user_id)
    told = [Recipient.user(person.id)] if person.is_active else []
    _tell_each(session, services, told, about, words, membership.version)


def _of_team_member(session: Session, services: Services, member_id: str) -> None:
    member = session.get_one(TeamMember, member_id)
    team, expert = session.get_one(Team, member.team_id), session.get_one(Expert, member.expert_id)
    about = About("team_member", member_id, f"/teams/{team.id}")
    asked, leader = Recipient.expert(expert.id), Recipient.expert(team.leader_id)
    if member.left_at is not None:
        words = Words(f"{team.name}：{expert.name}不再是成员", "")
        _tell_each(session, services, [asked, leader], about, words, member.version)
    elif member.consented_at is None:
        words = Words(f"{team.name}：邀请您加入", "同意后才会列入团队；不同意请选“谢绝”。")
        _tell_each(session, services, [asked], about, words, member.version, calls=True)
    else:
        words = Words(f"{team.name}：{expert.name}同意加入", "")
        told = [leader, *members(session, team.society_id)]
        _tell_each(session, services, told, about, words, member.version)


def _of_consultation_member(session: Session, services: Services, member_id: str) -> None:
    """About the consultation, so that who has no account finds their own link. The title of the need is on the page."""
    member = session.get_one(ConsultationMember, member_id)
    consultation = session.get_one(Consultation, member.consultation_id)
    need = session.get_one(Need, consultation.need_id)
    if need.sealed_at is not None:
        return
    about = About("consultation", consultation.id, f"/consultations/{consultation.id}", need.id)
    thing, is_named = case_notices.name_of(session, consultation), member.ended_at is None
    words = Words(f"{thing}：请您来做", f"请您做：{member.note}") if is_named else Words(f"{thing}：不用您再做了", "")
    told, stage = [Recipient.expert(member.expert_id)], f"member:{member.id}:{member.version}"
    row = ("consultation_member", member.id)
    _tell_each(session, services, told, about, words, stage, calls=is_named, done_to=row)


def _of_consent_entry(session: Session, services: Services, seq: str) -> None:
    """What staff entered for an expert, who may know better."""
    entry = session.get_one(ConsentEntry, int(seq))
    said = f"{'同意' if entry.given else '不同意'}“{PURPOSES[entry.purpose].title}”"
    words = Words(f"科协替您登记了：{said}", "如果不对，请在“我的授权”里改，或者联系当地科协。")
    about = About("expert", entry.holder_id, "/me#consents")
    _tell_each(session, services, [Recipient.expert(entry.holder_id)], about, words, f"consent:{seq}")


def _of_proxy_entry(session: Session, services: Services, entry_id: str) -> None:
    """Only what somebody denies having asked for is news: to who entered it, and to who leads there."""
    entry = session.get_one(ProxyEntry, entry_id)
    if entry.denied_at is None:
        return
    told = [Recipient.user(entry.entered_by_id)]
    if entry.association_path:
        told += leads(session, entry.association_path)
    words = Words(
        f"{entry.asked_by}说没有委托过：有一件代办的事要核实",
        "请尽快打电话问清楚；确实不是本人委托的，请撤回所办的事，并向本人说明。",
    )
    about = About("proxy_entry", entry.id, f"/proxies/{entry.id}", entry.need_id)
    _tell_each(session, services, list(dict.fromkeys(told)), about, words, "denied", calls=True)


def _of_call_request(session: Session, services: Services, request_id: str) -> None:
    """To whoever is to call; the number only on the page, where reading it leaves a trace."""
    request = session.get_one(CallRequest, request_id)
    ground = ground_of_request(session, request)
    need = ground if isinstance(ground, Need) else None
    is_over = need.sealed_at is not None if need else ground.state is ExpertState.LEFT
    if request.done_at is not None or is_over:
        return
    call = call_of(request, ground, person_of(session, request.asked_by))
    about = About("call_request", request.id, f"/calls/request/{request.id}", need.id if need else None)
    of_need = f"需求 {need.number}。" if need else ""
    text = f"{call.why}。{of_need}请在{day_in_words(request.due_at)}24:00 前打，号码在平台上看。"
    words = Words(f"{call.whom}请您打电话", text)
    _tell_each(session, services, callers(session, request, ground), about, words, "asked", calls=True)


def _tell_each(
    session: Session,
    services: Services,
    recipients: list[Recipient],
    about: About,
    words: Words,
    stage: object,
    *,
    calls: bool = False,
    done_to: tuple[str, str] | None = None,
) -> None:
    """stage: what is told once for each value of. done_to: kind and id of what was done something to, if that is not
    what it is about; who did it is not told."""
    key = f"stage:{about.kind}:{about.id}:{stage}"
    if not is_new(session, key):
        return
    kind, subject_id = done_to or (about.kind, about.id)
    newest = select(AuditEntry.actor_id).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id)
    actor_id = session.exec(newest.order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    for recipient in dict.fromkeys(recipients):
        if not is_same_person(session, recipient, actor_id):
            tell(session, services, recipient, key, about, words, calls=calls)


_TELLERS: Mapping[str, Callable[[Session, Services, str], None]] = MappingProxyType(
    {
        "organization": _of_organization,
        "membership": _of_membership,
        "team_member": _of_team_member,
        "consultation_member": _of_consultation_member,
        "consent_entry": _of_consent_entry,
        "proxy_entry": _of_proxy_entry,
        "call_request": _of_call_request,
        "outcomes": case_notices.of_outcomes,
        "rating": case_notices.of_rating,
    }
)
