"""Facts about experts, teams, and the people of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from service.actors import Actor
from service.facts import (
    all_of,
    any_of,
    is_own_organization,
    is_signed_in,
    manages_own_organization,
    verifies_organization,
)
from service.models import Association, Expert, ExpertState, Membership, Organization, Team


def is_expert_self(actor: Actor, expert: Expert) -> bool:
    return actor.user_id is not None and expert.user_id == actor.user_id


def looks_after_expert(actor: Actor, expert: Expert) -> bool:
    """Staff responsible for the place, or the secretary of the expert's society."""
    in_scope = actor.handles(expert.association_path)
    return in_scope or (expert.society_id is not None and expert.society_id in actor.organizations)


def is_not_expert_self(actor: Actor, expert: Expert) -> bool:
    return not is_expert_self(actor, expert)


def expert_is_unclaimed(_: Actor, expert: Expert) -> bool:
    return expert.state is ExpertState.UNCLAIMED


def expert_has_not_left(_: Actor, expert: Expert) -> bool:
    return expert.state is not ExpertState.LEFT


def expert_is_listed(_: Actor, expert: Expert) -> bool:
    """Verified, and willing to be found."""
    return expert.state is ExpertState.VERIFIED and expert.takes_part


@dataclass(frozen=True)
class TeamCase:
    """A team with what its rules look at beside it.

    association_path: of the 科协 responsible for its region. user_ids: of the experts asked or agreed to be in it.
    """

    team: Team
    association_path: str
    user_ids: frozenset[str]
    day: date


def is_in_scope_of_team(actor: Actor, case: TeamCase) -> bool:
    return actor.handles(case.association_path)


def is_of_lead_society(actor: Actor, case: TeamCase) -> bool:
    return case.team.society_id in actor.organizations


def is_asked_or_on_team(actor: Actor, case: TeamCase) -> bool:
    return actor.user_id is not None and actor.user_id in case.user_ids


def team_term_runs(_: Actor, case: TeamCase) -> bool:
    return case.team.term_since <= case.day <= case.team.term_until


@dataclass(frozen=True)
class People:
    """An organisation's people: all of them, or the one membership in question."""

    organization: Organization
    association: Association
    membership: Membership | None = None


def is_among_the_people(actor: Actor, people: People) -> bool:
    return is_own_organization(actor, people.organization)


def manages_the_people(actor: Actor, people: People) -> bool:
    return manages_own_organization(actor, people.organization)


def stands_in_for_the_people(actor: Actor, people: People) -> bool:
    return verifies_organization(actor, (people.organization, people.association))


def is_own_membership(actor: Actor, people: People) -> bool:
    return people.membership is not None and people.membership.user_id == actor.user_id


manages_team = any_of(is_in_scope_of_team, is_of_lead_society)
sees_team = any_of(manages_team, is_asked_or_on_team, all_of(is_signed_in, team_term_runs))
changes_the_people = any_of(manages_the_people, stands_in_for_the_people)
verifies_expert = all_of(looks_after_expert, is_not_expert_self)
sees_all_of_expert = any_of(is_expert_self, looks_after_expert)
