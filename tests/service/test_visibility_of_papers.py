"""What a list shows is what the rule on single rows says: 审签, notices, questions about the ranking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import Actor
from service.approval_facts import ApprovalCase
from service.case_facts import NoticeCase
from service.clock import now
from service.db import Database
from service.models import (
    Approval,
    Need,
    NeedState,
    Notice,
    ProxyEntry,
    RankingObjection,
    RankingObjectionKind,
    RecipientKind,
)
from service.permissions import is_allowed
from service.privacy_facts import ObjectionCase
from service.visibility import (
    own_notices,
    visible_approvals,
    visible_proxy_entries,
    visible_ranking_objections,
)
from tests.service.visibility_world import PATHS, USERS, a_need_row, actors, database, needs, objections

__all__ = ["database"]


@given(actors, needs, st.lists(st.sampled_from(sorted(PATHS)), max_size=4), st.booleans())
@settings(max_examples=100)
def test_the_list_of_approvals_agrees_with_the_rule_on_single_ones(
    database: Database, actor: Actor, facts: dict[str, Any], places: list[str], hangs: bool
) -> None:
    with Session(database.write_engine) as session:
        need = a_need_row(0, facts)
        session.add(need)
        session.flush()
        rows = [
            Approval(
                kind="report.submit",
                subject_kind="need",
                subject_id=str(number),
                need_id=need.id if hangs else None,
                association_path=PATHS[place],
                title="报表",
                drafter_id="u1",
            )
            for number, place in enumerate(places)
        ]
        session.add_all(rows)
        session.flush()

        listed = {approval.id for approval in session.exec(visible_approvals(actor))}

        cases = [ApprovalCase(row, need if hangs else None) for row in rows]
        assert listed == {case.approval.id for case in cases if is_allowed(actor, "approval.view", case)}
        session.rollback()


notices = st.fixed_dictionaries(
    {
        "recipient_kind": st.sampled_from(RecipientKind),
        "recipient_id": st.sampled_from([*USERS, "e0", "e1"]),
        "need_id": st.sampled_from([None, "n0", "n1"]),
    }
)


@given(
    actors,
    st.sampled_from([None, "e0", "e1"]),
    st.lists(needs, min_size=2, max_size=2),
    st.lists(notices, max_size=6),
)
@settings(max_examples=100)
def test_the_list_of_notices_agrees_with_the_rule_on_single_ones(
    database: Database,
    actor: Actor,
    expert_id: str | None,
    world: list[dict[str, Any]],
    told: list[dict[str, Any]],
) -> None:
    reader = replace(actor, expert_id=expert_id)
    with Session(database.write_engine) as session:
        about = {need.id: need for need in (a_need_row(number, facts) for number, facts in enumerate(world))}
        session.add_all(about.values())
        session.flush()
        rows = [
            Notice(**facts, key=str(number), subject_kind="need", subject_id="n0", title="", text="", path="/")
            for number, facts in enumerate(told)
        ]
        session.add_all(rows)
        session.flush()

        listed = {notice.id for notice in session.exec(own_notices(reader))}

        allowed = {
            notice.id
            for notice in rows
            if is_allowed(reader, "notice.read", NoticeCase(notice, about.get(notice.need_id or "")))
        }
        assert listed == allowed
        session.rollback()


@given(actors, st.lists(objections, max_size=6))
@settings(max_examples=100)
def test_questions_about_the_ranking_are_listed_for_those_who_may_see_them(
    database: Database, actor: Actor, world: list[dict[str, Any]]
) -> None:
    with Session(database.write_engine) as session:
        facts: dict[str, Any] = {
            "organization_id": "o1",
            "created_by_id": "u1",
            "state": NeedState.MATCHING,
            "association_id": "p",
        }
        facts |= {"origin": "p", "handed_in": True, "broker_id": None}
        needs = {name: a_need_row(n, facts | {"sealed": name == "sealed"}) for n, name in enumerate(("open", "sealed"))}
        session.add_all(needs.values())
        session.flush()
        cases = [ObjectionCase(_objection(given, needs), needs.get(given["need"])) for given in world]
        session.add_all(case.objection for case in cases)
        session.flush()

        listed = {objection.id for objection in session.exec(visible_ranking_objections(actor))}

        assert listed == {case.objection.id for case in cases if is_allowed(actor, "ranking_objection.act", case)}
        session.rollback()


def _objection(given: dict[str, Any], needs: dict[str, Need]) -> RankingObjection:
    return RankingObjection(
        user_id=given["user_id"],
        need_id=needs[given["need"]].id if given["need"] else None,
        kind=RankingObjectionKind.REVIEW,
        text="为什么没有我",
        association_id=given["association_id"],
        association_path=PATHS[given["association_id"]],
    )


entries = st.tuples(
    st.sampled_from(USERS), st.sampled_from(["", *sorted(PATHS)]), st.sampled_from([None, "open", "sealed"])
)


@given(actors, st.lists(entries, max_size=6))
@settings(max_examples=100)
def test_what_was_entered_for_others_is_listed_for_those_who_may_check_it(
    database: Database, actor: Actor, world: list[tuple[str, str, str | None]]
) -> None:
    with Session(database.write_engine) as session:
        facts: dict[str, Any] = {
            "organization_id": "o1",
            "created_by_id": "u1",
            "state": NeedState.MATCHING,
            "association_id": "p",
        }
        facts |= {"origin": "p", "handed_in": True, "broker_id": None}
        about = {name: a_need_row(n, facts | {"sealed": name == "sealed"}) for n, name in enumerate(("open", "sealed"))}
        session.add_all(about.values())
        session.flush()
        rows = [
            ProxyEntry(
                subject_kind="need",
                subject_id="n0",
                act="create",
                entered_by_id=user_id,
                asked_by="马工",
                channel="phone",
                asked_at=now(),
                need_id=about[hangs_on].id if hangs_on else None,
                association_path=PATHS.get(place, ""),
            )
            for user_id, place, hangs_on in world
        ]
        session.add_all(rows)
        session.flush()

        listed = {entry.id for entry in session.exec(visible_proxy_entries(actor))}

        sealed = about["sealed"].id
        assert listed == {row.id for row in rows if is_allowed(actor, "proxy.check", row) and row.need_id != sealed}
        session.rollback()
