"""Words for what people choose in forms, by the values that are stored."""

from __future__ import annotations

from service.models import (
    ContactChannel,
    CooperationMode,
    HolderKind,
    OffererKind,
    OrganizationKind,
    OrganizationState,
    PublicityLevel,
    SocietyLevel,
    WorkKind,
)
from service.rules.vocabulary import Dictionary
from service.schemas.consultations import SecondJob
from service.schemas.stored_settings import DictionaryName
from service.settings import Settings
from service.usecases import invitation_views, proxy_checks, referral_views
from service.usecases.dictionaries import dictionary_of
from service.usecases.memberships import ROLE_LABELS
from service.usecases.team_views import KIND_LABELS

LEVELS = {
    PublicityLevel.PUBLIC: "公开：谁都能看",
    PublicityLevel.INVITED: "受邀可见：收到邀约、派单的才能看",
    PublicityLevel.SIGNED: "签约后：签约的承接方才能看",
}
CHANNELS = {channel.value: words for channel, words in proxy_checks.CHANNELS.items()}
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
ORGANIZATION_KINDS = {
    OrganizationKind.ENTERPRISE.value: "企业",
    OrganizationKind.COOPERATIVE.value: "合作社",
    OrganizationKind.VILLAGE.value: "村集体",
    OrganizationKind.HOUSEHOLD.value: "农户",
    OrganizationKind.PARK.value: "园区",
    OrganizationKind.GOVERNMENT.value: "政府部门",
    OrganizationKind.UNIVERSITY.value: "高校",
    OrganizationKind.INSTITUTE.value: "科研院所",
    OrganizationKind.HOSPITAL.value: "医疗机构",
    OrganizationKind.SOCIETY.value: "学会（含协会、研究会）",
    OrganizationKind.OTHER.value: "其他",
}
SOCIETY_LEVELS = {
    SocietyLevel.NATIONAL.value: "全国学会",
    SocietyLevel.PROVINCIAL.value: "省级学会",
    SocietyLevel.CITY.value: "市州级学会",
    SocietyLevel.COUNTY.value: "县级学会",
}
ORGANIZATION_STATES = {
    OrganizationState.UNVERIFIED.value: "待核验",
    OrganizationState.VERIFIED.value: "已核验",
    OrganizationState.REFUSED.value: "未通过",
}
COOPERATION_MODES = {
    CooperationMode.JOINT_DEVELOPMENT.value: "联合开发",
    CooperationMode.COMMISSIONED_DEVELOPMENT.value: "委托研发",
    CooperationMode.TRANSFER.value: "技术转让",
    CooperationMode.LICENSE.value: "技术许可",
    CooperationMode.CONSULTING.value: "技术咨询",
    CooperationMode.SERVICE.value: "技术服务",
    CooperationMode.EQUITY.value: "技术入股",
    CooperationMode.SHARED_PLATFORM.value: "共建平台",
    CooperationMode.DIAGNOSIS.value: "技术诊断指导",
    CooperationMode.TRAINING.value: "专题培训",
}
ROLES = {role.value: words for role, words in ROLE_LABELS.items()}
FEES = {fee.value: words for fee, words in invitation_views.FEES.items()}
MODES = {mode.value: words for mode, words in invitation_views.MODES.items()}
_RECEIVERS = (HolderKind.SOCIETY, HolderKind.TEAM, HolderKind.TECH_MANAGER, HolderKind.ASSOCIATION)
RECEIVERS = {kind: referral_views.KIND_LABELS[kind] for kind in _RECEIVERS}


def industries(settings: Settings) -> Dictionary:
    return dictionary_of(settings, DictionaryName.INDUSTRY_FIELDS)


def service_types(settings: Settings) -> Dictionary:
    return dictionary_of(settings, DictionaryName.SERVICE_TYPES)
