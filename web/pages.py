"""Answering with a page: the templates and the headers that every page has."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from service.clock import beijing

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # The address of a page may itself be a key (a signed link).
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _day(moment: datetime) -> str:
    shown = beijing(moment)
    return f"{shown.year}年{shown.month}月{shown.day}日"


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["day"] = _day


def page(template: str, status: int = 200, **shown: object) -> HTMLResponse:
    return HTMLResponse(_templates.get_template(template).render(**shown), status_code=status, headers=_HEADERS)
