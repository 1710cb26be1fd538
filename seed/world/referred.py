"""Stories of needs that are given to a society, a team or somebody outside (派单)."""

from __future__ import annotations

from seed.world.serving import Service, answer_referral, nominate, reassign, refer
from seed.world.stage import Story
from seed.world.stories import broker
from seed.world.tale import Tale


def to_society(tale: Tale) -> Story:
    """派单 that waits for its answer; left long enough, the clock ends it."""
    yield from tale.begin()
    yield 1
    tale.referral = refer(tale.ask, "society", tale.ask.places.society_of(tale.ask.industry_field).id)


def _secretary(tale: Tale) -> str:
    return tale.ask.places.society_of(tale.ask.industry_field).contact


def served_by_society(tale: Tale) -> Story:
    yield from to_society(tale)
    yield 1
    answer_referral(tale.ask, tale.referral, _secretary(tale), "accept")
    tale.service = Service(tale.ask, tale.ask.consultation(), _secretary(tale))
    yield from tale.meet(how_far="")


def nominated(tale: Tale) -> Story:
    yield from to_society(tale)
    yield 1
    own = [each.id for each in tale.knowing.of_field(tale.ask.industry_field)]
    nominate(tale.ask, tale.referral, _secretary(tale), *own[-2:])


def referral_declined(tale: Tale) -> Story:
    yield from to_society(tale)
    yield 1
    answer_referral(tale.ask, tale.referral, _secretary(tale), "decline", reason="conditions", note="仪器在检修。")
    tale.ask.stage.work()


def referral_withdrawn(tale: Tale) -> Story:
    yield from to_society(tale)
    yield 1
    answer_referral(tale.ask, tale.referral, tale.ask.clerk, "withdraw", note="企业希望先见专家本人，撤回派单。")
    tale.ask.stage.work()


def referral_reassigned(tale: Tale) -> Story:
    yield from to_society(tale)
    yield 1
    others = [each for each in tale.ask.places.societies if tale.ask.industry_field not in each.fields]
    reassign(tale.ask, tale.referral, _secretary(tale), "society", others[0].id)


def to_team(tale: Tale) -> Story:
    assert tale.squad is not None
    yield from tale.begin()
    yield 1
    tale.referral = refer(tale.ask, "team", tale.squad.id)


def served_by_team(tale: Tale) -> Story:
    assert tale.squad is not None
    yield from to_team(tale)
    yield 1
    answer_referral(tale.ask, tale.referral, tale.squad.leader.name, "accept")
    tale.service = Service(tale.ask, tale.ask.consultation(), tale.squad.leader.name)
    tale.service.name_members()
    yield from tale.meet(how_far="")


def outside(tale: Tale) -> Story:
    yield from broker(tale)
    yield 2
    refer(tale.ask, "outside", outside="省外某专业学会（演示数据）", note="省内没有对口的，请协助。")
