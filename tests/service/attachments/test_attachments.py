"""Handing in, correcting and removing attachments of a need, on both databases."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from service.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from service.matcher import query_of
from service.models import AuditEntry, Need, PublicityLevel, TextState
from service.schemas.common import Channel, ProxyInput
from service.schemas.needs import NewNeed
from service.usecases import need_acts, needs
from tests.service.attachments.documents import a_docx, a_pdf, a_png, an_xlsx
from tests.service.attachments.steps import OWNER, TEXT, correct, files_of, later, remove, seen_by, the_need, upload
from tests.service.steps import CONTENT, a_draft, a_submitted_need, act, verify
from tests.service.world import World


def query_text(world: World, need_id: str) -> str:
    with world.services.database.reading() as session:
        return query_of(session, session.get_one(Need, need_id)).text


def test_a_file_is_kept_under_a_name_that_says_nothing_and_its_text_is_shown(world: World) -> None:
    need_id, content = a_draft(world), a_docx(TEXT)

    made = upload(world, need_id, content, file_name="C:\\资料\\工况 说明.docx", level=PublicityLevel.SIGNED)

    path = world.services.attachments.path(made.stored_name or "")
    assert path.read_bytes() == content
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert files_of(world) == [made.stored_name]
    shown = seen_by(world, OWNER, need_id)
    assert (shown.may_change, shown.most, shown.hidden) == (True, 10, {})
    assert shown.items[0].model_dump(exclude={"id", "created_at", "text_note"}) == {
        "version": 1,
        "subject_kind": "need",
        "subject_id": need_id,
        "subject_version": the_need(world, need_id).version,
        "file_name": "工况 说明.docx",
        "media_type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "publicity_level": "signed",
        "text_state": "extracted",
        "removed_at": None,
    }
    assert made.extracted_text == TEXT


def test_what_a_file_says_is_matched_after_what_the_owner_wrote_and_both_change_the_need(world: World) -> None:
    need_id = a_draft(world)
    written = query_text(world, need_id)

    first = upload(world, need_id)
    with later(minutes=1):
        second = upload(world, need_id, an_xlsx(["容量", 8.5]), file_name="数据.xlsx")
    assert query_text(world, need_id) == f"{written}\n{TEXT}\nSheet1\n容量\t8.5"
    correct(world, first, "吸附柱十台")
    assert query_text(world, need_id) == f"{written}\n吸附柱十台\nSheet1\n容量\t8.5"
    remove(world, second)

    assert query_text(world, need_id) == f"{written}\n吸附柱十台"
    assert the_need(world, need_id).content_version == 5


def test_a_long_file_does_not_drown_what_the_owner_wrote(world: World) -> None:
    need_id = a_draft(world)
    written = query_text(world, need_id)

    upload(world, need_id, a_docx("锂" * 3_000))
    with later(minutes=1):
        upload(world, need_id, a_docx("镁" * 3_000), file_name="二.docx")

    assert query_text(world, need_id) == f"{written}\n{'锂' * 3_000}\n{'镁' * 999}"


def test_a_file_counts_as_a_change_after_the_need_was_returned(world: World) -> None:
    need_id = a_submitted_need(world)
    act(world, "格尔木赵静", need_id, "return", reason="material_missing", note="请附上卤水化验单")
    with pytest.raises(Conflict, match="还没有改动"):
        act(world, OWNER, need_id, "resubmit")

    upload(world, need_id, a_png(), file_name="化验单.png")

    assert act(world, OWNER, need_id, "resubmit") == "submitted"


@pytest.mark.parametrize(
    ("file_name", "content", "state", "told"),
    [
        ("照片.png", a_png(), TextState.NONE_FOUND, "图片和扫描件不识别文字"),
        ("扫描.pdf", a_pdf(""), TextState.NONE_FOUND, "图片和扫描件不识别文字"),
        ("坏.pdf", b"%PDF-1.7 broken", TextState.NOT_READABLE, "读不出文字"),
    ],
    ids=["picture", "scan", "broken"],
)
def test_a_file_without_text_is_kept_and_says_so(
    world: World, file_name: str, content: bytes, state: TextState, told: str
) -> None:
    need_id = a_draft(world)

    upload(world, need_id, content, file_name=file_name)

    shown = seen_by(world, OWNER, need_id).items[0]
    assert shown.text_state is state
    assert told in shown.text_note
    assert "现状与问题" in shown.text_note


def test_the_owner_corrects_the_text_and_a_stale_correction_shows_the_other(world: World) -> None:
    made = upload(world, a_draft(world))
    corrected = correct(world, made, "吸附柱十台", level=PublicityLevel.PUBLIC)
    assert (corrected.text_state, corrected.publicity_level, corrected.version) == ("corrected", "public", 2)

    with pytest.raises(Stale) as refused:
        correct(world, made, "吸附柱九台", level=PublicityLevel.PUBLIC)

    assert refused.value.details == {"version": 2, "theirs": {"extracted_text": "吸附柱十台"}}


def test_saving_what_is_stored_already_changes_nothing(world: World) -> None:
    need_id = a_draft(world)
    made = upload(world, need_id)
    before = the_need(world, need_id)

    again = correct(world, made, TEXT)

    assert (again.version, again.text_state) == (1, TextState.EXTRACTED)
    assert (the_need(world, need_id).version, the_need(world, need_id).content_version) == (
        before.version,
        before.content_version,
    )


def test_a_need_has_at_most_ten_attachments_and_none_twice(world: World) -> None:
    need_id = a_draft(world)
    first, *_ = [upload(world, need_id, an_xlsx([number]), file_name=f"{number}.xlsx") for number in range(10)]

    with pytest.raises(Conflict, match="已经有 10 个"):
        upload(world, need_id, a_png(), file_name="照片.png")
    remove(world, first)
    with pytest.raises(Conflict, match=r"“3\.xlsx”"):
        upload(world, need_id, an_xlsx([3]), file_name="三.xlsx")
    with later(minutes=1):
        upload(world, need_id, a_png(), file_name="照片.png")

    assert [each.file_name for each in seen_by(world, OWNER, need_id).items][-1] == "照片.png"
    assert len(files_of(world)) == 11


def test_only_the_owner_changes_attachments_and_only_while_the_need_may_be_changed(world: World) -> None:
    need_id = a_submitted_need(world)
    made = upload(world, need_id)
    refusals = {"格尔木赵静": Forbidden, "海西州李强": Forbidden, "西宁孙浩": NotFound, "路人吴芳": NotFound}
    for name, error in refusals.items():
        for attempt in (
            lambda name=name: upload(world, need_id, a_png(), name=name, file_name="图.png"),
            lambda name=name: correct(world, made, "改", name=name),
            lambda name=name: remove(world, made, name=name),
        ):
            with pytest.raises(error):
                attempt()

    act(world, "格尔木赵静", need_id, "accept")
    with pytest.raises(Forbidden, match="已经受理或办结"):
        upload(world, need_id, a_png(), file_name="图.png")
    with pytest.raises(Forbidden, match="已经受理或办结"):
        correct(world, made, "改")
    with pytest.raises(Forbidden, match="已经受理或办结"):
        remove(world, made)
    assert len(files_of(world)) == 1


def test_staff_hand_in_a_file_for_a_need_they_entered_for_somebody(world: World) -> None:
    verify(world)
    proxy = ProxyInput(asked_by="马工", channel=Channel.PHONE, asked_at=datetime(2026, 11, 23, 0, 30, tzinfo=UTC))
    content = NewNeed.model_validate(CONTENT | {"organization_id": world.company.id, "proxy": proxy})
    with world.services.database.writing() as session:
        need_id = needs.create(session, world.services, world.actor(session, "格尔木赵静"), content).id

    upload(world, need_id, name="格尔木赵静")

    assert len(seen_by(world, OWNER, need_id).items) == 1


def test_nothing_of_a_sealed_need_can_be_seen_or_done(world: World) -> None:
    need_id = a_submitted_need(world)
    made = upload(world, need_id)
    with world.services.database.writing() as session:
        need_acts.seal(
            session, world.services, world.actor(session, "格尔木赵静"), need_id, note="附表像是电网运行参数"
        )

    for name in (OWNER, "格尔木赵静", "保密办周正", "路人吴芳"):
        for attempt in (
            lambda name=name: seen_by(world, name, need_id),
            lambda name=name: upload(world, need_id, a_png(), name=name, file_name="图.png"),
            lambda name=name: correct(world, made, "改", name=name),
            lambda name=name: remove(world, made, name=name),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_a_removed_attachment_is_as_if_it_had_never_been(world: World) -> None:
    need_id = a_draft(world)
    made = remove(world, upload(world, need_id))

    assert seen_by(world, OWNER, need_id).items == []
    for attempt in (lambda: correct(world, made, "改"), lambda: remove(world, made)):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.parametrize(
    ("file_name", "told"),
    [("锂\u202efdp.docx", "看不见的字符"), ("长" * 121 + ".docx", "最多 120 个字"), ("旧.doc", "另存为")],
)
def test_names_that_deceive_or_fit_nowhere_are_refused_in_words(world: World, file_name: str, told: str) -> None:
    need_id = a_draft(world)

    with pytest.raises(Invalid, match=told):
        upload(world, need_id, file_name=file_name)

    assert files_of(world) == []


def test_every_change_is_in_the_audit_log_without_a_word_of_the_file(world: World) -> None:
    made = upload(world, a_draft(world))
    remove(world, correct(world, made, "吸附柱十台"))

    with world.services.database.reading() as session:
        entries = session.exec(select(AuditEntry).where(AuditEntry.subject_id == made.id).order_by("seq")).all()
    assert [entry.act for entry in entries] == ["attachment.upload", "attachment.correct", "attachment.remove"]
