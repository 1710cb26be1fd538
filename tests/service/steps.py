"""Steps of a need's story for tests, each in a transaction of its own, by a person of the small world."""

from __future__ import annotations

from service.models import NeedState
from service.schemas.common import ActionInput
from service.schemas.needs import NewNeed
from service.usecases import need_acts, needs, organizations
from tests.service.world import World

CONTENT = {
    "title": "吸附剂用半年就吸不动锂了",
    "scene": "盐湖老卤提锂车间，吸附柱八台",
    "situation": "运行六个月后吸附容量从每克 8 毫克掉到 5 毫克，每年换一次料要停产二十天。",
    "targets": "容量年衰减不超过 5%",
    "industry_field": "F01",
    "service_type": "tech_service",
    "sub_problems": ["为什么衰减", "怎样现场再生"],
}


def a_draft(world: World, **changes: object) -> str:
    with world.services.database.writing() as session:
        content = NewNeed.model_validate(CONTENT | {"organization_id": world.company.id} | changes)
        return needs.create(session, world.services, world.actor(session, "盐湖厂马工"), content).id


def verify(world: World) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        company = organizations.find(session, actor, world.company.id)
        organizations.verify(
            session, world.services, actor, company.id, verified=True, note="营业执照已核", version=company.version or 0
        )


def act(world: World, name: str, need_id: str, action: str, **given: object) -> NeedState:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = needs.find(session, actor, need_id).version
        confirm = bool(given.pop("confirm_no_secrets", True))
        entered = ActionInput.model_validate({"version": version} | given)
        return need_acts.act(session, world.services, actor, need_id, action, entered, confirm_no_secrets=confirm).state


def a_submitted_need(world: World) -> str:
    verify(world)
    need_id = a_draft(world)
    act(world, "盐湖厂马工", need_id, "submit")
    return need_id
