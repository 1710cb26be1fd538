"""Needs up to 已受理: who may do what, what is refused and why, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from service.actors import STRANGER
from service.clock import stopped_at
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, NotSignedIn, SecrecySuspected, Stale
from service.models import NeedState
from service.schemas.common import Channel, ProxyInput
from service.schemas.needs import NewNeed, SavedNeed
from service.usecases import need_acts, needs
from service.usecases.need_views import show
from tests.service.steps import CONTENT, a_draft, a_submitted_need, act, verify
from tests.service.world import World


def seen_by(world: World, name: str, need_id: str) -> dict[str, object] | type[AppError]:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        try:
            return show(session, world.services.clockwork, actor, needs.find(session, actor, need_id)).model_dump(
                mode="json"
            )
        except AppError as error:
            return type(error)


def test_a_need_goes_from_draft_to_accepted_with_a_number_clocks_and_history(world: World) -> None:
    need_id = a_submitted_need(world)

    submitted = seen_by(world, "格尔木赵静", need_id)
    state = act(world, "格尔木赵静", need_id, "accept")

    assert isinstance(submitted, dict)
    assert submitted["number"] == "XQ-2026-63-00001"
    assert (submitted["state_label"], submitted["turn"], submitted["days_left"]) == ("待审核", "科协", 3)
    assert submitted["due_at"] == "2026-11-26T15:59:59Z"
    assert state is NeedState.ACCEPTED
    with world.services.database.reading() as session:
        changes = need_acts.history(session, world.actor(session, "盐湖厂马工"), need_id)
    assert [(change.action, change.source, change.target) for change in changes] == [
        ("submit", "draft", "submitted"),
        ("accept", "submitted", "accepted"),
    ]


def test_an_unverified_company_saves_but_cannot_hand_in(world: World) -> None:
    need_id = a_draft(world)

    with pytest.raises(Conflict, match="还没有通过核验"):
        act(world, "盐湖厂马工", need_id, "submit")

    assert seen_by(world, "盐湖厂马工", need_id)["state"] == "draft"  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"targets": ""}, "目标指标"),
        ({"title": "提锂"}, "标题太短"),
        ({"situation": "不好用"}, "现状与问题"),
    ],
)
def test_handing_in_says_what_is_missing(world: World, changes: dict[str, str], told: str) -> None:
    verify(world)
    need_id = a_draft(world, **changes)

    with pytest.raises(Conflict, match=told):
        act(world, "盐湖厂马工", need_id, "submit")


def test_nothing_is_handed_in_without_confirming_that_it_holds_no_secrets(world: World) -> None:
    verify(world)
    need_id = a_draft(world)

    with pytest.raises(Conflict, match="不含国家秘密、工作秘密"):
        act(world, "盐湖厂马工", need_id, "submit", confirm_no_secrets=False)


def test_a_mark_of_secrecy_stops_the_draft_and_names_the_field_but_not_the_text(world: World) -> None:
    with pytest.raises(SecrecySuspected) as refused:
        a_draft(world, situation="机密★10年 某工艺参数见附表，压力三十兆帕")

    assert "现状与问题" in refused.value.message
    assert "三十兆帕" not in refused.value.message
    with world.services.database.reading() as session:
        assert needs.page_of(session, world.actor(session, "盐湖厂马工"), mine=True) == ([], 0)


def test_a_returned_need_comes_back_only_after_a_change(world: World) -> None:
    need_id = a_submitted_need(world)
    with pytest.raises(Invalid, match="理由"):
        act(world, "格尔木赵静", need_id, "return", note="请补充卤水成分")
    act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充卤水成分")

    with pytest.raises(Conflict, match="还没有改动"):
        act(world, "盐湖厂马工", need_id, "resubmit")
    save(world, "盐湖厂马工", need_id, restrictions="卤水锂 0.3 克每升，镁锂比 60")

    assert act(world, "盐湖厂马工", need_id, "resubmit") is NeedState.SUBMITTED
    assert seen_by(world, "盐湖厂马工", need_id)["number"] == "XQ-2026-63-00001"  # type: ignore[index]


def save(world: World, name: str, need_id: str, version: int | None = None, **changes: object) -> int:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        now = needs.find(session, actor, need_id).version or 0
        content = SavedNeed.model_validate(CONTENT | changes | {"version": now if version is None else version})
        need = needs.save(session, world.services, actor, need_id, content)
        session.flush()
        return need.version or 0


def test_a_stale_edit_is_refused_and_shows_what_the_other_person_changed(world: World) -> None:
    need_id = a_draft(world)
    seen = seen_by(world, "盐湖厂马工", need_id)["version"]  # type: ignore[index]
    save(world, "盐湖厂马工", need_id, targets="年衰减不超过 3%")

    with pytest.raises(Stale) as refused:
        save(world, "盐湖厂马工", need_id, version=int(str(seen)), tried="换过两家的料")

    assert refused.value.details["theirs"] == {"targets": "年衰减不超过 3%", "tried": ""}
    assert seen_by(world, "盐湖厂马工", need_id)["targets"] == "年衰减不超过 3%"  # type: ignore[index]


def test_staff_ask_for_changes_and_do_not_write_in_the_companys_name(world: World) -> None:
    need_id = a_submitted_need(world)

    with pytest.raises(Forbidden):
        save(world, "格尔木赵静", need_id, targets="年衰减不超过 1%")


def test_who_sees_a_need_before_and_after_it_is_accepted(world: World) -> None:
    names = ("省科协王敏", "海西州李强", "格尔木赵静", "西宁孙浩", "路人吴芳")
    draft = a_draft(world)
    assert [seen_by(world, name, draft) for name in names] == [NotFound] * 5

    need_id = a_submitted_need_from(world, draft)
    assert [seen_by(world, name, need_id) is NotFound for name in names] == [False, False, False, True, True]

    act(world, "海西州李强", need_id, "accept")
    stranger = seen_by(world, "路人吴芳", need_id)
    assert isinstance(stranger, dict)
    assert (stranger["organization"], stranger["situation"], stranger["title"]) == (
        "海西蒙古族藏族自治州某企业",
        None,
        CONTENT["title"],
    )
    kept_back = ("situation", "restrictions", "tried", "budget", "sub_problems", "organization")
    assert stranger["hidden"] == dict.fromkeys(kept_back, "invited")
    assert stranger["actions"] == []


def a_submitted_need_from(world: World, draft: str) -> str:
    verify(world)
    act(world, "盐湖厂马工", draft, "submit")
    return draft


def test_a_need_passed_on_is_handled_there_and_still_followed_here(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        version = needs.find(session, actor, need_id).version or 0
        need_acts.pass_on(
            session,
            world.services,
            actor,
            need_id,
            association_id=world.other_city.id,
            note="企业研发部在西宁",
            version=version,
        )

    assert act(world, "西宁孙浩", need_id, "accept") is NeedState.ACCEPTED
    assert seen_by(world, "格尔木赵静", need_id)["association"] == "西宁市科协"  # type: ignore[index]
    with pytest.raises(Forbidden):
        act(world, "格尔木赵静", need_id, "withdraw", note="不归我们了")


def test_a_sealed_need_is_gone_for_everyone_until_the_officer_decides(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        need_acts.seal(
            session, world.services, world.actor(session, "格尔木赵静"), need_id, note="附表像是电网运行参数"
        )
    names = ("盐湖厂马工", "格尔木赵静", "省科协王敏", "保密办周正")
    assert [seen_by(world, name, need_id) for name in names] == [NotFound] * 4

    with pytest.raises(NotFound), world.services.database.writing() as session:
        need_acts.unseal(session, world.services, world.actor(session, "省科协王敏"), need_id, note="看过了")
    with world.services.database.writing() as session:
        need_acts.unseal(session, world.services, world.actor(session, "保密办周正"), need_id, note="已核，不涉密")

    assert isinstance(seen_by(world, "盐湖厂马工", need_id), dict)


def test_a_stranger_cannot_tell_a_hidden_need_from_one_that_does_not_exist(world: World) -> None:
    sealed = a_submitted_need(world)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), sealed, note="附表像是电网运行参数")

    for need_id in (sealed, "0" * 32):
        with pytest.raises(NotSignedIn), world.services.database.writing() as session:
            need_acts.unseal(session, world.services, STRANGER, need_id, note="看看")


def test_staff_enter_a_need_for_somebody_who_telephoned(world: World) -> None:
    verify(world)
    proxy = ProxyInput(asked_by="马工", channel=Channel.PHONE, asked_at=datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
    content = NewNeed.model_validate(CONTENT | {"organization_id": world.company.id})
    with pytest.raises(Invalid, match="受谁委托"), world.services.database.writing() as session:
        needs.create(session, world.services, world.actor(session, "格尔木赵静"), content)
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        need_id = needs.create(session, world.services, actor, content.model_copy(update={"proxy": proxy})).id

    assert act(world, "格尔木赵静", need_id, "submit", proxy=proxy.model_dump()) is NeedState.SUBMITTED
    assert isinstance(seen_by(world, "盐湖厂马工", need_id), dict)


def test_numbers_start_again_each_year_and_never_repeat(world: World) -> None:
    first, second = a_submitted_need(world), a_draft(world)
    act(world, "盐湖厂马工", second, "submit")
    with stopped_at(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):  # already 2027 in Beijing
        third = a_draft(world)
        act(world, "盐湖厂马工", third, "submit")

    numbers = [seen_by(world, "盐湖厂马工", need_id)["number"] for need_id in (first, second, third)]  # type: ignore[index]
    assert numbers == ["XQ-2026-63-00001", "XQ-2026-63-00002", "XQ-2027-63-00001"]


def test_what_was_changed_after_it_was_returned_is_confirmed_anew(world: World) -> None:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "return", reason="unclear", note="请补充一组数据")
    save(world, "盐湖厂马工", need_id, targets="容量恢复到 90%，补充三个月数据")

    with pytest.raises(Conflict, match="不含国家秘密"):
        act(world, "盐湖厂马工", need_id, "resubmit", confirm_no_secrets=False)
    assert act(world, "盐湖厂马工", need_id, "resubmit") is NeedState.SUBMITTED
