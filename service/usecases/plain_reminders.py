"""Reminders of clocks that no lifecycle has: 回访 that is due, and organisations that wait to be verified."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence

from sqlmodel import Session, col, select

from service.clock import now, today
from service.errors import AppError
from service.models import Announcement, Association, FollowUp, Need, Organization, OrganizationState
from service.rules.reminders import Asking, Stage, askings_at, stages_at
from service.services import Services
from service.usecases import circles
from service.usecases.concerned import affair_of, people
from service.usecases.notice_texts import TITLE_CHARS, Words, cut, day_in_words, left_in_words
from service.usecases.recipients import Recipient
from service.usecases.telling import About, is_new, tell
from service.workflow.engine import Turn

log = logging.getLogger(__name__)

_PREFIXES = {Stage.HALF: "提醒", Stage.MOST: "提醒", Stage.OVERDUE: "黄牌", Stage.RED: "红牌"}
_MOST_KEYS = 500


def remind(services: Services) -> None:
    """Once for each stage, each in a transaction of its own."""
    with services.database.reading() as session:
        asked = _unknown(session, list(_askings(session, services)))
        waiting = _unknown(session, list(_verifications(session, services)))
    for act, found in ((_ask, asked), (_call, waiting)):
        for subject_id, stage, key in found:
            try:
                with services.database.writing() as session:
                    act(session, services, subject_id, stage, key)
            except AppError as error:
                log.info("reminder.put_off", extra={"key": key, "reason": error.code})


def _askings(session: Session, services: Services) -> Iterator[tuple[str, str, str]]:
    """(follow-up, what is to be done, key) of those whose day has come and that nobody answered."""
    settings, calendar = services.settings, services.clockwork.calendar
    wanted = select(FollowUp).where(
        col(FollowUp.due_on) <= today(), col(FollowUp.done_at).is_(None), col(FollowUp.cancelled_at).is_(None)
    )
    again, phone = settings.follow_up_again_days, settings.follow_up_phone_days
    for row in session.exec(wanted.order_by(col(FollowUp.due_on), col(FollowUp.id))):
        for asking in askings_at(calendar, row.due_on, now(), again_days=again, phone_days=phone):
            yield row.id, asking, f"remind:follow_up:{row.id}:{asking}"


def _verifications(session: Session, services: Services) -> Iterator[tuple[str, str, str]]:
    """(organisation, stage, key) of those that wait."""
    wanted = select(Organization).where(Organization.state == OrganizationState.UNVERIFIED)
    for row in session.exec(wanted.order_by(col(Organization.due_at), col(Organization.id))):
        if row.entered_at is None or row.due_at is None:
            continue
        stages = stages_at(services.clockwork.calendar, row.entered_at, row.due_at, now(), by_calendar=False)
        for stage in stages:
            yield row.id, stage, f"remind:organization:{row.id}:{row.entered_at.isoformat()}:{stage}"


def _unknown(session: Session, found: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Without those that people were told of."""
    known: set[str] = set()
    for start in range(0, len(found), _MOST_KEYS):
        keys = [key for _, _, key in found[start : start + _MOST_KEYS]]
        known.update(session.exec(select(Announcement.key).where(col(Announcement.key).in_(keys))))
    return [each for each in found if each[2] not in known]


def _ask(session: Session, services: Services, follow_up_id: str, asking: str, key: str) -> None:
    """The company, or staff who ask it by telephone; staff at once where the company has nobody to be told."""
    row = session.get_one(FollowUp, follow_up_id)
    need = session.get_one(Need, row.need_id)
    if row.done_at is not None or row.cancelled_at is not None or need.sealed_at is not None:
        return
    affair = affair_of(session, "need", need.id)
    if affair is None or not is_new(session, key):
        return
    company = people(session, affair, Turn.OWNER)
    by_phone = asking == Asking.BY_PHONE or not company
    words = _by_phone(need, row) if by_phone else _to_company(need, row, asking)
    about = About("follow_up", row.id, "/follow-ups", need.id)
    for recipient in people(session, affair, Turn.STAFF) if by_phone else company:
        tell(session, services, recipient, key, about, words, calls=True)


def _to_company(need: Need, row: FollowUp, asking: str) -> Words:
    prefix = "请答复回访" if asking == Asking.DUE else "再次提醒，请答复回访"
    lines = (
        f"需求：{need.title}",
        "请说明解决办法是否还在用、还有效；有新的成效，请一并填报。",
        "不方便上网的，可以请科协工作人员电话记录，代您答复。",
    )
    return Words(cut(f"{prefix}：需求 {need.number} 办结满 {row.days} 天", TITLE_CHARS), "\n".join(lines))


def _by_phone(need: Need, row: FollowUp) -> Words:
    lines = (
        f"需求：{need.title}",
        "请打电话问需求方解决办法是否还在用、有没有新的成效，代为答复，并写明是谁说的、用什么方式、什么时候。",
    )
    title = f"请电话回访，代为答复：需求 {need.number} 办结满 {row.days} 天，还没有回音"
    return Words(cut(title, TITLE_CHARS), "\n".join(lines))


def _call(session: Session, services: Services, organization_id: str, stage: str, key: str) -> None:
    """The staff who verify, and at twice the time who leads them or the level above."""
    row = session.get_one(Organization, organization_id)
    if row.state is not OrganizationState.UNVERIFIED or row.due_at is None or not is_new(session, key):
        return
    left = left_in_words(services.clockwork.calendar, row.due_at, now(), by_calendar=False)
    title = cut(f"{_PREFIXES[Stage(stage)]}：新登记的单位待核验：{row.name}，{left}", TITLE_CHARS)
    words = Words(title, f"请在{day_in_words(row.due_at)}24:00 前核验。" if now() <= row.due_at else "请尽快核验。")
    about = About("organization", row.id, f"/organizations/{row.id}")
    for recipient in _verifiers(session, row, stage):
        tell(session, services, recipient, key, about, words, calls=True)


def _verifiers(session: Session, row: Organization, stage: str) -> list[Recipient]:
    """Nobody verifies the organisation they are in."""
    path = session.get_one(Association, row.association_id).path
    own: Collection[str] = [each.id for each in circles.members(session, row.id)]
    return circles.leads(session, path, own) if stage == Stage.RED else circles.clerks(session, path, own)
