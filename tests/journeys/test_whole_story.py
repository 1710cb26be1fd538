"""From a draft to the last follow-up over the API, on both databases: by everybody themselves, and by telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from service.app import create_api
from service.audit import first_broken
from service.clock import stopped_at
from service.models import AuditEntry, Expert, ProxyEntry, User
from service.services import Services
from service.usecases.deadlines import pass_deadlines, remind
from service.worker import Worker
from tests.journeys.people import PASSWORD, Person, who_can_sign_in
from tests.service.conftest import MONDAY, monday, postgres_url, services, sqlite_template
from tests.service.match_steps import TERMS, an_expert, ranking_by_words
from tests.service.notices.postbox import Postbox, a_free_port, mail_through, open_at
from tests.service.steps import CONTENT, verify
from tests.service.walks.replay import standing_elsewhere
from tests.service.world import World, a_world

__all__ = ["monday", "postgres_url", "services", "sqlite_template"]

PROXY = {"asked_by": "马工", "channel": "phone", "asked_at": "2026-11-23T09:00:00+08:00"}
MEETING = {
    "starts_at": "2026-11-25T14:30:00+08:00",
    "ends_at": "2026-11-25T16:00:00+08:00",
    "online_link": "https://meeting.example.cn/1",
}
CONTACT = {
    "made_by": "李锂",
    "made_at": "2026-11-23T09:00:00+08:00",
    "channel": "phone",
    "line": "约了周三下午线上谈",
}


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def world(services: Services, monday: datetime, postbox: Postbox) -> Iterator[World]:
    """With a mail server, and two experts of whom one has neither password nor account."""
    port = a_free_port()
    settings = services.settings.model_copy(update={"mail": mail_through(port), "public_url": "https://kc.example"})
    found = a_world(replace(services, settings=settings))
    verify(found)
    for name in ("李锂", "赵风"):
        an_expert(found, name)
    with found.services.database.writing() as session:
        expert = session.exec(select(Expert).where(Expert.name == "李锂")).one()
        expert.user_id, expert.mail = None, "li@example.cn"
        session.get_one(User, found.people["盐湖厂马工"]).mobile = "13900000001"
    with who_can_sign_in(found), open_at(postbox, port):
        yield found


@pytest.fixture
def worker(world: World, tmp_path: Path) -> Worker:
    return ranking_by_words(world, tmp_path)


class Visitor:
    """Somebody with a signed link and nothing else."""

    def __init__(self, app: Any, link: str) -> None:
        purpose, token = link.rsplit("/", 2)[1:]
        headers = {"authorization": f"Link {purpose}/{token}"}
        self._client = TestClient(app, base_url="https://kc.example", headers=headers)

    def get(self, path: str) -> tuple[int, Any]:
        answer = self._client.get(f"/api{path}")
        return answer.status_code, answer.json()

    def post(self, path: str, **content: object) -> tuple[int, Any]:
        answer = self._client.post(f"/api{path}", json=content)
        return answer.status_code, answer.json() if answer.content else None


def link_in(postbox: Postbox, path: str) -> str:
    """The link of this kind in the letters to the expert."""
    texts = (mail.get_body(("plain",)) for mail in postbox.mails if mail["To"] == "li@example.cn")
    words = [word for text in texts if text is not None for word in text.get_content().split()]
    return next(word for word in words if path in word)


def done(answer: tuple[int, Any]) -> Any:
    status, content = answer
    assert status in (200, 201, 204), content
    return content


def recommended(app: Any, company: Person, clerk: Person, worker: Worker, by_telephone: bool = False) -> dict[str, Any]:
    """A need whose list waits for the company; everything before is done by whoever does it in this story."""
    writer = clerk if by_telephone else company
    asked = {"proxy": PROXY} if by_telephone else {}
    need = done(
        writer.post("/needs", organization_id=done(company.get("/organizations"))["items"][0]["id"], **CONTENT, **asked)
    )
    need = done(writer.act(need, "submit", confirm_no_secrets=True, **asked))
    done(clerk.act(need, "accept"))
    worker.run_pending()
    run = done(clerk.get(f"/needs/{need['id']}/matches"))
    assert run["matches"][0]["name"] == "李锂"
    chosen = [f"expert:{match['party_id']}" for match in run["matches"][:1]]
    done(clerk.post(f"/needs/{need['id']}/matches/review", version=run["version"], verdict="adopt", chosen=chosen))
    return done(company.get(f"/needs/{need['id']}"))


def invited(company: Person, clerk: Person, need: dict[str, Any], by_telephone: bool = False) -> dict[str, Any]:
    """The invitation of the first on the list."""
    writer = clerk if by_telephone else company
    asked = {"proxy": PROXY} if by_telephone else {}
    listed = done(writer.get(f"/needs/{need['id']}/recommendation"))
    ids = [party["id"] for party in listed["parties"]]
    path = f"/needs/{need['id']}/recommendation/choose"
    assert writer.post(path, version=listed["version"], **asked)[0] == 422
    done(writer.post(path, version=listed["version"], picked=ids, **asked))
    need = done(clerk.get(f"/needs/{need['id']}"))
    sent = done(clerk.post(f"/needs/{need['id']}/invitations", version=need["version"], recommended=ids[:1], **TERMS))
    return done(clerk.get(f"/invitations/{sent[0]['id']}"))


def test_everybody_does_their_part_and_the_expert_needs_no_password(
    world: World, worker: Worker, postbox: Postbox
) -> None:
    app = create_api(world.services)
    company, clerk = Person(app, "盐湖厂马工"), Person(app, "格尔木赵静")
    stranger, elsewhere = Person(app, "路人吴芳"), Person(app, "西宁孙浩")

    need = recommended(app, company, clerk, worker)
    assert (need["state_label"], need["turn"], need["days_left"]) == ("待企业选择", "需求方", 5)
    assert stranger.get(f"/needs/{need['id']}/recommendation")[0] == 404
    invitation = invited(company, clerk, need)
    assert elsewhere.get(f"/invitations/{invitation['id']}")[0] == 404

    # The link comes by mail; it opens one invitation and nothing else.
    worker.run_pending()
    link = link_in(postbox, "/r/invitation/")
    expert = Visitor(app, link)
    seen = done(expert.get(f"/invitations/{invitation['id']}"))
    assert (seen["need"]["situation"] is not None, seen["need"]["organization"]) == (True, world.company.name)
    assert expert.get("/needs?mine=true")[0] == 403
    assert expert.post(f"/invitations/{invitation['id']}/accept", version=seen["version"])[0] == 422
    answer = done(
        expert.post(
            f"/invitations/{invitation['id']}/accept", version=seen["version"], no_conflict=True, keeps_secret=True
        )
    )
    case_id = answer["consultation_id"]
    assert done(company.get(f"/needs/{need['id']}"))["state_label"] == "对接中"

    # The consultation has a link of its own; the one of the invitation is not for it.
    worker.run_pending()
    assert expert.get(f"/consultations/{case_id}")[0] in (403, 404)
    link = link_in(postbox, "/r/consultation/")
    expert = Visitor(app, link)

    def version() -> int:
        return int(done(expert.get(f"/consultations/{case_id}"))["version"])

    path = f"/consultations/{case_id}"
    assert (
        expert.post(f"{path}/contact", version=version(), **CONTACT | {"made_at": "2026-12-01T08:00:00+08:00"})[0]
        == 422
    )
    done(expert.post(f"{path}/contact", version=version(), **CONTACT))
    assert expert.post(f"{path}/schedule", version=version(), **MEETING)[0] == 409
    done(
        expert.post(
            f"{path}/attest",
            version=version(),
            no_conflict=True,
            confidential=True,
            second_job="not_applicable_retired",
        )
    )
    done(expert.post(f"{path}/schedule", version=version(), **MEETING))
    assert stranger.get(path)[0] == 404
    with stopped_at(MONDAY + timedelta(days=3)):
        # Their sessions are over by then.
        company, clerk = Person(app, "盐湖厂马工"), Person(app, "格尔木赵静")
        done(expert.post(f"{path}/hold", version=version()))
        done(expert.post(f"{path}/minutes", version=version(), text="先做再生试验，两周后看结果。"))
        outcome = {"kind": "problem_solved", "quantity": 1, "text": "容量恢复到 7.6 毫克每克"}
        done(
            expert.post(
                f"{path}/request_closing", version=version(), reason="solved", summary="酸洗再生", outcomes=[outcome]
            )
        )
        assert clerk.post(f"{path}/confirm", version=version(), reason="solved")[0] == 422
        marks = {"skill": 5, "response": 4, "cooperation": 5}
        done(company.post(f"{path}/confirm", version=version(), reason="solved", rating=marks))
        need = done(company.get(f"/needs/{need['id']}"))
        assert (need["state_label"], need["resolution_label"], need["turn"]) == ("已办结", "已解决", "无人")

        # Only verified outcomes count, and only staff verify.
        outcome = done(clerk.get(path))["outcomes"][0]
        verify_path = f"/outcomes/{outcome['id']}/verify"
        assert company.post(verify_path, version=outcome["version"], verified=True, note="见试验记录")[0] == 403
        done(clerk.post(verify_path, version=outcome["version"], verified=True, note="见试验记录"))

    # Thirty days later the clerk is reminded to ask how it went.
    with stopped_at(MONDAY + timedelta(days=34)):
        # Sessions are over by then.
        clerk, company = Person(app, "格尔木赵静"), Person(app, "盐湖厂马工")
        due = done(clerk.get("/follow-ups"))
        asked = due["items"] if isinstance(due, dict) else due
        assert [(each["days"], each["need_id"]) for each in asked] == [(30, need["id"])]
        done(company.post(f"/follow-ups/{asked[0]['id']}/answer", version=asked[0]["version"], still_works=True))
        moments = [each["label"] for each in done(company.get(f"/needs/{need['id']}/milestones"))]
    assert moments == ["提交", "入库", "复核", "推荐", "派单", "接单", "首次联系", "办结", "评价"]
    _nothing_is_broken(world)


def test_everybody_on_the_telephone(world: World, worker: Worker) -> None:
    """代录 and 代答 from the first word to the last: everything is done by a clerk who says who asked."""
    app = create_api(world.services)
    company, clerk = Person(app, "盐湖厂马工"), Person(app, "格尔木赵静")

    need = recommended(app, company, clerk, worker, by_telephone=True)
    invitation = invited(company, clerk, need, by_telephone=True)
    path = f"/invitations/{invitation['id']}/accept"
    yes = {"version": invitation["version"], "no_conflict": True, "keeps_secret": True}
    assert clerk.post(path, **yes)[0] == 422
    case_id = done(clerk.post(path, **yes, proxy=PROXY | {"asked_by": "李锂"}))["consultation_id"]

    path = f"/consultations/{case_id}"

    def step(name: str, asked_by: str = "李锂", **given: object) -> None:
        now = done(clerk.get(path))["version"]
        done(clerk.post(f"{path}/{name}", version=now, proxy=PROXY | {"asked_by": asked_by}, **given))

    step("contact", **CONTACT)
    step("attest", no_conflict=True, confidential=True, second_job="not_applicable")
    step("schedule", **MEETING)
    with stopped_at(MONDAY + timedelta(days=3)):
        clerk = Person(app, "格尔木赵静")
        step("hold")
        step("minutes", text="先做再生试验。")
        step("request_closing", reason="partly_solved", summary="给了再生办法，已试一台")
        step("confirm", asked_by="马工", reason="partly_solved")
        need = done(clerk.get(f"/needs/{need['id']}"))

    assert (need["state_label"], need["resolution_label"]) == ("已办结", "部分解决")
    with world.services.database.reading() as session:
        acts = [entry.act for entry in session.exec(select(ProxyEntry)) if entry.asked_by in ("马工", "李锂")]
    assert len(acts) == 11
    _nothing_is_broken(world)


def test_silence_closes_without_the_companys_word(world: World, worker: Worker) -> None:
    """办结（企业未确认）: closed, never solved, and nothing to rate."""
    app = create_api(world.services)
    company, clerk = Person(app, "盐湖厂马工"), Person(app, "格尔木赵静")
    need = recommended(app, company, clerk, worker)
    invitation = invited(company, clerk, need)
    yes = {"version": invitation["version"], "no_conflict": True, "keeps_secret": True}
    asked = PROXY | {"asked_by": "李锂"}
    case_id = done(clerk.post(f"/invitations/{invitation['id']}/accept", **yes, proxy=asked))["consultation_id"]
    path = f"/consultations/{case_id}"
    for name, given in (
        ("contact", CONTACT),
        ("attest", {"no_conflict": True, "confidential": True, "second_job": "not_applicable"}),
        ("request_closing", {"reason": "solved", "summary": "电话里已经讲清楚"}),
    ):
        now = done(clerk.get(path))["version"]
        done(clerk.post(f"{path}/{name}", version=now, proxy=asked, **given))

    for day in range(1, 20):
        with stopped_at(MONDAY + timedelta(days=day)):
            remind(world.services)
            pass_deadlines(world.services)

    with stopped_at(MONDAY + timedelta(days=20)):
        company = Person(app, "盐湖厂马工")
        need = done(company.get(f"/needs/{need['id']}"))
        assert (need["state_label"], need["resolution_label"]) == ("已办结", "办结（企业未确认）")
        status, refused = company.put(f"{path}/ratings", version=1, skill=1)
        assert (status in (409, 422), refused["title"] != "") == (True, True)


def _nothing_is_broken(world: World) -> None:
    with world.services.database.reading() as session:
        assert first_broken(session.exec(select(AuditEntry).order_by(AuditEntry.seq))) is None  # type: ignore[arg-type]
        assert PASSWORD not in "".join(entry.act for entry in session.exec(select(AuditEntry)))
        # The experts of these tests were put there verified.
        assert {thing.kind for thing in standing_elsewhere(session)} <= {"expert"}
