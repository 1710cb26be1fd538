"""Minutes, outcomes and 审签 of the matrix, each with a file."""

from __future__ import annotations

from service.models import (
    Approval,
    ApprovalState,
    Attachment,
    Consultation,
    FileSubject,
    Minutes,
    Outcome,
    OutcomeKind,
    PublicityLevel,
    Row,
    Side,
    TextState,
)
from tests.service.world import World


def papers(world: World, objects: dict[str, str], kept_back: str) -> dict[str, str]:
    """“minutes:engaged” → id …; kept_back: stands in every text and in every name of a file."""
    found: dict[str, str] = {}
    for stage in ("engaged", "sealed"):
        with world.services.database.reading() as session:
            consultation = session.get_one(Consultation, objects[f"consultation:{stage}"])
        who = world.people["李锂"]
        rows: dict[str, Row] = {
            f"minutes:{stage}": Minutes(
                consultation_id=consultation.id, meeting=1, text=f"看了八台柱{kept_back}", written_by=who
            ),
            **{
                f"outcome:{stage}_{side}": Outcome(
                    consultation_id=consultation.id,
                    need_id=consultation.need_id,
                    occasion="closing",
                    side=side,
                    kind=OutcomeKind.TRAINED,
                    text=kept_back,
                    reported_by=who,
                )
                for side in Side
            },
            f"approval:{stage}": _approval(world, consultation.need_id, ApprovalState.ISSUED, kept_back),
        }
        found |= _kept(world, rows)
        found |= _with_files(world, {name: found[name] for name in rows}, kept_back)
    drafted = _approval(world, objects["need:matching"], ApprovalState.DRAFTED, kept_back)
    found |= _kept(world, {"approval:drafted": drafted})
    return found | _with_files(world, {"need:matching": objects["need:matching"]}, kept_back)


def _approval(world: World, need_id: str, state: ApprovalState, kept_back: str) -> Approval:
    is_issued = state is ApprovalState.ISSUED
    return Approval(
        kind="recommendation.release",
        subject_kind="need",
        subject_id=need_id,
        need_id=need_id,
        association_path=world.county.path,
        title=f"推荐名单{kept_back}",
        state=state,
        drafter_id=world.people["格尔木赵静"],
        reviewer_id=world.people["海西州李强"] if is_issued else None,
        issuer_id=world.people["省科协王敏"] if is_issued else None,
    )


def _with_files(world: World, holders: dict[str, str], kept_back: str) -> dict[str, str]:
    files: dict[str, Row] = {}
    for name, subject_id in holders.items():
        content = f"文件{kept_back}".encode()
        files[f"attachment:{name.replace(':', '_')}"] = Attachment(
            subject_kind=FileSubject(name.partition(":")[0]),
            subject_id=subject_id,
            file_name=f"文件{kept_back}.pdf",
            media_type="application/pdf",
            size_bytes=len(content),
            sha256=f"{len(content):064x}",
            stored_name=world.services.attachments.write(content),
            publicity_level=PublicityLevel.INVITED,
            text_state=TextState.NONE_FOUND,
            uploaded_by=world.people["盐湖厂马工"],
        )
    return _kept(world, files)


def _kept(world: World, rows: dict[str, Row]) -> dict[str, str]:
    with world.services.database.writing() as session:
        session.add_all(rows.values())
        session.flush()
        return {name: row.id for name, row in rows.items()}
