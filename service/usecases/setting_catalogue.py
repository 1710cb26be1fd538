"""The settings that administrators may change on pages: how they are called, and between which bounds.

The others belong to the machine (database, addresses, mail server) and stay in the environment: see .env.example.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from service.errors import NotFound
from service.rules import region
from service.settings import Deadlines
from service.usecases.concerned import KINDS
from service.workflow.approvals import KINDS as APPROVAL_KINDS
from service.workflow.engine import CALENDAR_DAYS


class Kind(StrEnum):
    """How a value is typed in."""

    NUMBER = "number"
    NUMBERS = "numbers"
    LINE = "line"
    PHONE = "phone"
    CHOICE = "choice"
    CHOICES = "choices"


class Group(StrEnum):
    SITE = "site"
    DEADLINES = "deadlines"
    AFTERWARDS = "afterwards"
    LIMITS = "limits"
    SIGNING_IN = "signing_in"
    KEPT = "kept"


GROUP_LABELS = {
    Group.SITE: "本会和页脚",
    Group.DEADLINES: "办理时限",
    Group.AFTERWARDS: "办结以后、撤回和重开",
    Group.LIMITS: "数量和签发",
    Group.SIGNING_IN: "登录、登录单和链接",
    Group.KEPT: "保存多久",
}


@dataclass(frozen=True)
class Knob:
    """name: of the field of Settings, with a dot for those within. least, most: of numbers, or of how many characters.

    choices: value → words. is_law: most is what the law or our promise to people allows, so that the message says so.
    """

    name: str
    label: str
    group: Group
    kind: Kind = Kind.NUMBER
    unit: str = ""
    least: int = 1
    most: int = 0
    help: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    is_promised: bool = False


_WORKING, _DAYS = "个工作日", "天"
# Beside the lifecycles, which name their own.
_MORE_CLOCKS = {"verify_organization": "单位：待核验", "call_back": "有人请打的电话"}
# What people have been promised by law: it may be shorter.
_PROMISED = {"erase_person": 15, "answer_ranking_objection": 15}
_SITE = (
    Knob("site.name", "平台名称", Group.SITE, Kind.LINE, least=2, most=30, help="写在每一页的左上角和浏览器标题里"),
    Knob("site.association", "本会名称", Group.SITE, Kind.LINE, most=50, help="例如 某某省科学技术协会"),
    Knob("site.organizer", "主办单位", Group.SITE, Kind.LINE, most=50, help="写在页脚；可以和本会名称一样"),
    Knob("site.support", "技术支持", Group.SITE, Kind.LINE, most=50, help="写在页脚，没有就空着"),
    Knob("site.phone", "咨询电话", Group.SITE, Kind.PHONE, most=30, help="写在页脚和办事指南里，请写有人接的电话"),
    Knob("site.record_number", "备案号", Group.SITE, Kind.LINE, most=50, help="写在页脚，照备案时给的号填写"),
    Knob("secrecy_officer", "保密工作机构", Group.SITE, Kind.LINE, least=2, most=30, help="发现疑似涉密时请人联系谁"),
)
_OTHERS = (
    Knob("follow_up_days", "办结后第几天回访", Group.AFTERWARDS, Kind.NUMBERS, _DAYS, 1, 1000),
    Knob("follow_up_again_days", "回访没有答复，几天后再提醒", Group.AFTERWARDS, unit=_DAYS, most=90),
    Knob("follow_up_phone_days", "回访没有答复，几天后改打电话", Group.AFTERWARDS, unit=_DAYS, most=180),
    Knob("rate_by_link_days", "短信评价链接几天内有效", Group.AFTERWARDS, unit=_DAYS, most=365),
    Knob("change_rating_days", "评价提交后几天内可以改", Group.AFTERWARDS, unit=_DAYS, most=90),
    Knob("unmerge_days", "需求合并后几天内可以撤销", Group.AFTERWARDS, unit=_DAYS, most=90),
    Knob("reopen_closed_days", "办结后几天内可以重新打开", Group.AFTERWARDS, unit=_DAYS, most=1000),
    Knob("reopen_expired_days", "过期后几天内可以恢复办理", Group.AFTERWARDS, unit=_DAYS, most=1000),
    Knob("confirm_proxy_days", "代录后几天内请本人确认", Group.AFTERWARDS, unit=_DAYS, most=365),
    Knob("most_open_invitations", "一条需求同时最多几份邀约", Group.LIMITS, unit="份", most=10),
    Knob("max_attachments", "一条需求、一份纪要最多几个附件", Group.LIMITS, unit="个", most=50),
    Knob("approval_kinds", "要先拟稿、审核、签发的事", Group.LIMITS, Kind.CHOICES, choices=APPROVAL_KINDS),
    Knob("session_idle_minutes", "多久没有动作就要重新登录", Group.SIGNING_IN, unit="分钟", least=5, most=480),
    Knob("session_hours", "一次登录最长多久", Group.SIGNING_IN, unit="小时", most=72),
    Knob("sign_in_failures", "密码连续错几次就锁住", Group.SIGNING_IN, unit="次", least=3, most=20),
    Knob("sign_in_lock_minutes", "锁住多久", Group.SIGNING_IN, unit="分钟", most=1440),
    Knob("slip_hours", "登录单打印后多久内有效", Group.SIGNING_IN, unit="小时", most=168),
    Knob("reset_link_minutes", "重设密码的链接多久内有效", Group.SIGNING_IN, unit="分钟", least=5, most=1440),
    Knob("confirm_link_days", "确认邮箱的链接几天内有效", Group.SIGNING_IN, unit=_DAYS, most=30),
    Knob("keep.notices_days", "已读的通知", Group.KEPT, unit=_DAYS, least=30, most=3650),
    Knob("keep.autosaves_days", "没有提交的草稿自动保存", Group.KEPT, unit=_DAYS, most=3650),
    Knob("keep.sign_ins_days", "登录记录", Group.KEPT, unit=_DAYS, most=3650),
    Knob("keep.attempts_days", "登录失败记录", Group.KEPT, unit=_DAYS, most=365),
    Knob("keep.jobs_days", "办完的后台任务", Group.KEPT, unit=_DAYS, most=365),
    Knob("keep_removed_attachments_days", "移除的附件", Group.KEPT, unit=_DAYS, least=0, most=365),
)


@cache
def knobs() -> tuple[Knob, ...]:
    province = {code[:2]: region.name(code) for code in region.provinces()}
    told = "省级行政区划：决定编号里的数字，也决定选地区时列出哪些市州"
    chosen = Knob("province", "本会所在省份", Group.SITE, Kind.CHOICE, choices=province, help=told)
    return (*_SITE, chosen, *_clocks(), *_OTHERS)


def knob_of(name: str) -> Knob:
    for knob in knobs():
        if knob.name == name:
            return knob
    raise NotFound("没有这一项设置。请刷新页面，按页面上的按钮办理。")


def _clocks() -> Iterator[Knob]:
    """By whose move they measure, in the order of the lifecycles."""
    labels: dict[str, list[str]] = {}
    for kind in KINDS.values():
        for note in kind.lifecycle.states.values():
            if note.deadline:
                labels.setdefault(note.deadline, []).append(f"{kind.lifecycle.label}：{note.label}")
    for name in Deadlines.model_fields:
        told = "；".join(labels.get(name, [])) or _MORE_CLOCKS[name]
        by_calendar = name.endswith(CALENDAR_DAYS)
        yield Knob(
            f"deadlines.{name}",
            told,
            Group.DEADLINES,
            unit=_DAYS if by_calendar else _WORKING,
            most=_PROMISED.get(name, 730 if by_calendar else 60),
            is_promised=name in _PROMISED,
        )
