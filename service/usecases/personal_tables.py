"""Which column of which table names a person, and whether “download my data” shows it; as data, checked by a test.

tests/service/privacy/test_own_data.py walks all tables: a column that refers to a person and stands neither in SECTIONS
nor in NOT_EXPORTED fails it.
"""

from __future__ import annotations

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
    "outcome.verified_by_id": ("我核实的成效", _WORK),
    "expert.user_id": ("账号与画像的对应", "见“账号”和“专家画像”"),
    "first_contact.made_by": ("首次联系里写下的称呼", "随“首次联系”导出"),
    "proxy_entry.asked_by": ("代录里写下的委托人", "随“别人替我办的”导出"),
    "signed_link.subject_id": ("链接所指的邀约、对接咨询", "见“邀约”和“对接咨询”"),
    "invitation.travel_paid_by": ("邀约里由谁承担差旅费", "写的是哪一方，不是人"),
}
