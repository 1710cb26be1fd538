"""The server's application: the interface under /api, and the pages."""

from __future__ import annotations

from fastapi import FastAPI

from service.api.routing import refuse_routes_without_policy
from service.app import create_api
from service.services import Services
from web import replies, static


def create_app(services: Services) -> FastAPI:
    """Raises RuntimeError if a route names no policy."""
    app = create_api(services)
    app.include_router(static.router)
    app.include_router(replies.router)
    refuse_routes_without_policy(app)
    return app
