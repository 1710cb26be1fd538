"""What has to happen besides when a need is closed, withdrawn, opened again or expires."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlmodel import Session, col, select

from service.actors import SYSTEM, Actor
from service.clock import now
from service.models import (
    Consultation,
    Invitation,
    Need,
    NeedState,
    Resolution,
)
from service.schemas.common import ActionInput
from service.services import Services
from service.usecases import progress
from service.usecases.endings import abort
from service.usecases.follow_ups import cancel_open
from service.usecases.invitations import ended
from service.usecases.leftovers import end_leftovers
from service.usecases.referrals import withdraw_pending
from service.workflow import consultations, invitations
from service.workflow.engine import perform
from service.workflow.invitations import INVITATION
from service.workflow.needs import NEED

Effect = Callable[[Session, Services, Actor, Need, ActionInput], None]
_EXPIRED = "需求已过期"


def expire(session: Session, services: Services, need_id: str) -> Need:
    """By the clock: the owner said nothing in time. Raises Conflict if that is no longer so.

    Where somebody serves meanwhile, that goes on, without the further one the owner did not choose.
    """
    need = session.get_one(Need, need_id)
    if need.state is NeedState.RECOMMENDED and progress.is_served(session, need):
        progress.engage(session, services, need)
        return need
    perform(session, NEED, need, "expire", SYSTEM, services.clockwork, note=_EXPIRED, by_own_form=True)
    _end_asking(session, services, SYSTEM, need, _EXPIRED)
    end_leftovers(session, services, need)
    need.closed_at = now()
    session.flush()
    return need


def _close(session: Session, services: Services, actor: Actor, need: Need, given: ActionInput) -> None:
    """Nobody serves any more; if somebody did in this round, what they reached counts first."""
    _end_asking(session, services, actor, need, given.note)
    reached = progress.reached_by(session, need) | {Resolution(given.reason)}
    progress.close(session, services, need, reached)


def _withdraw(session: Session, services: Services, actor: Actor, need: Need, given: ActionInput) -> None:
    _end_asking(session, services, actor, need, given.note)
    serving = select(Consultation).where(
        Consultation.need_id == need.id, col(Consultation.state).in_(consultations.OPEN)
    )
    for each in session.exec(serving).all():
        abort(session, services, actor, each, reason="owner_withdrew", note=given.note)
    end_leftovers(session, services, need)
    need.resolution, need.closed_at = Resolution.OWNER_WITHDREW, now()


def _begin_again(session: Session, services: Services, actor: Actor, need: Need, given: ActionInput) -> None:
    """The same number, a new round: what was asked and named before it ended is over."""
    need.round += 1
    need.resolution = need.closed_at = None
    cancel_open(session, need)


def _search_again(session: Session, services: Services, actor: Actor, need: Need, given: ActionInput) -> None:
    withdraw_pending(session, services, need, given.note)
    progress.outdate_runs(session, services, need)


def _end_asking(session: Session, services: Services, actor: Actor, need: Need, note: str) -> None:
    """Who was asked and has not answered need not any more."""
    asked = select(Invitation).where(Invitation.need_id == need.id, col(Invitation.state).in_(invitations.OPEN))
    for invitation in session.exec(asked).all():
        perform(session, INVITATION, invitation, "cancel", actor, services.clockwork, note=note, as_consequence=True)
        ended(session, invitation)
    withdraw_pending(session, services, need, note)


EFFECTS: Mapping[str, Effect] = {
    "close": _close,
    "search_again": _search_again,
    "withdraw": _withdraw,
    "reopen": _begin_again,
    "take_up": _begin_again,
}
