"""推荐给企业: putting a reviewed list before the company, and its choice. Only what it released is ever asked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from service import audit
from service.actors import SYSTEM, Actor
from service.case_facts import Case
from service.clock import now
from service.errors import Invalid, NotFound, Stale
from service.facts import is_need_owner
from service.jobs import enqueue
from service.models import (
    MatchResult,
    MatchReview,
    Need,
    NeedState,
    PartyChoice,
    PartyKind,
    PartySource,
    Recommendation,
    RecommendationState,
    RecommendedParty,
    Referral,
)
from service.permissions import is_allowed, require
from service.schemas.recommendations import ChoiceInput, RejectionInput
from service.services import Services
from service.usecases.lookup import existing
from service.usecases.open_offers import open_offers, put_forward_listed
from service.usecases.progress import ask, settle
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.workflow.engine import perform
from service.workflow.needs import NEED
from service.workflow.recommendations import RECOMMENDATION, REJECTION_REASONS

_BEFORE_CHOICE = (NeedState.MATCHING, NeedState.BROKER, NeedState.TO_INVITE, NeedState.INVITING)


@dataclass(frozen=True)
class Candidate:
    kind: PartyKind
    party_id: str
    source: PartySource
    referral_id: str | None = None

    @classmethod
    def named(cls, party: str, source: PartySource, referral_id: str | None = None) -> Candidate:
        """party: “expert:…” or “team:…”."""
        kind, _, party_id = party.partition(":")
        return cls(PartyKind(kind), party_id, source, referral_id)


def recommend(session: Session, services: Services, actor: Actor, need: Need, review: MatchReview) -> Recommendation:
    """What a clerk chose goes before the company, in the clerk's order; a list it did not answer yet is replaced.

    Those among them who offered themselves have their answer with it.
    """
    offered = {f"{each.party_kind}:{each.party_id}" for each in open_offers(session, need)}
    listed = session.exec(select(MatchResult).where(MatchResult.run_id == review.run_id))
    machine = {f"{result.party_kind}:{result.party_id}" for result in listed}
    candidates = [Candidate.named(party, _source(party, machine, offered)) for party in review.chosen]
    for old in _open_lists(session, need):
        perform(session, RECOMMENDATION, old, "replace", SYSTEM, services.clockwork, as_consequence=True)
    made = _put_before_company(session, services, actor, need, candidates, review.id)
    put_forward_listed(session, services, actor, need, review.chosen)
    return made


def recommend_nominees(
    session: Session, services: Services, actor: Actor, need: Need, referral: Referral, party_ids: Sequence[str]
) -> Recommendation:
    """Experts whom a 承接单位 names: they join the list before the company, or make one."""
    candidates = [Candidate(PartyKind.EXPERT, each, PartySource.NOMINATED, referral.id) for each in party_ids]
    return join(session, services, actor, need, candidates)


def join(
    session: Session, services: Services, actor: Actor, need: Need, candidates: Sequence[Candidate]
) -> Recommendation:
    """Add to the list that waits for the company, or put a new one before it."""
    waiting = _open_lists(session, need)
    if not waiting:
        return _put_before_company(session, services, actor, need, candidates, None)
    there = parties(session, waiting[0])
    listed = {(each.party_kind, each.party_id) for each in there}
    fresh = [each for each in candidates if (each.kind, each.party_id) not in listed]
    _list(session, waiting[0], fresh, first_place=len(there) + 1)
    # Touched, so that who looks at the old list is told before choosing from it.
    waiting[0].entered_at = now()
    session.add(waiting[0])
    enqueue(session, "notify", key=f"recommendation:{waiting[0].id}")
    session.flush()
    return waiting[0]


def current(session: Session, actor: Actor, need_id: str, policy: str = "recommendation.view") -> Case:
    """The newest list of a need. Raises NotFound if there is none, or it is not for this reader."""
    need = existing(session, actor, Need, need_id)
    wanted = select(Recommendation).where(Recommendation.need_id == need.id)
    found = session.exec(wanted.order_by(col(Recommendation.created_at).desc()).limit(1)).first()
    require(actor, policy, Case(found, need))
    if found is None:
        raise NotFound("还没有推荐名单。科协复核匹配结果后会推荐给企业，请稍后再看。")
    return Case(found, need)


def is_there(session: Session, actor: Actor, need: Need) -> bool:
    """Whether there is a list that this person may see."""
    made = session.exec(select(Recommendation.id).where(Recommendation.need_id == need.id)).first()
    return made is not None and is_allowed(actor, "recommendation.view", Case(None, need))


def parties(session: Session, recommendation: Recommendation) -> list[RecommendedParty]:
    wanted = select(RecommendedParty).where(RecommendedParty.recommendation_id == recommendation.id)
    return list(session.exec(wanted.order_by(col(RecommendedParty.place), col(RecommendedParty.id))))


def choose(session: Session, services: Services, actor: Actor, need_id: str, given: ChoiceInput) -> Case:
    """The company's word, or a clerk's who was told it (then with a proxy entry)."""
    refuse_secrets({"说明": "\n".join(each.note for each in given.rejected)}, services.settings.secrecy_officer)
    case = current(session, actor, need_id, "recommendation.choose")
    recommendation, need = case.subject, case.need
    if recommendation.version != given.version:
        raise Stale(
            "名单有了变化，还没有提交。请刷新后对照新的名单再选；您选过的还在页面上。",
            details={"version": recommendation.version},
        )
    if not is_need_owner(actor, need):
        if given.proxy is None:
            raise Invalid("代企业答复请写明受谁委托、用什么方式、什么时候。", field="proxy")
        record_proxy(
            session,
            services,
            actor,
            "choose",
            subject_kind="recommendation",
            subject_id=recommendation.id,
            proxy=given.proxy,
        )
    listed = {each.id: each for each in parties(session, recommendation)}
    _refuse_impossible(listed, given)
    _mark(session, listed, given)
    picked = [each for each in listed.values() if each.choice is PartyChoice.PICKED]
    action = "delegate" if given.delegate else "choose" if picked else "refuse"
    clockwork = services.clockwork
    perform(session, RECOMMENDATION, recommendation, action, actor, clockwork, as_consequence=True, seen=case)
    _move_need(session, services, actor, need, picked)
    audit.record(
        session,
        actor_id=actor.signature,
        act="recommendation.answer",
        subject_kind="recommendation",
        subject_id=recommendation.id,
        content=given.model_dump_json(exclude={"proxy"}),
    )
    session.flush()
    return case


def _source(party: str, machine: Collection[str], offered: Collection[str]) -> PartySource:
    if party in offered:
        return PartySource.SELF_OFFER
    return PartySource.MATCHED if party in machine else PartySource.ADDED


def _put_before_company(
    session: Session,
    services: Services,
    actor: Actor,
    need: Need,
    candidates: Sequence[Candidate],
    review_id: str | None,
) -> Recommendation:
    start = now()
    made = Recommendation(
        need_id=need.id,
        review_id=review_id,
        round=need.round,
        entered_at=start,
        due_at=services.clockwork.due(RECOMMENDATION.states[RECOMMENDATION.initial], start),
    )
    session.add(made)
    session.flush()
    _list(session, made, candidates, first_place=1)
    enqueue(session, "notify", key=f"recommendation:{made.id}")
    audit.record(
        session,
        actor_id=actor.signature,
        act="recommendation.make",
        subject_kind="recommendation",
        subject_id=made.id,
        content=" ".join(f"{each.kind}:{each.party_id}" for each in candidates),
    )
    if need.is_delegated:
        for each in parties(session, made):
            each.choice = PartyChoice.PICKED
            session.add(each)
        perform(session, RECOMMENDATION, made, "delegate", SYSTEM, services.clockwork, as_consequence=True)
        if need.state in (NeedState.MATCHING, NeedState.BROKER, NeedState.INVITING):
            perform(session, NEED, need, "release", SYSTEM, services.clockwork, as_consequence=True)
    elif need.state in _BEFORE_CHOICE:
        perform(session, NEED, need, "recommend", actor, services.clockwork, as_consequence=True)
    session.flush()
    return made


def _list(session: Session, made: Recommendation, candidates: Sequence[Candidate], *, first_place: int) -> None:
    for place, each in enumerate(candidates, first_place):
        session.add(
            RecommendedParty(
                recommendation_id=made.id,
                place=place,
                party_kind=each.kind,
                party_id=each.party_id,
                source=each.source,
                referral_id=each.referral_id,
            )
        )
    session.flush()


def _open_lists(session: Session, need: Need) -> list[Recommendation]:
    wanted = select(Recommendation).where(
        Recommendation.need_id == need.id, Recommendation.state == RecommendationState.TO_CHOOSE
    )
    return list(session.exec(wanted))


def _refuse_impossible(listed: dict[str, RecommendedParty], given: ChoiceInput) -> None:
    rejected = [each.id for each in given.rejected]
    mentioned = [*given.picked, *rejected]
    if len(set(mentioned)) != len(mentioned):
        raise Invalid("同一位既选又不选，或者出现了两次，请改成一种。", field="picked")
    if not set(mentioned) <= set(listed):
        raise Invalid("名单里没有这一位，可能已经更新。请刷新后重新选。", field="picked")
    for each in given.rejected:
        if each.reason not in REJECTION_REASONS:
            choices = "；".join(f"{code}＝{meaning}" for code, meaning in REJECTION_REASONS.items())
            raise Invalid(f"请选择不选的理由：{choices}。", field="rejected")
        if each.reason == "other" and not each.note:
            raise Invalid("理由是“其他”时，请用一句话说明，科协好据此重新找。", field="rejected")
    left = len(listed) - len(rejected)
    if given.delegate and not left:
        raise Invalid("名单上的人都不选，就没有可以代邀的了。请去掉“委托科协代邀”，或留下至少一位。", field="delegate")
    if not given.delegate and not given.picked and left:
        raise Invalid("请至少选一位；都不合适，请逐位写明理由；拿不定，可以委托科协代邀。", field="picked")


def _mark(session: Session, listed: dict[str, RecommendedParty], given: ChoiceInput) -> None:
    """Picked ones first, in the company's order; with 委托 everybody else who was not rejected follows."""
    rejected: dict[str, RejectionInput] = {each.id: each for each in given.rejected}
    rest = [each for each in listed if each not in rejected and each not in given.picked]
    order = [*given.picked, *(rest if given.delegate else ())]
    for place, each_id in enumerate(order, 1):
        listed[each_id].choice, listed[each_id].place = PartyChoice.PICKED, place
    for place, each_id in enumerate((each for each in listed if each not in order), len(order) + 1):
        listed[each_id].place = place
    for each_id, why in rejected.items():
        party = listed[each_id]
        party.choice, party.reason, party.note = PartyChoice.REJECTED, why.reason, why.note
    session.add_all(listed.values())


def _move_need(
    session: Session, services: Services, actor: Actor, need: Need, picked: Sequence[RecommendedParty]
) -> None:
    """A need that somebody serves already stays where it is."""
    if need.state is not NeedState.RECOMMENDED:
        return
    if picked:
        perform(session, NEED, need, "release", actor, services.clockwork, as_consequence=True)
    else:
        # Somebody else may still be asked; with nobody left it is matched again.
        ask(session, services, need)
        settle(session, services, need)
