"""Words for what people choose in forms, by the values that are stored."""

from __future__ import annotations

from service.models import CooperationMode, MembershipRole, OrganizationKind, OrganizationState, PublicityLevel
from service.rules import region
from service.schemas.common import Channel

LEVELS = {
    PublicityLevel.PUBLIC: "公开：谁都能看",
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
ROLES = {MembershipRole.MANAGER.value: "管理员", MembershipRole.CONTACT.value: "联系人"}


def regions_of(province: str) -> dict[str, str]:
    """Code → name: the province, its cities and their counties, each county after its city."""
    cities = region.children(f"{province}0000")
    codes = [f"{province}0000", *(code for city in cities for code in (city, *region.children(city)))]
    return {code: region.full_name(code, " ") for code in codes}
