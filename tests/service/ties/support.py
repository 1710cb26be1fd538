"""A second company with the same problem, and needs of both, for tests about similar, followed and merged needs."""

from __future__ import annotations

from dataclasses import dataclass

from service.models import Need, Organization, OrganizationKind
from service.schemas.needs import NewNeed
from service.schemas.organizations import OrganizationInput
from service.usecases import needs, organizations
from tests.service.steps import CONTENT, act, verify
from tests.service.world import World

OTHER_CODE = "91630100MADEM00220"
# Nearly the words of steps.CONTENT, as another company would write them.
LIKE_IT = {
    "title": "吸附剂用了半年就吸不动锂",
    "scene": "盐湖老卤提锂车间，吸附柱六台",
    "situation": "运行半年以后吸附容量从每克 8 毫克掉到 5 毫克，换一次料要停产半个月。",
    "targets": "容量年衰减不超过 6%",
}
UNLIKE = {
    "title": "青稞粉搁不过一季就变哈喇",
    "scene": "乡里的青稞加工坊，日产两吨",
    "situation": "夏天装袋三个月就有哈喇味，退货的越来越多，不想加防腐剂。",
    "targets": "常温保质期不少于 12 个月",
}


@dataclass(frozen=True)
class Company:
    id: str
    person: str


def both(world: World) -> tuple[Company, Company]:
    """The company of the small world (格尔木) and another one (西宁), verified."""
    verify(world)
    with world.services.database.writing() as session:
        content = OrganizationInput.model_validate(
            {
                "kind": OrganizationKind.ENTERPRISE,
                "name": "西宁高原新材有限公司（演示数据）",
                "credit_code": OTHER_CODE,
                "region_code": "630100",
            }
        )
        other = organizations.register(session, world.services, world.actor(session, "路人吴芳"), content)
    with world.services.database.writing() as session:
        clerk = world.actor(session, "西宁孙浩")
        version = session.get_one(Organization, other.id).version or 0
        organizations.verify(
            session, world.services, clerk, other.id, verified=True, note="营业执照已核", version=version
        )
    return Company(world.company.id, "盐湖厂马工"), Company(other.id, "路人吴芳")


def a_draft_of(world: World, company: Company, **changes: object) -> str:
    with world.services.database.writing() as session:
        content = NewNeed.model_validate(CONTENT | {"organization_id": company.id} | changes)
        return needs.create(session, world.services, world.actor(session, company.person), content).id


def submitted_by(world: World, company: Company, **changes: object) -> str:
    need_id = a_draft_of(world, company, **changes)
    act(world, company.person, need_id, "submit")
    return need_id


def accepted_of(world: World, company: Company, **changes: object) -> str:
    need_id = submitted_by(world, company, **changes)
    act(world, "省科协王敏", need_id, "accept")
    return need_id


def stored(world: World, need_id: str) -> Need:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id)
