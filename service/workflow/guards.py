"""“Is it ready?”: the reason it is not, in words for the person who tried, or None."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from service.clock import now
from service.facts import PUBLISHED
from service.models import (
    Achievement,
    Appointment,
    Consultation,
    ConsultationState,
    Expert,
    ExpertState,
    Invitation,
    Need,
    NeedState,
    OffererKind,
    Organization,
    OrganizationState,
    Referral,
    SelfOffer,
    Work,
)
from service.stored_settings import present

LEAST_TITLE_CHARS = 5
LEAST_SITUATION_CHARS = 20
LEAST_SUMMARY_CHARS = 20
# A list made before the review would be replaced by it.
BEFORE_REVIEW = (NeedState.ACCEPTED, NeedState.MATCHING)
_REQUIRED = {
    "title": "标题",
    "scene": "应用场景",
    "situation": "现状与问题",
    "targets": "目标指标",
    "industry_field": "产业领域",
    "service_type": "服务类别",
}
_REQUIRED_OF_ACHIEVEMENT = {
    "title": "标题",
    "summary": "简介",
    "industry_field": "产业领域",
    "trl9": "技术成熟度",
    "cooperation_modes": "合作方式",
}


_NOT_YET_MET = (
    ConsultationState.TO_CONTACT,
    ConsultationState.CONTACTED,
    ConsultationState.SCHEDULED,
    ConsultationState.ABORTED,
)
_SERVED = (ConsultationState.COMPLETED, ConsultationState.UNCONFIRMED)
_CAME_TO_NOTHING = (NeedState.REJECTED, NeedState.WITHDRAWN, NeedState.EXPIRED)


def organization_is_verified(session: Session, need: Any) -> str | None:
    organization = session.get_one(Organization, need.organization_id)
    if organization.state is OrganizationState.VERIFIED:
        return None
    return f"“{organization.name}”还没有通过核验。内容已经保存，核验通过（2 个工作日内）后即可提交。"


def need_is_complete(_: Session, need: Any) -> str | None:
    missing = [label for name, label in _REQUIRED.items() if not getattr(need, name).strip()]
    if missing:
        return f"还有必填项没有填写：{'、'.join(missing)}。已填写的内容都保存着，补齐后再提交。"
    if len(need.title.strip()) < LEAST_TITLE_CHARS:
        return f"标题太短，请用一句话说清楚要解决什么（至少 {LEAST_TITLE_CHARS} 个字）。"
    if len(need.situation.strip()) < LEAST_SITUATION_CHARS:
        return f"“现状与问题”请至少写 {LEAST_SITUATION_CHARS} 个字：什么设备、什么现象、造成什么损失。"
    return None


def secrecy_is_confirmed(_: Session, subject: Any) -> str | None:
    if subject.no_secrets_confirmed_at is not None:
        return None
    return "请先确认“不含国家秘密、工作秘密”，再提交。"


def duplicates_are_answered(_: Session, need: Need) -> str | None:
    if need.similar_found == 0 or need.duplicate_checked_version == need.content_version:
        return None
    return (
        f"已有 {need.similar_found} 条公开的需求和这一条很像。请先看一看，再选择“跟随”其中一条，或者“仍然提交”；"
        "内容已经保存。"
    )


def is_not_shared(session: Session, need: Need) -> str | None:
    if session.exec(select(Need.id).where(Need.merged_into_id == need.id).limit(1)).first() is None:
        return None
    return "这条需求已经是共性需求，并入了别的需求，不能再整体合并。请反过来，把另一条并入这一条。"


def merge_can_be_undone(session: Session, need: Need) -> str | None:
    """In time; or at any time if nothing comes of the other need any more."""
    if need.unmerge_until is not None and need.unmerge_until >= now():
        return None
    if session.get_one(Need, need.merged_into_id).state in _CAME_TO_NOTHING:
        return None
    days = present(session).unmerge_days
    return f"合并已超过 {days} 天，不能再撤销。如确有必要，请需求方另发一条，可以从这一条复制内容。"


def content_has_changed(_: Session, subject: Any) -> str | None:
    """Of a need or an achievement that was returned."""
    if subject.content_version != subject.submitted_content_version:
        return None
    return "退回后内容还没有改动。请按退回说明补充或修改，再重新提交。"


def achievement_owner_is_verified(session: Session, achievement: Achievement) -> str | None:
    if achievement.organization_id is not None:
        return organization_is_verified(session, achievement)
    expert = session.get_one(Expert, achievement.expert_id)
    if expert.state is not ExpertState.VERIFIED:
        return "您的专家画像还没有通过核验。内容已经保存，核验通过后即可提交。"
    if not expert.takes_part:
        return "成果要由本人同意参与推荐才能发布。请先在“我的授权”里同意，内容已经保存。"
    return None


def achievement_is_complete(_: Session, achievement: Achievement) -> str | None:
    missing = [label for name, label in _REQUIRED_OF_ACHIEVEMENT.items() if not getattr(achievement, name)]
    if missing:
        return f"还有必填项没有填写：{'、'.join(missing)}。已填写的内容都保存着，补齐后再提交。"
    if len(achievement.title) < LEAST_TITLE_CHARS:
        return f"标题太短，请用一句话说清楚是什么、能解决什么（至少 {LEAST_TITLE_CHARS} 个字）。"
    if len(achievement.summary) < LEAST_SUMMARY_CHARS:
        return f"“简介”请至少写 {LEAST_SUMMARY_CHARS} 个字：原理、指标、用在哪里、效果如何。"
    return None


def offer_can_be_put_forward(session: Session, offer: SelfOffer) -> str | None:
    """A society is not put on the list: what follows is a 派单."""
    state = session.get_one(Need, offer.need_id).state
    if state not in PUBLISHED:
        return "需求已经办结、撤回或过期，不能再推荐。请答复“不采用”并说明。"
    if offer.party_kind is not OffererKind.SOCIETY and state in BEFORE_REVIEW:
        return "这条需求还没有做匹配复核。请在复核时把自荐的这一位一起加进名单，自荐会同时得到答复。"
    return None


def nothing_is_signed(session: Session, need: Need) -> str | None:
    signed = select(Consultation.id).where(
        Consultation.need_id == need.id, Consultation.round == need.round, col(Consultation.signed_at).is_not(None)
    )
    if session.exec(signed).first() is None:
        return None
    return "已经签约，不能撤回。请与承接方商定后，走办结申请，或请科协协调。"


def nobody_serves(session: Session, need: Need) -> str | None:
    over = (ConsultationState.COMPLETED, ConsultationState.UNCONFIRMED, ConsultationState.ABORTED)
    served = select(Consultation.id).where(Consultation.need_id == need.id, col(Consultation.state).not_in(over))
    if session.exec(served).first() is None:
        return None
    return "还有进行中的对接咨询。请先在对接咨询里办结或中止，再办结需求。"


def is_attested(_: Session, consultation: Consultation) -> str | None:
    if consultation.attested_at is not None and consultation.second_job:
        return None
    return "承接方还没有作“无利益冲突、保密、兼职报备”承诺。请先作承诺，再办理这一步。"


def nobody_has_met(session: Session, invitation: Invitation) -> str | None:
    if _state_of(session, Consultation.invitation_id == invitation.id) in (None, *_NOT_YET_MET):
        return None
    return "已经见过面，不能再“释放”。要停下来，请在对接咨询里办“中止”。"


def is_not_served_to_the_end(session: Session, invitation: Invitation) -> str | None:
    if _state_of(session, Consultation.invitation_id == invitation.id) in _SERVED:
        return "对接咨询已经办结，不能再中止。如发现利益冲突，请在需求的经过里说明。"
    return None


def nobody_was_in_touch(session: Session, referral: Referral) -> str | None:
    untouched = (None, ConsultationState.TO_CONTACT, ConsultationState.ABORTED)
    if _state_of(session, Consultation.referral_id == referral.id) in untouched:
        return None
    return "承接单位已经联系过企业，不能再撤回派单。如需停止，请中止这次对接咨询。"


def _state_of(session: Session, opened_by: Any) -> ConsultationState | None:
    """Of the consultation that it opened, if it did."""
    opened = session.exec(select(Consultation).where(opened_by)).first()
    return opened.state if opened else None


def meeting_has_begun(session: Session, consultation: Consultation) -> str | None:
    newest = select(Appointment).where(Appointment.consultation_id == consultation.id)
    appointment = session.exec(newest.order_by(col(Appointment.meeting).desc()).limit(1)).first()
    if appointment is None or appointment.starts_at <= now():
        return None
    return "约定的时间还没有到，不能登记到场情况。如时间有变，请办“改期”。"


def is_soon_enough_to_reopen(session: Session, need: Need) -> str | None:
    return _too_late(need, present(session).reopen_closed_days, "重新打开")


def is_soon_enough_to_take_up(session: Session, need: Need) -> str | None:
    return _too_late(need, present(session).reopen_expired_days, "恢复办理")


def _too_late(need: Need, days: int, what: str) -> str | None:
    if need.closed_at is None or need.closed_at + timedelta(days=days) >= now():
        return None
    return f"办结或过期超过 {days} 天，不能再“{what}”。请另发一条需求，可以从这一条复制内容。"


def expert_is_described(session: Session, expert: Expert) -> str | None:
    if expert.profile.strip() or session.exec(select(Work.id).where(Work.expert_id == expert.id)).first():
        return None
    return "画像还是空的。请先补充研究方向，或至少一项论文、专利、项目，再核验。"
