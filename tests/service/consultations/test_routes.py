"""Consultations over HTTP: by session and by signed link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_api
from service.models import LinkPurpose
from service.services import Services
from service.usecases.signed_links import address, link_to
from service.usecases.tokens import create_token
from tests.service.consultations.steps import CLERK, OWNER, Served, appointment_of

SCOPES = (
    "consultation.view",
    "consultation.list",
    "consultation.act",
    "need.view",
    "need.history",
    "follow_up.list",
    "rating.view",
)


class Caller:
    """headers: what this person shows."""

    def __init__(self, client: TestClient, path: str, headers: dict[str, str]) -> None:
        self._client, self._path, self._headers = client, path, headers

    def get(self, rest: str = "") -> Any:
        return self._client.get(self._path + rest, headers=self._headers)

    def post(self, rest: str, **content: object) -> Any:
        version = self.get().json()["version"]
        answer = self._client.post(f"{self._path}/{rest}", json={"version": version} | content, headers=self._headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def client(services: Services) -> Iterator[TestClient]:
    with TestClient(create_api(services), base_url="https://kc.example") as found:
        yield found


def test_the_story_of_a_consultation_by_link_and_by_token(served: Served, client: TestClient) -> None:
    expert = Caller(client, f"/api/consultations/{served.id}", {"authorization": f"Link {shown_link(served)}"})
    owner = Caller(client, f"/api/consultations/{served.id}", {"authorization": f"Bearer {token(served, OWNER)}"})

    expert.post("attest", no_conflict=True, confidential=True, second_job="yes")
    when = "2026-11-23T09:00:00+08:00"
    contacted = expert.post("contact", made_by="李锂", made_at=when, channel="phone", line="约好周三看现场")
    assert (contacted["state_label"], contacted["turn"]) == ("待约时间", "专家或承接单位")
    assert expert.get("/contact").json() == [
        {
            "side": "owner",
            "name": OWNER,
            "organization": "青海湖东盐化有限公司（演示数据）",
            "mobile": "13897098765",
            "mail": "",
        }
    ]
    meeting = {"starts_at": "2026-11-25T09:30:00+08:00", "ends_at": "2026-11-25T11:00:00+08:00", "place": "车间"}
    owner.post("schedule", **meeting)
    entry = expert.get(f"/appointments/{appointment_of(served).id}.ics")
    assert (entry.status_code, entry.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert entry.content.startswith(b"BEGIN:VCALENDAR")
    assert expert.get("/appointments/none.ics").status_code == 404


def test_a_link_that_is_none_is_told_so_and_strangers_learn_nothing(served: Served, client: TestClient) -> None:
    path = f"/api/consultations/{served.id}"
    none = client.get(path, headers={"authorization": "Link consultation/AAAA"})
    stranger = client.get(path)

    assert (none.status_code, stranger.status_code) == (404, 401)
    assert client.get("/api/consultations").status_code == 401


def test_follow_ups_and_milestones_and_averages_have_addresses(served: Served, client: TestClient) -> None:
    clerk = {"authorization": f"Bearer {token(served, CLERK)}"}

    assert client.get("/api/follow-ups", headers=clerk).json() == []
    milestones = client.get(f"/api/needs/{served.need_id}/milestones", headers=clerk).json()
    assert [each["label"] for each in milestones] == ["提交", "入库", "推荐", "派单", "接单"]
    assert client.get(f"/api/experts/{served.expert_id}/ratings", headers=clerk).json()["ratings"] == 0
    lines = client.get("/api/consultations", params={"which": "handled"}, headers=clerk).json()
    assert [(line["number"], line["holder"]["name"]) for line in lines["items"]] == [("ZX-2026-63-00001", "李锂")]
    assert client.get("/api/consultations", params={"which": "mine"}, headers=clerk).json()["total"] == 0


def shown_link(served: Served) -> str:
    with served.world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, served.id)
        assert link is not None
        return address(served.world.services, link).partition("/r/")[2]


def token(served: Served, name: str) -> str:
    with served.world.services.database.writing() as session:
        return create_token(
            session, served.world.services, served.world.actor(session, name), name="试", scopes=SCOPES, days=1
        )[1]
