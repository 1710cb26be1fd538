"""What “download my data” shows of the cases in which a person had a part."""

from __future__ import annotations

from service.models import (
    Appointment,
    Attachment,
    Consultation,
    DisclosureGrant,
    FirstContact,
    FollowUp,
    Invitation,
    MatchResult,
    MatchReview,
    Minutes,
    Need,
    NeedAutosave,
    Outcome,
    RankingObjection,
    Rating,
    RecommendedParty,
    Referral,
    Reservation,
    SignedLink,
)
from service.usecases.personal_sections import Section

CASES = (
    Section(
        "机器匹配到我的记录",
        MatchResult,
        ("party_id",),
        {"created_at": "时间", "rank": "名次", "band": "把握", "score": "得分"},
    ),
    Section(
        "推荐给企业的记录",
        RecommendedParty,
        ("party_id",),
        {"created_at": "时间", "source": "来源", "choice": "企业的选择", "reason": "理由"},
    ),
    Section(
        "邀约",
        Invitation,
        ("party_id",),
        {
            "created_at": "时间",
            "state": "状态",
            "question": "问题",
            "expected_hours": "预计小时",
            "mode": "方式",
            "place": "地点",
            "fee_kind": "费用",
            "answer_scope": "答复范围",
            "later_on": "以后再约",
            "suggested": "荐人",
            "attested_at": "确认无利益冲突、保密",
        },
    ),
    Section(
        "还没有保存的需求表单",
        NeedAutosave,
        ("user_id",),
        {"need_id": "需求", "saved_at": "自动保存", "content": "填写的内容"},
    ),
    Section("占用的名额", Reservation, ("expert_id",), {"month": "月份", "slot": "第几个"}),
    Section(
        "可以看到的需求内容",
        DisclosureGrant,
        ("holder",),
        {"created_at": "从", "level": "级别", "ended_at": "到"},
    ),
    Section(
        "答复链接",
        SignedLink,
        ("expert_id",),
        {"purpose": "用途", "created_at": "发出", "expires_at": "到期", "revoked_at": "作废"},
    ),
    Section(
        "派给我的单",
        Referral,
        ("receiver_id",),
        {"number": "编号", "created_at": "时间", "state": "状态", "note": "说明"},
    ),
    Section(
        "对接咨询",
        Consultation,
        ("holder_id", "lead_id"),
        {
            "number": "编号",
            "created_at": "开始",
            "state": "状态",
            "summary": "小结",
            "proposed": "申请的办结类型",
            "resolution": "办结类型",
            "second_job": "兼职报备",
            "signed_at": "签约",
            "closed_at": "办结",
        },
    ),
    Section(
        "首次联系",
        FirstContact,
        ("consultation_id",),
        {"made_by": "谁", "made_at": "时间", "channel": "方式", "line": "一句话"},
    ),
    Section(
        "约定的时间",
        Appointment,
        ("consultation_id",),
        {"starts_at": "从", "ends_at": "到", "place": "地点", "online_link": "会议链接", "held": "是否见面"},
    ),
    Section(
        "纪要", Minutes, ("consultation_id", "written_by"), {"created_at": "时间", "meeting": "第几次", "text": "内容"}
    ),
    Section(
        "成效",
        Outcome,
        ("consultation_id", "reported_by"),
        {
            "created_at": "时间",
            "side": "哪一方填报",
            "kind": "类型",
            "quantity": "数量",
            "amount_fen": "金额（分）",
            "text": "说明",
            "state": "核实",
        },
    ),
    Section(
        "评价（对我的和我作出的）",
        Rating,
        ("consultation_id", "given_by"),
        {
            "created_at": "时间",
            "side": "哪一方评价",
            "skill": "专业水平",
            "response": "响应及时",
            "cooperation": "沟通配合",
            "effect": "落地成效",
            "comment": "评语",
        },
    ),
    Section("我做的回访", FollowUp, ("done_by",), {"due_on": "应于", "done_at": "完成", "note": "说明"}),
    Section(
        "我录入、经办的需求",
        Need,
        ("created_by_id", "handler_id", "broker_id"),
        {"number": "编号", "state": "状态", "created_at": "时间"},
    ),
    Section(
        "我上传的附件",
        Attachment,
        ("uploaded_by_id",),
        {"created_at": "时间", "file_name": "文件名", "size_bytes": "大小（字节）", "removed_at": "移除"},
    ),
    Section(
        "我作的匹配复核", MatchReview, ("reviewer_id",), {"created_at": "时间", "verdict": "结论", "reason": "理由"}
    ),
    Section(
        "对排序的说明、复核申请",
        RankingObjection,
        ("user_id", "expert_id"),
        {"created_at": "时间", "kind": "要求", "text": "内容", "state": "状态", "due_at": "期限"},
    ),
)
