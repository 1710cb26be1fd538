"""What a browser sent: the form of a request, and the form that a person can go on with after signing in again."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from service.errors import Invalid

# Names of the two fields that carry an unfinished form through signing in.
THEN, KEPT = "then", "kept"
_MOST_FIELDS = 500
_MOST_KEPT = 500_000


async def form_of(request: Request) -> FormData:
    """Also kept with the request, for the page that asks to sign in again."""
    sent = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    request.state.sent = sent
    return sent


SentForm = Annotated[FormData, Depends(form_of)]


def own_path(address: str) -> str:
    """Where to go after signing in: a path of this site, the first page for everything else."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\", "/sign-"))
    return address if is_own and len(address) < 2_000 else "/"


def kept(form: FormData) -> str:
    return json.dumps([(name, value) for name, value in form.multi_items() if isinstance(value, str)])


def unpacked(text: str) -> list[tuple[str, str]]:
    """Raises Invalid if it is not what ``kept`` wrote."""
    if len(text) > _MOST_KEPT:
        raise Invalid("刚才填写的内容太长，没有带过来。请按浏览器的“后退”键回到原来的页面。")
    try:
        pairs = json.loads(text)
        return [(str(name), str(value)) for name, value in pairs]
    except (ValueError, TypeError):
        raise Invalid("刚才填写的内容没有带过来。请按浏览器的“后退”键回到原来的页面。") from None
