"""Looking something up in the audit log: who did what to what, when; and whether the chain holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from service.actors import Actor
from service.audit import first_broken
from service.models import AuditEntry, Expert, User
from service.permissions import is_allowed, require
from service.rules.work_calendar import end_of_day
from service.schemas.upkeep import AuditLine
from service.usecases.concerned import KINDS, affair_of
from service.usecases.histories import ACTS_BESIDE
from service.usecases.lookup import together
from service.usecases.paging import page_of_rows

_AT_ONCE = 1_000
OTHER = "其他"
# What acts are about, besides what has a lifecycle.
ABOUT = {name: kind.lifecycle.label for name, kind in KINDS.items()} | {
    "absence": "请假代办",
    "account": "账号",
    "association": "科协",
    "attachment": "附件",
    "call": "电话",
    "call_request": "请人打电话",
    "consent": "同意",
    "consultation_member": "对接咨询的成员",
    "follow_up": "回访",
    "installation": "平台",
    "mail": "邮箱",
    "match": "匹配",
    "index": "匹配索引",
    "job": "后台任务",
    "membership": "单位人员",
    "minutes": "纪要",
    "organization": "单位",
    "outcome": "成效",
    "password": "密码",
    "post": "岗位",
    "rating": "评价",
    "setting": "设置",
    "sign_in": "登录",
    "slip": "登录单",
    "society_branch": "专委会",
    "team": "服务团队",
    "team_member": "团队成员",
    "token": "接口令牌",
    "user": "账号",
}
_ACTS = {
    "": "成功",
    "add": "增加",
    "add_to": "补充",
    "admit": "加入",
    "answer": "答复",
    "answer_duplicates": "答复相似提醒",
    "appoint": "任命",
    "ask": "提出",
    "autosave": "自动保存",
    "broker": "转技术经理人",
    "cancel": "取消",
    "change": "修改",
    "confirm": "确认",
    "confirm_link": "请求确认链接",
    "connect": "对应到账号",
    "consent": "本人同意加入",
    "correct": "更正",
    "create": "新建",
    "demo": "演示",
    "disable": "停用",
    "draft": "拟稿",
    "enable": "启用",
    "end": "结束",
    "found": "设立",
    "give": "同意",
    "invite": "请人加入",
    "issue": "打印",
    "make": "作出",
    "name": "派来做",
    "note": "记结果",
    "offer": "自荐",
    "prune": "清理",
    "rebuild": "重建",
    "redeem": "使用",
    "refuse": "核实不通过",
    "refused": "核验不通过",
    "register": "登记",
    "register_again": "重复登记",
    "remove": "移除",
    "report": "填报",
    "reset": "重设",
    "reset_link": "请求重设链接",
    "restore": "恢复默认",
    "retry": "再试",
    "revoke": "撤销",
    "run": "匹配",
    "save": "保存",
    "settings": "改参与设置",
    "skip": "跳过或重新列出",
    "take": "登记",
    "take_off": "撤下",
    "upload": "上传",
    "verified": "核验通过",
    "verify": "核实通过",
    "withdraw": "撤回",
    "write": "写",
}


def search(
    session: Session,
    actor: Actor,
    *,
    who: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
) -> tuple[list[AuditLine], int]:
    """(entries of this page, how many in all), the newest first. who: a person's whole name; about: a key of ABOUT."""
    require(actor, "audit.search")
    wanted = select(AuditEntry)
    if who.strip():
        wanted = wanted.where(_by(session, who.strip()))
    if about:
        wanted = wanted.where(col(AuditEntry.act).startswith(f"{about}."))
    if since is not None:
        wanted = wanted.where(col(AuditEntry.at) > end_of_day(since - timedelta(days=1)))
    if until is not None:
        wanted = wanted.where(col(AuditEntry.at) <= end_of_day(until))
    found, total = page_of_rows(session, wanted, col(AuditEntry.seq).desc(), page=page)
    return _lines(session, actor, found), total


def in_words(act: str) -> tuple[str, str]:
    """(about what, what was done), for an act as the log names it, “kind.action”."""
    kind, _, action = act.partition(".")
    lifecycle = KINDS[kind].lifecycle if kind in KINDS else None
    steps = {each.action: each.label for each in lifecycle.transitions} if lifecycle else {}
    return ABOUT.get(kind, OTHER), (_ACTS | ACTS_BESIDE | steps).get(action, OTHER)


def broken_at(session: Session, actor: Actor) -> int | None:
    """The number of the first entry that does not continue the chain, None if all do. Reads the whole log."""
    require(actor, "audit.search")
    entries = select(AuditEntry).order_by(col(AuditEntry.seq)).execution_options(yield_per=_AT_ONCE)
    return first_broken(session.exec(entries))


def _by(session: Session, name: str) -> ColumnElement[bool]:
    users = select(User.id).where(User.name == name)
    experts = select(Expert.id).where(Expert.name == name)
    return col(AuditEntry.actor_id).in_([*session.exec(users), *session.exec(experts)])


def _lines(session: Session, actor: Actor, entries: Sequence[AuditEntry]) -> list[AuditLine]:
    people = (entry.actor_id for entry in entries)
    names = {row.id: str(row.name) for row in together(session, people, Expert, User)}  # type: ignore[attr-defined]
    return [_line(session, actor, entry, names) for entry in entries]


def _line(session: Session, actor: Actor, entry: AuditEntry, names: dict[str, str]) -> AuditLine:
    about, act = in_words(entry.act)
    title, path = _subject(session, actor, entry)
    return AuditLine(
        seq=entry.seq or 0,
        at=entry.at,
        actor=names.get(entry.actor_id, "（账号已注销）") if entry.actor_id else "系统",
        act=act,
        about=about,
        subject=title,
        path=path,
        is_hidden=entry.subject_kind in KINDS and not path,
    )


def _subject(session: Session, actor: Actor, entry: AuditEntry) -> tuple[str, str]:
    """(title, path of the page), as far as this reader may see it: who looks after the machine need not know cases."""
    affair = affair_of(session, entry.subject_kind, entry.subject_id) if entry.subject_kind in KINDS else None
    if affair is None or affair.is_sealed:
        return "", ""
    policy = {"achievement": "achievement.view", "expert": "expert.view"}.get(affair.name, "need.view")
    subject = affair.subject if affair.name in ("achievement", "expert") else affair.need
    if subject is None or not is_allowed(actor, policy, subject):
        return "", ""
    # Of what hangs on a need this reader may see the need, perhaps not the thing itself.
    path = f"/needs/{affair.need.id}" if affair.need else affair.path
    return getattr(subject, "title", "") or getattr(subject, "name", ""), path
