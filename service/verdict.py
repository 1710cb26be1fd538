"""Whether a party may be matched with a need at all, and if not, why: one function, asked wherever it matters.

Matching applies it before the search, inviting asks it again at that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from service.models import Expert, ExpertState, Need
from service.rules.region import contains

RULES = {
    "own_organization": "是需求方自己的人",
    "asked_before": "这条需求已经邀请过，或者企业没有选",
    "not_verified": "还没有通过核验，或已休眠、退出",
    "no_consent": "没有同意参与推荐",
    "paused": "本人暂停接受邀约",
    "full": "本月接受的次数已满",
    "service_type": "不提供这一类服务",
    "region": "不去这个地区",
}


@dataclass(frozen=True)
class PartyFacts:
    """What is known of an expert when the question is asked.

    organization_keys: names (as keys) of where they work now, and organization_ids of what they act for.
    taken_this_month: consultations accepted this month. asked_before: about this need, or not wanted by the company.
    """

    expert: Expert
    organization_keys: Collection[str]
    organization_ids: Collection[str]
    taken_this_month: int
    asked_before: bool = False


def verdict(
    party: PartyFacts, need: Need, owners: Mapping[str, str], today: date, leave_out: Collection[str] = ()
) -> str | None:
    """The first rule (a key of RULES) that forbids it, or None.

    owners: of the need, organisation id → name key; leave_out: rules that were settled before, and are not asked again.
    """
    expert = party.expert
    forbids = {
        "own_organization": any(
            owner_id in party.organization_ids or key in party.organization_keys for owner_id, key in owners.items()
        ),
        "asked_before": party.asked_before,
        "not_verified": expert.state is not ExpertState.VERIFIED,
        "no_consent": not expert.takes_part,
        "paused": expert.paused_until is not None and expert.paused_until >= today,
        "full": party.taken_this_month >= expert.monthly_capacity,
        "service_type": bool(expert.service_types) and need.service_type not in expert.service_types,
        "region": _is_out_of_region(expert, need),
    }
    return next((rule for rule in RULES if forbids[rule] and rule not in leave_out), None)


def _is_out_of_region(expert: Expert, need: Need) -> bool:
    if not expert.regions or not need.region_code:
        return False
    return not any(contains(code, need.region_code) for code in expert.regions)
