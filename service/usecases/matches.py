"""Matching a need, looking at what was found, and the one clerk's decision about it."""

from __future__ import annotations

from dataclasses import asdict

from sqlmodel import Session, col, select

from service import audit
from service.actors import SYSTEM, Actor
from service.clock import now
from service.errors import Conflict, Invalid, NotFound, Stale
from service.matcher import PARAMETERS, Matcher, Ranking, TextIndex, documents, query_of
from service.models import (
    Expert,
    MatchResult,
    MatchReview,
    MatchRun,
    MatchRunState,
    Need,
    NeedState,
    PartyKind,
    ReviewVerdict,
    Team,
)
from service.schemas.matches import ReviewInput, WhyNotOut
from service.services import Services
from service.usecases import achievement_matches
from service.usecases.approvals import require_issued
from service.usecases.brokers import send_to_broker
from service.usecases.eligibility import exclusions
from service.usecases.needs import find
from service.usecases.progress import outdate_runs
from service.usecases.recommendations import recommend
from service.verdict import RULES
from service.visibility import visible_experts, visible_teams
from service.workflow.engine import perform
from service.workflow.matches import MATCH_RUN
from service.workflow.needs import NEED


def refresh_index(services: Services, matcher: Matcher) -> str:
    """Bring the index to what the database says now."""
    with services.database.reading() as session:
        rows = documents(session)
    return matcher.refresh(rows)


def rebuild_index(services: Services, matcher: Matcher) -> str:
    """Read everybody anew: for an index that somebody has reason to distrust."""
    with services.database.reading() as session:
        rows = documents(session)
    return matcher.refresh(rows, anew=True)


def forget_old_indexes(services: Services, matcher: Matcher) -> str:
    """After somebody was erased: what older snapshots said of them goes as well."""
    with services.database.reading() as session:
        rows = documents(session)
    return matcher.refresh(rows, kept=1)


def suggest(services: Services, matcher: Matcher, achievements: TextIndex, need_id: str) -> str | None:
    """Match an accepted need and keep whom and which achievements were found; the run's id, None if there is nothing
    to match any more.

    Ranking happens between two transactions. If the need changed meanwhile, the change has promised a matching of its
    own and this one is dropped.
    """
    with services.database.reading() as session:
        need = session.get(Need, need_id)
        if need is None or not _is_matchable(need):
            return None
        excluded = exclusions(session, need)
        query, read = query_of(session, need), need.content_version
    if not matcher.has_index():
        refresh_index(services, matcher)
    ranking, fingerprint, version = matcher.suggest(query, excluded)
    with services.database.reading() as session:
        fitting = achievement_matches.look(session, achievements, session.get_one(Need, need_id), excluded)
    with services.database.writing() as session:
        need = session.get_one(Need, need_id)
        if not _is_matchable(need) or need.content_version != read:
            return None
        run = _keep(session, services, need, ranking, fingerprint, version, excluded)
        achievement_matches.keep(session, run, fitting)
        return run.id


def latest(session: Session, actor: Actor, need_id: str) -> tuple[Need, MatchRun]:
    """Raises NotFound if nothing was matched yet."""
    need = find(session, actor, need_id, "match.view")
    wanted = select(MatchRun).where(MatchRun.need_id == need.id).order_by(col(MatchRun.created_at).desc())
    run = session.exec(wanted.limit(1)).first()
    if run is None:
        raise NotFound("还没有匹配结果。受理后会自动匹配，通常不超过十秒，请稍后刷新。")
    return need, run


def results(session: Session, run: MatchRun) -> list[MatchResult]:
    return list(session.exec(select(MatchResult).where(MatchResult.run_id == run.id).order_by(col(MatchResult.rank))))


def why_not(
    services: Services, matcher: Matcher | None, actor: Actor, need_id: str, kind: PartyKind, party_id: str
) -> WhyNotOut:
    """Why this party is where it is, or not in the list at all: what holds now, beside its place in the kept list.

    Ranking happens outside of any transaction. Raises NotFound, Conflict (nothing in this process ranks).
    """
    key = f"{kind}:{party_id}"
    with services.database.reading() as session:
        need, run = latest(session, actor, need_id)
        party = _shown_party(session, actor, kind, party_id)
        excluded = exclusions(session, need)
        listed = [each.rank for each in results(session, run) if (each.party_kind, each.party_id) == (kind, party_id)]
        query, then = query_of(session, need), run.excluded.get(key)
    found = matcher.why_not(query, key, excluded) if matcher else None
    if found is None:
        raise Conflict("现在没有匹配索引，不能现算。请稍后再试；一直这样，请管理员检查后台任务。")
    rule = found.rule if found.rule in RULES else None
    return WhyNotOut(
        name=party.name,
        listed_rank=listed[0] if listed else None,
        excluded_then=RULES[then] if then else None,
        excluded_now=RULES[rule] if rule else None,
        rank=found.rank,
        band=found.band,
        parts=asdict(found.parts),
    )


def _shown_party(session: Session, actor: Actor, kind: PartyKind, party_id: str) -> Expert | Team:
    """Only of whom this person may see at all; NotFound otherwise."""
    party: Expert | Team | None
    if kind is PartyKind.TEAM:
        party = session.exec(visible_teams(actor).where(Team.id == party_id)).first()
    else:
        party = session.exec(visible_experts(actor).where(Expert.id == party_id)).first()
    if party is None:
        raise NotFound()
    return party


def review(session: Session, services: Services, actor: Actor, need_id: str, given: ReviewInput) -> MatchReview:
    """采纳, 改判, 补充 or 无合适. The machine's own list stays beside it, unchanged."""
    need = find(session, actor, need_id, "match.review")
    _, run = latest(session, actor, need_id)
    if run.version != given.version:
        reviewed = "这份名单刚刚由别人复核过了，您的这一次没有提交。请核对他的结论。"
        changed = "匹配结果有了变化。请刷新后核对，再作决定。"
        message = reviewed if run.state is MatchRunState.REVIEWED else changed
        raise Stale(message, details={"version": run.version})
    _refuse_impossible(session, need, run, given)
    if given.chosen:
        require_issued(session, services, "recommendation.release", MATCH_RUN.name, run.id)
    made = MatchReview(
        run_id=run.id,
        reviewer_id=actor.user_id or "",
        verdict=given.verdict,
        reason=given.reason,
        chosen=list(given.chosen),
    )
    session.add(made)
    perform(session, MATCH_RUN, run, "review", actor, services.clockwork, note=given.reason, as_consequence=True)
    session.flush()
    if given.chosen:
        recommend(session, services, actor, need, made)
    elif need.state is NeedState.MATCHING:
        # Otherwise somebody was asked or serves already, and that goes on.
        send_to_broker(session, services, actor, need)
    return made


def _refuse_impossible(session: Session, need: Need, run: MatchRun, given: ReviewInput) -> None:
    listed = {f"{result.party_kind}:{result.party_id}" for result in results(session, run)}
    chosen = given.chosen
    if len(set(chosen)) != len(chosen):
        raise Invalid("名单里有人出现了两次，请去掉重复的。", field="chosen")
    if (given.verdict is ReviewVerdict.NONE) != (not chosen):
        raise Invalid("“无合适”不带名单；其他结论请至少选一位。", field="chosen")
    if given.verdict is not ReviewVerdict.ADOPT and not given.reason:
        raise Invalid("请写明理由：为什么改判、补充，或者为什么没有合适的。", field="reason")
    if given.verdict is ReviewVerdict.ADOPT and not set(chosen) <= listed:
        raise Invalid("“采纳”只能从机器名单里选；加入别人请选“补充”或“改判”。", field="chosen")
    forbidden = exclusions(session, need)
    for party in chosen:
        if party in forbidden:
            raise Conflict(f"名单里有一位现在不能推荐：{RULES[forbidden[party]]}。请去掉后再提交。")
        kind, _, party_id = party.partition(":")
        if session.get(Expert if kind == PartyKind.EXPERT else Team, party_id) is None:
            raise Invalid("名单里有一位不在库中，或还没有通过核验。请重新选择。", field="chosen")


def _is_matchable(need: Need) -> bool:
    return need.state in (NeedState.ACCEPTED, NeedState.MATCHING) and need.sealed_at is None


def _keep(
    session: Session,
    services: Services,
    need: Need,
    ranking: Ranking,
    fingerprint: str,
    index_version: str,
    excluded: dict[str, str],
) -> MatchRun:
    outdate_runs(session, services, need)
    start = now()
    run = MatchRun(
        need_id=need.id,
        need_content_version=need.content_version,
        entered_at=start,
        due_at=services.clockwork.due(MATCH_RUN.states[MATCH_RUN.initial], start),
        mode=ranking.mode,
        calibrated=ranking.calibrated,
        no_good_match=ranking.no_good_match,
        fingerprint=fingerprint,
        index_version=index_version,
        parameters=PARAMETERS,
        excluded=excluded,
    )
    session.add(run)
    session.flush()
    for match in ranking.matches:
        kind, _, party_id = match.id.partition(":")
        session.add(
            MatchResult(
                run_id=run.id,
                rank=match.rank,
                party_kind=PartyKind(kind),
                party_id=party_id,
                score=match.score,
                band=match.band,
                parts=asdict(match.parts),
                evidence=[asdict(pair) for pair in match.evidence],
            )
        )
    content = " ".join(f"{match.rank}:{match.id}:{match.score!r}" for match in ranking.matches)
    audit.record(session, actor_id=None, act="match.run", subject_kind="match_run", subject_id=run.id, content=content)
    if need.state is NeedState.ACCEPTED:
        perform(session, NEED, need, "match", SYSTEM, services.clockwork, as_consequence=True)
    return run
