"""邀约: asking those whom the company released, their answer, and moving the next one up."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from service import audit
from service.actors import SYSTEM, Actor
from service.case_facts import Case, is_invited_party
from service.clock import now
from service.errors import Conflict, Invalid, Stale
from service.jobs import enqueue
from service.models import (
    Consultation,
    ConsultationState,
    Expert,
    HolderKind,
    Invitation,
    InvitationState,
    LinkPurpose,
    Need,
    NeedState,
    RecommendedParty,
    StatusChange,
)
from service.permissions import require
from service.rules.phone import check_phone
from service.schemas.common import ActionInput, ProxyInput
from service.schemas.invitations import InviteInput, TermsInput
from service.services import Services
from service.usecases.capacity import give_back
from service.usecases.eligibility import obstacle
from service.usecases.endings import abort
from service.usecases.grants import end_grants, grant
from service.usecases.lookup import existing
from service.usecases.needs import find as find_need
from service.usecases.openings import expert_of
from service.usecases.progress import OPEN_TO_ASKING, ask, released, settle
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.usecases.signed_links import give_link, revoke_links
from service.verdict import RULES
from service.workflow.engine import perform
from service.workflow.invitations import INVITATION, TAKEN

_TERMS = tuple(TermsInput.model_fields)
_ENDED_BY_STAFF = ("cancel", "release", "stop")
_UNDER_WAY = (NeedState.TO_INVITE, NeedState.INVITING, NeedState.ENGAGED)


def invite(session: Session, services: Services, actor: Actor, need_id: str, given: InviteInput) -> list[Invitation]:
    """Ask some of those the company released, all on the same terms. All or none."""
    refuse_secrets(given.texts(), services.settings.secrecy_officer)
    need = find_need(session, actor, need_id, "invitation.send")
    if need.version != given.version:
        raise Stale("您打开之后，这条需求有了变化。请刷新后核对，再发邀约；您填写的还在页面上。")
    if need.state not in OPEN_TO_ASKING:
        raise Conflict("这条需求还没有完成匹配，或已经办结、撤回，现在不能发邀约。请刷新后再看。")
    phone = check_phone(given.contact_phone)
    if phone.error:
        raise Invalid(phone.error, field="contact_phone")
    waiting = {each.id: each for each in released(session, need)}
    chosen = list(dict.fromkeys(given.recommended))
    if not set(chosen) <= set(waiting):
        raise Conflict("只能邀请企业已经选定、还没有邀请过的人。请刷新名单后再选。")
    _refuse_too_many(session, services, need, len(chosen))
    terms = given.model_dump(include=set(_TERMS)) | {"contact_phone": phone.phone}
    made = [_send(session, services, actor, need, waiting[each], terms) for each in chosen]
    ask(session, services, need)
    session.flush()
    return made


def find(session: Session, actor: Actor, invitation_id: str, policy: str = "invitation.view") -> Case:
    invitation = existing(session, actor, Invitation, invitation_id)
    case = case_of(session, invitation)
    require(actor, policy, case)
    return case


def case_of(session: Session, invitation: Invitation) -> Case:
    expert_id = expert_of(session, invitation.party_kind, invitation.party_id)
    society_id = session.get_one(Expert, expert_id).society_id if expert_id else None
    return Case(invitation, session.get_one(Need, invitation.need_id), society_id)


def take_back(
    session: Session, services: Services, actor: Actor, invitation_id: str, action: str, given: ActionInput
) -> Case:
    """Cancel, release or stop: whoever was asked loses access at once, and the next one is asked."""
    refuse_secrets({"说明": given.note}, services.settings.secrecy_officer)
    case = find(session, actor, invitation_id, "invitation.act")
    if action not in _ENDED_BY_STAFF:
        raise Invalid("请用“接受”或“谢绝”来答复邀约。", field="action")
    refuse_stale(case.subject, given.version)
    before = case.subject.state
    step(session, services, actor, case, action, note=given.note, proxy=given.proxy if action == "release" else None)
    if before in TAKEN:
        _abort_consultation(session, services, case, given.note)
    ended(session, case.subject)
    if action == "cancel":
        # After the others the next one is asked first, see promote.
        settle(session, services, case.need)
    session.flush()
    return case


def step(
    session: Session,
    services: Services,
    actor: Actor,
    case: Case,
    action: str,
    *,
    reason: str = "",
    note: str = "",
    proxy: ProxyInput | None = None,
) -> StatusChange:
    """One transition; whoever answers for the invited says on whose word."""
    invitation = case.subject
    changed = perform(
        session, INVITATION, invitation, action, actor, services.clockwork, reason=reason, note=note, seen=case
    )
    if action not in ("cancel", "stop") and not is_invited_party(actor, case):
        if proxy is None:
            raise Invalid("代答请写明受谁委托、用什么方式、什么时候。", field="proxy")
        record_proxy(session, services, actor, action, subject_kind="invitation", subject_id=invitation.id, proxy=proxy)
    return changed


def expire(session: Session, services: Services, invitation_id: str) -> None:
    """By the clock: no answer in time. Who is asked instead, the job behind it sees to."""
    invitation = session.get_one(Invitation, invitation_id)
    perform(session, INVITATION, invitation, "expire", SYSTEM, services.clockwork, by_own_form=True)
    ended(session, invitation)


def ended(session: Session, invitation: Invitation) -> None:
    """Nobody reads by this invitation any more, its link is void, and its slot is free again."""
    end_grants(session, cause_of(invitation))
    revoke_links(session, LinkPurpose.INVITATION, invitation.id)
    give_back(session, invitation.id)


def promote(services: Services, invitation_id: str) -> str | None:
    """After a refusal or silence: ask the next one on the same terms, after asking `verdict` again; the new id.

    Safe to run twice: an invitation is replaced once. With nobody left the need moves on.
    """
    with services.database.writing() as session:
        old = session.get_one(Invitation, invitation_id)
        need = session.get_one(Need, old.need_id)
        replaced = session.exec(select(Invitation.id).where(Invitation.replaces_id == old.id)).first()
        if replaced or need.sealed_at is not None or need.state not in _UNDER_WAY:
            return replaced
        for party in released(session, need):
            if obstacle(session, need, party.party_kind, party.party_id) is None:
                terms = {name: getattr(old, name) for name in _TERMS}
                made = _send(session, services, SYSTEM, need, party, terms, replaces_id=old.id)
                ask(session, services, need)
                return made.id
        settle(session, services, need)
        return None


def refuse_stale(invitation: Invitation, version: int) -> None:
    if invitation.version != version:
        raise Stale(
            "您打开之后，这份邀约有了变化，还没有提交。请刷新后再看；您填写的还在页面上。",
            details={"version": invitation.version, "theirs": {"state": invitation.state}},
        )


def cause_of(invitation: Invitation) -> str:
    """As DisclosureGrant names it."""
    return f"invitation:{invitation.id}"


def _send(
    session: Session,
    services: Services,
    actor: Actor,
    need: Need,
    party: RecommendedParty,
    terms: dict[str, Any],
    replaces_id: str | None = None,
) -> Invitation:
    rule = obstacle(session, need, party.party_kind, party.party_id)
    if rule is not None:
        raise Conflict(f"名单上有一位现在不能邀请：{RULES[rule]}。请换一位，一份也没有发出。")
    start = now()
    due = services.clockwork.due(INVITATION.states[INVITATION.initial], start)
    made = Invitation(
        need_id=need.id,
        recommended_id=party.id,
        referral_id=party.referral_id,
        replaces_id=replaces_id,
        party_kind=party.party_kind,
        party_id=party.party_id,
        round=need.round,
        created_by_id=actor.user_id,
        entered_at=start,
        due_at=due,
        **terms,
    )
    session.add(made)
    session.flush()
    grant(session, need.id, HolderKind(party.party_kind), party.party_id, cause_of(made))
    expert_id = expert_of(session, party.party_kind, party.party_id)
    assert expert_id is not None  # parties are people or led by one
    assert due is not None  # answering has a clock
    give_link(session, LinkPurpose.INVITATION, made.id, expert_id, expires_at=due)
    change = StatusChange(
        subject_kind="invitation",
        subject_id=made.id,
        action="send",
        source="",
        target=made.state,
        actor_id=actor.signature,
        due_at=due,
    )
    audit.record_change(session, change, content=f"{need.id} {party.party_kind}:{party.party_id}")
    enqueue(session, "notify", key=f"invitation:{made.id}")
    return made


def _refuse_too_many(session: Session, services: Services, need: Need, more: int) -> None:
    counted = select(func.count()).where(Invitation.need_id == need.id, Invitation.state == InvitationState.SENT)
    most = services.settings.most_open_invitations
    if session.exec(counted).one() + more > most:
        raise Conflict(f"一条需求同时最多有 {most} 份待答复的邀约。请等答复，或先取消一份。")


def _abort_consultation(session: Session, services: Services, case: Case, note: str) -> None:
    """What an accepted invitation opened ends with it."""
    invitation = case.subject
    opened = session.exec(select(Consultation).where(Consultation.invitation_id == invitation.id)).first()
    if opened is None or opened.state is ConsultationState.ABORTED:
        return
    reason = "conflict" if invitation.state is InvitationState.STOPPED else "holder_left"
    abort(session, services, SYSTEM, opened, reason=reason, note=note)
