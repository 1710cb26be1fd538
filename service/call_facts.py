"""Facts about calls: who may ask to be called about what, and who is to call."""

from __future__ import annotations

from dataclasses import dataclass

from service.actors import Actor
from service.case_facts import (
    Case,
    is_invited_party,
    is_not_the_holder,
    is_offerer,
    of_its_need,
    reviews_its_need,
    sees_case,
    sees_consultation,
    sees_invitation,
    sees_self_offer,
)
from service.facts import Fact, all_of, any_of, is_need_owner, need_is_not_sealed, need_was_handed_in
from service.models import CallRequest, Consultation, Expert, Invitation, OffererKind, SelfOffer
from service.people_facts import (
    expert_has_not_left,
    is_expert_self,
    is_not_expert_self,
    looks_after_expert,
    sees_all_of_expert,
)

# What somebody asks to be called about: something that hangs on a need, or an expert's own affairs.
Asked = Case | Expert


@dataclass(frozen=True)
class OwnCall:
    """A request about an expert's own affairs, which hang on no need."""

    request: CallRequest
    expert: Expert


def sees_what_call_is_about(actor: Actor, about: Asked) -> bool:
    """As the invitation, the consultation, the offer, the need or all of the expert."""
    if isinstance(about, Expert):
        return sees_all_of_expert(actor, about)
    by_kind: dict[type, Fact] = {
        Invitation: sees_invitation,
        Consultation: sees_consultation,
        SelfOffer: sees_self_offer,
    }
    return by_kind.get(type(about.subject), sees_case)(actor, about)


def takes_part(actor: Actor, case: Case) -> bool:
    """Whose own affair it is: the invited, who serves, who offers, the company; nobody who stands in for them."""
    if isinstance(case.subject, Invitation):
        return is_invited_party(actor, case)
    if isinstance(case.subject, Consultation):
        return not is_not_the_holder(actor, case) or is_need_owner(actor, case.need)
    if isinstance(case.subject, SelfOffer):
        # A society has people who call others.
        return case.subject.party_kind is not OffererKind.SOCIETY and is_offerer(actor, case)
    return is_need_owner(actor, case.need) and need_was_handed_in(actor, case.need)


def is_asked_to_call(actor: Actor, call: Case | OwnCall) -> bool:
    """Somebody of the society that an expert asked for help, but not that expert."""
    request = call.request if isinstance(call, OwnCall) else call.subject
    is_request = isinstance(request, CallRequest) and request.society_id in actor.organizations
    return is_request and request.asked_by != actor.expert_id


def _of_case(fact: Fact) -> Fact:
    """Where it hangs on a need."""

    def holds(actor: Actor, about: Asked | OwnCall) -> bool:
        return isinstance(about, Case) and fact(actor, about)

    holds.__name__ = fact.__name__
    return holds


def _of_expert(fact: Fact) -> Fact:
    """The fact about the expert, where it is about an expert's own affairs."""

    def holds(actor: Actor, about: Asked | OwnCall) -> bool:
        expert = about.expert if isinstance(about, OwnCall) else about
        return isinstance(expert, Expert) and fact(actor, expert)

    holds.__name__ = fact.__name__
    return holds


may_ask_for_a_call = any_of(
    _of_case(all_of(takes_part, of_its_need(need_is_not_sealed))),
    _of_expert(all_of(is_expert_self, expert_has_not_left)),
)
# Who left is not called any more.
makes_call = any_of(
    _of_case(all_of(any_of(reviews_its_need, is_asked_to_call), of_its_need(need_is_not_sealed))),
    all_of(
        any_of(_of_expert(looks_after_expert), is_asked_to_call),
        _of_expert(is_not_expert_self),
        _of_expert(expert_has_not_left),
    ),
)
sees_call = any_of(_of_case(sees_case), makes_call)
