"""Reading, as E9 of the list of features has it: nobody reads above their level, and looking changes nothing."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import holder_key
from service.errors import NotFound
from service.models import (
    Consultation,
    ConsultationMember,
    DisclosureGrant,
    Expert,
    HolderKind,
    Membership,
    Need,
    NeedOwner,
    Team,
)
from service.usecases import need_views, needs
from service.usecases.consent_log import given_contact
from service.workflow import consultations
from tests.service.walks.story import EXPERTS, STRANGER, Story


def nobody_reads_above_their_level(session: Session, story: Story, _: object) -> None:
    """E9.3: Text above a viewer's level appears in no response to that viewer. E9.7: A GET request never changes a
    state."""
    for name in {STRANGER, *EXPERTS} & set(story.people):
        actor = story.actor(session, name)
        for need in session.exec(select(Need)).all():
            try:
                shown = need_views.show(session, story.services.clockwork, actor, needs.find(session, actor, need.id))
            except NotFound:
                continue
            if not _was_let_in(session, story.world.people[name], need):
                assert (shown.situation, shown.sub_problems) == (None, None), (name, need.number)
                assert need.situation not in shown.model_dump_json(), (name, need.number)
    assert [*session.new, *session.dirty, *session.deleted] == []


def contact_data_are_given_only_while_somebody_serves(session: Session, _: Story, __: object) -> None:
    """From acceptance to the end of the consultation, to the owner of its need."""
    for expert in session.exec(select(Expert)):
        led = session.exec(select(Team.id).where(Team.leader_id == expert.id)).all()
        serving = (
            select(Need.organization_id)
            .join(Consultation, col(Consultation.need_id) == col(Need.id))
            .where(col(Consultation.holder_id).in_([expert.id, *led]), col(Consultation.state).in_(consultations.OPEN))
        )
        assert given_contact(session, expert.id) <= set(session.exec(serving)), expert.name


def _was_let_in(session: Session, user_id: str, need: Need) -> bool:
    """By a leave that lasts, or because one of their organisations owns it."""
    member_of = select(Membership.organization_id).where(
        Membership.user_id == user_id, col(Membership.ended_at).is_(None)
    )
    organizations = set(session.exec(member_of))
    owners = set(session.exec(select(NeedOwner.organization_id).where(NeedOwner.need_id == need.id)))
    keys = {holder_key(HolderKind.SOCIETY, each) for each in organizations}
    for expert in session.exec(select(Expert).where(Expert.user_id == user_id)):
        keys.add(holder_key(HolderKind.EXPERT, expert.id))
        led = session.exec(select(Team.id).where(Team.leader_id == expert.id))
        keys |= {holder_key(HolderKind.TEAM, each) for each in led}
        named = (
            select(Consultation.holder_id)
            .join(ConsultationMember, col(ConsultationMember.consultation_id) == col(Consultation.id))
            .where(
                Consultation.need_id == need.id,
                ConsultationMember.expert_id == expert.id,
                col(ConsultationMember.ended_at).is_(None),
            )
        )
        keys |= {holder_key(HolderKind.TEAM, each) for each in session.exec(named)}
    lasting = select(DisclosureGrant.holder).where(
        DisclosureGrant.need_id == need.id, col(DisclosureGrant.ended_at).is_(None)
    )
    let_in = not keys.isdisjoint(session.exec(lasting).all())
    return let_in or not organizations.isdisjoint({need.organization_id, *owners})
