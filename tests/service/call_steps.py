"""Steps of who asks to be called, and of who calls, for tests."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.actors import Actor
from service.errors import AppError
from service.models import CallKind, CallResult, CallSubject, Expert
from service.schemas.calls import CallInput, CallOfferOut, CallOut, CallRequestInput
from service.usecases import call_requests, calls
from tests.service.notices.notice_steps import forget_notices, tell, titles
from tests.service.world import World

INVITATION = CallSubject.INVITATION


def change_expert(world: World, **values: object) -> None:
    with world.services.database.writing() as session:
        expert = session.exec(select(Expert).where(Expert.name == "李锂")).one()
        for name, value in values.items():
            setattr(expert, name, value)
        session.add(expert)


def actor(world: World, name: str) -> Actor:
    with world.services.database.reading() as session:
        return world.actor(session, name)


def ask(world: World, who: Actor, subject_id: str, kind: CallSubject = INVITATION, **given: object) -> str:
    with world.services.database.writing() as session:
        content = CallRequestInput.model_validate(given)
        return call_requests.ask(session, world.services, who, kind, subject_id, content).id


def offer(world: World, who: Actor, subject_id: str, kind: CallSubject = INVITATION) -> CallOfferOut:
    with world.services.database.reading() as session:
        found = call_requests.offered(session, who, call_requests.find(session, who, kind, subject_id))
    assert found is not None
    return found


def listed(world: World, name: str) -> list[tuple[CallKind, str, str]]:
    with world.services.database.reading() as session:
        found = calls.due(session, world.services, world.actor(session, name))
    return [(line.kind, line.whom, line.why) for line in found]


def note(world: World, name: str, request_id: str, result: CallResult) -> None:
    with world.services.database.writing() as session:
        calls.note(
            session, world.services, world.actor(session, name), CallKind.REQUEST, request_id, CallInput(result=result)
        )


def refused(world: World, who: Actor, subject_id: str, kind: CallSubject = INVITATION, **given: str) -> type[AppError]:
    with pytest.raises(AppError) as caught:
        ask(world, who, subject_id, kind, **given)
    return type(caught.value)


def shown_to(world: World, name: str, request_id: str) -> CallOut | type[AppError]:
    with world.services.database.writing() as session:
        try:
            return calls.show(session, world.services, world.actor(session, name), CallKind.REQUEST, request_id)
        except AppError as error:
            return type(error)


def told(world: World, request_id: str) -> dict[str, list[str]]:
    """Who is told of it, and what."""
    forget_notices(world)
    tell(world, f"call_request:{request_id}")
    return titles(world)
