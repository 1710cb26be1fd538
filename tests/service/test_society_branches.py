"""The level of a society, its branches (专委会), and the experts who belong to one."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import AuditEntry, Expert
from service.schemas.experts import NewExpert, SavedExpert
from service.schemas.organizations import BranchInput, ChangedBranch, OrganizationInput
from service.usecases import experts, organizations, society_branches
from service.usecases.expert_views import show
from tests.service.team_steps import a_society
from tests.service.world import World

SECRETARY, CLERK, ELSEWHERE, STRANGER = "路人吴芳", "西宁孙浩", "格尔木赵静", "盐湖厂马工"
NAME, CODE = "青海省盐湖学会（演示数据）", "51630000MADEM0021U"


@pytest.fixture
def society_id(world: World) -> str:
    return a_society(world, SECRETARY, NAME, CODE)


def found(world: World, society_id: str, name: str = "盐湖化工专业委员会", *, by: str = SECRETARY) -> str:
    with world.services.database.writing() as session:
        actor, content = world.actor(session, by), BranchInput(name=name)
        return society_branches.found(session, world.services, actor, society_id, content).id


def change(world: World, branch_id: str, by: str = SECRETARY, **changes: object) -> None:
    with world.services.database.writing() as session:
        given = {"name": "盐湖化工专业委员会", "version": 1} | changes
        content = ChangedBranch.model_validate(given)
        society_branches.change(session, world.services, world.actor(session, by), branch_id, content)


def listed(world: World, society_id: str, by: str = SECRETARY) -> list[tuple[str, bool, int]]:
    with world.services.database.reading() as session:
        shown = society_branches.listed(session, world.actor(session, by), society_id)
        return [(each.name, each.is_closed, each.experts) for each in shown]


def an_expert(world: World, society_id: str, branch_id: str | None, name: str = "李锂") -> str:
    given = {"name": name, "region_code": "630100", "society_id": society_id, "branch_id": branch_id}
    with world.services.database.writing() as session:
        content = NewExpert.model_validate(given)
        return experts.create(session, world.services, world.actor(session, SECRETARY), content).id


def move(world: World, expert_id: str, branch_id: str | None) -> None:
    with world.services.database.writing() as session:
        version = session.get_one(Expert, expert_id).version
        given = {"name": "李锂", "region_code": "630100", "branch_id": branch_id, "version": version}
        content = SavedExpert.model_validate(given)
        experts.save(session, world.services, world.actor(session, SECRETARY), expert_id, content)


def branch_of(world: World, expert_id: str) -> str | None:
    with world.services.database.reading() as session:
        actor = world.actor(session, SECRETARY)
        return show(session, actor, experts.find(session, actor, expert_id)).branch


def test_the_society_and_staff_of_its_place_set_up_rename_and_close_branches(world: World, society_id: str) -> None:
    first = found(world, society_id)
    found(world, society_id, "分析检测专业委员会", by=CLERK)
    an_expert(world, society_id, first)
    assert listed(world, society_id) == [("分析检测专业委员会", False, 0), ("盐湖化工专业委员会", False, 1)]

    change(world, first, name="盐湖化学与化工专业委员会", is_closed=True)

    assert listed(world, society_id) == [("分析检测专业委员会", False, 0), ("盐湖化学与化工专业委员会", True, 1)]
    change(world, first, name="盐湖化学与化工专业委员会", version=2)
    assert listed(world, society_id)[1] == ("盐湖化学与化工专业委员会", False, 1)
    with world.services.database.reading() as session:
        acts = [entry.act for entry in session.exec(select(AuditEntry)) if entry.subject_kind == "society_branch"]
    assert acts == ["society_branch.found"] * 2 + ["society_branch.change"] * 2


@pytest.mark.parametrize(("by", "error"), [(ELSEWHERE, Forbidden), (STRANGER, NotFound)])
def test_nobody_else_changes_them(world: World, society_id: str, by: str, error: type[AppError]) -> None:
    branch_id = found(world, society_id)

    with pytest.raises(error):
        found(world, society_id, "别的专业委员会", by=by)
    with pytest.raises(error):
        change(world, branch_id, by=by)
    assert listed(world, society_id) == [("盐湖化工专业委员会", False, 0)]


def test_names_are_one_of_a_kind_and_old_pages_are_told_so(world: World, society_id: str) -> None:
    branch_id = found(world, society_id)
    other = found(world, society_id, "分析检测专业委员会")

    with pytest.raises(Conflict, match="同名"):
        found(world, society_id)
    with pytest.raises(Conflict, match="同名"):
        change(world, other)
    with pytest.raises(Stale):
        change(world, branch_id, version=9)
    with pytest.raises(SecrecySuspected):
        found(world, society_id, "密级：机密★5年")
    with pytest.raises(Conflict, match="只有核验通过的学会"):
        found(world, world.company.id, by=ELSEWHERE)


def test_an_expert_belongs_to_a_branch_of_the_society_that_vouches_for_them(world: World, society_id: str) -> None:
    branch_id = found(world, society_id)
    closed = found(world, society_id, "已撤专业委员会")
    expert_id = an_expert(world, society_id, branch_id)
    within = an_expert(world, society_id, closed, "王盐")
    change(world, closed, name="已撤专业委员会", is_closed=True)
    assert (branch_of(world, expert_id), branch_of(world, within)) == ("盐湖化工专业委员会", "已撤专业委员会")

    with pytest.raises(Invalid, match="停用") as refused:
        move(world, expert_id, closed)
    assert refused.value.field == "branch_id"
    for unknown in ("x", found_elsewhere(world)):
        with pytest.raises(Invalid, match="推荐学会下设"):
            move(world, expert_id, unknown)
    move(world, expert_id, None)

    assert branch_of(world, expert_id) is None


def found_elsewhere(world: World) -> str:
    other = a_society(world, STRANGER, "青海省农学会（演示数据）", "51630000MADEM0022Y")
    return found(world, other, "果蔬专业委员会", by=STRANGER)


@pytest.mark.parametrize(
    ("kind", "level", "part"),
    [("society", None, "请选学会的层级"), ("enterprise", "provincial", "只有学会才有层级")],
)
def test_a_society_has_a_level_and_nothing_else_has_one(world: World, kind: str, level: str | None, part: str) -> None:
    given = {"kind": kind, "society_level": level, "name": NAME, "credit_code": CODE, "region_code": "630100"}

    with world.services.database.reading() as session:
        actor, content = world.actor(session, SECRETARY), OrganizationInput.model_validate(given)
        with pytest.raises(Invalid, match=part) as refused:
            organizations.register(session, world.services, actor, content)

    assert refused.value.field == "society_level"


def test_the_level_is_shown(world: World, society_id: str) -> None:
    with world.services.database.reading() as session:
        actor = world.actor(session, SECRETARY)
        assert organizations.show(session, organizations.find(session, actor, society_id)).society_level == "provincial"
