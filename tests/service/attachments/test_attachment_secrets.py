"""A mark of secrecy in a name or anywhere in a file: nothing of it reaches database, disk, log or answer."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlmodel import select

from service.errors import Invalid, SecrecySuspected
from service.models import AuditEntry
from tests.service.attachments.documents import a_docx, a_pdf, a_png, an_xlsx
from tests.service.attachments.steps import OWNER, TEXT, correct, files_of, seen_by, the_need, upload
from tests.service.steps import a_draft
from tests.service.world import World

SECRET = "压力三十兆帕"


@pytest.mark.parametrize(
    ("file_name", "content", "field"),
    [
        (f"{SECRET} 机密★10年.docx", a_docx(TEXT), "文件名"),
        ("某项目（绝密）.png", a_png(), "文件名"),
        ("机密／说明.docx", a_docx(TEXT), "文件名"),
        ("说明.docx", a_docx("机密★10年", SECRET), "附件中的文字"),
        ("说明.docx", a_docx(SECRET, runs=["机", "密", "★", "10年"]), "附件中的文字"),
        ("说明.docx", a_docx(SECRET, cells=["密级", "机密"]), "附件中的文字"),
        ("说明.docx", a_docx(SECRET, header="秘密★长期"), "附件的页眉、批注或属性"),
        ("说明.docx", a_docx(SECRET, title="机密★10年"), "附件的页眉、批注或属性"),
        ("报告.pdf", a_pdf(f"密级：机密\n{SECRET}"), "附件中的文字"),
        ("报告.pdf", a_pdf(SECRET, title="绝密★"), "附件的页眉、批注或属性"),
        ("表.xlsx", an_xlsx(["项目", "密级", "年份"], [SECRET, "机密", 2026]), "附件中的文字"),
        ("表.xlsx", an_xlsx([SECRET], sheet="机密★"), "附件中的文字"),
        ("表.xlsx", an_xlsx([SECRET], header='&R&"黑体,加粗"机密★1年'), "附件的页眉、批注或属性"),
        ("表.xlsx", an_xlsx([SECRET], comment="机密★1年"), "附件的页眉、批注或属性"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mark_of_secrecy_anywhere_in_a_file_reaches_nothing(
    world: World, caplog: pytest.LogCaptureFixture, file_name: str, content: bytes, field: str
) -> None:
    need_id = a_draft(world)
    before, entries = the_need(world, need_id), audit_entries(world)
    caplog.set_level(logging.DEBUG)

    with pytest.raises(SecrecySuspected) as refused:
        upload(world, need_id, content, file_name=file_name)

    assert refused.value.field == field
    assert "科协保密办" in refused.value.message
    assert files_of(world) == []
    assert (the_need(world, need_id).version, audit_entries(world)) == (before.version, entries)
    told = " ".join((refused.value.message, caplog.text, *map(str, refused.value.details.values())))
    assert SECRET not in told
    assert holding(world.services.settings.data_dir, SECRET) == []
    assert seen_by(world, OWNER, need_id).items == []


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("报告.pdf", a_pdf(*["吸附剂"] * 51)),
        ("表.xlsx", an_xlsx(*([f"{number**40}"] for number in range(1_000, 3_000)))),
    ],
    ids=["pages", "characters"],
)
def test_a_file_that_was_not_read_to_its_end_is_not_taken(world: World, file_name: str, content: bytes) -> None:
    with pytest.raises(Invalid, match="拆成几个文件"):
        upload(world, a_draft(world), content, file_name=file_name)

    assert files_of(world) == []


def test_a_long_scan_is_taken(world: World) -> None:
    upload(world, a_draft(world), a_pdf(*[""] * 51), file_name="扫描件.pdf")

    assert len(files_of(world)) == 1


def audit_entries(world: World) -> int:
    with world.services.database.reading() as session:
        return len(session.exec(select(AuditEntry.seq)).all())


def holding(folder: Path, words: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_a_mark_of_secrecy_does_not_come_in_by_correcting_either(world: World) -> None:
    made = upload(world, a_draft(world))

    with pytest.raises(SecrecySuspected):
        correct(world, made, f"项目\t机密\t2026\n{SECRET}")

    assert holding(world.services.settings.data_dir, SECRET) == []
