"""“Download my data”: everything held about a person, in words, from the tables that personal_tables names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, SQLModel, col, select

from service.actors import Actor, holder_key
from service.clock import beijing, now
from service.models import Association, Consultation, HolderKind, Organization, ReadEntry, Team, User
from service.permissions import require
from service.rules.consent_purposes import PURPOSES
from service.rules.region import full_name
from service.schemas.privacy import NotIncluded, OwnDataOut, OwnSection
from service.usecases.contact_readers import EXPORT, WHAT
from service.usecases.personal_sections import Section
from service.usecases.personal_tables import NOT_EXPORTED, SECTIONS
from service.workflow.document import LIFECYCLES

# Column that holds an id → where the name to it stands.
_NAMED = {
    "organization_id": (Organization.id, Organization.name),
    "society_id": (Organization.id, Organization.name),
    "association_id": (Association.id, Association.name),
    "team_id": (Team.id, Team.name),
    "user_id": (User.id, User.name),
    "deputy_id": (User.id, User.name),
    "reader_id": (User.id, User.name),
    "entered_by_id": (User.id, User.name),
}
_LIFECYCLES = {lifecycle.name: lifecycle for lifecycle in LIFECYCLES}


def export(session: Session, actor: Actor) -> OwnDataOut:
    """For the person alone. Leaves a trace among the readings, as it would be worth a lot to a thief."""
    require(actor, "privacy.own")
    assert actor.user_id is not None  # "privacy.own" needs a person
    names = _names_of(session, actor)
    sections = [_section(session, names, each) for each in SECTIONS]
    session.add(ReadEntry(reader_id=actor.user_id, subject_kind="user", subject_id=actor.user_id, what=EXPORT))
    return OwnDataOut(
        made_at=now(),
        sections=sections,
        not_included=[NotIncluded(what=what, why=why) for what, why in dict.fromkeys(NOT_EXPORTED.values())],
    )


def _names_of(session: Session, actor: Actor) -> dict[str, list[str]]:
    """Column → what stands in it where a row is about this person; "" for all other columns."""
    led = session.exec(select(Team.id).where(Team.leader_id == actor.expert_id)).all() if actor.expert_id else []
    kinds = ((HolderKind.EXPERT, actor.expert_id), (HolderKind.TECH_MANAGER, actor.user_id))
    keys = [holder_key(kind, each) for kind, each in kinds if each] + [holder_key(HolderKind.TEAM, id_) for id_ in led]
    own = [*(each for each in (actor.user_id, actor.expert_id) if each), *led]
    held = session.exec(
        select(Consultation.id).where(or_(col(Consultation.holder_id).in_(own), col(Consultation.lead_id).in_(own)))
    ).all()
    return {"": own, "holder": keys, "consultation_id": list(held)}


def _section(session: Session, names: dict[str, list[str]], section: Section) -> OwnSection:
    columns = section.table.__table__.c  # type: ignore[attr-defined]
    concerned = or_(*(columns[name].in_(names.get(name, names[""])) for name in section.by))
    key = next(iter(section.table.__table__.primary_key))  # type: ignore[attr-defined]
    first = columns.get("created_at", key)
    rows = session.exec(select(section.table).where(concerned).order_by(first, key)).all()
    called = _called(session, section, rows)
    shown = [
        {label: _said(row, name, getattr(row, name), called) for name, label in section.shown.items()} for row in rows
    ]
    return OwnSection(title=section.title, rows=shown)


def _called(session: Session, section: Section, rows: Sequence[SQLModel]) -> dict[str, str]:
    """id → name, of everything that the rows name by an id."""
    found: dict[str, str] = {}
    for name in section.shown.keys() & _NAMED.keys():
        key, called = _NAMED[name]
        wanted = sorted({getattr(row, name) or "" for row in rows})
        found |= dict(session.exec(select(key, called).where(col(key).in_(wanted))).all())
    return found


def _said(row: SQLModel, name: str, value: Any, called: Mapping[str, str]) -> Any:
    """The value as people read it. called: id → name."""
    if value in (None, ""):
        return None
    if name in _NAMED:
        return called.get(value, "（已不在）")
    if name == "region_code":
        return full_name(value)
    if name == "regions":
        return [full_name(code) for code in value]
    if name == "purpose" and value in PURPOSES:
        return PURPOSES[value].title
    if name == "what":
        return "、".join(WHAT.get(each, each) for each in value.split())
    if name in ("state", "source", "target", "action", "subject_kind"):
        return _step(row, name, str(value))
    if isinstance(value, datetime):
        return beijing(value).strftime("%Y-%m-%d %H:%M:%S")
    return value.isoformat() if isinstance(value, date) else value


def _step(row: SQLModel, name: str, value: str) -> str:
    """States and steps by the labels of their lifecycle."""
    lifecycle = _LIFECYCLES.get(getattr(row, "subject_kind", None) or str(row.__tablename__))
    if lifecycle is None:
        return value
    if name == "subject_kind":
        return lifecycle.label
    if name == "action":
        return next((t.label for t in lifecycle.transitions if t.action == value), value)
    return next((note.label for state, note in lifecycle.states.items() if state == value), value)
