"""Which tables hold what about a person: what “download my data” shows, and what 注销 deletes and leaves; as data.

tests/service/privacy walks all tables: a column that refers to a person and stands neither in SECTIONS nor in
NOT_EXPORTED fails it.
"""

from __future__ import annotations

from service.models import (
    Absence,
    ApiToken,
    CallRequest,
    Employment,
    IdempotencyKey,
    MailedLink,
    NeedAutosave,
    Notice,
    OneTimeSlip,
    UserSession,
    Work,
)
from service.usecases.personal_cases import CASES
from service.usecases.personal_sections import WHO

SECTIONS = (*WHO, *CASES)

_WORK = "以单位名义办理的公务，内容属于业务档案；本人办理的步骤见“我办理的步骤”"
_OTHERS = "是别人的个人信息"

# Column → (what it is, why “download my data” does not show it).
NOT_EXPORTED = {
    "one_time_slip.issued_by_id": ("替别人打印的登录单", _OTHERS),
    "expert.created_by_id": ("替别人录入的画像", _OTHERS),
    "consent_entry.entered_by_id": ("替别人登记的同意", _OTHERS),
    "erasure_request.requested_by_id": ("替别人提出的注销", _OTHERS),
    "audit_entry.actor_id": ("审计日志", "只存编号和摘要，用来发现篡改；事项本身见“我办理的步骤”"),
    "audit_entry.subject_id": ("审计日志", "只存编号和摘要，用来发现篡改；事项本身见“我办理的步骤”"),
    "invitation.created_by_id": ("我发出的邀约", _WORK),
    "referral.created_by_id": ("我派出的单", _WORK),
    "need_follower.created_by_id": ("以单位名义跟随的需求", _WORK),
    "self_offer.created_by_id": ("替别人录入的自荐", _OTHERS),
    "achievement.created_by_id": ("以单位名义、替别人录入的成果", _WORK),
    "outcome.verified_by_id": ("我核实的成效", _WORK),
    "expert.user_id": ("账号与画像的对应", "见“账号”和“专家画像”"),
    "first_contact.made_by": ("首次联系里写下的称呼", "随“首次联系”导出"),
    "proxy_entry.asked_by": ("代录里写下的委托人", "随“别人替我办的”导出"),
    "proxy_entry.checked_by_id": ("我回访核实的代录代答", _WORK),
    "attachment.subject_id": ("附件所属的需求、纪要、成效、审签", "是那件事的内容，可以在那里下载"),
    "notice.subject_id": ("通知所说的事项", "见“通知”"),
    "signed_link.subject_id": ("链接所指的邀约、对接咨询", "见“邀约”和“对接咨询”"),
    "stored_setting.changed_by_id": ("我改的设置", _WORK),
    "call_note.called_by_id": ("我打的电话的结果", _WORK),
    "call_note.subject_id": ("电话所说的事项", _WORK),
    "call_request.subject_id": ("请打电话所说的事项", "见“邀约”“对接咨询”“自荐”、需求和“专家画像”"),
    "approval.drafter_id": ("我拟稿的审签", _WORK),
    "approval.reviewer_id": ("我审核的审签", _WORK),
    "approval.issuer_id": ("我签发的审签", _WORK),
    "approval.subject_id": ("审签所办的事项", _WORK),
    "idempotency_key.user_id": ("重复请求的答复", "是当时已经给本人的答复，一天后删除"),
    "invitation.travel_paid_by": ("邀约里由谁承担差旅费", "写的是哪一方，不是人"),
}

# Rows that are the person's alone and that nothing else counts or refers to: 注销 deletes them. (table, whose)
DELETED = (
    (UserSession, "user_id"),
    (ApiToken, "user_id"),
    (OneTimeSlip, "user_id"),
    (MailedLink, "user_id"),
    (IdempotencyKey, "user_id"),
    (Notice, "recipient_id"),
    (Absence, "user_id"),
    (NeedAutosave, "user_id"),
    (CallRequest, "asked_by"),
    (Employment, "expert_id"),
    (Work, "expert_id"),
)

# Table or column → why 注销 does not take the person out of its words.
WORDS_KEPT = {
    "audit_entry": "只存编号和摘要，没有人写的文字；改一个字，防篡改的链就断了",
    "consent_entry": "只存编号、用途和时间，没有人写的文字；同意的记录须留存备查",
    "user": "别人的账号；本人的那一行另行清空",
    "expert": "别人的画像；本人的那一行另行清空",
    "employment": "别人的任职经历；本人的整行删除",
    "work": "别人的论文、专利、项目；本人的整行删除",
    "organization": "组织的登记信息，须与登记证书一致；农户等以个人姓名登记的，由当地科协另行办理",
    "team.name": "团队的名称，由牵头学会更改",
    "association": "科协的名称",
    "stored_setting": "本会的名称、电话等设置，由管理员更改",
}
