"""Whom to give a need next, once nobody answers: worked out from what is on record, never stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from service.models import (
    Association,
    Expert,
    HolderKind,
    MatchResult,
    MatchReview,
    MatchRun,
    Need,
    PartyKind,
    ReferralState,
    ReviewVerdict,
)
from service.usecases.eligibility import exclusions
from service.usecases.matches import results
from service.usecases.receivers import Receiver, receiver_of, referrals_of, unfit


@dataclass(frozen=True)
class Proposal:
    """why: for staff, who decide."""

    receiver: Receiver
    why: str


def proposal(session: Session, need: Need) -> Proposal:
    """The first that fits and was not asked in this round; 全国学会 once nobody in the province is left."""
    # A referral taken back was no refusal.
    asked = [receiver_of(each) for each in referrals_of(session, need) if each.state is not ReferralState.WITHDRAWN]
    forbidden = exclusions(session, need)
    for each in _candidates(session, need, forbidden):
        is_new = not any(each.receiver.is_same_as(other) for other in asked)
        if is_new and unfit(session, need, each.receiver) is None:
            return each
    return Proposal(Receiver(HolderKind.OUTSIDE), "省内已没有未问过的合适单位，可以转全国学会")


def may_go_outside(session: Session, need: Need) -> bool:
    """A clerk said 无合适 about the latest matching, or nobody in the province is left to propose."""
    run = _latest_run(session, need)
    if run is not None:
        review = session.exec(select(MatchReview).where(MatchReview.run_id == run.id)).first()
        if review is not None and review.verdict is ReviewVerdict.NONE:
            return True
    return proposal(session, need).receiver.kind is HolderKind.OUTSIDE


def _candidates(session: Session, need: Need, forbidden: dict[str, str]) -> Iterator[Proposal]:
    """Societies by the best rank of their experts, teams by rank, then the 科协 above, nearest first."""
    run = _latest_run(session, need)
    found = results(session, run) if run else []
    allowed = [each for each in found if f"{each.party_kind}:{each.party_id}" not in forbidden]
    yield from _societies(session, allowed)
    for each in allowed:
        if each.party_kind is PartyKind.TEAM:
            yield Proposal(Receiver(HolderKind.TEAM, each.party_id), f"在最近一次匹配中排第 {each.rank}")
    upwards = [each for each in need.association_path.split("/") if each][:-1]
    for association_id in reversed(upwards):
        name = session.get_one(Association, association_id).name
        yield Proposal(Receiver(HolderKind.ASSOCIATION, association_id), f"匹配名单已问完，可请上级“{name}”协调")


def _societies(session: Session, found: list[MatchResult]) -> Iterator[Proposal]:
    for each in found:
        expert = session.get(Expert, each.party_id) if each.party_kind is PartyKind.EXPERT else None
        if expert is not None and expert.society_id is not None:
            why = f"本会专家{expert.name}在最近一次匹配中排第 {each.rank}"
            yield Proposal(Receiver(HolderKind.SOCIETY, expert.society_id), why)


def _latest_run(session: Session, need: Need) -> MatchRun | None:
    wanted = select(MatchRun).where(MatchRun.need_id == need.id).order_by(col(MatchRun.created_at).desc())
    return session.exec(wanted.limit(1)).first()
