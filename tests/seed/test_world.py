"""The demo world: it has every state there is, it is the same each time, and nothing in it could not have happened."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Table, select
from sqlmodel import SQLModel, col
from sqlmodel import select as rows_of

from seed.demo import make
from seed.world import texts
from service.actors import actor_of
from service.audit import first_broken
from service.clock import BEIJING, stopped_at
from service.models import (
    AchievementState,
    ApprovalState,
    AuditEntry,
    Consultation,
    ConsultationMember,
    ConsultationState,
    ErasureState,
    Expert,
    ExpertState,
    InvitationState,
    Job,
    MatchRunState,
    Need,
    NeedState,
    Organization,
    OrganizationState,
    Post,
    ProxyEntry,
    RankingObjectionState,
    RecommendationState,
    ReferralState,
    SelfOfferState,
    StatusChange,
    Team,
    User,
    Work,
)
from service.rules.credit_code import check_credit_code
from service.rules.demo_roles import DEMO_ROLES
from service.rules.phone import check_mobile
from service.rules.vocabulary import INDUSTRY_FIELDS
from service.services import Services
from service.usecases import audit_search, calls
from tests.seed.conftest import BY_WORDS, SMALL, opened
from tests.service.conftest import MONDAY

STATES: dict[str, type[StrEnum]] = {
    "need": NeedState,
    "match_run": MatchRunState,
    "recommendation": RecommendationState,
    "invitation": InvitationState,
    "referral": ReferralState,
    "consultation": ConsultationState,
    "self_offer": SelfOfferState,
    "achievement": AchievementState,
    "approval": ApprovalState,
    "expert": ExpertState,
    "organization": OrganizationState,
    "erasure_request": ErasureState,
    "ranking_objection": RankingObjectionState,
}


def counts(services: Services) -> dict[str, Counter[str]]:
    """How many rows of each kind are in each state."""
    with services.database.reading() as session:
        return {
            name: Counter(str(state) for state in session.execute(select(table_of(name).c.state)).scalars())
            for name in STATES
        }


def table_of(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def told(services: Services) -> dict[str, Any]:
    """Everything that was written, without ids: numbers, names and texts, in an order of their own."""
    with services.database.reading() as session:
        needs = session.exec(rows_of(Need))
        return {
            "needs": sorted(
                (each.number or "", each.title, each.situation, str(each.state), each.created_at) for each in needs
            ),
            "people": sorted((each.name, each.mobile) for each in session.exec(rows_of(User))),
            "experts": sorted((each.name, each.profile, str(each.state)) for each in session.exec(rows_of(Expert))),
            "works": sorted((each.title, each.text, each.year) for each in session.exec(rows_of(Work))),
            "teams": sorted((each.name, each.profile) for each in session.exec(rows_of(Team))),
            "firms": sorted((each.name, each.credit_code or "") for each in session.exec(rows_of(Organization))),
        }


@pytest.mark.parametrize("kind", STATES)
def test_every_state_of_every_lifecycle_occurs(demo: Services, kind: str) -> None:
    assert set(counts(demo)[kind]) == {str(state) for state in STATES[kind]}


@pytest.mark.slow
def test_a_second_build_is_like_the_first(demo: Services, tmp_path: Path) -> None:
    with stopped_at(MONDAY):
        make(tmp_path / "again", BY_WORDS, SMALL)
    again = opened(tmp_path / "again")

    assert counts(again) == counts(demo)
    assert told(again) == told(demo)
    again.database.dispose()


def test_what_is_there_is_not_made_anew(demo_folder: Path) -> None:
    before = (demo_folder / "kechuang.db").stat().st_mtime_ns

    assert not make(demo_folder, BY_WORDS, SMALL)
    assert (demo_folder / "kechuang.db").stat().st_mtime_ns == before
    assert [each.name for each in demo_folder.parent.iterdir()] == ["world"]


def test_the_chain_of_the_audit_log_is_whole(demo: Services) -> None:
    with demo.database.reading() as session:
        entries = session.exec(rows_of(AuditEntry).order_by(col(AuditEntry.seq))).all()

    assert entries[0].act == "installation.demo"
    assert first_broken(entries) is None


def test_whatever_was_done_is_named_in_the_audit_log(demo: Services) -> None:
    with demo.database.reading() as session:
        acts = {entry.act for entry in session.exec(rows_of(AuditEntry))}

    assert [act for act in sorted(acts) if audit_search.OTHER in audit_search.in_words(act)] == []


def test_all_promised_work_was_done_but_that_of_the_last_minute(demo: Services) -> None:
    with demo.database.reading() as session:
        jobs = session.exec(rows_of(Job)).all()

    assert {job.error for job in jobs} == {""}
    waiting = Counter(job.name for job in jobs if job.done_at is None)
    accepted = counts(demo)["need"]["accepted"]
    assert waiting["match.suggest"] == accepted
    assert set(waiting) <= {"match.suggest", "notify"}


def test_people_act_when_people_work_and_no_clock_is_absurd(demo: Services) -> None:
    with demo.database.reading() as session:
        steps = session.exec(rows_of(StatusChange)).all()
        first = min(step.at for step in steps)
        clocks = [
            (name, entered, due)
            for name in STATES
            if "due_at" in table_of(name).c
            for entered, due in session.execute(select(table_of(name).c.entered_at, table_of(name).c.due_at))
        ]
        ending = max(session.exec(rows_of(AuditEntry.at)).all())

    assert ending < MONDAY
    hours = {step.at.astimezone(BEIJING).hour for step in steps}
    assert min(hours) >= 9
    assert max(hours) <= 17
    assert all(demo.clockwork.calendar.is_working_day(step.at.astimezone(BEIJING).date()) for step in steps)
    for name, entered, due in clocks:
        assert entered is None or first - timedelta(days=30) < entered <= ending, name
        assert due is None or entered < due < entered + timedelta(days=95), name


def test_some_of_it_was_said_by_telephone(demo: Services) -> None:
    with demo.database.reading() as session:
        acts = Counter(entry.act for entry in session.exec(rows_of(ProxyEntry)))

    assert {"create", "submit", "choose", "accept"} <= set(acts)


def test_the_clerk_and_the_society_of_the_demo_have_somebody_to_call(demo: Services) -> None:
    with demo.database.reading() as session:
        users = {each.user_name: each for each in session.exec(rows_of(User)) if each.user_name}
        names = {
            name: [
                (call.kind.value, call.why.partition("，")[0])
                for call in calls.due(session, demo, actor_of(session, user))
            ]
            for name, user in users.items()
            if name in ("demo-city", "demo-society")
        }

    assert {("request", "关于需求"), ("request", "关于对接咨询")} <= set(names["demo-city"])
    assert ("request", "关于对接咨询") in names["demo-society"]


def test_the_leader_of_the_demo_has_named_a_member(demo: Services) -> None:
    with demo.database.reading() as session:
        leaders = (
            rows_of(Expert.id).join(User, col(User.id) == Expert.user_id).where(col(User.user_name) == "demo-leader")
        )
        named = session.exec(rows_of(ConsultationMember)).all()
        served = {each.id: each for each in session.exec(rows_of(Consultation))}
        teams = {each.id: each.leader_id for each in session.exec(rows_of(Team))}
        leader = session.exec(leaders).one()

    assert {teams[served[each.consultation_id].holder_id] for each in named} == {leader}


def test_everything_is_marked_and_of_the_right_form(demo: Services) -> None:
    with demo.database.reading() as session:
        firms = session.exec(rows_of(Organization)).all()
        units = {each.organization_name for each in session.exec(rows_of(Expert)) if each.organization_name}
        teams = [each.name for each in session.exec(rows_of(Team))]
        mobiles = [each.mobile for each in session.exec(rows_of(User)) if each.mobile]

    assert all(texts.MARK in name for name in [*(firm.name for firm in firms), *units, *teams])
    codes = [check_credit_code(firm.credit_code) for firm in firms if firm.credit_code]
    assert all(code.error is None and code.warning is None for code in codes)
    assert sum(firm.credit_code is None for firm in firms) == 2
    assert all(mobile.startswith("1990000") and check_mobile(mobile).error is None for mobile in mobiles)


def test_there_is_somebody_for_every_role_of_the_demo(demo: Services) -> None:
    with demo.database.reading() as session:
        found = {each.user_name: each for each in session.exec(rows_of(User)) if each.user_name}
        posts = session.exec(rows_of(Post)).all()

    assert set(found) == {role.key for role in DEMO_ROLES}
    assert {str(post.role) for post in posts} == {"clerk", "lead", "secrecy_officer", "tech_manager"}


def test_there_are_many_texts_in_every_field_and_none_twice() -> None:
    fields = Counter(topic.field for topic in texts.topics())
    assert set(fields) == set(INDUSTRY_FIELDS) - {"F99"}

    writer = texts.Writer(Random(1), 2026)
    works = [work for topic in texts.topics() for work in writer.works(topic, 28)]
    by_field = Counter(topic.field for topic in texts.topics() for _ in range(28))
    assert min(by_field.values()) >= 250
    assert len({work["title"] for work in works}) == len(works)
    assert len({work["text"] for work in works}) == len(works)
    assert not any("{" in work["title"] + work["text"] for work in works)
