"""What people write, made ready to be stored, or refused in words they can act on."""

from __future__ import annotations

from service.errors import Invalid
from service.rules.plain_text import clean_text
from service.rules.region import check_region

LINE_CHARS, TEXT_CHARS = 200, 20_000


def line(text: str, field: str, max_chars: int = LINE_CHARS) -> str:
    """A name, title or other single line. Raises Invalid for what may only deceive, or is too long."""
    return _kept(text, field, max_chars, single_line=True)


def paragraphs(text: str, field: str, max_chars: int = TEXT_CHARS) -> str:
    return _kept(text, field, max_chars, single_line=False)


def region(code: str, field: str = "region_code") -> str:
    """A known 行政区划代码, old codes replaced by today's. Raises Invalid."""
    found = check_region(code)
    if found.error:
        raise Invalid(found.error, field=field)
    return found.code


def _kept(text: str, field: str, max_chars: int, *, single_line: bool) -> str:
    found = clean_text(text, max_chars=max_chars, single_line=single_line)
    if found.error:
        raise Invalid(found.error, field=field)
    return found.text
