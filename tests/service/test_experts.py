"""Experts: entered by others or by themselves, claimed, verified, willing or not; and who reads what of them."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected, Stale
from service.models import Expert, ExpertState, ReadEntry
from service.schemas.common import ActionInput
from service.schemas.experts import ExpertSettings, NewExpert, SavedExpert
from service.usecases import experts
from service.usecases.expert_views import show
from tests.service.steps import verify
from tests.service.team_steps import a_society
from tests.service.world import World

PROFILE = {
    "name": "才让·多杰",
    "professional_title": "研究员",
    "organization_name": "高原盐湖研究所（演示数据）",
    "region_code": "632801",
    "profile": "锂吸附材料的结构稳定性与再生",
    "mobile": "138 0971 2234",
    "mail": "cairang@example.org",
    "employments": [{"organization_name": "高原盐湖研究所（演示数据）", "position": "室主任", "since": "2012-07-01"}],
    "works": [
        {"kind": "paper", "year": 2024, "title": "层状双氢氧化物循环中的锂位流失", "text": "给出了容量衰减的机理"},
        {"kind": "patent", "year": 2021, "title": "一种吸附剂现场再生方法"},
    ],
}


def create(world: World, by: str, **changes: object) -> str:
    with world.services.database.writing() as session:
        content = NewExpert.model_validate(PROFILE | changes)
        return experts.create(session, world.services, world.actor(session, by), content).id


def save(world: World, name: str, expert_id: str, version: int, **changes: object) -> None:
    with world.services.database.writing() as session:
        content = SavedExpert.model_validate(PROFILE | changes | {"version": version})
        experts.save(session, world.services, world.actor(session, name), expert_id, content)


def act(world: World, name: str, expert_id: str, action: str, note: str = "") -> ExpertState:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = experts.find(session, actor, expert_id).version or 0
        given = ActionInput(version=version, reason="", note=note, proxy=None)
        return experts.act(session, world.services, actor, expert_id, action, given).state


def set_up(world: World, name: str, expert_id: str, **changes: object) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = experts.find(session, actor, expert_id).version
        content = ExpertSettings.model_validate({"version": version, "takes_part": True} | changes)
        experts.change_settings(session, world.services, actor, expert_id, content)


def seen_by(world: World, name: str, expert_id: str) -> dict[str, object] | type[AppError]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        try:
            return show(session, actor, experts.find(session, actor, expert_id)).model_dump(mode="json")
        except AppError as error:
            return type(error)


def a_listed_expert(world: World) -> str:
    expert_id = create(world, "路人吴芳", for_myself=True)
    act(world, "格尔木赵静", expert_id, "verify")
    set_up(world, "路人吴芳", expert_id)
    return expert_id


def test_an_expert_entered_by_staff_is_known_to_nobody_else_and_not_recommended(world: World) -> None:
    expert_id = create(world, "格尔木赵静")

    names = ("格尔木赵静", "海西州李强", "省科协王敏", "西宁孙浩", "盐湖厂马工")
    assert [isinstance(seen_by(world, name, expert_id), dict) for name in names] == [True, True, True, False, False]
    entered = seen_by(world, "格尔木赵静", expert_id)
    assert isinstance(entered, dict)
    assert (entered["state"], entered["takes_part"], entered["masked_mobile"]) == ("unclaimed", False, "138****2234")


def test_the_person_claims_the_profile_staff_verify_it_and_the_person_agrees_to_be_recommended(world: World) -> None:
    expert_id = create(world, "格尔木赵静")
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        version = experts.find(session, actor, expert_id).version or 0
        experts.connect(session, actor, expert_id, user_id=world.people["路人吴芳"], version=version)

    assert act(world, "路人吴芳", expert_id, "claim") is ExpertState.CLAIMED
    with pytest.raises(Forbidden):
        act(world, "路人吴芳", expert_id, "verify")
    assert act(world, "格尔木赵静", expert_id, "verify") is ExpertState.VERIFIED
    assert seen_by(world, "盐湖厂马工", expert_id) is NotFound
    set_up(world, "路人吴芳", expert_id, monthly_capacity=3, regions=["632801", "630100"])

    mine = seen_by(world, "路人吴芳", expert_id)
    assert isinstance(mine, dict)
    assert (mine["takes_part"], mine["monthly_capacity"], mine["regions"]) == (True, 3, ["630100", "632801"])
    theirs = seen_by(world, "盐湖厂马工", expert_id)
    assert isinstance(theirs, dict)
    assert (theirs["name"], theirs["masked_mobile"], theirs["employments"], theirs["actions"]) == (
        "才让·多杰",
        None,
        None,
        [],
    )


def test_only_the_expert_turns_the_switch_and_turning_it_off_hides_the_profile(world: World) -> None:
    expert_id = a_listed_expert(world)
    with pytest.raises(Forbidden):
        set_up(world, "格尔木赵静", expert_id)

    set_up(world, "路人吴芳", expert_id, takes_part=False)

    assert seen_by(world, "盐湖厂马工", expert_id) is NotFound


def test_reading_contact_data_leaves_a_trace_and_is_for_those_who_look_after_the_expert(world: World) -> None:
    expert_id, unclaimed = a_listed_expert(world), create(world, "格尔木赵静")

    with world.services.database.writing() as session:
        assert experts.contact(session, world.actor(session, "路人吴芳"), expert_id)[0] == "13809712234"
        assert experts.contact(session, world.actor(session, "海西州李强"), expert_id)[1] == "cairang@example.org"
    with pytest.raises(NotFound), world.services.database.writing() as session:
        experts.contact(session, world.actor(session, "盐湖厂马工"), unclaimed)

    with world.services.database.reading() as session:
        traces = session.exec(select(ReadEntry)).all()
    assert [(trace.reader_id, trace.subject_id, trace.what) for trace in traces] == [
        (world.people["海西州李强"], expert_id, "mobile mail")
    ]


def test_staff_do_not_change_a_profile_that_its_person_has_claimed(world: World) -> None:
    expert_id = create(world, "路人吴芳", for_myself=True)

    with pytest.raises(Forbidden):
        save(world, "格尔木赵静", expert_id, 1)


def test_saving_over_somebody_elses_change_shows_it(world: World) -> None:
    expert_id = create(world, "格尔木赵静")
    seen = seen_by(world, "海西州李强", expert_id)
    assert isinstance(seen, dict)
    version = int(str(seen["version"]))
    save(world, "海西州李强", expert_id, version, profile="盐湖提锂")

    with pytest.raises(Stale) as refused:
        save(world, "格尔木赵静", expert_id, version)

    assert refused.value.details["theirs"] == {"profile": "盐湖提锂"}


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"mobile": "12345"}, Invalid, "手机号"),
        ({"name": "李"}, Invalid, "姓名"),
        ({"region_code": "999999"}, Invalid, "区划"),
        ({"works": [{"kind": "project", "title": "某装备（机密★长期）"}]}, SecrecySuspected, "密级标志"),
    ],
)
def test_bad_profiles_are_refused_in_words(
    world: World, changes: dict[str, object], error: type[AppError], told: str
) -> None:
    with pytest.raises(error, match=told):
        create(world, "格尔木赵静", **changes)


def test_nobody_has_two_profiles_and_staff_elsewhere_enter_none(world: World) -> None:
    create(world, "路人吴芳", for_myself=True)

    with pytest.raises(Conflict, match="已经有画像"):
        create(world, "路人吴芳", for_myself=True)
    with pytest.raises(Forbidden):
        create(world, "西宁孙浩")


@pytest.mark.parametrize("for_myself", [True, False])
def test_only_a_verified_society_is_named_and_never_ones_own_firm(world: World, for_myself: bool) -> None:
    verify(world)
    fresh = a_society(world, "盐湖厂马工", "青海省新学会（演示数据）", "52630000MADEM0023Y", verified=False)

    told = []
    for society_id in (world.company.id, "x", fresh):
        with pytest.raises(Invalid) as refused:
            create(world, "盐湖厂马工", society_id=society_id, for_myself=for_myself)
        told.append((refused.value.field, refused.value.message[:7]))

    assert told == [
        ("society_id", "这里只能选学会"),
        ("society_id", "这里只能选学会"),
        ("society_id", "这个学会还没有"),
    ]


def test_an_expert_names_any_verified_society_whose_people_then_verify(world: World) -> None:
    society_id = a_society(world, "路人吴芳", "青海省盐湖学会（演示数据）", "51630000MADEM0021U")

    expert_id = create(world, "盐湖厂马工", for_myself=True, society_id=society_id)

    assert act(world, "路人吴芳", expert_id, "verify") is ExpertState.VERIFIED


def test_others_are_entered_for_a_society_by_its_own_people_or_staff_of_the_place(world: World) -> None:
    society_id = a_society(world, "路人吴芳", "青海省盐湖学会（演示数据）", "51630000MADEM0021U")

    for name in ("路人吴芳", "格尔木赵静"):
        assert isinstance(seen_by(world, "路人吴芳", create(world, name, society_id=society_id)), dict)

    for name in ("盐湖厂马工", "西宁孙浩"):
        with pytest.raises(Forbidden):
            create(world, name, society_id=society_id)


def test_who_has_left_is_not_found_any_more(world: World) -> None:
    expert_id = a_listed_expert(world)

    assert act(world, "路人吴芳", expert_id, "leave", note="退休") is ExpertState.LEFT

    assert seen_by(world, "盐湖厂马工", expert_id) is NotFound
    assert seen_by(world, "路人吴芳", expert_id)["actions"] == []  # type: ignore[index]


def test_people_from_elsewhere_are_looked_after_by_the_association_at_the_top(world: World) -> None:
    expert_id = create(world, "省科协王敏", region_code="110000")

    with world.services.database.reading() as session:
        assert session.get_one(Expert, expert_id).association_id == world.province.id
    with pytest.raises(Forbidden, match="只能录入本地区"):
        create(world, "格尔木赵静", region_code="110000")


def test_what_somebody_did_is_told_from_the_newest_and_last_what_has_no_year(world: World) -> None:
    undated = {"kind": "service", "title": "现场诊断除硼工段"}
    expert_id = create(world, "格尔木赵静", works=[undated, *reversed(PROFILE["works"])])

    with world.services.database.reading() as session:
        told = experts.works(session, session.get_one(Expert, expert_id))
    assert [work.year for work in told] == [2024, 2021, None]
