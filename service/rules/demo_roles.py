"""The people whom one click signs in, in a demo world (演示数据) and nowhere else.

A role's account has the key as its user name; the demo world makes these accounts.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoRole:
    key: str
    label: str
    try_this: str


DEMO_ROLES = (
    DemoRole("demo-company", "企业", "看“我的需求”：有一条等您从推荐名单里选专家，还有一条等您确认办结。"),
    DemoRole("demo-expert", "专家", "看“今日待办”：有一份邀约等您答复，还有一次见面的纪要没有写。"),
    DemoRole("demo-leader", "团长", "接下派给服务团的一条需求，派一位成员去做；再看正在进行的一次对接。"),
    DemoRole("demo-province", "省科协", "看全省的待办与审签，办一份等待签发的公示。"),
    DemoRole("demo-city", "市州科协", "审核一条新交的需求，再复核一次匹配结果，看看双方的句子怎样对上。"),
    DemoRole("demo-society", "学会", "答复一张派单：接单、提名本会专家，或者转派。"),
    DemoRole("demo-broker", "技术经理人", "看匹配不到专家的需求，给它另找出路。"),
    DemoRole("demo-admin", "管理员", "看科协树、账号和等待办理的注销申请。"),
)


def demo_role(key: str) -> DemoRole | None:
    return next((role for role in DEMO_ROLES if role.key == key), None)
