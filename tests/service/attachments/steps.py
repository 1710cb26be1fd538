"""Acts around attachments, each by a person of the small world in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from service.clock import now, stopped_at
from service.models import Attachment, FileSubject, Need, PublicityLevel
from service.schemas.attachments import AttachmentInput, AttachmentsOut
from service.usecases import attachments
from service.usecases.attachment_views import listed
from tests.service.attachments.documents import a_docx
from tests.service.world import World

OWNER = "盐湖厂马工"
TEXT = "吸附柱八台，运行六个月后容量下降"


def upload(
    world: World,
    need_id: str,
    content: bytes | None = None,
    *,
    name: str = OWNER,
    file_name: str = "工况说明.docx",
    level: PublicityLevel = PublicityLevel.INVITED,
) -> Attachment:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
    given = a_docx(TEXT) if content is None else content
    kind = FileSubject.NEED
    return attachments.upload(world.services, actor, kind, need_id, given, file_name=file_name, publicity_level=level)[
        0
    ]


@contextmanager
def later(**by: float) -> Iterator[None]:
    """Some time after now, as timedelta says it."""
    with stopped_at(now() + timedelta(**by)):
        yield


def correct(
    world: World,
    attachment: Attachment,
    text: str,
    *,
    name: str = OWNER,
    level: PublicityLevel = PublicityLevel.INVITED,
    version: int | None = None,
) -> Attachment:
    given = AttachmentInput(
        version=(attachment.version or 0) if version is None else version, extracted_text=text, publicity_level=level
    )
    with world.services.database.writing() as session:
        return attachments.correct(session, world.services, world.actor(session, name), attachment.id, given)[0]


def remove(world: World, attachment: Attachment, *, name: str = OWNER) -> Attachment:
    with world.services.database.writing() as session:
        actor = world.actor(session, name)
        return attachments.remove(session, world.services, actor, attachment.id, attachment.version or 0)[0]


def seen_by(world: World, name: str, need_id: str) -> AttachmentsOut:
    with world.services.database.reading() as session:
        actor = world.actor(session, name)
        return listed(session, world.services.settings, actor, FileSubject.NEED, need_id)


def the_need(world: World, need_id: str) -> Need:
    with world.services.database.reading() as session:
        return session.get_one(Need, need_id)


def files_of(world: World) -> list[str]:
    folder = world.services.settings.data_dir / "attachments"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
