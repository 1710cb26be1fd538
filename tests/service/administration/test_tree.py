"""The tree of 科协 is corrected by administrators: names, regions, departments."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.errors import Conflict, Forbidden, Invalid, Stale
from service.models import Association, AuditEntry, Post
from service.schemas.associations import AssociationChange, DepartmentInput
from service.usecases import associations
from tests.service.administration.steps import ADMIN, make_administrator, write
from tests.service.conftest import MONDAY
from tests.service.world import World


def change(
    world: World, which: Association, name: str, region_code: str, version: int = 1, who: str = ADMIN
) -> Association:
    given = AssociationChange(name=name, region_code=region_code, version=version)
    return write(
        world, lambda session, _, actor: associations.change(session, world.services, actor, which.id, given), who
    )


def test_a_name_and_a_region_are_corrected_and_audited(world: World) -> None:
    make_administrator(world)

    found = change(world, world.other_city, "西宁市科学技术协会", "630100")

    assert (found.name, found.region_code, found.path, found.version) == (
        "西宁市科学技术协会",
        "630100",
        world.other_city.path,
        2,
    )
    with world.services.database.reading() as session:
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.subject_id == found.id)).all()
    assert acts == ["association.found", "association.change"]


def test_a_region_outside_is_refused_above_and_below(world: World) -> None:
    make_administrator(world)

    with pytest.raises(Invalid, match="不在“青海省科协”的范围内"):
        change(world, world.other_city, "西宁市科协", "520100")
    with pytest.raises(Invalid, match="下级“格尔木市科协”不在这个地区里"):
        change(world, world.city, "海西州科协", "630100")
    with pytest.raises(Stale):
        change(world, world.city, "海西州科协", "632800", version=3)
    with pytest.raises(Conflict):
        change(world, world.city, "西宁市科协", "632800")
    with pytest.raises(Forbidden):
        change(world, world.city, "海西州科协", "632800", who="省科协王敏")


def test_a_department_is_corrected_while_the_post_lasts(world: World) -> None:
    make_administrator(world)
    with world.services.database.reading() as session:
        post = session.exec(select(Post).where(Post.association_id == world.county.id)).one()

    def to(department: str, version: int) -> Post:
        given = DepartmentInput(department=department, version=version)
        return write(
            world,
            lambda session, _, actor: associations.change_department(session, world.services, actor, post.id, given),
        )

    assert to("组织人事部", 1).department == "组织人事部"
    with pytest.raises(Stale):
        to("科普部", 1)
    write(world, lambda session, _, actor: associations.end_post(session, actor, post.id, until=post.since))
    with pytest.raises(Conflict, match="已经离岗"):
        to("科普部", 3)
    assert post.since < MONDAY.date()
