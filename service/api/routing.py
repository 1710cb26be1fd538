"""Every route names the policy it stands under; an app with a route that names none does not start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fastapi import FastAPI
from fastapi.routing import APIRoute

from service.permissions import POLICIES

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
_MARK = "__policy__"


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


def refuse_routes_without_policy(app: FastAPI) -> None:
    """Raises RuntimeError naming them. Mounted static files and the OpenAPI document have no endpoint of ours."""
    missing = [
        f"{sorted(route.methods or ())} {route.path}"
        for route in app.routes
        if isinstance(route, APIRoute) and policy_of(route) is None
    ]
    if missing:
        raise RuntimeError(f"routes without a policy: {', '.join(missing)}")
