"""What is offered to whom, as the pages show it, and what may still stand in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from service.actors import Actor
from service.errors import Forbidden, NotFound
from service.models import (
    Consultation,
    Expert,
    Invitation,
    InvitationState,
    Need,
    PartyKind,
    Recommendation,
    RecommendationState,
    Referral,
    SelfOffer,
)
from service.schemas.common import ActionOut
from service.usecases import (
    consultation_cases,
    consultation_views,
    expert_views,
    experts,
    invitation_views,
    invitations,
    need_views,
    needs,
    referral_views,
    referrals,
    self_offer_views,
    self_offers,
)
from service.usecases.concerned import KINDS
from service.usecases.eligibility import obstacle
from service.usecases.receivers import receiver_of, unfit
from service.workflow.guards import is_attested
from tests.service.walks.story import Story, Thing

Buttons = dict[str, ActionOut]
# Whether the one they choose will do is known only once they have chosen.
ASKED_WITH_THE_FORM = {("referral", "reassign"), ("consultation", "name_members")}


def buttons(session: Session, story: Story, who: str, thing: Thing) -> Buttons:
    """What this person can do with it; nothing where they may not see it."""
    actor = story.actor(session, who)
    try:
        return {each.action: each for each in _PAGES[thing.kind](session, story, actor, thing.id)}
    except (NotFound, Forbidden):
        return {}


def stands_in_the_way(session: Session, thing: Thing, action: str) -> str | None:
    """What the form will say although the button is there: a condition of the table, or what is true only now."""
    row: Any = session.get_one(KINDS[thing.kind].table, thing.id)
    for transition in KINDS[thing.kind].lifecycle.transitions:
        if transition.action == action:
            told = next((told for guard in transition.guards if (told := guard(session, row))), None)
            return told or _at_this_moment(session, row, action)
    return is_attested(session, row) if action == "sign" else None


def eligible(session: Session, need: Need, kind: PartyKind, party_id: str) -> bool:
    return obstacle(session, need, kind, party_id) is None


def _at_this_moment(session: Session, row: Any, action: str) -> str | None:
    if isinstance(row, Invitation) and action in ("accept", "accept_partly"):
        need = session.get_one(Need, row.need_id)
        return obstacle(session, need, row.party_kind, row.party_id, leave_out=("asked_before",))
    if isinstance(row, Referral) and action == "accept":
        return unfit(session, session.get_one(Need, row.need_id), receiver_of(row))
    if isinstance(row, Referral) and action == "nominate":
        return None if nominees(session, row) else "nobody of the society can be recommended"
    if isinstance(row, SelfOffer) and action == "put_forward" and row.party_kind in (PartyKind.EXPERT, PartyKind.TEAM):
        return obstacle(session, session.get_one(Need, row.need_id), PartyKind(row.party_kind), row.party_id)
    return None


def nominees(session: Session, referral: Referral) -> list[str]:
    """Experts of the society who can be recommended now."""
    need = session.get_one(Need, referral.need_id)
    of_society = session.exec(select(Expert.id).where(Expert.society_id == referral.receiver_id).order_by(Expert.name))
    return [each for each in of_society if eligible(session, need, PartyKind.EXPERT, each)]


def open_lists(session: Session) -> list[Recommendation]:
    return list(session.exec(select(Recommendation).where(Recommendation.state == RecommendationState.TO_CHOOSE)))


def open_invitations(session: Session, need: Need) -> list[Invitation]:
    wanted = select(Invitation).where(Invitation.need_id == need.id, Invitation.state == InvitationState.SENT)
    return list(session.exec(wanted))


def _need(session: Session, story: Story, actor: Actor, need_id: str) -> list[ActionOut]:
    return need_views.show(session, story.services.clockwork, actor, needs.find(session, actor, need_id)).actions


def _invitation(session: Session, story: Story, actor: Actor, invitation_id: str) -> list[ActionOut]:
    case = invitations.find(session, actor, invitation_id)
    return invitation_views.show(session, story.services, actor, case).actions


def _referral(session: Session, story: Story, actor: Actor, referral_id: str) -> list[ActionOut]:
    case = referrals.find(session, actor, referral_id)
    return referral_views.show(session, story.services.clockwork, actor, case).actions


def _consultation(session: Session, story: Story, actor: Actor, consultation_id: str) -> list[ActionOut]:
    case = consultation_cases.find(session, actor, consultation_id)
    return consultation_views.show(session, story.services.clockwork, actor, case).actions


def _self_offer(session: Session, _: Story, actor: Actor, offer_id: str) -> list[ActionOut]:
    return self_offer_views.show(session, actor, self_offers.find(session, actor, offer_id)).actions


def _expert(session: Session, _: Story, actor: Actor, expert_id: str) -> list[ActionOut]:
    return expert_views.show(session, actor, experts.find(session, actor, expert_id)).actions


_PAGES: dict[str, Callable[[Session, Story, Actor, str], list[ActionOut]]] = {
    "need": _need,
    "invitation": _invitation,
    "referral": _referral,
    "consultation": _consultation,
    "self_offer": _self_offer,
    "expert": _expert,
}
WITH_BUTTONS = tuple(_PAGES)
TABLES: dict[str, Any] = {
    "need": Need,
    "invitation": Invitation,
    "referral": Referral,
    "consultation": Consultation,
    "self_offer": SelfOffer,
    "expert": Expert,
}
