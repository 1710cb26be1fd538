"""The log of consents: the only place that writes one, with what follows from it, and the only one that reads it."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service import audit
from service.jobs import enqueue
from service.models import (
    ConsentChannel,
    ConsentEntry,
    ConsentHolder,
    Consultation,
    Expert,
    Invitation,
    Need,
    User,
)
from service.rules.consent_purposes import CONTACT_TO_OWNER, NOTICES_BY_MAIL, PURPOSES, RECOMMEND
from service.workflow.consultations import OPEN


def keep(
    session: Session,
    holder: User | Expert,
    purpose: str,
    *,
    given: bool,
    channel: ConsentChannel,
    by: str | None,
    about: str = "",
) -> ConsentEntry:
    """Add one entry. Expert.takes_part and User.wants_mail are what the log says, and are written nowhere else."""
    kind = ConsentHolder.EXPERT if isinstance(holder, Expert) else ConsentHolder.USER
    entry = ConsentEntry(
        holder_kind=kind,
        holder_id=holder.id,
        purpose=purpose,
        about=about,
        text_version=PURPOSES[purpose].version,
        given=given,
        channel=channel,
        entered_by_id=by,
    )
    session.add(entry)
    if isinstance(holder, Expert) and purpose == RECOMMEND:
        holder.takes_part, holder.recommended_consent_at = given, entry.at if given else None
        session.add(holder)
        enqueue(session, "index.refresh", key=f"expert:{holder.id}")
    if isinstance(holder, User) and purpose == NOTICES_BY_MAIL:
        holder.wants_mail = given
        session.add(holder)
    audit.record(
        session,
        actor_id=by,
        act="consent.give" if given else "consent.withdraw",
        subject_kind=kind,
        subject_id=holder.id,
        content="\x1f".join((purpose, about, entry.text_version, channel)),
    )
    return entry


def withdraw_all(session: Session, holder: User | Expert, *, by: str | None) -> None:
    """Who leaves agrees to nothing any more."""
    for purpose, entry in latest(session, holder.id).items():
        if entry.given:
            keep(session, holder, purpose, given=False, channel=ConsentChannel.LEAVING, by=by)


def latest(session: Session, holder_id: str) -> dict[str, ConsentEntry]:
    """Purpose → the last entry, as far as there is one."""
    wanted = select(ConsentEntry).where(ConsentEntry.holder_id == holder_id).order_by(col(ConsentEntry.seq))
    return {entry.purpose: entry for entry in session.exec(wanted)}


def agrees(session: Session, holder_id: str, purpose: str) -> bool:
    """Whether this person agrees to it now; who was never asked agrees to what they need anyway."""
    wanted = select(ConsentEntry).where(ConsentEntry.holder_id == holder_id, ConsentEntry.purpose == purpose)
    last = session.exec(wanted.order_by(col(ConsentEntry.seq).desc()).limit(1)).first()
    return last.given if last else PURPOSES[purpose].unless_withdrawn


def give_contact(session: Session, expert_id: str, invitation: Invitation) -> None:
    """Accepting an invitation is the consent to hand contact data to the owner of this one need."""
    expert, about = session.get_one(Expert, expert_id), f"invitation:{invitation.id}"
    keep(session, expert, CONTACT_TO_OWNER, given=True, channel=ConsentChannel.ANSWER, by=None, about=about)


def given_contact(session: Session, expert_id: str) -> frozenset[str]:
    """Ids of the organisations that may have this expert's contact data: the owners of needs they serve, meanwhile.

    A consent about everything, or its withdrawal, counts for what was said before it, not for what is said later.
    """
    wanted = (
        select(ConsentEntry)
        .where(ConsentEntry.holder_id == expert_id, ConsentEntry.purpose == CONTACT_TO_OWNER)
        .order_by(col(ConsentEntry.seq))
    )
    given: dict[str, bool] = {}
    for entry in session.exec(wanted):
        given |= {entry.about: entry.given} if entry.about else dict.fromkeys(given, entry.given)
    served = [about.removeprefix("invitation:") for about, is_given in given.items() if is_given]
    owners = (
        select(Need.organization_id)
        .join(Consultation, col(Consultation.need_id) == col(Need.id))
        .where(
            col(Consultation.invitation_id).in_(served),
            col(Consultation.state).in_(OPEN),
            col(Need.sealed_at).is_(None),
        )
    )
    return frozenset(session.exec(owners))
