"""Which level opens what to whom, and the trace that opening it leaves for the owner."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from service.actors import STRANGER, Actor
from service.clock import now
from service.disclosure import Access, reaches
from service.errors import AppError, Forbidden, NotFound, NotSignedIn
from service.models import Attachment, FileSubject, LinkPurpose, Need, PublicityLevel, ReadEntry
from service.schemas.attachments import ReaderLine
from service.usecases import need_acts, needs, reads
from service.usecases.attachment_views import listed as attachments_seen_by
from service.usecases.signed_links import actor_by_address, address, link_to
from tests.service.attachments.documents import a_docx, an_xlsx
from tests.service.attachments.steps import OWNER, TEXT, later, remove, upload
from tests.service.match_steps import an_expert, choose, invite, list_of, ranking_by_words, review
from tests.service.steps import CONTENT, a_draft, a_submitted_need, act
from tests.service.world import World

PUBLIC, INVITED, SIGNED = PublicityLevel
EVERYBODY = (OWNER, "格尔木赵静", "海西州李强", "省科协王敏", "西宁孙浩", "路人吴芳")


def one_of_each_level(world: World, need_id: str) -> dict[PublicityLevel, Attachment]:
    return {
        level: upload(world, need_id, an_xlsx([level]), file_name=f"{level}.xlsx", level=level)
        for level in PublicityLevel
    }


def open_need(world: World, name: str, need_id: str) -> str | None:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
    return reads.open_need(world.services, actor, need_id).situation


def opens(world: World, who: str | Actor, attachment: Attachment) -> bytes | type[AppError]:
    with world.services.database.reading() as session:
        actor = world.actor(session, who) if isinstance(who, str) else who
    try:
        return reads.open_file(world.services, actor, attachment.id)[1].read_bytes()
    except AppError as error:
        return type(error)


def readers_for(world: World, name: str, need_id: str, page: int = 1) -> tuple[list[ReaderLine], int]:
    with world.services.database.reading() as session:
        return reads.readers(session, world.actor(session, name), need_id, page)


def traces(world: World) -> int:
    with world.services.database.reading() as session:
        return len(session.exec(select(ReadEntry.seq)).all())


def test_each_level_opens_to_its_readers_and_those_beyond() -> None:
    opened = {access: [level for level in PublicityLevel if reaches(access, level)] for access in Access}

    assert opened == {
        Access.PUBLIC: [PUBLIC],
        Access.INVITED: [PUBLIC, INVITED],
        Access.SIGNED: [PUBLIC, INVITED, SIGNED],
        Access.ALL: [PUBLIC, INVITED, SIGNED],
    }


def test_before_a_need_is_accepted_its_files_are_for_its_owner_and_those_who_handle_it(world: World) -> None:
    need_id = a_submitted_need(world)
    made = one_of_each_level(world, need_id)

    for level, attachment in made.items():
        found = [opens(world, name, attachment) for name in EVERYBODY]
        assert found == [an_xlsx([level])] * 4 + [NotFound] * 2


@pytest.mark.parametrize("granted", [None, *PublicityLevel])
def test_of_an_accepted_need_everybody_opens_what_they_were_granted_and_knows_no_names_beyond(
    world: World, granted: PublicityLevel | None
) -> None:
    need_id = a_submitted_need(world)
    made = one_of_each_level(world, need_id)
    act(world, "格尔木赵静", need_id, "accept")
    with world.services.database.reading() as session:
        reader = replace(world.actor(session, "路人吴芳"), grants={need_id: granted} if granted else {})
        shown = attachments_seen_by(session, world.services.settings, reader, FileSubject.NEED, need_id)

    opened = {level: opens(world, reader, each) for level, each in made.items()}
    text = reads.open_need(world.services, reader, need_id).situation

    levels = list(PublicityLevel)
    within = levels[: levels.index(granted or PUBLIC) + 1]
    assert opened == {level: an_xlsx([level]) if level in within else NotFound for level in levels}
    assert sorted(each.file_name for each in shown.items) == sorted(f"{level}.xlsx" for level in within)
    assert shown.hidden == {level: 1 for level in levels if level not in within}
    assert shown.may_change is False
    assert (text is not None) == (INVITED in within)
    noted = [line.what for line in readers_for(world, OWNER, need_id)[0]]
    assert noted == ["full"] * (INVITED in within) + ["file"] * len(within)


def test_an_invited_expert_opens_text_and_files_by_the_link_alone_and_the_owner_sees_it(
    world: World, tmp_path: Path
) -> None:
    worker, expert_id, need_id = ranking_by_words(world, tmp_path), an_expert(world, "李锂"), a_submitted_need(world)
    made = one_of_each_level(world, need_id)
    act(world, "格尔木赵静", need_id, "accept")
    worker.run_pending()
    review(world, need_id, "supplement", f"expert:{expert_id}", reason="熟悉现场")
    listed = [party.id for party in list_of(world, OWNER, need_id).parties]
    choose(world, OWNER, need_id, picked=listed)
    [invitation_id] = invite(world, "格尔木赵静", need_id, *listed)
    with world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.INVITATION, invitation_id)
        assert link is not None
        expert = actor_by_address(world.services, address(world.services, link).partition("/r/")[2])

    text = reads.open_invitation(world.services, expert, invitation_id).need.situation
    again = reads.open_need(world.services, expert, need_id).situation
    opened = [opens(world, expert, each) for each in made.values()]

    assert text == again == CONTENT["situation"]
    assert opened == [an_xlsx([PUBLIC]), an_xlsx([INVITED]), NotFound]
    assert [(line.reader, line.what) for line in readers_for(world, OWNER, need_id)[0]] == [
        ("李锂", "file"),
        ("李锂", "file"),
        ("李锂", "full"),
    ]


def test_a_stranger_learns_nothing_about_any_attachment(world: World) -> None:
    made = one_of_each_level(world, a_draft(world))

    for attachment_id in (made[PUBLIC].id, "0" * 32):
        with pytest.raises(NotSignedIn):
            reads.open_file(world.services, STRANGER, attachment_id)


def test_opening_leaves_a_trace_except_by_the_owners_own_people(world: World) -> None:
    need_id = a_submitted_need(world)
    public = upload(world, need_id, level=PUBLIC)
    hidden = upload(world, need_id, a_docx("签约后"), file_name="图纸.docx", level=SIGNED)
    act(world, "格尔木赵静", need_id, "accept")

    for name in EVERYBODY:
        for attachment in (public, hidden):
            opens(world, name, attachment)

    found, total = readers_for(world, OWNER, need_id)
    assert total == 8
    assert {(line.reader, line.what, line.label, line.file_name) for line in found} == {
        (name, "file", "下载了附件", file_name)
        for name, file_names in {
            "格尔木赵静": ("工况说明.docx", "图纸.docx"),
            "海西州李强": ("工况说明.docx", "图纸.docx"),
            "省科协王敏": ("工况说明.docx", "图纸.docx"),
            "西宁孙浩": ("工况说明.docx",),
            "路人吴芳": ("工况说明.docx",),
        }.items()
        for file_name in file_names
    }


def test_reading_the_text_of_a_file_leaves_a_trace_too(world: World) -> None:
    need_id = a_submitted_need(world)
    made = upload(world, need_id)
    texts = []
    for name in (OWNER, "格尔木赵静"):
        with world.services.database.reading() as session:
            actor = world.actor(session, name)
        texts.append(reads.open_text(world.services, actor, made.id).extracted_text)

    assert texts == [TEXT, TEXT]
    assert [(line.reader, line.what) for line in readers_for(world, OWNER, need_id)[0]] == [("格尔木赵静", "text")]


def test_opening_the_full_text_is_noted_once_an_hour_for_each_reader(world: World) -> None:
    need_id = a_submitted_need(world)
    for minutes in (0, 5, 59, 61, 100, 125):
        with later(minutes=minutes):
            assert open_need(world, "格尔木赵静", need_id) is not None
    with later(minutes=30):
        open_need(world, "省科协王敏", need_id)
        open_need(world, OWNER, need_id)

    found, total = readers_for(world, OWNER, need_id)
    start = min(line.at for line in found)
    assert total == 4
    assert [(line.reader, line.label, (line.at - start) // timedelta(minutes=1)) for line in found] == [
        ("省科协王敏", "打开了需求全文", 30),
        ("格尔木赵静", "打开了需求全文", 125),
        ("格尔木赵静", "打开了需求全文", 61),
        ("格尔木赵静", "打开了需求全文", 0),
    ]


@given(st.lists(st.tuples(st.sampled_from(["格尔木赵静", "省科协王敏"]), st.integers(0, 300)), max_size=8))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_opening_has_a_trace_no_older_than_an_hour_and_no_two_are_closer(
    world: World, openings: list[tuple[str, int]]
) -> None:
    need_id = a_submitted_need_once(world)
    day = timedelta(days=traces(world) + 1)  # no trace of the examples before is so late
    for name, minute in sorted(openings, key=lambda opening: opening[1]):
        with later(days=day.days, minutes=minute):
            open_need(world, name, need_id)

    found = [line for line in readers_for(world, OWNER, need_id)[0] if line.at >= now() + day]
    for name in ("格尔木赵静", "省科协王敏"):
        noted = sorted((line.at - now() - day) // timedelta(minutes=1) for line in found if line.reader == name)
        opened = [minute for opener, minute in openings if opener == name]
        assert all(any(0 <= minute - at < 60 for at in noted) for minute in opened)
        assert all(after - before >= 60 for before, after in pairwise(noted))


def a_submitted_need_once(world: World) -> str:
    with world.services.database.reading() as session:
        found = session.exec(select(Need.id)).first()
    return found or a_submitted_need(world)


def test_who_sees_only_what_is_public_leaves_no_trace(world: World) -> None:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "accept")

    assert open_need(world, "路人吴芳", need_id) is None
    assert traces(world) == 0


def test_who_may_not_open_leaves_no_trace(world: World) -> None:
    need_id = a_submitted_need(world)
    made = upload(world, need_id)

    assert opens(world, "路人吴芳", made) is NotFound
    with pytest.raises(NotFound):
        open_need(world, "路人吴芳", need_id)
    assert traces(world) == 0


def test_the_owner_and_those_who_handle_the_need_see_who_opened_it_page_by_page(world: World) -> None:
    need_id = a_submitted_need(world)
    made = upload(world, need_id)
    for _ in range(21):
        opens(world, "格尔木赵静", made)
    remove(world, made)

    for name in (OWNER, "格尔木赵静", "海西州李强", "省科协王敏"):
        first, second = readers_for(world, name, need_id), readers_for(world, name, need_id, 2)
        assert (len(first[0]), len(second[0]), first[1]) == (20, 1, 21)
        assert second[0][0].file_name == "工况说明.docx"
    for name in ("西宁孙浩", "路人吴芳"):
        with pytest.raises(NotFound):
            readers_for(world, name, need_id)


def test_staff_who_passed_a_need_on_do_not_see_who_opened_it(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        actor = world.actor(session, "格尔木赵静")
        version = needs.find(session, actor, need_id).version or 0
        need_acts.pass_on(
            session,
            world.services,
            actor,
            need_id,
            association_id=world.other_city.id,
            note="企业研发部在西宁",
            version=version,
        )

    with pytest.raises(Forbidden):
        readers_for(world, "格尔木赵静", need_id)
    assert readers_for(world, "西宁孙浩", need_id) == ([], 0)


def test_a_file_that_is_gone_from_the_disk_is_not_found_and_leaves_no_trace(world: World) -> None:
    need_id = a_submitted_need(world)
    made = upload(world, need_id)
    world.services.attachments.remove(made.stored_name or "")

    assert opens(world, "格尔木赵静", made) is NotFound
    assert traces(world) == 0
