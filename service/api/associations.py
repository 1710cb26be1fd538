"""The tree of 科协 under /api."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import CurrentActor, Reading
from service.api.routing import policy
from service.schemas.organizations import AssociationOut
from service.usecases import associations

router = APIRouter(tags=["科协"])


@router.get("/associations", summary="科协的层级")
@policy("signed_in")
def list_associations(session: Reading, actor: CurrentActor) -> list[AssociationOut]:
    return [
        AssociationOut(
            id=each.id, name=each.name, level=each.level, region_code=each.region_code, parent_id=each.parent_id
        )
        for each in associations.all_of(session, actor)
    ]
