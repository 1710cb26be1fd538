"""A small world for the tests of accounts: a database file, a few people, the routes of accounts alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, col, select

from service.actors import SYSTEM, Actor, actor_of
from service.api import accounts as routes
from service.api.problems import add_handlers
from service.clock import stopped_at
from service.db import Database
from service.links import Links
from service.models import (
    Association,
    AssociationLevel,
    AuditEntry,
    Post,
    PostRole,
    SignInAttempt,
    User,
    UserSession,
)
from service.passwords import Cost, Keeper, keeper, kept_by
from service.rules.work_calendar import work_calendar
from service.services import Services
from service.settings import Settings
from service.usecases import accounts
from service.workflow.engine import Clockwork

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PASSWORD = "九月的鸽子 bicycle 7 滤波"
OTHER_PASSWORD = "青稞地里的第三只雪豹 tram"
MOBILE = "13897123456"
WRONG = {"password": "这不是那个密码 umbrella"}
SCOPES = ["need.list", "need.view"]
CHEAP = Cost(memory_kib=8, rounds=1, lanes=1)


class CountingKeeper(Keeper):
    """What takes time, as a list, so that "takes as long" can be compared exactly."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.work: list[str] = []

    def hash(self, password: str) -> str:
        self.work.append("hash")
        return super().hash(password)

    def verify(self, password: str, stored: str) -> tuple[bool, str | None]:
        self.work.append("verify")
        return super().verify(password, stored)


@dataclass
class World:
    services: Services
    keeper: CountingKeeper
    app: FastAPI
    clients: list[TestClient] = field(default_factory=list)

    def browser(self, network: str = "192.0.2.1") -> TestClient:
        """With cookies of its own; https, as cookies are secure."""
        client = TestClient(self.app, base_url="https://testserver", client=(network, 50_000))
        self.clients.append(client)
        return client

    def signed_in(self, name: str, password: str = PASSWORD, network: str = "192.0.2.1") -> TestClient:
        client = self.browser(network)
        answer = client.post("/sign-in", json={"name": name, "password": password})
        assert answer.status_code == 200, answer.text
        return client

    def actor(self, user: User) -> Actor:
        with self.services.database.reading() as session:
            return actor_of(session, user)

    def stored(self, user: User) -> User:
        with self.services.database.reading() as session:
            found = session.get(User, user.id)
            assert found
            session.expunge(found)
            return found

    def acts(self) -> list[str]:
        with self.services.database.reading() as session:
            return list(session.exec(select(AuditEntry.act).order_by(col(AuditEntry.seq))).all())


@contextmanager
def a_world(folder: Path, make_settings: Callable[..., Settings] = Settings) -> Iterator[World]:
    settings = make_settings(data_dir=folder)
    database = Database(settings.database)
    SQLModel.metadata.create_all(database.write_engine)
    clockwork = Clockwork(work_calendar(), settings.deadlines)
    services = Services(settings, database, clockwork, Links(bytes(32)))
    app = FastAPI()
    app.state.services = services
    app.include_router(routes.router)
    add_handlers(app)
    counting = CountingKeeper()
    with kept_by(counting), stopped_at(MORNING):
        yield World(services, counting, app)
    database.dispose()


def a_user(
    world: World,
    name: str = "才仁卓玛",
    *,
    mobile: str = "",
    mail: str = "",
    user_name: str = "",
    password: str | None = PASSWORD,
    is_administrator: bool = False,
) -> User:
    password_hash = keeper().hash(password) if password else ""
    with world.services.database.writing() as session:
        return accounts.create_user(
            session,
            SYSTEM,
            name=name,
            mobile=mobile,
            mail=mail,
            user_name=user_name,
            password_hash=password_hash,
            is_administrator=is_administrator,
        )


def an_association(world: World, name: str, above: Association | None = None) -> Association:
    level = AssociationLevel.CITY if above else AssociationLevel.PROVINCE
    association = Association(
        name=name, level=level, region_code="630000", path="", parent_id=above.id if above else None
    )
    association.path = f"{above.path if above else ''}{association.id}/"
    with world.services.database.writing() as session:
        session.add(association)
    return association


def a_staff_user(world: World, user_name: str, association: Association, role: PostRole = PostRole.CLERK) -> User:
    user = a_user(world, "马明", user_name=user_name)
    with world.services.database.writing() as session:
        session.add(Post(user_id=user.id, association_id=association.id, role=role, since=date(2026, 1, 1)))
    return user


def later(**after: float) -> AbstractContextManager[None]:
    return stopped_at(MORNING + timedelta(**after))


def status_of_me(client: TestClient) -> int:
    return client.get("/me").status_code


def rows(world: World, table: type[SignInAttempt] | type[UserSession]) -> int:
    with world.services.database.reading() as session:
        return len(session.exec(select(table)).all())


def a_slip(clerk: TestClient, user: User) -> str:
    answer = clerk.post("/slips", json={"user_id": user.id})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def redeem(client: TestClient, code: str, new_password: str = OTHER_PASSWORD) -> int:
    return client.post("/slips/redeem", json={"code": code, "new_password": new_password}).status_code


def a_token(client: TestClient, **given_: object) -> dict[str, str]:
    answer = client.post("/me/tokens", json={"name": "数据同步", "scopes": SCOPES, "days": 30, **given_})
    assert answer.status_code == 201, answer.text
    return {"authorization": f"Bearer {answer.json()['token']}"}


def everybody(world: World) -> dict[str, User]:
    """The user name of each is the key, with _ for blanks."""
    province = an_association(world, "青海省科协")
    city, other = an_association(world, "西宁市科协", province), an_association(world, "海西州科协", province)
    staff = {
        "province lead": (province, PostRole.LEAD),
        "province clerk": (province, PostRole.CLERK),
        "city lead": (city, PostRole.LEAD),
        "city clerk": (city, PostRole.CLERK),
        "city clerk 2": (city, PostRole.CLERK),
        "other city clerk": (other, PostRole.CLERK),
    }
    people = {key: a_staff_user(world, key.replace(" ", "_"), *post) for key, post in staff.items()}
    for key in ("person", "other person", "administrator", "other administrator"):
        people[key] = a_user(world, user_name=key.replace(" ", "_"), is_administrator="administrator" in key)
    return people
