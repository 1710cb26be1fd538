"""Every route × every kind of person × every stage, against a table that was written down and read by people.

A route or stage without a row fails. `KC_WRITE_MATRIX=1` writes what the code answers into the table, to be read, not
believed: y (may), n (sees it, may not), h (hidden, as if there were none), l (has to sign in).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from service.api.dependencies import current_actor, writing
from service.api.routing import route_policies
from service.app import create_api
from service.clock import stopped_at
from service.migrations.run import upgrade
from service.models import (
    Absence,
    Achievement,
    Approval,
    Association,
    Attachment,
    Consultation,
    ConsultationMember,
    Expert,
    FollowUp,
    Invitation,
    Membership,
    Minutes,
    Need,
    Notice,
    Organization,
    Outcome,
    Post,
    ProxyEntry,
    RankingObjection,
    Referral,
    Row,
    SelfOffer,
    SocietyBranch,
    Team,
    User,
)
from service.services import Services
from service.settings import Settings
from service.workflow.achievements import ACHIEVEMENT
from service.workflow.approvals import APPROVAL
from service.workflow.consultations import CONSULTATION
from service.workflow.engine import Lifecycle
from service.workflow.experts import EXPERT
from service.workflow.invitations import INVITATION
from service.workflow.needs import NEED
from service.workflow.ranking_objections import RANKING_OBJECTION
from service.workflow.referrals import REFERRAL
from service.workflow.self_offers import SELF_OFFER
from tests.service.conftest import MONDAY
from tests.service.matrix.bodies import body_of
from tests.service.matrix.people import PEOPLE, Matrix, a_matrix
from tests.service.world import World, a_world

TABLE = Path(__file__).with_name("expected.tsv")
MISSING = "0" * 32
# Parameters beside the path that are not a version.
NAMED = {"x-file-name": "a.pdf"}
# Which things of the world stand for a parameter of a path; what is not here is tried with nothing that exists.
KINDS = {
    "need_id": "need",
    "invitation_id": "invitation",
    "referral_id": "referral",
    "consultation_id": "consultation",
    "expert_id": "expert",
    "offer_id": "self_offer",
    "achievement_id": "achievement",
    "minutes_id": "minutes",
    "outcome_id": "outcome",
    "approval_id": "approval",
    "attachment_id": "attachment",
    "member_id": "member",
    "organization_id": "organization",
    "branch_id": "branch",
    "membership_id": "membership",
    "association_id": "association",
    "post_id": "post",
    "team_id": "team",
    "user_id": "user",
    "absence_id": "absence",
    "follow_up_id": "follow_up",
    "notice_id": "notice",
    "entry_id": "entry",
    "objection_id": "objection",
}
TABLES: dict[str, type[Row]] = {
    "need": Need,
    "invitation": Invitation,
    "referral": Referral,
    "consultation": Consultation,
    "expert": Expert,
    "self_offer": SelfOffer,
    "achievement": Achievement,
    "minutes": Minutes,
    "outcome": Outcome,
    "approval": Approval,
    "attachment": Attachment,
    "member": ConsultationMember,
    "organization": Organization,
    "branch": SocietyBranch,
    "membership": Membership,
    "association": Association,
    "post": Post,
    "team": Team,
    "user": User,
    "absence": Absence,
    "follow_up": FollowUp,
    "notice": Notice,
    "entry": ProxyEntry,
    "objection": RankingObjection,
}
LIFECYCLE_OF: dict[str, Lifecycle[Any]] = {
    "need": NEED,
    "invitation": INVITATION,
    "referral": REFERRAL,
    "consultation": CONSULTATION,
    "expert": EXPERT,
    "self_offer": SELF_OFFER,
    "achievement": ACHIEVEMENT,
    "approval": APPROVAL,
    "objection": RANKING_OBJECTION,
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Matrix]]:
    folder = tmp_path_factory.mktemp("matrix")
    services = Services.of(Settings(data_dir=folder))
    upgrade(services.database)
    with stopped_at(MONDAY):
        found = a_world(services)
        yield found, a_matrix(found, folder)
    services.database.dispose()


@pytest.fixture(scope="module")
def app(world: tuple[World, Matrix]) -> FastAPI:
    """Nothing it does is kept: every probe finds the same world."""
    app = create_api(world[0].services)

    def kept_by_nobody() -> Iterator[Session]:
        with Session(world[0].services.database.write_engine) as session:
            yield session
            session.rollback()

    app.dependency_overrides[writing] = kept_by_nobody
    return app


@dataclass(frozen=True)
class Probe:
    """row: method, path and stage, as in the table; “missing” is a thing that does not exist."""

    row: tuple[str, str, str]
    path: str
    version: int = 1


def tries(method: str, path: str, world: tuple[World, Matrix]) -> Iterator[Probe]:
    """The route with every thing of the world that its first parameter may name, and every step of its lifecycle."""
    names = re.findall(r"\{(\w+)\}", path)
    kind = KINDS.get(names[0]) if names else None
    if not names:
        yield Probe((method, path, "-"), path)
        return
    things = {"missing": (MISSING, 1)}
    if kind:
        with world[0].services.database.reading() as session:
            for key, each_id in world[1].objects.items():
                if key.startswith(f"{kind}:"):
                    version = session.get_one(TABLES[kind], each_id).version or 0
                    things[key.partition(":")[2]] = (each_id, version)
    steps = [""]
    if kind and "{action}" in path:
        steps = [transition.action for transition in LIFECYCLE_OF[kind].transitions if not transition.internal]
    for stage, (each_id, version) in things.items():
        for step in steps if stage != "missing" else steps[:1]:
            found = path.replace("{action}", step or "x").replace(f"{{{names[0]}}}", each_id)
            row = (method, path, f"{stage}/{step}" if step else stage)
            yield Probe(row, re.sub(r"\{\w+\}", MISSING, found), version)


def verdict_of(row: tuple[str, str, str], answer: Any) -> str:
    # Too many wrong passwords is another way of saying that one has to sign in.
    if answer.status_code in (401, 429):
        return "l"
    if answer.status_code == 404:
        return "h"
    if answer.status_code == 403:
        return "n"
    assert answer.status_code < 500, f"{row}: {answer.text}"
    assert '"fields"' not in answer.text, f"{row}: the body does not pass validation: {answer.text}"
    return "y"


def probes(app: FastAPI, world: tuple[World, Matrix]) -> Iterator[tuple[Probe, dict[str, Any]]]:
    """Everything there is to try, each with what makes it pass validation, as the client takes it."""
    described = app.openapi()
    for route in sorted(route_policies(app), key=lambda each: (each.path, sorted(each.methods))):
        for method in sorted(route.methods):
            operation = described["paths"].get(route.path, {}).get(method.lower(), {})
            content = operation.get("requestBody", {}).get("content", {})
            for probe in tries(method, route.path, world):
                asked: dict[str, Any] = {"params": {}, "headers": {}}
                for each in operation.get("parameters", ()):
                    if each.get("required") and each["in"] in ("query", "header"):
                        where = asked["params" if each["in"] == "query" else "headers"]
                        where[each["name"]] = NAMED.get(each["name"], str(probe.version))
                if "application/json" in content:
                    asked["json"] = body_of(described, content["application/json"]["schema"], probe.version)
                elif method == "POST":
                    asked["content"] = b"%PDF-1.4"
                yield probe, asked


def asked(app: FastAPI, world: tuple[World, Matrix]) -> dict[tuple[str, str, str], str]:
    """What everybody is told, one letter a column."""
    found: dict[tuple[str, str, str], str] = {}
    tried = list(probes(app, world))
    # Opened once: each request would start a thread and a loop of its own.
    with TestClient(app, base_url="https://kc.example", headers={"sec-fetch-site": "same-origin"}) as client:
        for column in PEOPLE:
            app.dependency_overrides[current_actor] = lambda column=column: world[1].actors[column]
            for probe, what in tried:
                answer = client.request(probe.row[0], probe.path, **what)
                found[probe.row] = found.get(probe.row, "") + verdict_of(probe.row, answer)
    return found


def written() -> dict[tuple[str, str, str], str]:
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {(method, path, stage): cells for method, path, stage, cells in rows}


def test_everybody_is_told_what_the_table_says(app: FastAPI, world: tuple[World, Matrix]) -> None:
    found = asked(app, world)
    if os.environ.get("KC_WRITE_MATRIX") == "1":
        head = [f"# {' '.join(PEOPLE)}", "# y may, n sees it but may not, h hidden, l has to sign in"]
        lines = ["\t".join((*row, cells)) for row, cells in sorted(found.items())]
        TABLE.write_text("\n".join([*head, *lines]) + "\n", "utf-8")

    differences = {row: (found.get(row), cells) for row, cells in written().items() if found.get(row) != cells}
    unwritten = sorted(set(found) - set(written()))

    assert (differences, unwritten) == ({}, [])
