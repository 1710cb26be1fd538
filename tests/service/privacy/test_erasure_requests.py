"""Asking to be erased: what must be over first, the clock, taking it back, and asking by telephone."""

from __future__ import annotations

import pytest

from service.errors import Conflict, NotFound
from service.models import Consultation, ConsultationState, ErasureState, Need, NeedState
from service.schemas.privacy import ErasureInput
from service.usecases import erasures
from service.usecases.announcements import announce
from tests.service.notices.notice_steps import titles
from tests.service.privacy.erasing import ADMIN, a_full_life, an_administrator, erase
from tests.service.privacy.lives import Life, actor, places_of
from tests.service.privacy.steps import COMPANY
from tests.service.world import World


def test_what_is_open_must_be_ended_first_and_the_request_waits_with_a_clock(world: World) -> None:
    an_administrator(world)
    life = a_full_life(world)
    with world.services.database.writing() as session:
        session.get_one(Consultation, life.consultation_id).state = ConsultationState.ONGOING
        need = session.get_one(Need, life.need_id)
        need.state, need.handler_id = NeedState.ENGAGED, life.user_id
        number = session.get_one(Consultation, life.consultation_id).number

    found = erase(world, life)

    assert found.state is ErasureState.WAITING
    assert [(each.kind, each.subject_id) for each in found.obstacles] == [
        ("consultation", life.consultation_id),
        ("need", life.need_id),
    ]
    assert number in found.obstacles[0].told
    assert found.due_at is not None
    assert found.due_at.isoformat() == "2026-12-14T15:59:59+00:00"
    assert places_of(world, life.canary)
    with world.services.database.reading() as session:
        assert erasures.own(session, actor(world, life.user_id)).id == found.id

    announce(world.services, f"erasure_request:{found.id}")
    assert "注销申请：请协助办结手上的事" in titles(world)["马管理"]

    _close(world, life)
    assert erase(world, life).id == found.id
    assert places_of(world, life.canary) == set()


def _close(world: World, life: Life) -> None:
    with world.services.database.writing() as session:
        session.get_one(Consultation, life.consultation_id).state = ConsultationState.COMPLETED
        session.get_one(Need, life.need_id).state = NeedState.CLOSED


def test_who_changes_their_mind_takes_the_request_back(world: World) -> None:
    life = a_full_life(world)
    with world.services.database.writing() as session:
        session.get_one(Consultation, life.consultation_id).state = ConsultationState.ONGOING
    erase(world, life)

    with world.services.database.writing() as session:
        erasures.withdraw_own(session, world.services, actor(world, life.user_id))

    with world.services.database.reading() as session:
        assert erasures.own(session, actor(world, life.user_id)).state is None
    with pytest.raises(NotFound), world.services.database.writing() as session:
        erasures.withdraw_own(session, world.services, actor(world, life.user_id))


def test_the_only_contact_the_only_manager_and_the_only_administrator_are_told_what_to_do(world: World) -> None:
    an_administrator(world)
    life = a_full_life(world)

    def told(user: str) -> list[str]:
        with world.services.database.reading() as session:
            return [each.told for each in erasures.own(session, actor(world, user)).obstacles]

    assert told(world.people[COMPANY]) == [
        "您是“青海湖东盐化有限公司（演示数据）”唯一的管理员，请先把一位同事设为管理员"
    ]
    assert told(world.people[ADMIN]) == ["您是唯一的平台管理员，请先设立另一位"]
    erase(world, life)
    assert told(world.people[COMPANY]) == []
    with world.services.database.writing() as session:
        session.get_one(Need, life.need_id).state = NeedState.ACCEPTED
    assert len(told(world.people[COMPANY])) == 1
    assert "又没有别的联系人" in told(world.people[COMPANY])[0]


def test_an_administrator_carries_out_what_somebody_asked_by_telephone(world: World) -> None:
    an_administrator(world)
    life = a_full_life(world)
    proxy = {"asked_by": life.canary.name, "channel": "phone", "asked_at": "2026-11-23T08:30:00+08:00"}
    wish = {"user_id": life.user_id, "reason": f"{life.canary.name}来电 {life.canary.mobile}", "proxy": proxy}

    with world.services.database.writing() as session:
        admin = world.actor(session, ADMIN)
        request = erasures.ask_for(session, world.services, admin, ErasureInput.model_validate(wish))
        request_id, version = request.id, request.version or 0
        assert erasures.line(session, request).name == life.canary.name
    with pytest.raises(Conflict, match="已经有一份"), world.services.database.writing() as session:
        erasures.ask_for(session, world.services, admin, ErasureInput.model_validate(wish))
    with world.services.database.writing() as session:
        erasures.carry_out(session, world.services, admin, request_id, version=version)

    assert places_of(world, life.canary) == set()
    with world.services.database.reading() as session:
        (line,) = [erasures.line(session, each) for each in erasures.page_of(session, admin)[0]]
    assert (line.name, line.state, line.reason) == ("已注销用户", ErasureState.DONE, "已注销用户来电 （号码已删除）")
