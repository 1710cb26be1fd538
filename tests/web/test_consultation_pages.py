"""A consultation by forms: by the expert with an account, by a signed link alone, and for them by staff."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import select

from service.models import (
    Attachment,
    ConsultationState,
    LinkPurpose,
    Notice,
    Outcome,
    OutcomeState,
    ProxyEntry,
    Rating,
    ReadEntry,
    RecipientKind,
    Resolution,
)
from service.usecases.signed_links import address, link_to
from tests.service.consultations.steps import (
    CLERK,
    HOLDER,
    OTHER_CLERK,
    OWNER,
    Served,
    a_served_need,
    do,
    until_completed,
    until_to_confirm,
)
from tests.service.world import World
from tests.web.conftest import SignIn, typed, words

ATTEST = {"no_conflict": "yes", "confidential": "yes", "second_job": "not_applicable_retired"}
CONTACT = {"made_by": "李锂", "made_at": "2026-11-23T09:00", "channel": "phone", "line": "约周四看现场"}
PROXY = {"proxy.asked_by": "李锂", "proxy.channel": "phone", "proxy.asked_at": "2026-11-23T09:00"}
# A file whose kind is known by its first bytes.
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def served(world: World) -> Served:
    return a_served_need(world)


def path_of(served: Served) -> str:
    return f"/consultations/{served.id}"


def link_of(served: Served) -> str:
    with served.world.services.database.reading() as session:
        link = link_to(session, LinkPurpose.CONSULTATION, served.id)
        assert link is not None
        return "/r/" + address(served.world.services, link).partition("/r/")[2]


def offered(answer: Response) -> set[str]:
    return set(re.findall(r"/acts/(\w+)", answer.text))


def send(browser: TestClient, path: str, act: str, **form: object) -> Response:
    """With the version that the page shows."""
    shown = browser.get(path, params={"act": act})
    return browser.post(f"{path}/acts/{act}", data={"version": typed(shown, "version")} | form)


def test_the_expert_serves_from_first_contact_to_the_end(served: Served, browser_of: SignIn) -> None:
    browser, path = browser_of(HOLDER), path_of(served)
    assert path in browser.get("/consultations").text
    shown = browser.get(path)
    assert "轮到： 您" in words(shown)
    assert offered(shown) == {"contact", "attest"}
    assert re.findall(r'<summary class="btn btn-primary">(\w+)', shown.text) == ["登记首次联系"]

    for act, form in (
        ("contact", CONTACT),
        ("attest", ATTEST),
        (
            "schedule",
            {"starts_at": "2026-11-26T14:00", "ends_at": "2026-11-26T16:00", "place": "格尔木东风路 3 号"},
        ),
    ):
        answer = send(browser, path, act, **form)
        assert (answer.status_code, answer.headers["location"]) == (303, path), words(answer)

    shown = browser.get(path)
    assert "2026年11月26日（周四）14:00" in words(shown)
    assert "约定的时间还没有到，不能登记到场情况" in words(shown)
    calendar = browser.get(re.findall(r'href="([^"]+\.ics)"', shown.text)[0])
    assert b"DTSTART;TZID=Asia/Shanghai:20261126T140000" in calendar.content
    assert served.row.state is ConsultationState.SCHEDULED


def test_a_signed_link_alone_is_enough(served: Served, browser_of: SignIn) -> None:
    browser, path = browser_of(""), link_of(served)
    shown = browser.get(path)
    assert '<body class="large">' in shown.text
    assert "登录" not in words(shown)
    assert f"{path}?act=contact" in shown.text

    done = [send(browser, path, act, **form) for act, form in (("contact", CONTACT), ("attest", ATTEST))]

    assert [each.headers["location"] for each in done] == [path, path]
    end = send(browser, path, "request_closing", reason="solved", summary="查明是结垢，给出再生方案。")
    assert end.status_code == 303
    assert (served.row.state, served.row.proposed) == (ConsultationState.TO_CONFIRM, Resolution.SOLVED)
    assert "链接" in words(browser.get("/r/consultation/nonsense"))
    assert browser.get(path_of(served)).status_code == 303


def test_who_came_by_a_link_asks_to_be_called(served: Served, browser_of: SignIn) -> None:
    browser, path = browser_of(""), link_of(served)

    shown = browser.get(path)
    form = browser.get(f"{path}/call-request")
    wrong = browser.post(f"{path}/call-request", data={"wish": "call", "phone": "12", "free_at": "晚上七点以后"})
    asked = browser.post(f"{path}/call-request", data={"wish": "call", "phone": "13909790001"})
    again = browser.post(f"{path}/call-request", data={"wish": "do_for_me", "phone": "13909790001"})
    listed = browser_of(CLERK).get("/calls")

    assert "给我打电话" in words(shown)
    assert "请学会代办" in words(shown)
    assert "不填就打登记的号码：139****2345" in words(form)
    assert (wrong.status_code, "电话格式不对" in words(wrong)) == (422, True)
    assert typed(wrong, "free_at") == "晚上七点以后"
    assert (asked.headers["location"], again.headers["location"]) == (path, path)
    assert "会给您打电话（139****0001）" in words(browser.get(path))
    assert "关于对接咨询，请您给他打电话" in words(listed)
    call = re.findall(r'href="(/calls/request/\w+)"', listed.text)[0]
    assert 'href="tel:13909790001"' in browser_of(CLERK).get(call).text
    reached = browser_of(CLERK).post(call, data={"result": "reached"})
    assert reached.headers["location"] == f"{path_of(served)}?by=phone"
    assert browser_of(CLERK).get(call).status_code == 404
    assert "给我打电话" in words(browser.get(path))


def test_contact_data_is_shown_on_request_and_leaves_a_trace(served: Served, browser_of: SignIn) -> None:
    browser, path = browser_of(HOLDER), path_of(served)
    assert "13897098765" not in browser.get(path).text
    assert "每次查看都留有记录" in words(browser.get(path))

    answer = browser.post(f"{path}/contact-data")

    assert "13897098765" in answer.text
    with served.world.services.database.reading() as session:
        entries = session.exec(select(ReadEntry).where(ReadEntry.what == "mobile mail")).all()
    assert [each.reader_id for each in entries] == [served.world.people[HOLDER]]


def test_minutes_are_written_corrected_and_get_a_file_that_can_be_removed(served: Served, browser_of: SignIn) -> None:
    browser, path = browser_of(HOLDER), path_of(served)
    for act in ("attest", "contact"):
        do(served, HOLDER, act)
    do(served, HOLDER, "schedule", starts_at="2026-11-23T09:00:00+08:00", ends_at="2026-11-23T10:00:00+08:00")
    do(served, HOLDER, "hold")
    assert send(browser, path, "write_minutes", text="看了八台柱").status_code == 303
    shown = browser.get(path)
    target = re.findall(r'name="target" value="(\w+)"', shown.text)[0]
    fix = {"target": target, "version": "1", "text": "看了八台柱，三台结垢", "reason": "漏了数"}
    assert browser.post(f"{path}/acts/correct_minutes", data=fix).status_code == 303
    upload = re.findall(r'action="([^"]+/files/minutes/\w+)"', shown.text)[0]

    refused = browser.post(upload, data={"x": "y"}, files={"file": ("机密★三年.png", PICTURE)})
    done = browser.post(upload, data={"x": "y"}, files={"file": ("现场.png", PICTURE)})

    assert (refused.status_code, done.status_code) == (422, 303), words(done)
    after = browser.get(path)
    assert "更正过 1 次" in words(after)
    assert "现场.png" in words(after)
    file = browser.get(re.findall(rf'href="({path}/files/\w+)"', after.text)[0])
    assert file.content == PICTURE
    removal = re.findall(rf'action="({path}/files/\w+/remove)"', after.text)[0]
    stale = browser.post(removal, data={"version": "7"})
    removed = browser.post(removal, data={"version": "1"})
    assert (stale.status_code, removed.status_code) == (409, 303), words(removed)
    assert "已移除“现场.png”" in words(browser.get(path))
    assert browser.get(f"{path}/files/{removal.split('/')[-2]}").status_code == 404
    with served.world.services.database.reading() as session:
        kept = session.exec(select(Attachment)).all()
    assert [(each.file_name, each.removed_at is not None) for each in kept] == [("现场.png", True)]


def test_the_company_confirms_with_outcomes_and_marks(served: Served, browser_of: SignIn) -> None:
    until_to_confirm(served)
    browser, path = browser_of(OWNER), path_of(served)
    form = {
        "reason": "solved",
        "outcomes.0.kind": "new_sales",
        "outcomes.0.amount_fen": "十二",
        "rating.skill": "5",
        "rating.comment": "说得清楚",
    }
    wrong = send(browser, path, "confirm", **form)
    assert (wrong.status_code, served.row.state) == (422, ConsultationState.TO_CONFIRM)
    assert typed(wrong, "outcomes.0.amount_fen") == "十二"
    assert "金额“十二”看不懂" in words(wrong)

    done = send(browser, path, "confirm", **(form | {"outcomes.0.amount_fen": "12"}))

    assert (done.status_code, served.row.state) == (303, ConsultationState.COMPLETED)
    with served.world.services.database.reading() as session:
        assert [(each.kind, each.amount_fen) for each in session.exec(select(Outcome))] == [("new_sales", 12_000_000)]
        assert [(each.skill, each.effect, each.comment) for each in session.exec(select(Rating))] == [
            (5, None, "说得清楚")
        ]
    outcome = re.search(r'name="target" value="(\w+)"', browser_of(OTHER_CLERK).get(path).text)
    assert outcome is not None
    verify = {"target": outcome[1], "version": "1", "note": "看过发票", "verified": "yes"}
    assert browser_of(OTHER_CLERK).post(f"{path}/acts/verify_outcome", data=verify).status_code == 303
    with served.world.services.database.reading() as session:
        assert [each.state for each in session.exec(select(Outcome))] == [OutcomeState.VERIFIED]


def test_a_rating_can_be_changed_and_outcomes_reported_once(served: Served, browser_of: SignIn) -> None:
    until_completed(served)
    browser, path = browser_of(HOLDER), path_of(served)
    assert "评价需求方" in words(browser.get(path))
    first = browser.post(f"{path}/acts/rate", data={"side": "holder", "skill": "4"})
    second = browser.post(f"{path}/acts/rate", data={"side": "holder", "skill": "5", "version": "1"})
    form = {"side": "holder", "occasion": "closing", "once": "c" * 32}
    form |= {"outcomes.0.kind": "trained", "outcomes.0.quantity": "12"}
    reports = [browser.post(f"{path}/acts/report", data=form) for _ in range(2)]

    assert [each.status_code for each in (first, second, *reports)] == [303] * 4
    with served.world.services.database.reading() as session:
        assert [each.skill for each in session.exec(select(Rating))] == [5]
        assert [(each.kind, each.quantity) for each in session.exec(select(Outcome))] == [("trained", 12)]


def test_staff_enter_it_on_somebodys_word_and_others_see_nothing(served: Served, browser_of: SignIn) -> None:
    browser, path = browser_of(CLERK), path_of(served)
    assert "代办登记" in words(browser.get(path))
    assert "代办登记" not in words(browser_of(HOLDER).get(path))
    silent = send(browser, path, "contact", **CONTACT)
    done = send(browser, path, "contact", **(CONTACT | PROXY))

    assert (silent.status_code, done.status_code) == (422, 303)
    assert typed(silent, "line") == "约周四看现场"
    with served.world.services.database.reading() as session:
        found = session.exec(select(ProxyEntry).where(ProxyEntry.subject_id == served.id)).all()
    assert [(each.act, each.asked_by) for each in found] == [("contact", "李锂")]
    assert browser_of("路人吴芳").get(path).status_code == 404
    assert browser_of("路人吴芳").post(f"{path}/acts/contact", data=CONTACT | {"version": "1"}).status_code == 404
    assert browser.post(f"{path}/acts/nothing", data={}).status_code == 404


def test_the_first_page_of_the_company_leads_to_what_waits_for_its_word(served: Served, browser_of: SignIn) -> None:
    before = words(browser_of(OWNER).get("/"))
    until_to_confirm(served)

    page = browser_of(OWNER).get("/")

    assert "请确认是否办结" not in before
    assert f'<a href="{path_of(served)}">' in page.text
    assert "吸附剂用半年就吸不动锂了 对接咨询：请确认是否办结" in words(page)
    assert "请确认是否办结" not in words(browser_of(HOLDER).get("/"))


def test_staff_hand_the_link_again_to_who_lost_it(served: Served, browser_of: SignIn) -> None:
    with served.world.services.database.writing() as session:
        for_them = Notice(
            recipient_kind=RecipientKind.EXPERT,
            recipient_id=served.expert_id,
            subject_kind="consultation",
            subject_id=served.id,
            need_id=served.need_id,
            key="test",
            title="对接咨询：开始对接",
            text="",
            path=path_of(served),
        )
        session.add(for_them)
        session.flush()
        told = f"/needs/{served.need_id}/told"
        text_of_it = f"{told}/{for_them.id}/text"
    clerk = browser_of(CLERK)

    listed, given = clerk.get(told), clerk.post(text_of_it)

    assert f'action="{text_of_it}"' in listed.text
    assert link_of(served) in given.text
    assert browser_of("西宁孙浩").post(text_of_it).status_code == 404
    with served.world.services.database.reading() as session:
        assert [each.subject_kind for each in session.exec(select(ReadEntry))].count("notice") == 1
