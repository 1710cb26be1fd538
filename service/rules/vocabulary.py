"""Words chosen from lists: fields of industry and kinds of service, by the codes that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase

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


@dataclass(frozen=True)
class Entry:
    """One word of a dictionary as it holds. shipped: the label of the program, "" for an addition of this place."""

    code: str
    label: str
    shipped: str
    is_offered: bool


@dataclass(frozen=True)
class Dictionary:
    """Codes stay for ever, as things are filed under them: a word can be called otherwise or no longer be offered."""

    entries: tuple[Entry, ...]

    @property
    def labels(self) -> dict[str, str]:
        """Of everything that may be filed under."""
        return {each.code: each.label for each in self.entries}

    def offered(self, kept: Iterable[str] = ()) -> dict[str, str]:
        """What can be chosen. kept: codes that were chosen before and stay."""
        held = set(kept)
        return {each.code: each.label for each in self.entries if each.is_offered or each.code in held}


def dictionary(shipped: Mapping[str, str], changes: Iterable[tuple[str, str, bool]]) -> Dictionary:
    """changes: (code, label, is_offered) of what this place calls otherwise, leaves out or adds; additions come last,
    before what is called 其他."""
    changed = {code: (label, is_offered) for code, label, is_offered in changes}
    entries = [Entry(code, *_held(changed, code, label)) for code, label in shipped.items()]
    added = [Entry(code, label, "", offered) for code, (label, offered) in changed.items() if code not in shipped]
    last = [each for each in entries if each.shipped == "其他"]
    return Dictionary((*(each for each in entries if each not in last), *added, *last))


def free_industry_code(taken: Iterable[str]) -> str | None:
    """From F50 on: the program's own go up from F01. None if all are taken."""
    used = set(taken)
    return next((code for code in (f"F{number}" for number in range(50, 99)) if code not in used), None)


def free_service_code(taken: Iterable[str]) -> str | None:
    used = set(taken)
    own = (f"own_{first}{second}" for first, second in product(ascii_lowercase, repeat=2))
    return next((code for code in own if code not in used), None)


def _held(changed: Mapping[str, tuple[str, bool]], code: str, label: str) -> tuple[str, str, bool]:
    now, is_offered = changed.get(code, (label, True))
    return now, label, is_offered
