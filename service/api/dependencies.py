"""What endpoints ask for: a session that reads or one that writes, and who is asking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request
from sqlmodel import Session

from service.actors import STRANGER, Actor
from service.api import idempotency
from service.errors import PasswordChangeRequired
from service.need_index import NeedIndex
from service.services import Services
from service.usecases import accounts, signed_links
from service.usecases.paging import Orders, chosen

# Names of the routes open to who must change the password first.
BEFORE_CHANGE = frozenset({"change_password", "sign_out", "show_password", "send_password", "send_sign_out"})


# These that wait for nothing are async: the others are each handed to a thread and back, which costs more than they do.
async def process_services(request: Request) -> Services:
    """With the settings of the environment: for what must answer even if the database does not."""
    found: Services = request.app.state.services
    return found


ProcessServices = Annotated[Services, Depends(process_services)]


def services(request: Request, found: ProcessServices) -> Services:
    """With the settings that hold now, the same for the whole request; pages find them with it."""
    request.state.services = found.present()
    return cast(Services, request.state.services)


ServicesDep = Annotated[Services, Depends(services)]


async def need_index(request: Request) -> NeedIndex:
    found: NeedIndex = request.app.state.need_index
    return found


NeedIndexDep = Annotated[NeedIndex, Depends(need_index)]


def current_actor(request: Request, found: ServicesDep) -> Actor:
    """By token (Authorization: Bearer …) or by session cookie; a stranger otherwise, also if either is worthless.

    By a signed link: Authorization: Link <purpose>/<token>; one that is over says so instead of passing for a stranger.
    Raises PasswordChangeRequired where the settings say so and the route is none of BEFORE_CHANGE.
    """
    actor = _who(request, found)
    forced = found.settings.force_password_change and actor.must_change_password
    if forced and request.scope["route"].name not in BEFORE_CHANGE:
        raise PasswordChangeRequired("您的密码是别人代设的。请先修改密码，再办其他事；也可以退出登录。")
    return actor


def _who(request: Request, found: Services) -> Actor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "link":
        return signed_links.actor_by_address(found, token.strip())
    if scheme.lower() == "bearer" and token:
        return accounts.actor_by_token(found, token.strip())
    cookie = request.cookies.get(found.settings.session_cookie)
    return accounts.actor_by_session(found, cookie) if cookie else STRANGER


CurrentActor = Annotated[Actor, Depends(current_actor)]


def reading(found: ServicesDep) -> Iterator[Session]:
    with found.database.reading() as session:
        yield session


def writing(request: Request, found: ServicesDep, actor: CurrentActor) -> Iterator[Session]:
    """Who acts was read before, in a session of its own that is over: strangers must not queue for the single writer,
    nor two connections be held at once. So an act that waits for the writer while its user is removed is still done, as
    if it had come a moment earlier; the rows it is about are read, and their rules asked, inside.
    """
    with found.database.writing() as session:
        idempotency.begin(request, session, actor)
        yield session


# scope="function": committed before the answer leaves. The default commits after it, and a commit that fails would
# already have been reported as success.
Reading = Annotated[Session, Depends(reading, scope="function")]
Writing = Annotated[Session, Depends(writing, scope="function")]


async def network(request: Request) -> str:
    """Where the request comes from, for limits; uvicorn trusts a proxy's header only if told to."""
    return request.client.host if request.client else ""


Network = Annotated[str, Depends(network)]


def sorted_by(orders: Orders) -> Any:
    """The query parameter of a list that can be put in these orders."""
    told = "、".join(f"{key} {order.label}" for key, order in orders.items())
    values = ["", *(turned for key in orders for turned in (key, f"-{key}"))]
    first, is_turned = chosen(orders, "")
    return Query(
        description=f"按什么排序：{told}；前面加“-”倒过来；不填为 {'-' * is_turned}{first}",
        json_schema_extra={"enum": values},
    )


City = Annotated[str, Query(pattern=r"^(\d{6})?$", description="只看这个市、州（或省）的，区划代码，例如 632800")]
# A few words of what a list shows.
Search = Annotated[str, Query(max_length=50, description="编号或标题里的几个字")]
# Of a list, from 1; so far down that no list is that long.
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000, description="第几页")]
