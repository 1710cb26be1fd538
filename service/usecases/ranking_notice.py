"""What people are told about the automated ranking (PIPL 17, 24), with the rules and clocks that are in force."""

from __future__ import annotations

from service.actors import Actor
from service.permissions import require
from service.schemas.privacy import RankingNoticeOut, RankingSection
from service.settings import Deadlines
from service.verdict import RULES

VERSION = "2026-11"


def notice(actor: Actor, deadlines: Deadlines) -> RankingNoticeOut:
    require(actor, "public")
    sections = {
        "哪一步是自动的": (
            "需求受理后，由程序把需求的文字与专家、团队的画像逐条比较，排出一份参考名单，并标出依据的原文和把握的大小。",
            "已经复核、需求方已经选定的人选中，有人谢绝或逾期未答时，按选定的次序自动递补下一位。",
            "程序在本平台自己的服务器上运行，需求和画像不发给任何外部服务。",
        ),
        "用到哪些内容": (
            "需求一方：标题、现状与问题、目标指标、应用场景、约束条件、子问题，以及附件里读出的文字。",
            "专家和团队一方：名称、研究方向或简介，论文、专利、项目等的题目、摘要和年份。",
            "排序不使用性别、年龄、民族、联系方式，也不使用评价得分、收费和登录情况。",
            f"以下情形不进入名单：{'；'.join(RULES.values())}。",
        ),
        "每一份名单都由人复核": (
            f"名单先由负责受理的科协工作人员在 {deadlines.review_match} 个工作日内复核：采纳、改判、补充，"
            "或者认定无合适人选，并写明理由。程序给出的原名单一并留存，供事后核对。",
            "复核后再推荐给需求方，由需求方选择；是否接受邀约由专家本人决定。没有任何一步只凭程序的结果就对您作出决定。",
        ),
        "您可以怎样做": (
            "专家可以随时在“我的授权”里关闭“参与推荐”：关闭后不再参加匹配，其他功能照常使用。",
            "专家、企业都可以要求说明排序的理由，或者要求由人重新看一遍：在“申请人工说明”里提出，负责的科协在"
            f" {deadlines.answer_ranking_objection} 个工作日内答复。",
            "不想按推荐找人，可以直接在专家名录里按姓名查找。",
            "想知道平台保存了您的哪些信息，可以下载“我的数据”；内容有误可以自己更正，不再使用可以注销。",
        ),
    }
    return RankingNoticeOut(
        title="关于自动匹配和排序的说明",
        version=VERSION,
        sections=[RankingSection(heading=heading, paragraphs=list(said)) for heading, said in sections.items()],
    )
