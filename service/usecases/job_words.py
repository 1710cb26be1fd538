"""What a background job does and why it failed, in words for who has to do something about it."""

from __future__ import annotations

import re
from types import MappingProxyType

JOBS = MappingProxyType(
    {
        "notify": "发通知",
        "notice.deliver": "送出邮件、短信",
        "mail.confirm": "发确认邮件",
        "password.link": "发重设密码的邮件",
        "match.suggest": "匹配专家",
        "achievement.match": "匹配成果",
        "index.refresh": "更新匹配索引",
        "index.rebuild": "重建匹配索引",
        "index.forget": "从匹配索引里删去",
        "secrecy.alert": "通知保密员",
        "referral.next": "派单的下一步",
        "invitation.promote": "邀请下一位",
        "attachment.prune": "清理附件",
        "clock.pass": "到期处理",
        "clock.remind": "到期提醒",
        "clock.remind_plain": "回访、核验提醒",
        "clock.calendar": "检查工作日历",
        "broker.relieve": "接替离岗的技术经理人",
        "prune": "清理过期数据",
    }
)
_CHINESE = re.compile(r"[一-鿿]")
# Words of the error → what it means and what to do; the first that is in it counts.
_REASONS = (
    (("no space left", "disk is full", "disk full"), "磁盘满了。请腾出空间，然后再试。"),
    (("read-only", "readonly", "permission denied"), "数据目录不能写入。请检查目录的权限，然后再试。"),
    (("database is locked", "lock timeout", "deadlock"), "数据库当时正忙。一般再试就好；总这样请联系技术支持。"),
    (("smtpauthentication",), "邮件服务器不接受用户名或密码。请核对环境文件里的邮件设置。"),
    (("smtprecipientsrefused",), "邮件服务器不接受这个收件人。请核对本人的邮箱。"),
    (("smtp", "gaierror"), "邮件服务器连不上或不肯收。请核对环境文件里的邮件设置和网络。"),
    (("certificate", "ssl"), "对方服务器的安全证书有问题。请核对服务器时间和对方地址。"),
    (("connection", "timeout", "timed out", "urlerror", "httperror"), "网络或对方服务器连不上。请检查网络，然后再试。"),
    (("memoryerror", "cannot allocate"), "内存不够。请关掉别的程序或增加内存，然后再试。"),
    (("filenotfounderror", "no such file"), "要用的文件不见了。请检查数据目录是否完整。"),
    (("modelunavailable", "onnx"), "编码模型没有装好。请在服务器上运行 make prepare，然后再试。"),
    (("indexdamaged",), "匹配索引坏了。请点“重建索引”。"),
)


def reason_of(error: str) -> str:
    """error: “Kind: message”, as the worker keeps it."""
    message = error.partition(": ")[2]
    if _CHINESE.search(message):
        return message
    lower = error.lower()
    for signs, reason in _REASONS:
        if any(sign in lower for sign in signs):
            return reason
    return "程序出错。可以再试一次；仍不行，请把下面的原文发给技术支持。"
