"""Every route names the policy it stands under; an app with a route that names none does not start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from service.permissions import POLICIES

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
_MARK = "__policy__"


@dataclass(frozen=True)
class RoutePolicy:
    """path: with its prefixes; policy: None if the route names none."""

    path: str
    methods: frozenset[str]
    policy: str | None


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


def refuse_routes_without_policy(app: FastAPI) -> None:
    """Raises RuntimeError naming them."""
    missing = [f"{sorted(route.methods)} {route.path}" for route in route_policies(app) if route.policy is None]
    if missing:
        raise RuntimeError(f"routes without a policy: {', '.join(missing)}")
