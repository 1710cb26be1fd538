"""Consent per purpose: asked, given, taken back, entered for somebody; and what depends on it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.migrations.run import upgrade
from service.models import ConsentEntry, Job, ProxyEntry, ReadEntry, User
from service.rules.consent_purposes import PURPOSES
from service.schemas.common import ActionInput
from service.schemas.consents import ConsentInput, EnteredConsent
from service.schemas.experts import ExpertSettings, NewExpert
from service.services import Services
from service.settings import Settings
from service.usecases import consents, contact_readers, experts, invitations, teams
from service.usecases.announcements import announce
from service.usecases.consent_log import agrees
from service.usecases.expert_views import show
from service.usecases.notices import want_mail
from service.usecases.recipients import Address, Recipient, address_of, wants
from tests.service.notices.notice_steps import titles
from tests.service.privacy.steps import (
    CLERK,
    COMPANY,
    EXPERT,
    PROFILE,
    a_listed_expert,
    a_verified_expert,
    accept,
    act_on_expert,
    an_accepted_need,
    an_invitation,
    decide,
    stored,
)
from tests.service.world import World, a_world

# As the notices' helper calls an expert.
EXPERT_TOLD = "专家才让·多杰"
PHONE = {"asked_by": "才让·多杰", "channel": "phone", "asked_at": "2026-11-23T08:30:00+08:00"}


def own(world: World, name: str) -> dict[str, tuple[bool, str | None]]:
    with world.services.database.reading() as session:
        return {each.purpose: (each.given, each.channel) for each in consents.own(session, world.actor(session, name))}


def enter(world: World, name: str, expert_id: str, purpose: str, *, given: bool, **changes: object) -> None:
    with world.services.database.writing() as session:
        said: dict[str, object] = {"purpose": purpose, "given": given, "text_version": PURPOSES[purpose].version}
        content = EnteredConsent.model_validate(said | {"proxy": PHONE, "confirmed": True} | changes)
        consents.enter(session, world.services, world.actor(session, name), expert_id, content)


def set_up(world: World, expert_id: str, *, takes_part: bool) -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, EXPERT)
        version = experts.find(session, actor, expert_id).version
        content = ExpertSettings.model_validate({"version": version, "takes_part": takes_part})
        experts.change_settings(session, world.services, actor, expert_id, content)


def contact(world: World, name: str, expert_id: str) -> str:
    with world.services.database.writing() as session:
        return experts.contact(session, world.actor(session, name), expert_id)[0]


def entries(world: World, expert_id: str) -> list[tuple[str, bool, str]]:
    with world.services.database.reading() as session:
        found = session.exec(select(ConsentEntry).order_by(col(ConsentEntry.seq)))
        return [(each.purpose, each.given, each.channel) for each in found if each.holder_id == expert_id]


def test_nobody_has_agreed_to_what_they_were_not_asked_except_to_what_their_own_business_needs(world: World) -> None:
    a_verified_expert(world)

    assert own(world, EXPERT) == {
        "recommend": (False, None),
        "public_profile": (False, None),
        "contact_to_owner": (False, None),
        "teams": (True, None),
        "notices_by_mail": (True, None),
        "notices_by_sms": (True, None),
    }
    assert sorted(own(world, COMPANY)) == ["notices_by_mail", "notices_by_sms"]


def test_the_switch_and_the_consent_are_one_thing(world: World) -> None:
    expert_id = a_verified_expert(world)

    decide(world, EXPERT, "recommend", given=True)
    assert stored(world, expert_id).takes_part
    set_up(world, expert_id, takes_part=False)
    assert own(world, EXPERT)["recommend"] == (False, "本人在平台上")
    set_up(world, expert_id, takes_part=True)
    set_up(world, expert_id, takes_part=True)
    act_on_expert(world, EXPERT, expert_id, "leave", "退休")

    assert entries(world, expert_id) == [
        ("recommend", True, "web"),
        ("recommend", False, "web"),
        ("recommend", True, "web"),
        ("recommend", False, "leaving"),
    ]
    left = stored(world, expert_id)
    assert (left.takes_part, left.recommended_consent_at) == (False, None)
    with pytest.raises(Conflict, match="已经退出"):
        decide(world, EXPERT, "recommend", given=True)


def test_a_consent_names_the_words_it_was_given_to(world: World) -> None:
    a_verified_expert(world)

    with world.services.database.writing() as session:
        actor = world.actor(session, EXPERT)
        old = ConsentInput(purpose="recommend", given=True, text_version="2025-01")
        with pytest.raises(Stale):
            consents.decide(session, world.services, actor, old)
        with pytest.raises(NotFound):
            consents.decide(session, world.services, actor, ConsentInput(purpose="advertising", given=False))
    with pytest.raises(Conflict, match="不用再改"):
        decide(world, EXPERT, "recommend", given=False)
    with pytest.raises(Conflict, match="只问专家"):
        decide(world, COMPANY, "recommend", given=True)


def test_staff_enter_what_was_said_by_telephone_with_proof_and_the_expert_sees_who_did(world: World) -> None:
    expert_id = a_verified_expert(world)

    with pytest.raises(Invalid, match="核实"):
        enter(world, CLERK, expert_id, "recommend", given=True, confirmed=False)
    with pytest.raises(NotFound):
        enter(world, "西宁孙浩", expert_id, "recommend", given=True)
    with pytest.raises(Forbidden):
        enter(world, EXPERT, expert_id, "recommend", given=True)
    with pytest.raises(Invalid, match="本人登录"):
        enter(world, CLERK, expert_id, "notices_by_sms", given=True)
    enter(world, CLERK, expert_id, "recommend", given=True)

    assert own(world, EXPERT)["recommend"] == (True, "电话，代为登记")
    with world.services.database.reading() as session:
        seen = consents.of_expert(session, world.actor(session, CLERK), expert_id)
        proxy = session.exec(select(ProxyEntry)).one()
        told = session.exec(select(Job.key).where(col(Job.key).startswith("consent_entry:"))).one()
    assert (seen[0].entered_by, proxy.act, proxy.asked_by) == (CLERK, "consent.recommend", "才让·多杰")
    assert proxy.confirmed_at is not None
    announce(world.services, told)
    announce(world.services, told)
    assert titles(world)[EXPERT_TOLD] == ["科协替您登记了：同意“参与推荐”"]

    # Taking back is as easy as it can be.
    enter(world, CLERK, expert_id, "recommend", given=False, confirmed=False)
    assert not stored(world, expert_id).takes_part


def test_the_database_itself_keeps_the_log_of_consents_as_it_is(world: World) -> None:
    a_listed_expert(world)

    for statement in ("UPDATE consent_entry SET given = false", "DELETE FROM consent_entry"):
        with pytest.raises(DBAPIError, match="append-only"), world.services.database.write_engine.begin() as connection:
            connection.execute(text(statement))


def test_others_read_name_and_place_of_an_expert_and_the_work_only_with_consent(world: World) -> None:
    expert_id = a_listed_expert(world)

    def seen() -> tuple[str, str | None, int | None]:
        with world.services.database.reading() as session:
            actor = world.actor(session, COMPANY)
            shown = show(session, actor, experts.find(session, actor, expert_id))
            return shown.name, shown.profile, None if shown.works is None else len(shown.works)

    assert seen() == ("才让·多杰", None, None)
    decide(world, EXPERT, "public_profile", given=True)
    assert seen() == ("才让·多杰", "锂吸附材料的结构稳定性与再生", 1)


def test_who_does_not_want_to_be_asked_into_teams_is_not(world: World) -> None:
    expert_id = a_listed_expert(world)
    with world.services.database.reading() as session:
        actor = world.actor(session, CLERK)
        assert teams.fit_expert(session, actor, expert_id, "expert_id").id == expert_id

    decide(world, EXPERT, "teams", given=False)

    with world.services.database.reading() as session:
        actor = world.actor(session, CLERK)
        with pytest.raises(Invalid, match="不接受"):
            teams.fit_expert(session, actor, expert_id, "expert_id")


def test_the_owner_reads_contact_data_after_acceptance_only_and_every_reading_is_told(world: World) -> None:
    expert_id = a_listed_expert(world)
    invitation_id = an_invitation(world, an_accepted_need(world), expert_id)
    with pytest.raises(NotFound):
        contact(world, COMPANY, expert_id)

    accept(world, invitation_id)

    assert contact(world, COMPANY, expert_id) == "13809712234"
    assert own(world, EXPERT)["contact_to_owner"] == (True, "随接受邀约")
    assert contact(world, EXPERT, expert_id) == "13809712234"
    with world.services.database.reading() as session:
        found, total = contact_readers.page_of(session, world.actor(session, EXPERT))
        traces = session.exec(select(ReadEntry)).all()
    assert [(line.reader, line.places, line.what) for line in found] == [
        (COMPANY, ["青海湖东盐化有限公司（演示数据）"], ["手机号", "邮箱"])
    ]
    assert (total, len(traces)) == (1, 1)


def test_contact_data_is_closed_again_when_consent_or_the_invitation_is_taken_back(world: World) -> None:
    expert_id = a_listed_expert(world)
    invitation_id = an_invitation(world, an_accepted_need(world), expert_id)
    accept(world, invitation_id)

    decide(world, EXPERT, "contact_to_owner", given=False)
    with pytest.raises(NotFound):
        contact(world, COMPANY, expert_id)
    decide(world, EXPERT, "contact_to_owner", given=True)
    assert contact(world, COMPANY, expert_id)
    with world.services.database.writing() as session:
        actor = world.actor(session, EXPERT)
        version = invitations.find(session, actor, invitation_id).subject.version
        given = ActionInput.model_validate({"version": version, "note": "出差"})
        invitations.take_back(session, world.services, actor, invitation_id, "release", given)

    with pytest.raises(NotFound):
        contact(world, COMPANY, expert_id)


decisions = st.lists(st.tuples(st.sampled_from(["decide", "settings", "phone"]), st.booleans()), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def an_expert(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, str]:
    services = Services.of(Settings(data_dir=tmp_path_factory.mktemp("consents")))
    upgrade(services.database)
    world = a_world(services)
    return world, a_verified_expert(world)


@given(decisions)
@settings(max_examples=40)
def test_the_switch_always_says_what_the_last_entry_says(
    an_expert: tuple[World, str], decided: list[tuple[str, bool]]
) -> None:
    world, expert_id = an_expert
    ways: dict[str, Callable[[bool], None]] = {
        "decide": lambda wanted: decide(world, EXPERT, "recommend", given=wanted),
        "settings": lambda wanted: set_up(world, expert_id, takes_part=wanted),
        "phone": lambda wanted: enter(world, CLERK, expert_id, "recommend", given=wanted),
    }
    for how, wanted in decided:
        with contextlib.suppress(Conflict):
            ways[how](wanted)

        expert = stored(world, expert_id)
        with world.services.database.reading() as session:
            assert expert.takes_part is agrees(session, expert_id, "recommend") is wanted
        assert (expert.recommended_consent_at is not None) is wanted


def test_mail_and_sms_come_until_somebody_says_no(world: World) -> None:
    def both() -> list[bool]:
        with world.services.database.reading() as session:
            user = Recipient.user(world.people[COMPANY])
            wanted = [wants(session, user, purpose) for purpose in ("notices_by_mail", "notices_by_sms")]
            assert session.get_one(User, user.id).wants_mail is wanted[0]
            return wanted

    assert both() == [True, True]
    decide(world, COMPANY, "notices_by_mail", given=False)
    decide(world, COMPANY, "notices_by_sms", given=False)
    assert both() == [False, False]
    with world.services.database.writing() as session:
        want_mail(session, world.actor(session, COMPANY), wants_mail=True)
    assert both() == [True, False]
    assert own(world, COMPANY) == {
        "notices_by_mail": (True, "本人在平台上"),
        "notices_by_sms": (False, "本人在平台上"),
    }


def test_an_expert_without_an_account_says_it_to_staff(world: World) -> None:
    with world.services.database.writing() as session:
        content = NewExpert.model_validate(PROFILE)
        expert_id = experts.create(session, world.services, world.actor(session, CLERK), content).id

    enter(world, CLERK, expert_id, "notices_by_sms", given=False)
    enter(world, CLERK, expert_id, "notices_by_mail", given=False)

    with world.services.database.reading() as session:
        recipient = Recipient.expert(expert_id)
        assert not wants(session, recipient, "notices_by_sms")
        assert address_of(session, recipient) == Address("才让·多杰", "", "13809712234")
