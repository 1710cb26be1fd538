"""For administrators: whether the background work is done and the index is sound; trying again, building it anew."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, and_, col, or_, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Conflict, NotFound
from service.jobs import MOST_ATTEMPTS, enqueue
from service.matcher import Matcher
from service.models import Expert, ExpertState, Job, MatchRun, Team
from service.permissions import require
from service.schemas.upkeep import IndexOut, JobsOut, Parameter, StuckJob
from service.services import Services
from service.usecases.job_words import JOBS, reason_of

_MOST_FAILED = 20
# That a column of the database holds.
_LARGEST = 2**31 - 1
_REBUILD = "index.rebuild"


def job_health(session: Session, actor: Actor) -> JobsOut:
    require(actor, "upkeep.view")
    open_jobs = (col(Job.done_at).is_(None), col(Job.attempts) < MOST_ATTEMPTS)
    due = select(func.count(), func.min(Job.run_after)).where(*open_jobs, col(Job.run_after) <= now())
    waiting, oldest = session.exec(due).one()
    later = session.exec(select(func.count()).select_from(Job).where(*open_jobs, col(Job.run_after) > now())).one()
    failed = select(Job).where(_has_failed()).order_by(col(Job.seq).desc())
    return JobsOut(
        waiting=waiting,
        later=later,
        oldest=oldest,
        newest_done_at=session.exec(select(func.max(Job.done_at))).one(),
        failed=[_stuck(job) for job in session.exec(failed.limit(_MOST_FAILED))],
        failed_total=session.exec(select(func.count()).select_from(Job).where(_has_failed())).one(),
    )


def retry_job(session: Session, actor: Actor, seq: int) -> StuckJob:
    """At once, and as often again as a new one; how it stood before. Raises NotFound, Conflict (at work, or done)."""
    require(actor, "job.retry")
    job = session.exec(select(Job).where(Job.seq == seq)).first() if 0 < seq <= _LARGEST else None
    if job is None:
        raise NotFound("没有这件任务，可能已经清理。请刷新页面。")
    if session.exec(select(Job.seq).where(Job.seq == seq, _has_failed())).first() is None:
        raise Conflict("这件任务已经办好，或者正在办。请刷新页面。")
    shown = _stuck(job)
    _again(session, actor, job)
    return shown


def retry_all(session: Session, actor: Actor) -> int:
    """Every job that failed; how many."""
    require(actor, "job.retry")
    found = session.exec(select(Job).where(_has_failed()).order_by(col(Job.seq))).all()
    for job in found:
        _again(session, actor, job)
    return len(found)


def index_health(session: Session, actor: Actor, matcher: Matcher | None) -> IndexOut:
    """matcher: of this process, if it has one."""
    require(actor, "upkeep.view")
    experts = session.exec(select(func.count()).where(Expert.state == ExpertState.VERIFIED)).one()
    teams = session.exec(select(func.count()).select_from(Team)).one()
    found = matcher.status() if matcher else None
    return IndexOut(
        known=found is not None,
        version=found.version if found else "",
        documents=found.documents if found else 0,
        wanted=experts + teams,
        by_meaning=found.by_meaning if found else False,
        last_matched_at=session.exec(select(func.max(MatchRun.created_at))).one(),
        is_rebuilding=_is_rebuilding(session),
    )


def rebuild_index(session: Session, actor: Actor) -> None:
    """Promise to read everybody anew, whatever the stored index says. Raises Conflict if that is promised already."""
    require(actor, "job.retry")
    if _is_rebuilding(session):
        raise Conflict("已经在重建了，办完前不用再点。")
    enqueue(session, _REBUILD, key="")
    audit.record(session, actor_id=actor.user_id, act="index.rebuild", subject_kind="index", subject_id="experts")


def of_environment(services: Services, actor: Actor) -> list[Parameter]:
    """What can only be changed on the server, as far as people ask about it."""
    require(actor, "upkeep.view")
    settings = services.settings
    return [
        Parameter(label="对外的地址", value=settings.public_url, setting="KC_PUBLIC_URL"),
        Parameter(label="邮件服务器", value=settings.mail.host or "没有，不发邮件", setting="KC_MAIL_HOST"),
        Parameter(label="短信网关", value="已设置" if settings.sms.url else "没有，不发短信", setting="KC_SMS_URL"),
        Parameter(label="一个附件最大", value=f"{settings.max_upload_mb} MB", setting="KC_MAX_UPLOAD_MB"),
        Parameter(label="磁盘至少留", value=f"{settings.free_disk_mb} MB", setting="KC_FREE_DISK_MB"),
    ]


def _has_failed() -> ColumnElement[bool]:
    """Not done after it failed, and in nobody's hands."""
    is_free = or_(col(Job.claimed_until).is_(None), col(Job.claimed_until) <= now())
    return and_(col(Job.done_at).is_(None), col(Job.error) != "", is_free)


def _is_rebuilding(session: Session) -> bool:
    wanted = select(Job.seq).where(Job.name == _REBUILD, col(Job.done_at).is_(None), col(Job.attempts) < MOST_ATTEMPTS)
    return session.exec(wanted.limit(1)).first() is not None


def _again(session: Session, actor: Actor, job: Job) -> None:
    job.attempts, job.error, job.run_after = 0, "", now()
    session.add(job)
    audit.record(
        session, actor_id=actor.user_id, act="job.retry", subject_kind="job", subject_id=str(job.seq), content=job.name
    )


def _stuck(job: Job) -> StuckJob:
    return StuckJob(
        seq=job.seq or 0,
        name=job.name,
        label=JOBS.get(job.name, "其他"),
        attempts=job.attempts,
        reason=reason_of(job.error),
        error=job.error,
        run_after=job.run_after,
        is_given_up=job.attempts >= MOST_ATTEMPTS,
    )
