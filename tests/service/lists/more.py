"""What the world of the matrix has none of, put in as rows: one of everything that some list shows."""

from __future__ import annotations

from datetime import timedelta

from service.clock import now, today
from service.models import (
    Absence,
    Approval,
    Attachment,
    CallRequest,
    CallSubject,
    CallWish,
    Delivery,
    DeliveryChannel,
    DeliveryState,
    ErasureRequest,
    FileSubject,
    FollowUp,
    NeedFollower,
    Notice,
    ProxyEntry,
    RankingObjection,
    RankingObjectionKind,
    ReadEntry,
    RecipientKind,
    Team,
    TeamKind,
    TeamMember,
    TextState,
)
from tests.service.matrix.people import Matrix
from tests.service.world import World


def add_the_rest(world: World, matrix: Matrix) -> None:
    people, need_id, expert_id = world.people, matrix.objects["need:engaged"], matrix.objects["expert:invited"]
    day = today()
    team = Team(
        name="盐湖服务队",
        kind=TeamKind.SQUAD,
        leader_id=matrix.objects["expert:other"],
        society_id=people["盐湖学会"],
        region_code="632801",
        term_since=day,
        term_until=day + timedelta(days=400),
    )
    notice = Notice(
        recipient_kind=RecipientKind.USER,
        recipient_id=people["盐湖厂马工"],
        key=f"remind:need:{need_id}:half",
        subject_kind="need",
        subject_id=need_id,
        need_id=need_id,
        title="有了进展",
        text="请看",
        path="/",
    )
    rows = [
        team,
        notice,
        Absence(user_id=people["格尔木赵静"], deputy_id=people["海西州李强"], since=day, until=day),
        Approval(
            kind="recommendation.release",
            subject_kind="need",
            subject_id=need_id,
            need_id=need_id,
            association_path=world.county.path,
            title="发邀约",
            drafter_id=people["格尔木赵静"],
        ),
        ErasureRequest(user_id=people["路人吴芳"], requested_by_id=people["路人吴芳"]),
        RankingObjection(
            user_id=people["李锂"],
            expert_id=expert_id,
            need_id=need_id,
            kind=RankingObjectionKind.EXPLANATION,
            text="请说明",
            association_id=world.county.id,
            association_path=world.county.path,
        ),
        Attachment(
            subject_kind=FileSubject.NEED,
            subject_id=need_id,
            file_name="图.pdf",
            media_type="application/pdf",
            size_bytes=1,
            sha256="0" * 64,
            text_state=TextState.NONE_FOUND,
            uploaded_by=people["盐湖厂马工"],
        ),
        ProxyEntry(
            subject_kind="need",
            subject_id=need_id,
            need_id=need_id,
            act="create",
            entered_by_id=people["格尔木赵静"],
            asked_by="马工",
            channel="phone",
            asked_at=now(),
        ),
        ReadEntry(reader_id=people["格尔木赵静"], subject_kind="need", subject_id=need_id, what="full"),
        ReadEntry(reader_id=people["格尔木赵静"], subject_kind="expert", subject_id=expert_id, what="mobile"),
        _asked(matrix.objects["expert:other"], None),
        _asked(expert_id, people["盐湖学会"]),
        FollowUp(need_id=need_id, round=1, days=30, due_on=day - timedelta(days=20)),
        NeedFollower(
            need_id=matrix.objects["need:matching"],
            organization_id=people["湟水风电有限公司（演示数据）"],
            created_by_id=people["风电厂丁工"],
        ),
    ]
    with world.services.database.writing() as session:
        session.add_all(rows)
        session.flush()
        session.add(TeamMember(team_id=team.id, expert_id=expert_id, consented_at=now()))
        session.add(Delivery(notice_id=notice.id, channel=DeliveryChannel.MAIL, state=DeliveryState.FAILED))


def _asked(expert_id: str, society_id: str | None) -> CallRequest:
    """About their own affairs."""
    return CallRequest(
        subject_kind=CallSubject.EXPERT,
        subject_id=expert_id,
        asked_by=expert_id,
        wish=CallWish.CALL,
        society_id=society_id,
        phone="13909790001",
        due_at=now(),
    )
