"""Words out of real files, by a process that may be stopped."""

from __future__ import annotations

import threading
import time

import pytest

from service.errors import Busy, Invalid
from service.files.extraction import MOST_CHILDREN, NOT_READABLE, Extracted, Limits, extract
from service.rules.file_kind import FileKind
from tests.service.attachments.documents import (
    JPEG,
    a_docx,
    a_pdf,
    a_pdf_of,
    a_png,
    an_xlsx,
    with_part,
    with_password,
)

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_chinese_text_of_a_pdf_in_the_order_of_its_pages() -> None:
    found = extract(FileKind.PDF, a_pdf("吸附容量 8 mg/g\n每年衰减 30%", "第二页：镁锂比 60", title="卤水报告"))

    assert found == Extracted("吸附容量 8 mg/g\n每年衰减 30%\n第二页：镁锂比 60", "卤水报告")


def test_only_the_first_fifty_pages_are_read() -> None:
    found = extract(FileKind.PDF, a_pdf(*(f"页{number}" for number in range(1, 53))))

    assert found.text.splitlines()[-1] == "页50"


def test_paragraphs_and_cells_of_a_word_file_and_beside_them_header_and_title() -> None:
    found = extract(FileKind.DOCX, a_docx("吸附柱八台", cells=["镁锂比", "60"], header="内部资料", title="工况"))

    assert found.text == "吸附柱八台\n镁锂比\n60"
    assert {"内部资料", "工况"} <= set(found.aside.splitlines())


def test_a_word_cut_into_runs_is_one_word_again() -> None:
    assert extract(FileKind.DOCX, a_docx(runs=["吸", "附", "剂"])).text == "吸附剂"


def test_comments_and_deleted_words_are_looked_through_but_are_no_text() -> None:
    comment = (
        f'<w:comments xmlns:w="{W}"><w:comment><w:p><w:r><w:t>批注里的话</w:t></w:r></w:p></w:comment></w:comments>'
    )
    found = extract(FileKind.DOCX, with_part(a_docx("正文"), "word/comments.xml", comment.encode()))

    assert found.text == "正文"
    assert "批注里的话" in found.aside.splitlines()


def test_a_text_box_is_read_once_although_it_is_stored_twice() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent>"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    both = (
        f'<w:p xmlns:w="{W}" xmlns:mc="{compatible}"><w:r><mc:AlternateContent>'
        f"<mc:Choice>{box.format('框里的话')}</mc:Choice><mc:Fallback>{box.format('框里的话')}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )

    assert extract(FileKind.DOCX, a_docx("正文", raw=both)).text == "正文\n框里的话"


def test_rows_of_a_spreadsheet_with_whole_numbers_as_people_wrote_them() -> None:
    content = an_xlsx(
        ["手机", 13800138000.0],
        ["容量", 8.5, ""],
        sheet="工况",
        header='&C&"宋体,常规"&14湖东盐化&R第 1 页',
        comment="看这里",
    )

    assert extract(FileKind.XLSX, content) == Extracted(
        "工况\n手机\t13800138000\n容量\t8.5", "湖东盐化\n第 1 页\n看这里"
    )


@pytest.mark.parametrize(
    ("kind", "content"), [(FileKind.PNG, a_png()), (FileKind.JPEG, JPEG), (FileKind.PDF, a_pdf(""))], ids=str
)
def test_pictures_and_scans_have_no_text(kind: FileKind, content: bytes) -> None:
    assert extract(kind, content).text == ""


def test_a_file_behind_a_password_is_told_apart_from_a_broken_one() -> None:
    with pytest.raises(Invalid, match="密码"):
        extract(FileKind.PDF, with_password(a_pdf("吸附剂")))

    assert extract(FileKind.PDF, b"%PDF-1.7 broken") == NOT_READABLE
    assert extract(FileKind.DOCX, an_xlsx(["吸附剂"])) == NOT_READABLE


@pytest.mark.parametrize("limits", [Limits(cpu_seconds=1), Limits(wall_seconds=0.5), Limits(megabytes=60)])
def test_a_file_that_wants_too_much_is_given_up(limits: Limits) -> None:
    greedy = a_pdf_of(["BT /F 12 Tf " + "<0001> Tj " * 1_000_000 + "ET"])

    assert extract(FileKind.PDF, greedy, limits) == NOT_READABLE


def test_what_cannot_be_stored_is_left_out_and_much_is_cut() -> None:
    strange = extract(FileKind.XLSX, an_xlsx(["a\x7fb\ufffec\u200bd"]))
    long = extract(FileKind.XLSX, an_xlsx(*(["吸附剂" * 1_000] for _ in range(80))))

    assert strange.text == "Sheet1\nabcd"
    assert len(long.text) == 200_000


def test_only_so_many_files_are_read_at_once_and_who_waits_too_long_is_told_to_come_again() -> None:
    greedy = a_pdf_of(["BT /F 12 Tf " + "<0001> Tj " * 1_000_000 + "ET"])
    slow = Limits(wall_seconds=2)
    threads = [threading.Thread(target=extract, args=(FileKind.PDF, greedy, slow)) for _ in range(MOST_CHILDREN)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)

    with pytest.raises(Busy, match="没有保存"):
        extract(FileKind.PDF, a_pdf("吸附剂"), Limits(waiting_seconds=0.1))

    for thread in threads:
        thread.join()
    assert extract(FileKind.PDF, a_pdf("吸附剂")).text == "吸附剂"
