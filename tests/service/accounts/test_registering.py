"""Registering oneself, without telling who has an account."""

from __future__ import annotations

from tests.service.accounts.support import (
    MOBILE,
    OTHER_PASSWORD,
    World,
    a_user,
)


def test_registering_gives_the_same_answer_for_the_same_work_whether_or_not_the_name_is_known(world: World) -> None:
    user = a_user(world, mobile=MOBILE, mail="zhuoma@example.cn", user_name="zhuoma")
    before = world.stored(user)

    seen = {}
    for case, names in {
        "new": {"mobile": "13800000009"},
        "known mobile number": {"mobile": MOBILE},
        "known mail": {"mobile": "13800000008", "mail": "ZHUOMA@example.cn"},
        "known user name": {"user_name": "zhuoma"},
        "disabled": {"mobile": "13800000007"},
    }.items():
        world.keeper.work.clear()
        answer = world.browser().post("/register", json={"name": "马明", "password": OTHER_PASSWORD, **names})
        seen[case] = (answer.status_code, answer.content, sorted(answer.headers.items()), tuple(world.keeper.work))

    assert len(set(map(str, seen.values()))) == 1, seen
    assert (seen["new"][0], seen["new"][3]) == (202, ("hash",))
    assert "set-cookie" not in answer.headers
    assert world.stored(user) == before
    assert world.signed_in("13800000009", OTHER_PASSWORD)
    assert world.acts().count("account.register_again") == 3


def test_registering_is_refused_for_a_weak_password_before_anything_is_looked_up(world: World) -> None:
    a_user(world, mobile=MOBILE)
    weak = {"name": "马明", "password": "password123"}

    known = world.browser().post("/register", json={**weak, "mobile": MOBILE})
    unknown = world.browser().post("/register", json={**weak, "mobile": "13800000009"})

    assert (known.status_code, known.content) == (422, unknown.content)


def test_one_network_cannot_register_without_end(world: World) -> None:
    statuses = [
        world.browser()
        .post("/register", json={"name": "马明", "password": OTHER_PASSWORD, "user_name": f"user{number}"})
        .status_code
        for number in range(51)
    ]

    assert statuses == [202] * 50 + [429]


def test_nobody_can_lock_somebody_out_by_registering_in_their_name(world: World) -> None:
    a_user(world, mobile=MOBILE)

    for _ in range(6):
        world.browser().post("/register", json={"name": "马明", "password": OTHER_PASSWORD, "mobile": MOBILE})

    assert world.signed_in(MOBILE)
