"""Forms made of schemas: labels, values, errors, and what was typed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretStr
from starlette.datastructures import FormData

from service.errors import Invalid
from service.models import PublicityLevel
from service.schemas.common import Channel, Line, Note, Paragraphs, ProxyInput
from service.schemas.needs import NewNeed, SavedNeed
from web.forms import Form, FormInvalid, read


class Everything(BaseModel):
    title: Line = Field(description="标题：一句话说清楚")
    scene: Paragraphs = Field("", description="应用场景，在哪里")
    places: list[Note] = Field(default_factory=list, max_length=3, description="地点")
    service_types: list[str] = Field(default_factory=list, description="类别")
    hours: int | None = Field(None, ge=1, description="小时数")
    cost_fen: int | None = Field(None, description="费用，分")
    on: date | None = Field(None, description="日期")
    at: datetime | None = Field(None, description="时间")
    channel: Channel = Field(Channel.PHONE, description="方式")
    fee: Literal["free", "paid"] = Field("free", description="收费")
    agrees: bool = Field(False, description="我同意")
    password: SecretStr = Field(SecretStr(""), description="密码")
    version: int = Field(1, description="版本")
    levels: dict[str, PublicityLevel] = Field(default_factory=dict, description="公开级别")
    proxy: ProxyInput | None = Field(None, description="代录")


def test_every_kind_of_field_is_known_by_its_type() -> None:
    form = Form(Everything)

    kinds = {name: form[name].kind for name in Everything.model_fields if name not in ("levels", "proxy")}

    assert kinds == {
        "title": "line",
        "scene": "paragraphs",
        "places": "lines",
        "service_types": "many",
        "hours": "number",
        "cost_fen": "money",
        "on": "date",
        "at": "moment",
        "channel": "choice",
        "fee": "choice",
        "agrees": "check",
        "password": "password",
        "version": "hidden",
    }
    assert (form["title"].label, form["title"].help, form["title"].max_length) == ("标题", "一句话说清楚", 200)
    assert (form["title"].is_optional, form["scene"].is_optional) == (False, True)
    assert form["channel"].choices == {each.value: each.value for each in Channel}
    assert (form["proxy.asked_by"].label, form["proxy.asked_at"].kind) == ("委托人姓名", "moment")
    assert form["levels.title"].kind == "line"


def test_what_a_browser_sends_becomes_what_the_schema_says() -> None:
    sent = FormData(
        [
            ("title", " 换热器结垢 "),
            ("places", "格尔木\n\n 察尔汗 \n"),
            ("service_types", "tech_service"),
            ("service_types", "talent_training"),
            ("hours", ""),
            ("cost_fen", "12.5"),
            ("on", "2026-11-30"),
            ("at", "2026-11-30T09:30"),
            ("agrees", "yes"),
            ("version", "7"),
            ("levels.title", "invited"),
            ("levels.scene", ""),
            ("proxy.asked_by", ""),
            ("once", "0123"),
        ]
    )

    found = read(Everything, sent)

    assert found.model_dump() == Everything.model_construct().model_dump() | {
        "title": "换热器结垢",
        "places": ["格尔木", "察尔汗"],
        "service_types": ["tech_service", "talent_training"],
        "cost_fen": 12_500_000,
        "on": date(2026, 11, 30),
        "at": datetime(2026, 11, 30, 1, 30, tzinfo=UTC),
        "agrees": True,
        "version": 7,
        "levels": {"title": PublicityLevel.INVITED},
    }


def test_every_error_stands_at_its_field_in_words() -> None:
    sent = FormData(
        [
            ("hours", "两"),
            ("cost_fen", "12.5元"),
            ("at", "明天"),
            ("channel", "telegraph"),
            ("proxy.asked_by", "李"),
            ("places", "a\nb\nc\nd"),
        ]
    )

    with pytest.raises(FormInvalid) as raised:
        read(Everything, sent)

    assert raised.value.errors == {
        "title": "必填。",
        "places": "项数太多，请减少。",
        "hours": "应为整数。",
        "cost_fen": "这里的单位是万元，填的却是“12.5元”；请换算成万元后再填。",
        "at": "请填写日期和时间，例如 2026-11-22 14:00。",
        "channel": "不在可选范围内，请从给出的选项中选。",
        "proxy.asked_by": "太短，请补充。",
        "proxy.channel": "必填。",
        "proxy.asked_at": "必填。",
    }


def test_a_refused_form_shows_what_was_typed_but_never_a_password() -> None:
    typed = FormData([("title", "换热器"), ("password", "盐湖边的风车"), ("service_types", "a"), ("cost_fen", "很多")])
    form = Form(Everything, {"title": "旧的"}, typed=typed, error=Invalid("标题太笼统。", field="title"))

    assert (form["title"].value, form["title"].error) == ("换热器", "标题太笼统。")
    assert (form["password"].text, form["service_types"].value, form["cost_fen"].text) == ("", ["a"], "很多")
    assert list(form.marked) == [("f-title", "标题", "标题太笼统。")]


def test_what_is_stored_stands_in_the_fields_as_people_write_it() -> None:
    form = Form(
        Everything,
        {
            "places": ["格尔木", "察尔汗"],
            "cost_fen": 12_500_000,
            "at": datetime(2026, 11, 30, 1, 30, tzinfo=UTC),
            "levels": {"title": "invited"},
        },
    )

    shown = {name: form[name].text for name in ("places", "cost_fen", "at", "levels.title", "hours")}

    assert shown == {
        "places": "格尔木\n察尔汗",
        "cost_fen": "12.5",
        "at": "2026-11-30T09:30",
        "levels.title": "invited",
        "hours": "",
    }


@given(
    st.lists(
        st.sampled_from([*SavedNeed.model_fields, *NewNeed.model_fields, "proxy.asked_by", "levels.title", "x.y"])
    ),
    st.lists(st.text(max_size=30)),
)
def test_whatever_is_sent_is_read_or_refused_in_words(names: list[str], values: list[str]) -> None:
    sent = FormData(list(zip(names, values, strict=False)))

    refused = refusal(sent)

    shown = Form(NewNeed, typed=sent, error=refused)
    assert [message for _, _, message in shown.marked if not message] == []
    assert bool(shown.errors) is (refused is not None)


def refusal(sent: FormData) -> FormInvalid | None:
    try:
        read(NewNeed, sent)
    except FormInvalid as error:
        return error
    return None
