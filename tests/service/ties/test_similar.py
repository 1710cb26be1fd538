"""Similar needs while typing: found by what is public, and by nothing else."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlmodel import select

from service.actors import STRANGER
from service.db import Database
from service.errors import NotSignedIn, SecrecySuspected
from service.models import Need
from service.need_index import NeedIndex, _Held
from service.schemas.need_ties import SimilarInput, SimilarOut
from service.usecases import need_acts, similar_needs
from tests.service.steps import CONTENT, act
from tests.service.ties.support import LIKE_IT, UNLIKE, a_draft_of, accepted_of, both, stored, submitted_by
from tests.service.world import World

TYPED = {name: LIKE_IT[name] for name in ("title", "scene", "targets")}


class Behind(NeedIndex):
    """One that has not heard of the latest changes."""

    def _current(self, database: Database, is_patient: bool) -> _Held:
        return self._held or super()._current(database, is_patient)


def similar(world: World, index: NeedIndex, name: str = "路人吴芳", **typed: object) -> list[SimilarOut]:
    with world.services.database.reading() as session:
        content = SimilarInput.model_validate(typed or TYPED)
        return similar_needs.similar(session, world.services, index, world.actor(session, name), content)


def change(world: World, need_id: str, **values: object) -> None:
    with world.services.database.writing() as session:
        need = session.get_one(Need, need_id)
        for name, value in values.items():
            setattr(need, name, value)
        need.content_version += 1
        session.add(need)


def test_what_is_typed_finds_an_open_need_and_says_by_which_public_words(world: World) -> None:
    mine, _ = both(world)
    need_id = accepted_of(world, mine)
    accepted_of(world, mine, **UNLIKE)

    [found] = similar(world, NeedIndex(), title=LIKE_IT["title"], scene=LIKE_IT["scene"])

    assert (found.id, found.number, found.title) == (need_id, "XQ-2026-63-00001", CONTENT["title"])
    assert (found.likeness, found.organization, found.state_label) == ("很像", "海西蒙古族藏族自治州某企业", "已受理")
    assert found.reason == CONTENT["scene"]
    assert {"提锂", "车间"} <= set(found.shared)


def test_only_what_everybody_may_read_is_compared(world: World) -> None:
    mine, _ = both(world)
    accepted_of(world, mine)

    assert similar(world, NeedIndex(), situation="每年换一次料要停产二十天，容量掉到 5 毫克") == []
    assert similar(world, NeedIndex(), name="盐湖厂马工", situation="每年换一次料要停产二十天") == []


def test_an_owner_decides_that_the_scene_is_not_for_everybody(world: World) -> None:
    mine, _ = both(world)
    accepted_of(world, mine, levels={"title": "invited", "scene": "invited"})

    [found] = similar(world, NeedIndex(), targets=CONTENT["targets"])

    assert (found.title, found.reason) == ("（标题受邀可见）", CONTENT["targets"])
    assert similar(world, NeedIndex(), scene=CONTENT["scene"]) == []


def test_drafts_waiting_ended_and_sealed_needs_are_not_shown(world: World) -> None:
    mine, _ = both(world)
    a_draft_of(world, mine)
    submitted_by(world, mine)
    withdrawn, sealed = accepted_of(world, mine), accepted_of(world, mine)
    act(world, mine.person, withdrawn, "withdraw", note="自己解决了")
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, "省科协王敏"), sealed, note="像是电网参数")

    assert similar(world, NeedIndex()) == []
    assert similar(world, NeedIndex(), name="盐湖厂马工") == []


def test_what_changed_a_moment_ago_is_read_again_before_it_is_shown(world: World) -> None:
    mine, _ = both(world)
    gone, hidden, kept = accepted_of(world, mine), accepted_of(world, mine), accepted_of(world, mine)
    index = Behind()
    assert {found.id for found in similar(world, index)} == {gone, hidden, kept}

    act(world, mine.person, gone, "withdraw", note="自己解决了")
    change(world, hidden, levels={"scene": "signed"})

    assert [found.id for found in similar(world, index)] == [kept]


def test_the_need_being_edited_is_not_like_itself(world: World) -> None:
    mine, _ = both(world)
    need_id = accepted_of(world, mine)

    assert similar(world, NeedIndex(), name="盐湖厂马工", **TYPED, need_id=need_id) == []


def test_at_most_five_are_shown_the_most_similar_first(world: World) -> None:
    mine, _ = both(world)
    for cells in range(7):
        accepted_of(world, mine, scene=f"盐湖老卤提锂车间，吸附柱{'一二三四五六七'[cells]}台")

    found = similar(world, NeedIndex(), **TYPED | {"scene": "盐湖老卤提锂车间，吸附柱四台"})

    assert len(found) == 5
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert found[0].reason == "盐湖老卤提锂车间，吸附柱四台"


def test_hidden_text_changes_nothing_of_what_others_are_shown(world: World) -> None:
    mine, other = both(world)
    accepted_of(world, mine)
    secret = accepted_of(world, mine, **UNLIKE)
    before = similar(world, NeedIndex())

    submitted_by(world, other, **LIKE_IT)
    change(world, secret, situation="吸附剂 提锂 车间 老卤 半年 吸不动" * 20, tried=LIKE_IT["scene"])

    assert similar(world, NeedIndex()) == before


def test_an_index_that_follows_the_database_equals_a_new_one(world: World) -> None:
    mine, _ = both(world)
    first = accepted_of(world, mine)
    index = NeedIndex()
    similar(world, index)
    accepted_of(world, mine, **UNLIKE)
    change(world, first, title="换热管半个月堵死、一年烂穿", scene="蒸发工段列管换热器")
    index.refresh(world.services.database)

    queries: list[dict[str, Any]] = [TYPED, UNLIKE, {"title": "换热管半个月就堵死"}]

    assert [similar(world, index, **q) for q in queries] == [similar(world, NeedIndex(), **q) for q in queries]
    assert similar(world, index, title="换热管半个月就堵死")[0].id == first


def test_many_type_at_once_while_needs_change(world: World) -> None:
    mine, _ = both(world)
    need_id = accepted_of(world, mine)
    index, failures = NeedIndex(), list[BaseException]()

    def type_on() -> None:
        try:
            for _ in range(5):
                assert [found.id for found in similar(world, index)] in ([need_id], [])
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=type_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(5):
        change(world, need_id, tried=f"换过 {number} 家的料")
    for thread in threads:
        thread.join()

    assert failures == []


def test_strangers_and_marks_of_secrecy_get_nowhere(world: World) -> None:
    with world.services.database.reading() as session:
        with pytest.raises(NotSignedIn):
            similar_needs.similar(
                session, world.services, NeedIndex(), STRANGER, SimilarInput.model_validate({"title": "提锂"})
            )
        with pytest.raises(SecrecySuspected, match="应用场景"):
            similar(world, NeedIndex(), scene="机密★10年 见附表")


def test_looking_changes_nothing(world: World) -> None:
    mine, _ = both(world)
    need_id = accepted_of(world, mine)
    version = stored(world, need_id).version

    similar(world, NeedIndex())

    assert stored(world, need_id).version == version
    with world.services.database.reading() as session:
        assert len(session.exec(select(Need.id)).all()) == 1
