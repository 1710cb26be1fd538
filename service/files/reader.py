"""Takes the words out of one file. A program of its own, run by extraction.py: ``python -I reader.py KIND MB SECONDS``.

The file comes in on stdin, {"text", "aside", "whole"} goes out as JSON on stdout, and nothing is written to disk. It
imports nothing of ours, so that a process taken over by a hostile file holds neither settings nor a database.
"""

from __future__ import annotations

import html
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

MOST_PAGES = 50
MOST_CHARS = 200_000
NEEDS_PASSWORD = 3

_HEADER = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)<")
_STYLE_CODE = re.compile(r'&(?:"[^"]*"|K[0-9A-Fa-f]{6}|\d+|[BIUESXY])')
_FIELD_CODE = re.compile(r"&[LCRPNDTAFGZ]")
# Beside the text people also keep titles, headers, comments and drawings.
_WORDS = frozenset({"t"})
_ALL_WORDS = frozenset({"t", "delText", "text"})


def read_pdf(content: bytes) -> tuple[str, str, bool]:
    """A long scan counts as read: there is nothing to read in it."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        sys.exit(NEEDS_PASSWORD)
    pages = [reader.pages[number] for number in range(min(len(reader.pages), MOST_PAGES))]
    text = "\n".join(page.extract_text() for page in pages)
    filled_in = [str(value) for value in (reader.get_form_text_fields() or {}).values() if value]
    notes = [str(each.get_object().get("/Contents", "")) for page in pages for each in page.annotations or ()]
    described = [str(value) for value in (reader.metadata or {}).values()]
    is_whole = len(reader.pages) <= MOST_PAGES or not text.strip()
    return "\n".join((text, *filled_in)), "\n".join((*notes, *described)), is_whole


def read_docx(content: bytes) -> tuple[str, str, bool]:
    from docx import Document

    part = Document(io.BytesIO(content)).part
    aside = ["".join(_words(part.element, frozenset({"delText"})))]
    aside += _beside(content, {str(part.partname).lstrip("/")})
    return "".join(_words(part.element, _WORDS)), "\n".join(aside), True


def read_xlsx(content: bytes) -> tuple[str, str, bool]:
    """A line for every row, a tab between two cells; hidden sheets too."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    lines: list[str] = []
    left = MOST_CHARS
    for name in workbook.sheet_names:
        lines.append(name)
        for row in workbook.get_sheet_by_name(name).iter_rows():
            cells = [found for cell in row if (found := _cell(cell))]
            lines += ["\t".join(cells)] if cells else []
            left -= sum(map(len, cells)) + len(cells)
            if left < 0:
                break
    return "\n".join(lines), "\n".join(_beside(content, {"xl/sharedStrings.xml"})), True


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _beside(content: bytes, known: set[str]) -> Iterator[str]:
    """The words of all parts of a Word or Excel file but the known ones."""
    from docx.oxml import parse_xml

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith(".xml") or name in known:
                continue
            if name.startswith("xl/worksheets/"):
                yield from map(_header, _HEADER.findall(archive.read(name)))
            elif name.startswith("docProps/"):
                yield "\n".join(parse_xml(archive.read(name)).itertext())
            else:
                yield "".join(_words(parse_xml(archive.read(name)), _ALL_WORDS))


def _header(found: bytes) -> str:
    """A page header as Excel writes it, without its codes: ``&L`` begins a part, ``&"宋体"`` only dresses one up."""
    written = html.unescape(found.decode("utf-8", "replace"))
    return _FIELD_CODE.sub("\n", _STYLE_CODE.sub("", written))


def _words(element: Any, wanted: frozenset[str]) -> Iterator[str]:  # lxml brings no type hints
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        if name in wanted and not len(child):
            yield child.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "tab":
            yield " "
        elif name != "Fallback":  # what older programs show instead, the same words again
            yield from _words(child, wanted)
        if name in ("p", "tc", "text"):
            yield "\n"


READERS: dict[str, Callable[[bytes], tuple[str, str, bool]]] = {"pdf": read_pdf, "docx": read_docx, "xlsx": read_xlsx}


def limit(megabytes: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    # Neither a file nor a memory image of what is being read may get to the disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # macOS knows no such limit; processor and wall time still hold there.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def main(kind: str, megabytes: str, seconds: str) -> None:
    limit(int(megabytes), int(seconds))
    text, aside, is_whole = READERS[kind](sys.stdin.buffer.read())
    is_whole = is_whole and max(len(text), len(aside)) <= MOST_CHARS
    json.dump({"text": text[:MOST_CHARS], "aside": aside[:MOST_CHARS], "whole": is_whole}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
