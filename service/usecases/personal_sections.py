"""What “download my data” shows of a person's account, profile and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import SQLModel

from service.models import (
    Absence,
    ApiToken,
    ConsentEntry,
    Employment,
    ErasureRequest,
    Expert,
    MailedLink,
    Membership,
    Notice,
    OneTimeSlip,
    Post,
    ProxyEntry,
    ReadEntry,
    StatusChange,
    Team,
    TeamMember,
    User,
    UserSession,
    Work,
)


@dataclass(frozen=True)
class Section:
    """Rows in which one of the columns `by` names the person, or something of theirs (a consultation they hold).

    shown: column → what it is called.
    """

    title: str
    table: type[SQLModel]
    by: tuple[str, ...]
    shown: Mapping[str, str]


_ACTION = {
    "at": "时间",
    "subject_kind": "事项",
    "action": "步骤",
    "source": "从",
    "target": "到",
    "reason": "理由",
    "note": "说明",
}

WHO = (
    Section(
        "账号",
        User,
        ("id",),
        {
            "name": "姓名",
            "user_name": "用户名",
            "mobile": "手机号",
            "mail": "邮箱",
            "created_at": "建立时间",
            "mail_confirmed_at": "邮箱确认于",
            "mobile_confirmed_at": "手机号确认于",
            "wants_mail": "通知发邮件",
            "is_active": "可以登录",
            "is_administrator": "平台管理员",
        },
    ),
    Section(
        "登录",
        UserSession,
        ("user_id",),
        {"created_at": "登录时间", "last_seen_at": "最后使用", "expires_at": "到期", "revoked_at": "退出或失效"},
    ),
    Section(
        "接口令牌",
        ApiToken,
        ("user_id",),
        {"name": "名称", "scopes": "权限", "created_at": "签发", "expires_at": "到期", "revoked_at": "撤销"},
    ),
    Section(
        "一次性登录单", OneTimeSlip, ("user_id",), {"created_at": "打印", "expires_at": "到期", "used_at": "使用或作废"}
    ),
    Section(
        "重设密码、确认邮箱的链接",
        MailedLink,
        ("user_id",),
        {"created_at": "发出", "purpose": "用途", "mail": "发到", "expires_at": "到期", "used_at": "使用或作废"},
    ),
    Section(
        "通知",
        Notice,
        ("recipient_id",),
        {"created_at": "时间", "title": "标题", "text": "内容", "read_at": "已读"},
    ),
    Section(
        "所在组织",
        Membership,
        ("user_id",),
        {"organization_id": "组织", "role": "角色", "created_at": "加入", "ended_at": "结束"},
    ),
    Section(
        "科协岗位",
        Post,
        ("user_id",),
        {"association_id": "科协", "department": "部门", "role": "岗位", "since": "到岗", "until": "离岗"},
    ),
    Section(
        "请假和代办",
        Absence,
        ("user_id", "deputy_id"),
        {"user_id": "请假人", "deputy_id": "代办人", "since": "从", "until": "到"},
    ),
    Section(
        "专家画像",
        Expert,
        ("id",),
        {
            "name": "姓名",
            "professional_title": "职称",
            "organization_name": "单位",
            "region_code": "所在地",
            "society_id": "推荐学会",
            "profile": "研究方向",
            "mobile": "手机号",
            "mail": "邮箱",
            "state": "状态",
            "takes_part": "参与推荐",
            "recommended_consent_at": "同意推荐的时间",
            "monthly_capacity": "每月最多接几次",
            "paused_until": "暂停到",
            "service_types": "服务类别",
            "regions": "愿意去的地区",
            "created_at": "建立时间",
        },
    ),
    Section(
        "任职经历",
        Employment,
        ("expert_id",),
        {"organization_name": "单位", "position": "职务", "since": "从", "until": "到"},
    ),
    Section(
        "论文、专利、项目等", Work, ("expert_id",), {"kind": "类型", "year": "年份", "title": "题目", "text": "摘要"}
    ),
    Section(
        "服务团队",
        TeamMember,
        ("expert_id",),
        {"team_id": "团队", "created_at": "受邀", "consented_at": "同意加入", "left_at": "退出或谢绝"},
    ),
    Section(
        "担任负责人的团队",
        Team,
        ("leader_id",),
        {"name": "团队", "profile": "简介", "term_since": "从", "term_until": "到"},
    ),
    Section(
        "同意和撤回",
        ConsentEntry,
        ("holder_id",),
        {
            "at": "时间",
            "purpose": "事项",
            "given": "同意",
            "text_version": "说明的版本",
            "channel": "方式",
            "about": "仅限于",
            "entered_by_id": "登记人",
        },
    ),
    Section(
        "谁看过我的联系方式",
        ReadEntry,
        ("subject_id",),
        {"at": "时间", "reader_id": "谁", "what": "看了什么"},
    ),
    Section(
        "我看过的联系方式和全文", ReadEntry, ("reader_id",), {"at": "时间", "subject_kind": "谁的", "what": "看了什么"}
    ),
    Section(
        "别人替我办的（代录、代答）",
        ProxyEntry,
        ("subject_id",),
        {"asked_at": "委托时间", "asked_by": "委托人", "channel": "方式", "act": "事项", "confirmed_at": "核实"},
    ),
    Section(
        "我替别人办的（代录、代答）",
        ProxyEntry,
        ("entered_by_id",),
        {"asked_at": "委托时间", "channel": "方式", "act": "事项", "confirmed_at": "核实"},
    ),
    Section("我的账号和画像的经过", StatusChange, ("subject_id",), _ACTION),
    Section("我办理的步骤", StatusChange, ("actor_id",), _ACTION),
    Section(
        "注销申请",
        ErasureRequest,
        ("user_id", "expert_id"),
        {"created_at": "时间", "state": "状态", "reason": "说明", "due_at": "期限"},
    ),
)
