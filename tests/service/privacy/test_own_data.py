"""“Download my data”: whole, readable, for the person alone; and no table is forgotten."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Column
from sqlmodel import SQLModel, select

from service.actors import STRANGER
from service.api.dependencies import current_actor
from service.api.own_data_page import page
from service.app import create_api
from service.clock import now
from service.errors import NotSignedIn
from service.models import ContactChannel, FirstContact, Rating, ReadEntry, Side
from service.models.base import Text
from service.schemas.privacy import OwnDataOut
from service.usecases import contact_readers, experts, own_data
from service.usecases.personal_tables import NOT_EXPORTED, SECTIONS
from tests.service.privacy.steps import (
    CLERK,
    COMPANY,
    EXPERT,
    a_listed_expert,
    accept,
    an_accepted_need,
    an_invitation,
)
from tests.service.world import World

_LOOSE = re.compile(r"_id$|_by$|^holder$")


def personal_columns() -> Iterator[str]:
    """Columns that name a person: by a key to a user or an expert, or loosely by name."""
    for table in SQLModel.metadata.tables.values():
        for column in table.columns:
            targets = {key.column.table.name for key in column.foreign_keys}
            loose = not targets and isinstance(column.type, Text) and _LOOSE.search(column.name)
            if targets & {"user", "expert"} or loose:
                yield f"{table.name}.{column.name}"


def data_of(world: World, name: str) -> OwnDataOut:
    with world.services.database.writing() as session:
        return own_data.export(session, world.actor(session, name))


def rows_of(world: World, name: str) -> dict[str, list[dict[str, object]]]:
    return {section.title: list(section.rows) for section in data_of(world, name).sections}  # type: ignore[arg-type]


def test_every_column_that_names_a_person_is_exported_or_listed_with_a_reason() -> None:
    shown = {f"{section.table.__tablename__}.{column}" for section in SECTIONS for column in section.by}

    assert set(personal_columns()) - shown - set(NOT_EXPORTED) == set()
    # Nothing is listed that is not there any more, and nothing twice.
    assert set(NOT_EXPORTED) <= set(personal_columns())
    assert shown & set(NOT_EXPORTED) == set()
    assert all(what and why for what, why in NOT_EXPORTED.values())


def test_sections_name_columns_that_exist_and_have_titles_of_their_own() -> None:
    for section in SECTIONS:
        columns: dict[str, Column[object]] = dict(section.table.__table__.c)  # type: ignore[attr-defined]
        assert {*section.by, *section.shown} <= columns.keys(), section.title
    assert len({section.title for section in SECTIONS}) == len(SECTIONS)


def a_story(world: World) -> str:
    """An expert was invited, accepted, was called, rated; the company and the clerk looked up the number."""
    expert_id = a_listed_expert(world)
    consultation_id = accept(world, an_invitation(world, an_accepted_need(world), expert_id))
    with world.services.database.writing() as session:
        session.add(
            FirstContact(
                consultation_id=consultation_id,
                made_by="马工",
                made_at=now(),
                channel=ContactChannel.PHONE,
                line="约了周四看现场",
            )
        )
        rated = {"skill": 5, "comment": "讲得清楚", "given_by": world.people[COMPANY]}
        session.add(Rating.model_validate({"consultation_id": consultation_id, "side": Side.OWNER} | rated))
        experts.contact(session, world.actor(session, COMPANY), expert_id)
        experts.contact(session, world.actor(session, CLERK), expert_id)
    return expert_id


def test_an_expert_gets_everything_about_them_in_words(world: World) -> None:
    a_story(world)

    rows = rows_of(world, EXPERT)

    assert rows["账号"][0]["姓名"] == EXPERT
    assert (rows["专家画像"][0]["研究方向"], rows["专家画像"][0]["状态"]) == ("锂吸附材料的结构稳定性与再生", "已核验")
    assert [row["单位"] for row in rows["任职经历"]] == ["高原盐湖研究所（演示数据）"]
    assert [row["题目"] for row in rows["论文、专利、项目等"]] == ["层状双氢氧化物循环中的锂位流失"]
    assert [(row["事项"], row["同意"]) for row in rows["同意和撤回"]] == [
        ("参与推荐", True),
        ("接受邀约后提供联系方式", True),
    ]
    assert [(row["谁"], row["看了什么"]) for row in rows["谁看过我的联系方式"]] == [
        (COMPANY, "手机号、邮箱"),
        (CLERK, "手机号、邮箱"),
    ]
    assert [(row["问题"], row["状态"]) for row in rows["邀约"]] == [("吸附剂为什么衰减", "已接受")]
    assert [row["状态"] for row in rows["对接咨询"]] == ["待首次联系"]
    assert [row["一句话"] for row in rows["首次联系"]] == ["约了周四看现场"]
    assert [(row["专业水平"], row["评语"]) for row in rows["评价（对我的和我作出的）"]] == [(5, "讲得清楚")]
    assert [(row["步骤"], row["从"], row["到"]) for row in rows["我的账号和画像的经过"]] == [
        ("认领", "未认领", "已认领"),
        ("核验通过", "已认领", "已核验"),
    ]


def test_nobody_gets_what_is_about_somebody_else(world: World) -> None:
    a_story(world)

    theirs = data_of(world, COMPANY).model_dump_json()

    assert "13809712234" not in theirs
    assert "锂吸附材料" not in theirs
    assert [row["评语"] for row in rows_of(world, COMPANY)["评价（对我的和我作出的）"]] == ["讲得清楚"]
    with pytest.raises(NotSignedIn), world.services.database.writing() as session:
        own_data.export(session, STRANGER)


def test_a_download_leaves_a_trace_that_the_person_sees(world: World) -> None:
    a_listed_expert(world)
    data_of(world, EXPERT)

    with world.services.database.reading() as session:
        found, _ = contact_readers.page_of(session, world.actor(session, EXPERT))
        traces = session.exec(select(ReadEntry)).all()

    assert [(line.reader, line.what) for line in found] == [(EXPERT, ["导出全部个人信息"])]
    assert [(trace.subject_kind, trace.what) for trace in traces] == [("user", "export")]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def test_the_page_shows_what_people_wrote_as_they_wrote_it(world: World) -> None:
    hostile = "<script>alert(1)</script> & “引号”"
    a_listed_expert(world)
    with world.services.database.writing() as session:
        expert = experts.find(session, actor := world.actor(session, EXPERT), actor.expert_id or "")
        expert.profile = hostile

    shown = Reader()
    shown.feed(page(data_of(world, EXPERT)))

    assert hostile in shown.said
    assert "script" not in shown.tags


def test_it_comes_as_a_file_that_nobody_keeps_a_copy_of(world: World) -> None:
    a_listed_expert(world)
    app = create_api(world.services)
    with world.services.database.reading() as session:
        actor = world.actor(session, EXPERT)
    app.dependency_overrides[current_actor] = lambda: actor
    client = TestClient(app, base_url="https://kc.example")

    for wanted in ("json", "html"):
        answer = client.get(f"/api/me/data?format={wanted}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="my-data-2026-11-23.{wanted}"'
        assert answer.headers["cache-control"] == "no-store"
        assert "13809712234" in answer.text
    assert json.loads(client.get("/api/me/data").text)["sections"][0]["title"] == "账号"
