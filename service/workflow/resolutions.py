"""办结类型, each with its definition: no case closes without one."""

from __future__ import annotations

from service.models import Resolution

RESOLUTIONS = {
    Resolution.SOLVED: "已解决",
    Resolution.PARTLY_SOLVED: "部分解决",
    Resolution.DIRECTION_GIVEN: "提供方向未实施",
    Resolution.TO_CHALLENGE: "转揭榜",
    Resolution.OTHER_CHANNEL: "转其他渠道",
    Resolution.OWNER_WITHDREW: "企业撤回",
    Resolution.UNSOLVABLE: "无法解决",
    Resolution.LOST_CONTACT: "失联",
    Resolution.UNCONFIRMED: "办结（企业未确认）",
}
DEFINITIONS = {
    Resolution.SOLVED: "目标指标达到，企业确认",
    Resolution.PARTLY_SOLVED: "有的目标达到，有的没有，企业确认",
    Resolution.DIRECTION_GIVEN: "给出了办法或方向，企业还没有实施",
    Resolution.TO_CHALLENGE: "转为公开揭榜，在榜单继续",
    Resolution.OTHER_CHANNEL: "转给别的机构或办法，写明转到哪里",
    Resolution.OWNER_WITHDREW: "企业不再需要",
    Resolution.UNSOLVABLE: "按现有技术或条件做不到，写明原因",
    Resolution.LOST_CONTACT: "按约定方式三次联系不上企业",
    Resolution.UNCONFIRMED: "申请办结后企业在期限内没有答复；不算已解决，不记评价",
}
# What who served may propose at the end, and what staff may close with where nobody served.
PROPOSED = (
    Resolution.SOLVED,
    Resolution.PARTLY_SOLVED,
    Resolution.DIRECTION_GIVEN,
    Resolution.TO_CHALLENGE,
    Resolution.OTHER_CHANNEL,
    Resolution.UNSOLVABLE,
    Resolution.LOST_CONTACT,
)
WITHOUT_SERVICE = (Resolution.OTHER_CHANNEL, Resolution.UNSOLVABLE, Resolution.LOST_CONTACT)
# Where several people served one need, it ends with the first of these that any of them reached.
BEST_FIRST = (*PROPOSED, Resolution.OWNER_WITHDREW, Resolution.UNCONFIRMED)


def reasons(among: tuple[Resolution, ...]) -> dict[str, str]:
    """Code → what it means, as a transition asks for."""
    return {str(each): f"{RESOLUTIONS[each]}：{DEFINITIONS[each]}" for each in among}
