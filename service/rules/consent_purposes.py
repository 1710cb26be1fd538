"""What people are asked to agree to, each purpose on its own, in the words they see.

Decided by 个人信息保护法 13–16, 23–25: being recommended, a public profile and handing out contact data need a consent
of their own; counting does not, as statistics name nobody. A changed text gets a new version, so that the log shows
what was agreed to.
"""

from __future__ import annotations

from dataclasses import dataclass

RECOMMEND = "recommend"
PUBLIC_PROFILE = "public_profile"
CONTACT_TO_OWNER = "contact_to_owner"
TEAMS = "teams"
NOTICES_BY_MAIL = "notices_by_mail"
NOTICES_BY_SMS = "notices_by_sms"


@dataclass(frozen=True)
class Purpose:
    """for_experts: asked of experts; otherwise of everybody with an account, and of experts without one.

    unless_withdrawn: needed for what the person asked the platform to do, so it holds until they say no.
    """

    title: str
    text: str
    version: str
    for_experts: bool
    unless_withdrawn: bool = False


PURPOSES: dict[str, Purpose] = {
    RECOMMEND: Purpose(
        "参与推荐",
        "同意本平台用我的画像（姓名、职称、单位、研究方向、论文专利项目和任职经历）与需求自动匹配，经科协工作人员复核后推荐给"
        "需求方，并据此向我发出邀约。不同意不影响使用其他功能。可随时关闭；关闭之前已经发出的推荐和邀约仍按原来的约定办理。",
        "2026-11",
        for_experts=True,
    ),
    PUBLIC_PROFILE: Purpose(
        "公开展示画像",
        "同意登录本平台的人在专家名录里看到我的研究方向和论文、专利、项目。不同意时，名录只显示姓名、职称、单位和所在地。可随时关闭。",
        "2026-11",
        for_experts=True,
    ),
    CONTACT_TO_OWNER: Purpose(
        "接受邀约后提供联系方式",
        "接受邀约即同意把我的手机号、邮箱提供给这条需求的需求方，只用于联系和办理这次对接。每次查看都留有记录，可在“谁看过我的"
        "联系方式”里查到。可随时撤回，撤回后需求方不能再查看。",
        "2026-11",
        for_experts=True,
    ),
    TEAMS: Purpose(
        "可被邀请加入服务团队",
        "科协和学会可以邀请我加入科技服务团、服务队。加入哪一支，每次都由我本人同意，同意之前不公布我的姓名。关闭后不再邀请；"
        "已经加入的团队不受影响，可在团队页面退出。",
        "2026-11",
        for_experts=True,
        unless_withdrawn=True,
    ),
    NOTICES_BY_MAIL: Purpose(
        "邮件通知",
        "把与我有关的办理通知（到期提醒、邀约、答复等）发到我填写的邮箱。关闭后只在平台内通知，请常来查看，以免误了期限。",
        "2026-11",
        for_experts=False,
        unless_withdrawn=True,
    ),
    NOTICES_BY_SMS: Purpose(
        "短信通知",
        "需要我办理的事，发短信到我填写的手机号。短信由通信服务商代发，只含办理所需的最少内容。可随时关闭。",
        "2026-11",
        for_experts=False,
        unless_withdrawn=True,
    ),
}
