"""What is told of 签约, 纪要, 成效, 评价 and a case referred outside the province: to whom, once, never the marks."""

from __future__ import annotations

import pytest
from sqlmodel import select

from service.clock import now
from service.models import (
    Consultation,
    Expert,
    FeeKind,
    HolderKind,
    LinkPurpose,
    Minutes,
    Need,
    Notice,
    Referral,
    Side,
)
from service.schemas.consultations import AddendumInput, CorrectedMinutes
from service.schemas.ratings import RatingInput
from service.usecases import minutes, need_acts, notices, outcomes, ratings
from service.usecases.signed_links import address, link_to
from service.worker import Worker
from tests.service.attachments.steps import later
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    SOLD,
    SOLVED,
    Served,
    a_served_need,
    do,
)
from tests.service.consultations.test_outcomes import report, verify
from tests.service.match_steps import PROXY
from tests.service.notices.notice_steps import deliveries, forget_notices, has_mail, notices_of, tell, titles
from tests.service.notices.test_other_affairs import change, keep
from tests.service.steps import a_submitted_need
from tests.service.world import World

EXPERT = f"专家{HOLDER}"


@pytest.fixture
def served(world: World, worker: Worker) -> Served:
    """Nobody was told anything yet."""
    found = a_served_need(world)
    do(found, HOLDER, "attest")
    do(found, HOLDER, "contact")
    worker.run_pending()
    forget_notices(world)
    return found


def name_of(served: Served) -> str:
    return f"对接咨询 {served.row.number}（{HOLDER}）"


def told(served: Served, worker: Worker) -> dict[str, list[str]]:
    """Since the last time."""
    worker.run_pending()
    found = titles(served.world)
    forget_notices(served.world)
    return found


def write_minutes(served: Served) -> str:
    do(served, HOLDER, "schedule")
    with later(days=3):
        do(served, HOLDER, "hold")
        do(served, HOLDER, "write_minutes")
    with served.world.services.database.reading() as session:
        return session.exec(select(Minutes.id)).one()


def test_a_signing_is_told_to_the_other_side_and_to_staff_and_mailed_to_the_other_side_only(
    served: Served, worker: Worker
) -> None:
    world = served.world
    has_mail(world, CLERK, "clerk@example.net")
    with world.services.database.writing() as session:
        session.get_one(Expert, served.expert_id).mail = "li@example.net"

    do(served, OWNER, "sign")
    worker.run_pending()

    title = f"{name_of(served)}：登记签约"
    assert titles(world) == {EXPERT: [title], CLERK: [title]}
    assert "说明：技术服务合同" in notices_of(world, EXPERT)[0].text
    waiting = {each.notice_id for each in deliveries(world)}
    assert waiting == {notices_of(world, EXPERT)[0].id}


def test_who_registers_a_signing_for_the_company_tells_the_company_too(served: Served, worker: Worker) -> None:
    do(served, CLERK, "sign", proxy=PROXY)

    title = f"{name_of(served)}：登记签约"
    assert told(served, worker) == {EXPERT: [title], OWNER: [title]}


def test_minutes_corrected_and_added_to_are_told_to_the_other_side_with_the_reason(
    served: Served, worker: Worker
) -> None:
    world, minutes_id = served.world, write_minutes(served)
    written = [f"{name_of(served)}：写纪要", f"{name_of(served)}：约定时间"]
    assert told(served, worker) == dict.fromkeys((OWNER, CLERK), written)
    with later(days=4):
        with world.services.database.writing() as session:
            given = CorrectedMinutes(version=1, text="看了八台柱，四台结垢。", reason="数错了一台", proxy=None)
            minutes.correct(session, world.services, world.actor(session, HOLDER), minutes_id, given)
        worker.run_pending()
        assert "说明：数错了一台" in notices_of(world, OWNER)[0].text
        assert told(served, worker) == {who: [f"{name_of(served)}：更正纪要"] for who in (OWNER, CLERK)}
        do(served, HOLDER, "request_closing")
        do(served, OWNER, "confirm")
        told(served, worker)
        with world.services.database.writing() as session:
            added = AddendumInput.model_validate({"text": "第四台后来换了柱。", "proxy": PROXY})
            minutes.add(session, world.services, world.actor(session, CLERK), minutes_id, added)

        assert told(served, worker) == {who: [f"{name_of(served)}：补充纪要"] for who in (OWNER, EXPERT)}


def test_outcomes_are_told_together_and_the_decision_to_who_reported(served: Served, worker: Worker) -> None:
    do(served, HOLDER, "request_closing", outcomes=[SOLVED, SOLD])
    do(served, OWNER, "confirm")
    worker.run_pending()
    text = next(each.text for each in notices_of(served.world, OWNER) if "成效" in each.title)
    found = told(served, worker)
    entered = report(served, CLERK, Side.OWNER, SOLD, proxy=PROXY)
    on_behalf = told(served, worker)
    with served.world.services.database.reading() as session:
        rows = outcomes.listed(session, session.get_one(Consultation, served.id))
        theirs = [each.id for each in rows if each.side is Side.HOLDER]
    for each in theirs:
        verify(served, CLERK, each)
    decided = told(served, worker)
    verify(served, OTHER_CLERK, entered, verified=False)

    assert text.splitlines() == ["新增销售、解决的难题", "科协核实之后才计入。"]
    reported = f"{name_of(served)}：承接方填报了成效"
    assert [sorted(who for who in found if reported in found[who])] == [[CLERK, OWNER]]
    assert on_behalf == {who: [f"{name_of(served)}：需求方填报了成效"] for who in (EXPERT, OWNER)}
    assert decided == {EXPERT: [f"{name_of(served)}：成效已核实"]}
    worker.run_pending()
    assert notices_of(served.world, OWNER)[0].text == "新增销售，说明：看了发票和台账"
    assert told(served, worker) == {who: [f"{name_of(served)}：成效核实未通过"] for who in (OWNER, CLERK)}


def test_a_rating_is_told_to_who_was_rated_without_the_marks(served: Served, worker: Worker) -> None:
    world = served.world
    do(served, HOLDER, "request_closing")
    do(served, OWNER, "confirm")
    told(served, worker)

    rate(served, OWNER, Side.OWNER, None, comment="讲得清楚")
    worker.run_pending()
    notice = notices_of(world, EXPERT)[0]
    assert (notice.text, "5" in notice.title, "讲得清楚" in notice.text) == ("请到平台上查看。", False, False)
    assert told(served, worker) == {EXPERT: [f"{name_of(served)}：收到了对方的评价"]}
    rate(served, OWNER, Side.OWNER, 1, comment="还不错")
    rate(served, HOLDER, Side.HOLDER, None)
    assert told(served, worker) == {
        EXPERT: [f"{name_of(served)}：对方改了评价"],
        OWNER: [f"{name_of(served)}：收到了对方的评价"],
    }


def rate(served: Served, who: str, side: Side, version: int | None, comment: str = "") -> None:
    with served.world.services.database.writing() as session:
        given = RatingInput.model_validate({"side": side, "skill": 5, "comment": comment, "version": version})
        ratings.rate(session, served.world.services, served.world.actor(session, who), served.id, given)


def test_nothing_is_told_twice_nor_of_a_sealed_need(served: Served, worker: Worker) -> None:
    world = served.world
    key = f"outcomes:{served.id}"
    do(served, HOLDER, "request_closing", outcomes=[SOLD])
    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, CLERK), served.need_id, note="发现疑似标志")
    worker.run_pending()
    sealed = titles(world)

    with world.services.database.writing() as session:
        session.get_one(Need, served.need_id).sealed_at = None
    tell(world, key)
    first = titles(world)
    tell(world, key)

    assert [each for who in sealed for each in sealed[who] if "成效" in each] == []
    assert sorted(who for who in first if f"{name_of(served)}：承接方填报了成效" in first[who]) == [CLERK, OWNER]
    assert titles(world) == first


def test_an_expert_without_an_account_gets_the_text_with_their_own_link(served: Served, worker: Worker) -> None:
    world = served.world
    with world.services.database.writing() as session:
        session.get_one(Expert, served.expert_id).user_id = None
    do(served, OWNER, "sign")
    do(served, CLERK, "request_closing", proxy=PROXY)
    do(served, OWNER, "confirm", rating={"skill": 5})
    worker.run_pending()

    with world.services.database.writing() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, served.id)
        assert link is not None
        own = address(world.services, link)
        clerk = world.actor(session, CLERK)
        texts = [
            notices.hand_out(session, world.services, clerk, each.id)
            for each in session.exec(select(Notice).where(Notice.recipient_id == served.expert_id)).all()
            if "签约" in each.title or "评价" in each.title
        ]
    assert len(texts) == 2
    assert all(text.startswith("【") and text.endswith(f" {own}") for text in texts)


def test_a_referral_outside_the_province_is_told_to_the_company_and_staff(world: World) -> None:
    need_id = a_submitted_need(world)
    referral = Referral(
        number="PD-2026-63-00001",
        need_id=need_id,
        round=1,
        receiver_kind=HolderKind.OUTSIDE,
        outside_name="中国盐湖学会（演示数据）",
        entered_at=now(),
        fee_kind=FeeKind.FREE,
    )
    keep(world, referral)
    change(world, referral, "send_outside", OTHER_CLERK)

    assert titles(world) == {who: ["派单 PD-2026-63-00001：转给省外单位"] for who in (OWNER, CLERK)}
    notice = notices_of(world, OWNER)[0]
    assert "省外单位：中国盐湖学会（演示数据）" in notice.text
    assert (notice.calls, notices_of(world, CLERK)[0].calls) == (False, True)
