"""Organisations: registering one, and verifying that it is what it says."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.errors import Conflict, Forbidden, Invalid, Stale
from service.jobs import enqueue
from service.models import (
    Association,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
    OrganizationState,
)
from service.permissions import is_allowed, require
from service.rules.credit_code import check_credit_code
from service.rules.plain_text import identity_key
from service.rules.region import full_name
from service.schemas.organizations import OrganizationInput, OrganizationOut
from service.services import Services
from service.usecases import words
from service.usecases.lookup import existing, together
from service.usecases.named import by_name, is_named
from service.usecases.paging import Orders, by, by_state, in_order, page_of_rows
from service.usecases.places import association_for
from service.usecases.proxies import record_proxy
from service.usecases.secrecy import refuse_secrets
from service.visibility import visible_organizations

# These may have no credit code, with a reason and somebody who vouches.
MAY_LACK_CODE = (OrganizationKind.VILLAGE, OrganizationKind.HOUSEHOLD, OrganizationKind.COOPERATIVE)
ORDERS: Orders = {
    "name": by("名称", *by_name(Organization)),
    "region": by("所在地", col(Organization.region_code), *by_name(Organization)),
    "state": by("核验", by_state(col(Organization.state), OrganizationState), *by_name(Organization)),
    "due": by("期限", col(Organization.due_at), *by_name(Organization)),
}


def register(session: Session, services: Services, actor: Actor, content: OrganizationInput) -> Organization:
    """Who registers it becomes its manager; staff registering for somebody (代录) do not."""
    require(actor, "organization.register")
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    name, region_code = words.line(content.name, "name", 100), words.region(content.region_code)
    code = _code_of(content)
    _refuse_level(content)
    _refuse_known(session, name, code)
    association = association_for(session, region_code)
    organization = Organization(
        kind=content.kind,
        society_level=content.society_level,
        name=name,
        name_key=identity_key(name),
        credit_code=code,
        why_no_code=words.line(content.why_no_code, "why_no_code"),
        guarantor=words.line(content.guarantor, "guarantor", 100),
        region_code=region_code,
        association_id=association.id,
        entered_at=now(),
        due_at=services.clockwork.calendar.due(now(), services.settings.deadlines.verify_organization),
    )
    session.add(organization)
    session.flush()
    _settle_people(session, services, actor, organization, association, content)
    enqueue(session, "notify", key=f"organization:{organization.id}")
    audit.record(
        session,
        actor_id=actor.user_id,
        act="organization.register",
        subject_kind="organization",
        subject_id=organization.id,
        content=content.model_dump_json(),
    )
    return organization


def find(session: Session, actor: Actor, organization_id: str) -> Organization:
    organization = existing(session, actor, Organization, organization_id)
    require(actor, "organization.view", organization)
    return organization


def verified_society(session: Session, society_id: str) -> Organization:
    """Whoever names a society gives its people power over what they enter, so only a verified one will do."""
    society = session.get(Organization, society_id)
    if society is None or society.kind is not OrganizationKind.SOCIETY:
        raise Invalid("这里只能选学会（含协会、研究会）。请从组织清单里重新选择。", field="society_id")
    if society.state is not OrganizationState.VERIFIED:
        raise Invalid("这个学会还没有核验通过。请先由当地科协核验，再选它。", field="society_id")
    return society


def verify(
    session: Session, services: Services, actor: Actor, organization_id: str, *, verified: bool, note: str, version: int
) -> Organization:
    """By staff of the 科協 responsible, not by one of its own people."""
    refuse_secrets({"说明": note}, services.settings.secrecy_officer)
    organization = find(session, actor, organization_id)
    association = session.get_one(Association, organization.association_id)
    require(actor, "organization.verify", (organization, association))
    if organization.version != version:
        raise Stale("这个组织的登记信息刚刚有改动。请刷新后核对，再作决定。", details={"version": organization.version})
    if organization.state is not OrganizationState.UNVERIFIED:
        raise Conflict("这个组织已经核验过了。请刷新页面。")
    if not verified and not note.strip():
        raise Invalid("不通过请写明原因，让对方知道该补什么。", field="note")
    organization.state = OrganizationState.VERIFIED if verified else OrganizationState.REFUSED
    organization.entered_at, organization.due_at = now(), None
    session.add(organization)
    enqueue(session, "notify", key=f"organization:{organization.id}")
    audit.record(
        session,
        actor_id=actor.user_id,
        act=f"organization.{organization.state}",
        subject_kind="organization",
        subject_id=organization.id,
        content=note,
    )
    return organization


def may_verify(session: Session, actor: Actor, organization: Organization) -> bool:
    """Whether there is something to decide, and this person may."""
    association = session.get_one(Association, organization.association_id)
    is_open = organization.state is OrganizationState.UNVERIFIED
    return is_open and is_allowed(actor, "organization.verify", (organization, association))


def page_of(
    session: Session,
    actor: Actor,
    *,
    mine: bool = False,
    state: OrganizationState | None = None,
    name: str = "",
    sort: str = "",
    page: int = 1,
) -> tuple[list[Organization], int]:
    """(organisations of this page, how many in all). mine: only those the actor belongs to; name: a part."""
    require(actor, "signed_in")
    wanted = visible_organizations(actor)
    if mine:
        wanted = wanted.where(col(Organization.id).in_(sorted(actor.organizations)))
    if state is not None:
        wanted = wanted.where(Organization.state == state)
    wanted = wanted.where(is_named(Organization, name))
    return page_of_rows(session, wanted, *in_order(ORDERS, sort, actor), page=page)


def lines(session: Session, found: Sequence[Organization]) -> list[OrganizationOut]:
    _held = together(session, (organization.association_id for organization in found), Association)
    return [show(session, organization) for organization in found]


def show(session: Session, organization: Organization) -> OrganizationOut:
    code = organization.credit_code
    return OrganizationOut(
        id=organization.id,
        version=organization.version or 0,
        kind=organization.kind,
        society_level=organization.society_level,
        name=organization.name,
        credit_code=code,
        region_code=organization.region_code,
        region=full_name(organization.region_code),
        state=organization.state,
        due_at=organization.due_at,
        association=session.get_one(Association, organization.association_id).name,
        warning=check_credit_code(code).warning if code else None,
        why_no_code=organization.why_no_code,
        guarantor=organization.guarantor,
    )


def _code_of(content: OrganizationInput) -> str | None:
    if content.credit_code.strip():
        check = check_credit_code(content.credit_code)
        if check.error:
            raise Invalid(check.error, field="credit_code")
        return check.code
    if content.kind not in MAY_LACK_CODE:
        raise Invalid("请填写 18 位统一社会信用代码，在营业执照或登记证书上。", field="credit_code")
    if not content.why_no_code or not content.guarantor:
        raise Invalid("没有信用代码时，请写明原因和为其作保的单位（例如乡镇政府、村委会）。", field="why_no_code")
    return None


def _refuse_level(content: OrganizationInput) -> None:
    is_society = content.kind is OrganizationKind.SOCIETY
    if is_society and content.society_level is None:
        raise Invalid("请选学会的层级：全国、省级、市州级还是县级。", field="society_level")
    if not is_society and content.society_level is not None:
        raise Invalid("只有学会才有层级。请改选单位类型，或不选层级。", field="society_level")


def _refuse_known(session: Session, name: str, code: str | None) -> None:
    """Two registrations of one organisation would split its needs between them."""
    same = select(Organization.id).where(Organization.name_key == identity_key(name))
    if session.exec(same).first():
        raise Conflict("这个组织已经登记过了。请联系该组织的管理员把您加为联系人，或联系当地科协。")
    if code and session.exec(select(Organization.id).where(Organization.credit_code == code)).first():
        raise Conflict("这个信用代码已经登记过了。请核对代码，或联系该组织的管理员把您加为联系人。")


def _settle_people(
    session: Session,
    services: Services,
    actor: Actor,
    organization: Organization,
    association: Association,
    content: OrganizationInput,
) -> None:
    assert actor.user_id is not None  # "organization.register" needs a person
    if content.proxy is None:
        session.add(Membership(user_id=actor.user_id, organization_id=organization.id, role=MembershipRole.MANAGER))
        return
    if not actor.has_in_scope(association.path):
        raise Forbidden("代录只能由组织所在地的科协工作人员办理。")
    record_proxy(
        session,
        services,
        actor,
        "register",
        subject_kind="organization",
        subject_id=organization.id,
        proxy=content.proxy,
    )
