"""Notices as staff and administrators see them: to whom, and how far they got."""

from __future__ import annotations

from service.models import Delivery
from service.schemas.notices import CaseNoticeOut, DeliveryOut, UndeliveredOut
from service.usecases.notices import Way


def case_notice(way: Way) -> CaseNoticeOut:
    return CaseNoticeOut(
        id=way.notice.id,
        created_at=way.notice.created_at,
        recipient=way.recipient.name,
        title=way.notice.title,
        read_at=way.notice.read_at,
        deliveries=[_delivery(each) for each in way.deliveries],
    )


def undelivered_notice(way: Way) -> UndeliveredOut:
    return UndeliveredOut(
        notice_id=way.notice.id,
        created_at=way.notice.created_at,
        recipient=way.recipient.name,
        delivery=_delivery(way.deliveries[0]),
    )


def _delivery(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut.model_validate(delivery, from_attributes=True)
