"""Steps of a consultation, by whoever holds it, and what the company says at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from seed.world.steps import Ask
from service.clock import BEIJING, beijing, now
from service.models import Consultation
from service.schemas import consultations as schemas
from service.schemas.common import ActionInput
from service.schemas.referrals import NominateInput, ReassignInput, ReferralInput
from service.usecases import (
    appointments,
    closings,
    consultation_members,
    consultations,
    minutes,
    needs,
    referral_acts,
    referrals,
)

_MINUTES = (
    "看了现场和近半年的记录，问题分两层：先把原因查清，再谈改造。双方商定：企业一周内补三组取样数据，我方两周内给判断；"
    "先在一台设备上做对照，不动全线。",
    "开了一个半小时的会，车间、化验和设备三方都到了。原来怀疑的原因排除了一个，剩下两个要做对照。下一次到现场取样。",
    "当面核对了指标怎么算、谁来测。现有条件下能做到的先做，要花钱的列了三档，请企业选。",
)
_SUMMARIES = (
    "查清了主要原因，给出操作窗口和改造次序，在一台设备上试了六周，指标达到目标，操作规程已交车间。",
    "提供了诊断报告和两套方案，企业选了花钱少的一套，试用一个月，指标达到大部分目标，剩余部分等大修。",
    "培训了十一名操作人员，改了取样和记录办法，现象稳定下来；需要设备投入的部分写成了方案。",
)

_TASKS = ("到现场取样、看记录", "化验数据和对照试验")


@dataclass
class Service:
    """holder: the person who acts for whoever serves. by_phone: the clerk enters what the expert says."""

    ask: Ask
    id: str
    holder: str
    by_phone: bool = False

    def _do(self, use_case: Callable[..., Any], schema: Any, who: str, **given: Any) -> None:
        stage = self.ask.stage
        with stage.as_(who) as (session, actor):
            version = session.get_one(Consultation, self.id).version
            use_case(session, stage.services, actor, self.id, schema.model_validate({"version": version} | given))

    def _mine(self, use_case: Callable[..., Any], schema: Any, **given: Any) -> None:
        """An act of the holder."""
        if self.by_phone:
            proxy = {"proxy": self.ask.stage.by_phone(self.holder)}
            self._do(use_case, schema, self.ask.clerk, **given, **proxy)
        else:
            self._do(use_case, schema, self.holder, **given)

    def attest(self) -> None:
        given = {"no_conflict": True, "confidential": True, "second_job": "yes"}
        self._mine(consultations.attest, schemas.AttestInput, **given)

    def contact(self) -> None:
        self._mine(
            consultations.contact,
            schemas.FirstContactInput,
            made_by=self.holder,
            made_at=now() - timedelta(minutes=20),
            channel="phone",
            line=f"与{self.ask.firm.contact}通了电话，先要三个月的记录，再约时间。",
        )

    def schedule(self, days: int, use_case: Callable[..., Any] = appointments.schedule, note: str = "") -> None:
        """In the afternoon, so many days from now; online or at the place."""
        day = beijing(now()).date() + timedelta(days=days)
        start = datetime.combine(day, time(14, 30), BEIJING)
        where = (
            {"place": self.ask.told["scene"][:60]}
            if self.ask.number % 2 == 0
            else {"online_link": f"https://meeting.example.cn/{self.ask.number}"}
        )
        given = {"starts_at": start, "ends_at": start + timedelta(minutes=90)} | where
        if note:
            self._mine(use_case, schemas.RescheduleInput, note=note, **given)
        else:
            self._mine(use_case, schemas.ScheduleInput, **given)

    def reschedule(self, days: int) -> None:
        self.schedule(days, appointments.reschedule, "车间临时检修，改到检修之后。")

    def hold(self) -> None:
        self._mine(appointments.hold, schemas.HoldInput)

    def miss(self) -> None:
        self._mine(appointments.miss, schemas.MissInput, reason="holder", note="大雪封路，专家没能赶到，已电话说明。")

    def minute(self) -> None:
        self._mine(minutes.write, schemas.MinutesInput, text=_MINUTES[self.ask.number % len(_MINUTES)])

    def name_members(self) -> None:
        """派成员, by the leader of the team that serves: the first two who can be named."""
        with self.ask.stage.as_(self.holder) as (session, actor):
            found = consultation_members.candidates(session, actor, self.id)
        free = [each.expert_id for each in found if not each.obstacle]
        named = [{"expert_id": each, "note": note} for each, note in zip(free, _TASKS, strict=False)]
        self._do(consultation_members.name_members, schemas.NameMembersInput, self.holder, members=named)

    def sign(self) -> None:
        given = {"signed_on": beijing(now()).date(), "note": "技术服务合同（演示）"}
        self._do(consultations.sign, schemas.SignInput, self.ask.by, **given, **self.ask.proxied)

    def request_closing(self, reason: str = "solved") -> None:
        solved = {"kind": "problem_solved", "quantity": 1, "text": self.ask.told["title"]}
        self._mine(
            closings.request_closing,
            schemas.RequestClosingInput,
            reason=reason,
            summary=_SUMMARIES[self.ask.number % len(_SUMMARIES)],
            outcomes=[solved] if reason == "solved" else [],
        )

    def confirm(self, reason: str = "solved") -> None:
        marks = {"skill": 5 - self.ask.number % 2, "response": 4, "cooperation": 5, "effect": 4 - self.ask.number % 2}
        saved = {"kind": "cost_saved", "amount_fen": (8 + self.ask.number % 30) * 1_000_000, "text": "按财务口径测算"}
        given: dict[str, Any] = {"reason": reason, "rating": marks | {"comment": "说得清楚，肯到现场。"}}
        if self.ask.number % 2 == 0:
            given["outcomes"] = [saved]
        self._do(closings.confirm, schemas.ConfirmInput, self.ask.by, **given, **self.ask.proxied)

    def say(self, action: str, who: str, **given: Any) -> None:
        """dispute, resume or abort."""
        stage = self.ask.stage
        with stage.as_(who) as (session, actor):
            version = session.get_one(Consultation, self.id).version
            content = ActionInput.model_validate({"version": version} | given)
            consultations.act(session, stage.services, actor, self.id, action, content)


def refer(ask: Ask, kind: str, receiver_id: str = "", *, outside: str = "", note: str = "") -> str:
    """派单; its id."""
    with ask.stage.as_(ask.clerk) as (session, actor):
        given = {
            "version": needs.find(session, actor, ask.id).version,
            "receiver_kind": kind,
            "receiver_id": receiver_id,
            "outside_name": outside,
            "note": note or "请看看能不能接，或者提名合适的专家。",
            "fee_kind": "free",
        }
        return referrals.send(session, ask.stage.services, actor, ask.id, ReferralInput.model_validate(given)).id


def answer_referral(ask: Ask, referral_id: str, who: str, action: str, **given: Any) -> None:
    with ask.stage.as_(who) as (session, actor):
        version = referrals.find(session, actor, referral_id).subject.version
        content = ActionInput.model_validate({"version": version} | given)
        referral_acts.act(session, ask.stage.services, actor, referral_id, action, content)


def nominate(ask: Ask, referral_id: str, who: str, *expert_ids: str) -> None:
    with ask.stage.as_(who) as (session, actor):
        version = referrals.find(session, actor, referral_id).subject.version
        given = {"version": version, "expert_ids": expert_ids, "note": "这几位做过同类现场。"}
        content = NominateInput.model_validate(given)
        referral_acts.nominate(session, ask.stage.services, actor, referral_id, content)


def reassign(ask: Ask, referral_id: str, who: str, kind: str, receiver_id: str) -> str:
    with ask.stage.as_(who) as (session, actor):
        version = referrals.find(session, actor, referral_id).subject.version
        given = {"version": version, "receiver_kind": kind, "receiver_id": receiver_id, "note": "他们更对口。"}
        content = ReassignInput.model_validate(given)
        return referral_acts.reassign(session, ask.stage.services, actor, referral_id, content).id
