"""一次性登录单: who gets one from whom, and what it opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service import audit
from service.actors import Actor, Standing
from service.clock import stopped_at
from service.models import (
    OneTimeSlip,
    PostRole,
)
from service.usecases import accounts
from service.usecases.reach import may_disable, may_reset
from tests.service.accounts.support import (
    MOBILE,
    MORNING,
    OTHER_PASSWORD,
    World,
    a_slip,
    a_user,
    everybody,
    redeem,
)


def test_a_slip_is_readable_short_lived_and_stored_as_a_digest(world: World, clerk: TestClient) -> None:
    user = a_user(world, mobile=MOBILE)

    answer = clerk.post("/slips", json={"user_id": user.id})

    code = answer.json()["code"]
    assert answer.json() == {
        "user_id": user.id,
        "name": "才仁卓玛",
        "code": code,
        "expires_at": "2026-11-25T01:00:00Z",
    }
    assert re.fullmatch(r"([A-HJKMNP-Z2-9]{4}-){2}[A-HJKMNP-Z2-9]{4}", code)
    with world.services.database.reading() as session:
        assert session.exec(select(OneTimeSlip.code_digest)).one() == audit.digest_of(code.replace("-", ""))


def test_redeeming_a_slip_sets_the_password_ends_all_sessions_and_signs_in(world: World, clerk: TestClient) -> None:
    user = a_user(world, mobile=MOBILE)
    lost, person = world.signed_in(MOBILE), world.browser()
    code = a_slip(clerk, user)

    status = redeem(person, f" {code.lower().replace('-', ' ')}")

    assert status == 200
    assert (person.get("/me").status_code, lost.get("/me").status_code) == (200, 401)
    assert world.signed_in(MOBILE, OTHER_PASSWORD)


def test_a_slip_opens_an_account_that_is_locked(world: World, clerk: TestClient) -> None:
    user = a_user(world, mobile=MOBILE)
    for _ in range(6):
        world.browser("192.0.2.66").post("/sign-in", json={"name": MOBILE, "password": "wrong"})

    assert redeem(world.browser(), a_slip(clerk, user)) == 200

    assert world.signed_in(MOBILE, OTHER_PASSWORD)


def test_worthless_codes_all_get_one_answer(world: World, clerk: TestClient) -> None:
    codes = {}
    for case in ("used", "replaced", "expired", "disabled"):
        user = a_user(world, user_name=case)
        codes[case] = a_slip(clerk, user)
        if case == "used":
            assert redeem(world.browser(), codes[case]) == 200
        if case == "replaced":
            a_slip(clerk, user)
        if case == "disabled":
            boss = a_user(world, user_name="boss", is_administrator=True)
            with world.services.database.writing() as session:
                accounts.disable_user(session, world.services, world.actor(boss), user.id, "离职")
                accounts.enable_user(session, world.services, world.actor(boss), user.id, "弄错了")
    codes |= {"unknown": "ABCD-EFGH-JKMN", "nonsense": "0OIl1", "empty": ""}

    answers = set()
    for case, code in codes.items():
        world.keeper.work.clear()
        with stopped_at(MORNING + timedelta(hours=48 if case == "expired" else 0)):
            answer = world.browser().post("/slips/redeem", json={"code": code, "new_password": OTHER_PASSWORD})
        answers.add((answer.status_code, answer.content, tuple(world.keeper.work)))

    assert len(answers) == 1
    assert (answer.status_code, answer.json()["field"], world.keeper.work) == (422, "code", [])


def test_a_weak_new_password_costs_neither_the_slip_nor_a_try(world: World, clerk: TestClient) -> None:
    code = a_slip(clerk, a_user(world, mobile=MOBILE))

    statuses = [redeem(world.browser(), code, "password123") for _ in range(6)]

    assert statuses == [422] * 6
    assert redeem(world.browser(), code) == 200


def test_guessing_codes_ends_after_fifty(world: World) -> None:
    statuses = [redeem(world.browser(), f"ABCD-EFGH-{number:04}") for number in range(22, 74)]

    assert statuses == [422] * 50 + [429] * 2


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("city clerk", "person", 201),
        ("city lead", "person", 201),
        ("administrator", "person", 201),
        ("person", "other person", 403),
        ("city clerk", "city clerk 2", 403),
        ("city lead", "city clerk", 201),
        ("city lead", "province clerk", 403),
        ("city lead", "other city clerk", 403),
        ("province clerk", "city clerk", 403),
        ("province lead", "city lead", 201),
        ("province lead", "administrator", 403),
        ("administrator", "province lead", 201),
        ("administrator", "other administrator", 201),
        ("city clerk", "city clerk", 409),
        ("administrator", "administrator", 409),
    ],
)
def test_a_slip_is_issued_only_downwards(world: World, who: str, whom: str, status: int) -> None:
    people = everybody(world)

    answer = world.signed_in(who.replace(" ", "_")).post("/slips", json={"user_id": people[whom].id})

    assert answer.status_code == status, answer.text


def test_no_slip_for_a_disabled_or_unknown_account(world: World, clerk: TestClient) -> None:
    user, boss = a_user(world, mobile=MOBILE), a_user(world, user_name="boss", is_administrator=True)
    with world.services.database.writing() as session:
        accounts.disable_user(session, world.services, world.actor(boss), user.id, "离职")

    assert clerk.post("/slips", json={"user_id": user.id}).status_code == 409
    assert clerk.post("/slips", json={"user_id": "0123"}).status_code == 404


PATHS = st.sampled_from(["p/", "p/a/", "p/a/x/", "p/b/"])
STANDINGS = st.builds(lambda path, role: Standing(path, path, "", role), PATHS, st.sampled_from(PostRole))
ACTORS = st.builds(
    lambda boss, posts: Actor("somebody", is_administrator=boss, posts=tuple(posts)),
    st.booleans(),
    st.lists(STANDINGS, max_size=3),
)


@given(ACTORS, ACTORS)
def test_nobody_gains_a_post_through_somebody_elses_sign_in(actor: Actor, standing: Actor) -> None:
    if may_reset(actor, standing) and not actor.is_administrator:
        assert not standing.is_administrator
        assert all(any(post.path.startswith(own.path) for own in actor.posts) for post in standing.posts)
    if may_disable(actor, standing):
        assert may_reset(actor, standing)
