"""An invitation as one reader may see it, and what staff hand out of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case
from sqlmodel import Session, col, select

from service.actors import Actor
from service.case_facts import Case
from service.clock import beijing, today
from service.disclosure import access_of, may_read
from service.errors import Conflict
from service.field_visibility import has_part, need_title
from service.models import (
    Consultation,
    Expert,
    FeeKind,
    Invitation,
    InvitationState,
    LinkPurpose,
    Mode,
    Need,
    PartyKind,
    Team,
)
from service.permissions import require
from service.schemas.common import ActionOut, StepOut
from service.schemas.invitations import HandOutOut, InvitationLine, InvitationOut, TermsInput
from service.services import Services
from service.usecases import need_views
from service.usecases.histories import changes_of, steps
from service.usecases.lookup import together
from service.usecases.paging import Order, Orders, by, by_state, in_order, page_of_rows
from service.usecases.qr_codes import qr_svg
from service.usecases.signed_links import address, link_to
from service.visibility import visible_invitations
from service.workflow.engine import available
from service.workflow.invitations import INVITATION

MODES = {Mode.ONLINE: "线上", Mode.ON_SITE: "到场", Mode.EITHER: "线上、到场都可以"}
FEES = {FeeKind.FREE: "公益免费", FeeKind.FILED: "按备案收费", FeeKind.NEGOTIATED: "双方另议"}
# Only what waits for an answer has a deadline; those answered come after it.
_ANSWER_BY = case((col(Invitation.state) == InvitationState.SENT, col(Invitation.due_at)))
ORDERS: Orders = {
    "due": by("答复期限", _ANSWER_BY, col(Invitation.due_at), col(Invitation.id)),
    "created": by("发出", col(Invitation.created_at), col(Invitation.id), newest_first=True),
    "title": Order("标题", lambda actor: (need_title(actor), col(Invitation.id))),
    "state": by("状态", by_state(col(Invitation.state), INVITATION.states), col(Invitation.id)),
}
_UNTITLED = "（标题受邀可见）"


def show(session: Session, services: Services, actor: Actor, case: Case) -> InvitationOut:
    invitation: Invitation = case.subject
    state = INVITATION.states[invitation.state]
    opened = session.exec(select(Consultation.id).where(Consultation.invitation_id == invitation.id)).first()
    due = invitation.due_at
    return InvitationOut(
        **invitation.model_dump(include={*TermsInput.model_fields, "answer_scope", "later_on", "suggested"}),
        id=invitation.id,
        version=invitation.version or 0,
        state=invitation.state,
        state_label=state.label,
        turn=state.turn,
        due_at=due,
        days_left=services.clockwork.calendar.working_days_between(today(), beijing(due).date()) if due else None,
        party_kind=invitation.party_kind,
        party_id=invitation.party_id,
        party_name=party_name(session, invitation.party_kind, invitation.party_id),
        sub_problems=invitation.sub_problems,
        consultation_id=opened,
        need=need_views.show(session, services.clockwork, actor, case.need),
        actions=[ActionOut.of(each) for each in available(INVITATION, invitation, actor, case)],
    )


def page_of(
    session: Session,
    actor: Actor,
    *,
    state: InvitationState | None,
    need_id: str,
    search: str = "",
    sort: str = "",
    page: int,
) -> tuple[list[InvitationLine], int]:
    """(invitations of this page, how many in all). search: a part of the need's number or title."""
    require(actor, "invitation.list")
    wanted = visible_invitations(actor)
    if state is not None:
        wanted = wanted.where(Invitation.state == state)
    if need_id:
        wanted = wanted.where(Invitation.need_id == need_id)
    wanted = wanted.where(has_part(search, col(Need.number), need_title(actor)))
    found, total = page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)
    return lines(session, actor, found), total


def lines(session: Session, actor: Actor, found: Sequence[Invitation]) -> list[InvitationLine]:
    _held = [
        *together(session, (invitation.need_id for invitation in found), Need),
        *together(session, (invitation.party_id for invitation in found), Expert, Team),
    ]
    shown = []
    for invitation in found:
        need, state = session.get_one(Need, invitation.need_id), INVITATION.states[invitation.state]
        shown.append(
            InvitationLine(
                id=invitation.id,
                state=invitation.state,
                state_label=state.label,
                turn=state.turn,
                due_at=invitation.due_at,
                party_name=party_name(session, invitation.party_kind, invitation.party_id),
                need_id=need.id,
                need_number=need.number,
                title=need.title if may_read(access_of(actor, need), need, "title") else _UNTITLED,
                question=invitation.question,
                created_at=invitation.created_at,
            )
        )
    return shown


def history(session: Session, case: Case) -> list[StepOut]:
    return steps(session, changes_of(session, INVITATION, case.subject.id), INVITATION)


def hand_out(session: Session, services: Services, case: Case) -> HandOutOut:
    """Text for a message, the link, and its QR code. Raises Conflict once there is nothing to answer any more."""
    invitation = case.subject
    link = link_to(session, LinkPurpose.INVITATION, invitation.id)
    if invitation.state is not InvitationState.SENT or link is None:
        raise Conflict("这份邀约已经不再等待答复，没有可以发出的链接。")
    where = address(services, link)
    due = beijing(link.expires_at)
    text = (
        f"{party_name(session, invitation.party_kind, invitation.party_id)}：科协请您帮助解决一个技术问题。"
        f"{' '.join(invitation.question.split())}（约 {invitation.expected_hours} 小时，{MODES[invitation.mode]}，"
        f"{FEES[invitation.fee_kind]}）请于{due.month}月{due.day}日前点开答复，不用登录：{where} "
        f"有疑问请打 {invitation.contact_name} {invitation.contact_phone}。"
    )
    return HandOutOut(text=text, link=where, qr_svg=qr_svg(where, "答复邀约"), expires_at=link.expires_at)


def party_name(session: Session, kind: PartyKind, party_id: str) -> str:
    if kind is PartyKind.TEAM:
        return session.get_one(Team, party_id).name
    return session.get_one(Expert, party_id).name
