"""A small world for tests, built through the use cases: a province, its people, a company."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from service.actors import SYSTEM, Actor, actor_of
from service.models import Association, AssociationLevel, Organization, OrganizationKind, PostRole, User
from service.schemas.organizations import OrganizationInput
from service.services import Services
from service.usecases import associations, organizations

CODE = "91630000MADEM0011N"
LONG_AGO = date(2020, 1, 1)


@dataclass(frozen=True)
class World:
    """青海 with one city, one county in it and another city; a clerk each, and a company in the county."""

    services: Services
    province: Association
    city: Association
    county: Association
    other_city: Association
    people: dict[str, str]
    company: Organization

    def actor(self, session: Session, name: str) -> Actor:
        return actor_of(session, session.get_one(User, self.people[name]))


def a_world(services: Services) -> World:
    with services.database.writing() as session:
        province = _found(session, services, "青海省科协", AssociationLevel.PROVINCE, "630000")
        city = _found(session, services, "海西州科协", AssociationLevel.CITY, "632800", province)
        county = _found(session, services, "格尔木市科协", AssociationLevel.COUNTY, "632801", city)
        other = _found(session, services, "西宁市科协", AssociationLevel.CITY, "630100", province)
        people = {
            name: _person(session, name)
            for name in ("省科协王敏", "海西州李强", "格尔木赵静", "西宁孙浩", "保密办周正", "盐湖厂马工", "路人吴芳")
        }
        posts = (
            ("省科协王敏", province, PostRole.LEAD),
            ("海西州李强", city, PostRole.CLERK),
            ("格尔木赵静", county, PostRole.CLERK),
            ("西宁孙浩", other, PostRole.CLERK),
            ("保密办周正", province, PostRole.SECRECY_OFFICER),
        )
        for name, association, role in posts:
            associations.appoint(
                session,
                services,
                SYSTEM,
                user_id=people[name],
                association_id=association.id,
                department="学会部",
                role=role,
                since=LONG_AGO,
            )
        session.flush()
        company = organizations.register(
            session,
            services,
            actor_of(session, session.get_one(User, people["盐湖厂马工"])),
            OrganizationInput.model_validate(
                {
                    "kind": OrganizationKind.ENTERPRISE,
                    "name": "青海湖东盐化有限公司（演示数据）",
                    "credit_code": CODE,
                    "region_code": "632801",
                }
            ),
        )
    return World(services, province, city, county, other, people, company)


def _found(
    session: Session,
    services: Services,
    name: str,
    level: AssociationLevel,
    region_code: str,
    parent: Association | None = None,
) -> Association:
    return associations.found(
        session,
        services,
        SYSTEM,
        name=name,
        level=level,
        region_code=region_code,
        parent_id=parent.id if parent else None,
    )


def _person(session: Session, name: str) -> str:
    user = User(name=name, user_name=name)
    session.add(user)
    session.flush()
    return user.id
