"""What lists sort and search by is what their readers may read of each row, for random people and rows."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from service.actors import Actor
from service.db import Database
from service.disclosure import ACHIEVEMENT_LEVELS, Access, access_of, access_to_achievement, may_read
from service.field_visibility import need_deadline, readable_in_achievements, readable_in_needs, title_of_seen_need
from service.models import Achievement, AchievementState, Need, PublicityLevel
from service.visibility import visible_needs
from tests.service.visibility_world import ORGANIZATIONS, PATHS, USERS, a_need_row, actors, database, needs

__all__ = ["database"]
FIELDS = ("title", "organization")
levels = st.fixed_dictionaries({}, optional={name: st.sampled_from(PublicityLevel) for name in (*FIELDS, "owner")})
achievements = st.fixed_dictionaries(
    {
        "organization_id": st.sampled_from(ORGANIZATIONS),
        "created_by_id": st.sampled_from(USERS),
        "state": st.sampled_from(AchievementState),
        "association_id": st.sampled_from(sorted(PATHS)),
        "number": st.booleans(),
    }
)


@given(actors, st.lists(st.tuples(needs, levels), max_size=8))
@settings(max_examples=150)
def test_of_needs(database: Database, actor: Actor, world: list[tuple[dict[str, Any], dict[str, str]]]) -> None:
    with Session(database.write_engine) as session:
        rows = [a_need_row(number, facts) for number, (facts, _) in enumerate(world)]
        for row, (_, chosen) in zip(rows, world, strict=True):
            row.levels, row.due_at = chosen, row.created_at
        session.add_all(rows)
        session.flush()

        for field in FIELDS:
            found = set(session.exec(select(Need.id).where(readable_in_needs(actor, field))))
            assert found == {need.id for need in rows if may_read(access_of(actor, need), need, field)}
        timed = set(session.exec(select(Need.id).where(need_deadline(actor).is_not(None))))
        assert timed == {need.id for need in rows if access_of(actor, need) is Access.ALL}
        named = set(session.exec(select(Need.id).where(title_of_seen_need(actor).is_not(None))))
        seen = {need.id for need in session.exec(visible_needs(actor))}
        assert named & seen == named_to(actor, [need for need in rows if need.id in seen])
        assert named - seen <= {need.id for need in rows if need.sealed_at is not None or not actor.is_signed_in}
        session.rollback()


def named_to(actor: Actor, rows: list[Need]) -> set[str]:
    return {need.id for need in rows if may_read(access_of(actor, need), need, "title")}


@given(actors, st.lists(st.tuples(achievements, levels), max_size=8))
@settings(max_examples=150)
def test_of_achievements(database: Database, actor: Actor, world: list[tuple[dict[str, Any], dict[str, str]]]) -> None:
    with Session(database.write_engine) as session:
        rows = [
            Achievement(
                id=f"a{number}",
                **facts | {"number": f"CG-{number}" if facts["number"] else None},
                association_path=PATHS[facts["association_id"]],
                levels=chosen,
            )
            for number, (facts, chosen) in enumerate(world)
        ]
        session.add_all(rows)
        session.flush()

        for field in ("title", "owner"):
            assert field in ACHIEVEMENT_LEVELS
            found = set(session.exec(select(col(Achievement.id)).where(readable_in_achievements(actor, field))))
            assert found == {row.id for row in rows if may_read(access_to_achievement(actor, row), row, field)}
        session.rollback()
