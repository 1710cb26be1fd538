"""Attachments as one reader may see them."""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session

from service.actors import Actor
from service.disclosure import access_of
from service.models import Attachment, Need, TextState
from service.permissions import is_allowed
from service.schemas.attachments import AttachmentOut, AttachmentsOut, AttachmentTextOut
from service.settings import Settings
from service.usecases.attachments import of_need, readable
from service.usecases.needs import is_editable

_WRITE_INSTEAD = "请把要点写在这里或“现状与问题”里，否则不参加匹配。"
_NOTES = {
    TextState.EXTRACTED: "文字由系统从文件中读出（最多前 50 页、20 万字），用于匹配。请核对，有错请更正。",
    TextState.CORRECTED: "文字已由需求方更正，用于匹配。",
    TextState.NONE_FOUND: f"没有读到文字：图片和扫描件不识别文字。{_WRITE_INSTEAD}",
    TextState.NOT_READABLE: f"文件可以下载，但读不出文字，可能已损坏或过于复杂。{_WRITE_INSTEAD}",
}


def show(attachment: Attachment, need: Need) -> AttachmentOut:
    return AttachmentOut(**_facts(attachment, need))  # type: ignore[arg-type]


def show_text(attachment: Attachment, need: Need) -> AttachmentTextOut:
    return AttachmentTextOut(**_facts(attachment, need), extracted_text=attachment.extracted_text)  # type: ignore[arg-type]


def listed(session: Session, settings: Settings, actor: Actor, need: Need) -> AttachmentsOut:
    """Of those above the reader's rights not even the name, only how many there are."""
    there = of_need(session, need)
    shown = readable(there, access_of(actor, need))
    return AttachmentsOut(
        items=[show(each, need) for each in shown],
        hidden=dict(Counter(each.publicity_level for each in there if each not in shown)),
        may_change=is_editable(need) and is_allowed(actor, "need.attach", need),
        most=settings.max_attachments,
        most_megabytes=settings.max_upload_mb,
    )


def _facts(attachment: Attachment, need: Need) -> dict[str, object]:
    plain = ("id", "file_name", "media_type", "size_bytes", "sha256", "publicity_level", "text_state", "created_at")
    return {name: getattr(attachment, name) for name in (*plain, "removed_at")} | {
        "version": attachment.version or 0,
        "subject_version": need.version or 0,
        "text_note": _NOTES[attachment.text_state],
    }
