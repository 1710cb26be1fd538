"""My account, my notices, and links that were mailed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from service.clock import now
from service.models import ApiToken, MailedLink, MailPurpose, Notice, User, UserSession
from service.passwords import keeper
from service.usecases.notice_texts import Words
from service.usecases.recipients import Recipient
from service.usecases.telling import About, tell
from tests.service.steps import a_submitted_need
from tests.service.world import World
from tests.web.conftest import SignIn, signed_in, words
from web.app import create_app

NAME = "盐湖厂马工"


def user_of(world: World) -> User:
    with world.services.database.reading() as session:
        return session.get_one(User, world.people[NAME])


def change(world: World, **values: object) -> None:
    with world.services.database.writing() as session:
        user = session.get_one(User, world.people[NAME])
        for name, value in values.items():
            setattr(user, name, value)


def a_link(world: World, purpose: MailPurpose) -> str:
    with world.services.database.writing() as session:
        link = MailedLink(
            user_id=world.people[NAME], purpose=purpose, mail="ma@kc.example", expires_at=now() + timedelta(hours=1)
        )
        session.add(link)
        session.flush()
        return world.services.links.token(link.id, f"mail.{purpose}")


def test_my_account_shows_what_is_mine(world: World, browser_of: SignIn) -> None:
    change(world, mail="ma@kc.example")

    shown = words(browser_of(NAME).get("/me"))

    said = (
        NAME,
        "ma@kc.example 未确认",
        world.people[NAME],
        f"{world.company.name} （管理员）",
        "就是这里",
        "邮件通知",
    )
    assert [part for part in said if part not in shown] == []
    assert browser_of("").get("/me").headers["location"] == "/sign-in?then=/me"


def test_a_token_is_shown_once_and_revoked(world: World, browser_of: SignIn) -> None:
    browser = browser_of(NAME)

    none = browser.post("/me/tokens", data={"name": "台账程序", "days": "30"})
    made = browser.post("/me/tokens", data={"name": "台账程序", "days": "30", "scopes": ["need.list", "need.view"]})

    found = re.search(r'<code id="token">(\S+)</code>', made.text)
    assert (none.status_code, made.status_code, found is not None) == (422, 200, True)
    listed = browser.get("/me")
    assert "台账程序" in words(listed)
    assert found is not None
    assert found.group(1) not in listed.text
    revoke = re.search(r"/me/tokens/\w+/revoke", listed.text)
    assert revoke is not None
    browser.post(revoke.group())
    with world.services.database.reading() as session:
        assert [each.revoked_at is not None for each in session.exec(select(ApiToken))] == [True]


def test_consent_is_withdrawn_and_given(world: World, browser_of: SignIn) -> None:
    browser = browser_of(NAME)
    page = browser.get("/me").text.split("邮件通知")[1]
    version = re.search(r'name="text_version" value="([^"]+)"', page)
    assert version is not None
    sent = {"purpose": "notices_by_mail", "text_version": version.group(1)}

    answers = [browser.post("/me/consents", data=sent | {"given": word}) for word in ("no", "no", "yes")]

    assert [each.status_code for each in answers] == [303, 409, 303]
    assert user_of(world).wants_mail is True


def test_signing_out_everywhere(world: World, browser_of: SignIn) -> None:
    browser, other = browser_of(NAME), browser_of(NAME)

    browser.post("/me/sessions/end")

    assert other.get("/me").status_code == 303
    with world.services.database.reading() as session:
        assert [each.revoked_at is not None for each in session.exec(select(UserSession))] == [True, True]


def test_erasing_takes_the_password_and_says_what_is_in_the_way(world: World, browser_of: SignIn) -> None:
    a_submitted_need(world)
    change(world, password_hash=keeper().hash("盐湖边的风车 harbour 9"))
    browser = browser_of(NAME)

    wrong = browser.post("/me/erase", data={"password": "不是这个"})
    asked = browser.post("/me/erase", data={"password": "盐湖边的风车 harbour 9"})
    shown = words(browser.get("/me/erase"))

    assert wrong.status_code in (401, 409, 422)
    assert "注销账号" in words(wrong)
    assert asked.headers["location"] == "/me/erase"
    assert "要先办结或移交的事" in shown
    assert browser.post("/me/erase/withdraw").headers["location"] == "/me"


def test_a_notice_leads_to_what_it_is_about_and_is_read_then(world: World, browser_of: SignIn) -> None:
    user_id = world.people[NAME]
    with world.services.database.writing() as session:
        about = About("organization", world.company.id, f"/organizations/{world.company.id}")
        tell(session, world.services, Recipient.user(user_id), "a", about, Words("核验通过", "可以提交需求了。"))
    browser = browser_of(NAME)

    listed = browser.get("/notices")
    step = re.search(r"/notices/\w+/open", listed.text)
    assert step is not None
    others = browser_of("路人吴芳").post(step.group())
    opened = browser.post(step.group())

    assert "全部标为已读（1）" in words(listed)
    assert "核验通过" in words(listed)
    assert others.status_code == 404
    assert opened.headers["location"] == f"/organizations/{world.company.id}"
    with world.services.database.reading() as session:
        assert [each.read_at is not None for each in session.exec(select(Notice))] == [True]


def test_a_mailed_link_sets_a_password_only_when_it_is_sent(world: World, browser_of: SignIn) -> None:
    stranger = browser_of("")
    change(world, mail="ma@kc.example", mail_confirmed_at=now())
    address = f"/mail/reset/{a_link(world, MailPurpose.RESET)}"

    stranger.get(address)
    before = user_of(world).password_hash
    weak = stranger.post(address, data={"password": "123"})
    done = stranger.post(address, data={"password": "盐湖边的风车 harbour 9"})
    again = stranger.post(address, data={"password": "盐湖边的风车 harbour 9"})

    assert (before, weak.status_code, done.headers["location"], again.status_code) == ("", 422, "/sign-in", 422)
    assert keeper().verify("盐湖边的风车 harbour 9", user_of(world).password_hash or "")[0]
    asked = stranger.post("/password/forgot", data={"name": NAME})
    assert asked.headers["location"] == "/sign-in"
    assert "已收到。如果有这个账号" in words(stranger.get("/sign-in"))


def test_an_address_is_confirmed_by_its_person(world: World, browser_of: SignIn) -> None:
    change(world, mail="ma@kc.example")
    address = f"/mail/confirm/{a_link(world, MailPurpose.CONFIRM)}"

    stranger = browser_of("").get(address)
    other = browser_of("路人吴芳").post(address)
    mine = browser_of(NAME).post(address)

    assert stranger.headers["location"] == f"/sign-in?then={address}"
    assert (other.status_code, mine.headers["location"]) == (422, "/me")
    assert user_of(world).mail_confirmed_at is not None


def test_who_must_change_the_password_is_led_there(world: World) -> None:
    change(world, must_change_password=True)
    forced = world.services.settings.model_copy(update={"force_password_change": True})
    browser = signed_in(world, create_app(replace(world.services, settings=forced)), NAME)

    assert browser.get("/needs").headers["location"] == "/me/password"
    assert browser.get("/me/password").status_code == 200
