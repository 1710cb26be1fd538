"""For administrators: whether the background work is done, the index is sound, and which parameters hold."""

from __future__ import annotations

from sqlalchemy import func
from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import now
from service.jobs import MOST_ATTEMPTS
from service.matcher import Matcher
from service.models import Expert, ExpertState, Job, MatchRun, Team
from service.permissions import require
from service.schemas.upkeep import IndexOut, JobsOut, Parameter, StuckJob
from service.services import Services
from service.settings import Deadlines
from service.usecases.concerned import KINDS
from service.workflow.engine import CALENDAR_DAYS

_MOST_FAILED = 20
_BESIDE_LIFECYCLES = {"verify_organization": "单位：待核验", "call_back": "有人请打的电话"}


def job_health(session: Session, actor: Actor) -> JobsOut:
    require(actor, "upkeep.view")
    open_jobs = (col(Job.done_at).is_(None), col(Job.attempts) < MOST_ATTEMPTS)
    due = select(func.count(), func.min(Job.run_after)).where(*open_jobs, col(Job.run_after) <= now())
    waiting, oldest = session.exec(due).one()
    later = session.exec(select(func.count()).select_from(Job).where(*open_jobs, col(Job.run_after) > now())).one()
    failed = select(Job).where(col(Job.done_at).is_(None), Job.error != "").order_by(col(Job.seq).desc())
    return JobsOut(
        waiting=waiting,
        later=later,
        oldest=oldest,
        newest_done_at=session.exec(select(func.max(Job.done_at))).one(),
        failed=[
            StuckJob(
                name=job.name,
                attempts=job.attempts,
                error=job.error,
                run_after=job.run_after,
                is_given_up=job.attempts >= MOST_ATTEMPTS,
            )
            for job in session.exec(failed.limit(_MOST_FAILED))
        ],
    )


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
    )


def parameters(services: Services, actor: Actor) -> list[Parameter]:
    """The clocks, by whose move they measure; and what else decides how long or how much."""
    require(actor, "upkeep.view")
    settings = services.settings
    labels = dict(_BESIDE_LIFECYCLES)
    for kind in KINDS.values():
        for note in kind.lifecycle.states.values():
            if note.deadline:
                labels[note.deadline] = f"{kind.lifecycle.label}：{note.label}"
    prefix = Deadlines.model_config["env_prefix"]
    shown = [
        Parameter(
            label=labels.get(name, name),
            value=f"{getattr(settings.deadlines, name)} {'天' if name.endswith(CALENDAR_DAYS) else '个工作日'}",
            setting=f"{prefix}{name.upper()}",
        )
        for name in Deadlines.model_fields
    ]
    days = "、".join(str(each) for each in settings.follow_up_days)
    return [
        *shown,
        Parameter(label="办结后第几天回访", value=days, setting="KC_FOLLOW_UP_DAYS"),
        Parameter(
            label="一条需求同时最多几份邀约",
            value=str(settings.most_open_invitations),
            setting="KC_MOST_OPEN_INVITATIONS",
        ),
        Parameter(label="合并后几天内可以撤销", value=f"{settings.unmerge_days} 天", setting="KC_UNMERGE_DAYS"),
        Parameter(label="登录单几小时内有效", value=f"{settings.slip_hours} 小时", setting="KC_SLIP_HOURS"),
        Parameter(label="一个附件最大", value=f"{settings.max_upload_mb} MB", setting="KC_MAX_UPLOAD_MB"),
        Parameter(label="要先签发的事", value=f"{len(settings.approval_kinds)} 类", setting="KC_APPROVAL_KINDS"),
    ]
