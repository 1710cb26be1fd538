"""Which need has which fate, and when its story begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from seed.world import referred, stories, texts
from seed.world.founding import Firm, Places
from seed.world.knowing import Knowing
from seed.world.stage import Stage, Story
from seed.world.steps import Ask
from seed.world.tale import Tale


@dataclass(frozen=True)
class Fate:
    """length: working days that the story takes; rests: how long it stands where it ended, one after the other.

    count: how many needs of 120 have it.
    """

    story: Callable[[Tale], Story]
    length: int
    rests: tuple[int, ...]
    count: int = 1


FATES = {
    "draft": Fate(stories.draft, 0, (3, 1, 6, 2), 4),
    "submitted": Fate(stories.submitted, 0, (1, 0, 2), 5),
    "improved": Fate(stories.improved, 3, (1, 0)),
    "more_info": Fate(stories.more_info, 1, (3, 5, 2), 3),
    "left_alone": Fate(stories.more_info, 1, (22, 30), 2),
    "withdrawn": Fate(stories.withdrawn, 3, (12, 40, 55), 3),
    "accepted": Fate(stories.submitted, 0, (1,), 2),
    "matching": Fate(stories.matching, 1, (1, 0), 5),
    "matched_again": Fate(stories.matched_again, 10, (1,)),
    "merged": Fate(stories.merged, 2, (0,), 2),
    "broker": Fate(stories.broker, 2, (2, 4), 2),
    "outside": Fate(referred.outside, 4, (1,)),
    "recommended": Fate(stories.recommended, 2, (2, 1, 3), 4),
    "recommended_again": Fate(stories.recommended_again, 4, (1,)),
    "not_chosen_in_time": Fate(stories.recommended, 2, (16, 24), 2),
    "to_invite": Fate(stories.to_invite, 3, (1, 0), 3),
    "delegated": Fate(stories.delegated, 3, (1,)),
    "refused_all": Fate(stories.refused_all, 3, (1,)),
    "inviting": Fate(stories.inviting, 4, (2, 1, 3), 3),
    "not_answered": Fate(stories.inviting, 4, (8,)),
    "declined": Fate(stories.declined, 5, (1, 2), 2),
    "cancelled": Fate(stories.cancelled, 5, (1,)),
    "released": Fate(stories.released, 7, (1,)),
    "stopped": Fate(stories.stopped, 7, (2,)),
    "to_contact": Fate(stories.to_contact, 5, (1, 2), 2),
    "contacted": Fate(stories.contacted, 6, (2, 4), 2),
    "scheduled": Fate(stories.scheduled, 7, (1, 0), 3),
    "missed": Fate(stories.missed, 10, (2,)),
    "to_minute": Fate(stories.to_minute, 10, (1, 2), 2),
    "ongoing": Fate(stories.ongoing, 11, (4, 12, 20), 3),
    "partly": Fate(stories.partly, 11, (3, 6), 2),
    "to_confirm": Fate(stories.to_confirm, 18, (3, 1), 2),
    "disputed": Fate(stories.disputed, 19, (1,)),
    "resumed": Fate(stories.resumed, 21, (3,)),
    "unconfirmed": Fate(stories.unconfirmed, 18, (25, 40), 2),
    "aborted": Fate(stories.aborted, 13, (1,)),
    "closed_at_once": Fate(stories.closed_at_once, 2, (30, 61), 2),
    "to_society": Fate(referred.to_society, 2, (1, 0), 2),
    "society_silent": Fate(referred.to_society, 2, (5,)),
    "served_by_society": Fate(referred.served_by_society, 9, (3, 9), 2),
    "nominated": Fate(referred.nominated, 3, (1,)),
    "referral_declined": Fate(referred.referral_declined, 3, (1,)),
    "referral_withdrawn": Fate(referred.referral_withdrawn, 3, (1,)),
    "referral_reassigned": Fate(referred.referral_reassigned, 3, (1,)),
    "to_team": Fate(referred.to_team, 2, (1,)),
    "served_by_team": Fate(referred.served_by_team, 9, (5,)),
    "rejected": Fate(stories.rejected, 1, (20, 33, 47), 0),
    "completed": Fate(stories.completed, 20, (4, 9, 15, 22, 30, 38, 47, 56, 65, 74, 83, 92), 0),
}
# What the people of the demo's roles find: by field and place in it, with whether the 专家 of the demo is asked.
_ARRANGED = {
    ("F01", 0): ("recommended", False),
    ("F01", 1): ("to_confirm", False),
    ("F01", 2): ("inviting", True),
    ("F01", 3): ("scheduled", True),
    ("F01", 4): ("more_info", False),
    ("F01", 5): ("draft", False),
    ("F01", 6): ("completed", True),
    ("F01", 7): ("to_society", False),
    ("F01", 8): ("to_team", False),
    ("F10", 0): ("to_minute", True),
    ("F10", 1): ("served_by_team", False),
    ("F10", 2): ("submitted", False),
    ("F10", 3): ("matching", False),
    ("F10", 4): ("broker", False),
}
# So many of the first field are the demo company's.
_OWN = 7


@dataclass
class Planned:
    fate: str
    tale: Tale
    ago: int

    def told(self) -> Story:
        return FATES[self.fate].story(self.tale)


def planned(stage: Stage, places: Places, knowing: Knowing, count: int) -> list[Planned]:
    """Of every fate at least one, the arranged ones first; what is left over was completed."""
    open_fates = _fates(stage.random, count)
    found: list[Planned] = []
    used: dict[str, int] = {}
    for number, (industry_field, place, told) in enumerate(_told(count)):
        fate, star = _ARRANGED.get((industry_field, place), ("", False))
        fate = told.get("fate") or fate or next(open_fates)
        if fate in open_fates.left and not told.get("fate") and (industry_field, place) in _ARRANGED:
            open_fates.left.remove(fate)
        firm = _firm(places, industry_field, place, told)
        ask = Ask(stage, places, number, firm, industry_field, told, phone=_phones(firm, number))
        squad = knowing.squads[0] if fate in ("to_team", "served_by_team") else None
        rests = FATES[fate].rests
        rest = rests[used.get(fate, 0) % len(rests)]
        used[fate] = used.get(fate, 0) + 1
        found.append(Planned(fate, Tale(ask, knowing, squad, star=star), FATES[fate].length + rest))
    _give_targets(found)
    return found


class _Left(Iterator[str]):
    """The fates that nobody has yet; completed for ever after."""

    def __init__(self, left: list[str]) -> None:
        self.left = left

    def __next__(self) -> str:
        return self.left.pop(0) if self.left else "completed"


def _fates(random: Random, count: int) -> _Left:
    """One of each first, so that a small world has them all; then the rest, as in a large one."""
    once = [fate for fate, what in FATES.items() if what.count]
    again = [fate for fate, what in FATES.items() for _ in range(what.count - 1)]
    random.shuffle(once)
    random.shuffle(again)
    return _Left(once + again if count >= 2 * len(once) else once)


def _told(count: int) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """(field, place in it, texts): what is arranged, then what does not belong anywhere, then field by field."""
    by_field: dict[str, list[dict[str, Any]]] = {}
    for topic in texts.topics():
        by_field.setdefault(topic.field, []).append(topic.need)
    first = [(name, place, by_field[name][place]) for name, place in _ARRANGED]
    others = [
        (name, place, need)
        for place in range(max(map(len, by_field.values())))
        for name, needs in by_field.items()
        for need in needs[place : place + 1]
        if (name, place) not in _ARRANGED
    ]
    elsewhere = [(told["field"], 100 + place, told) for place, told in enumerate(texts.read("elsewhere.jsonl"))]
    yield from (first + elsewhere + others)[:count]


def _firm(places: Places, industry_field: str, place: int, told: dict[str, Any]) -> Firm:
    """Whose need it is: one of the field's; what belongs to no field, anybody's."""
    fitting = [each for each in places.companies if industry_field in each.fields and each.is_verified]
    if not fitting:
        fitting = [each for each in places.companies if each.is_verified]
    if industry_field == "F01" and place < _OWN:
        return fitting[0]
    if industry_field == "F01":
        return fitting[1 + place % 2]
    return fitting[place % len(fitting)]


def _phones(firm: Firm, number: int) -> bool:
    """Villages and cooperatives telephone, and now and then somebody else."""
    return "合作社" in firm.name or "村集体" in firm.name or (number % 9 == 5 and number > len(_ARRANGED))


def _give_targets(found: list[Planned]) -> None:
    """A merged need says in other words what another says that is open."""
    targets = [each for each in found if each.fate == "matching" and each.ago > 1]
    for place, joins in enumerate(each for each in found if each.fate == "merged"):
        target = targets[place % len(targets)].tale.ask
        joins.tale.target = target
        told = target.told
        joins.tale.ask.told = told | {
            "title": f"我们这里也一样：{told['title']}",
            "situation": f"和同行交流过，情况差不多。{told['situation']}",
        }
        joins.tale.ask.industry_field = target.industry_field
