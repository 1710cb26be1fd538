"""All routes of accounts: none without a policy, a documented answer, an entry in the audit log."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlmodel import select

from service import audit
from service.actors import Actor
from service.api.accounts import router
from service.api.routing import policy_of
from service.errors import NotSignedIn
from service.models import (
    AuditEntry,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
    SignInAttempt,
)
from service.permissions import POLICIES
from service.usecases import accounts, slips, tokens
from tests.service.accounts.support import (
    MOBILE,
    OTHER_PASSWORD,
    PASSWORD,
    SCOPES,
    World,
    a_slip,
    a_staff_user,
    a_token,
    a_user,
    an_association,
    redeem,
)


def test_strangers_get_nowhere_but_to_sign_in_and_register(world: World) -> None:
    statuses = {}
    for route in router.routes:
        assert isinstance(route, APIRoute)
        if policy_of(route) == "public":
            continue
        bodies: dict[str, object] = {
            "/users": {"name": "马明", "user_name": "maming"},
            "/users/find": {"name": MOBILE},
            "/slips": {"user_id": "x"},
            "/me/password": {"old_password": PASSWORD, "new_password": OTHER_PASSWORD},
            "/me/tokens": {"name": "同步", "scopes": SCOPES},
        }
        body = bodies.get(route.path, {"note": "x"})
        for method in route.methods or ():
            answer = world.browser().request(method, route.path, json=None if method in ("GET", "DELETE") else body)
            statuses[f"{method} {route.path}"] = answer.status_code

    assert statuses == dict.fromkeys(statuses, 401)
    assert len(statuses) == 14


def test_every_route_stands_under_a_policy_and_documents_its_answer(world: World) -> None:
    paths = world.app.openapi()["paths"]

    for route in router.routes:
        assert isinstance(route, APIRoute)
        assert policy_of(route) in POLICIES
        assert route.status_code == 204 or route.response_model is not None
        assert route.summary
    assert len(paths) == 16
    assert "hash" not in str(world.app.openapi())
    assert "digest" not in str(world.app.openapi())


def test_the_audit_log_of_all_this_is_unbroken_and_names_nobody(world: World, clerk: TestClient) -> None:
    user = a_user(world, mobile=MOBILE)
    redeem(world.browser(), a_slip(clerk, user))
    a_token(world.signed_in(MOBILE, OTHER_PASSWORD))

    with world.services.database.reading() as session:
        entries = session.exec(select(AuditEntry)).all()
        assert audit.first_broken(entries) is None
        written = str([entry.model_dump() for entry in entries])
        attempts = session.exec(select(SignInAttempt)).all()
    assert attempts == []
    assert not any(word in written for word in (MOBILE, "才仁卓玛", PASSWORD, OTHER_PASSWORD))


def test_use_cases_refuse_strangers_themselves(world: World) -> None:
    stranger = Actor(None)

    with world.services.database.writing() as session:
        for act in (
            lambda: accounts.create_user(session, stranger, name="马明", user_name="maming"),
            lambda: accounts.find_user(session, stranger, MOBILE),
            lambda: accounts.disable_user(session, world.services, stranger, "x", "x"),
            lambda: slips.issue_slip(session, world.services, stranger, "x"),
            lambda: tokens.list_tokens(session, stranger),
        ):
            with pytest.raises(NotSignedIn):
                act()


def test_the_own_account_shows_posts_and_organisations(world: World) -> None:
    association = an_association(world, "西宁市科协")
    user = a_staff_user(world, "clerk", association)
    company = Organization(
        kind=OrganizationKind.ENTERPRISE,
        name="湟水仪表厂",
        name_key="湟水仪表厂",
        region_code="630100",
        association_id=association.id,
    )
    with world.services.database.writing() as session:
        session.add(company)
        session.flush()
        session.add(Membership(user_id=user.id, organization_id=company.id, role=MembershipRole.MANAGER))

    shown = world.signed_in("clerk").get("/me").json()

    assert shown["posts"] == [{"association_id": association.id, "department": "", "role": "clerk"}]
    assert shown["organizations"] == [{"organization_id": company.id, "role": "manager"}]
