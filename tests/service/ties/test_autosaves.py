"""What is being typed survives a closed browser, and nobody but its author reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from service.clock import now, stopped_at
from service.errors import Forbidden, NotFound, SecrecySuspected
from service.models import AuditEntry, NeedAutosave
from service.schemas.autosaves import AutosaveInput
from service.schemas.needs import SavedNeed
from service.usecases import autosaves, need_acts, needs
from service.usecases.pruning import prune
from tests.service.steps import CONTENT, a_draft, a_submitted_need
from tests.service.ties.support import stored
from tests.service.world import World

# Half a budget, half a date, half a region: PUT refuses all three.
TYPED = {
    "title": "吸附剂用半",
    "budget_low_fen": "5000",
    "wanted_by": "2027-0",
    "region_code": "63",
    "sub_problems.0": "",
}


def keep(world: World, need_id: str, name: str = "盐湖厂马工", **content: str) -> None:
    with world.services.database.writing() as session:
        given = AutosaveInput(need_version=1, content=content or TYPED)
        autosaves.keep(session, world.services, world.actor(session, name), need_id, given)


def kept(world: World, need_id: str, name: str = "盐湖厂马工") -> NeedAutosave | None:
    with world.services.database.reading() as session:
        return autosaves.show(session, world.actor(session, name), need_id)


def test_what_cannot_be_saved_yet_is_kept_as_it_stands(world: World) -> None:
    need_id = a_draft(world)
    keep(world, need_id, title="吸附剂")

    with stopped_at(now() + timedelta(minutes=1)):
        keep(world, need_id)
        moment = now()

    found = kept(world, need_id)
    assert found is not None
    assert (found.content, found.need_version, found.saved_at) == (TYPED, 1, moment)


def test_a_character_no_database_can_hold_does_not_cost_the_rest(world: World) -> None:
    need_id = a_draft(world)

    keep(world, need_id, situation="容量掉到\x00 5 毫克")

    found = kept(world, need_id)
    assert found is not None
    assert found.content == {"situation": "容量掉到\ufffd 5 毫克"}


def test_saving_takes_the_place_of_what_was_kept(world: World) -> None:
    need_id = a_draft(world)
    keep(world, need_id)

    with world.services.database.writing() as session:
        content = SavedNeed.model_validate(CONTENT | {"version": stored(world, need_id).version})
        needs.save(session, world.services, world.actor(session, "盐湖厂马工"), need_id, content)

    assert kept(world, need_id) is None


def test_what_was_kept_can_be_thrown_away(world: World) -> None:
    need_id = a_draft(world)
    keep(world, need_id)

    with world.services.database.writing() as session:
        autosaves.discard(session, world.actor(session, "盐湖厂马工"), need_id)

    assert kept(world, need_id) is None


def test_it_belongs_to_its_author_and_is_recorded_once(world: World) -> None:
    need_id = a_submitted_need(world)
    for _ in range(3):
        keep(world, need_id)

    with pytest.raises(Forbidden):
        kept(world, need_id, "格尔木赵静")
    with pytest.raises(NotFound):
        kept(world, need_id, "路人吴芳")
    with world.services.database.reading() as session:
        acts = list(session.exec(select(AuditEntry.act).where(AuditEntry.act == "need.autosave")))
    assert acts == ["need.autosave"]


def test_a_mark_of_secrecy_is_not_kept_either(world: World) -> None:
    need_id = a_draft(world)

    with pytest.raises(SecrecySuspected, match="子问题"):
        keep(world, need_id, **{"sub_problems.0": "秘密★5年 某参数"})

    assert kept(world, need_id) is None


def test_what_was_never_saved_goes_after_its_time(world: World) -> None:
    need_id = a_draft(world)
    keep(world, need_id)

    with stopped_at(now() + timedelta(days=90)):
        prune(world.services)
    assert kept(world, need_id) is not None
    with stopped_at(now() + timedelta(days=90, seconds=1)):
        prune(world.services)

    assert kept(world, need_id) is None


def test_a_sealed_need_gives_nothing_of_it_back(world: World) -> None:
    need_id = a_submitted_need(world)
    keep(world, need_id)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "格尔木赵静"), need_id, note="像是电网参数")

    with pytest.raises(NotFound):
        kept(world, need_id)
