"""Steps of a need's story, each by somebody at a browser; asked_by: whose word it is, where somebody else enters it."""

from __future__ import annotations

import re
import time
from datetime import timedelta

from service.clock import now
from tests.journeys.browser import Someone, Unseen, View
from tests.service.steps import CONTENT

TITLE = str(CONTENT["title"])
SECRETS = "我确认内容不含国家秘密、工作秘密"
QUESTION = "请看看吸附剂容量为什么半年就掉，能不能在现场再生。"
MINUTES = "先做再生试验，两周后看结果。"
_WORKER_SECONDS = 90.0


def enters_proxy(view: View, asked_by: str) -> None:
    if not asked_by:
        return
    view.types("委托人姓名", asked_by)
    view.picks("委托方式", "电话")
    view.sets("委托时间", now() - timedelta(minutes=10))


def writes(writer: Someone, *, asked_by: str = "", owner: str = "") -> None:
    """The form from the first page on, saved as a draft. owner: where several may be chosen."""
    writer.goes("需求")
    writer.clicks("写一条需求")
    if owner:
        writer.picks("需求方", owner)
    fills_in(writer)
    enters_proxy(writer, asked_by)
    writer.clicks("保存草稿")
    writer.reads("草稿已保存。核对无误后，请点“提交审核”。")


def fills_in(writer: Someone) -> None:
    writer.types("标题", TITLE)
    writer.picks("产业领域", "盐湖资源")
    writer.picks("服务类别", "技术服务：解决特定技术问题")
    for label, name in (("应用场景", "scene"), ("现状与问题", "situation"), ("目标指标", "targets")):
        writer.types(label, str(CONTENT[name]))
    writer.types("子问题", "为什么衰减\n怎样现场再生")
    writer.types("预算下限", "20")
    writer.types("预算上限", "50")


def hands_in(writer: Someone, *, asked_by: str = "") -> None:
    writer.ticks(SECRETS)
    enters_proxy(writer, asked_by)
    writer.clicks("提交审核")
    writer.reads("待审核", "轮到：科协")


def opens_at_desk(clerk: Someone, what: str, title: str = TITLE) -> None:
    """What waits in 待办, where it says what is to be done."""
    clerk.goes("待办")
    clerk.around("row", what).clicks(title)


def accepts(clerk: Someone) -> None:
    """Reads the need and takes it in; then waits for the list that the machine makes."""
    opens_at_desk(clerk, "请审核")
    clerk.reads(str(CONTENT["situation"]))
    clerk.clicks("受理")
    clerk.reads("已受理")
    clerk.clicks("匹配名单")
    end = time.monotonic() + _WORKER_SECONDS
    while clerk.may("刷新"):
        if time.monotonic() > end:
            raise Unseen(f"no list of candidates came\n{clerk.told()}")
        time.sleep(0.3)
        clerk.clicks("刷新")


def recommends(clerk: Someone, *names: str) -> None:
    clerk.reads("机器名单")
    clerk.ticks(*(f"推荐{name}" for name in names), "采纳：就从机器名单里推荐")
    clerk.clicks("提交复核")
    clerk.reads("已复核，名单推荐给企业选择。", "待企业选择")


def chooses(chooser: Someone, first: str, other: str, *, asked_by: str = "") -> None:
    """One is to be asked, the other is not right for it."""
    chooser.reads("为什么推荐")
    chooser.part("region", f". {first}").picks("我的选择", "请邀请这一位")
    chooser.part("region", f". {other}").picks("我的选择", "不合适：缺产业经验")
    enters_proxy(chooser, asked_by)
    chooser.clicks("提交我的选择")
    chooser.reads("待发邀约")


def invites(clerk: Someone, *, on_site: bool = False) -> None:
    """On the need's page, whoever comes first on the list."""
    fills_in_terms(clerk, on_site=on_site)
    clerk.clicks("发出邀约")


def fills_in_terms(clerk: Someone, *, on_site: bool = False) -> None:
    clerk.clicks("发邀约")
    clerk.types("三行以内说清楚请对方做什么", QUESTION)
    clerk.types("预计需要", 4)
    clerk.ticks("到场" if on_site else "线上", "公益免费")
    if on_site:
        clerk.types("到场的地点", "格尔木察尔汗")
        clerk.types("差旅由谁承担", "企业")
    clerk.types("有疑问找谁", "赵静")
    clerk.types("联系电话", "0979-8412345")


def link_handed_out(clerk: Someone) -> str:
    """What somebody finds in the text that the clerk copies into a message."""
    text = clerk.has("短信、微信文字")
    found = re.search(r"http\S+", text)
    assert found is not None, text
    return found.group()


def agrees(expert: Someone, *, asked_by: str = "") -> None:
    expert.ticks("我与这家企业没有利益冲突", "看到的内容我会保密")
    enters_proxy(expert, asked_by)
    expert.clicks("接受邀约")


def starts(someone: Someone, act: str) -> None:
    """Its form: a page of its own in 大字版 and by a link, folded up elsewhere."""
    if someone.may(act):
        someone.clicks(act)
    else:
        someone.unfolds(act)


def attests(holder: Someone, *, asked_by: str = "") -> None:
    starts(holder, "作承诺")
    holder.ticks("我与需求方没有利益冲突", "看到的内容我会保密", "不用报备：已经退休")
    enters_proxy(holder, asked_by)
    holder.clicks("作承诺")
    holder.reads("已作承诺。")


def gets_in_touch(holder: Someone, name: str, *, asked_by: str = "") -> None:
    starts(holder, "登记首次联系")
    holder.types("谁联系的", name)
    holder.sets("什么时候联系的", now() - timedelta(minutes=5))
    holder.ticks("电话")
    holder.types("说了什么", "约好后天下午线上谈")
    enters_proxy(holder, asked_by)
    holder.clicks("登记首次联系")
    holder.reads("已登记首次联系。")


def arranges(holder: Someone, *, asked_by: str = "") -> None:
    """In two days."""
    begin = now() + timedelta(days=2, hours=5)
    starts(holder, "约定时间")
    holder.sets("开始时间", begin)
    holder.sets("结束时间", begin + timedelta(hours=1))
    holder.types("线上会议链接", "https://meeting.example.cn/1")
    enters_proxy(holder, asked_by)
    holder.clicks("约定时间")
    holder.reads("已办好。", "https://meeting.example.cn/1")


def meets(holder: Someone, minutes: str, *, asked_by: str = "") -> None:
    """After it, says so and writes what was said."""
    starts(holder, "已见面")
    enters_proxy(holder, asked_by)
    holder.clicks("已见面")
    holder.reads("已办好。")
    starts(holder, "写纪要")
    holder.types("纪要", minutes)
    enters_proxy(holder, asked_by)
    holder.clicks("写纪要")
    holder.reads("已办好。", minutes)


def asks_to_close(holder: Someone, *, asked_by: str = "") -> None:
    starts(holder, "办结申请")
    holder.picks("建议的办结类型", "已解决：目标指标达到，企业确认")
    holder.types("做了什么、结果如何", "酸洗再生，容量恢复到 7.6 毫克每克。")
    enters_proxy(holder, asked_by)
    holder.clicks("办结申请")
    holder.reads("已办好。", "酸洗再生")


def confirms(owner: Someone, *, asked_by: str = "") -> None:
    """With marks for whoever served."""
    starts(owner, "确认办结")
    owner.picks("专业水平", "5 分")
    owner.picks("响应及时", "4 分")
    enters_proxy(owner, asked_by)
    owner.clicks("确认办结")
    owner.reads("已确认办结，谢谢。")


def rates_the_owner(holder: Someone, *, asked_by: str = "") -> None:
    starts(holder, "评价需求方")
    holder.picks("沟通配合", "5 分")
    enters_proxy(holder, asked_by)
    holder.clicks("评价需求方")
    holder.reads("已评价，谢谢。")
