"""Words chosen from lists: fields of industry and kinds of service, by the codes that are stored."""

from __future__ import annotations

INDUSTRY_FIELDS = {
    "F01": "盐湖资源",
    "F02": "清洁能源",
    "F03": "生态环保",
    "F04": "绿色有机农畜产品",
    "F05": "高原医学与生命健康",
    "F06": "新材料与特色装备",
    "F07": "数字经济与算力",
    "F08": "生态旅游与文化",
    "F09": "乡村振兴特色产业",
    "F10": "有色冶金与化工",
    "F11": "交通、建筑与水利",
    "F12": "公共安全与应急",
    "F99": "其他",
}
SERVICE_TYPES = {
    "tech_service": "技术服务：解决特定技术问题",
    "tech_consulting": "技术咨询：论证、预测、专题调查、分析评价",
    "tech_development": "技术开发",
    "tech_transfer": "技术转让",
    "tech_license": "技术许可",
    "achievement_evaluation": "科技成果评价",
    "talent_training": "人才培养",
    "standard_setting": "团体标准制定",
    "qualification": "工程技术类职业资格认定",
    "award_recommendation": "科技奖励、人才举荐",
    "science_popularization": "科普培训",
    "decision_consulting": "决策咨询",
    "industry_planning": "产业规划与调研",
}
