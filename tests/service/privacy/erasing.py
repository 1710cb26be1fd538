"""Living, and being erased; a step for tests."""

from __future__ import annotations

from service.actors import SYSTEM
from service.passwords import keeper
from service.schemas.privacy import ErasureOut
from service.usecases import accounts, erasures
from tests.service.privacy.lives import Canary, Life, a_life, actor
from tests.service.world import World

PASSWORD = "盐湖边的风车 harbour 9"
ADMIN = "管理员"


def a_full_life(world: World, canary: Canary | None = None, company_id: str = "") -> Life:
    return a_life(world, canary or Canary(), password_hash=keeper().hash(PASSWORD), company_id=company_id)


def erase(world: World, life: Life, password: str = PASSWORD) -> ErasureOut:
    return erasures.erase_own(world.services, actor(world, life.user_id), password, network="192.0.2.1")


def an_administrator(world: World) -> None:
    with world.services.database.writing() as session:
        user = accounts.create_user(session, SYSTEM, name="马管理", user_name="boss", is_administrator=True)
        world.people[ADMIN] = user.id
