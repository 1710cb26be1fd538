"""Opening what is not for everybody, with a trace that its owner can look at.

The trace is kept before anything is shown. Only who leaves one waits for the database's single writer: the owner's own
people leave none, and of one need a reader leaves one an hour.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import now
from service.disclosure import Access, access_of
from service.errors import NotFound
from service.facts import is_need_owner
from service.models import Attachment, Expert, FileSubject, Need, ReadEntry, User
from service.schemas.attachments import AttachmentTextOut, ReaderLine
from service.schemas.invitations import InvitationOut
from service.schemas.needs import NeedOut
from service.services import Services
from service.usecases import approvals, attachment_views, attachments, invitation_views, invitations, need_views, needs
from service.usecases.file_holders import FileHolder, leaves_trace
from service.usecases.paging import page_of_rows

_ONE_TRACE_IN = timedelta(hours=1)


class Opened(StrEnum):
    FULL = "full"
    FILE = "file"
    TEXT = "text"


_LABELS = {Opened.FULL: "打开了需求全文", Opened.FILE: "下载了附件", Opened.TEXT: "看了附件的文字"}


def open_need(services: Services, actor: Actor, need_id: str) -> NeedOut:
    """One need as this person may see it."""
    with services.database.reading() as session:
        need = needs.find(session, actor, need_id)
        shown = need_views.show(session, services.clockwork, actor, need)
        is_due = _is_due(session, actor, need)
    if is_due:
        _note(services, actor, ("need", need.id), Opened.FULL)
    return shown


def open_invitation(services: Services, actor: Actor, invitation_id: str) -> InvitationOut:
    """With the need as the invited may see it, so this opens the need as well."""
    with services.database.reading() as session:
        case = invitations.find(session, actor, invitation_id)
        shown = invitation_views.show(session, services, actor, case)
        is_due = _is_due(session, actor, case.need)
    if is_due:
        _note(services, actor, ("need", case.need.id), Opened.FULL)
    return shown


def open_text(services: Services, actor: Actor, attachment_id: str) -> AttachmentTextOut:
    """What was read from a file, or corrected by its owner; of files of other things than needs there is no text."""
    with services.database.reading() as session:
        attachment, holder = attachments.find(session, actor, attachment_id)
    if holder.kind is FileSubject.NEED:
        _note_file(services, actor, holder, f"{Opened.TEXT}:{attachment.id}")
    return attachment_views.show_text(attachment, holder)


def open_file(services: Services, actor: Actor, attachment_id: str) -> tuple[Attachment, Path]:
    """Where the file lies. Raises NotFound, also if it is not there."""
    with services.database.reading() as session:
        attachment, holder = attachments.find(session, actor, attachment_id)
    path = services.attachments.path(attachment.stored_name or "")
    if not path.is_file():
        raise NotFound("这个附件的文件暂时取不到。请联系科协工作人员，或请上传的人重新上传。")
    _note_file(services, actor, holder, f"{Opened.FILE}:{attachment.id}")
    return attachment, path


def readers(session: Session, actor: Actor, need_id: str, page: int) -> tuple[list[ReaderLine], int]:
    """(entries of this page, how many in all), newest first: the need, its files and those of its consultations."""
    return _readers_of(session, "need", needs.find(session, actor, need_id, "need.readers").id, page)


def readers_of_approval(session: Session, actor: Actor, approval_id: str, page: int) -> tuple[list[ReaderLine], int]:
    """As above, of its files."""
    return _readers_of(session, "approval", approvals.find(session, actor, approval_id).approval.id, page)


def _readers_of(session: Session, kind: str, subject_id: str, page: int) -> tuple[list[ReaderLine], int]:
    wanted = select(ReadEntry).where(ReadEntry.subject_kind == kind, ReadEntry.subject_id == subject_id)
    found, total = page_of_rows(session, wanted, col(ReadEntry.seq).desc(), page=page)
    return _lines(session, found), total


def _lines(session: Session, entries: list[ReadEntry]) -> list[ReaderLine]:
    people = sorted({entry.reader_id for entry in entries})
    names = {expert.id: expert.name for expert in session.exec(select(Expert).where(col(Expert.id).in_(people)))}
    names |= {user.id: user.name for user in session.exec(select(User).where(col(User.id).in_(people)))}
    files = {entry.what.partition(":")[2] for entry in entries}
    found = session.exec(select(Attachment).where(col(Attachment.id).in_(sorted(files))))
    file_names = {attachment.id: attachment.file_name for attachment in found}
    lines = []
    for entry in entries:
        what, _, attachment_id = entry.what.partition(":")
        lines.append(
            ReaderLine(
                at=entry.at,
                reader=names.get(entry.reader_id, "（账号已注销）"),
                what=what,
                label=_LABELS[Opened(what)],
                file_name=file_names.get(attachment_id),
            )
        )
    return lines


def _is_due(session: Session, actor: Actor, need: Need) -> bool:
    """Whether this reader is shown more than everybody and has left no trace within the hour."""
    if access_of(actor, need) is Access.PUBLIC or is_need_owner(actor, need):
        return False
    wanted = select(ReadEntry.seq).where(
        ReadEntry.subject_kind == "need",
        ReadEntry.subject_id == need.id,
        ReadEntry.reader_id == actor.signature,
        ReadEntry.what == Opened.FULL,
        col(ReadEntry.at) > now() - _ONE_TRACE_IN,
    )
    return session.exec(wanted.limit(1)).first() is None


def _note_file(services: Services, actor: Actor, holder: FileHolder, what: str) -> None:
    if leaves_trace(actor, holder):
        _note(services, actor, holder.traced_on, what)


def _note(services: Services, actor: Actor, opened: tuple[str, str], what: str) -> None:
    assert actor.signature is not None  # nothing of this is for strangers
    kind, subject_id = opened
    with services.database.writing() as session:
        session.add(ReadEntry(reader_id=actor.signature, subject_kind=kind, subject_id=subject_id, what=what))
