"""Sessions, and the password changed from within one."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.errors import Busy
from service.models import UserSession
from tests.service.accounts.support import (
    MOBILE,
    MORNING,
    OTHER_PASSWORD,
    PASSWORD,
    WRONG,
    World,
    a_user,
    later,
    status_of_me,
)


def test_a_new_session_at_each_sign_in_and_the_one_before_is_dead(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)
    first = browser.cookies["kc_session"]

    browser.post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    assert browser.cookies["kc_session"] != first
    assert status_of_me(browser) == 200
    browser.cookies.clear()
    browser.cookies.set("kc_session", first)
    assert status_of_me(browser) == 401


def test_a_cookie_planted_before_sign_in_is_worth_nothing_after_it(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.browser()
    browser.cookies.set("kc_session", "planted")

    browser.post("/sign-in", json={"name": MOBILE, "password": PASSWORD})

    thief = world.browser()
    thief.cookies.set("kc_session", "planted")
    assert status_of_me(thief) == 401


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser, copy = world.signed_in(MOBILE), world.browser()
    copy.cookies.set("kc_session", browser.cookies["kc_session"])

    answer = browser.post("/sign-out")

    assert answer.status_code == 204
    assert "kc_session" not in browser.cookies
    assert (status_of_me(browser), status_of_me(copy)) == (401, 401)
    assert world.browser().post("/sign-out").status_code == 204


@pytest.mark.parametrize(("minutes", "status"), [([29, 58], 200), ([30], 401), ([29, 60], 401)])
def test_an_unused_session_ends(world: World, minutes: list[int], status: int) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)

    for minute in minutes:
        with later(minutes=minute):
            last = status_of_me(browser)

    assert last == status


def test_a_session_in_use_ends_after_twelve_hours(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)

    seen = []
    for minute in [*range(20, 12 * 60, 20), 719.9, 720]:
        with later(minutes=minute):
            seen.append(status_of_me(browser))

    assert set(seen[:-1]) == {200}
    assert seen[-1] == 401


def test_being_seen_is_written_at_most_once_a_minute(world: World) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)

    noted = []
    for seconds in (30, 59, 60, 90, 119, 120):
        with later(seconds=seconds):
            status_of_me(browser)
        with world.services.database.reading() as session:
            noted.append((session.exec(select(UserSession.last_seen_at)).one() - MORNING).seconds)

    assert noted == [0, 0, 60, 60, 60, 120]


def test_reading_goes_on_while_the_database_cannot_be_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    a_user(world, mobile=MOBILE)
    browser = world.signed_in(MOBILE)

    def busy() -> None:
        raise Busy("系统正忙。")

    monkeypatch.setattr(world.services.database, "writing", busy)

    with later(minutes=5):
        assert status_of_me(browser) == 200


def test_own_sessions_are_listed_and_one_of_them_ended(world: World) -> None:
    a_user(world, mobile=MOBILE)
    a_user(world, user_name="somebody")
    phone, other = world.signed_in(MOBILE), world.signed_in("somebody")
    with later(minutes=5):
        office = world.signed_in(MOBILE)
        listed = office.get("/me/sessions").json()
        strangers = other.delete(f"/me/sessions/{listed[1]['id']}")
        missing = office.delete("/me/sessions/0123456789abcdef")

        ended = office.delete(f"/me/sessions/{listed[1]['id']}")

        assert (status_of_me(office), status_of_me(phone)) == (200, 401)
    assert [(each["last_seen_at"], each["is_current"]) for each in listed] == [
        ("2026-11-23T01:05:00Z", True),
        ("2026-11-23T01:00:00Z", False),
    ]
    assert set(listed[0]) == {"id", "created_at", "last_seen_at", "expires_at", "is_current"}
    assert (
        (strangers.status_code, strangers.content) == (missing.status_code, missing.content) == (404, missing.content)
    )
    assert ended.status_code == 204


def test_signing_out_everywhere_ends_every_session_of_this_person_only(world: World) -> None:
    a_user(world, mobile=MOBILE)
    a_user(world, user_name="somebody")
    here, there, other = world.signed_in(MOBILE), world.signed_in(MOBILE), world.signed_in("somebody")

    assert here.delete("/me/sessions").status_code == 204

    assert [status_of_me(client) for client in (here, there, other)] == [401, 401, 200]
    assert world.acts()[-1] == "session.end_all"


def test_the_eleventh_device_signs_out_the_one_unused_longest(world: World) -> None:
    a_user(world, mobile=MOBILE)
    devices = []
    for minute in range(11):
        with later(minutes=minute):
            devices.append(world.signed_in(MOBILE))

    with later(minutes=11):
        assert [status_of_me(device) for device in devices] == [401, *[200] * 10]


def test_changing_the_password_ends_the_other_sessions_and_the_old_password(world: World) -> None:
    a_user(world, mobile=MOBILE)
    here, there = world.signed_in(MOBILE), world.signed_in(MOBILE)

    answer = here.post("/me/password", json={"old_password": PASSWORD, "new_password": OTHER_PASSWORD})

    assert (answer.status_code, answer.content) == (204, b"")
    assert (status_of_me(here), status_of_me(there)) == (200, 401)
    old = world.browser().post("/sign-in", json={"name": MOBILE, "password": PASSWORD})
    new = world.browser().post("/sign-in", json={"name": MOBILE, "password": OTHER_PASSWORD})
    assert (old.status_code, new.status_code) == (401, 200)
    assert "password.change" in world.acts()


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        (WRONG["password"], OTHER_PASSWORD, "old_password", "现在的密码不对"),
        (PASSWORD, PASSWORD, "new_password", "和现在的相同"),
        (PASSWORD, "password2026!", "new_password", "很多人在用的词"),
        (PASSWORD, "97123456才仁卓玛!x", "new_password", "您的姓名"),
        (PASSWORD, "short", "new_password", "至少要 10 个字符"),
    ],
)
def test_a_refused_change_changes_nothing(world: World, old: str, new: str, field: str, says: str) -> None:
    user = a_user(world, mobile=MOBILE)
    here, there = world.signed_in(MOBILE), world.signed_in(MOBILE)

    answer = here.post("/me/password", json={"old_password": old, "new_password": new})

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert says in answer.json()["title"]
    assert world.stored(user).password_hash == user.password_hash
    assert (status_of_me(here), status_of_me(there)) == (200, 200)


def test_the_old_password_cannot_be_guessed_from_an_open_session(world: World) -> None:
    a_user(world, mobile=MOBILE)
    here = world.signed_in(MOBILE)

    statuses = [
        here.post("/me/password", json={"old_password": f"wrong {n}", "new_password": OTHER_PASSWORD}).status_code
        for n in range(6)
    ]

    assert statuses == [422] * 5 + [429]
    assert world.signed_in(MOBILE)


def test_worthless_cookies_and_tokens_are_strangers(world: World) -> None:
    browser = world.browser()
    browser.cookies.set("kc_session", "x" * 3000)

    assert status_of_me(browser) == 401
    assert browser.get("/me", headers={"authorization": "Bearer nonsense"}).status_code == 401
