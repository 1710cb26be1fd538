"""Meetings: moved, held, missed, repeated; and the entry for a calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from pydantic import ValidationError

from service.clock import stopped_at
from service.errors import Conflict, Invalid, NotFound
from service.models import Need
from service.usecases.appointments import calendar_entry
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OWNER,
    STRANGER,
    Served,
    appointment_of,
    at,
    do,
    seen_by,
)


@pytest.fixture
def meeting(served: Served) -> Served:
    """Agreed for Wednesday."""
    do(served, HOLDER, "attest")
    do(served, HOLDER, "contact")
    do(served, OWNER, "schedule")
    return served


def entry(served: Served, who: str, appointment_id: str = "") -> tuple[Any, str]:
    """(the event, the file)."""
    with served.world.services.database.reading() as session:
        actor = served.world.actor(session, who)
        wanted = appointment_id or appointment_of(served).id
        file = calendar_entry(session, served.world.services, actor, served.id, wanted).decode()
    return Calendar.from_ical(file).events[0], file


def test_a_calendar_finds_place_time_and_zone_and_moves_the_same_entry(meeting: Served) -> None:
    first, file = entry(meeting, HOLDER)
    do(meeting, HOLDER, "reschedule")
    moved, _ = entry(meeting, OWNER)

    assert (first["UID"], first["SEQUENCE"], first["STATUS"]) == (
        f"{appointment_of(meeting).id}@127.0.0.1",
        0,
        "CONFIRMED",
    )
    assert (first["SUMMARY"], first["LOCATION"]) == ("对接咨询 ZX-2026-63-00001 吸附剂用半年就吸不动锂了", "提锂车间")
    assert (first.start, first.end - first.start) == (at("2026-11-25T09:30:00"), timedelta(minutes=90))
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in file
    assert "DTSTART;TZID=Asia/Shanghai:20261125T093000" in file
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert (moved["UID"], moved["SEQUENCE"], moved["LOCATION"]) == (first["UID"], 1, "https://meeting.example/9")
    assert moved["DESCRIPTION"] == "线上会议：https://meeting.example/9"
    assert moved.start == at("2026-11-26T15:00:00")


def test_the_title_in_the_entry_is_shown_only_to_whom_it_may_be(meeting: Served) -> None:
    with meeting.world.services.database.writing() as session:
        session.get_one(Need, meeting.need_id).levels = {"title": "signed"}

    assert entry(meeting, HOLDER)[0]["SUMMARY"] == "对接咨询 ZX-2026-63-00001"
    assert entry(meeting, OWNER)[0]["SUMMARY"].endswith("吸不动锂了")


def test_who_sees_no_consultation_gets_no_entry_nor_that_of_another(meeting: Served) -> None:
    with pytest.raises(NotFound):
        entry(meeting, STRANGER)
    with pytest.raises(NotFound):
        entry(meeting, HOLDER, "0" * 32)


def test_nobody_was_there_or_missed_it_before_its_time(meeting: Served) -> None:
    for action in ("hold", "miss"):
        with pytest.raises(Conflict, match="时间还没有到"):
            do(meeting, HOLDER, action)


def test_a_missed_meeting_says_who_was_missing_and_the_next_is_another(meeting: Served) -> None:
    with stopped_at(at("2026-11-25T12:00:00")):
        with pytest.raises(Invalid, match="未到场"):
            do(meeting, OWNER, "miss", reason="weather")
        do(meeting, OWNER, "miss")
        missed, _ = entry(meeting, HOLDER)
        do(meeting, HOLDER, "schedule", starts_at="2026-11-26T09:30:00+08:00", ends_at="2026-11-26T11:00:00+08:00")

    seen = seen_by(meeting, OWNER)
    assert (missed["STATUS"], missed["SEQUENCE"]) == ("CANCELLED", 1)
    assert [(each["meeting"], each["held"]) for each in seen["appointments"]] == [(1, False), (2, None)]
    assert [(step["reason"], step["note"]) for step in seen["history"] if step["action"] == "miss"] == [
        ("holder", "大雪封路")
    ]


def test_rounds_follow_each_other_and_each_has_its_minutes(meeting: Served) -> None:
    for day in (25, 26):
        with stopped_at(at(f"2026-11-{day}T12:00:00")):
            do(meeting, HOLDER, "hold")
            do(meeting, HOLDER, "write_minutes", text=f"第 {day} 日")
            if day == 25:
                do(
                    meeting,
                    OWNER,
                    "schedule",
                    starts_at="2026-11-26T09:30:00+08:00",
                    ends_at="2026-11-26T10:00:00+08:00",
                )

    assert [(each["meeting"], each["text"]) for each in seen_by(meeting, OWNER)["minutes"]] == [
        (1, "第 25 日"),
        (2, "第 26 日"),
    ]


def test_an_abort_cancels_what_was_agreed(meeting: Served) -> None:
    do(meeting, CLERK, "abort")

    cancelled, file = entry(meeting, OWNER)
    assert (cancelled["STATUS"], cancelled["SEQUENCE"]) == ("CANCELLED", 1)
    assert "METHOD:CANCEL" in file


@pytest.mark.parametrize(
    "given",
    [
        {"ends_at": "2026-11-25T09:30:00+08:00"},
        {"place": "", "online_link": ""},
        {"online_link": "javascript:alert(1)"},
        {"starts_at": "2026-11-25T09:30:00"},
    ],
)
def test_what_is_no_meeting_is_refused(meeting: Served, given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        do(meeting, HOLDER, "reschedule", **given)


def test_a_meeting_is_after_the_first_contact_and_within_a_year(meeting: Served) -> None:
    with pytest.raises(Invalid, match="早于首次联系"):
        do(meeting, HOLDER, "reschedule", starts_at="2026-11-23T08:00:00+08:00")
    with pytest.raises(Invalid, match="太远"):
        do(meeting, HOLDER, "reschedule", starts_at="2028-11-23T08:00:00+08:00", ends_at="2028-11-23T09:00:00+08:00")
    with pytest.raises(Invalid, match="改期"):
        do(meeting, HOLDER, "reschedule", note="")
