"""注销: what must be over first, and that afterwards the person is nowhere while every count stays as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from matching import MatchingSettings
from service import audit
from service.actors import SYSTEM
from service.app import create_api
from service.clock import stopped_at
from service.errors import Conflict, Invalid
from service.matcher import Matcher, documents
from service.migrations.run import upgrade
from service.models import (
    AuditEntry,
    ErasureState,
    Expert,
    FirstContact,
    Need,
    Organization,
    OrganizationKind,
    User,
)
from service.passwords import keeper
from service.services import Services
from service.settings import Settings
from service.tasks import tasks_of
from service.usecases import accounts
from service.usecases.personal_tables import DELETED
from service.worker import Worker
from tests.service.conftest import MONDAY
from tests.service.privacy.erasing import ADMIN, PASSWORD, a_full_life, an_administrator, erase
from tests.service.privacy.lives import Canary, an_organization, counts, everything, places_of
from tests.service.privacy.steps import BOSS, CLERK, COMPANY
from tests.service.world import World, a_world


def test_afterwards_the_person_is_nowhere_and_every_count_stays(world: World, tmp_path: Path) -> None:
    life = a_full_life(world)
    before, left = places_of(world, life.canary), counts(world)
    assert len(before) > 20, before

    found = erase(world, life)

    assert (found.state, found.obstacles) == (ErasureState.DONE, [])
    assert places_of(world, life.canary) == set()
    deleted = {"delivery", *(table.__tablename__ for table, _ in DELETED)}
    appended = {"audit_entry", "status_change", "job", "consent_entry", "erasure_request", "sign_in_attempt"}
    after = counts(world)
    assert {name: after[name] for name in left.keys() - deleted - appended} == {
        name: left[name] for name in left.keys() - deleted - appended
    }
    with world.services.database.reading() as session:
        user, expert = session.get_one(User, life.user_id), session.get_one(Expert, life.expert_id)
        assert (user.name, user.mobile, user.is_active) == ("已注销用户", None, False)
        assert (expert.name, expert.state, expert.takes_part, expert.user_id) == ("已注销专家", "left", False, None)
        need = session.get_one(Need, life.need_id)
        assert need.scene == "盐湖老卤提锂车间，联系人：已注销用户，（号码已删除）"


def test_the_audit_chain_still_holds_and_says_who_was_erased_by_number(world: World) -> None:
    life = a_full_life(world)
    erase(world, life)

    with world.services.database.reading() as session:
        entries = list(session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))))

    assert audit.first_broken(entries) is None
    assert "erasure_request.carry_out" in {entry.act for entry in entries if entry.actor_id == life.user_id}


def test_the_index_and_its_older_snapshots_hold_nothing_of_the_person(world: World, tmp_path: Path) -> None:
    life = a_full_life(world)
    worker = Worker(world.services, tasks_of(world.services, _matcher(tmp_path)))
    worker.run_pending()
    snapshots = tmp_path / "index" / "snapshots"
    assert _holds(snapshots, life.canary)

    erase(world, life)
    with world.services.database.reading() as session:
        assert all(life.canary.word not in repr(document) for document in documents(session))
    worker.run_pending()

    assert not _holds(snapshots, life.canary)
    assert len(list(snapshots.iterdir())) == 1


def _matcher(folder: Path) -> Matcher:
    return Matcher(MatchingSettings(data_dir=folder, encoder="keyword"))


def _holds(folder: Path, canary: Canary) -> bool:
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    spelt = [form.encode() for trace in canary.all for form in (trace, json.dumps(trace)[1:-1])]
    return any(form in content for content in files for form in spelt)


def test_no_answer_of_the_interface_names_the_person_any_more(world: World, tmp_path: Path) -> None:
    an_administrator(world)
    life = a_full_life(world)
    people = [CLERK, BOSS, COMPANY, ADMIN]
    with world.services.database.writing() as session:
        for name in people:
            session.get_one(User, world.people[name]).password_hash = keeper().hash(PASSWORD)
            session.get_one(User, world.people[name]).user_name = f"user{people.index(name)}"
    app = create_api(world.services)
    paths = (
        "/experts",
        f"/experts/{life.expert_id}",
        f"/experts/{life.expert_id}/consents",
        "/needs",
        f"/needs/{life.need_id}",
        f"/needs/{life.need_id}/history",
        f"/needs/{life.need_id}/matches",
        f"/organizations/{world.company.id}/memberships",
        "/teams",
        "/erasures",
        "/me/data",
        "/me/readers",
    )

    def said() -> dict[str, str]:
        answers: dict[str, str] = {}
        for name in people:
            client = TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"})
            signed = client.post("/api/sign-in", json={"name": f"user{people.index(name)}", "password": PASSWORD})
            assert signed.status_code == 200, signed.text
            answers |= {f"{name} {path}": client.get(f"/api{path}").text for path in paths}
        return answers

    def named(answers: dict[str, str]) -> set[str]:
        return {place for place, text in answers.items() if any(trace in text for trace in life.canary.all)}

    assert len(named(said())) > 5
    erase(world, life)
    assert named(said()) == set()


def test_sign_ins_tokens_and_slips_are_dead_and_nobody_brings_the_account_back(world: World) -> None:
    an_administrator(world)
    life = a_full_life(world)
    client = TestClient(create_api(world.services), base_url="https://kc.example")
    client.cookies.set("kc_session", life.cookie)
    token = {"authorization": f"Bearer token-{life.user_id}"}
    assert client.get("/api/me").status_code == 200
    assert client.get("/api/needs", headers=token).status_code == 200

    erase(world, life)

    assert client.get("/api/me").status_code == 401
    assert client.get("/api/needs", headers=token).status_code == 401
    with pytest.raises(Conflict, match="已经注销"), world.services.database.writing() as session:
        accounts.enable_user(session, world.services, world.actor(session, ADMIN), life.user_id, "弄错了")
    # The same number may begin anew.
    with world.services.database.writing() as session:
        accounts.create_user(session, SYSTEM, name=life.canary.name, mobile=life.canary.mobile)


def test_without_the_password_nothing_happens(world: World) -> None:
    life = a_full_life(world)

    with pytest.raises(Invalid, match="密码不对"):
        erase(world, life, "这不是那个密码 umbrella")

    assert places_of(world, life.canary)


def test_a_namesake_elsewhere_stays(world: World) -> None:
    with world.services.database.writing() as session:
        elsewhere = an_organization(world, session, "枸杞合作社（演示数据）", OrganizationKind.COOPERATIVE)
    namesake = a_full_life(
        world, Canary(mobile="13809715555", mail="other@example.net", word="青稞酒糟发酵"), elsewhere
    )
    about_them = [(place, text) for place, text in everything(world) if "13809715555" in text]

    erase(world, a_full_life(world))

    assert [(place, text) for place, text in everything(world) if "13809715555" in text] == about_them
    with world.services.database.reading() as session:
        assert session.get_one(User, namesake.user_id).name == namesake.canary.name
        assert session.get_one(Expert, namesake.expert_id).name == namesake.canary.name


def test_a_name_that_is_a_word_is_left_in_what_others_wrote_of_the_thing(world: World) -> None:
    with world.services.database.writing() as session:
        plateau = an_organization(world, session, "高原枸杞合作社（演示数据）", OrganizationKind.COOPERATIVE)
    life = a_full_life(world, Canary(name="高原"), plateau)

    erase(world, life)

    with world.services.database.reading() as session:
        assert session.get_one(Organization, plateau).name == "高原枸杞合作社（演示数据）"
        assert session.get_one(Need, life.need_id).scene == "盐湖老卤提锂车间，联系人：已注销用户，（号码已删除）"
        (line,) = session.exec(select(FirstContact)).all()
        assert (line.made_by, line.line) == ("已注销用户", "高原说可以，电话（号码已删除），邮箱（邮箱已删除）")


def test_a_profile_that_others_entered_of_the_same_person_goes_too(world: World) -> None:
    life = a_full_life(world)
    with world.services.database.writing() as session:
        own = session.get_one(Expert, life.expert_id)
        kept = own.model_dump(
            include={"name", "name_key", "region_code", "association_id", "association_path", "mobile"}
        )
        session.add(Expert(created_by_id=world.people[CLERK], profile=life.canary.word, **kept))

    erase(world, life)

    assert places_of(world, life.canary) == set()


HAN = "德吉央宗索南白玛旦增格桑"
canaries = st.builds(
    Canary,
    name=st.text(HAN, min_size=2, max_size=5) | st.just("Tenzin Norbu"),
    mobile=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    mail=st.from_regex(r"[a-z]{6}[0-9]{3}@example\.(net|cn)", fullmatch=True),
    word=st.text("炭黑改性萃取膜分离催化", min_size=4, max_size=8),
)


@pytest.fixture(scope="module")
def one_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    services = Services.of(Settings(data_dir=tmp_path_factory.mktemp("erasures")))
    upgrade(services.database)
    with stopped_at(MONDAY):
        yield a_world(services)


@given(canaries)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_is_erased_is_nowhere(one_world: World, canary: Canary) -> None:
    known = {text for _, text in everything(one_world)}
    if any(trace in text for text in known for trace in canary.all):
        return
    life = a_full_life(one_world, canary)

    erase(one_world, life)

    assert places_of(one_world, canary) == set()
