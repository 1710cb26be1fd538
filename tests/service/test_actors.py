"""Whoever acts is read in one statement: what has not begun or has ended must not be in it, on both databases."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

from sqlalchemy import event
from sqlmodel import Session

from service.actors import Actor, Standing, actor_by_link, actor_of, holder_key
from service.clock import now, today
from service.models import (
    Association,
    DisclosureGrant,
    Expert,
    HolderKind,
    Membership,
    MembershipRole,
    Need,
    NeedOwner,
    Organization,
    OrganizationKind,
    Post,
    PostRole,
    PublicityLevel,
    Row,
    Team,
    TeamKind,
    User,
)
from tests.service.steps import a_draft
from tests.service.world import World

Kept = TypeVar("Kept", bound=Row)
YESTERDAY, TOMORROW = timedelta(days=-1), timedelta(days=1)


def an_organization(world: World, name: str) -> Organization:
    return Organization(
        kind=OrganizationKind.SOCIETY, name=name, name_key=name, region_code="630000", association_id=world.city.id
    )


def an_expert(world: World, name: str, entered_by: User, user_id: str | None = None) -> Expert:
    return Expert(
        name=name,
        name_key=name,
        region_code="630000",
        association_id=world.city.id,
        association_path=world.city.path,
        created_by_id=entered_by.id,
        user_id=user_id,
    )


def a_post(user: User, place: Association, role: PostRole, since: date, until: date | None = None) -> Post:
    return Post(user_id=user.id, association_id=place.id, department=role, role=role, since=since, until=until)


def a_team(name: str, leader: Expert, society: Organization, since: date, until: date) -> Team:
    return Team(
        name=name,
        kind=TeamKind.SQUAD,
        leader_id=leader.id,
        society_id=society.id,
        region_code="630000",
        term_since=since,
        term_until=until,
    )


def add(session: Session, *rows: Kept) -> tuple[Kept, ...]:
    session.add_all(rows)
    session.flush()
    return rows


class Held:
    """A person with everything one can have, each beside one of the kind that is over, not begun or somebody else's."""

    def __init__(self, world: World, session: Session) -> None:
        day = today()
        self.user, other = add(session, User(name="全", must_change_password=True), User(name="别人"))
        current, left, of_other = add(session, *(an_organization(world, name) for name in ("在", "离", "别")))
        self.organization = current
        add(
            session,
            Membership(user_id=self.user.id, organization_id=current.id, role=MembershipRole.CONTACT),
            Membership(user_id=self.user.id, organization_id=left.id, role=MembershipRole.MANAGER, ended_at=now()),
            Membership(user_id=other.id, organization_id=of_other.id, role=MembershipRole.MANAGER),
            a_post(self.user, world.county, PostRole.CLERK, day, day),
            a_post(self.user, world.city, PostRole.TECH_MANAGER, day + YESTERDAY),
            a_post(self.user, world.province, PostRole.LEAD, day + TOMORROW),
            a_post(self.user, world.other_city, PostRole.LEAD, day + 2 * YESTERDAY, day + YESTERDAY),
            a_post(other, world.other_city, PostRole.LEAD, day),
        )
        self.expert, colleague = add(
            session, an_expert(world, "本人", other, user_id=self.user.id), an_expert(world, "同行", other)
        )
        self.team, _, _, others_team = add(
            session,
            a_team("在期", self.expert, current, day, day),
            a_team("过期", self.expert, current, day + YESTERDAY, day + YESTERDAY),
            a_team("未始", self.expert, current, day + TOMORROW, day + TOMORROW),
            a_team("别人", colleague, current, day, day),
        )
        self.needs = [a_need(world, session) for _ in range(9)]
        own = (
            (HolderKind.EXPERT, self.expert.id),
            (HolderKind.TEAM, self.team.id),
            (HolderKind.SOCIETY, current.id),
            (HolderKind.ASSOCIATION, world.county.id),
            (HolderKind.TECH_MANAGER, self.user.id),
        )
        not_own = (
            (HolderKind.TEAM, others_team.id),
            (HolderKind.SOCIETY, left.id),
            # The post there does not handle needs.
            (HolderKind.ASSOCIATION, world.city.id),
        )
        for number, (kind, each) in enumerate((*own, *not_own)):
            add(session, self._grant(number, kind, each, PublicityLevel.INVITED))
        ended = self._grant(8, HolderKind.EXPERT, self.expert.id, PublicityLevel.SIGNED)
        ended.ended_at = now()
        # Of two grants of one need the further counts, whichever comes first.
        signed = self._grant(0, HolderKind.TEAM, self.team.id, PublicityLevel.SIGNED)
        add(session, ended, signed)
        add(
            session,
            NeedOwner(need_id=self.needs[1], organization_id=current.id),
            NeedOwner(need_id=self.needs[2], organization_id=left.id),
        )

    def _grant(self, number: int, kind: HolderKind, holder_id: str, level: PublicityLevel) -> DisclosureGrant:
        cause = f"invitation:{number}{level}"
        return DisclosureGrant(need_id=self.needs[number], holder=holder_key(kind, holder_id), cause=cause, level=level)


def a_need(world: World, session: Session) -> str:
    need = Need(
        organization_id=world.company.id,
        created_by_id=world.people["盐湖厂马工"],
        association_id=world.county.id,
        association_path=world.county.path,
        origin_path=world.county.path,
    )
    return add(session, need)[0].id


def test_a_person_is_what_holds_today_and_nothing_else(world: World) -> None:
    with world.services.database.writing() as session:
        held = Held(world, session)
        found = actor_of(session, held.user, frozenset({"need.view"}))

    invited, signed = PublicityLevel.INVITED, PublicityLevel.SIGNED
    assert found == Actor(
        held.user.id,
        posts=(
            Standing(world.city.id, world.city.path, "tech_manager", PostRole.TECH_MANAGER),
            Standing(world.county.id, world.county.path, "clerk", PostRole.CLERK),
        ),
        organizations={held.organization.id: MembershipRole.CONTACT},
        expert_id=held.expert.id,
        team_ids=frozenset({held.team.id}),
        grants={held.needs[0]: signed} | dict.fromkeys(held.needs[1:5], invited),
        must_change_password=True,
        co_owned=frozenset({held.needs[1]}),
        scopes=frozenset({"need.view"}),
        name="全",
    )


def test_by_a_link_one_is_the_expert_and_nothing_more(world: World) -> None:
    with world.services.database.writing() as session:
        held = Held(world, session)
        found = actor_by_link(session, held.expert.id, "invitation:x", held.needs[1], frozenset({"need.view"}))
        elsewhere = actor_by_link(session, held.expert.id, "invitation:x", held.needs[2], frozenset())

    assert found == Actor(
        None,
        expert_id=held.expert.id,
        team_ids=frozenset({held.team.id}),
        grants={held.needs[1]: PublicityLevel.INVITED},
        scopes=frozenset({"need.view"}),
        link="invitation:x",
    )
    # What the society of the expert's account was shown is not shown by a link.
    assert elsewhere.grants == {}


def test_whoever_has_nothing_is_nobody_in_particular(world: World) -> None:
    with world.services.database.reading() as session:
        found = world.actor(session, "路人吴芳")

    assert found == Actor(world.people["路人吴芳"], name="路人吴芳")


def test_a_person_is_read_in_one_statement(world: World) -> None:
    a_draft(world)
    with world.services.database.reading() as session:
        user = session.get_one(User, world.people["盐湖厂马工"])
        statements: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *given: statements.append(given[2]))
        actor_of(session, user)

    assert len(statements) == 1
