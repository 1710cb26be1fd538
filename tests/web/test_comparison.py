"""What the lines of a comparison say, and when they count as different."""

from __future__ import annotations

from typing import Any

import pytest

from service.models import PartyChoice, PartyKind, PartySource
from service.rules.region import Level
from service.schemas.recommendations import RecommendedFacts, RecommendedOut
from web.comparison import Line, lines_of

NEED: Any = type("Need", (), {"sub_problems": ["为什么衰减", "怎样现场再生"], "service_type": "training"})()
SERVICES = {"training": "培训", "tech_service": "技术服务"}


def candidate(*years: int | None, **changes: Any) -> RecommendedOut:
    pairs = [{"need": {"text": "现场再生"}, "item": {"text": "再生", "year": year}, "terms": []} for year in years]
    told: dict[str, Any] = {
        "id": "1",
        "place": 1,
        "party_kind": PartyKind.EXPERT,
        "party_id": "2",
        "name": "李锂",
        "professional_title": "",
        "organization_name": "",
        "region": "青海省/格尔木市",
        "facts": RecommendedFacts(),
        "band": "",
        "evidence": pairs,
        "source": PartySource.MATCHED,
        "offered": None,
        "choice": PartyChoice.WAITING,
        "reason": "",
        "note": "",
        "gone": None,
    }
    return RecommendedOut.model_validate(told | changes)


def said(label: str, *parties: RecommendedOut) -> tuple[bool, list[list[Any]]] | None:
    line = next((line for line in lines_of(NEED, parties, SERVICES) if line.label == label), None)
    return (line.differs, [list(cell) for cell in line.cells]) if line else None


def test_years_run_from_the_oldest_to_the_newest() -> None:
    assert said("依据的年份", candidate(2021, None, 2017), candidate(2020, 2020), candidate()) == (
        True,
        [["2017—2021 年"], ["2020 年"], []],
    )
    assert said("依据的年份", candidate(None), candidate()) is None


def test_only_sub_problems_that_are_quoted_count() -> None:
    assert said("对应哪几个子问题", candidate(2021), candidate()) == (True, [["2. 怎样现场再生"], []])


@pytest.mark.parametrize(
    ("near", "words"),
    [
        (Level.COUNTY, ["和需求同一个县区"]),
        (Level.CITY, ["和需求同一个市州"]),
        (Level.PROVINCE, ["和需求同省"]),
        (None, []),
    ],
)
def test_how_near_it_is(near: Level | None, words: list[str]) -> None:
    party = candidate(facts=RecommendedFacts(near=near))

    assert said("所在地区", party, party) == (False, [["青海省 格尔木市", *words]] * 2)


def test_what_is_offered_is_named_as_far_as_it_is_known() -> None:
    known = candidate(facts=RecommendedFacts(service_types=["training", "tech_service"]))
    gone = candidate(gone="本人暂停接受邀约")

    assert said("愿意提供的服务", candidate(), known, gone) == (True, [["培训"], ["培训、技术服务"], []])


def test_a_line_differs_when_any_of_its_cells_does() -> None:
    assert Line("所在地区", [["西宁"], ["西宁"], ["海东"]]).differs
    assert not Line("所在地区", [["西宁"], ["西宁"], ["西宁"]]).differs
