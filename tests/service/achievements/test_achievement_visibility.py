"""The list of achievements is what the rule on single ones says, for random people and achievements."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import Actor
from service.clock import now
from service.db import Database
from service.models import Achievement, AchievementState, Expert
from service.permissions import POLICIES, is_allowed
from service.visibility import own_or_handled_achievements, visible_achievements
from tests.service.visibility_world import ORGANIZATIONS, PATHS, USERS, actors, database

__all__ = ["database"]

EXPERTS = ("e0", "e1")
owners = st.tuples(st.sampled_from(ORGANIZATIONS), st.none()) | st.tuples(st.none(), st.sampled_from(EXPERTS))
achievements = st.fixed_dictionaries(
    {
        "owner": owners,
        "created_by_id": st.sampled_from(USERS),
        "association_id": st.sampled_from(sorted(PATHS)),
        "state": st.sampled_from(AchievementState),
        "handed_in": st.booleans(),
        "sealed": st.booleans(),
    }
)


def _achievement(number: int, facts: dict[str, Any]) -> Achievement:
    return Achievement(
        id=f"a{number}",
        number=f"CG-{number}" if facts["handed_in"] else None,
        organization_id=facts["owner"][0],
        expert_id=facts["owner"][1],
        created_by_id=facts["created_by_id"],
        association_id=facts["association_id"],
        association_path=PATHS[facts["association_id"]],
        state=facts["state"],
        sealed_at=now() if facts["sealed"] else None,
    )


def _experts(session: Session) -> None:
    for name in EXPERTS:
        session.add(
            Expert(
                id=name,
                created_by_id="u1",
                name=name,
                name_key=name,
                region_code="630000",
                association_id="p",
                association_path="p/",
            )
        )
    session.flush()


@given(actors, st.sampled_from([*EXPERTS, None]), st.lists(achievements, max_size=8))
@settings(max_examples=200)
def test_lists_agree_with_the_rules_on_single_achievements(
    database: Database, actor: Actor, expert_id: str | None, world: list[dict[str, Any]]
) -> None:
    if actor.is_signed_in:
        actor = replace(actor, expert_id=expert_id)
    with Session(database.write_engine) as session:
        _experts(session)
        rows = [_achievement(number, facts) for number, facts in enumerate(world)]
        session.add_all(rows)
        session.flush()

        listed = {each.id for each in session.exec(visible_achievements(actor))}
        own = {each.id for each in session.exec(own_or_handled_achievements(actor))}

        assert listed == {each.id for each in rows if is_allowed(actor, "achievement.view", each)}
        assert own == {each.id for each in rows if POLICIES["achievement.history"].sees(actor, each)}
        assert own <= listed
        session.rollback()


@given(actors, achievements)
def test_a_sealed_achievement_is_visible_to_nobody(actor: Actor, facts: dict[str, Any]) -> None:
    achievement = _achievement(0, facts | {"sealed": True})

    about_it = [
        name
        for name in POLICIES
        if name.startswith("achievement.") and name not in ("achievement.create", "achievement.list")
    ]
    allowed = [name for name in about_it if is_allowed(actor, name, achievement)]

    assert allowed in ([], ["achievement.unseal"])
