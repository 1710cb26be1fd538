"""Signing in: what works, what is refused, and what a refusal must not tell."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from service.errors import Busy
from service.models import SignInAttempt, UserSession
from service.passwords import Cost, Keeper, kept_by
from service.settings import Settings
from service.usecases import accounts, sign_in
from service.usecases.sign_in_names import read
from tests.service.accounts.support import (
    CHEAP,
    MOBILE,
    OTHER_PASSWORD,
    PASSWORD,
    WRONG,
    World,
    a_user,
    later,
    rows,
)


@pytest.mark.parametrize(
    "name",
    [
        MOBILE,
        "+86 138 9712 3456",
        "１３８９７１２３４５６",
        "zhuoma@example.cn",
        " Zhuoma@Example.CN",
        "cairen.zhuoma",
        "Cairen.Zhuoma",
    ],
)
def test_a_person_signs_in_by_mobile_number_mail_or_user_name_however_it_is_typed(world: World, name: str) -> None:
    user = a_user(world, mobile=MOBILE, mail="zhuoma@example.cn", user_name="cairen.zhuoma")

    answer = world.browser().post("/sign-in", json={"name": name, "password": PASSWORD})

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "user_id": user.id,
            "name": "才仁卓玛",
            "expires_at": "2026-11-23T13:00:00Z",
            "idle_minutes": 30,
            "must_change_password": True,
        },
    )
    assert world.acts() == ["account.create", "sign_in"]


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites_and_only_its_digest_is_stored(world: World) -> None:
    with_tls = world.services.settings.model_copy(update={"public_url": "https://kc.example"})
    world.app.state.services = replace(world.services, settings=with_tls)
    a_user(world, mobile=MOBILE)

    answer = world.browser().post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    secret, _, attributes = answer.headers["set-cookie"].removeprefix("__Host-kc_session=").partition("; ")
    assert attributes == "HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure"
    assert len(secret) == 43
    assert answer.headers["cache-control"] == "no-store"
    with world.services.database.reading() as session:
        stored = session.exec(select(UserSession.token_digest)).one()
    assert stored == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in answer.text


def test_an_address_of_this_machine_without_tls_has_cookies_that_are_not_secure(world: World) -> None:
    a_user(world, mobile=MOBILE)

    answer = world.browser().post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    assert answer.headers["set-cookie"].startswith("kc_session=")
    assert "Secure" not in answer.headers["set-cookie"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:9/", "https://kc.example"])
def test_these_addresses_are_taken_as_they_are(url: str) -> None:
    assert Settings(public_url=url).public_url == url


@pytest.mark.parametrize("url", ["http://kc.example", "http://10.0.0.8:8000", "http://127.0.0.1.example"])
def test_an_address_without_tls_elsewhere_needs_a_switch(url: str) -> None:
    with pytest.raises(ValueError, match="KC_ALLOW_HTTP"):
        Settings(public_url=url)

    assert not Settings(public_url=url, allow_http=True).has_tls


def test_all_reasons_not_to_let_somebody_in_look_and_cost_the_same(world: World) -> None:
    a_user(world, mobile=MOBILE)
    a_user(world, mobile="13800000001", password=None)
    disabled = a_user(world, mobile="13800000002")
    boss = a_user(world, user_name="boss", is_administrator=True)
    with world.services.database.writing() as session:
        accounts.disable_user(session, world.services, world.actor(boss), disabled.id, "离职")
    attempts = {
        "wrong password": {"name": MOBILE, **WRONG},
        "unknown mobile number": {"name": "13800000009", **WRONG},
        "unknown mail": {"name": "nobody@example.cn", **WRONG},
        "unknown user name": {"name": "nobody", **WRONG},
        "nonsense": {"name": "\u0001 ; DROP TABLE", **WRONG},
        "no password yet": {"name": "13800000001", **WRONG},
        "disabled": {"name": "13800000002", **WRONG},
        "disabled, right password": {"name": "13800000002", "password": PASSWORD},
    }

    seen = {}
    for case, given_ in attempts.items():
        world.keeper.work.clear()
        answer = world.browser().post("/sign-in", json=given_)
        headers = sorted((key, value) for key, value in answer.headers.items())
        seen[case] = (answer.status_code, answer.content, headers, tuple(world.keeper.work))

    assert len(set(map(str, seen.values()))) == 1, seen
    assert seen["unknown mail"][0] == 401
    assert seen["unknown mail"][3] == ("verify",)
    assert answer.json() == {
        "type": "/problems/not_signed_in",
        "status": 401,
        "code": "not_signed_in",
        "title": "账号或密码不对，请核对后重试；连续输错会暂时锁定。忘记密码的，请联系科协工作人员打印一次性登录单。",
    }


def test_five_failures_lock_known_and_unknown_accounts_alike_even_for_the_right_password(world: World) -> None:
    a_user(world, mobile=MOBILE)

    answers = {}
    for name in (MOBILE, "13800000009"):
        browser = world.browser()
        for _ in range(5):
            assert browser.post("/sign-in", json={"name": name, **WRONG}).status_code == 401
        world.keeper.work.clear()
        answers[name] = browser.post("/sign-in", json={"name": name, "password": PASSWORD})
        assert world.keeper.work == []

    known, unknown = answers.values()
    assert (known.status_code, known.content, known.headers) == (
        unknown.status_code,
        unknown.content,
        unknown.headers,
    )
    assert known.headers["retry-after"] == "900"
    assert known.json() == {
        "type": "/problems/too_many",
        "status": 429,
        "code": "too_many",
        "title": "尝试次数太多，请 15 分钟后再试。忘记密码的，请联系科协工作人员打印一次性登录单。",
        "retry_after": 900,
    }


def test_a_lock_ends_by_itself_and_is_not_prolonged_by_trying(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.browser()
    for minute in range(5):
        with later(minutes=minute):
            browser.post("/sign-in", json={"name": MOBILE, **WRONG})

    with later(minutes=14, seconds=59):
        locked = browser.post("/sign-in", json={"name": MOBILE, "password": PASSWORD})
    with later(minutes=15):
        ended = browser.post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    assert (locked.status_code, locked.headers["retry-after"]) == (429, "1")
    assert ended.status_code == 200


def test_trying_many_times_at_once_is_no_way_round_the_limit(world: World) -> None:
    a_user(world, mobile=MOBILE)

    def one(_: int) -> int:
        return world.browser().post("/sign-in", json={"name": MOBILE, **WRONG}).status_code

    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(one, range(12)))

    assert sorted(statuses) == [401] * 5 + [429] * 7


def test_success_forgets_the_failures_of_the_account_only(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.browser()
    for name in (MOBILE, MOBILE, "13800000009"):
        browser.post("/sign-in", json={"name": name, **WRONG})

    browser.post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    assert rows(world, SignInAttempt) == 1


def test_failing_by_mobile_number_does_not_tell_which_mail_is_the_same_persons(world: World) -> None:
    a_user(world, mobile=MOBILE, mail="zhuoma@example.cn")
    for _ in range(6):
        world.browser().post("/sign-in", json={"name": MOBILE, **WRONG})

    own = world.browser().post("/sign-in", json={"name": "zhuoma@example.cn", **WRONG})
    other = world.browser().post("/sign-in", json={"name": "other@example.cn", **WRONG})

    assert (own.status_code, own.content) == (other.status_code, other.content)


def test_spraying_many_accounts_from_one_network_ends_after_fifty(world: World) -> None:
    for number in range(50):
        answer = world.browser("2001:db8:1:2::7").post("/sign-in", json={"name": f"138{number:08}", **WRONG})
        assert answer.status_code == 401

    same_house = world.browser("2001:db8:1:2:ffff::1").post("/sign-in", json={"name": "13900000000", **WRONG})
    elsewhere = world.browser("2001:db8:1:3::7").post("/sign-in", json={"name": "13900000000", **WRONG})

    assert (same_house.status_code, elsewhere.status_code) == (429, 401)


def test_what_is_counted_names_neither_account_nor_network(world: World) -> None:
    world.browser().post("/sign-in", json={"name": MOBILE, **WRONG})

    with world.services.database.reading() as session:
        attempt = session.exec(select(SignInAttempt)).one()
        assert (len(attempt.account), len(attempt.network)) == (64, 64)


def test_an_attempt_turned_away_because_the_system_is_busy_does_not_count(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(password: str, stored: str) -> tuple[bool, str | None]:
        raise Busy("现在登录的人太多。请过几秒再试。")

    monkeypatch.setattr(world.keeper, "verify", busy)

    answer = world.browser().post("/sign-in", json={"name": MOBILE, **WRONG})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert rows(world, SignInAttempt) == 0


def test_a_hash_of_a_lower_cost_is_renewed_at_sign_in(world: World) -> None:
    user = a_user(world, mobile=MOBILE)

    with kept_by(Keeper(Cost(memory_kib=16, rounds=1, lanes=1))):
        world.signed_in(MOBILE)
        renewed = world.stored(user).password_hash
        world.signed_in(MOBILE)

    assert "m=8," in user.password_hash
    assert "m=16," in renewed
    assert world.stored(user).password_hash == renewed


def test_a_password_changed_while_somebody_signs_in_with_the_old_one_wins(world: World) -> None:
    user = a_user(world, mobile=MOBILE)
    new_hash = Keeper(CHEAP).hash(OTHER_PASSWORD)

    class Slow(Keeper):
        def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
            with world.services.database.writing() as session:
                sign_in.set_password(session, user.id, new_hash)
            return super().verify(password, stored)

    with kept_by(Slow(CHEAP)):
        answer = world.browser().post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    assert answer.status_code == 401
    assert rows(world, UserSession) == 0


def test_what_was_typed_is_not_repeated_and_unknown_fields_are_named(world: World) -> None:
    answer = world.browser().post("/sign-in", json={"name": MOBILE, "password": 7395028461, "remember": "yes please"})

    assert answer.status_code == 422
    assert answer.json()["fields"] == [
        {"field": "password", "message": "应为文字。"},
        {"field": "remember", "message": "没有这一项，请去掉。"},
    ]
    assert "7395028461" not in answer.text
    assert "yes please" not in answer.text


@pytest.mark.parametrize("name", ["\\ud800", "a\\u0000b", "𠮷" * 60, "%", "' OR 1=1 --"])
def test_odd_names_and_passwords_are_refused_and_no_bug(world: World, name: str) -> None:
    body = f'{{"name": "{name}", "password": "{name}"}}'.encode()

    answer = world.browser().post("/sign-in", content=body, headers={"content-type": "application/json"})

    assert answer.status_code in (401, 422)


@given(st.text(max_size=300))
def test_reading_a_name_never_fails_and_is_stable(text: str) -> None:
    once = read(text)

    assert read(once.value) == once
