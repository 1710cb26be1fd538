"""Words for what people choose in forms, by the values that are stored."""

from __future__ import annotations

from service.models import FeeKind, HolderKind, Mode, PublicityLevel
from service.schemas.common import Channel

LEVELS = {
    PublicityLevel.PUBLIC: "公开：登录的人都能看",
    PublicityLevel.INVITED: "受邀可见：收到邀约、派单的才能看",
    PublicityLevel.SIGNED: "签约后：签约的承接方才能看",
}
CHANNELS = {
    Channel.PHONE.value: "电话",
    Channel.WECHAT.value: "微信",
    Channel.PAPER.value: "纸面",
    Channel.IN_PERSON.value: "当面",
}
FEES = {FeeKind.FREE.value: "公益免费", FeeKind.FILED.value: "按备案收费", FeeKind.NEGOTIATED.value: "双方另议"}
MODES = {Mode.ONLINE.value: "线上", Mode.ON_SITE.value: "到场", Mode.EITHER.value: "线上、到场都可以"}
RECEIVERS = {
    HolderKind.SOCIETY: "学会",
    HolderKind.TEAM: "服务团、服务队",
    HolderKind.TECH_MANAGER: "技术经理人",
    HolderKind.ASSOCIATION: "科协",
}
