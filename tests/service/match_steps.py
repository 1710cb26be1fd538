"""Steps from an accepted need to an answered invitation, for tests, by people of the small world."""

from __future__ import annotations

from pathlib import Path

from matching import MatchingSettings
from service.actors import actor_of
from service.matcher import Matcher
from service.models import ExpertState, User
from service.schemas.experts import ExpertSettings, NewExpert
from service.schemas.invitations import AcceptInput, DeclineInput, InviteInput
from service.schemas.matches import MatchRunOut, ReviewInput
from service.schemas.recommendations import ChoiceInput, RecommendationOut
from service.tasks import tasks_of
from service.usecases import answers, experts, invitations, matches, recommendation_views, recommendations
from service.usecases.match_views import show
from service.usecases.needs import find
from service.worker import Worker
from tests.service.steps import a_submitted_need, act
from tests.service.world import World

KNOWS = {
    "李锂": "盐湖提锂吸附剂容量衰减机理与现场再生",
    "赵风": "风电机组叶片结冰监测",
    "钱田": "青稞病虫害绿色防控",
    "孙铁": "高原铁路冻土路基监测",
}


def matcher_by_words(tmp_path: Path) -> Matcher:
    """The model has tests of its own."""
    return Matcher(MatchingSettings(data_dir=tmp_path, encoder="keyword"))


def ranking_by_words(world: World, tmp_path: Path) -> Worker:
    """As after a start."""
    return Worker(world.services, tasks_of(world.services, matcher_by_words(tmp_path)))


def an_expert(world: World, name: str, **changes: object) -> str:
    """Verified and willing, unless the changes (of the settings) say otherwise."""
    with world.services.database.writing() as session:
        user = User(name=name, user_name=name)
        session.add(user)
        session.flush()
        world.people[name] = user.id
        actor = world.actor(session, "格尔木赵静")
        content = NewExpert.model_validate({"name": name, "region_code": "632801", "profile": KNOWS[name]})
        expert = experts.create(session, world.services, actor, content)
        expert.user_id, expert.state = user.id, ExpertState.VERIFIED
        session.add(expert)
        session.flush()
        chosen = ExpertSettings.model_validate({"version": expert.version, "takes_part": True} | changes)
        experts.change_settings(session, world.services, actor_of(session, user), expert.id, chosen)
        return expert.id


def a_matched_need(world: World, worker: Worker) -> str:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "accept")
    worker.run_pending()
    return need_id


def seen_by(world: World, name: str, need_id: str) -> MatchRunOut:
    with world.services.database.reading() as session:
        return show(session, *matches.latest(session, world.actor(session, name), need_id))


def review(world: World, need_id: str, verdict: str, *chosen: str, reason: str = "", version: int = 1) -> MatchRunOut:
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        given = ReviewInput.model_validate(
            {"version": version, "verdict": verdict, "reason": reason, "chosen": list(chosen)}
        )
        matches.review(session, world.services, actor, need_id, given)
    return seen_by(world, "格尔木赵静", need_id)


TERMS = {
    "question": "请看看吸附剂容量为什么半年就掉。\n需要半天时间。",
    "expected_hours": 4,
    "mode": "online",
    "fee_kind": "free",
    "contact_name": "赵静",
    "contact_phone": "0979-8412345",
}
PROXY = {"asked_by": "李锂", "channel": "phone", "asked_at": "2026-11-23T09:00:00+08:00"}


def list_of(world: World, name: str, need_id: str) -> RecommendationOut:
    """What was recommended, as this person sees it."""
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        return recommendation_views.show(session, actor, recommendations.current(session, actor, need_id))


def choose(world: World, name: str, need_id: str, **given: object) -> RecommendationOut:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = recommendations.current(session, actor, need_id).subject.version
        content = ChoiceInput.model_validate({"version": version} | given)
        case = recommendations.choose(session, world.services, actor, need_id, content)
        return recommendation_views.show(session, actor, case)


def invite(world: World, name: str, need_id: str, *recommended: str, **changes: object) -> list[str]:
    """The ids of the invitations sent."""
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = find(session, actor, need_id).version
        content = InviteInput.model_validate(TERMS | {"version": version, "recommended": list(recommended)} | changes)
        return [each.id for each in invitations.invite(session, world.services, actor, need_id, content)]


def accept(world: World, name: str, invitation_id: str, **given: object) -> str:
    """The id of the consultation it opened."""
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = invitations.find(session, actor, invitation_id).subject.version
        content = AcceptInput.model_validate({"version": version, "no_conflict": True, "keeps_secret": True} | given)
        return answers.accept(session, world.services, actor, invitation_id, content)[1].id


def decline(world: World, name: str, invitation_id: str, **given: object) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = invitations.find(session, actor, invitation_id).subject.version
        content = DeclineInput.model_validate({"version": version, "reason": "time"} | given)
        answers.decline(session, world.services, actor, invitation_id, content)


def a_chosen_need(world: World, worker: Worker, *names: str) -> tuple[str, list[str]]:
    """(need, ids on the list in order): matched, reviewed and picked by the company, in this order."""
    ids = [an_expert(world, name) for name in names]
    need_id = a_matched_need(world, worker)
    review(world, need_id, "supplement", *(f"expert:{each}" for each in ids), reason="另有熟悉现场的")
    listed = [party.id for party in list_of(world, "盐湖厂马工", need_id).parties]
    choose(world, "盐湖厂马工", need_id, picked=listed)
    return need_id, listed
