"""Files of minutes, outcomes and 审签: checked as a need's, and for those who may read what they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlmodel import col, select

from service.actors import Actor
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, SecrecySuspected
from service.matcher import query_of
from service.models import (
    Attachment,
    AuditEntry,
    FileSubject,
    Minutes,
    Need,
    Outcome,
    OutcomeKind,
    ProxyEntry,
    ReadEntry,
    Side,
)
from service.schemas.attachments import AttachmentInput, AttachmentsOut
from service.schemas.common import ProxyInput
from service.services import Services
from service.usecases import attachments, need_acts, own_data, reads
from service.usecases.attachment_upkeep import prune
from service.usecases.attachment_views import listed
from tests.service.attachments.documents import a_docx, a_png, an_xlsx
from tests.service.attachments.steps import files_of, later
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    SECRETARY,
    SOLD,
    STRANGER,
    Served,
    a_served_need,
    by_link,
    do,
    seen_by,
    until_completed,
)
from tests.service.consultations.test_outcomes import report, verify
from tests.service.match_steps import PROXY
from tests.service.steps import a_submitted_need
from tests.service.test_approvals import ABOVE, ELSEWHERE, LEAD, act, draft, with_approvals
from tests.service.test_approvals import seen_by as approval_seen_by
from tests.service.world import World

WORDS = "三台柱结垢，硅钛交换"
BY_PHONE = ProxyInput.model_validate(PROXY)
Who = str | Actor


@pytest.fixture
def served(world: World) -> Served:
    """Its minutes are written."""
    found = a_served_need(world)
    for action in ("attest", "contact", "schedule"):
        do(found, HOLDER, action)
    with later(days=3):
        do(found, HOLDER, "hold")
        do(found, HOLDER, "write_minutes")
    return found


def hand_in(
    world: World,
    who: Who,
    kind: FileSubject,
    subject_id: str,
    content: bytes | None = None,
    file_name: str = "纪要签字页.docx",
    proxy: ProxyInput | None = None,
) -> Attachment:
    given = a_docx(WORDS) if content is None else content
    actor = person(world, who)
    return attachments.upload(world.services, actor, kind, subject_id, given, file_name=file_name, proxy=proxy)[0]


def person(world: World, who: Who) -> Actor:
    if isinstance(who, Actor):
        return who
    with world.services.database.reading() as session:
        return world.actor(session, who)


def take_away(world: World, who: Who, file: Attachment, proxy: ProxyInput | None = None) -> None:
    actor = person(world, who)
    with world.services.database.writing() as session:
        attachments.remove(session, world.services, actor, file.id, file.version or 0, proxy)


def files(world: World, who: Who, kind: FileSubject, subject_id: str) -> AttachmentsOut:
    actor = person(world, who)
    with world.services.database.reading() as session:
        return listed(session, world.services.settings, actor, kind, subject_id)


def opened(world: World, who: Who, file: Attachment) -> bytes | type[AppError]:
    try:
        return reads.open_file(world.services, person(world, who), file.id)[1].read_bytes()
    except AppError as refused:
        return type(refused)


def minutes_of(served: Served) -> str:
    with served.world.services.database.reading() as session:
        return session.exec(select(Minutes.id).where(Minutes.consultation_id == served.id)).one()


def traces(world: World, kind: str = "need") -> list[tuple[str, str]]:
    """(what, reader)"""
    wanted = select(ReadEntry).where(ReadEntry.subject_kind == kind, ReadEntry.what != "full")
    with world.services.database.reading() as session:
        found = session.exec(wanted.order_by(col(ReadEntry.seq)))
        return [(each.what.partition(":")[0], each.reader_id) for each in found]


def refused(act: Callable[[], object]) -> type[AppError]:
    with pytest.raises(AppError) as error:
        act()
    return error.type


def test_a_file_of_minutes_is_for_both_sides_and_the_staff_who_handle_the_case(served: Served) -> None:
    world, minutes_id = served.world, minutes_of(served)
    content = a_docx(WORDS)

    made = hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id, content)

    people: tuple[Who, ...] = (HOLDER, by_link(served), OWNER, SECRETARY, CLERK, OTHER_CLERK, STRANGER, ELSEWHERE)
    assert [opened(world, who, made) for who in people] == [content] * 6 + [NotFound] * 2
    ids = [world.people[each] for each in (OWNER, SECRETARY, CLERK, OTHER_CLERK)]
    # Whose own minutes they are leaves no trace, with an account or by the link.
    assert traces(world) == [("file", each) for each in ids]
    shown = files(world, OWNER, FileSubject.MINUTES, minutes_id)
    assert [(each.file_name, each.publicity_level, each.text_note) for each in shown.items] == [
        ("纪要签字页.docx", None, "")
    ]
    assert (shown.hidden, shown.may_change) == ({}, False)
    assert files(world, HOLDER, FileSubject.MINUTES, minutes_id).may_change is True
    assert [each["attachments"] for each in seen_by(served, OWNER)["minutes"]] == [1]


def test_who_only_looks_on_sees_the_minutes_but_not_their_files(served: Served) -> None:
    world, minutes_id = served.world, minutes_of(served)
    made = hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id)
    with world.services.database.writing() as session:
        need = session.get_one(Need, served.need_id)
        need.broker_id = world.people[STRANGER]

    assert seen_by(served, STRANGER)["minutes"][0]["attachments"] == 1
    assert opened(world, STRANGER, made) is Forbidden
    assert refused(lambda: files(world, STRANGER, FileSubject.MINUTES, minutes_id)) is Forbidden
    assert traces(world) == []


def test_who_may_hand_in_a_file_of_minutes_is_who_may_write_them(served: Served) -> None:
    world, minutes_id = served.world, minutes_of(served)
    by_expert = hand_in(world, by_link(served), FileSubject.MINUTES, minutes_id, a_png(), "现场.png")

    def refusal(who: Who, proxy: ProxyInput | None = None) -> type[AppError]:
        return refused(lambda: hand_in(world, who, FileSubject.MINUTES, minutes_id, proxy=proxy))

    people = (OWNER, STRANGER, CLERK, SECRETARY)
    assert [refusal(who) for who in people] == [Forbidden, NotFound, Invalid, Invalid]
    assert len(files_of(world)) == 1
    entered = hand_in(world, CLERK, FileSubject.MINUTES, minutes_id, proxy=BY_PHONE)
    assert refused(lambda: take_away(world, CLERK, entered)) is Invalid
    take_away(world, CLERK, entered, BY_PHONE)
    take_away(world, by_link(served), by_expert)

    assert by_expert.uploaded_by == served.expert_id
    assert files(world, HOLDER, FileSubject.MINUTES, minutes_id).items == []
    with world.services.database.reading() as session:
        kept = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == entered.id)).all()
        acts = session.exec(select(AuditEntry.act).where(AuditEntry.subject_id == by_expert.id)).all()
    assert sorted((each.act, each.asked_by, each.channel) for each in kept) == [
        (act_, PROXY["asked_by"], PROXY["channel"]) for act_ in ("remove", "upload")
    ]
    assert sorted(acts) == ["attachment.remove", "attachment.upload"]


def test_once_it_is_over_files_of_minutes_are_added_but_not_removed(served: Served) -> None:
    world, minutes_id = served.world, minutes_of(served)
    made = hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id)
    with later(days=4):
        do(served, HOLDER, "request_closing")
        do(served, OWNER, "confirm")

    with pytest.raises(Conflict, match="补充说明"):
        take_away(world, HOLDER, made)
    hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id, a_png(), "现场.png")

    assert len(files(world, OWNER, FileSubject.MINUTES, minutes_id).items) == 2


def test_evidence_comes_from_the_side_that_reported_until_it_is_verified(world: World) -> None:
    served = a_served_need(world)
    until_completed(served)
    own = report(served, OWNER, Side.OWNER, SOLD)
    theirs = report(served, HOLDER, Side.HOLDER, SOLD)
    invoice = an_xlsx(["发票", 120_000])

    made = hand_in(world, OWNER, FileSubject.OUTCOME, own, invoice, "发票.xlsx")

    assert [opened(world, who, made) for who in (OWNER, HOLDER, CLERK, OTHER_CLERK, STRANGER)] == [invoice] * 4 + [
        NotFound
    ]
    assert [reader for _, reader in traces(world)] == [world.people[each] for each in (HOLDER, CLERK, OTHER_CLERK)]
    assert refused(lambda: hand_in(world, HOLDER, FileSubject.OUTCOME, own)) is Forbidden
    assert refused(lambda: hand_in(world, OWNER, FileSubject.OUTCOME, theirs)) is Forbidden
    assert refused(lambda: hand_in(world, CLERK, FileSubject.OUTCOME, own)) is Invalid
    hand_in(world, CLERK, FileSubject.OUTCOME, own, a_png(), "台账.png", BY_PHONE)
    hand_in(world, by_link(served), FileSubject.OUTCOME, theirs)
    verify(served, OTHER_CLERK, own)
    with pytest.raises(Conflict, match="核实过"):
        hand_in(world, OWNER, FileSubject.OUTCOME, own)
    with pytest.raises(Conflict, match="核实过"):
        take_away(world, OWNER, made)

    shown = {each["id"]: each["attachments"] for each in seen_by(served, OWNER)["outcomes"]}
    assert shown == {own: 2, theirs: 1}
    assert files(world, OWNER, FileSubject.OUTCOME, own).may_change is False


def test_the_scan_of_an_approval_is_for_the_staff_who_see_it(services: Services, monday: datetime) -> None:
    world = with_approvals(services)
    approval_id = draft(world, CLERK, a_submitted_need(world))
    act(world, ABOVE, approval_id, "review")
    with pytest.raises(Conflict, match="签发之后"):
        hand_in(world, CLERK, FileSubject.APPROVAL, approval_id)
    act(world, LEAD, approval_id, "issue")

    assert refused(lambda: hand_in(world, ABOVE, FileSubject.APPROVAL, approval_id)) is Forbidden
    assert refused(lambda: hand_in(world, ELSEWHERE, FileSubject.APPROVAL, approval_id)) is NotFound
    scan = a_png()
    made = hand_in(world, CLERK, FileSubject.APPROVAL, approval_id, scan, "签章件.png")

    people = (CLERK, ABOVE, LEAD, OWNER, ELSEWHERE)
    assert [opened(world, who, made) for who in people] == [scan, scan, scan, NotFound, NotFound]
    assert approval_seen_by(world, LEAD, approval_id).attachments == 1
    with world.services.database.reading() as session:
        lines, total = reads.readers_of_approval(session, world.actor(session, CLERK), approval_id, 1)
    assert ([(line.reader, line.file_name) for line in lines], total) == (
        [(who, "签章件.png") for who in (LEAD, ABOVE, CLERK)],
        3,
    )
    take_away(world, LEAD, made)
    assert approval_seen_by(world, LEAD, approval_id).attachments == 0


@pytest.mark.parametrize("kind", [FileSubject.MINUTES, FileSubject.OUTCOME, FileSubject.APPROVAL])
def test_a_mark_of_secrecy_stops_before_the_disk_whatever_it_belongs_to(
    services: Services, monday: datetime, kind: FileSubject
) -> None:
    world = with_approvals(services)
    subject_id, who = _a_holder(world, kind)

    for content, name in ((a_docx("机密★10年"), "说明.docx"), (a_docx(WORDS), "机密★.docx")):
        with pytest.raises(SecrecySuspected):
            hand_in(world, who, kind, subject_id, content, name)
    with pytest.raises(SecrecySuspected):
        hand_in(world, who, kind, subject_id, proxy=BY_PHONE.model_copy(update={"asked_by": "机密★10年"}))
    with pytest.raises(Invalid):
        hand_in(world, who, kind, subject_id, b"MZ\x90", "程序.docx")

    assert files_of(world) == []


def _a_holder(world: World, kind: FileSubject) -> tuple[str, str]:
    """(id, who may hand in)"""
    if kind is FileSubject.APPROVAL:
        approval_id = draft(world, CLERK, a_submitted_need(world))
        act(world, ABOVE, approval_id, "review")
        act(world, LEAD, approval_id, "issue")
        return approval_id, LEAD
    served = a_served_need(world)
    with world.services.database.writing() as session:
        if kind is FileSubject.MINUTES:
            row: Minutes | Outcome = Minutes(
                consultation_id=served.id, meeting=1, text="看了八台柱", written_by=world.people[HOLDER]
            )
        else:
            row = Outcome(
                need_id=served.need_id,
                consultation_id=served.id,
                occasion="closing",
                side=Side.HOLDER,
                kind=OutcomeKind.TRAINED,
                reported_by=world.people[HOLDER],
            )
        session.add(row)
        session.flush()
        return row.id, HOLDER


def test_words_of_these_files_are_never_matched_and_not_even_kept(served: Served) -> None:
    world = served.world
    with world.services.database.reading() as session:
        need = session.get_one(Need, served.need_id)
        before = (query_of(session, need), need.content_version, need.version)
    made = hand_in(world, HOLDER, FileSubject.MINUTES, minutes_of(served))

    with world.services.database.reading() as session:
        need = session.get_one(Need, served.need_id)
        assert (query_of(session, need), need.content_version, need.version) == before
        assert session.get_one(Attachment, made.id).extracted_text == ""
    given = AttachmentInput.model_validate({"version": 1, "extracted_text": WORDS, "publicity_level": "public"})
    with pytest.raises(Conflict, match="只有需求的附件"), world.services.database.writing() as session:
        attachments.correct(session, world.services, world.actor(session, HOLDER), made.id, given)


def test_a_sealed_need_hides_the_files_of_its_consultations(served: Served) -> None:
    world, minutes_id = served.world, minutes_of(served)
    made = hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id)
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, CLERK), served.need_id, note="发现疑似标志")

    for who in (HOLDER, OWNER, CLERK, by_link(served)):
        assert opened(world, who, made) is NotFound
        assert refused(lambda who=who: hand_in(world, who, FileSubject.MINUTES, minutes_id)) is NotFound  # type: ignore[misc]


def test_places_are_counted_for_each_thing_and_nothing_twice(served: Served) -> None:
    world, minutes_id = served.world, minutes_of(served)
    for number in range(10):
        hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id, a_docx(f"第 {number} 页"), f"{number}.docx")

    with pytest.raises(Conflict, match="已经有 10 个"):
        hand_in(world, HOLDER, FileSubject.MINUTES, minutes_id)
    reported = _report_of(served)
    hand_in(world, HOLDER, FileSubject.OUTCOME, reported, a_png(), "照片.png")
    with pytest.raises(Conflict, match="内容相同"):
        hand_in(world, HOLDER, FileSubject.OUTCOME, reported, a_png(), "另一个名字.png")


def _report_of(served: Served) -> str:
    with later(days=4):
        do(served, HOLDER, "request_closing")
        return report(served, HOLDER, Side.HOLDER, SOLD)


def test_removed_files_are_deleted_like_those_of_needs_and_who_handed_in_gets_them_listed(served: Served) -> None:
    world = served.world
    made = hand_in(world, HOLDER, FileSubject.MINUTES, minutes_of(served))
    take_away(world, HOLDER, made)
    kept = hand_in(world, by_link(served), FileSubject.MINUTES, minutes_of(served), a_png(), "现场.png")

    with later(days=31):
        assert prune(world.services) == 1
    with world.services.database.writing() as session:
        sections = own_data.export(session, world.actor(session, HOLDER)).sections

    assert files_of(world) == [kept.stored_name]
    rows = next(each.rows for each in sections if each.title == "我上传的附件")
    assert sorted(str(each["文件名"]) for each in rows) == ["现场.png", "纪要签字页.docx"]
