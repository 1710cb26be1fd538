"""审签: three people, one document; what is switched on waits for it, what is not does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from service import audit
from service.actors import STRANGER, Actor
from service.api.dependencies import current_actor
from service.app import create_api
from service.errors import AppError, Conflict, Forbidden, Invalid, NotFound, NotSignedIn, SecrecySuspected, Stale
from service.migrations.run import upgrade
from service.models import Approval, ApprovalState, AuditEntry, MatchRun, Need, PostRole, User
from service.schemas.approvals import ApprovalActionInput, ApprovalOut, NewApproval, SavedApproval
from service.services import Services
from service.settings import Settings
from service.usecases import approval_views, approvals, associations, histories, need_acts
from service.usecases.approvals import require_issued
from service.workflow.approvals import APPROVAL, KINDS
from tests.service.steps import a_draft, a_submitted_need
from tests.service.world import LONG_AGO, World, a_world

RELEASE = "recommendation.release"
CLERK, ABOVE, LEAD, OTHER_LEAD, ELSEWHERE = "格尔木赵静", "海西州李强", "省科协王敏", "省科协韩梅", "西宁孙浩"


@pytest.fixture
def world(services: Services, monday: datetime) -> World:
    return with_approvals(services)


def with_approvals(services: Services) -> World:
    """With a second lead, and the release of recommendations switched on."""
    changed = services.settings.model_copy(update={"approval_kinds": (RELEASE,)})
    found = a_world(replace(services, settings=changed))
    with services.database.writing() as session:
        user = User(name=OTHER_LEAD, user_name=OTHER_LEAD)
        session.add(user)
        session.flush()
        associations.appoint(
            session,
            services,
            Actor(None, is_system=True),
            user_id=user.id,
            association_id=found.province.id,
            department="学会部",
            role=PostRole.LEAD,
            since=LONG_AGO,
        )
        found.people[OTHER_LEAD] = user.id
    return found


def draft(world: World, by: str, need_id: str, **changes: object) -> str:
    content = {"kind": RELEASE, "subject_kind": "need", "subject_id": need_id, "title": "向盐湖厂推荐专家名单"}
    with world.services.database.writing() as session:
        given_ = NewApproval.model_validate(content | changes)
        return approvals.draft(session, world.services, world.actor(session, by), given_).approval.id


def act(world: World, by: str, approval_id: str, action: str, **given_: object) -> ApprovalState:
    with world.services.database.writing() as session:
        version = session.get_one(Approval, approval_id).version
        entered = ApprovalActionInput.model_validate({"version": version} | given_)
        actor = world.actor(session, by)
        return approvals.act(session, world.services, actor, approval_id, action, entered).approval.state


def seen_by(world: World, name: str, approval_id: str) -> ApprovalOut:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        return approval_views.show(session, actor, approvals.find(session, actor, approval_id))


def why_not(world: World, subject_id: str, subject_kind: str = "need", kind: str = RELEASE) -> str:
    """What somebody is told who would do the act now, "" if they may."""
    with world.services.database.reading() as session:
        try:
            require_issued(session, world.services, kind, subject_kind, subject_id)
        except Conflict as refused:
            return refused.message
        return ""


def is_released(world: World, subject_id: str, subject_kind: str = "need", kind: str = RELEASE) -> bool:
    return why_not(world, subject_id, subject_kind, kind) == ""


def test_three_people_draft_review_and_issue(world: World) -> None:
    need_id = a_submitted_need(world)
    approval_id = draft(world, CLERK, need_id)
    drafted = seen_by(world, CLERK, approval_id)
    act(world, ABOVE, approval_id, "review")

    state = act(world, LEAD, approval_id, "issue", document_number="青科协发[2026]12号")

    issued = seen_by(world, CLERK, approval_id)
    assert (drafted.state_label, drafted.turn) == ("待审核", "科协")
    assert drafted.due_at is not None
    assert drafted.due_at.isoformat() == "2026-11-25T15:59:59+00:00"
    assert (state, issued.state_label, issued.due_at) == (ApprovalState.ISSUED, "已签发", None)
    assert (issued.drafter, issued.reviewer, issued.issuer) == (CLERK, ABOVE, LEAD)
    assert (issued.issued_on, issued.document_number) == (date(2026, 11, 23), "青科协发〔2026〕12号")
    assert (issued.attachments, issued.kind_label) == (0, "把推荐名单发给企业")
    with world.services.database.reading() as session:
        entries = list(session.exec(select(AuditEntry).order_by(AuditEntry.seq)))  # type: ignore[arg-type]
    assert audit.first_broken(entries) is None
    acts = [entry.act for entry in entries if entry.subject_id == approval_id]
    assert acts == ["approval.draft", "approval.review", "approval.issue"]


def test_an_act_that_is_switched_on_waits_until_its_own_subject_is_issued(world: World) -> None:
    need_id, other = a_submitted_need(world), a_draft(world)
    assert why_not(world, need_id).startswith("这一步要先签发：把推荐名单发给企业之前，请在“审签”里拟稿")
    approval_id = draft(world, CLERK, need_id)
    assert why_not(world, need_id).startswith("这一步要先签发：审签“向盐湖厂推荐专家名单”现在是“待审核”")
    act(world, ABOVE, approval_id, "review")
    act(world, LEAD, approval_id, "issue")

    assert is_released(world, need_id)
    assert not is_released(world, other)
    assert not is_released(world, need_id, subject_kind="match_run")
    assert is_released(world, other, kind="publicity.publish")


def test_what_is_not_switched_on_needs_nothing_and_cannot_be_drafted(services: Services, monday: datetime) -> None:
    world = a_world(services)
    need_id = a_submitted_need(world)

    assert all(is_released(world, need_id, kind=kind) for kind in KINDS)
    with pytest.raises(Invalid, match="没有开启审签"):
        draft(world, CLERK, need_id)


def test_a_setting_that_names_no_act_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"recommendation\.relase"):
        Services.of(Settings(data_dir=tmp_path, approval_kinds=("recommendation.relase",)))


def test_nobody_takes_two_of_the_three_steps(world: World) -> None:
    approval_id = draft(world, LEAD, a_submitted_need(world))
    with pytest.raises(Forbidden):
        act(world, LEAD, approval_id, "review")
    act(world, OTHER_LEAD, approval_id, "review")

    for name in (LEAD, OTHER_LEAD, CLERK, ABOVE):
        with pytest.raises((Forbidden, NotFound)):
            act(world, name, approval_id, "issue")

    assert seen_by(world, LEAD, approval_id).state_label == "待签发"


def test_what_is_returned_goes_back_to_the_drafter_with_the_reason(world: World) -> None:
    need_id = a_submitted_need(world)
    approval_id = draft(world, CLERK, need_id)
    with pytest.raises(Invalid, match="审核退回"):
        act(world, ABOVE, approval_id, "return")
    act(world, ABOVE, approval_id, "return", note="第三位专家已经暂停接单")
    assert [action.action for action in seen_by(world, CLERK, approval_id).actions] == ["redraft", "withdraw"]
    with world.services.database.writing() as session:
        version = session.get_one(Approval, approval_id).version or 0
        content = SavedApproval(version=version, title="向盐湖厂推荐专家名单（第二稿）")
        approvals.save(session, world.services, world.actor(session, CLERK), approval_id, content)
    act(world, CLERK, approval_id, "redraft")
    act(world, ABOVE, approval_id, "review")
    act(world, LEAD, approval_id, "refuse", note="名单太长")
    act(world, CLERK, approval_id, "redraft")

    # The lead reviews this time, so another one issues.
    act(world, LEAD, approval_id, "review")
    act(world, OTHER_LEAD, approval_id, "issue")

    found = seen_by(world, CLERK, approval_id)
    assert (found.title, found.reviewer, found.issuer) == ("向盐湖厂推荐专家名单（第二稿）", LEAD, OTHER_LEAD)
    with world.services.database.reading() as session:
        changes = approvals.history(session, world.actor(session, CLERK), approval_id)
        steps = histories.steps(session, changes, APPROVAL)
    assert [(step.label, step.actor, step.note) for step in steps] == [
        ("审核退回", ABOVE, "第三位专家已经暂停接单"),
        ("重新送审", CLERK, ""),
        ("审核通过", ABOVE, ""),
        ("不予签发", LEAD, "名单太长"),
        ("重新送审", CLERK, ""),
        ("审核通过", LEAD, ""),
        ("签发", OTHER_LEAD, ""),
    ]


def test_what_was_handed_to_a_colleague_is_not_changed_under_their_eyes(world: World) -> None:
    approval_id = draft(world, CLERK, a_submitted_need(world))
    content = SavedApproval(version=1, title="换一个题目")

    for name, error in ((CLERK, Conflict), (ABOVE, Forbidden), (ELSEWHERE, NotFound)):
        with pytest.raises(error), world.services.database.writing() as session:
            approvals.save(session, world.services, world.actor(session, name), approval_id, content)
    with pytest.raises(Stale) as refused:
        act(world, ABOVE, approval_id, "review", version=7)

    assert refused.value.details == {
        "version": 1,
        "theirs": {"title": "向盐湖厂推荐专家名单", "state": ApprovalState.DRAFTED},
    }


def test_one_open_document_per_act_and_subject(world: World) -> None:
    need_id = a_submitted_need(world)
    first = draft(world, CLERK, need_id)

    with pytest.raises(Conflict, match="已经有一件审签在办"):
        draft(world, ABOVE, need_id)
    with world.services.database.reading() as session:
        twin = session.get_one(Approval, first).model_dump(exclude={"id"})
    with pytest.raises(Conflict), world.services.database.writing() as session:
        session.add(Approval(**twin))
    act(world, CLERK, first, "withdraw", note="名单要重做")
    assert not is_released(world, need_id)

    assert draft(world, ABOVE, need_id) != first


@pytest.mark.parametrize(
    ("given_", "error", "told"),
    [
        ({"issued_on": "2026-11-24"}, Invalid, "还没有到"),
        ({"document_number": "青科协发2026第12号"}, Invalid, "科协发〔2026〕12号"),
        ({"document_number": "青科协发〔2026〕11号"}, Conflict, "已经用过"),
        ({"note": "机密★10年 附件"}, SecrecySuspected, "密级标志"),
    ],
)
def test_a_refused_issue_changes_nothing(
    world: World, given_: dict[str, object], error: type[AppError], told: str
) -> None:
    need_id = a_submitted_need(world)
    earlier = draft(world, CLERK, a_draft_of_another(world, need_id))
    act(world, ABOVE, earlier, "review")
    act(world, LEAD, earlier, "issue", document_number="青科协发〔2026〕11号")
    approval_id = draft(world, CLERK, need_id)
    act(world, ABOVE, approval_id, "review")
    before = seen_by(world, LEAD, approval_id)

    with pytest.raises(error, match=told):
        act(world, LEAD, approval_id, "issue", **given_)

    assert seen_by(world, LEAD, approval_id) == before


def a_draft_of_another(world: World, need_id: str) -> str:
    """A second need of the same kind, handed in."""
    with world.services.database.writing() as session:
        twin = session.get_one(Need, need_id).model_dump(exclude={"id", "number"})
        need = Need(**twin, number="XQ-2026-63-00099")
        session.add(need)
        return need.id


def test_only_staff_in_scope_draft_and_see(world: World) -> None:
    need_id = a_submitted_need(world)

    for name, error in (
        (ELSEWHERE, NotFound),
        ("盐湖厂马工", Forbidden),
        ("路人吴芳", Forbidden),
        ("保密办周正", NotFound),
    ):
        with pytest.raises(error):
            draft(world, name, need_id)
    approval_id = draft(world, CLERK, need_id)
    for name in (ELSEWHERE, "盐湖厂马工", "路人吴芳", "保密办周正"):
        with pytest.raises(NotFound):
            seen_by(world, name, approval_id)
    with pytest.raises(NotSignedIn), world.services.database.reading() as session:
        approvals.page_of(session, STRANGER)

    with pytest.raises(Invalid, match="不能对它拟稿"):
        draft(world, CLERK, need_id, subject_kind="user")
    with pytest.raises(NotFound):
        draft(world, CLERK, "0" * 32)
    with pytest.raises(SecrecySuspected):
        draft(world, CLERK, need_id, title="秘密★5年 名单")


def test_the_approval_of_a_matching_hangs_on_its_need_and_is_sealed_with_it(world: World) -> None:
    need_id = a_submitted_need(world)
    with world.services.database.writing() as session:
        run = MatchRun(
            need_id=need_id, need_content_version=1, mode="keyword", calibrated=False, no_good_match=False,
            fingerprint="x", index_version="x", parameters="x", excluded={},
        )  # fmt: skip
        session.add(run)
    approval_id = draft(world, CLERK, run.id, subject_kind="match_run")
    act(world, ABOVE, approval_id, "review")
    act(world, LEAD, approval_id, "issue")
    assert is_released(world, run.id, subject_kind="match_run")

    with world.services.database.writing() as session:
        need_acts.seal(session, world.services, world.actor(session, CLERK), need_id, note="附表像是电网运行参数")

    for name in (CLERK, ABOVE, LEAD):
        with pytest.raises(NotFound):
            seen_by(world, name, approval_id)
        with world.services.database.reading() as session:
            assert approvals.page_of(session, world.actor(session, name)) == ([], 0)


def test_the_three_steps_over_the_api(world: World) -> None:
    app = create_api(world.services)
    need_id = a_submitted_need(world)
    whose = CLERK

    def actor() -> Actor:
        with world.services.database.reading() as session:
            return world.actor(session, whose)

    app.dependency_overrides[current_actor] = actor
    client = TestClient(app)
    content = {"kind": RELEASE, "subject_kind": "need", "subject_id": need_id, "title": "向盐湖厂推荐专家名单"}

    drafted = client.post("/api/approvals", json=content)
    path = f"/api/approvals/{drafted.json()['id']}"
    whose = ABOVE
    reviewed = client.post(f"{path}/actions/review", json={"version": drafted.json()["version"]})
    whose = LEAD
    listed = client.get("/api/approvals?state=reviewed").json()
    issued = client.post(f"{path}/actions/issue", json={"version": reviewed.json()["version"]})
    history = client.get(f"{path}/history").json()
    whose = ELSEWHERE
    hidden = [
        client.get(path),
        client.get(f"{path}/history"),
        client.post(f"{path}/actions/issue", json={"version": 1}),
    ]

    assert [answer.status_code for answer in (drafted, reviewed, issued, *hidden)] == [201, 200, 200, 404, 404, 404]
    assert (listed["total"], listed["items"][0]) == (1, reviewed.json() | {"actions": listed["items"][0]["actions"]})
    assert [action["action"] for action in listed["items"][0]["actions"]] == ["issue", "refuse", "withdraw"]
    assert [step["action"] for step in history] == ["review", "issue"]
    assert client.get("/api/approvals").json()["total"] == 0


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    services = Services.of(Settings(data_dir=tmp_path_factory.mktemp("approvals")))
    upgrade(services.database)
    world = with_approvals(services)
    yield world, a_submitted_need(world)
    services.database.dispose()


@given(
    st.sampled_from([CLERK, ABOVE, LEAD, OTHER_LEAD]),
    st.lists(
        st.tuples(
            st.sampled_from([CLERK, ABOVE, LEAD, OTHER_LEAD, ELSEWHERE]),
            # Withdrawing ends a walk, so that it is the last to be tried.
            st.sampled_from(["review", "issue", "redraft", "return", "refuse", "withdraw"]),
        ),
        min_size=3,
        max_size=12,
    ),
)
@settings(max_examples=100)
def test_no_walk_issues_without_three_different_people(
    walked: tuple[World, str], drafter: str, walk: list[tuple[str, str]]
) -> None:
    world, need_id = walked
    content = NewApproval(kind=RELEASE, subject_kind="need", subject_id=need_id, title="名单")
    with Session(world.services.database.write_engine) as session:
        case = approvals.draft(session, world.services, world.actor(session, drafter), content)
        approval = case.approval
        for name, action in walk:
            entered = ApprovalActionInput.model_validate({"version": approval.version, "note": "说明"})
            try:
                approvals.act(session, world.services, world.actor(session, name), approval.id, action, entered)
            except AppError:
                session.expire_all()

        hands = [approval.drafter_id, approval.reviewer_id, approval.issuer_id]
        issued = approval.state is ApprovalState.ISSUED
        leads = {world.people[name] for name in (LEAD, OTHER_LEAD)}
        assert issued == (approval.issuer_id is not None)
        assert not issued or (len(set(hands)) == 3 and approval.issuer_id in leads)
        assert world.people[ELSEWHERE] not in hands
        try:
            require_issued(session, world.services, RELEASE, "need", need_id)
        except Conflict:
            assert not issued
        else:
            assert issued
        session.rollback()
