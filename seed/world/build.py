"""Builds the demo world into an empty, migrated database."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from seed.world import besides, founding, knowing, plan, texts
from seed.world.founding import Places
from seed.world.knowing import Knowing
from seed.world.plan import Planned
from seed.world.stage import Crew, Stage, Story, Timeline
from seed.world.steps import Ask
from service.clock import BEIJING, now, stopped_at
from service.passwords import keeper
from service.services import Services
from service.tasks import PERIODIC
from service.usecases.installation import mark_demo
from service.worker import Task, Worker

_EACH_MORNING = tuple(each for each in PERIODIC if each.name in ("clock.pass", "clock.remind"))
_SEED = 20_260_801
# So many working days of history; the first weeks are for people to come in.
_HISTORY = 170
_EXPERTS_AGO, _EXPERTS_A_DAY = 164, 8
_SQUADS_AGO, _NEEDS_AGO = 120, 113
# Achievements that are not published yet, or no more: how long ago they began.
_WAITING = {"draft": 4, "submitted": 2, "more_info": 5, "rejected": 18, "withdrawn": 40}
_OFFERS = ("put_forward", "offered", "decline", "offered", "withdraw", "offered")
_PAPERS = (("issued", 6), ("reviewed", 2), ("returned", 3), ("withdrawn", 5), ("drafted", 1))
# What may be shown to the public when it went well, if its story began so long ago.
_SHOWABLE, _OLD_ENOUGH = ("completed", "unconfirmed", "ongoing", "to_confirm", "partly", "disputed"), 13

_WAITS = ("recommended", "to_invite", "inviting", "more_info", "to_society")
_GOING_ON = ("ongoing", "partly", "to_minute", "scheduled", "to_confirm")


@dataclass(frozen=True)
class Scale:
    experts: int = 300
    needs: int = 120
    squads: int = 25
    achievements: int = 60


FULL = Scale()


def build(services: Services, tasks: Mapping[str, Task], scale: Scale = FULL) -> None:
    """The same world each time, ending with the last working day that is over.

    services: their settings must have switched on `besides.PUBLICITY` to be signed. tasks: what the worker can do.
    """
    stage = Stage(services, _crew(services, tasks), _days(services, now()), Random(_SEED))
    stage.password_hash = keeper().hash(secrets.token_urlsafe(24))
    with stopped_at(datetime.combine(stage.days[0], time(8, 30), BEIJING)):
        with services.database.writing() as session:
            mark_demo(session)
        places = founding.found(stage)
    people = Knowing(knowing.cast(stage, places, scale.experts, until_now=stage.days[-1].year))
    World(stage, Timeline(stage), places, people, scale).tell()


@dataclass
class World:
    stage: Stage
    timeline: Timeline
    places: Places
    people: Knowing
    scale: Scale
    needs: list[Planned] = field(default_factory=list)

    def tell(self) -> None:
        timeline, stage, places, people = self.timeline, self.stage, self.places, self.people
        for number in range(len(places.societies)):
            timeline.add(founding.society(stage, places, number), ago=_HISTORY - 1)
        for number, firm in enumerate(places.companies):
            ago = _HISTORY - 2 - number // 2 if firm.is_verified else 1
            timeline.add(founding.company(stage, places, number), ago=max(ago, 1) + (not firm.is_verified))
        self._experts()
        timeline.add(knowing.squads(stage, people, self.scale.squads), ago=_SQUADS_AGO)
        self._achievements()
        timeline.add(self._plan_needs(), ago=_NEEDS_AGO)
        timeline.tell(self._last_evening)

    def _experts(self) -> None:
        roles = {self.people.experts[0].name: "demo-expert", self.people.experts[1].name: "demo-leader"}
        early = [each for each in self.people.experts if each.fate != "claimed"]
        late = [each for each in self.people.experts if each.fate == "claimed"]
        for number, start in enumerate(range(0, len(early), _EXPERTS_A_DAY)):
            group = early[start : start + _EXPERTS_A_DAY]
            story = knowing.joins(self.stage, self.places, group, roles)
            self.timeline.add(story, ago=_EXPERTS_AGO - number)
        for number, known in enumerate(late):
            self.timeline.add(knowing.joins(self.stage, self.places, [known], roles), ago=2 + number % 3)
        for number, known in enumerate(each for each in early if each.fate in ("dormant", "left")):
            self.timeline.add(knowing.later_leaves(self.stage, known), ago=_NEEDS_AGO + 2 + number % 3)

    def _achievements(self) -> None:
        writer = texts.Writer(self.stage.random, self.stage.days[-1].year)
        owners = [each for each in self.people.experts if each.fate == "verified"]
        for number in range(self.scale.achievements):
            fate = besides.achievement_fate(number, self.scale.achievements)
            known = owners[number * 7 % len(owners)]
            story = besides.achievement(self.stage, self.places, writer, known, number, fate)
            ago = 12 + number * 89 // self.scale.achievements if fate == "published" else _WAITING.get(fate, 20)
            self.timeline.add(story, ago=ago)

    def _plan_needs(self) -> Story:
        """Once the people they need are there."""
        self.needs = plan.planned(self.stage, self.places, self.people, self.scale.needs)
        for each in self.needs:
            self.timeline.add(each.told(), ago=each.ago)
        self._offers()
        self._papers()
        self._questions()
        self._calls()
        self.timeline.add(besides.outcomes_verified(self.stage, self.places), ago=3)
        self.timeline.add(besides.followed_up(self.stage, self.places), ago=1)
        yield from ()

    def _of(self, fate: str) -> list[Planned]:
        return [each for each in self.needs if each.fate == fate]

    def _offers(self) -> None:
        open_needs = [self._of("recommended")[0], *self._of("broker"), *self._of("to_invite"), *self._of("inviting")]
        for number, (fate, planned) in enumerate(zip(_OFFERS, open_needs, strict=False)):
            ask = planned.tale.ask
            fitting = self.people.of_field(ask.industry_field) or self.people.of_field("F06")
            self.timeline.add(besides.offer(ask, fitting[-1 - number % 2], fate), ago=1)

    def _papers(self) -> None:
        served = [each for fate in _SHOWABLE for each in self._of(fate) if each.ago > _OLD_ENOUGH]
        for planned, (fate, ago) in zip(served, _PAPERS, strict=False):
            self.timeline.add(besides.approval(self.stage, planned.tale.ask, fate), ago=ago)

    def _questions(self) -> None:
        stage, places, people = self.stage, self.places, self.people
        own = self._of("completed")[0].tale.ask
        self.timeline.add(_asks(stage, own), ago=7)
        someone = people.experts[4]
        for known, fate, ago in ((people.star, "open", 2), (someone, "withdrawn", 9)):
            clerk = places.clerk_of(known.region)
            self.timeline.add(besides.objection(stage, known.name, None, clerk, fate), ago=ago)
        gone = next(each for each in people.experts if each.fate == "left")
        unsure = next(each for each in people.experts if each.fate == "unclaimed")
        self.timeline.add(besides.erasure(stage, gone, "done"), ago=14)
        self.timeline.add(besides.erasure(stage, unsure, "withdrawn"), ago=11)
        self.timeline.add(_wants_to_leave(stage, self._of("ongoing")[0]), ago=1)

    def _calls(self) -> None:
        """But for the 企业 and the 专家 of the demo, whose buttons stay."""
        own = self.places.companies[0]
        waiting = [each.tale for fate in _WAITS for each in self._of(fate) if each.tale.ask.firm is not own]
        going_on = [each.tale for fate in _GOING_ON for each in self._of(fate) if not each.tale.star]
        secretary = self.places.societies[0].contact
        self.timeline.add(besides.calls_wanted(waiting, going_on, founding.DEMO_CLERK, secretary), ago=0)

    def _last_evening(self) -> None:
        """Accepted a minute ago; the machine has not looked yet."""
        for planned in self._of("accepted"):
            planned.tale.ask.act("accept", planned.tale.ask.clerk)


def _asks(stage: Stage, ask: Ask) -> Story:
    """Whoever looks after the need answers the company."""
    yield from besides.objection(stage, ask.firm.contact, ask.id, ask.clerk, "answered")


def _wants_to_leave(stage: Stage, planned: Planned) -> Story:
    """The expert of a consultation that goes on; known only once it does."""
    yield from besides.erasure(stage, planned.tale.expert, "waiting")


def _crew(services: Services, tasks: Mapping[str, Task]) -> Crew:
    """What nobody in the stories waits for is done once, at the end: everything that changed is read only once then."""
    some = {name: task for name, task in tasks.items() if name != "achievement.match"}
    before = {name: task for name, task in some.items() if name != "index.refresh"}
    return Crew(
        early=Worker(services, before, _EACH_MORNING),
        each_morning=Worker(services, some, _EACH_MORNING),
        at_once=Worker(services, some),
        at_the_end=Worker(services, tasks),
        from_ago=_NEEDS_AGO,
    )


def _days(services: Services, moment: datetime) -> Sequence[date]:
    """The last working days, until the one that is over."""
    calendar = services.clockwork.calendar
    day = moment.astimezone(BEIJING).date()
    found: list[date] = []
    while len(found) < _HISTORY:
        day -= timedelta(days=1)
        if calendar.is_working_day(day):
            found.append(day)
    return found[::-1]
