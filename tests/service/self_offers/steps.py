"""Steps of a self-offer's story for tests."""

from __future__ import annotations

from service.schemas.common import ActionInput
from service.schemas.matches import MatchRunOut
from service.schemas.self_offers import SelfOfferInput, SelfOfferOut
from service.usecases import needs, self_offer_views, self_offers
from service.usecases.open_offers import answer_all_open
from service.worker import Worker
from tests.service.match_steps import a_matched_need, review
from tests.service.team_steps import MEMBER, expert
from tests.service.world import World

SOCIETY = "青海省盐湖学会（演示数据）"
OFFER = {
    "plan": "先取三根柱的样做容量和溶损分析，再给现场再生的步骤",
    "evidence": "2023 年为同类装置做过再生，容量恢复到九成",
    "timing": "下周可以开始，一个月出结论",
}


def said(world: World, kind: str, party_id: str, **changes: object) -> SelfOfferInput:
    return SelfOfferInput.model_validate(OFFER | {"party_kind": kind, "party_id": party_id} | changes)


def offer(world: World, name: str, need_id: str, kind: str, party_id: str, **changes: object) -> str:
    with world.services.database.writing() as session:
        given = said(world, kind, party_id, **changes)
        return self_offers.offer(session, world.services, world.actor(session, name), need_id, given).subject.id


def offer_oneself(world: World, name: str, need_id: str, **changes: object) -> str:
    return offer(world, name, need_id, "expert", expert(world, name), **changes)


def shown(world: World, name: str, offer_id: str) -> SelfOfferOut:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        return self_offer_views.show(session, actor, self_offers.find(session, actor, offer_id))


def listed(world: World, name: str) -> list[str]:
    with world.services.database.reading() as session:
        found, total = self_offers.page_of(session, world.actor(session, name))
    assert total == len(found)
    return [each.id for each in found]


def of_need(world: World, name: str, need_id: str) -> list[str]:
    with world.services.database.reading() as session:
        return [each.id for each in self_offers.of_need(session, world.actor(session, name), need_id)]


def act(world: World, name: str, offer_id: str, action: str, **given: object) -> SelfOfferOut:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = self_offers.find(session, actor, offer_id).subject.version
        content = ActionInput.model_validate({"version": version} | given)
        case = self_offers.act(session, world.services, actor, offer_id, action, content)
        return self_offer_views.show(session, actor, case)


def end(world: World, need_id: str) -> None:
    with world.services.database.writing() as session:
        need = needs.find(session, world.actor(session, "盐湖厂马工"), need_id)
        answer_all_open(session, world.services, need)


def a_reviewed_need(world: World, worker: Worker) -> tuple[str, MatchRunOut]:
    """Matched, and one expert recommended to the company."""
    need_id = a_matched_need(world, worker)
    return need_id, review(world, need_id, "supplement", f"expert:{expert(world, MEMBER)}", reason="熟悉老卤")
