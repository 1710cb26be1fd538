"""What kind of file something is: by what it begins with and by its name together, and whether it is safe to open.

A Word or Excel file is a zip. How much comes out of it is found out by really inflating it, piece by piece and keeping
nothing: the sizes written in a zip may lie. Limits: 2 000 parts, 100 MB in all, 100 times the file itself.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from enum import StrEnum

MOST_PARTS = 2_000
MOST_INFLATED = 100 * 1024 * 1024
MOST_RATIO = 100
_CHUNK = 1 << 16
_MEGABYTE = 1024 * 1024


class FileKind(StrEnum):
    """The value is also the extension that new names should have."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    JPEG = "jpg"

    @property
    def is_image(self) -> bool:
        return self in (FileKind.PNG, FileKind.JPEG)


MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
_LABELS = {
    FileKind.PDF: "PDF",
    FileKind.DOCX: "Word 文档（.docx）",
    FileKind.XLSX: "Excel 表格（.xlsx）",
    FileKind.PNG: "PNG 图片",
    FileKind.JPEG: "JPG 图片",
}
_EXTENSIONS = {kind.value: kind for kind in FileKind} | {"jpeg": FileKind.JPEG}
# What people have instead, and what to save it as.
_INSTEAD = {
    **dict.fromkeys(("doc", "wps", "rtf", "odt", "dot", "dotx"), ".docx"),
    **dict.fromkeys(("xls", "et", "csv", "ods", "xlsb", "xlt", "xltx"), ".xlsx"),
    **dict.fromkeys(("ppt", "pptx", "dps", "txt", "ofd", "caj"), "PDF"),
    **dict.fromkeys(("heic", "webp", "bmp", "gif", "tif", "tiff"), ".jpg 或 .png"),
}
_WITH_MACROS = {"docm": ".docx", "dotm": ".docx", "xlsm": ".xlsx", "xltm": ".xlsx"}
_ACCEPTED = "可以上传 PDF、Word（.docx）、Excel（.xlsx）和图片（.png、.jpg）。"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENTRY = b"PK\x01\x02"
_BROKEN_ZIP = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)


@dataclass(frozen=True)
class CheckedFile:
    """kind: None if there is an error."""

    kind: FileKind | None
    error: str | None = None


def check_file(name: str, content: bytes, *, most_megabytes: int) -> CheckedFile:
    """name: the file name with its extension."""
    error = _size_error(len(content), most_megabytes)
    if error:
        return CheckedFile(None, error)
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    wanted = _EXTENSIONS.get(extension)
    if wanted is None:
        return CheckedFile(None, _extension_error(extension))
    error = _compound_error(content, wanted) or _zip_error(content) or _kind_error(wanted, extension, content)
    return CheckedFile(None, error) if error else CheckedFile(wanted)


def _size_error(size: int, most_megabytes: int) -> str | None:
    if not size:
        return "文件是空的。请重新选择文件；如果是从微信或网盘里选的，请先下载到本机。"
    if size > most_megabytes * _MEGABYTE:
        found = -(-size // _MEGABYTE)
        return f"文件约 {found} MB，超过 {most_megabytes} MB 的上限。请压缩图片或拆成几个文件后再上传。"
    return None


def _extension_error(extension: str) -> str:
    if extension in _WITH_MACROS:
        return f"这种文件可能带宏，不能上传。请“另存为” {_WITH_MACROS[extension]} 后再上传。"
    if extension in _INSTEAD:
        return f"不支持 .{extension} 文件。请用 Word、WPS 或看图软件打开，“另存为” {_INSTEAD[extension]} 后再上传。"
    return f"不支持这种文件。{_ACCEPTED}"


def _compound_error(content: bytes, wanted: FileKind) -> str | None:
    """Old Office files, and those behind a password, have the same beginning."""
    if not content.startswith(_COMPOUND):
        return None
    if _ENCRYPTED_PACKAGE in content:
        return "文件有打开密码，平台无法核对内容。请去掉密码，重新保存后再上传。"
    suggested = f".{wanted}" if wanted in (FileKind.DOCX, FileKind.XLSX) else ".docx 或 .xlsx"
    return f"这是旧版 Office 文件，只是改了扩展名。请用 Word、Excel 或 WPS 打开，“另存为” {suggested} 后再上传。"


def _kind_error(wanted: FileKind, extension: str, content: bytes) -> str | None:
    found = _kind_of(content)
    if found is wanted:
        return None
    if found is None:
        return f"文件名以 .{extension} 结尾，内容却不是 {_LABELS[wanted]}，可能已损坏。请用原来的软件重新保存后再上传。"
    return f"文件名以 .{extension} 结尾，内容却是 {_LABELS[found]}。请把扩展名改成 .{found} 后再上传。"


def _kind_of(content: bytes) -> FileKind | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
        if "[Content_Types].xml" not in names:
            return None
        folders = {name.partition("/")[0] for name in names}
        return FileKind.DOCX if "word" in folders else FileKind.XLSX if "xl" in folders else None
    # Some programs write a few bytes before it, and every reader allows that.
    return FileKind.PDF if b"%PDF-" in content[:1024] else None


def _zip_error(content: bytes) -> str | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    # Before the list of parts is read: a list of a million is a danger by itself.
    if content.count(_ENTRY) > MOST_PARTS:
        return "文件内部的部件太多，不像正常的文档。请用 Word、Excel 或 WPS 重新保存后再上传。"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _parts_error(archive, len(content))
    except _BROKEN_ZIP:
        return "文件已损坏，打不开。请用原来的软件重新保存后再上传。"


def _parts_error(archive: zipfile.ZipFile, size: int) -> str | None:
    left = min(MOST_INFLATED, MOST_RATIO * size)
    for part in archive.infolist():
        if part.flag_bits & 1:
            return "文件有密码，平台无法核对内容。请去掉密码，重新保存后再上传。"
        if part.filename.lower().endswith("vbaproject.bin"):
            return "文件里有宏，不能上传。请“另存为”不含宏的 .docx 或 .xlsx 后再上传。"
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        with archive.open(part) as file:
            while chunk := file.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    return "文件解压后大得不正常。请删去多余的空行、图片，重新保存后再上传。"
    return None
