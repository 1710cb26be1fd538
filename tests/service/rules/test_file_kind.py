"""Which files are taken in, and what a person is told who brings another one."""

from __future__ import annotations

import io
import random
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.file_kind import MOST_PARTS, CheckedFile, FileKind, check_file
from tests.service.attachments.documents import (
    ENCRYPTED_OFFICE,
    JPEG,
    OLD_OFFICE,
    a_docx,
    a_pdf,
    a_png,
    a_zip,
    an_xlsx,
    with_part,
)

DOCX, XLSX, PDF = a_docx("吸附剂"), an_xlsx(["吸附剂"]), a_pdf("吸附剂")
TYPES = ("[Content_Types].xml", b"<Types/>")


def check(name: str, content: bytes) -> CheckedFile:
    return check_file(name, content, most_megabytes=20)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("工况.docx", DOCX, FileKind.DOCX),
        ("数据.v2.XLSX", XLSX, FileKind.XLSX),
        ("报告.PDF", PDF, FileKind.PDF),
        ("报告.pdf", b"\xef\xbb\xbf\n" + PDF, FileKind.PDF),
        ("照片.png", a_png(), FileKind.PNG),
        ("照片.jpg", JPEG, FileKind.JPEG),
        ("照片.jpeg", JPEG, FileKind.JPEG),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_is_known_by_its_name_and_its_beginning_together(name: str, content: bytes, kind: FileKind) -> None:
    assert check(name, content) == CheckedFile(kind)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.pdf", b"", "文件是空的"),
        ("大.pdf", b"%PDF-" + bytes(20 << 20), "约 21 MB，超过 20 MB"),
        ("说明", PDF, "不支持这种文件。可以上传 PDF"),
        ("说明.exe", b"MZ", "不支持这种文件。可以上传 PDF"),
        ("旧.doc", OLD_OFFICE, "“另存为” .docx"),
        ("旧.xls", OLD_OFFICE, "“另存为” .xlsx"),
        ("表.csv", b"a,b", "“另存为” .xlsx"),
        ("照片.heic", b"ftyp", "“另存为” .jpg 或 .png"),
        ("宏.xlsm", XLSX, "可能带宏"),
        ("改名.docx", OLD_OFFICE, "旧版 Office 文件，只是改了扩展名"),
        ("改名.pdf", OLD_OFFICE, "“另存为” .docx 或 .xlsx"),
        ("锁.xlsx", ENCRYPTED_OFFICE, "打开密码"),
        ("表.docx", XLSX, "内容却是 Excel 表格（.xlsx）。请把扩展名改成 .xlsx"),
        ("文.xlsx", DOCX, "改成 .docx"),
        ("图.pdf", a_png(), "改成 .png"),
        ("图.png", JPEG, "改成 .jpg"),
        ("文.pdf", "吸附剂".encode(), "内容却不是 PDF"),
        ("包.docx", a_zip([("a.txt", b"a")]), "内容却不是 Word 文档"),
        ("包.xlsx", a_zip([TYPES, ("ppt/slides/slide1.xml", b"<a/>")]), "内容却不是 Excel 表格"),
        ("宏.docx", with_part(DOCX, "word/vbaProject.bin", b"x"), "文件里有宏"),
        ("宏.xlsx", with_part(XLSX, "xl/VBAPROJECT.BIN", b"x"), "文件里有宏"),
        ("断.docx", DOCX[: len(DOCX) // 2], "文件已损坏"),
        ("怪.docx", a_zip([TYPES, ("word/document.xml", b"<a/>")], zipfile.ZIP_LZMA), "文件已损坏"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_files_are_refused_with_what_to_do(name: str, content: bytes, told: str) -> None:
    found = check(name, content)

    assert found.kind is None
    assert found.error is not None
    assert told in found.error


def test_bombs_are_found_by_inflating_them() -> None:
    dense = a_zip([TYPES, ("word/document.xml", bytes(30 << 20))])
    noise = random.Random(0).randbytes(2 << 20)
    vast = a_zip([TYPES, ("word/a.bin", noise), *((f"word/{n}.xml", bytes(11 << 20)) for n in range(10))])
    many = a_zip([TYPES, *((f"word/{number}.xml", b"") for number in range(MOST_PARTS))])

    told = [check("x.docx", content).error or "" for content in (dense, vast, many)]

    assert len(vast) * 100 > 110 << 20
    assert [text[:9] for text in told] == ["文件解压后大得不正", "文件解压后大得不正", "文件内部的部件太多"]


def test_sizes_that_lie_do_not_help_a_bomb() -> None:
    bomb = bytearray(a_zip([TYPES, ("word/document.xml", bytes(30 << 20))]))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = bomb.rfind(signature)
        bomb[at + place : at + place + 4] = struct.pack("<I", 10)

    assert check("x.docx", bytes(bomb)) == CheckedFile(None, check("x.docx", DOCX[:-300]).error)


def test_a_zip_behind_a_password_is_refused() -> None:
    locked = bytearray(a_zip([TYPES, ("word/document.xml", b"<a/>")]))
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1

    assert "文件有密码" in (check("x.docx", bytes(locked)).error or "")


@given(st.data())
def test_a_damaged_file_is_refused_or_taken_but_never_breaks_the_check(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([XLSX, PDF, a_png(), OLD_OFFICE])))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))]
    name = data.draw(st.text(max_size=5)) + data.draw(st.sampled_from(["", ".docx", ".xlsx", ".pdf", ".png", ".jpg"]))

    found = check(name, bytes(content))

    assert (found.kind is None) == (found.error is not None)


@given(st.binary(max_size=300), st.sampled_from(list(FileKind)))
def test_whatever_is_taken_as_a_document_can_be_opened_as_a_zip(content: bytes, kind: FileKind) -> None:
    found = check(f"x.{kind}", b"PK\x03\x04" + content)

    assert found.kind is None or zipfile.is_zipfile(io.BytesIO(b"PK\x03\x04" + content))
