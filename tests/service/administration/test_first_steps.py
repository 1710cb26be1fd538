"""开始使用: on an empty installation nothing is done; each step follows what the database holds."""

from __future__ import annotations

import pytest

from service.actors import SYSTEM, Actor, actor_of
from service.errors import Forbidden, NotFound, Stale
from service.models import User
from service.schemas.stored_settings import CalendarDaysInput, SkipInput, StartOut
from service.services import Services
from service.usecases import associations, calendar_days, first_steps
from service.usecases.installation import has_administrator
from tests.service.administration.steps import look, make_administrator, put, version_of, write
from tests.service.world import World

KEYS = ("name", "regions", "people", "phone", "organizer", "deadlines", "calendar", "parties", "claims")


def administrator(services: Services) -> Actor:
    with services.database.writing() as session:
        user = User(name="王管理", user_name="admin", is_administrator=True)
        session.add(user)
        session.flush()
        return actor_of(session, user)


def shown(world: World) -> dict[str, bool]:
    return {step.key: step.is_done for step in look(world, first_steps.show).steps}


def test_an_empty_installation_has_everything_before_it(services: Services, monday: object) -> None:
    with services.database.reading() as session:
        assert not has_administrator(session)
    actor = administrator(services)

    with services.database.reading() as session:
        assert has_administrator(session)
        found: StartOut = first_steps.show(session, services, actor)

    assert [(step.key, step.is_done, step.is_skipped) for step in found.steps] == [(key, False, False) for key in KEYS]
    assert found.left == len(KEYS)
    assert all(step.told and step.address.startswith("/") for step in found.steps)


def test_steps_are_done_by_what_is_there(world: World) -> None:
    make_administrator(world)
    before = shown(world)

    put(world, "site.association", "青海省科协")
    put(world, "site.phone", "0971-6123456")
    put(world, "site.organizer", "青海省科协")
    half = shown(world)
    put(world, "site.record_number", "青ICP备00000000号")
    put(world, "deadlines.review_need", 4)
    after = shown(world)

    assert [key for key, is_done in before.items() if is_done] == ["regions", "people"]
    assert (half["name"], half["phone"], half["organizer"]) == (True, True, False)
    assert [key for key, is_done in after.items() if not is_done] == ["calendar", "parties", "claims"]


def test_a_province_that_does_not_fit_the_tree_is_named(world: World) -> None:
    make_administrator(world)
    put(world, "province", "52")

    step = next(step for step in look(world, first_steps.show).steps if step.key == "regions")

    assert (step.is_done, step.address) == (False, "/admin/site")
    assert "所在省份是贵州省，省科协却在别的省" in step.told


def test_a_step_is_skipped_and_taken_back_and_two_collide(world: World) -> None:
    make_administrator(world)

    def skip(key: str, version: int, *, is_skipped: bool = True) -> StartOut:
        given = SkipInput(key=key, version=version, is_skipped=is_skipped)
        return write(world, lambda session, services, actor: first_steps.skip(session, services, actor, given))

    skip("claims", 0)
    both = skip("deadlines", 1)
    with pytest.raises(Stale):
        skip("phone", 1)
    back = skip("claims", 2, is_skipped=False)
    with pytest.raises(NotFound):
        skip("nothing", 3)

    assert [step.key for step in both.steps if step.is_skipped] == ["deadlines", "claims"]
    assert (both.left, back.left) == (5, 6)
    assert world.services.present().settings.skipped_steps == ("deadlines",)
    with pytest.raises(Forbidden):
        look(world, first_steps.show, "省科协王敏")


def test_who_left_is_no_longer_counted(world: World) -> None:
    make_administrator(world)
    with world.services.database.writing() as session:
        for association in (world.province, world.city, world.county, world.other_city):
            for post, _ in associations.posts(session, SYSTEM, association.id):
                associations.end_post(session, SYSTEM, post.id, until=post.since)

    assert not shown(world)["people"]


def test_a_calendar_year_is_only_complete_with_its_holidays(world: World) -> None:
    """The whole of it on pages: tests/web/test_settings_pages.py."""
    make_administrator(world)
    given = CalendarDaysInput.model_validate(
        {"since": "2027-02-05", "until": "2027-02-11", "kind": "off", "name": "春节", "version": 0}
    )

    found = write(world, lambda session, services, actor: calendar_days.add_days(session, services, actor, given))

    assert (len(found.days), found.version, version_of(world, "calendar")) == (7, 1, 1)
    assert [(each.year, each.is_known) for each in found.years] == [(2026, True), (2027, False)]
    assert found.warning
