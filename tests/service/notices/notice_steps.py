"""What tests of notices do and look at, by people of the small world."""

from __future__ import annotations

from sqlmodel import col, select

from service.clock import now
from service.models import Delivery, Expert, Notice, User
from service.usecases.announcements import announce
from service.worker import Worker
from tests.service.match_steps import a_matched_need, an_expert, choose, list_of, review
from tests.service.world import World


def names(world: World) -> dict[str, str]:
    """Of everybody who can be told something, by id."""
    with world.services.database.reading() as session:
        found = {expert.id: f"专家{expert.name}" for expert in session.exec(select(Expert))}
        return found | {user.id: user.name for user in session.exec(select(User))}


def notices_of(world: World, name: str) -> list[Notice]:
    """In the order in which they were told."""
    called = names(world)
    with world.services.database.reading() as session:
        found = session.exec(select(Notice).order_by(col(Notice.created_at), col(Notice.key))).all()
    return [notice for notice in found if called[notice.recipient_id] == name]


def titles(world: World) -> dict[str, list[str]]:
    """Who was told what; nobody who was told nothing."""
    told = {name: sorted(notice.title for notice in notices_of(world, name)) for name in names(world).values()}
    return {name: found for name, found in told.items() if found}


def deliveries(world: World) -> list[Delivery]:
    with world.services.database.reading() as session:
        return list(session.exec(select(Delivery).order_by(col(Delivery.created_at))))


def tell(world: World, key: str) -> None:
    announce(world.services, key)


def has_mail(world: World, name: str, mail: str, *, confirmed: bool = True, wants_mail: bool = True) -> None:
    with world.services.database.writing() as session:
        user = session.get_one(User, world.people[name])
        user.mail, user.wants_mail = mail, wants_mail
        user.mail_confirmed_at = now() if confirmed else None
        session.add(user)


def forget_notices(world: World) -> None:
    """So that a test sees only what comes after."""
    with world.services.database.writing() as session:
        for table in (Delivery, Notice):
            for row in session.exec(select(table)):
                session.delete(row)
            session.flush()


def a_released_need(world: World, worker: Worker, *experts: str) -> tuple[str, list[str]]:
    """(need, ids on the list in order): matched, reviewed, and all of these picked by the company."""
    ids = [an_expert(world, name) for name in experts]
    need_id = a_matched_need(world, worker)
    review(world, need_id, "supplement", *(f"expert:{each}" for each in ids), reason="都请过来看看")
    listed = [party.id for party in list_of(world, "盐湖厂马工", need_id).parties]
    choose(world, "盐湖厂马工", need_id, picked=listed)
    worker.run_pending()
    return need_id, listed
