"""Facts about people and 审签: three steps, three people."""

from __future__ import annotations

from dataclasses import dataclass

from service.actors import Actor
from service.facts import all_of, any_of
from service.models import Approval, Need, PostRole


@dataclass(frozen=True)
class ApprovalCase:
    """An 审签 with the need its subject hangs on, if it hangs on one."""

    approval: Approval
    need: Need | None


def handles_approval(actor: Actor, case: ApprovalCase) -> bool:
    return actor.handles(case.approval.association_path)


def leads_approval(actor: Actor, case: ApprovalCase) -> bool:
    return actor.has_in_scope(case.approval.association_path, PostRole.LEAD)


def drafted_approval(actor: Actor, case: ApprovalCase) -> bool:
    return actor.user_id is not None and case.approval.drafter_id == actor.user_id


def has_no_hand_in_approval(actor: Actor, case: ApprovalCase) -> bool:
    """Neither drafted nor reviewed it: three steps, three people."""
    return actor.user_id not in (case.approval.drafter_id, case.approval.reviewer_id)


def approval_is_not_sealed(_: Actor, case: ApprovalCase) -> bool:
    return case.need is None or case.need.sealed_at is None


reviews_approval = all_of(handles_approval, has_no_hand_in_approval)
issues_approval = all_of(leads_approval, has_no_hand_in_approval)
drafts_approval = all_of(drafted_approval, handles_approval)
takes_back_approval = any_of(drafts_approval, leads_approval)
hands_in_scan = any_of(drafts_approval, leads_approval)
sees_approval = all_of(handles_approval, approval_is_not_sealed)
