"""What is going on around a need, in one table; and what staff choose from when they ask somebody."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import beijing, now, today
from service.errors import NotFound
from service.models import Consultation, Invitation, Need, NeedState, Referral, StatusChange
from service.permissions import is_allowed, require
from service.rules.characters import half_width, without_blanks
from service.schemas.consultation_views import ConsultationLine
from service.schemas.invitations import InvitationLine
from service.schemas.need_progress import ProgressLine
from service.schemas.referrals import PartyOut, ReferralLine
from service.services import Services
from service.usecases import consultation_views, invitation_views, needs, referral_views
from service.usecases.progress import OPEN_TO_ASKING, released
from service.visibility import visible_consultations, visible_invitations, visible_referrals
from service.workflow.needs import NEED

_Shown = InvitationLine | ReferralLine | ConsultationLine


def progress(session: Session, services: Services, actor: Actor, need: Need) -> list[ProgressLine]:
    """Invitations, referrals and consultations of the need that this person may see, the oldest first."""
    asked = session.exec(visible_invitations(actor).where(Invitation.need_id == need.id)).all()
    referred = session.exec(visible_referrals(actor).where(Referral.need_id == need.id)).all()
    served = session.exec(visible_consultations(actor).where(Consultation.need_id == need.id)).all()
    began = {each.id: each.created_at for each in (*asked, *referred, *served)}
    found = [
        _line(services, "邀约", f"/invitations/{each.id}", each.party_name, each)
        for each in invitation_views.lines(session, actor, asked)
    ]
    found += [
        _line(services, "派单", f"/referrals/{each.id}", each.receiver, each)
        for each in referral_views.lines(session, actor, referred)
    ]
    found += [
        _line(services, "对接咨询", f"/consultations/{each.id}", each.holder.name, each)
        for each in consultation_views.lines(session, actor, served)
    ]
    return sorted(found, key=lambda line: (began[line.path.rpartition("/")[2]], line.path))


def to_invite(session: Session, actor: Actor, need: Need) -> list[PartyOut]:
    """Those whom the company picked and nobody asked yet, in its order."""
    require(actor, "invitation.send", need)
    return [
        PartyOut(id=each.id, name=invitation_views.party_name(session, each.party_kind, each.party_id))
        for each in released(session, need)
    ]


def by_number(session: Session, actor: Actor, number: str) -> Need:
    """As people quote it. Raises NotFound alike for none and for one that this person may not see."""
    require(actor, "need.list")
    wanted = select(Need).where(Need.number == without_blanks(half_width(number)).upper())
    need = session.exec(wanted).first()
    if need is None or not is_allowed(actor, "need.view", need):
        raise NotFound("没有找到这个编号的需求，或者您无权查看。请核对编号。")
    return need


def staff_acts(session: Session, actor: Actor, need: Need) -> dict[str, str]:
    """What staff may do with the need beside the steps of its lifecycle, each by a form of its own: name → label."""
    is_open = need.state is not NeedState.DRAFT and not NEED.states[need.state].is_final
    asks = need.state in OPEN_TO_ASKING
    undoes = need.state is NeedState.MERGED and need.unmerge_until is not None and need.unmerge_until > now()
    possible = {
        "invite": ("发邀约", "invitation.send", asks and bool(released(session, need))),
        "refer": ("派单", "referral.send", asks),
        "assign": ("换经办人", "need.assign", is_open),
        "pass": ("转给别的科协", "need.pass", is_open),
        "merge": ("并入相似的需求", "need.merge", need.state is NeedState.SUBMITTED),
        "unmerge": ("撤销合并", "need.merge", undoes),
        "told": ("通知了谁", "notice.follow", True),
        "seal": ("疑似涉密，封存", "need.seal", True),
    }
    return {
        name: label
        for name, (label, policy, is_possible) in possible.items()
        if is_possible and is_allowed(actor, policy, need)
    }


def sees_progress(actor: Actor, need: Need) -> bool:
    return is_allowed(actor, "need.followers", need) or is_allowed(actor, "referral.send", need)


def sealed(session: Session, actor: Actor, need_id: str) -> Need:
    """For who guards secrets: what decides whether it is one."""
    return needs.find(session, actor, need_id, "need.unseal")


def why_sealed(session: Session, actor: Actor, need_id: str) -> str:
    """What who sealed it wrote."""
    need = sealed(session, actor, need_id)
    wanted = select(StatusChange.note).where(
        StatusChange.subject_kind == "need", StatusChange.subject_id == need.id, StatusChange.action == "seal"
    )
    return session.exec(wanted.order_by(col(StatusChange.seq).desc()).limit(1)).first() or ""


def _line(services: Services, kind: str, path: str, who: str, shown: _Shown) -> ProgressLine:
    due = shown.due_at
    left = services.clockwork.calendar.working_days_between(today(), beijing(due).date()) if due else None
    return ProgressLine(
        kind=kind,
        path=path,
        who=who,
        state_label=shown.state_label,
        turn=shown.turn,
        due_at=due,
        days_left=left,
    )
