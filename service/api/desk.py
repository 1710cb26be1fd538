"""A clerk's desk under /api."""

from __future__ import annotations

from sqlmodel import Session

from service.api.dependencies import CurrentActor, PageNumber, Reading, ServicesDep, Writing
from service.api.routing import Router, policy
from service.models import Absence, User
from service.schemas.common import Page
from service.schemas.desk import AbsenceInput, AbsenceOut, DeskTab, DoneLine, HandOverInput, QueueLine
from service.schemas.needs import NeedLine
from service.usecases import desk, desk_tabs
from service.usecases.lookup import together
from service.usecases.need_views import lines
from service.usecases.paging import paged

router = Router(prefix="/desk", tags=["待办"])


@router.get("/queue", summary="我的待办，最急的在前")
@policy("desk.use")
def show_queue(session: Reading, actor: CurrentActor) -> list[QueueLine]:
    found = desk.queue(session, actor)
    shown = lines(session, actor, [need for need, _ in found])
    return [QueueLine(need=line, deputising_for=name) for line, (_, name) in zip(shown, found, strict=True)]


@router.get("/waiting", summary="等我办的各类事项和件数，最急的在前")
@policy("desk.use")
def show_waiting(session: Reading, services: ServicesDep, actor: CurrentActor, page: PageNumber = 1) -> list[DeskTab]:
    return desk_tabs.tabs(session, services, actor, page=page)


@router.get("/done", summary="我办过的，最近的在前")
@policy("desk.use")
def show_done(session: Reading, actor: CurrentActor, page: PageNumber = 1) -> Page[DoneLine]:
    items, total = desk_tabs.done(session, actor, page=page)
    return paged(items, total, page)


@router.get("/absences", summary="请假代办")
@policy("desk.use")
def list_absences(session: Reading, actor: CurrentActor) -> list[AbsenceOut]:
    found = desk.absences(session, actor)
    _held = together(session, (each for absence in found for each in (absence.user_id, absence.deputy_id)), User)
    return [absence_out(session, absence) for absence in found]


@router.post("/absences", status_code=201, summary="登记请假和代办人")
@policy("desk.use")
def take_leave(session: Writing, actor: CurrentActor, given: AbsenceInput) -> AbsenceOut:
    absence = Absence(user_id=actor.user_id or "", **given.model_dump())
    return absence_out(session, desk.take_leave(session, actor, absence))


@router.delete("/absences/{absence_id}", status_code=204, summary="取消请假")
@policy("desk.use")
def come_back(session: Writing, actor: CurrentActor, absence_id: str) -> None:
    desk.come_back(session, actor, absence_id)


@router.get("/hand-over/{user_id}", summary="移交清单")
@policy("desk.hand_over")
def show_hand_over(session: Reading, actor: CurrentActor, user_id: str) -> list[NeedLine]:
    return lines(session, actor, desk.hand_over_list(session, actor, user_id))


@router.post("/hand-over/{user_id}", summary="一次移交清单上的需求")
@policy("desk.hand_over")
def hand_over(
    session: Writing, services: ServicesDep, actor: CurrentActor, user_id: str, given: HandOverInput
) -> dict[str, int]:
    count = desk.hand_over(
        session, services, actor, user_id, successor_id=given.successor_id, need_ids=given.need_ids, note=given.note
    )
    return {"handed_over": count}


def absence_out(session: Session, absence: Absence) -> AbsenceOut:
    names = [session.get_one(User, user_id).name for user_id in (absence.user_id, absence.deputy_id)]
    return AbsenceOut(id=absence.id, user=names[0], deputy=names[1], since=absence.since, until=absence.until)
