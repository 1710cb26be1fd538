"""Acts of an administrator on the small world, each as a request would do it: with the settings of that moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import Session

from service.actors import Actor
from service.models import StoredSetting, User
from service.schemas.stored_settings import SettingInput, SettingOut, Value, VersionInput
from service.services import Services
from service.usecases import kept_settings, setting_rows
from tests.service.world import World

Found = TypeVar("Found")
Act = Callable[[Session, Services, Actor], Found]
ADMIN = "路人吴芳"


def make_administrator(world: World, name: str = ADMIN) -> None:
    with world.services.database.writing() as session:
        session.get_one(User, world.people[name]).is_administrator = True


def write(world: World, act: Act[Found], name: str = ADMIN) -> Found:
    services = world.services.present()
    with services.database.writing() as session:
        return act(session, services, world.actor(session, name))


def look(world: World, act: Act[Found], name: str = ADMIN) -> Found:
    services = world.services.present()
    with services.database.reading() as session:
        return act(session, services, world.actor(session, name))


def setting(world: World, name: str) -> SettingOut:
    return next(each for each in look(world, kept_settings.listed) if each.name == name)


def version_of(world: World, name: str) -> int:
    with world.services.database.reading() as session:
        return setting_rows.change_of(session, name).version


def put(world: World, name: str, value: Value, version: int | None = None) -> SettingOut:
    """version: the one it has, unless another is given."""
    given = SettingInput(value=value, version=version_of(world, name) if version is None else version)
    return write(world, lambda session, services, actor: kept_settings.change(session, services, actor, name, given))


def give_back(world: World, name: str) -> SettingOut:
    given = VersionInput(version=version_of(world, name))
    return write(world, lambda session, services, actor: kept_settings.restore(session, services, actor, name, given))


def row(world: World, name: str) -> StoredSetting:
    with world.services.database.reading() as session:
        return setting_rows.rows(session)[name]
