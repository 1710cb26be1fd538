"""Facts about what hangs on a need: lists, invitations, referrals, consultations, self-offers, notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.actors import Actor
from service.facts import (
    Fact,
    all_of,
    any_of,
    chooses_for_need,
    handles_need,
    is_broker_of_need,
    is_need_owner,
    need_is_not_sealed,
    reviews_need,
    sees_all_of_need,
)
from service.models import (
    Need,
    Notice,
    ProxyEntry,
    RecipientKind,
    ReferralState,
)


@dataclass(frozen=True)
class Case:
    """Something that hangs on a need (recommendation, invitation, referral, consultation …), with that need.

    society_id: the society that looks after the expert it concerns.
    """

    subject: Any
    need: Need
    society_id: str | None = None


def of_its_need(fact: Fact) -> Fact:
    """The fact about a case's need."""

    def holds(actor: Actor, case: Case) -> bool:
        return fact(actor, case.need)

    holds.__name__ = fact.__name__
    return holds


def is_invited_party(actor: Actor, case: Case) -> bool:
    """The expert or the team's leader; a signed link is for its own invitation only."""
    invitation = case.subject
    by_link = actor.link in (None, f"invitation:{invitation.id}")
    return by_link and actor.acts_for(invitation.party_kind, invitation.party_id)


def is_receiver(actor: Actor, case: Case) -> bool:
    """Whoever answers for the 承接单位 of a referral."""
    return actor.link is None and actor.acts_for(case.subject.receiver_kind, case.subject.receiver_id)


def serves(actor: Actor, case: Case) -> bool:
    """Whoever holds a consultation; a signed link is for its own consultation only."""
    consultation = case.subject
    by_link = actor.link in (None, f"consultation:{consultation.id}")
    return by_link and actor.acts_for(consultation.holder_kind, consultation.holder_id)


def is_named_member(actor: Actor, case: Case) -> bool:
    """A member of the team that holds a consultation, named for it by the leader; a signed link as above."""
    by_link = actor.link in (None, f"consultation:{case.subject.id}")
    return by_link and case.subject.id in actor.assigned


def leads_consultation(actor: Actor, case: Case) -> bool:
    """The 承接单位, where it named the expert who serves."""
    return actor.link is None and actor.acts_for(case.subject.lead_kind, case.subject.lead_id)


def is_not_the_holder(actor: Actor, case: Case) -> bool:
    """Who serves must not also say for the company how it went, nor verify what they report themselves."""
    return not (serves(actor, case) or is_named_member(actor, case) or leads_consultation(actor, case))


def answers_for_party(actor: Actor, party: tuple[str, str]) -> bool:
    """party: (HolderKind, id)."""
    return actor.link is None and actor.acts_for(*party)


def is_offerer(actor: Actor, case: Case) -> bool:
    """The expert, the team's leader, or the people of the society that offered itself."""
    return actor.link is None and actor.acts_for(case.subject.party_kind, case.subject.party_id)


def entered_offer_as_staff(actor: Actor, case: Case) -> bool:
    """Who typed it in for somebody else."""
    return actor.is_staff and case.subject.created_by_id == actor.user_id


def entered_for_others(actor: Actor, entry: ProxyEntry) -> bool:
    return actor.user_id is not None and entry.entered_by_id == actor.user_id


def handles_entry(actor: Actor, entry: ProxyEntry) -> bool:
    """Staff of the place where whoever entered it works, or above."""
    return bool(entry.association_path) and actor.handles(entry.association_path)


def looks_after_invited(actor: Actor, case: Case) -> bool:
    """The invited expert's society, which may answer for them (请学会代办)."""
    return case.society_id is not None and case.society_id in actor.organizations


@dataclass(frozen=True)
class NoticeCase:
    """A notice, and the need it hangs on, if any."""

    notice: Notice
    need: Need | None


def is_told(actor: Actor, case: NoticeCase) -> bool:
    """The reader's own, unless the need was sealed since."""
    own = {RecipientKind.USER: actor.user_id, RecipientKind.EXPERT: actor.expert_id}[case.notice.recipient_kind]
    return own == case.notice.recipient_id and (case.need is None or case.need.sealed_at is None)


def handles_told_need(actor: Actor, case: NoticeCase) -> bool:
    """Staff who handle the need that the notice hangs on."""
    return case.need is not None and reviews_need(actor, case.need)


def sent_unanswered_referral(actor: Actor, case: Case) -> bool:
    """The actor gave the need away, and nobody has answered yet."""
    sent = actor.user_id is not None and case.subject.created_by_id == actor.user_id
    return sent and case.subject.state is ReferralState.PENDING


speaks_for_owner = of_its_need(chooses_for_need)
reviews_its_need = of_its_need(reviews_need)
speaks_for_invited = all_of(
    any_of(is_invited_party, looks_after_invited, reviews_its_need), of_its_need(need_is_not_sealed)
)
speaks_for_receiver = all_of(any_of(is_receiver, reviews_its_need), of_its_need(need_is_not_sealed))
takes_back_own_referral = all_of(
    sent_unanswered_referral, of_its_need(is_broker_of_need), of_its_need(need_is_not_sealed)
)
speaks_for_holder = all_of(
    any_of(serves, leads_consultation, looks_after_invited, reviews_its_need), of_its_need(need_is_not_sealed)
)
# What a team's leader alone may do is of those who speak for the holder; the rest, also of those they named.
works_for_holder = any_of(speaks_for_holder, all_of(is_named_member, of_its_need(need_is_not_sealed)))
gives_owners_word = all_of(
    any_of(of_its_need(is_need_owner), all_of(of_its_need(handles_need), is_not_the_holder)),
    of_its_need(need_is_not_sealed),
)
verifies_outcome = all_of(reviews_its_need, is_not_the_holder)
speaks_for_offerer = all_of(
    any_of(is_offerer, looks_after_invited, entered_offer_as_staff, reviews_its_need), of_its_need(need_is_not_sealed)
)
sees_self_offer = all_of(any_of(speaks_for_offerer, of_its_need(handles_need)), of_its_need(need_is_not_sealed))
sees_case = all_of(of_its_need(sees_all_of_need), of_its_need(need_is_not_sealed))
sees_invitation = any_of(speaks_for_invited, sees_case)
sees_referral = any_of(speaks_for_receiver, sees_case)
sees_consultation = any_of(works_for_holder, sees_case)
