"""Answering with a page, a part of one, or a redirect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from service.actors import Actor
from service.rules.demo_roles import DEMO_ROLES
from service.services import Services
from service.settings import Settings
from web import assets, filters
from web.navigation import entries
from web.once import fresh_key

FLASH = "kc_said"
# Whether this browser shows the pages of an expert in 大字版.
LARGE = "kc_large"
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= filters.FILTERS
_templates.globals |= {
    "asset": assets.address,
    "budget": filters.budget,
    "fresh_key": fresh_key,
    "demo_roles": DEMO_ROLES,
    # In a cell of a table; a phone leaves the whole line away.
    "nothing": _templates.from_string('<span class="none">—</span>').module,
}


def page(request: Request, actor: Actor, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A whole page for this person; what was said by the redirect before it is shown once."""
    said = request.cookies.get(FLASH, "")
    settings = _settings(request)
    text = _templates.get_template(template).render(
        me=actor,
        my_name=actor.name,
        navigation=entries(actor, request.url.path),
        path=request.url.path,
        said=json.loads(unquote(said)) if said else None,
        site=settings.site,
        is_demo=settings.demo,
        settings_now=settings,
        look=look_of(request, actor),
        **shown,
    )
    answer = HTMLResponse(text, status_code=status)
    if said:
        answer.delete_cookie(FLASH)
    return answer


def _settings(request: Request) -> Settings:
    """That hold for this request; it has none yet where it led to no page at all."""
    of_process: Services = request.app.state.services
    found: Services = getattr(request.state, "services", None) or of_process.present()
    return found.settings


def look_of(request: Request, actor: Actor) -> str:
    """大字版 is for experts, and kept where it was chosen; who comes by a link always gets it."""
    is_large = actor.link is not None or (actor.expert_id is not None and request.cookies.get(LARGE))
    return "large" if is_large else ""


def part(template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """One htmx target, from a template whose name begins with “_”."""
    return HTMLResponse(_templates.get_template(template).render(**shown), status_code=status)


def bare(settings: Settings, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page without navigation: for who came by a signed link, and for paper."""
    text = _templates.get_template(template).render(site=settings.site, is_demo=settings.demo, **shown)
    return HTMLResponse(text, status_code=status)


def leave_for(address: str, said: str = "") -> Response:
    """See Other, after something was done; said: one sentence for the next page."""
    answer = RedirectResponse(address, status_code=303)
    if said:
        answer.set_cookie(FLASH, quote(json.dumps(said)), max_age=60, httponly=True, samesite="lax")
    return answer
