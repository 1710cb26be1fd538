"""A dozen parties written by hand, and needs for them."""

from __future__ import annotations

from matching.records import Document, Item, Query


def _party(name: str, kind: str, title: str, text: str, *works: tuple[int, str, str]) -> Document:
    items = tuple(
        Item(f"{name}-{at}", "paper", head, body, year) for at, (year, head, body) in enumerate(works, start=1)
    )
    return Document(name, kind, title, text, items)


PARTIES = [
    _party(
        "adsorbent",
        "expert",
        "王一",
        "研究卤水提锂吸附剂的结构稳定性与再生。",
        (2023, "铝系吸附剂循环容量衰减机理", "解吸过程中铝的溶损使层板塌缩，是吸附容量逐年下降的主要原因。"),
        (2020, "锂离子筛造粒", "用壳聚糖交联提高颗粒强度，减少粉化和床层压降。"),
    ),
    _party("adsorbent-old", "expert", "王二", "", (2001, "吸附剂", "锂吸附剂的制备与表征。")),
    _party(
        "membrane",
        "team",
        "纳滤膜团队",
        "镁锂分离纳滤膜的污染控制与清洗。",
        (2022, "卷式纳滤膜结垢诊断", "膜面硫酸钙结垢导致通量下降，提出阻垢剂投加与分级清洗制度。"),
    ),
    _party(
        "soiling",
        "expert",
        "李三",
        "光伏电站积灰监测与清洗调度。",
        (2024, "荒漠光伏组件积灰损失评估", "灰尘沉积使发电量下降，用辐照比估计最佳清洗周期。"),
    ),
    _party(
        "grid",
        "team",
        "新能源并网团队",
        "弱电网下宽频振荡抑制。",
        (2023, "构网型逆变器阻尼控制", "在弱电网条件下抑制次同步振荡。"),
    ),
    _party(
        "battery",
        "expert",
        "赵四",
        "储能电池热失控早期预警。",
        (2024, "电池簇产气传感", "以氢气浓度变化提前识别热失控。"),
    ),
    _party("wind", "expert", "钱五", "", (2019, "风机叶片覆冰", "覆冰厚度检测与除冰策略。")),
    _party(
        "yak",
        "society",
        "牦牛产业学会",
        "牦牛短期育肥与冷链加工。",
        (2021, "牦牛乳加工", "牦牛乳脂肪球结构与酸奶稳定性。"),
    ),
    _party(
        "barley",
        "team",
        "青稞育种团队",
        "青稞抗倒伏新品种选育。",
        (2022, "青稞抗倒伏", "矮秆基因聚合提高青稞抗倒伏能力。"),
    ),
    _party("patent", "achievement", "一种盐田卤水除硼树脂", "螯合树脂选择性脱除卤水中的硼，提高碳酸锂纯度。"),
    _party("service", "achievement", "屋顶光伏板机器人清洗服务", "无水清扫机器人，适用于缺水地区。"),
    _party("silent", "expert", "", ""),
]
NEEDS = [
    Query(
        "need-1",
        "提锂吸附剂用一年容量就掉三分之一",
        "塔里的料一年就不顶用，出水发浑，床层压差升高，想知道为什么，旧料能否修复。",
    ),
    Query("need-2", "光伏板灰太厚", "戈壁电站没有水，板子上的灰多久清一次最划算。"),
    Query("need-3", "青稞倒伏", ""),
]
