"""For whoever watches over the service: is it running, can it serve."""

from __future__ import annotations

from fastapi import Request

from service.api.dependencies import ProcessServices
from service.api.routing import Router, policy
from service.errors import NotReady
from service.matcher import Matcher
from service.schemas.health import AliveOut, ReadinessOut
from service.usecases.readiness import readiness

router = Router(tags=["运行"])


@router.get("/healthz", summary="程序在运行（不问数据库）")
@policy("public")
def show_alive() -> AliveOut:
    return AliveOut(status="ok")


@router.get("/readyz", summary="可以提供服务：数据库、磁盘和后台任务")
@policy("public")
def show_ready(services: ProcessServices, request: Request) -> ReadinessOut:
    found = readiness(services)
    told = ReadinessOut.model_validate(found, from_attributes=True)
    matcher: Matcher | None = request.app.state.matcher
    told.matching = matcher.mode if matcher else None
    if not found.is_ready:
        raise NotReady(
            "现在不能提供服务：数据库读写不了，或者磁盘快满了。请管理员检查。", details=told.model_dump(mode="json")
        )
    return told
