"""Every route names the policy it stands under; an app with a route that names none does not start.

Nor does one with a writing route that would do twice what is asked twice under one key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TypeVar

from fastapi import APIRouter, FastAPI
from fastapi.params import Depends
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Match
from starlette.types import Scope

from service.api.idempotency import WRITING_METHODS, KeptRoute
from service.permissions import POLICIES

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
_MARK = "__policy__"


@dataclass(frozen=True)
class RoutePolicy:
    """path: with its prefixes; policy: None if the route names none."""

    path: str
    methods: frozenset[str]
    policy: str | None


class Router(APIRouter):
    """Of everything under /api."""

    def __init__(
        self, *, prefix: str = "", tags: Sequence[str | Enum] = (), dependencies: Sequence[Depends] = ()
    ) -> None:
        super().__init__(prefix=prefix, tags=list(tags), dependencies=dependencies, route_class=KeptRoute)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Routers are asked one after the other, each tries its routes one by one: most are passed over at a glance."""
        if self._first_words.isdisjoint(scope["path"].split("/")):
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def _first_words(self) -> frozenset[str]:
        """What the paths of its routes begin with; read at the first request, when all are there."""
        return frozenset(route.path.split("/")[1] for route in self.routes if isinstance(route, APIRoute))


def policy(name: str) -> Callable[[Endpoint], Endpoint]:
    """Decorator for endpoints. The use case asks `require` for the same policy: this names it, that enforces it."""
    if name not in POLICIES:
        raise KeyError(name)

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, name)
        return endpoint

    return mark


def policy_of(route: APIRoute) -> str | None:
    found = getattr(route.endpoint, _MARK, None)
    return str(found) if found else None


def route_policies(app: FastAPI) -> Iterator[RoutePolicy]:
    """Of all routes but the description of the interface; included routers are branches of app.routes."""
    for context in iter_route_contexts(app.routes):
        route, path = context.original_route, context.path or ""
        if path == app.openapi_url:
            continue
        if isinstance(route, APIRoute):
            yield RoutePolicy(path, frozenset(route.methods or ()), policy_of(route))
        else:
            yield RoutePolicy(path, frozenset(), None)


def kept_routes(app: FastAPI) -> set[str]:
    """Names of the operations that honour an idempotency key."""
    found = (context.original_route for context in iter_route_contexts(app.routes))
    return {route.name for route in found if isinstance(route, KeptRoute) and route.is_kept}


def refuse_routes_without_policy(app: FastAPI) -> None:
    """Raises RuntimeError naming them."""
    missing = [f"{sorted(route.methods)} {route.path}" for route in route_policies(app) if route.policy is None]
    if missing:
        raise RuntimeError(f"routes without a policy: {', '.join(missing)}")


def refuse_routes_done_twice(app: FastAPI) -> None:
    """Raises RuntimeError naming the writing routes under /api whose router is no `Router`."""
    found = [
        f"{context.methods} {context.path}"
        for context in iter_route_contexts(app.routes)
        if (context.path or "").startswith("/api/")
        and WRITING_METHODS & set(context.methods or ())
        and not isinstance(context.original_route, KeptRoute)
    ]
    if found:
        raise RuntimeError(f"routes of a plain APIRouter, use service.api.routing.Router: {', '.join(found)}")
