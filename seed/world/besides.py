"""What happens beside the needs: achievements, self-offers, papers to be signed, questions, people who leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from seed.world import texts
from seed.world.founding import ADMINISTRATOR, Places
from seed.world.knowing import Known
from seed.world.stage import Stage, Story
from seed.world.steps import Ask
from seed.world.tale import Tale
from service.models import Approval, CallSubject, CallWish, ErasureRequest, FollowUp, Need, Outcome, RankingObjection
from service.schemas.achievements import AchievementActionInput, NewAchievement
from service.schemas.approvals import ApprovalActionInput, NewApproval
from service.schemas.calls import CallRequestInput
from service.schemas.common import ActionInput
from service.schemas.outcomes import FollowUpInput, VerifyOutcomeInput
from service.schemas.privacy import ErasureInput
from service.schemas.ranking_objections import RankingObjectionInput
from service.schemas.self_offers import SelfOfferInput
from service.usecases import (
    achievement_acts,
    achievements,
    approvals,
    call_requests,
    erasures,
    follow_ups,
    outcomes,
    ranking_objections,
    self_offers,
)

_MODES = ("license", "service", "joint_development", "transfer", "consulting", "equity")
_IP = (
    "发明专利两项，权属清楚，未质押、未许可他人。",
    "发明专利一项、实用新型三项，与合作单位共有，转让须双方同意。",
    "软件著作权两项，技术秘密一套，可签保密协议后查看。",
)
# Of sixty: where they are; the rest are published.
_ACHIEVEMENT_FATES = ("draft", "submitted", "more_info", "rejected", "withdrawn", "improved", "submitted", "draft")


@dataclass
class Achievement:
    stage: Stage
    places: Places
    known: Known
    content: dict[str, Any]
    id: str = ""

    def draft(self) -> None:
        with self.stage.as_(self.known.name) as (session, actor):
            given = NewAchievement.model_validate(self.content | {"expert_id": self.known.id})
            self.id = achievements.create(session, self.stage.services, actor, given).id

    def act(self, action: str, who: str = "", **given: Any) -> None:
        with self.stage.as_(who or self.known.name) as (session, actor):
            version = achievements.find(session, actor, self.id).version
            promised = {"version": version, "confirm_no_secrets": not who}
            content = AchievementActionInput.model_validate(promised | given)
            achievement_acts.act(session, self.stage.services, actor, self.id, action, content)


def achievement(stage: Stage, places: Places, writer: texts.Writer, known: Known, number: int, fate: str) -> Story:
    topics = [topic for topic in texts.topics() if topic.field == known.field]
    topic = topics[number % len(topics)]
    method = topic.methods[number // len(topics) % len(topic.methods)]
    price = {"price_low_fen": 10_000_000 + number * 1_000_000, "price_high_fen": 90_000_000} if number % 3 else {}
    content = {
        "title": f"{method}：用于{topic.subject}的成套技术",
        "summary": writer.achievement(topic, method),
        "ip_status": _IP[number % len(_IP)],
        "industry_field": topic.field,
        "trl9": 4 + number % 6,
        "cooperation_modes": sorted({_MODES[number % 6], _MODES[(number * 2 + 1) % 6]}),
    }
    made = Achievement(stage, places, known, content | price)
    clerk = places.clerk_of(known.region)
    made.draft()
    if fate == "draft":
        return
    yield 0
    made.act("submit")
    if fate == "submitted":
        return
    yield 1
    if fate in ("more_info", "rejected"):
        action, reason = ("return", "evidence_missing") if fate == "more_info" else ("reject", "rights")
        note = "请补检测报告的要点和权利人的意见，再交一次。"
        made.act(action, clerk, reason=reason, note=note)
        return
    made.act("publish", clerk)
    if fate == "withdrawn":
        yield 6
        made.act("withdraw", note="已独家许可，不再寻找合作方。")


def achievement_fate(number: int, count: int) -> str:
    """The last of them are not published (yet)."""
    place = count - 1 - number
    fate = _ACHIEVEMENT_FATES[place] if place < len(_ACHIEVEMENT_FATES) else "published"
    return "published" if fate == "improved" else fate


def calls_wanted(waiting: list[Tale], going_on: list[Tale], clerk: str, secretary: str) -> Story:
    """A company and an expert wait for the clerk's call, another expert for the society's."""
    tale = next(each for each in waiting if each.ask.clerk == clerk and not each.ask.phone)
    _ask_for_a_call(tale, tale.ask.firm.contact, CallSubject.NEED, tale.ask.id, CallWish.CALL)
    of_clerk = next(each for each in going_on if each.ask.clerk == clerk)
    _ask_for_a_call(of_clerk, of_clerk.expert.name, CallSubject.CONSULTATION, of_clerk.service.id, CallWish.CALL)
    of_society = next(each for each in going_on if each.expert.society.contact == secretary and each is not of_clerk)
    served = of_society.service.id
    _ask_for_a_call(of_society, of_society.expert.name, CallSubject.CONSULTATION, served, CallWish.DO_FOR_ME)
    yield from ()


def _ask_for_a_call(tale: Tale, who: str, kind: CallSubject, subject_id: str, wish: CallWish) -> None:
    stage = tale.ask.stage
    with stage.as_(who) as (session, actor):
        given = CallRequestInput.model_validate({"wish": wish, "free_at": "上午十点以后"})
        call_requests.ask(session, stage.services, actor, kind, subject_id, given)


def offer(ask: Ask, known: Known, fate: str) -> Story:
    """自荐 for an open need, and what it comes to."""
    stage = ask.stage
    with stage.as_(known.name) as (session, actor):
        said = {
            "party_kind": "expert",
            "party_id": known.id,
            "plan": "先要三组取样数据，一周内给出判断；需要的话到现场做一天对照试验，再谈方案。",
            "evidence": f"近三年做过同类题目：{known.content['works'][0]['title']}。",
            "timing": "下周可以开始，一个月给出结论",
        }
        content = SelfOfferInput.model_validate(said)
        offer_id = self_offers.offer(session, stage.services, actor, ask.id, content).subject.id
    if fate == "offered":
        return
    yield 0
    who, given = (known.name, {}) if fate == "withdraw" else (ask.clerk, {})
    if fate == "decline":
        given = {"reason": "evidence", "note": "依据还不够具体，请补同类现场的结果后再来。"}
    with stage.as_(who) as (session, actor):
        version = self_offers.find(session, actor, offer_id).subject.version
        self_offers.act(
            session, stage.services, actor, offer_id, fate, ActionInput.model_validate({"version": version} | given)
        )


def approval(stage: Stage, ask: Ask, fate: str) -> Story:
    """公示 of a need that was solved: drafted, reviewed and issued by three people of 省科协."""
    drafter, reviewer, issuer = "沈知微", "邵文静", "顾念青"
    with stage.as_(drafter) as (session, actor):
        given = {"kind": PUBLICITY, "subject_kind": "need", "subject_id": ask.id, "title": f"公示：{ask.told['title']}"}
        made = approvals.draft(session, stage.services, actor, NewApproval.model_validate(given)).approval.id
    steps = {
        "drafted": (),
        "reviewed": ((reviewer, "review", ""),),
        "returned": ((reviewer, "return", "题目请写全称，附企业同意公示的说明。"),),
        "issued": ((reviewer, "review", ""), (issuer, "issue", "")),
        "withdrawn": ((drafter, "withdraw", "企业希望晚一点再公示。"),),
    }
    for who, action, note in steps[fate]:
        yield 0
        with stage.as_(who) as (session, actor):
            version = session.get_one(Approval, made).version
            content = ApprovalActionInput.model_validate({"version": version, "note": note})
            approvals.act(session, stage.services, actor, made, action, content)


PUBLICITY = "publicity.publish"


def objection(stage: Stage, who: str, need_id: str | None, clerk: str, fate: str) -> Story:
    """Somebody wants to know why the list is as it is."""
    said = (
        "为什么名单里没有做过现场的人？请说明排序看了哪些内容。"
        if need_id
        else "同类题目我做过三个，为什么没有被推荐过？"
    )
    with stage.as_(who) as (session, actor):
        given = {"kind": "review" if need_id else "explanation", "text": said, "need_id": need_id}
        content = RankingObjectionInput.model_validate(given)
        made = ranking_objections.ask(session, stage.services, actor, content).id
    if fate == "open":
        return
    yield 1
    action, by, note = ("withdraw", who, "") if fate == "withdrawn" else ("answer", clerk, _ANSWER)
    with stage.as_(by) as (session, actor):
        version = session.get_one(RankingObjection, made).version
        answer = ActionInput.model_validate({"version": version, "note": note})
        ranking_objections.act(session, stage.services, actor, made, action, answer)


_ANSWER = "排序只看题目、画像和成果文字里说得上来的对应句，不看头衔和单位。已请学会复核，您的两项现场成果已补进画像。"


def erasure(stage: Stage, known: Known, fate: str) -> Story:
    """Told by telephone that somebody wants to be forgotten; whoever still serves has to finish first."""
    with stage.as_(ADMINISTRATOR) as (session, actor):
        given = {"expert_id": known.id, "reason": "本人来电要求注销", "proxy": stage.by_phone(known.name)}
        if known.name in stage.people:
            given["user_id"] = stage.people[known.name]
        made = erasures.ask_for(session, stage.services, actor, ErasureInput.model_validate(given)).id
    if fate == "waiting":
        return
    yield 2
    with stage.as_(ADMINISTRATOR) as (session, actor):
        version = session.get_one(ErasureRequest, made).version or 0
        act = erasures.carry_out if fate == "done" else erasures.withdraw
        act(session, stage.services, actor, made, version=version)


def outcomes_verified(stage: Stage, places: Places) -> Story:
    """The newest stay as reported; one is not believed."""
    with stage.as_("") as (session, _):
        found = session.exec(select(Outcome.id).order_by(col(Outcome.created_at), col(Outcome.kind))).all()
    for number, outcome_id in enumerate(found[:-4]):
        verified = number != 2
        note = "看了试用记录和财务说明" if verified else "财务口径对不上，请企业补说明后重报"
        with stage.as_("顾念青") as (session, actor):
            given = {"version": session.get_one(Outcome, outcome_id).version, "verified": verified, "note": note}
            outcomes.verify(session, stage.services, actor, outcome_id, VerifyOutcomeInput.model_validate(given))
    yield from ()


def followed_up(stage: Stage, places: Places) -> Story:
    """回访 whose day has come are made by telephone; the newest are still to be made."""
    with stage.as_("") as (session, _):
        wanted = select(FollowUp.id, Need.region_code, Need.organization_id).join(
            Need, col(Need.id) == col(FollowUp.need_id)
        )
        today = stage.days[-1]
        due = session.exec(
            wanted.where(FollowUp.due_on <= today).order_by(col(FollowUp.due_on), col(Need.number))
        ).all()
    firms = {firm.id: firm for firm in places.companies}
    for follow_up_id, region, organization_id in due[:-3]:
        contact = firms[organization_id].contact
        with stage.as_(places.clerk_of(region)) as (session, actor):
            version = session.get_one(FollowUp, follow_up_id).version
            given = {"version": version, "still_works": True, "note": "还在用，效果没有变化。"}
            content = FollowUpInput.model_validate(given | {"proxy": stage.by_phone(contact)})
            follow_ups.answer(session, stage.services, actor, follow_up_id, content)
    yield from ()
