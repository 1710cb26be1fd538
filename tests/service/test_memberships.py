"""Who works for an organisation: admitted by its managers or by staff on request, never left without a manager."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from service import audit
from service.actors import STRANGER, Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, NotSignedIn, Stale
from service.models import AuditEntry, Job, Membership, ProxyEntry, User
from service.schemas.memberships import ChangedMembership, EndedMembership, LeftMembership, NewMembership
from service.usecases import memberships
from tests.service.world import World

MANAGER, PERSON = "盐湖厂马工", "路人吴芳"
PROXY = {"asked_by": "马工", "channel": "phone", "asked_at": "2026-11-20T10:00:00+08:00"}


def admit(world: World, by: str, name: str, **given: object) -> str:
    with world.services.database.writing() as session:
        content = NewMembership.model_validate({"user_id": world.people[name]} | given)
        return memberships.admit(session, world.services, world.actor(session, by), world.company.id, content).id


def held_by(session: Session, world: World, name: str) -> Membership:
    """The latest membership of this person."""
    mine = select(Membership).where(Membership.user_id == world.people[name])
    return session.exec(mine.order_by(col(Membership.ended_at).is_not(None), col(Membership.id))).all()[0]


def change(world: World, by: str, name: str, role: str, **given: object) -> None:
    with world.services.database.writing() as session:
        held = held_by(session, world, name)
        content = ChangedMembership.model_validate({"version": held.version, "role": role} | given)
        memberships.change_role(session, world.services, world.actor(session, by), held.id, content)


def end(world: World, by: str, name: str, **given: object) -> None:
    with world.services.database.writing() as session:
        held = held_by(session, world, name)
        content = EndedMembership.model_validate({"version": held.version} | given)
        memberships.end(session, world.services, world.actor(session, by), held.id, content)


def leave(world: World, by: str, name: str) -> None:
    with world.services.database.writing() as session:
        held = held_by(session, world, name)
        memberships.leave(
            session, world.services, world.actor(session, by), held.id, LeftMembership(version=held.version or 0)
        )


def people_seen_by(world: World, name: str) -> list[tuple[str, str]] | type[AppError]:
    with world.services.database.reading() as session:
        try:
            rows, total = memberships.page_of(session, world.actor(session, name), world.company.id)
        except AppError as error:
            return type(error)
    assert total == len(rows)
    return [(person, held.role.value) for held, person in rows]


def test_a_manager_admits_a_contact_who_then_acts_for_the_organisation(world: World) -> None:
    admit(world, MANAGER, PERSON)

    with world.services.database.reading() as session:
        actor = world.actor(session, PERSON)
    assert actor.organizations == {world.company.id: "contact"}
    assert people_seen_by(world, PERSON) == [(MANAGER, "manager"), (PERSON, "contact")]


def test_its_own_people_and_staff_in_scope_see_who_works_there_and_nobody_else(world: World) -> None:
    names = (MANAGER, "格尔木赵静", "海西州李强", "省科协王敏", "西宁孙浩", "保密办周正", PERSON)

    seen = {name: people_seen_by(world, name) for name in names}

    everybody = [(MANAGER, "manager")]
    assert seen == dict.fromkeys(names[:4], everybody) | dict.fromkeys(names[4:6], Forbidden) | {PERSON: NotFound}


def test_contacts_and_others_change_nothing(world: World) -> None:
    admit(world, MANAGER, PERSON)

    for name in (PERSON, "西宁孙浩", "保密办周正"):
        with pytest.raises(Forbidden):
            admit(world, name, "海西州李强", proxy=PROXY)
        with pytest.raises(Forbidden):
            change(world, name, PERSON, "manager", proxy=PROXY)
        with pytest.raises(Forbidden):
            end(world, name, MANAGER, proxy=PROXY)
    for name in (MANAGER, "格尔木赵静"):
        with pytest.raises(Forbidden):
            leave(world, name, PERSON)

    assert people_seen_by(world, MANAGER) == [(MANAGER, "manager"), (PERSON, "contact")]


def test_staff_act_on_request_and_the_request_is_kept(world: World) -> None:
    with pytest.raises(Invalid, match="受谁委托"):
        admit(world, "格尔木赵静", PERSON)

    admitted = admit(world, "格尔木赵静", PERSON, proxy=PROXY)
    with pytest.raises(Invalid, match="受谁委托"):
        change(world, "海西州李强", PERSON, "manager")
    change(world, "海西州李强", PERSON, "manager", proxy=PROXY)
    with pytest.raises(Invalid, match="受谁委托"):
        end(world, "省科协王敏", PERSON)
    end(world, "省科协王敏", PERSON, proxy=PROXY)

    names = {user_id: name for name, user_id in world.people.items()}
    with world.services.database.reading() as session:
        entries = session.exec(select(ProxyEntry).where(ProxyEntry.subject_kind == "membership")).all()
    assert {(names[entry.entered_by_id], entry.act, entry.subject_id, entry.asked_by) for entry in entries} == {
        ("格尔木赵静", "admit", admitted, "马工"),
        ("海西州李强", "change", admitted, "马工"),
        ("省科协王敏", "end", admitted, "马工"),
    }
    assert people_seen_by(world, MANAGER) == [(MANAGER, "manager")]


def test_staff_do_not_admit_themselves_nor_act_by_their_post_where_they_work(world: World) -> None:
    with pytest.raises(Forbidden, match="不能把自己加进去"):
        admit(world, "格尔木赵静", "格尔木赵静", proxy=PROXY)

    admit(world, MANAGER, "格尔木赵静")

    with pytest.raises(Forbidden):
        change(world, "格尔木赵静", "格尔木赵静", "manager", proxy=PROXY)
    with pytest.raises(Forbidden):
        admit(world, "格尔木赵静", PERSON, proxy=PROXY)


def test_only_an_account_in_use_is_admitted_and_only_once(world: World) -> None:
    admit(world, MANAGER, PERSON)
    with pytest.raises(Conflict, match="已经是联系人"):
        admit(world, MANAGER, PERSON, role="manager")
    with pytest.raises(Conflict, match="已经是管理员"):
        admit(world, MANAGER, MANAGER)

    disable(world, "海西州李强")
    with pytest.raises(Invalid, match="没有这个账号，或账号已停用"):
        admit(world, MANAGER, "海西州李强")
    world.people["没有的人"] = "x"
    with pytest.raises(Invalid, match="没有这个账号，或账号已停用"):
        admit(world, MANAGER, "没有的人")


def test_the_database_itself_refuses_to_admit_somebody_twice_at_the_same_time(world: World) -> None:
    """Two managers at once: neither sees the other's admission before it is stored."""
    admit(world, MANAGER, PERSON)
    leave(world, PERSON, PERSON)
    admit(world, MANAGER, PERSON)

    again = {"user_id": world.people[PERSON], "organization_id": world.company.id, "role": "contact"}
    with pytest.raises(Conflict, match="刚刚已经保存过"), world.services.database.writing() as session:
        session.add(Membership.model_validate(again))


def disable(world: World, name: str) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people[name]).is_active = False


def test_an_organisation_always_keeps_a_manager_who_can_sign_in(world: World) -> None:
    admit(world, MANAGER, PERSON, role="contact")
    admit(world, MANAGER, "海西州李强", role="manager")
    disable(world, "海西州李强")

    for refused in (
        lambda: leave(world, MANAGER, MANAGER),
        lambda: end(world, MANAGER, MANAGER),
        lambda: end(world, "格尔木赵静", MANAGER, proxy=PROXY),
        lambda: change(world, MANAGER, MANAGER, "contact"),
    ):
        with pytest.raises(Conflict, match="先把另一位同事设为管理员"):
            refused()
    change(world, MANAGER, PERSON, "manager")
    leave(world, MANAGER, MANAGER)

    assert people_seen_by(world, PERSON) == [("海西州李强", "manager"), (PERSON, "manager")]
    assert people_seen_by(world, MANAGER) is NotFound


def test_two_managers_who_end_each_other_at_once_leave_one(world: World) -> None:
    admit(world, MANAGER, PERSON, role="manager")

    with ThreadPoolExecutor(1) as pool:
        with world.services.database.writing() as session:
            held = held_by(session, world, PERSON)
            content = EndedMembership(version=held.version or 0, proxy=None)
            memberships.end(session, world.services, world.actor(session, MANAGER), held.id, content)
            other = pool.submit(end, world, PERSON, MANAGER)
            # Until the other one waits for the first; coming later it is refused as well.
            time.sleep(0.3)
        with pytest.raises((Conflict, NotFound)):
            other.result(timeout=20)

    assert people_seen_by(world, MANAGER) == [(MANAGER, "manager")]


def test_a_contact_leaves_and_can_be_admitted_again(world: World) -> None:
    admit(world, MANAGER, PERSON)

    leave(world, PERSON, PERSON)

    assert people_seen_by(world, PERSON) is NotFound
    with pytest.raises(Conflict, match="不用再办"):
        end(world, MANAGER, PERSON)
    admit(world, MANAGER, PERSON)
    assert people_seen_by(world, PERSON) == [(MANAGER, "manager"), (PERSON, "contact")]


def test_a_role_that_somebody_else_changed_is_not_overwritten(world: World) -> None:
    admit(world, MANAGER, PERSON)
    change(world, "格尔木赵静", PERSON, "manager", proxy=PROXY)

    for outdated in (
        lambda: change(world, MANAGER, PERSON, "manager", version=1),
        lambda: end(world, MANAGER, PERSON, version=1),
    ):
        with pytest.raises(Stale) as refused:
            outdated()
        assert refused.value.details == {"version": 2, "theirs": {"role": "manager"}}
    with pytest.raises(Conflict, match="已经是管理员"):
        change(world, MANAGER, PERSON, "manager")


def test_every_act_is_in_the_audit_log_and_told_to_the_person(world: World) -> None:
    first = admit(world, MANAGER, PERSON)
    change(world, MANAGER, PERSON, "manager")
    leave(world, PERSON, PERSON)
    second = admit(world, "格尔木赵静", PERSON, proxy=PROXY)
    end(world, MANAGER, PERSON)

    names = {user_id: name for name, user_id in world.people.items()}
    with world.services.database.reading() as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
        jobs = session.exec(select(Job).order_by(col(Job.seq))).all()
    assert audit.first_broken(entries) is None
    assert [
        (names[entry.actor_id or ""], entry.act, entry.subject_id)
        for entry in entries
        if entry.act.startswith("membership.")
    ] == [
        (MANAGER, "membership.admit", first),
        (MANAGER, "membership.change", first),
        (PERSON, "membership.leave", first),
        ("格尔木赵静", "membership.admit", second),
        (MANAGER, "membership.end", second),
    ]
    told = [job.key for job in jobs if job.name == "notify" and job.key.startswith("membership:")]
    assert told == [f"membership:{held}" for held in (first, first, first, second, second)]


def test_people_are_admitted_changed_and_ended_over_the_api(world: World) -> None:
    app = create_api(world.services)

    def as_(name: str) -> TestClient:
        def actor() -> Actor:
            with world.services.database.reading() as session:
                return world.actor(session, name)

        app.dependency_overrides[current_actor] = actor
        return TestClient(app)

    path = f"/api/organizations/{world.company.id}/memberships"
    admitted = as_(MANAGER).post(path, json={"user_id": world.people[PERSON]})
    own = f"/api/memberships/{admitted.json()['id']}"
    changed = as_(MANAGER).put(own, json={"version": 1, "role": "manager"})
    listed = as_(PERSON).get(path)
    left = as_(PERSON).post(f"{own}/leave", json={"version": 2})
    ended = as_(MANAGER).post(f"{own}/end", json={"version": 3})
    hidden = as_(PERSON).get(path)
    missing = as_(PERSON).post("/api/memberships/nothing/leave", json={"version": 1})

    answers = (admitted, changed, listed, left, ended, hidden, missing)
    assert [answer.status_code for answer in answers] == [201, 200, 200, 204, 409, 404, 404]
    assert changed.json() == {
        "id": admitted.json()["id"],
        "version": 2,
        "user_id": world.people[PERSON],
        "name": PERSON,
        "role": "manager",
        "since": "2026-11-23T01:00:00Z",
    }
    assert [item["name"] for item in listed.json()["items"]] == [PERSON, MANAGER]


def test_strangers_are_asked_to_sign_in(world: World) -> None:
    browser, path = TestClient(create_api(world.services)), f"/api/organizations/{world.company.id}/memberships"
    with world.services.database.reading() as session:
        own = f"/api/memberships/{held_by(session, world, MANAGER).id}"
        with pytest.raises(NotSignedIn):
            memberships.page_of(session, STRANGER, world.company.id)

    asked = [
        browser.get(path),
        browser.get("/api/organizations/nothing/memberships"),
        browser.post(path, json={"user_id": "x"}),
        browser.put(own, json={"version": 1, "role": "contact"}),
        browser.post(f"{own}/end", json={"version": 1}),
        browser.post(f"{own}/leave", json={"version": 1}),
        browser.post("/api/memberships/nothing/leave", json={"version": 1}),
    ]

    assert [answer.status_code for answer in asked] == [401] * 7
