"""What the lists of consultations show is what the rule on single ones says, for random people and parties."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from service.actors import STRANGER, Actor, Standing
from service.db import Database
from service.models import (
    Consultation,
    ExpertState,
    FeeKind,
    HolderKind,
    MembershipRole,
    Need,
    PostRole,
    Referral,
)
from service.permissions import is_allowed
from service.usecases.consultation_cases import case_of
from service.visibility import handled_consultations, own_consultations, visible_consultations
from tests.service.visibility_world import (
    ORGANIZATIONS,
    PATHS,
    USERS,
    a_need_row,
    a_team_row,
    an_expert_row,
    database,
    needs,
)

__all__ = ["database"]

EXPERTS, TEAMS = ("e0", "e1"), ("t0",)
people = st.builds(
    Actor,
    user_id=st.sampled_from(USERS),
    posts=st.lists(
        st.builds(
            lambda name, role: Standing(name, PATHS[name], "", role),
            st.sampled_from(sorted(PATHS)),
            st.sampled_from(PostRole),
        ),
        max_size=2,
    ).map(tuple),
    organizations=st.dictionaries(st.sampled_from(ORGANIZATIONS), st.sampled_from(MembershipRole), max_size=2),
    expert_id=st.sampled_from([*EXPERTS, None]),
    team_ids=st.frozensets(st.sampled_from(TEAMS)),
    assigned=st.frozensets(st.sampled_from(("c0", "c1"))),
)
by_link = st.builds(
    Actor,
    user_id=st.none(),
    expert_id=st.sampled_from(EXPERTS),
    team_ids=st.frozensets(st.sampled_from(TEAMS)),
    assigned=st.frozensets(st.sampled_from(("c0", "c1"))),
    link=st.sampled_from(("consultation:c0", "consultation:c1", "invitation:c0")),
)
actors = st.just(STRANGER) | people | by_link
parties = (
    st.tuples(st.just(HolderKind.EXPERT), st.sampled_from(EXPERTS))
    | st.tuples(st.just(HolderKind.TEAM), st.sampled_from(TEAMS))
    | st.tuples(st.just(HolderKind.SOCIETY), st.sampled_from(ORGANIZATIONS))
    | st.tuples(st.just(HolderKind.ASSOCIATION), st.sampled_from(sorted(PATHS)))
    | st.tuples(st.just(HolderKind.TECH_MANAGER), st.sampled_from(USERS))
    | st.just((HolderKind.OUTSIDE, ""))
)
served = st.fixed_dictionaries({"holder": parties, "lead": parties, "need": st.integers(0, 1)})
societies = st.tuples(*[st.sampled_from([*ORGANIZATIONS, None])] * len(EXPERTS))


@given(actors, st.lists(needs, min_size=2, max_size=2), st.lists(served, max_size=4), societies)
@settings(max_examples=200)
def test_lists_agree_with_the_rule_on_single_consultations(
    database: Database,
    actor: Actor,
    asked: list[dict[str, Any]],
    served: list[dict[str, Any]],
    societies: tuple[str | None, ...],
) -> None:
    with Session(database.write_engine) as session:
        add_parties(session, societies)
        about = [a_need_row(number, facts) for number, facts in enumerate(asked)]
        session.add_all(about)
        session.flush()
        rows = [add_consultation(session, number, about[facts["need"]], facts) for number, facts in enumerate(served)]

        seen = {row.id for row in session.exec(visible_consultations(actor))}
        own = {row.id for row in session.exec(own_consultations(actor))}
        handled = {row.id for row in session.exec(handled_consultations(actor))}

        assert seen == {row.id for row in rows if is_allowed(actor, "consultation.view", case_of(session, row))}
        assert own | handled <= seen
        session.rollback()


def add_parties(session: Session, societies: tuple[str | None, ...]) -> None:
    common = {"user_id": None, "created_by_id": "u1", "association_id": "p", "state": ExpertState.VERIFIED}
    for number, society_id in enumerate(societies):
        session.add(an_expert_row(number, common | {"society_id": society_id}))
    session.flush()
    session.add(a_team_row(0, {"society_id": "o1", "region_code": "630000", "term": (0, 1)}))
    session.flush()


def add_consultation(session: Session, number: int, need: Need, facts: dict[str, Any]) -> Consultation:
    referral = Referral(
        number=f"PD-{number}",
        need_id=need.id,
        round=1,
        receiver_kind=HolderKind.OUTSIDE,
        outside_name=f"省外学会 {number}",
        fee_kind=FeeKind.FREE,
    )
    session.add(referral)
    session.flush()
    row = Consultation(
        id=f"c{number}",
        number=f"ZX-{number}",
        need_id=need.id,
        referral_id=referral.id,
        round=1,
        holder_kind=facts["holder"][0],
        holder_id=facts["holder"][1],
        lead_kind=facts["lead"][0],
        lead_id=facts["lead"][1],
    )
    session.add(row)
    session.flush()
    return row
