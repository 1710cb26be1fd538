"""Attachments as one reader may see them."""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session

from service.actors import Actor
from service.models import Attachment, FileSubject, TextState
from service.schemas.attachments import AttachmentOut, AttachmentsOut, AttachmentTextOut
from service.settings import Settings
from service.usecases import file_holders
from service.usecases.attachments import may_change, readable
from service.usecases.file_holders import FileHolder, files_of

_WRITE_INSTEAD = "请把要点写在这里或“现状与问题”里，否则不参加匹配。"
_NOTES = {
    TextState.EXTRACTED: "文字是从文件中自动读出的（最多前 50 页、20 万字），用于匹配。请核对，有错请更正。",
    TextState.CORRECTED: "文字已由需求方更正，用于匹配。",
    TextState.NONE_FOUND: f"没有读到文字：图片和扫描件不识别文字。{_WRITE_INSTEAD}",
    TextState.NOT_READABLE: f"文件可以下载，但读不出文字，可能已损坏或过于复杂。{_WRITE_INSTEAD}",
}
# Of what is not matched.
_PLAIN_NOTES = {TextState.NOT_READABLE: "文件可以下载，但读不出文字，可能已损坏或过于复杂。请自己打开核对一下。"}


def show(attachment: Attachment, holder: FileHolder) -> AttachmentOut:
    return AttachmentOut(**_facts(attachment, holder))  # type: ignore[arg-type]


def show_text(attachment: Attachment, holder: FileHolder) -> AttachmentTextOut:
    return AttachmentTextOut(**_facts(attachment, holder), extracted_text=attachment.extracted_text)  # type: ignore[arg-type]


def listed(session: Session, settings: Settings, actor: Actor, kind: FileSubject, subject_id: str) -> AttachmentsOut:
    """Of those above the reader's rights not even the name, only how many there are."""
    holder = file_holders.find(session, actor, kind, subject_id, "attachment.open")
    there = files_of(session, kind, subject_id)
    shown = readable(actor, holder, there)
    return AttachmentsOut(
        items=[show(each, holder) for each in shown],
        hidden=dict(Counter(each.publicity_level for each in there if each not in shown)),
        may_change=may_change(actor, holder),
        may_remove=may_change(actor, holder, removing=True),
        most=settings.max_attachments,
        most_megabytes=settings.max_upload_mb,
    )


def _facts(attachment: Attachment, holder: FileHolder) -> dict[str, object]:
    plain = ("id", "file_name", "media_type", "size_bytes", "sha256", "text_state", "created_at", "removed_at")
    is_matched = holder.kind is FileSubject.NEED
    return {name: getattr(attachment, name) for name in (*plain, "subject_kind", "subject_id")} | {
        "version": attachment.version or 0,
        "subject_version": holder.row.version or 0,
        "publicity_level": attachment.publicity_level if is_matched else None,
        "text_note": _NOTES[attachment.text_state] if is_matched else _PLAIN_NOTES.get(attachment.text_state, ""),
    }
