"""接口令牌: what a program may do with one, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service import audit
from service.actors import Actor
from service.clock import stopped_at
from service.errors import Conflict
from service.models import (
    ApiToken,
)
from service.permissions import BY_TOKEN, IN_PERSON, POLICIES, _token_allows, is_allowed
from service.usecases import tokens
from service.usecases.accounts import actor_by_token
from tests.service.accounts.support import (
    MOBILE,
    MORNING,
    OTHER_PASSWORD,
    PASSWORD,
    SCOPES,
    World,
    a_token,
    a_user,
)


def test_a_token_is_shown_once_and_listed_without_its_secret(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)

    made = browser.post("/me/tokens", json={"name": " 数据同步 ", "scopes": [*SCOPES, "need.list"], "days": 30}).json()

    secret = made.pop("token")
    assert made == {
        "id": made["id"],
        "name": "数据同步",
        "scopes": SCOPES,
        "created_at": "2026-11-23T01:00:00Z",
        "expires_at": "2026-12-23T01:00:00Z",
    }
    assert re.fullmatch(r"kc_[\w-]{43}", secret)
    assert browser.get("/me/tokens").json() == [made]
    with world.services.database.reading() as session:
        assert session.exec(select(ApiToken.token_digest)).one() == audit.digest_of(secret)


def test_a_token_may_do_what_its_scopes_say_and_its_user_may(world: World) -> None:
    user = a_user(world, mobile=MOBILE)
    with world.services.database.writing() as session:
        _, secret = tokens.create_token(session, world.services, world.actor(user), name="同步", scopes=SCOPES, days=1)

    actor = actor_by_token(world.services, secret)

    assert actor == Actor(user.id, scopes=frozenset(SCOPES), must_change_password=True, name=user.name)
    assert {name for name in ("need.list", "need.create", "account.own", "signed_in") if is_allowed(actor, name)} == {
        "need.list",
        "signed_in",
    }


def test_a_token_can_make_neither_tokens_nor_sign_ins_nor_accounts(world: World, clerk: TestClient) -> None:
    everything = [scope["name"] for scope in clerk.get("/me/token-scopes").json()]
    token, api = a_token(clerk, scopes=everything), world.browser()
    user = a_user(world, mobile=MOBILE)

    answers = {
        "tokens": api.post("/me/tokens", json={"name": "更多", "scopes": SCOPES}, headers=token),
        "list": api.get("/me/tokens", headers=token),
        "sessions": api.delete("/me/sessions", headers=token),
        "password": api.post(
            "/me/password", json={"old_password": PASSWORD, "new_password": OTHER_PASSWORD}, headers=token
        ),
        "slips": api.post("/slips", json={"user_id": user.id}, headers=token),
        "users": api.post("/users", json={"name": "马明", "user_name": "maming"}, headers=token),
        "find": api.post("/users/find", json={"name": MOBILE}, headers=token),
        "disable": api.post(f"/users/{user.id}/disable", json={"note": "x"}, headers=token),
    }

    assert {case: answer.status_code for case, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert api.get("/me", headers=token).json()["scopes"] == sorted(everything)


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"name": "  "}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["account.own"]}, "scopes"),
        ({"scopes": ["slip.issue"]}, "scopes"),
        ({"scopes": ["membership.change"]}, "scopes"),
        ({"scopes": ["association.change"]}, "scopes"),
        ({"scopes": ["approval.act"]}, "scopes"),
        ({"scopes": ["need.fly"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_a_token_needs_a_name_known_scopes_and_an_end(world: World, given_: dict[str, object], field: str) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)

    answer = browser.post("/me/tokens", json={"name": "同步", "scopes": SCOPES, "days": 30, **given_})

    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_of_every_policy_it_is_declared_whether_a_token_may_have_it() -> None:
    declared = sorted([*BY_TOKEN, *IN_PERSON])

    assert declared == sorted(POLICIES.keys() - {"public", "signed_in"})


def test_power_over_people_accounts_and_posts_is_never_a_tokens() -> None:
    """By the words of the names, so that one declared in haste is noticed."""
    kinds = ("account.", "association.change", "membership.change", "slip.", "privacy.", "erasure.", "hand_over")

    assert [name for name in sorted(BY_TOKEN) if any(kind in name for kind in kinds)] == []


@pytest.mark.parametrize("name", sorted(IN_PERSON))
def test_a_token_that_was_given_it_before_has_lost_it(name: str) -> None:
    actor = Actor("u", is_administrator=True, scopes=frozenset({name}))

    assert not _token_allows(actor, name)


def test_a_token_ends_by_itself_or_when_it_is_revoked_by_its_owner(world: World) -> None:
    a_user(world, mobile=MOBILE)
    a_user(world, user_name="somebody")
    browser, other, api = world.signed_in(MOBILE), world.signed_in("somebody"), world.browser()
    short, long = a_token(browser, days=1), a_token(browser, days=2)
    listed = {each["expires_at"]: each["id"] for each in browser.get("/me/tokens").json()}

    with stopped_at(MORNING + timedelta(days=1)):
        assert (api.get("/me", headers=short).status_code, api.get("/me", headers=long).status_code) == (401, 200)
    long_id = listed["2026-11-25T01:00:00Z"]
    assert other.delete(f"/me/tokens/{long_id}").status_code == 404
    assert browser.delete(f"/me/tokens/{long_id}").status_code == 204

    assert api.get("/me", headers=long).status_code == 401
    assert browser.delete(f"/me/tokens/{long_id}").status_code == 404
    assert [act for act in world.acts() if act.startswith("token")] == ["token.create"] * 2 + ["token.revoke"]


def test_the_twenty_first_token_is_refused(world: World) -> None:
    user = a_user(world, mobile=MOBILE)

    with world.services.database.writing() as session:
        actor = world.actor(user)
        for _ in range(20):
            tokens.create_token(session, world.services, actor, name="同步", scopes=SCOPES, days=1)
        with pytest.raises(Conflict, match="最多同时有 20 个"):
            tokens.create_token(session, world.services, actor, name="同步", scopes=SCOPES, days=1)
