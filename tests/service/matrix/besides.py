"""What the cases of the matrix hang on: organisations, places, teams, accounts, and what people were told or asked."""

from __future__ import annotations

from datetime import date, timedelta

from sqlmodel import Session, select

from service.clock import now
from service.models import (
    Absence,
    Association,
    FollowUp,
    Membership,
    Notice,
    Post,
    ProxyEntry,
    RankingObjection,
    RankingObjectionKind,
    RecipientKind,
    Row,
    SocietyBranch,
    Team,
    new_id,
)
from tests.service.world import World

CLERK = "格尔木赵静"


def besides(world: World, need_id: str, expert_id: str) -> dict[str, str]:
    """need_id: of a need that is being served, expert_id: of who serves it."""
    with world.services.database.writing() as session:
        owner, clerk = world.people["盐湖厂马工"], world.people[CLERK]
        [membership] = session.exec(select(Membership).where(Membership.user_id == owner))
        [post] = session.exec(select(Post).where(Post.user_id == clerk))
        [team] = session.exec(select(Team))
        county = session.get_one(Association, world.county.id)
        made = {
            "branch:society": SocietyBranch(society_id=world.people["盐湖学会"], name="盐湖化工专业委员会"),
            "absence:clerk": Absence(
                user_id=clerk, deputy_id=world.people["海西州李强"], since=date(2026, 11, 1), until=date(2026, 12, 1)
            ),
            "follow_up:due": FollowUp(need_id=need_id, round=1, days=30, due_on=date(2026, 11, 20)),
            "notice:owner": _notice(owner, need_id),
            "entry:clerk": ProxyEntry(
                subject_kind="need",
                subject_id=need_id,
                act="submit",
                entered_by_id=clerk,
                asked_by="马工",
                channel="phone",
                asked_at=now() - timedelta(days=1),
                need_id=need_id,
                association_path=county.path,
            ),
            "objection:expert": RankingObjection(
                user_id=world.people["李锂"],
                expert_id=expert_id,
                need_id=need_id,
                kind=RankingObjectionKind.EXPLANATION,
                text="为什么没有排在前面",
                association_id=county.id,
                association_path=county.path,
            ),
        }
        found = {key: _kept(session, row) for key, row in made.items()}
        return found | {
            "organization:owner": world.company.id,
            "organization:society": world.people["盐湖学会"],
            "association:county": county.id,
            "membership:owner": membership.id,
            "post:clerk": post.id,
            "team:squad": team.id,
            "user:passer_by": world.people["路人吴芳"],
        }


def _notice(user_id: str, need_id: str) -> Notice:
    return Notice(
        recipient_kind=RecipientKind.USER,
        recipient_id=user_id,
        key=f"matrix:{new_id()}",
        subject_kind="need",
        subject_id=need_id,
        need_id=need_id,
        title="专家已经接受",
        text="请约时间。",
        path=f"/needs/{need_id}",
        calls=True,
    )


def _kept(session: Session, row: Row) -> str:
    session.add(row)
    session.flush()
    return row.id
