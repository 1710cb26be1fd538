"""What somebody is typing is kept as it stands, so that a closed browser, a half-typed date or somebody else's change
loses nothing. Only saving checks it and makes it part of the need."""

from __future__ import annotations

from sqlmodel import Session, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.models import Need, NeedAutosave
from service.permissions import require
from service.rules.plain_text import clean_text
from service.schemas.autosaves import AutosaveInput
from service.services import Services
from service.usecases.lookup import existing
from service.usecases.secrecy import refuse_secrets
from service.usecases.words import TEXT_CHARS


def keep(session: Session, services: Services, actor: Actor, need_id: str, given: AutosaveInput) -> NeedAutosave:
    """In place of what was kept before. Nobody but its author reads it."""
    refuse_secrets(given.texts(), services.settings.secrecy_officer)
    need = existing(session, actor, Need, need_id)
    require(actor, "need.edit", need)
    assert actor.user_id is not None  # "need.edit" needs a person
    kept = _kept(session, actor, need)
    if kept is None:
        kept = NeedAutosave(need_id=need.id, user_id=actor.user_id, need_version=0, saved_at=now())
        # Once, not with every few words typed: it becomes an act when it is saved.
        audit.record(session, actor_id=actor.user_id, act="need.autosave", subject_kind="need", subject_id=need.id)
    kept.need_version, kept.saved_at = given.need_version, now()
    # What no database can hold is shown as such; a wrong character must not cost the rest.
    kept.content = {name: clean_text(text, max_chars=TEXT_CHARS).text for name, text in given.content.items()}
    session.add(kept)
    session.flush()
    return kept


def show(session: Session, actor: Actor, need_id: str) -> NeedAutosave | None:
    """The actor's own, None if everything is saved."""
    need = existing(session, actor, Need, need_id)
    require(actor, "need.edit", need)
    return _kept(session, actor, need)


def forget(session: Session, actor: Actor, need: Need) -> None:
    """Saved, or thrown away: nothing is left of it."""
    kept = _kept(session, actor, need)
    if kept is not None:
        session.delete(kept)


def discard(session: Session, actor: Actor, need_id: str) -> None:
    need = existing(session, actor, Need, need_id)
    require(actor, "need.edit", need)
    forget(session, actor, need)


def _kept(session: Session, actor: Actor, need: Need) -> NeedAutosave | None:
    wanted = select(NeedAutosave).where(NeedAutosave.need_id == need.id, NeedAutosave.user_id == actor.user_id)
    return session.exec(wanted).first()
