"""Words for what people choose in forms, by the values that are stored."""

from __future__ import annotations

from service.models import PublicityLevel
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
