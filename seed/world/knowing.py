"""The people who know something: 300 experts on their way into the directory, and the teams they make up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.formats import read_corpus
from seed.world import texts
from seed.world.founding import Firm, Places
from seed.world.stage import Stage, Story
from seed.world.texts import Topic
from service.models import Expert
from service.schemas.common import ActionInput, ProxyInput
from service.schemas.experts import ExpertSettings, NewExpert
from service.schemas.teams import TeamInput
from service.usecases import experts, team_members, teams

_OLD_FIELDS = {"盐湖": "F01", "清洁能源": "F02", "乡村振兴": "F04", "其他": "F06"}
_REGIONS = ("630100", "630100", "630100", "630200", "632801", "632800", "632500", "632700", "632200", "632300")
_MODES: tuple[list[str], ...] = (["tech_service", "tech_consulting"], [], [], [], [])


@dataclass
class Known:
    """An expert. fate: what becomes of them, see `_FATES`."""

    name: str
    field: str
    region: str
    content: dict[str, Any]
    society: Firm
    fate: str
    id: str = ""


@dataclass
class Squad:
    name: str
    leader: Known
    id: str = ""


@dataclass
class Knowing:
    """star: the 专家 of the demo; its 团长 leads the first of the squads."""

    experts: list[Known] = field(default_factory=list)
    squads: list[Squad] = field(default_factory=list)

    @property
    def star(self) -> Known:
        return self.experts[0]

    def of_field(self, industry_field: str) -> list[Known]:
        """Those who can be asked."""
        return [each for each in self.experts if each.field == industry_field and each.fate == "verified"]


def cast(stage: Stage, places: Places, count: int, *, until_now: int) -> list[Known]:
    """Everybody with their texts, before any of them has done anything. until_now: the year of the newest works."""
    writer, named = texts.Writer(stage.random, until_now), texts.names(stage.random)
    written = [each for each in read_corpus(texts.DATA.parent / "parties.jsonl") if each.kind == "expert"]
    topics, units = texts.topics(), texts.read("units.json")
    found = []
    taken = set(stage.people)
    for number in range(count):
        topic = topics[number % len(topics)]
        if number % 7 == 3 and number // 7 < len(written):
            old = written[number // 7]
            name = old.title.removesuffix("（演示）")
            industry_field = next(_OLD_FIELDS[tag] for tag in old.tags if tag in _OLD_FIELDS)
            content = {"profile": old.text, "works": [_work(item) for item in old.items]}
        else:
            name, industry_field = next(each for each in named if each not in taken), topic.field
            also = topics[(number * 5 + 1) % len(topics)]
            works = writer.works(topic, 2 + (number * 3) % 7, also=also if also.field == topic.field else None)
            content = {"profile": writer.profile(topic), "works": works}
        taken.add(name)
        region = _REGIONS[number % len(_REGIONS)]
        known = Known(name, industry_field, region, content, places.society_of(industry_field), _fate(number, count))
        content |= _facts(stage, number, known, units[industry_field])
        found.append(known)
    return found


def _work(item: Any) -> dict[str, Any]:
    return {"kind": item.kind, "year": item.year, "title": item.title, "text": item.text}


def _facts(stage: Stage, number: int, known: Known, units: list[str]) -> dict[str, Any]:
    unit = f"{stage.random.choice(units)}{texts.MARK}"
    since = f"{stage.days[0].year - 2 - number % 17}-07-01"
    return {
        "name": known.name,
        "professional_title": _title(stage, known.field),
        "organization_name": unit,
        "region_code": known.region,
        "mobile": texts.mobile(5_000 + number),
        "employments": [{"organization_name": unit, "position": "", "since": since}],
    }


def _title(stage: Stage, industry_field: str) -> str:
    """No 主任医师 for salt lakes."""
    people = texts.read("people.json")
    title: str = stage.random.choice(people["titles"])
    return title if industry_field in people["titles_of_fields"].get(title, [industry_field]) else "高级工程师"


# Of a hundred: so many are entered by others and have not answered yet, …; the rest are verified and take part.
_FATES = (("unclaimed", 8), ("claimed", 3), ("dormant", 2), ("left", 2), ("unwilling", 4), ("paused", 2), ("phone", 4))


def _fate(number: int, count: int) -> str:
    if number < 12:
        return "verified"
    place = number * 37 % 100
    for fate, share in _FATES:
        if place < share:
            return fate
        place -= share
    return "verified"


def joins(stage: Stage, places: Places, group: list[Known], roles: Mapping[str, str]) -> Story:
    """A handful on one day: some by themselves, some entered by their society; verified two days later.

    roles: name → role in the demo, of the two who have one.
    """
    for known in group:
        known.content["society_id"] = known.society.id
        known.content["branch_id"] = _branch(known)
        _enter(stage, places, known, role=roles.get(known.name, ""))
    if all(known.fate == "unclaimed" for known in group):
        return
    yield 1
    with stage.as_("") as (session, _):
        for known in group:
            if known.fate == "phone":
                # Who was entered by telephone comes by, is given an account, and claims.
                user_id = stage.person(session, known.name)
                clerk = stage.actor(session, places.clerk_of(known.region))
                version = session.get_one(Expert, known.id).version or 0
                experts.connect(session, clerk, known.id, user_id=user_id, version=version)
                _act(stage, session, known.name, known, "claim")
    yield 1
    with stage.as_("") as (session, _):
        for known in group:
            if known.fate not in ("unclaimed", "claimed"):
                _act(stage, session, places.clerk_of(known.region), known, "verify")
                if known.fate != "unwilling":
                    _take_part(stage, session, known)


def _branch(known: Known) -> str | None:
    """Most belong to one of their society's, if it has any."""
    branches = known.society.branch_ids
    turn = int(known.content["mobile"]) % (len(branches) + 1)
    return branches[turn] if turn < len(branches) else None


def _enter(stage: Stage, places: Places, known: Known, *, role: str) -> None:
    by_others = known.fate in ("unclaimed", "phone")
    with stage.as_("") as (session, _):
        if not by_others:
            stage.person(session, known.name, role=role)
        content = NewExpert.model_validate(known.content | {"for_myself": not by_others})
        who = known.name
        if known.fate == "unclaimed":
            who = known.society.contact
        if known.fate == "phone":
            who = places.clerk_of(known.region)
            content = content.model_copy(update={"proxy": _proxy(stage, known.name)})
        known.id = experts.create(session, stage.services, stage.actor(session, who), content).id


def _proxy(stage: Stage, name: str) -> Any:
    return ProxyInput.model_validate(stage.by_phone(name))


def _act(stage: Stage, session: Any, who: str, known: Known, action: str, note: str = "") -> None:
    version = session.get_one(Expert, known.id).version or 0
    given = ActionInput.model_validate({"version": version, "note": note})
    experts.act(session, stage.services, stage.actor(session, who), known.id, action, given)


def _take_part(stage: Stage, session: Any, known: Known) -> None:
    number = stage.random.randint(0, 4)
    given = {
        "version": session.get_one(Expert, known.id).version,
        "takes_part": True,
        "monthly_capacity": 6,
        "service_types": _MODES[number] if known.fate != "verified" else [],
    }
    if known.fate == "paused":
        given["paused_until"] = stage.days[-1].replace(day=28)
    experts.change_settings(
        session, stage.services, stage.actor(session, known.name), known.id, ExpertSettings.model_validate(given)
    )


def later_leaves(stage: Stage, known: Known) -> Story:
    """Some sleep for a while or go, and say why."""
    action, note = ("sleep", "出国访学一年，回来再接") if known.fate == "dormant" else ("leave", "已退休，不再参与")
    with stage.as_("") as (session, _):
        _act(stage, session, known.name, known, action, note)
    yield from ()


def squads(stage: Stage, knowing: Knowing, count: int) -> Story:
    """Teams, founded by the secretary of a society and agreed to by its experts."""
    writer = texts.Writer(stage.random, stage.days[-1].year)
    topics = texts.topics()
    for number in range(count):
        # The first is the 团长's of the demo, in another field than the demo's 专家.
        topic = topics[1] if number == 0 else topics[(number * 13) % len(topics)]
        people = [each for each in knowing.of_field(topic.field) if each is not knowing.star]
        people = [each for each in people if each.name not in {squad.leader.name for squad in knowing.squads}]
        _found(stage, knowing, number, topic, writer, people)
        if number % 4 == 3:
            yield 1


_KINDS = (
    ("squad", "科技服务队"),
    ("corps", "科技服务团"),
    ("volunteer", "科技志愿服务队"),
    ("village_group", "进村入户专家组"),
)


def _found(
    stage: Stage, knowing: Knowing, number: int, topic: Topic, writer: texts.Writer, people: list[Known]
) -> None:
    leader, members = people[0], people[1 : 3 + number % 3]
    kind, ending = _KINDS[number % len(_KINDS)]
    squad = Squad(f"{topic.subject}{ending}{texts.MARK}", leader)
    with stage.as_(leader.society.contact) as (session, actor):
        content = {
            "name": squad.name,
            "kind": kind,
            "leader_id": leader.id,
            "society_id": leader.society.id,
            "region_code": leader.region,
            "profile": writer.team(topic),
            "term_since": stage.days[0],
            "term_until": stage.days[-1].replace(year=stage.days[-1].year + 1, day=28),
        }
        squad.id = teams.found(session, stage.services, actor, TeamInput.model_validate(content)).id
        for member in members:
            team_members.invite(session, actor, squad.id, member.id)
        for member in (leader, *members[: len(members) - number % 2]):
            team_members.consent(session, stage.actor(session, member.name), squad.id)
    knowing.squads.append(squad)
