"""Small real files of every kind, made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from pypdf import PdfReader, PdfWriter

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le")
ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
_RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def a_docx(
    *paragraphs: str,
    header: str = "",
    cells: Sequence[str] = (),
    title: str = "",
    runs: Sequence[str] = (),
    raw: str = "",
) -> bytes:
    """raw: one more paragraph, as XML."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if runs:
        made = document.add_paragraph()
        for run in runs:
            made.add_run(run).bold = True
    if cells:
        row = document.add_table(rows=1, cols=len(cells)).rows[0]
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    if raw:
        document.element.body.insert(len(paragraphs), parse_xml(raw))
    if header:
        document.sections[0].header.paragraphs[0].text = header
    document.core_properties.title = title
    return _saved(document.save)


def an_xlsx(*rows: Sequence[object], sheet: str = "Sheet1", header: str = "", comment: str = "") -> bytes:
    table = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    page = f"<headerFooter><oddHeader>{escape(header)}</oddHeader></headerFooter>" if header else ""
    parts = {
        "[Content_Types].xml": _TYPES.format(
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        ),
        "_rels/.rels": _RELS.format(f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _RELS.format(
            f'<Relationship Id="s" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{table}</sheetData>{page}</worksheet>',
    }
    if comment:
        parts["xl/comments1.xml"] = (
            f'<comments xmlns="{_MAIN}"><commentList><comment ref="A1"><text><r><t>{escape(comment)}</t></r></text>'
            "</comment></commentList></comments>"
        )
    return a_zip((name, text.encode()) for name, text in parts.items())


def _cell(value: object) -> str:
    if isinstance(value, (int, float)):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def a_zip(parts: Iterable[tuple[str, bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts:
            # Of a fixed date: the same parts are the same file.
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return file.getvalue()


def with_part(document: bytes, name: str, content: bytes) -> bytes:
    """The same Word or Excel file with one more part."""
    file = io.BytesIO(document)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def a_pdf(*pages: str, title: str = "") -> bytes:
    """A page of text each, with the font and the table of characters that Chinese text in a PDF has."""
    chars = sorted(set("".join(pages)) - {"\n"})
    codes = {char: number for number, char in enumerate(chars, 1)}
    listed = "\n".join(f"<{code:04x}> <{char.encode('utf-16-be').hex()}>" for char, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{listed}\nendbfchar\nendcmap end end"
    )
    streams = []
    for page in pages:
        lines = ("".join(f"{codes[char]:04x}" for char in line) for line in page.split("\n"))
        streams.append("BT /F 12 Tf 72 720 Td 20 TL " + " ".join(f"<{line}> Tj T*" for line in lines) + " ET")
    return a_pdf_of(streams, cmap, title)


def a_pdf_of(streams: Sequence[str], cmap: str = "", title: str = "") -> bytes:
    """A PDF of these page contents."""
    first = 7
    kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(streams)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        "/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        _stream(cmap),
        f"<< /Title <feff{title.encode('utf-16-be').hex()}> >>",
    ]
    for number, stream in enumerate(streams):
        content = f"/Contents {first + 2 * number + 1} 0 R /Resources << /Font << /F 3 0 R >> >>"
        objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {content} >>", _stream(stream)]
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(made)}\n%%EOF"
    return made + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


def _stream(content: str) -> str:
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def with_password(pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt("", "owner", algorithm="RC4-128")
    return _saved(writer.write)


def a_png() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x30\x60\x90")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    file = io.BytesIO()
    save(file)
    return file.getvalue()
