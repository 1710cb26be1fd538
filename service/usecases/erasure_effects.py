"""What 注销 does: the person is taken out of every table in place; numbers, counts and cases stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from service.actors import SYSTEM, holder_key
from service.clock import now, today
from service.models import (
    Achievement,
    AchievementResult,
    ConsultationMember,
    Delivery,
    DisclosureGrant,
    ErasureRequest,
    Expert,
    ExpertState,
    HolderKind,
    MatchResult,
    Membership,
    NeedResult,
    Notice,
    OffererKind,
    PartyKind,
    Post,
    ProxyEntry,
    RankingObjection,
    SelfOffer,
    SelfOfferState,
    SignedLink,
    StatusChange,
    Team,
    TeamMember,
    User,
)
from service.rules.anonymising import NAME, Traces
from service.rules.plain_text import identity_key
from service.services import Services
from service.usecases import attempts
from service.usecases.anonymised_words import take_out
from service.usecases.consent_log import withdraw_all
from service.usecases.own_achievements import withdraw_achievements
from service.usecases.personal_tables import DELETED
from service.usecases.sign_in_names import names_of
from service.workflow.engine import perform
from service.workflow.experts import EXPERT
from service.workflow.self_offers import SELF_OFFER

EXPERT_NAME = "已注销专家"
_GONE = "（已随注销删除）"


def erase(session: Session, services: Services, request: ErasureRequest) -> None:
    user = session.get_one(User, request.user_id) if request.user_id else None
    experts = _profiles(session, user, request.expert_id)
    own = [each.id for each in (user, *experts) if each is not None]
    traces, mine = _traces(user, experts), _mine(session, user, experts)
    for holder in (user, *experts):
        if holder is not None:
            withdraw_all(session, holder, by=request.requested_by_id)
    for expert in experts:
        _leave(session, services, expert)
    _take_back(session, services, [expert.id for expert in experts])
    _delete_rows(session, own)
    _end(session, own, sorted(mine))
    _forget_own_words(session, own)
    if user is not None:
        _blank_user(session, user)
    for expert in experts:
        _blank_expert(session, expert)
    take_out(session, traces, mine)


def _profiles(session: Session, user: User | None, expert_id: str | None) -> list[Expert]:
    """The person's own, and what others entered of the same person and nobody claimed."""
    first = session.get_one(Expert, expert_id) if expert_id else None
    names = {identity_key(each.name) for each in (user, first) if each is not None}
    reached = [each for each in _contacts(user, first) if each]
    twin = or_(col(Expert.mobile).in_(reached), col(Expert.mail).in_(reached))
    twins = select(Expert).where(
        col(Expert.user_id).is_(None),
        col(Expert.state) == ExpertState.UNCLAIMED,
        col(Expert.name_key).in_(names),
        twin,
        Expert.id != expert_id,
    )
    return [*([first] if first else []), *session.exec(twins.order_by(Expert.id))]


def _contacts(*people: User | Expert | None) -> list[str]:
    return [contact for each in people if each is not None for contact in (each.mobile, each.mail) if contact]


def _traces(user: User | None, experts: Sequence[Expert]) -> Traces:
    people = [each for each in (user, *experts) if each is not None]
    return Traces(
        names=tuple(dict.fromkeys(each.name for each in people)),
        phones=tuple(dict.fromkeys(each.mobile for each in people if each.mobile)),
        mails=tuple(dict.fromkeys(each.mail for each in people if each.mail)),
    )


def _mine(session: Session, user: User | None, experts: Sequence[Expert]) -> frozenset[str]:
    """Ids that stand for the person, and for what they belonged to."""
    found: set[str] = set()
    if user is not None:
        found |= {user.id, holder_key(HolderKind.TECH_MANAGER, user.id)}
        found |= set(session.exec(select(Membership.organization_id).where(Membership.user_id == user.id)))
    for expert in experts:
        found |= {expert.id, holder_key(HolderKind.EXPERT, expert.id)}
        found |= set(session.exec(select(TeamMember.team_id).where(TeamMember.expert_id == expert.id)))
        found |= set(session.exec(select(Team.id).where(Team.leader_id == expert.id)))
    return frozenset(found)


def _leave(session: Session, services: Services, expert: Expert) -> None:
    if expert.state is not ExpertState.LEFT:
        perform(session, EXPERT, expert, "leave", SYSTEM, services.clockwork, note="本人注销", as_consequence=True)


def _take_back(session: Session, services: Services, experts: list[str]) -> None:
    """What they offered, and what of it stands in results of the matching."""
    is_theirs = col(SelfOffer.party_kind) == OffererKind.EXPERT, col(SelfOffer.party_id).in_(experts)
    for offered in session.exec(select(SelfOffer).where(*is_theirs)):
        if offered.state is SelfOfferState.OFFERED:
            perform(session, SELF_OFFER, offered, "withdraw", SYSTEM, services.clockwork, as_consequence=True)
        offered.plan = offered.evidence = offered.timing = _GONE
    withdraw_achievements(session, services, experts, "本人注销")
    for achievement in session.exec(select(Achievement).where(col(Achievement.expert_id).in_(experts))):
        achievement.title = achievement.summary = achievement.ip_status = _GONE
        for table in (AchievementResult, NeedResult):
            session.execute(update(table).where(col(table.achievement_id) == achievement.id).values(evidence=[]))


def _delete_rows(session: Session, own: list[str]) -> None:
    notices = select(Notice.id).where(col(Notice.recipient_id).in_(own))
    session.execute(delete(Delivery).where(col(Delivery.notice_id).in_(notices)))
    for table, whose in DELETED:
        session.execute(delete(table).where(getattr(table, whose).in_(own)))


def _end(session: Session, own: list[str], mine: list[str]) -> None:
    """What lasts, ends today; what it was stays on record by number."""
    moment, day = now(), today()
    for post in session.exec(select(Post).where(col(Post.user_id).in_(own))):
        if post.until is None or post.until > day:
            post.until = max(day, post.since)
    for table, whose, ended in (
        (Membership, col(Membership.user_id), "ended_at"),
        (TeamMember, col(TeamMember.expert_id), "left_at"),
        (ConsultationMember, col(ConsultationMember.expert_id), "ended_at"),
        (SignedLink, col(SignedLink.expert_id), "revoked_at"),
        (DisclosureGrant, col(DisclosureGrant.holder), "ended_at"),
    ):
        ids = mine if table is DisclosureGrant else own
        for row in session.exec(select(table).where(whose.in_(ids), getattr(table, ended).is_(None))):
            setattr(row, ended, moment)


def _forget_own_words(session: Session, own: list[str]) -> None:
    """Notes on the person's own account and profile, and what they wrote about themselves, is theirs alone."""
    objections = select(RankingObjection).where(
        or_(col(RankingObjection.user_id).in_(own), col(RankingObjection.expert_id).in_(own))
    )
    about_them = list(own)
    for objection in session.exec(objections):
        objection.text = _GONE
        about_them.append(objection.id)
    changes = col(StatusChange.subject_id).in_(about_them)
    session.execute(update(StatusChange).where(changes, col(StatusChange.note) != "").values(note=_GONE))
    session.execute(update(ProxyEntry).where(col(ProxyEntry.subject_id).in_(about_them)).values(asked_by=NAME, note=""))
    # Evidence quotes the profile and the works.
    results = col(MatchResult.party_kind) == PartyKind.EXPERT, col(MatchResult.party_id).in_(own)
    session.execute(update(MatchResult).where(*results).values(evidence=[]))


def _blank_user(session: Session, user: User) -> None:
    tried = [
        *(attempts.account_key("sign_in", f"{name.kind}:{name.value}") for name in names_of(user).each()),
        *(attempts.account_key("register", name.value) for name in names_of(user).each()),
    ]
    attempts.clear(session, *tried)
    user.name, user.password_hash, user.must_change_password = NAME, "", False
    user.user_name = user.mobile = user.mail = user.mail_confirmed_at = user.mobile_confirmed_at = None
    user.is_active = user.is_administrator = user.wants_mail = False


def _blank_expert(session: Session, expert: Expert) -> None:
    """Place, society and 科协 stay: counts go by them."""
    expert.user_id, expert.name, expert.name_key = None, EXPERT_NAME, identity_key(EXPERT_NAME)
    expert.professional_title = expert.organization_name = expert.profile = expert.mobile = expert.mail = ""
    expert.paused_until, expert.service_types, expert.regions = None, [], []
