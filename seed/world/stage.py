"""Where the stories of the demo world are told: who acts, when, and in what order.

A story is a generator: it acts and then yields how many working days pass before it goes on (0: later on the same
day). All stories are told together, day by day, so that numbers, slots and reminders come as they would have come.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlmodel import Session

from seed.world import texts
from service.actors import SYSTEM, Actor, actor_of
from service.clock import BEIJING, now, stopped_at
from service.models import User
from service.services import Services
from service.usecases.accounts import create_user
from service.worker import Worker

Story = Iterator[int]
_OPENS, _CLOSES = 9 * 60 + 10, 17 * 60 + 20
_MORNING, _EVENING = 9 * 60, 17 * 60 + 40


@dataclass(frozen=True)
class Crew:
    """Workers for the different times of the history. from_ago: when they have to do with needs for the first time."""

    early: Worker
    each_morning: Worker
    at_once: Worker
    at_the_end: Worker
    from_ago: int

    def morning(self, *, ago: int) -> Worker:
        return self.early if ago > self.from_ago else self.each_morning


@dataclass
class Stage:
    """people: their names → ids of their accounts. days: working days, the last one is the end of the history."""

    services: Services
    crew: Crew
    days: Sequence[date]
    random: Random
    people: dict[str, str] = field(default_factory=dict)
    password_hash: str = ""
    _numbers: int = 0

    @contextmanager
    def as_(self, who: str) -> Iterator[tuple[Session, Actor]]:
        """One transaction in which this person acts; "" is the system."""
        with self.services.database.writing() as session:
            yield session, self.actor(session, who)

    def actor(self, session: Session, who: str) -> Actor:
        return actor_of(session, session.get_one(User, self.people[who])) if who else SYSTEM

    def person(self, session: Session, name: str, *, role: str = "", is_administrator: bool = False) -> str:
        """An account; role: what the page of the demo calls it, see service.rules.demo_roles."""
        self._numbers += 1
        user = create_user(
            session,
            SYSTEM,
            name=name,
            mobile=texts.mobile(self._numbers),
            user_name=role,
            password_hash=self.password_hash if role else "",
            is_administrator=is_administrator,
        )
        user.must_change_password = False
        session.add(user)
        self.people[name] = user.id
        return user.id

    def by_phone(self, asked_by: str, channel: str = "phone") -> dict[str, Any]:
        """Whose word it was, a few minutes ago."""
        return {"asked_by": asked_by, "channel": channel, "asked_at": now() - timedelta(minutes=9)}

    def work(self) -> None:
        """What the worker of an installation would have done by now."""
        self.crew.at_once.run_pending()


@dataclass(order=True)
class _Turn:
    day: int
    minute: int
    number: int
    story: Story = field(compare=False)


class Timeline:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._turns: list[_Turn] = []
        self._added = 0

    def add(self, story: Story, *, ago: int) -> None:
        """ago: it begins so many working days before the end."""
        self._push(len(self._stage.days) - 1 - ago, self._some_time(), story)

    def tell(self, epilogue: Callable[[], None]) -> None:
        """All of it. epilogue: what happens on the last evening, when the worker is done.

        Raises RuntimeError for a story that would go on after the end.
        """
        stage = self._stage
        for day in range(len(stage.days)):
            with stopped_at(self._moment(day, _MORNING)):
                stage.crew.morning(ago=len(stage.days) - 1 - day).run_pending()
            while self._turns and self._turns[0].day == day:
                turn = heapq.heappop(self._turns)
                with stopped_at(self._moment(day, turn.minute)):
                    self._go_on(turn)
        if self._turns:
            raise RuntimeError(f"{len(self._turns)} stories go on after the end")
        with stopped_at(self._moment(len(stage.days) - 1, _EVENING)):
            stage.crew.at_the_end.run_pending()
            epilogue()

    def _go_on(self, turn: _Turn) -> None:
        pause = next(turn.story, None)
        if pause is None:
            return
        if pause == 0:
            self._push(turn.day, min(turn.minute + self._stage.random.randint(12, 55), _CLOSES), turn.story)
        else:
            self._push(turn.day + pause, self._some_time(), turn.story)

    def _push(self, day: int, minute: int, story: Story) -> None:
        if day < 0:
            raise RuntimeError("a story begins before the first day")
        self._added += 1
        heapq.heappush(self._turns, _Turn(day, minute, self._added, story))

    def _some_time(self) -> int:
        return self._stage.random.randint(_OPENS, _CLOSES - 40)

    def _moment(self, day: int, minute: int) -> datetime:
        return datetime.combine(self._stage.days[day], time(minute // 60, minute % 60), BEIJING)
