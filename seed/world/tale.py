"""The common course of a need's story, in parts that stories put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from seed.world.knowing import Knowing, Known, Squad
from seed.world.serving import Service
from seed.world.stage import Story
from seed.world.steps import Ask


@dataclass
class Tale:
    """star: the 专家 of the demo is asked first; squad: whom a 派单 goes to."""

    ask: Ask
    knowing: Knowing
    squad: Squad | None = None
    target: Ask | None = None
    star: bool = False
    referral: str = ""
    invited: str = ""
    expert: Known = field(init=False)
    service: Service = field(init=False)

    def known(self, party_id: str) -> Known:
        return next(each for each in self.knowing.experts if each.id == party_id)

    def begin(self) -> Story:
        """Handed in, accepted, matched."""
        self.ask.submit()
        yield 1
        self.ask.accept()

    def recommend(self) -> Story:
        yield from self.begin()
        yield 1
        self.ask.review(*([f"expert:{self.knowing.star.id}"] if self.star else []))

    def choose(self) -> Story:
        """The company picks two in order and says why not the third."""
        yield from self.recommend()
        yield 1
        listed = self.ask.listed()
        rejected = [{"id": each, "reason": "experience"} for each in listed[2:]]
        self.ask.choose(picked=listed[:2], rejected=rejected)

    def invite(self) -> Story:
        """invited: the first one's invitation."""
        yield from self.choose()
        yield 1
        first = self.ask.listed()[0]
        self.invited = self.ask.invite(first)[0]
        self.expert = self.known(self.ask.parties[first])

    def engage(self, **given: object) -> Story:
        yield from self.invite()
        yield 1
        by_phone = self.expert.name if self.ask.phone else ""
        served = self.ask.agree(self.invited, self.expert.name, by_phone=by_phone, **given)
        self.service = Service(self.ask, served, self.expert.name, by_phone=self.ask.phone)

    def meet(self, *, how_far: str) -> Story:
        """From the first call to the minutes."""
        yield 1
        self.service.attest()
        self.service.contact()
        if how_far == "contacted":
            return
        yield 1
        self.service.schedule(2)
        if how_far == "scheduled":
            yield 0
            self.service.reschedule(3)
            return
        yield 3
        if how_far == "missed":
            self.service.miss()
            return
        self.service.hold()
        if how_far == "to_minute":
            return
        yield 1
        self.service.minute()

    def close(self, reason: str = "solved") -> Story:
        """Signed by some, served for a while, asked to be closed."""
        yield 2
        if self.ask.number % 3 == 0:
            self.service.sign()
        yield 5
        self.service.request_closing(reason)
