"""Where something belongs in the tree of 科协."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.errors import Conflict
from service.models import Association, AssociationKind, AssociationLevel
from service.rules.region import contains

_DEEPEST_FIRST = (AssociationLevel.COUNTY, AssociationLevel.CITY, AssociationLevel.PROVINCE)


def association_for(session: Session, region_code: str) -> Association:
    """The lowest regional 科协 responsible for this place. Raises Conflict if there is none."""
    regional = session.exec(
        select(Association)
        .where(Association.kind == AssociationKind.REGIONAL)
        .order_by(col(Association.region_code), col(Association.id))
    ).all()
    for level in _DEEPEST_FIRST:
        for association in regional:
            if association.level is level and contains(association.region_code, region_code):
                return association
    raise Conflict("这个地区还没有对应的科协。请联系省科协，由平台管理员先建立机构。")
