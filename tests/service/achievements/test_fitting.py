"""A need shows fitting achievements, an achievement shows fitting needs, and neither says what is not everybody's."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.actors import Actor
from service.api.dependencies import current_actor
from service.api.routing import route_policies
from service.app import create_api
from service.errors import NotFound
from service.models import AchievementResult, Employment, Expert, ExpertState, Need, NeedResult
from service.rules.plain_text import identity_key
from service.usecases import need_acts
from service.worker import Worker
from tests.service import steps, team_steps
from tests.service.achievements.steps import (
    CONTENT,
    REVIEWER,
    act,
    draft,
    fitting_achievements,
    fitting_needs,
    published,
    save,
    seal,
)
from tests.service.match_steps import a_matched_need, seen_by
from tests.service.team_steps import LEADER, OTHER_SECRETARY, SECRETARY, expert
from tests.service.world import World

UNFIT = {"title": "青稞麸皮膳食纤维提取", "summary": "面向青稞加工厂的膳食纤维绿色提取，得率高，适合作烘焙原料添加。"}


def an_accepted_need(world: World, worker: Worker, **changes: object) -> str:
    need_id = steps.a_draft(world, **changes)
    steps.act(world, "盐湖厂马工", need_id, "submit")
    steps.act(world, "格尔木赵静", need_id, "accept")
    worker.run_pending()
    return need_id


def test_a_need_shows_fitting_achievements_with_quotes_of_both(world: World, worker: Worker) -> None:
    fitting, _ = published(world), published(world, **UNFIT)
    need_id = a_matched_need(world, worker)

    for name in ("盐湖厂马工", "格尔木赵静", "海西州李强"):
        [found] = fitting_achievements(world, name, need_id)
        assert (found.rank, found.achievement.id, found.achievement.title) == (1, fitting, CONTENT["title"])
        for pair in found.evidence:
            assert all(said in str(steps.CONTENT) for said in pair["need"]["text"].splitlines())
            assert pair["achievement"]["text"] in str(CONTENT["summary"])
        assert "容量" in {term for pair in found.evidence for term in pair["terms"]}
    with pytest.raises(NotFound):
        fitting_achievements(world, "西宁孙浩", draft(world))
    for name in (SECRETARY, "路人吴芳", REVIEWER):
        with pytest.raises(NotFound):
            fitting_achievements(world, name, need_id)


def test_people_are_found_as_if_there_were_no_achievements(world: World, worker: Worker) -> None:
    without = seen_by(world, "格尔木赵静", a_matched_need(world, worker))
    published(world)
    need_id = an_accepted_need(world, worker)

    with_them = seen_by(world, "格尔木赵静", need_id)

    told = [(match.party_id, match.band, match.parts) for match in without.matches]
    assert [(match.party_id, match.band, match.parts) for match in with_them.matches] == told


def test_an_achievement_shows_open_needs_posted_before_and_after_it(world: World, worker: Worker) -> None:
    before = a_matched_need(world, worker)
    achievement_id = published(world)
    assert fitting_needs(world, SECRETARY, achievement_id) == []
    worker.run_pending()
    assert [found.need.id for found in fitting_needs(world, SECRETARY, achievement_id)] == [before]

    after = an_accepted_need(world, worker, title="老卤提锂吸附剂怎样现场再生")

    for name in (SECRETARY, REVIEWER):
        found = fitting_needs(world, name, achievement_id)
        assert {each.need.id for each in found} == {before, after}
        assert [each.rank for each in found] == [1, 2]
        assert {each.need.organization for each in found} == {"海西蒙古族藏族自治州某企业"}
    for name in ("盐湖厂马工", "路人吴芳", OTHER_SECRETARY):
        with pytest.raises(NotFound):
            fitting_needs(world, name, achievement_id)


def test_needs_that_ended_or_were_sealed_or_say_something_else_are_not_shown(world: World, worker: Worker) -> None:
    achievement_id = published(world)
    steps.verify(world)
    ended, sealed, changed = (an_accepted_need(world, worker, title=f"第{n}条：吸附剂容量衰减") for n in "一二三")
    assert len(fitting_needs(world, SECRETARY, achievement_id)) == 3

    steps.act(world, "盐湖厂马工", ended, "withdraw", note="已自行解决")
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), sealed, note="疑似涉密")
        session.get_one(Need, changed).content_version += 1

    assert fitting_needs(world, SECRETARY, achievement_id) == []


def test_achievements_taken_back_sealed_or_of_an_owner_who_left_are_not_shown(world: World, worker: Worker) -> None:
    taken_back, sealed = published(world), published(world, title="盐湖吸附剂再生装置")
    of_expert = draft(world, LEADER, expert_id=expert(world, LEADER))
    act(world, LEADER, of_expert, "submit")
    act(world, "格尔木赵静", of_expert, "publish")
    need_id = a_matched_need(world, worker)
    shown = {found.achievement.id for found in fitting_achievements(world, "盐湖厂马工", need_id)}
    assert shown == {taken_back, sealed, of_expert}

    act(world, SECRETARY, taken_back, "revise")
    seal(world, REVIEWER, sealed)
    with world.services.database.writing() as session:
        session.get_one(Expert, expert(world, LEADER)).state = ExpertState.LEFT

    assert fitting_achievements(world, "盐湖厂马工", need_id) == []
    assert fitting_needs(world, SECRETARY, taken_back) == []
    assert fitting_needs(world, LEADER, of_expert) == []
    # Nor are they found again.
    worker.run_pending()
    assert fitting_achievements(world, "盐湖厂马工", an_accepted_need(world, worker)) == []


def test_the_achievement_of_an_expert_who_paused_is_found_again_once_they_are_back(
    world: World, worker: Worker
) -> None:
    fitting = draft(world, LEADER, expert_id=expert(world, LEADER))
    act(world, LEADER, fitting, "submit")
    act(world, "格尔木赵静", fitting, "publish")
    team_steps.act_on_expert(world, LEADER, expert(world, LEADER), "sleep")
    assert fitting_achievements(world, "盐湖厂马工", a_matched_need(world, worker)) == []

    team_steps.act_on_expert(world, LEADER, expert(world, LEADER), "wake")
    team_steps.act_on_expert(world, "格尔木赵静", expert(world, LEADER), "verify")

    need_id = an_accepted_need(world, worker)
    assert [each.achievement.id for each in fitting_achievements(world, "盐湖厂马工", need_id)] == [fitting]


def test_what_was_shown_with_a_matching_stays_until_the_achievement_says_something_else(
    world: World, worker: Worker
) -> None:
    achievement_id = published(world)
    need_id = a_matched_need(world, worker)
    frozen = fitting_achievements(world, "盐湖厂马工", need_id)
    published(world, title="盐湖吸附剂容量衰减在线监测")
    worker.run_pending()
    assert fitting_achievements(world, "盐湖厂马工", need_id) == frozen

    act(world, SECRETARY, achievement_id, "revise")
    save(world, SECRETARY, achievement_id, trl9=9)
    act(world, SECRETARY, achievement_id, "submit")
    act(world, REVIEWER, achievement_id, "publish")

    assert fitting_achievements(world, "盐湖厂马工", need_id) == []
    worker.run_pending()
    assert [found.need.id for found in fitting_needs(world, SECRETARY, achievement_id)] == [need_id]


def test_nobody_is_shown_what_is_their_own(world: World, worker: Worker) -> None:
    steps.verify(world)
    of_company = draft(world, "盐湖厂马工", organization_id=world.company.id)
    act(world, "盐湖厂马工", of_company, "submit")
    act(world, "格尔木赵静", of_company, "publish")
    of_expert = draft(world, LEADER, expert_id=expert(world, LEADER))
    act(world, LEADER, of_expert, "submit")
    act(world, "格尔木赵静", of_expert, "publish")
    with world.services.database.writing() as session:
        name, since = world.company.name, date(2020, 1, 1)
        session.add(
            Employment(
                expert_id=expert(world, LEADER),
                organization_name=name,
                organization_key=identity_key(name),
                since=since,
            )
        )

    need_id = an_accepted_need(world, worker)

    assert fitting_achievements(world, "格尔木赵静", need_id) == []
    assert [fitting_needs(world, "格尔木赵静", each) for each in (of_company, of_expert)] == [[], []]


def test_an_achievement_that_shows_nothing_publicly_is_not_found(world: World, worker: Worker) -> None:
    published(world, levels={"title": "invited", "summary": "invited"})

    assert fitting_achievements(world, "盐湖厂马工", a_matched_need(world, worker)) == []


class Ids(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "0"


def _answers(world: World, name: str, ids: Ids) -> dict[str, Any]:
    """What this person gets from every GET route, by path."""
    app = create_api(world.services)

    def actor() -> Actor:
        with world.services.database.reading() as session:
            return world.actor(session, name)

    app.dependency_overrides[current_actor] = actor
    client = TestClient(app)
    found = {}
    for route in route_policies(app):
        if "GET" in route.methods:
            path = route.path.format_map(ids)
            answer = client.get(path)
            found[path] = (answer.status_code, answer.text)
    return found


def test_no_answer_tells_a_stranger_what_is_not_public_of_either_side(world: World, worker: Worker) -> None:
    """Both sides share words that only their hidden fields hold."""
    canary, hidden_need = "锆掺杂尖晶石骨架七号料", "内部代号金丝燕再生线"
    achievement_id = published(
        world,
        summary=f"现场再生吸附剂，恢复容量，核心是{canary}，用于老卤提锂吸附柱，也适合{hidden_need}。",
        ip_status=f"专利：{canary}",
        levels={"summary": "invited", "ip_status": "signed"},
    )
    steps.verify(world)
    need_id = an_accepted_need(
        world,
        worker,
        situation=f"吸附容量从 8 毫克掉到 5 毫克，在{hidden_need}上用的是{canary}，每年停产二十天。",
        tried=f"{hidden_need}试过酸洗，{canary}溶损",
    )
    ids = {"need_id": need_id, "achievement_id": achievement_id}

    [to_company] = fitting_achievements(world, "盐湖厂马工", need_id)
    [to_owner] = fitting_needs(world, SECRETARY, achievement_id)
    assert canary not in json.dumps([pair["achievement"] for pair in to_company.evidence], ensure_ascii=False)
    assert hidden_need not in json.dumps([pair["need"] for pair in to_owner.evidence], ensure_ascii=False)
    assert (to_company.achievement.id, to_owner.need.id) == (achievement_id, need_id)
    for name in ("路人吴芳", OTHER_SECRETARY, LEADER):
        for path, (_, text) in _answers(world, name, Ids(ids)).items():
            assert canary not in text, path
            assert hidden_need not in text, path
    # The company reads its own words and none of the achievement's, the society the other way round.
    company, society = (_answers(world, name, Ids(ids)) for name in ("盐湖厂马工", SECRETARY))
    assert f"核心是{canary}" not in json.dumps(company, ensure_ascii=False)
    assert f"在{hidden_need}上" not in json.dumps(society, ensure_ascii=False)
    assert f"{hidden_need}试过" not in json.dumps(society, ensure_ascii=False)
    # Nor is it in what was found and kept.
    with world.services.database.reading() as session:
        kept = [pair["achievement"] for row in session.exec(select(AchievementResult)) for pair in row.evidence]
        kept += [pair["need"] for row in session.exec(select(NeedResult)) for pair in row.evidence]
    assert canary not in json.dumps(kept, ensure_ascii=False)
    assert hidden_need not in json.dumps(kept, ensure_ascii=False)


def test_hidden_words_of_a_need_find_it_for_nobody(world: World, worker: Worker) -> None:
    steps.verify(world)
    an_accepted_need(
        world,
        worker,
        title="一台设备总是出毛病",
        scene="某处车间里面",
        targets="不再出毛病就行",
        situation="磁悬浮轴承在低温下抖振，轴承间隙超差，转子动平衡也做过。",
        sub_problems=[],
    )
    achievement_id = published(
        world,
        title="磁悬浮轴承低温抖振抑制",
        summary="磁悬浮轴承低温抖振抑制，轴承间隙自适应，转子动平衡在线校正的成套方法。",
    )
    worker.run_pending()

    assert fitting_needs(world, SECRETARY, achievement_id) == []
