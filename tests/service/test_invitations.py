"""邀约: from the company's choice to an answer, and on to the next one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from service.disclosure import Access, access_of
from service.errors import AppError, Conflict, Gone, Invalid, NotFound
from service.models import (
    Consultation,
    Expert,
    Invitation,
    InvitationState,
    LinkPurpose,
    Need,
    NeedState,
    ProxyEntry,
    Reservation,
)
from service.schemas.common import ActionInput
from service.usecases import invitation_views, invitations
from service.usecases.signed_links import actor_by_address, address, link_to
from service.worker import Worker
from tests.service.match_steps import (
    PROXY,
    a_chosen_need,
    accept,
    choose,
    decline,
    invite,
    list_of,
    ranking_by_words,
)
from tests.service.world import World


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


def an_invited_need(world: World, worker: Worker, *names: str) -> tuple[str, str]:
    """(need, invitation of the first; the others could be asked next)."""
    need_id, listed = a_chosen_need(world, worker, *names)
    return need_id, invite(world, "格尔木赵静", need_id, listed[0])[0]


def need_of(world: World, need_id: str) -> Need:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id)


def open_invitations(world: World, need_id: str) -> list[str]:
    """Names of those asked who have not answered."""
    with world.services.database.reading() as session:
        found = session.exec(
            select(Expert.name)
            .join(Invitation, Invitation.party_id == Expert.id)  # type: ignore[arg-type]
            .where(Invitation.need_id == need_id, Invitation.state == InvitationState.SENT)
        )
        return sorted(found)


def access(world: World, name: str, need_id: str) -> Access:
    with world.services.database.reading() as session:
        return access_of(world.actor(session, name), session.get_one(Need, need_id))


def take_back(world: World, name: str, invitation_id: str, action: str, note: str = "企业改了主意") -> None:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        version = invitations.find(session, actor, invitation_id).subject.version or 0
        given = ActionInput.model_validate({"version": version, "note": note})
        invitations.take_back(session, world.services, actor, invitation_id, action, given)


def link_of(world: World, invitation_id: str) -> str:
    with world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.INVITATION, invitation_id)
        assert link is not None
        return address(world.services, link).removeprefix("http://127.0.0.1:8000/r/")


def test_who_is_invited_reads_further_and_has_five_working_days(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂", "赵风")

    with world.services.database.reading() as session:
        actor = world.actor(session, "李锂")
        shown = invitation_views.show(session, world.services, actor, invitations.find(session, actor, invitation_id))

    assert (shown.state_label, shown.turn, shown.days_left) == ("已发出，待答复", "专家或承接单位", 5)
    assert shown.need.situation is not None
    assert shown.need.organization == "青海湖东盐化有限公司（演示数据）"
    assert [action.action for action in shown.actions] == ["accept", "accept_partly", "decline"]
    assert [access(world, name, need_id) for name in ("李锂", "赵风")] == [Access.INVITED, Access.PUBLIC]
    assert need_of(world, need_id).state is NeedState.INVITING


def test_only_whom_the_company_released_can_be_invited(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")

    with pytest.raises(Conflict, match="企业已经选定"):
        invite(world, "格尔木赵静", need_id, "somebody else")
    for name, error in (("盐湖厂马工", AppError), ("西宁孙浩", AppError), ("路人吴芳", AppError)):
        with pytest.raises(error):
            invite(world, name, need_id, listed[0])

    assert open_invitations(world, need_id) == []


def test_terms_that_say_too_little_are_refused(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂")

    with pytest.raises(ValueError, match="差旅由谁承担"):
        invite(world, "格尔木赵静", need_id, listed[0], mode="on_site")
    with pytest.raises(ValueError, match="三行以内"):
        invite(world, "格尔木赵静", need_id, listed[0], question="一二三\n四五六\n七八九\n十十十")
    with pytest.raises(Invalid, match="电话格式不对"):
        invite(world, "格尔木赵静", need_id, listed[0], contact_phone="12345")


def test_accepting_takes_a_slot_of_the_month_and_begins_the_consultation(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂")

    consultation_id = accept(world, "李锂", invitation_id)

    with world.services.database.reading() as session:
        opened = session.get_one(Consultation, consultation_id)
        slots = session.exec(select(Reservation.month, Reservation.slot)).all()
    assert (opened.number, opened.state, opened.holder_kind, opened.lead_kind) == (
        "ZX-2026-63-00001",
        "to_contact",
        "expert",
        "expert",
    )
    assert opened.due_at is not None
    assert opened.due_at.isoformat() == "2026-11-26T15:59:59+00:00"
    assert slots == [("2026-11", 1)]
    assert need_of(world, need_id).state is NeedState.ENGAGED


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"no_conflict": False}, "利益冲突"),
        ({"keeps_secret": False}, "保密"),
        ({"scope": "sub_problems"}, "勾选"),
        ({"scope": "sub_problems", "sub_problems": [7]}, "没有这个子问题"),
        ({"scope": "online_only"}, "本来就是线上"),
    ],
)
def test_half_an_answer_is_refused_and_takes_no_slot(
    world: World, worker: Worker, given: dict[str, object], told: str
) -> None:
    _, invitation_id = an_invited_need(world, worker, "李锂")

    with pytest.raises(Invalid, match=told):
        accept(world, "李锂", invitation_id, **given)

    with world.services.database.reading() as session:
        assert session.exec(select(Reservation)).all() == []


def test_one_sub_problem_can_be_accepted_alone(world: World, worker: Worker) -> None:
    _, invitation_id = an_invited_need(world, worker, "李锂")

    accept(world, "李锂", invitation_id, scope="sub_problems", sub_problems=[1])

    with world.services.database.reading() as session:
        invitation = session.get_one(Invitation, invitation_id)
    assert (invitation.state, invitation.sub_problems) == (InvitationState.PARTLY, [1])


def test_a_full_expert_cannot_accept_and_is_not_asked(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂", "赵风")
    with world.services.database.writing() as session:
        invitation = session.get_one(Invitation, invitation_id)
        session.get_one(Expert, invitation.party_id).monthly_capacity = 0

    with pytest.raises(Conflict, match="接满"):
        accept(world, "李锂", invitation_id)

    with world.services.database.writing() as session:
        other = session.exec(select(Expert).where(Expert.name == "赵风")).one()
        other.monthly_capacity = 0
    listed = {party.name: party.id for party in list_of(world, "格尔木赵静", need_id).parties}
    with pytest.raises(Conflict, match="已满"):
        invite(world, "格尔木赵静", need_id, listed["赵风"])


def test_a_refusal_asks_the_next_one_on_the_same_terms_once(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂", "赵风", "钱田")

    decline(world, "李锂", invitation_id, reason="later", later_on="2027-03-01", suggested="赵风更合适")
    worker.run_pending()
    invitations.promote(world.services, invitation_id)

    assert open_invitations(world, need_id) == ["赵风"]
    assert access(world, "李锂", need_id) is Access.PUBLIC
    with world.services.database.reading() as session:
        first = session.get_one(Invitation, invitation_id)
        second = session.exec(select(Invitation).where(Invitation.replaces_id == first.id)).one()
    assert (first.state, str(first.later_on), first.suggested) == ("declined", "2027-03-01", "赵风更合适")
    assert (second.question, second.fee_kind, second.created_by_id) == (first.question, "free", None)
    with pytest.raises(NotFound):
        decline(world, "钱田", second.id)


def test_who_must_not_be_asked_any_more_is_passed_over(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂", "赵风", "钱田")
    with world.services.database.writing() as session:
        session.exec(select(Expert).where(Expert.name == "赵风")).one().takes_part = False

    decline(world, "李锂", invitation_id)
    worker.run_pending()

    assert open_invitations(world, need_id) == ["钱田"]


def test_with_nobody_left_the_need_is_matched_again_without_who_refused(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂")

    decline(world, "李锂", invitation_id)
    worker.run_pending()

    assert need_of(world, need_id).state is NeedState.MATCHING
    with pytest.raises(Conflict):
        accept(world, "李锂", invitation_id)


def test_a_refusal_says_why(world: World, worker: Worker) -> None:
    _, invitation_id = an_invited_need(world, worker, "李锂")

    for given, told in (
        ({"reason": "because"}, "理由"),
        ({"reason": "later"}, "哪天以后"),
        ({"reason": "other"}, "一句话"),
    ):
        with pytest.raises(Invalid, match=told):
            decline(world, "李锂", invitation_id, **given)


def test_giving_back_before_the_meeting_frees_the_slot_and_asks_the_next(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂", "赵风")
    consultation_id = accept(world, "李锂", invitation_id)

    take_back(world, "李锂", invitation_id, "release", "家里有事")
    worker.run_pending()

    with world.services.database.reading() as session:
        assert session.get_one(Consultation, consultation_id).state == "aborted"
        assert session.exec(select(Reservation)).all() == []
    assert open_invitations(world, need_id) == ["赵风"]
    assert need_of(world, need_id).state is NeedState.INVITING
    assert access(world, "李锂", need_id) is Access.PUBLIC


def test_a_conflict_found_later_ends_access_at_once(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂")
    accept(world, "李锂", invitation_id)

    take_back(world, "格尔木赵静", invitation_id, "stop", "其配偶在该企业任职")

    assert access(world, "李锂", need_id) is Access.PUBLIC
    with world.services.database.reading() as session:
        assert session.get_one(Invitation, invitation_id).state is InvitationState.STOPPED


def test_a_cancelled_invitation_does_not_count_against_the_expert(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂")

    take_back(world, "格尔木赵静", invitation_id, "cancel")
    worker.run_pending()

    assert need_of(world, need_id).state is NeedState.MATCHING
    with world.services.database.reading() as session:
        assert invitations.find(session, world.actor(session, "李锂"), invitation_id).subject.state == "cancelled"


def test_no_more_than_three_are_asked_at_once(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂", "赵风", "钱田", "孙铁")

    with pytest.raises(Conflict, match="最多有 3 份"):
        invite(world, "格尔木赵静", need_id, *listed)

    assert len(invite(world, "格尔木赵静", need_id, *listed[:3])) == 3


def test_an_expert_without_an_account_answers_by_the_link_alone(world: World, worker: Worker) -> None:
    need_id, invitation_id = an_invited_need(world, worker, "李锂", "赵风")
    path = link_of(world, invitation_id)

    actor = actor_by_address(world.services, path)

    assert (actor.user_id, actor.link, access_of(actor, need_of(world, need_id))) == (
        None,
        f"invitation:{invitation_id}",
        Access.INVITED,
    )
    listed = {party.name: party.id for party in list_of(world, "格尔木赵静", need_id).parties}
    other = invite(world, "格尔木赵静", need_id, listed["赵风"])[0]
    with world.services.database.reading() as session, pytest.raises(NotFound):
        invitations.find(session, actor, other)
    with world.services.database.reading() as session:
        assert invitations.find(session, actor, invitation_id).subject.id == invitation_id


def test_a_link_ends_with_its_invitation_and_none_can_be_made_up(world: World, worker: Worker) -> None:
    _, invitation_id = an_invited_need(world, worker, "李锂")
    path = link_of(world, invitation_id)
    decline(world, "李锂", invitation_id)

    with pytest.raises(Gone, match="有效期"):
        actor_by_address(world.services, path)
    purpose, _, token = path.partition("/")
    bent = f"{purpose}/{token[:9]}{'A' if token[9] != 'A' else 'B'}{token[10:]}"
    for wrong in (bent, path.replace("invitation", "consultation"), "x/y", ""):
        with pytest.raises(NotFound, match="不完整"):
            actor_by_address(world.services, wrong)


def test_a_spoken_answer_is_entered_with_who_gave_it(world: World, worker: Worker) -> None:
    _, invitation_id = an_invited_need(world, worker, "李锂")

    with pytest.raises(Invalid, match="代答"):
        accept(world, "格尔木赵静", invitation_id)
    accept(world, "格尔木赵静", invitation_id, proxy=PROXY)

    with world.services.database.reading() as session:
        entry = session.exec(select(ProxyEntry).where(ProxyEntry.subject_kind == "invitation")).one()
    assert (entry.act, entry.asked_by, entry.channel) == ("accept", "李锂", "phone")


def test_staff_copy_a_text_and_a_code_to_print(world: World, worker: Worker) -> None:
    _, invitation_id = an_invited_need(world, worker, "李锂")

    with world.services.database.reading() as session:
        case = invitations.find(session, world.actor(session, "格尔木赵静"), invitation_id, "invitation.hand_out")
        given = invitation_views.hand_out(session, world.services, case)

    assert given.text.startswith("李锂：科协请您帮助解决一个技术问题。请看看吸附剂容量为什么半年就掉。")
    assert "公益免费" in given.text
    assert "请于11月30日前" in given.text
    assert given.link in given.text
    assert given.qr_svg.startswith("<svg")
    assert "赵静 097" in given.text


def test_chosen_again_after_everything_the_same_person_is_not_asked_twice(world: World, worker: Worker) -> None:
    need_id, listed = a_chosen_need(world, worker, "李锂", "赵风")
    first = invite(world, "格尔木赵静", need_id, listed[0])[0]
    decline(world, "李锂", first)

    with pytest.raises(Conflict):
        invite(world, "格尔木赵静", need_id, listed[0])
    with pytest.raises(AppError):
        choose(world, "盐湖厂马工", need_id, picked=[listed[0]])
