"""Where something belongs in the tree of 科协."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from sqlmodel import Session, col, select

from service.errors import Conflict
from service.models import Association, AssociationKind, AssociationLevel
from service.rules.region import contains

_DEEPEST_FIRST = (AssociationLevel.COUNTY, AssociationLevel.CITY, AssociationLevel.PROVINCE)


def association_for(session: Session, region_code: str) -> Association:
    """The lowest regional 科协 responsible for this place. Raises Conflict if there is none."""
    return _lowest(_regional(session), region_code) or _none()


def association_for_person(session: Session, region_code: str) -> Association:
    """As above; of people from elsewhere the 科协 at the top takes care. Raises Conflict where there is none at all."""
    regional = _regional(session)
    top = next((each for each in regional if each.parent_id is None), None)
    return _lowest(regional, region_code) or top or _none()


def _regional(session: Session) -> Sequence[Association]:
    return session.exec(
        select(Association)
        .where(Association.kind == AssociationKind.REGIONAL)
        .order_by(col(Association.region_code), col(Association.id))
    ).all()


def _lowest(regional: Sequence[Association], region_code: str) -> Association | None:
    for level in _DEEPEST_FIRST:
        for association in regional:
            if association.level is level and contains(association.region_code, region_code):
                return association
    return None


def _none() -> NoReturn:
    raise Conflict("这个地区还没有对应的科协。请联系省科协，由平台管理员先建立机构。")
