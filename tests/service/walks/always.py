"""What always holds, whatever people do in whatever order: E9 of the list of features, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from service.actors import holder_key
from service.audit import first_broken
from service.models import (
    AuditEntry,
    Consultation,
    DisclosureGrant,
    Expert,
    HolderKind,
    Invitation,
    InvitationState,
    Job,
    MatchRun,
    MatchRunState,
    Membership,
    Need,
    NeedOwner,
    NeedState,
    Rating,
    Recommendation,
    RecommendationState,
    Referral,
    ReferralState,
    Reservation,
    SelfOffer,
    SelfOfferState,
    Side,
    StatusChange,
    Team,
)
from service.usecases.concerned import KINDS, affair_of, seen, whose_turn
from service.workflow import consultations, invitations
from service.workflow.engine import Turn, available
from service.workflow.needs import NEED
from tests.service.walks.reading import (
    contact_data_are_given_only_while_somebody_serves,
    nobody_reads_above_their_level,
)
from tests.service.walks.replay import standing_elsewhere
from tests.service.walks.story import Story, Thing, states

# (what is stored, the story, what was stored before the step).
Check = Callable[[Session, Story, "Before"], None]


class Before:
    """What a check compares with: where everything stood, what was taken, how long the history was."""

    def __init__(self, session: Session) -> None:
        self.states = states(session)
        self.taken = _taken(session)
        self.seq = session.exec(select(func.max(col(StatusChange.seq)))).one() or 0


def capacity_is_never_exceeded(session: Session, _: Story, before: Before) -> None:
    """E9.1: Sum of reserved + running jobs ≤ capacity for each member, at all times. (Who asks for fewer later keeps
    what was promised.)"""
    most = {expert.id: expert.monthly_capacity for expert in session.exec(select(Expert))}
    for key, count in _taken(session).items():
        assert count <= max(most[key[0]], before.taken[key])
    held = set(session.exec(select(Reservation.invitation_id)))
    running = select(Invitation.id).join(Consultation).where(col(Consultation.state).in_(consultations.OPEN))
    assert set(session.exec(running)) <= held


def nobody_with_a_conflict_is_asked_or_accepts(session: Session, _: Story, before: Before) -> None:
    """E9.2: No pair in invitation, scoring or acceptance has an active conflict without an approved override."""
    for invitation in session.exec(select(Invitation).where(col(Invitation.state).in_(_STANDING))):
        standing = before.states.get(Thing("invitation", invitation.id))
        if standing is not None and standing.state == invitation.state:
            continue
        expert_id = _expert_of(session, invitation)
        owners = {session.get_one(Need, invitation.need_id).organization_id}
        owners |= set(session.exec(select(NeedOwner.organization_id).where(NeedOwner.need_id == invitation.need_id)))
        user_id = session.get_one(Expert, expert_id).user_id
        acts_for = select(Membership.organization_id).where(
            Membership.user_id == user_id, col(Membership.ended_at).is_(None)
        )
        assert owners.isdisjoint(session.exec(acts_for).all())


def every_state_has_an_owner_and_a_clock_or_a_reason(session: Session, _: Story, __: Before) -> None:
    """E9.4: Every state has an owner and either a clock or a reason for none."""
    for thing, stands in states(session).items():
        affair = affair_of(session, *thing)
        assert affair is not None
        note = affair.kind.lifecycle.states[affair.subject.state]
        assert (stands.due_at is not None) == bool(note.deadline), (thing, stands)
        is_waiting = thing.kind == "need" and note.turn is Turn.EXPERT
        assert note.is_final or is_waiting or whose_turn(session, affair, note.turn), (thing, stands)


def replaying_the_log_rebuilds_every_state(session: Session, _: Story, __: Before) -> None:
    """E9.5: Replaying the audit log rebuilds every state."""
    assert standing_elsewhere(session) == {}


def every_change_of_a_state_is_in_the_history(session: Session, _: Story, before: Before) -> None:
    """Of E9.5: no state changes beside the history."""
    fresh = select(StatusChange).where(col(StatusChange.seq) > before.seq)
    told = {(change.subject_kind, change.subject_id) for change in session.exec(fresh)}
    for thing, stands in states(session).items():
        was = before.states.get(thing)
        assert was is None or was.state == stands.state or tuple(thing) in told, thing


def the_audit_log_is_whole(session: Session, _: Story, __: Before) -> None:
    """Of E9.5: nobody changed an entry or took one out."""
    assert first_broken(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq)))) is None


def nobody_is_asked_twice_at_once(session: Session, _: Story, __: Before) -> None:
    """At most one open invitation of each party to each need."""
    asked = session.exec(select(Invitation).where(Invitation.state == InvitationState.SENT))
    assert max(Counter((each.need_id, each.party_id) for each in asked).values(), default=0) <= 1


def nobody_is_asked_again_after_a_refusal(session: Session, _: Story, __: Before) -> None:
    """Who said no, or nothing, or was stopped, is not asked about this need again."""
    refused: set[tuple[str, str]] = set()
    for each in session.exec(select(Invitation).order_by(col(Invitation.created_at))):
        pair = (each.need_id, each.party_id)
        assert pair not in refused
        if each.state in invitations.REFUSED:
            refused.add(pair)


def nothing_open_hangs_on_what_is_over(session: Session, _: Story, __: Before) -> None:
    """No invitation, referral, consultation, list, matching or offer waits for anybody once its need has ended."""
    for need in session.exec(select(Need)):
        if NEED.states[need.state].is_final and need.state is not NeedState.MERGED:
            for table, is_open in _CHILDREN:
                wanted = select(table).where(table.need_id == need.id, col(table.state).in_(is_open))
                left = session.exec(wanted).first()
                assert left is None, (need.number, need.state, table.__name__, left and left.state)


def exactly_one_takes_each_case(session: Session, _: Story, __: Before) -> None:
    """One 承接单位 leads each consultation: whoever was invited or referred to, or the society that named them."""
    for case in session.exec(select(Consultation)):
        assert (case.invitation_id is None) != (case.referral_id is None)
        expected: tuple[str, str]
        if case.invitation_id:
            invitation = session.get_one(Invitation, case.invitation_id)
            cause = session.get(Referral, invitation.referral_id) if invitation.referral_id else None
            expected = (invitation.party_kind, invitation.party_id)
            assert (case.holder_kind, case.holder_id) == expected
        else:
            cause = session.get_one(Referral, case.referral_id)
            expected = (cause.receiver_kind, cause.receiver_id)
        leading = (cause.receiver_kind, cause.receiver_id) if cause else expected
        assert (case.lead_kind, case.lead_id) == leading


def reading_ends_with_what_it_was_for(session: Session, _: Story, __: Before) -> None:
    """Whoever was let into a need reads it while they are asked or serve, and no longer."""
    reading = set(session.exec(select(DisclosureGrant.cause).where(col(DisclosureGrant.ended_at).is_(None))))
    standing = set()
    over = set(
        session.exec(
            select(Consultation.invitation_id, Consultation.referral_id).where(
                col(Consultation.state).not_in(consultations.OPEN)
            )
        )
    )
    done = {each for pair in over for each in pair if each}
    asked = session.exec(select(Invitation.id).where(col(Invitation.state).in_(_STANDING)))
    standing |= {f"invitation:{each}" for each in asked if each not in done}
    referred = select(Referral.id).where(col(Referral.state).in_(_READING))
    standing |= {f"referral:{each}" for each in session.exec(referred) if each not in done}
    ended = [state for state, note in NEED.states.items() if note.is_final]
    for table in (Invitation, Referral):
        of_need = select(table.id).join(Need, col(Need.id) == col(table.need_id))
        past = session.exec(of_need.where(or_(col(Need.state).in_(ended), col(table.round) != col(Need.round))))
        standing -= {f"{table.__tablename__}:{each}" for each in past}
    assert reading <= standing, reading - standing
    outside = select(Referral.id).where(Referral.receiver_kind == HolderKind.OUTSIDE)
    assert standing - {f"referral:{each}" for each in session.exec(outside)} <= reading, standing - reading


def whoever_serves_does_not_judge_for_the_owner(session: Session, story: Story, __: Before) -> None:
    """E9.8: Metrics exclude judgments made by a conflicted rater: there are none."""
    for rating in session.exec(select(Rating).where(Rating.side == Side.OWNER)):
        case = session.get_one(Consultation, rating.consultation_id)
        keys = {holder_key(HolderKind(case.holder_kind), case.holder_id), holder_key(case.lead_kind, case.lead_id)}
        assert holder_key(HolderKind.TECH_MANAGER, rating.given_by) not in keys


def what_a_need_waits_for_is_there(session: Session, _story: Story, _before: Before) -> None:
    """邀约中, 对接中: somebody is asked or serves, or what comes next is promised; 已受理: a matching is.
    Ended: with a resolution if closed.

    What is sealed stands still.
    """
    going_on: set[str] = set()
    for table, is_open in _CHILDREN[:3]:
        going_on |= set(session.exec(select(table.need_id).where(col(table.state).in_(is_open))))
    for job in session.exec(select(Job).where(col(Job.done_at).is_(None), col(Job.name).in_(_MOVES_ON))):
        kind, _, subject_id = job.key.partition(":")
        moved: Any = session.get_one(KINDS[kind].table, subject_id)
        going_on.add(moved.need_id)
    matching = select(Job.key).where(col(Job.done_at).is_(None), Job.name == "match.suggest")
    promised = set(session.exec(matching))
    for need in session.exec(select(Need)):
        is_waiting = need.state in (NeedState.INVITING, NeedState.ENGAGED) and need.sealed_at is None
        assert not is_waiting or need.id in going_on, (need.number, need.state)
        is_matched = need.state is NeedState.ACCEPTED and need.sealed_at is None
        assert not is_matched or f"need:{need.id}" in promised, (need.number, "is not matched")
        assert (need.resolution is not None) == (need.state in (NeedState.CLOSED, NeedState.WITHDRAWN))


def jobs_do_not_fail(session: Session, _: Story, __: Before) -> None:
    assert [(job.name, job.error) for job in session.exec(select(Job).where(Job.error != ""))] == []


def somebody_can_go_on(session: Session, story: Story, _: Before) -> None:
    """Nothing is stuck: in every state that is not final a person has a button, or a clock runs to a step.

    What is sealed waits for the officer for secrecy.
    """
    actors = [story.actor(session, name) for name in story.people]
    for thing, stands in states(session).items():
        affair = affair_of(session, *thing)
        assert affair is not None
        lifecycle = affair.kind.lifecycle
        if lifecycle.states[affair.subject.state].is_final or affair.is_sealed or _is_ended(affair.need):
            continue
        case = seen(session, affair)
        steps = {
            each.action
            for actor in actors
            for each in available(lifecycle, affair.subject, actor, case, with_own_forms=True)
        }
        by_clock = any(each.after_due and affair.subject.state in each.sources for each in lifecycle.transitions)
        assert steps or (by_clock and stands.due_at), (thing, stands)


def _is_ended(need: Need | None) -> bool:
    return need is not None and NEED.states[need.state].is_final


def _taken(session: Session) -> Counter[tuple[str, str]]:
    """(expert, month) → how many."""
    return Counter(session.exec(select(Reservation.expert_id, Reservation.month)).all())


def _expert_of(session: Session, invitation: Invitation) -> str:
    team = session.get(Team, invitation.party_id)
    return team.leader_id if team else invitation.party_id


_STANDING = (*invitations.OPEN, *invitations.TAKEN)
# Who named an expert leads what comes of it.
_READING = (ReferralState.PENDING, ReferralState.ACCEPTED, ReferralState.NOMINATED)
_CHILDREN: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (Invitation, invitations.OPEN),
    (Referral, (ReferralState.PENDING,)),
    (Consultation, consultations.OPEN),
    (Recommendation, (RecommendationState.TO_CHOOSE,)),
    (MatchRun, (MatchRunState.TO_REVIEW,)),
    (SelfOffer, (SelfOfferState.OFFERED,)),
)
_MOVES_ON = ("invitation.promote", "referral.next")
CHECKS: tuple[Check, ...] = (
    capacity_is_never_exceeded,
    nobody_with_a_conflict_is_asked_or_accepts,
    every_state_has_an_owner_and_a_clock_or_a_reason,
    every_change_of_a_state_is_in_the_history,
    nobody_is_asked_twice_at_once,
    nobody_is_asked_again_after_a_refusal,
    nothing_open_hangs_on_what_is_over,
    exactly_one_takes_each_case,
    reading_ends_with_what_it_was_for,
    contact_data_are_given_only_while_somebody_serves,
    whoever_serves_does_not_judge_for_the_owner,
    what_a_need_waits_for_is_there,
    jobs_do_not_fail,
)
# Of everything that ever happened, so only now and then.
LONG_CHECKS: tuple[Check, ...] = (
    nobody_reads_above_their_level,
    replaying_the_log_rebuilds_every_state,
    the_audit_log_is_whole,
    somebody_can_go_on,
)
