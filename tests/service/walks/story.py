"""The small world in which everybody does whatever is offered to them, and the record of what was done there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, select

from matching import MatchingSettings
from service.actors import Actor
from service.clock import stopped_at
from service.errors import AppError
from service.matcher import Matcher
from service.models import Expert, Membership, MembershipRole, User
from service.schemas.common import ProxyInput
from service.schemas.experts import ExpertSettings
from service.services import Services
from service.tasks import tasks_of
from service.usecases import experts
from service.usecases.concerned import KINDS
from service.usecases.deadlines import pass_deadlines, remind
from service.worker import Worker
from tests.service.privacy.erasing import ADMIN, an_administrator
from tests.service.referral_steps import a_manager, a_world_of_referrals
from tests.service.team_steps import MEMBER, a_team_of_two, an_expert
from tests.service.ties.support import Company, both
from tests.service.world import World

STRANGER = "过路人"
EXPERTS = ("才让·多杰", MEMBER, "韩文", "李锂")
ONE_A_MONTH = "李锂"


class Thing(NamedTuple):
    """Anything that has a lifecycle: its kind, as its lifecycle is named, and its id."""

    kind: str
    id: str


class State(NamedTuple):
    state: str
    entered_at: datetime | None
    due_at: datetime | None
    version: int


class Refused(NamedTuple):
    """An act that was tried and refused, with what was said."""

    error: type[AppError]
    told: str


@dataclass
class Story:
    """moment: on its clock, which only rises. performed: (lifecycle, action) → how often. log: who did what."""

    world: World
    companies: tuple[Company, Company]
    team_id: str
    matcher: Matcher
    worker: Worker
    rng: Random
    moment: datetime
    performed: Counter[tuple[str, str]] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    _actors: dict[str, Actor] = field(default_factory=dict)

    @property
    def services(self) -> Services:
        return self.world.services

    @property
    def people(self) -> list[str]:
        """Everybody with an account, whoever they are."""
        with self.services.database.reading() as session:
            active = set(session.exec(select(User.id).where(User.is_active)))
        return [name for name, user_id in self.world.people.items() if user_id in active]

    @contextmanager
    def reading(self) -> Iterator[Session]:
        self._actors = {}
        with stopped_at(self.moment), self.services.database.reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self._actors = {}
        with stopped_at(self.moment), self.services.database.writing() as session:
            yield session

    def actor(self, session: Session, name: str) -> Actor:
        """As at the beginning of the transaction."""
        if name not in self._actors:
            self._actors[name] = self.world.actor(session, name)
        return self._actors[name]

    @property
    def proxy(self) -> ProxyInput:
        """On somebody's word, an hour ago."""
        asked_at = self.moment - timedelta(hours=1)
        return ProxyInput.model_validate({"asked_by": "马工", "channel": "phone", "asked_at": asked_at})

    def work(self) -> None:
        """The worker does what is due."""
        with stopped_at(self.moment):
            self.worker.run_pending()

    def wait(self, days: int) -> None:
        """Days go by; each morning the clock does what it has to."""
        for _ in range(days):
            self.moment = self.moment.replace(hour=1, minute=0) + timedelta(days=1)
            with stopped_at(self.moment):
                remind(self.services)
                pass_deadlines(self.services)


def a_story(services: Services, folder: Path, moment: datetime, seed: int) -> Story:
    """Two companies, five experts of whom one takes one case a month and one works for a company, a team, societies."""
    world = a_world_of_referrals(services)
    companies = both(world)
    an_administrator(world)
    a_manager(world, world.city.id)
    with services.database.writing() as session:
        for name in (STRANGER, ONE_A_MONTH):
            user = User(name=name, user_name=name)
            session.add(user)
            world.people[name] = user.id
        own = Membership(user_id=world.people[MEMBER], organization_id=companies[1].id, role=MembershipRole.CONTACT)
        session.add(own)
    _takes_one_a_month(world)
    matcher = Matcher(MatchingSettings(data_dir=folder / "index-of-the-walk", encoder="keyword"))
    worker = Worker(services, tasks_of(services, matcher))
    return Story(world, companies, a_team_of_two(world), matcher, worker, Random(seed), moment)


def _takes_one_a_month(world: World) -> None:
    expert_id = an_expert(world, ONE_A_MONTH)
    with world.services.database.writing() as session:
        version = session.get_one(Expert, expert_id).version
        wanted = ExpertSettings.model_validate({"version": version, "takes_part": True, "monthly_capacity": 1})
        experts.change_settings(session, world.services, world.actor(session, ONE_A_MONTH), expert_id, wanted)


def states(session: Session) -> dict[Thing, State]:
    """Of everything that has a lifecycle."""
    found = {}
    for name, kind in KINDS.items():
        table: Any = kind.table
        wanted: Any = select_columns(table.id, table.state, table.entered_at, table.due_at, table.version)
        for row in session.execute(wanted):
            found[Thing(name, row[0])] = State(str(row[1]), *row[2:])
    return found


__all__ = ["ADMIN", "EXPERTS", "STRANGER", "Refused", "State", "Story", "Thing", "a_story", "states"]
