"""Words for what people choose in forms, by the values that are stored."""

from __future__ import annotations

from service.models import ContactChannel, OffererKind, PublicityLevel, WorkKind
from service.schemas.common import Channel
from service.schemas.consultations import SecondJob
from service.usecases.team_views import KIND_LABELS

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
CONTACTS = {
    ContactChannel.PHONE.value: "电话",
    ContactChannel.ONLINE.value: "线上",
    ContactChannel.VISIT.value: "到场",
}
SECOND_JOBS = {
    SecondJob.YES.value: "需要报备，已经报备",
    SecondJob.NOT_APPLICABLE_RETIRED.value: "不用报备：已经退休",
    SecondJob.NOT_APPLICABLE.value: "不用报备：其他情形",
}
WORKS = {
    WorkKind.PAPER.value: "论文",
    WorkKind.PATENT.value: "专利",
    WorkKind.PROJECT.value: "项目",
    WorkKind.STANDARD.value: "标准",
    WorkKind.PRODUCT.value: "产品",
    WorkKind.SERVICE.value: "服务",
    WorkKind.AWARD.value: "奖励",
}
TEAMS = {kind.value: label for kind, label in KIND_LABELS.items()}
OFFERERS = {
    OffererKind.EXPERT.value: "专家",
    OffererKind.TEAM.value: "服务团队",
    OffererKind.SOCIETY.value: "学会",
}
