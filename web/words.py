"""Words for what people choose in forms, by the values that are stored."""

from __future__ import annotations

from service.models import MembershipRole, OrganizationKind, OrganizationState, PublicityLevel
from service.rules import region
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
ORGANIZATION_STATES = {
    OrganizationState.UNVERIFIED.value: "待核验",
    OrganizationState.VERIFIED.value: "已核验",
    OrganizationState.REFUSED.value: "未通过",
}
ROLES = {MembershipRole.MANAGER.value: "管理员", MembershipRole.CONTACT.value: "联系人"}


def regions_of(province: str) -> dict[str, str]:
    """Code → name: the province, its cities and their counties, each county after its city."""
    cities = region.children(f"{province}0000")
    codes = [f"{province}0000", *(code for city in cities for code in (city, *region.children(city)))]
    return {code: region.full_name(code, " ") for code in codes}
