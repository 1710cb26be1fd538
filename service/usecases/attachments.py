"""Attachments of needs, minutes, outcomes and 审签: hand in, correct what was read from them, remove.

Uploading opens sessions of its own: reading a file takes seconds and must not happen inside a transaction. Nothing is
written anywhere, not even the file, before name and text were looked through for marks of secrecy.
"""

from __future__ import annotations

import hashlib

from sqlmodel import Session, select

from service import audit
from service.actors import Actor
from service.clock import now
from service.disclosure import Access, access_of, reaches
from service.errors import Conflict, Invalid, NotFound, Stale
from service.files.extraction import Extracted, extract
from service.files.reader import MOST_CHARS, MOST_PAGES
from service.jobs import enqueue
from service.models import Attachment, FileSubject, PublicityLevel, TextState
from service.permissions import is_allowed
from service.rules.file_kind import MEDIA_TYPES, FileKind, check_file
from service.schemas.attachments import AttachmentInput
from service.schemas.common import ProxyInput
from service.services import Services
from service.usecases import file_holders, words
from service.usecases.attachment_upkeep import ORPHAN_AGE, removal_age
from service.usecases.file_holders import FileHolder, files_of, is_open, keep_proxy, lock, refuse_unless_open
from service.usecases.lookup import existing
from service.usecases.needs import note_change
from service.usecases.secrecy import refuse_secrets

NAME_CHARS, TEXT_CHARS = 120, 200_000
Held = tuple[Attachment, FileHolder]


def upload(
    services: Services,
    actor: Actor,
    kind: FileSubject,
    subject_id: str,
    content: bytes,
    *,
    file_name: str,
    publicity_level: PublicityLevel = PublicityLevel.INVITED,
    proxy: ProxyInput | None = None,
) -> Held:
    """Raises SecrecySuspected, Invalid (not such a file), Conflict (too many, or there already), Busy."""
    officer = services.settings.secrecy_officer
    refuse_secrets({"文件名": file_name, "委托人": proxy.asked_by if proxy else ""}, officer)
    with services.database.reading() as session:
        _receiver(session, services, actor, kind, subject_id, content)
    name = words.line(file_name.replace("\\", "/").rpartition("/")[2], "file_name", NAME_CHARS)
    checked = _kind(services, name, content)
    found = extract(checked, content)
    _refuse_marks({"附件中的文字": found.text, "附件的页眉、批注或属性": found.aside}, officer)
    _refuse_unread(found)
    stored_name = services.attachments.write(content)
    try:
        with services.database.writing() as session:
            holder = _receiver(session, services, actor, kind, subject_id, content)
            attachment = Attachment(
                subject_kind=kind,
                subject_id=subject_id,
                file_name=name,
                media_type=MEDIA_TYPES[checked],
                size_bytes=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                stored_name=stored_name,
                publicity_level=publicity_level,
                extracted_text=found.text if kind is FileSubject.NEED else "",
                text_state=_text_state(found),
                uploaded_by=actor.signature or "",
            )
            enqueue(session, "attachment.prune", key="all", run_after=now() + ORPHAN_AGE)
            keep_proxy(session, services, actor, holder, attachment, "upload", proxy)
            _changed(session, actor, attachment, holder, "upload", attachment.sha256)
    except BaseException:
        # What a commit that broke off has kept must not lose its file; if this cannot be found out, upkeep decides.
        if not _is_kept(services, stored_name):
            services.attachments.remove(stored_name)
        raise
    return attachment, holder


def correct(session: Session, services: Services, actor: Actor, attachment_id: str, given: AttachmentInput) -> Held:
    """Replace the text and the level. Raises Stale, with what is stored, if somebody saved in between."""
    _refuse_marks({"附件中的文字": given.extracted_text}, services.settings.secrecy_officer)
    attachment, holder = find(session, actor, attachment_id, "attachment.change")
    if holder.kind is not FileSubject.NEED:
        raise Conflict("只有需求的附件可以更正文字、改公开级别。传错了请移除后重新上传。")
    refuse_unless_open(holder, removing=False)
    wanted = {
        "extracted_text": words.paragraphs(given.extracted_text, "extracted_text", TEXT_CHARS),
        "publicity_level": given.publicity_level,
    }
    theirs = {name: stored for name, value in wanted.items() if (stored := getattr(attachment, name)) != value}
    _refuse_stale(attachment, given.version, theirs)
    if theirs:
        for name in theirs:
            setattr(attachment, name, wanted[name])
        if "extracted_text" in theirs:
            attachment.text_state = TextState.CORRECTED
        _changed(session, actor, attachment, holder, "correct", given.model_dump_json())
    return attachment, holder


def remove(
    session: Session,
    services: Services,
    actor: Actor,
    attachment_id: str,
    version: int,
    proxy: ProxyInput | None = None,
) -> Held:
    """Gone at once for everybody; the file itself is deleted some days later."""
    found = existing(session, actor, Attachment, attachment_id)
    lock(session, found.subject_kind, found.subject_id)
    attachment, holder = find(session, actor, attachment_id, "attachment.change")
    refuse_unless_open(holder, removing=True)
    _refuse_stale(attachment, version, {})
    attachment.removed_at = now()
    enqueue(session, "attachment.prune", key="all", run_after=now() + removal_age(services.settings))
    keep_proxy(session, services, actor, holder, attachment, "remove", proxy)
    _changed(session, actor, attachment, holder, "remove", attachment.sha256)
    return attachment, holder


def find(session: Session, actor: Actor, attachment_id: str, policy: str = "attachment.open") -> Held:
    """Raises NotFound alike for what does not exist, was removed, and what this person may not open."""
    attachment = existing(session, actor, Attachment, attachment_id)
    holder = file_holders.find(session, actor, attachment.subject_kind, attachment.subject_id, policy)
    if attachment.removed_at is not None or not _reaches(actor, holder, attachment):
        raise NotFound()
    return attachment, holder


def may_change(actor: Actor, holder: FileHolder, *, removing: bool = False) -> bool:
    return is_open(holder, removing=removing) and is_allowed(actor, "attachment.change", holder.case)


def readable(actor: Actor, holder: FileHolder, attachments: list[Attachment]) -> list[Attachment]:
    return [each for each in attachments if _reaches(actor, holder, each)]


def _reaches(actor: Actor, holder: FileHolder, attachment: Attachment) -> bool:
    """Only a need's files have levels; who may open those of other things at all, may open each."""
    access = access_of(actor, holder.row) if holder.kind is FileSubject.NEED else Access.ALL
    return reaches(access, attachment.publicity_level)


def _receiver(
    session: Session, services: Services, actor: Actor, kind: FileSubject, subject_id: str, content: bytes
) -> FileHolder:
    """What takes the file, if it can. Locked, so that two uploads at once do not both find the last place."""
    lock(session, kind, subject_id)
    holder = file_holders.find(session, actor, kind, subject_id, "attachment.change")
    refuse_unless_open(holder, removing=False)
    there = files_of(session, kind, subject_id)
    if len(there) >= services.settings.max_attachments:
        raise Conflict(f"附件已经有 {len(there)} 个，不能再加。请先移除不需要的，或把几个文件合成一个。")
    digest = hashlib.sha256(content).hexdigest()
    same = next((each.file_name for each in there if each.sha256 == digest), None)
    if same:
        raise Conflict(f"内容相同的文件已经有了：“{same}”。不必重复上传。")
    return holder


def _kind(services: Services, name: str, content: bytes) -> FileKind:
    checked = check_file(name, content, most_megabytes=services.settings.max_upload_mb)
    if checked.kind is None:
        raise Invalid(checked.error or "", field="file")
    return checked.kind


def _refuse_marks(texts: dict[str, str], officer: str) -> None:
    """As it stands, and cell by cell: a level alone in a cell is a mark, beside others in its row it is not."""
    refuse_secrets(texts, officer)
    refuse_secrets({label: text.replace("\t", "\n") for label, text in texts.items()}, officer)


def _refuse_unread(found: Extracted) -> None:
    """Beyond where it was read a mark of secrecy could stand."""
    if not found.is_whole:
        raise Invalid(
            f"文件太长，平台没有核对完，附件没有保存。请拆成几个文件再上传，每个不超过 {MOST_PAGES} 页、"
            f"{MOST_CHARS // 10_000} 万字。",
            field="file",
        )


def _text_state(found: Extracted) -> TextState:
    if not found.is_readable:
        return TextState.NOT_READABLE
    return TextState.EXTRACTED if found.text else TextState.NONE_FOUND


def _refuse_stale(attachment: Attachment, version: int, theirs: dict[str, object]) -> None:
    if attachment.version != version:
        raise Stale(
            "您打开之后，别人已经改过这个附件。两边的内容都在：请对照后选择保留哪一边，再保存。",
            details={"version": attachment.version, "theirs": theirs},
        )


def _changed(
    session: Session, actor: Actor, attachment: Attachment, holder: FileHolder, act: str, content: str
) -> None:
    if holder.kind is FileSubject.NEED:
        note_change(holder.row)
        session.add(holder.row)
    session.add(attachment)
    audit.record(
        session,
        actor_id=actor.signature,
        act=f"attachment.{act}",
        subject_kind="attachment",
        subject_id=attachment.id,
        content=content,
    )
    session.flush()


def _is_kept(services: Services, stored_name: str) -> bool:
    with services.database.reading() as session:
        return session.exec(select(Attachment.id).where(Attachment.stored_name == stored_name)).first() is not None
