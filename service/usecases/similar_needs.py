"""Help for who writes a need: what others have asked already, and what is not clear enough yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from service import audit
from service.actors import Actor
from service.models import Need
from service.need_index import COMPARED, Likeness, NeedIndex, SimilarText, public_texts
from service.permissions import require
from service.rules.need_hints import need_hints
from service.schemas.need_ties import HintOut, HintsInput, SimilarInput, SimilarOut
from service.services import Services
from service.usecases.followers import follow_for
from service.usecases.need_views import lines
from service.usecases.needs import find
from service.usecases.secrecy import refuse_secrets

SHOWN = 5
FOLLOW = "follow:"


@dataclass(frozen=True)
class DuplicateCheck:
    """found: very similar needs; answer: “still_submit”, “follow:<need id>”, or nothing."""

    found: int
    answer: str = ""


NOTHING_SIMILAR = DuplicateCheck(0)


def similar(
    session: Session, services: Services, index: NeedIndex, actor: Actor, content: SimilarInput
) -> list[SimilarOut]:
    """At most SHOWN open needs, most similar first, told by their public fields only."""
    require(actor, "need.create")
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    texts = [getattr(content, name, "") for name in COMPARED]
    hits = index.similar(services.database, content.title, texts, excluded=[content.need_id])
    still = _still_public(session, hits)[:SHOWN]
    told = {line.id: line for line in lines(session, actor, [need for need, _ in still])}
    return [
        SimilarOut(
            id=need.id,
            number=need.number,
            title=told[need.id].title,
            state_label=told[need.id].state_label,
            organization=told[need.id].organization,
            score=round(hit.found.score, 3),
            likeness=hit.found.likeness,
            reason=hit.found.quote.text.rstrip("。") if hit.found.quote else "",
            shared=list(hit.found.terms),
        )
        for need, hit in still
    ]


def hints(services: Services, actor: Actor, content: HintsInput) -> list[HintOut]:
    """What is not clear enough yet; nothing is kept."""
    require(actor, "need.create")
    refuse_secrets(content.texts(), services.settings.secrecy_officer)
    named = sum(bool(text.strip()) for text in content.sub_problems)
    found = need_hints(
        title=content.title,
        scene=content.scene,
        situation=content.situation,
        targets=content.targets,
        sub_problems=named,
    )
    return [HintOut(**vars(hint) | {"parts": list(hint.parts)}) for hint in found]


def very_similar(services: Services, index: NeedIndex, actor: Actor, need_id: str) -> int:
    """How many open needs are very similar to this one, as it is stored. Opens sessions of its own."""
    with services.database.reading() as session:
        need = find(session, actor, need_id, "need.act")
        title, texts = need.title, [getattr(need, name) for name in COMPARED]
    hits = index.similar(services.database, title, texts, excluded=[need_id], is_patient=True)
    with services.database.reading() as session:
        return sum(hit.found.likeness is Likeness.VERY for _, hit in _still_public(session, hits))


def similar_to(services: Services, index: NeedIndex, actor: Actor, need_id: str) -> list[SimilarOut]:
    """As ``similar``, for a need as it is stored. Opens sessions of its own."""
    with services.database.reading() as session:
        need = find(session, actor, need_id, "need.act")
        texts = {name: getattr(need, name) for name in ("title", "scene", "situation", "targets")}
    with services.database.reading() as session:
        return similar(session, services, index, actor, SimilarInput(**texts, need_id=need_id))


def keep_answer(session: Session, actor: Actor, need: Need, check: DuplicateCheck) -> None:
    """What was found and said when handing in; whether that is enough, the guard decides."""
    need.similar_found = check.found
    if not check.answer:
        return
    need.duplicate_answer, need.duplicate_checked_version = check.answer, need.content_version
    if check.answer.startswith(FOLLOW):
        follow_for(session, actor, check.answer.removeprefix(FOLLOW), need.organization_id, field="duplicate_answer")
    audit.record(
        session,
        actor_id=actor.signature,
        act="need.answer_duplicates",
        subject_kind="need",
        subject_id=need.id,
        content=check.answer,
    )


def _still_public(session: Session, hits: list[SimilarText]) -> list[tuple[Need, SimilarText]]:
    """Read again: published, and saying to everybody what they said when they were indexed."""
    now = public_texts(session, [hit.found.id for hit in hits])
    same = [hit for hit in hits if hit.found.id in now and now[hit.found.id][1] == hit.text]
    return [(session.get_one(Need, hit.found.id), hit) for hit in same]
