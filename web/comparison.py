"""Candidates side by side: one line for each thing they are compared by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.rules.region import Level
from service.schemas.needs import NeedOut
from service.schemas.recommendations import RecommendedFacts, RecommendedOut
from web.filters import day
from web.marks import marked, quotes_of

FEWEST, MOST = 2, 4
_NEAR = {Level.COUNTY: "和需求同一个县区", Level.CITY: "和需求同一个市州", Level.PROVINCE: "和需求同省"}


@dataclass(frozen=True)
class Line:
    """cells: by candidate, lines of text; for “band” its word, for “item” and “need” pairs of evidence. nothing: what
    an empty cell says."""

    label: str
    cells: Sequence[Sequence[Any]]
    nothing: str = "没有写"
    kind: str = "text"

    @property
    def differs(self) -> bool:
        return any(cell != self.cells[0] for cell in self.cells)


def lines_of(need: NeedOut, parties: Sequence[RecommendedOut], services: Mapping[str, str]) -> list[Line]:
    """services: how the dictionary calls service types. Lines that say nothing of anybody are left out."""
    found = [
        Line("把握程度", [[party.band] for party in parties], "不在机器名单里", "band"),
        Line("为什么推荐", [party.evidence for party in parties], "没有摘出依据句", "item"),
        Line("依据的年份", [_years(party) for party in parties]),
        Line("对应您写的哪几句", [party.evidence for party in parties], "没有对应到", "need"),
        Line("对应哪几个子问题", [_sub_problems(need, party) for party in parties], "没有对应到"),
        Line("自荐时说", [_offered(party) for party in parties], "没有自荐"),
        Line("单位与职称", [[party.organization_name, party.professional_title] for party in parties]),
        Line("所在地区", [_region(party) for party in parties]),
        Line("学会、专委会", [[party.facts.society, party.facts.branch] for party in parties]),
        Line("团队", [_team(party.facts) for party in parties], "不是团队"),
        Line("愿意提供的服务", [_services(need, party, services) for party in parties], "没有公开"),
        Line("现在能不能邀请", [_room(party) for party in parties]),
    ]
    told = [replace(line, cells=[[each for each in cell if each] for cell in line.cells]) for line in found]
    return [line for line in told if any(line.cells)]


def _offered(party: RecommendedOut) -> list[str]:
    return [party.offered.plan, party.offered.timing] if party.offered else []


def _years(party: RecommendedOut) -> list[str]:
    years = sorted({int(pair["item"]["year"]) for pair in party.evidence if pair["item"].get("year")})
    if not years:
        return []
    return [f"{years[0]} 年" if len(years) == 1 else f"{years[0]}—{years[-1]} 年"]


def _sub_problems(need: NeedOut, party: RecommendedOut) -> list[str]:
    quotes = quotes_of(party.evidence)
    return [
        f"{place}. {text}"
        for place, text in enumerate(need.sub_problems or [], 1)
        if any(number for _, number in marked(text, quotes))
    ]


def _region(party: RecommendedOut) -> list[str]:
    return [party.region.replace("/", " "), _NEAR[party.facts.near] if party.facts.near else ""]


def _team(facts: RecommendedFacts) -> list[str]:
    if facts.term_since is None or facts.term_until is None:
        return []
    members = "" if facts.members is None else f"成员 {facts.members} 人"
    return [members, f"服务期 {day(facts.term_since)}—{day(facts.term_until)}"]


def _services(need: NeedOut, party: RecommendedOut, services: Mapping[str, str]) -> list[str]:
    """Who can be asked does what is needed; what else they do is for those who look after them."""
    if party.facts.service_types is None:
        return [] if party.gone else [services.get(need.service_type, "")]
    return ["、".join(services.get(code, "") for code in party.facts.service_types) or "各类服务都可以"]


def _room(party: RecommendedOut) -> list[str]:
    if party.gone:
        return [f"现在不能邀请：{party.gone}"]
    if party.facts.left_this_month is None:
        return ["可以邀请，本月还能接"]
    return [f"可以邀请，本月还能接 {party.facts.left_this_month} 次"]
