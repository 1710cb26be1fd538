"""Meetings: agreed, moved, held, missed; and as an entry that calendars understand."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import STATUS, Calendar, Event
from sqlmodel import Session

from service.actors import Actor
from service.case_facts import Case
from service.clock import BEIJING, now
from service.disclosure import access_of, may_read
from service.errors import Invalid, NotFound
from service.models import Appointment
from service.schemas.consultations import HoldInput, MissInput, RescheduleInput, ScheduleInput
from service.services import Services
from service.usecases import words
from service.usecases.consultation_cases import appointments, find, find_to_act, first_contact, step
from service.workflow.consultations import OPEN

_FURTHEST = timedelta(days=366)


def schedule(session: Session, services: Services, actor: Actor, consultation_id: str, given: ScheduleInput) -> Case:
    """约定时间: the first meeting or another round."""
    case = find_to_act(session, services, actor, consultation_id, given.version, _texts(given))
    step(session, services, actor, case, "schedule", side=None, proxy=given.proxy)
    meeting = len(appointments(session, case.subject)) + 1
    appointment = Appointment(
        consultation_id=case.subject.id, meeting=meeting, starts_at=given.starts_at, ends_at=given.ends_at
    )
    _fill(session, case, appointment, given)
    return case


def reschedule(
    session: Session, services: Services, actor: Actor, consultation_id: str, given: RescheduleInput
) -> Case:
    """改期, with the reason: the same entry in every calendar, moved."""
    texts = _texts(given) | {"说明": given.note}
    case = find_to_act(session, services, actor, consultation_id, given.version, texts)
    step(session, services, actor, case, "reschedule", side=None, proxy=given.proxy, note=given.note)
    appointment = appointments(session, case.subject)[-1]
    appointment.sequence += 1
    _fill(session, case, appointment, given)
    return case


def hold(session: Session, services: Services, actor: Actor, consultation_id: str, given: HoldInput) -> Case:
    case = find_to_act(session, services, actor, consultation_id, given.version, {})
    step(session, services, actor, case, "hold", side=None, proxy=given.proxy)
    _close(session, case, held=True)
    return case


def miss(session: Session, services: Services, actor: Actor, consultation_id: str, given: MissInput) -> Case:
    """未到场: who, and why as far as is known."""
    case = find_to_act(session, services, actor, consultation_id, given.version, {"说明": given.note})
    step(session, services, actor, case, "miss", side=None, proxy=given.proxy, reason=given.reason, note=given.note)
    _close(session, case, held=False)
    return case


def calendar_entry(
    session: Session, services: Services, actor: Actor, consultation_id: str, appointment_id: str
) -> bytes:
    """The appointment as a file (RFC 5545). The same UID for ever; a higher SEQUENCE replaces what was sent before."""
    case = find(session, actor, consultation_id)
    appointment = session.get(Appointment, appointment_id)
    if appointment is None or appointment.consultation_id != case.subject.id:
        raise NotFound()
    host = urlsplit(services.settings.public_url).hostname or "localhost"
    cancelled = appointment.held is False or (appointment.held is None and case.subject.state not in OPEN)
    title = case.need.title if may_read(access_of(actor, case.need), case.need, "title") else ""
    entry = Event.new(
        uid=f"{appointment.id}@{host}",
        sequence=appointment.sequence,
        stamp=now(),
        start=appointment.starts_at.astimezone(BEIJING),
        end=appointment.ends_at.astimezone(BEIJING),
        summary=f"对接咨询 {case.subject.number} {title}".strip(),
        location=appointment.place or appointment.online_link,
        description=f"线上会议：{appointment.online_link}" if appointment.online_link else None,
        status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
    )
    calendar = Calendar.new(
        prodid="-//科创揭榜台//service//ZH", method="CANCEL" if cancelled else "PUBLISH", uid=f"{appointment.id}@{host}"
    )
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _texts(given: ScheduleInput) -> dict[str, str]:
    return {"地点": given.place, "线上会议链接": given.online_link}


def _fill(session: Session, case: Case, appointment: Appointment, given: ScheduleInput) -> None:
    if given.starts_at > now() + _FURTHEST:
        raise Invalid("约定的时间太远，请核对年份。", field="starts_at")
    contact = first_contact(session, case.subject)
    if contact is not None and given.starts_at < contact.made_at:
        raise Invalid("约定的时间早于首次联系，请核对。", field="starts_at")
    appointment.starts_at, appointment.ends_at = given.starts_at, given.ends_at
    appointment.place = words.line(given.place, "place")
    appointment.online_link = given.online_link
    session.add(appointment)
    session.flush()


def _close(session: Session, case: Case, *, held: bool) -> None:
    appointment = appointments(session, case.subject)[-1]
    appointment.held = held
    appointment.sequence += 0 if held else 1
    session.add(appointment)
    session.flush()
