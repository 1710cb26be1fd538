"""Who may do what: policies made of facts. Nothing is allowed by default.

Lists are the same rules as SQL (visibility.py); a property test compares the two. docs/permissions.md is printed from
POLICIES.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from service.achievement_facts import (
    achievement_is_sealed,
    guards_secrets_of_achievement,
    handles_achievement,
    owns_achievement,
    sees_achievement,
    sees_all_of_achievement,
)
from service.actors import Actor
from service.approval_facts import drafts_approval, sees_approval
from service.call_facts import makes_call, may_ask_for_a_call, sees_call, sees_what_call_is_about
from service.case_facts import (
    answers_for_party,
    entered_for_others,
    gives_owners_word,
    handles_entry,
    handles_told_need,
    is_told,
    reviews_its_need,
    sees_case,
    sees_consultation,
    sees_invitation,
    sees_referral,
    sees_self_offer,
    speaks_for_holder,
    speaks_for_owner,
    speaks_for_receiver,
    verifies_outcome,
    works_for_holder,
)
from service.errors import Forbidden, NotFound, NotSignedIn
from service.facts import (
    Fact,
    all_of,
    any_of,
    anybody,
    belongs_to_an_organization,
    guards_secrets_of_need,
    handles_need,
    handles_place,
    is_administrator,
    is_administrator_or_system,
    is_broker_of_need,
    is_need_owner,
    is_own_organization,
    is_signed_in,
    is_staff,
    leads_somewhere,
    manages_an_organization,
    need_is_published,
    need_is_sealed,
    owns_need,
    owns_or_handles_need,
    reviews_need,
    sees_all_of_need,
    sees_need,
    sees_steps_of_need,
    verifies_organization,
)
from service.file_facts import changes_files, opens_file, sees_what_it_belongs_to, sees_where_it_is_handed_in
from service.people_facts import (
    changes_the_people,
    expert_is_listed,
    expert_is_unclaimed,
    is_among_the_people,
    is_asked_or_on_team,
    is_expert_self,
    is_not_expert_self,
    is_own_membership,
    looks_after_expert,
    manages_team,
    sees_all_of_expert,
    sees_team,
    stands_in_for_the_people,
)
from service.privacy_facts import of_its_expert, sees_objection, was_given_contact


@dataclass(frozen=True)
class Policy:
    """title: for docs/permissions.md. sees: without it the answer is “not found”; may: without it “not yours”."""

    title: str
    sees: Fact
    may: Fact


def _open(title: str, may: Fact) -> Policy:
    return Policy(title, anybody, may)


POLICIES: dict[str, Policy] = {
    "public": _open("任何人", anybody),
    "signed_in": _open("已登录", is_signed_in),
    "organization.register": _open("登记一个组织", is_signed_in),
    "organization.view": Policy("看组织的登记信息", any_of(is_own_organization, is_staff), anybody),
    "organization.verify": _open("核验组织", verifies_organization),
    "branch.change": Policy(
        "设立、改名、停用学会的专委会",
        any_of(is_among_the_people, is_staff),
        any_of(is_among_the_people, stands_in_for_the_people),
    ),
    "association.posts": _open("看科协的岗位名单", any_of(is_staff, is_administrator_or_system)),
    "association.change": _open("设立、改名科协，任命工作人员", is_administrator_or_system),
    "expert.create": _open("录入专家", is_signed_in),
    "expert.list": _open("看专家名录", is_signed_in),
    "expert.view": Policy("看一位专家", any_of(sees_all_of_expert, all_of(is_signed_in, expert_is_listed)), anybody),
    "expert.edit": Policy(
        "改专家画像",
        sees_all_of_expert,
        any_of(is_expert_self, all_of(looks_after_expert, expert_is_unclaimed)),
    ),
    "expert.connect": Policy(
        "写明专家画像是哪个账号本人的",
        sees_all_of_expert,
        any_of(is_expert_self, all_of(looks_after_expert, expert_is_unclaimed)),
    ),
    "expert.act": Policy("办理专家在册事项（各步见 workflows.md）", sees_all_of_expert, anybody),
    "expert.contact": Policy(
        "看专家的联系方式（留痕）", any_of(of_its_expert(sees_all_of_expert), was_given_contact), anybody
    ),
    "expert.settings": Policy("改参与推荐、接单量、暂停", sees_all_of_expert, is_expert_self),
    "consent.view": Policy("看一位专家同意了什么", sees_all_of_expert, anybody),
    "consent.enter": Policy("替专家登记同意或撤回", sees_all_of_expert, all_of(looks_after_expert, is_not_expert_self)),
    "desk.use": _open("自己的待办和请假代办", is_staff),
    "desk.hand_over": _open("移交一位工作人员的全部待办", leads_somewhere),
    "approval.draft": _open("拟稿送审", handles_place),
    "approval.list": _open("看审签清单", is_staff),
    "approval.view": Policy("看一件审签", sees_approval, anybody),
    "approval.edit": Policy("修改退回的拟稿", sees_approval, drafts_approval),
    "approval.act": Policy("审核、退回、签发、撤回（各步见 workflows.md）", sees_approval, anybody),
    "match.view": Policy("看机器匹配的名单和依据", sees_all_of_need, handles_need),
    "match.achievements": Policy("看与需求相配的成果", sees_all_of_need, any_of(is_need_owner, handles_need)),
    "match.review": Policy("匹配复核", sees_all_of_need, reviews_need),
    "recommendation.view": Policy("看推荐给企业的名单", sees_case, anybody),
    "recommendation.choose": Policy("企业选择，或委托科协代邀", sees_case, speaks_for_owner),
    "invitation.send": Policy("向名单上的专家、团队发邀约", sees_all_of_need, reviews_need),
    "invitation.list": _open("看自己的、经办的邀约", is_signed_in),
    "invitation.view": Policy("看一份邀约", sees_invitation, anybody),
    "invitation.act": Policy("答复、取消邀约（各步见 workflows.md）", sees_invitation, anybody),
    "invitation.hand_out": Policy("复制邀约的短信文字、打印二维码", sees_case, reviews_its_need),
    "self_offer.make": Policy("对一条看得见的需求自荐", sees_need, is_signed_in),
    "self_offer.list": _open("看自己的、经办的自荐", is_signed_in),
    "self_offer.review": Policy("看一条需求收到的自荐", sees_all_of_need, handles_need),
    "self_offer.view": Policy("看一份自荐和它的答复", sees_self_offer, anybody),
    "self_offer.act": Policy("推荐、不采用、撤回自荐（各步见 workflows.md）", sees_self_offer, anybody),
    "referral.send": Policy(
        "派单给学会、服务团、科协、技术经理人", sees_all_of_need, any_of(reviews_need, is_broker_of_need)
    ),
    "referral.list": _open("看派给自己的、经办的派单", is_signed_in),
    "referral.view": Policy("看一份派单", sees_referral, anybody),
    "referral.act": Policy("接单、拒单、提名、转派、撤回（各步见 workflows.md）", sees_referral, anybody),
    "referral.pass_on": Policy("看可以提名的专家、可以转派的单位", sees_referral, speaks_for_receiver),
    "consultation.list": _open("看自己的、经办的对接咨询", is_signed_in),
    "consultation.view": Policy("看一次对接咨询", sees_consultation, anybody),
    "consultation.act": Policy("办理对接咨询（各步见 workflows.md）", sees_consultation, anybody),
    "consultation.contact": Policy(
        "看对方的联系方式（留痕）", sees_consultation, any_of(works_for_holder, speaks_for_owner)
    ),
    "consultation.serve": Policy(
        "以承接方身份填报成效，更正、补充纪要（代办须写明受谁委托）", sees_consultation, works_for_holder
    ),
    "consultation.commit": Policy(
        "以承接方身份承诺、评价（服务团由负责人；代办须写明受谁委托）", sees_consultation, speaks_for_holder
    ),
    "consultation.members": Policy(
        "派服务团成员，撤下成员（代办须写明受谁委托）", sees_consultation, speaks_for_holder
    ),
    "consultation.answer": Policy(
        "以需求方身份登记签约、填报、评价（代办须写明受谁委托）", sees_consultation, gives_owners_word
    ),
    "proxy.list": _open("看代录、代答的登记", is_signed_in),
    "proxy.check": Policy("请委托人确认，登记回访结果", any_of(entered_for_others, handles_entry), anybody),
    "rating.view": Policy("看一方得到的评价", any_of(answers_for_party, is_staff), anybody),
    "call.list": _open("看今天要打的电话", any_of(is_staff, belongs_to_an_organization)),
    "call.make": Policy("看要打的号码（留痕），记下打电话的结果", sees_call, makes_call),
    "call.ask": Policy("请科协打电话，请学会代办", sees_what_call_is_about, may_ask_for_a_call),
    "outcome.verify": Policy("核实成效", sees_consultation, verifies_outcome),
    "follow_up.list": _open("看到期的回访", is_signed_in),
    "follow_up.answer": Policy("答复回访（代办须写明受谁委托）", sees_case, speaks_for_owner),
    "need.create": _open("写一条需求", is_signed_in),
    "need.list": _open("看需求清单", is_signed_in),
    "need.view": Policy("看一条需求（各栏按公开级别）", sees_need, anybody),
    "attachment.open": Policy("看附件（跟随所属的需求、纪要、成效、审签，留痕）", sees_what_it_belongs_to, opens_file),
    "attachment.change": Policy("上传、更正、移除附件", sees_where_it_is_handed_in, changes_files),
    "need.readers": Policy("看谁打开过全文或附件", sees_all_of_need, owns_or_handles_need),
    "need.edit": Policy("改需求", sees_all_of_need, owns_need),
    "need.act": Policy("办理需求（各步见 workflows.md）", sees_all_of_need, anybody),
    "need.history": Policy("看需求的经过", sees_steps_of_need, anybody),
    "need.follow": Policy("跟随一条公开的需求", sees_need, all_of(is_signed_in, need_is_published)),
    "need.followers": Policy("看有几家在跟随", sees_all_of_need, handles_need),
    "need.merge": Policy("合并为共性需求，撤销合并", sees_all_of_need, reviews_need),
    "need.pass": Policy("把需求转给别的科协", sees_all_of_need, reviews_need),
    "need.assign": Policy("换经办人", sees_all_of_need, reviews_need),
    "need.seal": Policy("发现疑似涉密，立即封存", sees_all_of_need, handles_need),
    "need.unseal": Policy("决定封存的需求", all_of(guards_secrets_of_need, need_is_sealed), anybody),
    "notice.list": _open("看自己的通知", is_signed_in),
    "notice.read": Policy("把自己的通知标为已读", is_told, anybody),
    "notice.follow": Policy("看一条需求的通知发给了谁、送到没有", sees_all_of_need, reviews_need),
    "notice.hand_out": Policy("复制通知的短信、微信文字", handles_told_need, anybody),
    "notice.undelivered": _open("看没有送达的邮件和短信", is_administrator),
    "upkeep.view": _open("看后台任务、索引和参数", is_administrator),
    "setting.change": _open("改时限、字典、工作日历和页脚，跳过开始使用的步骤", is_administrator),
    "job.retry": _open("让失败的后台任务再试，重建索引", is_administrator),
    "audit.search": _open("查审计日志", is_administrator),
    "achievement.create": _open("写一项成果", is_signed_in),
    "achievement.list": _open("看成果清单", is_signed_in),
    "achievement.view": Policy("看一项成果（各栏按公开级别）", sees_achievement, anybody),
    "achievement.edit": Policy("改成果", sees_all_of_achievement, owns_achievement),
    "achievement.act": Policy("办理成果（各步见 workflows.md）", sees_all_of_achievement, anybody),
    "achievement.history": Policy("看成果的经过", sees_all_of_achievement, anybody),
    "achievement.needs": Policy("看与成果相配的需求", sees_all_of_achievement, anybody),
    "achievement.seal": Policy("发现疑似涉密，立即封存成果", sees_all_of_achievement, handles_achievement),
    "achievement.unseal": Policy(
        "决定封存的成果", all_of(guards_secrets_of_achievement, achievement_is_sealed), anybody
    ),
    "account.own": _open("管理自己的密码、登录和令牌", is_signed_in),
    "privacy.own": _open("查看、导出自己的个人信息，管理同意，注销", is_signed_in),
    "erasure.handle": _open("替本人提出注销，办理注销申请", is_administrator),
    "ranking_objection.ask": _open("要求说明排序，或要求人工复核", is_signed_in),
    "ranking_objection.list": _open("看自己的、辖区内的排序说明申请", is_signed_in),
    "ranking_objection.act": Policy("答复、撤回排序说明申请（各步见 workflows.md）", sees_objection, anybody),
    "account.create": _open("为别人建账号", any_of(is_staff, is_administrator_or_system)),
    "account.find": _open("按手机号、邮箱或用户名找一个账号", any_of(is_staff, is_administrator)),
    "account.disable": _open("停用、启用账号", any_of(is_staff, is_administrator)),
    "slip.issue": _open("打印一次性登录单", any_of(is_staff, is_administrator, manages_an_organization)),
    "team.found": _open("组建服务团队", manages_team),
    "team.list": _open("看服务团队清单", is_signed_in),
    "team.view": Policy("看一支服务团队", sees_team, anybody),
    "team.edit": Policy("改服务团队，邀请、移出成员", sees_team, manages_team),
    "team.consent": Policy("本人同意、谢绝或退出服务团队", sees_team, is_asked_or_on_team),
    "membership.view": Policy(
        "看一个组织的人员", any_of(is_among_the_people, is_staff), any_of(is_among_the_people, stands_in_for_the_people)
    ),
    "membership.change": Policy(
        "增加、调整、结束一个组织的人员", any_of(is_among_the_people, is_staff), changes_the_people
    ),
    "membership.leave": Policy("退出自己所在的组织", any_of(is_among_the_people, is_staff), is_own_membership),
}

# What a program may do with a token. Whatever is not here it may not, even with a token issued when it still could.
_BY_TOKEN = """
    achievement.act achievement.create achievement.edit achievement.history achievement.list achievement.needs
    achievement.seal achievement.view approval.list approval.view association.posts attachment.change
    attachment.open branch.change call.ask call.list call.make consent.view
    consultation.act consultation.answer consultation.commit consultation.contact consultation.list
    consultation.members consultation.serve consultation.view
    desk.use expert.act expert.contact expert.create expert.edit expert.list expert.settings
    expert.view follow_up.answer follow_up.list invitation.act invitation.hand_out invitation.list
    invitation.send invitation.view match.achievements match.review match.view membership.view need.act
    need.assign need.create need.edit need.follow need.followers need.history need.list
    need.merge need.pass need.readers need.seal need.view notice.follow notice.hand_out notice.list notice.read
    proxy.list proxy.check
    notice.undelivered organization.register organization.view outcome.verify ranking_objection.act
    ranking_objection.ask ranking_objection.list rating.view recommendation.choose recommendation.view
    referral.act referral.list referral.pass_on referral.send referral.view self_offer.act self_offer.list
    self_offer.make self_offer.review self_offer.view team.list team.view upkeep.view
"""
# Only the person: power over people, accounts and posts, which would outlive the token that used it; putting a name
# to something; secrets and personal data as a whole; and what somebody decides about themselves.
_IN_PERSON = """
    account.create account.disable account.find account.own achievement.unseal approval.act approval.draft
    approval.edit association.change audit.search consent.enter desk.hand_over erasure.handle expert.connect
    job.retry membership.change membership.leave need.unseal organization.verify privacy.own setting.change slip.issue
    team.consent team.edit team.found
"""
BY_TOKEN, IN_PERSON = frozenset(_BY_TOKEN.split()), frozenset(_IN_PERSON.split())


def is_allowed(actor: Actor, policy: str, subject: Any = None) -> bool:
    """An unknown policy is a KeyError: a slip of the pen must not look like a refusal."""
    rule = POLICIES[policy]
    return _token_allows(actor, policy) and rule.sees(actor, subject) and rule.may(actor, subject)


def require(actor: Actor, policy: str, subject: Any = None) -> None:
    """Raise NotSignedIn, NotFound (not visible: same answer as for what does not exist) or Forbidden."""
    rule = POLICIES[policy]
    if not rule.sees(actor, subject):
        raise NotFound() if actor.is_known else NotSignedIn("请先登录。")
    if not rule.may(actor, subject):
        if not actor.is_known:
            raise NotSignedIn("请先登录。")
        raise Forbidden(f"您没有“{rule.title}”的权限。如需办理，请联系受理的科协工作人员。")
    if not _token_allows(actor, policy):
        raise Forbidden(f"这个接口令牌不含“{rule.title}”（{policy}）。请换一个令牌，或重新签发。")


def _token_allows(actor: Actor, policy: str) -> bool:
    if actor.scopes is None or policy in ("public", "signed_in"):
        return True
    # A signed link is its person's own hand.
    return policy in actor.scopes and (actor.link is not None or policy in BY_TOKEN)
