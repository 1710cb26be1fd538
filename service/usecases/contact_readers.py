"""Who read my contact data, and when."""

from __future__ import annotations

from sqlmodel import Session, col, select

from service.actors import Actor
from service.clock import beijing
from service.models import Association, Expert, Membership, Organization, Post, ReadEntry, User
from service.permissions import require
from service.schemas.privacy import ReaderOut
from service.usecases.paging import page_of_rows

EXPORT = "export"
WHAT = {"mobile": "手机号", "mail": "邮箱", EXPORT: "导出全部个人信息"}


def page_of(session: Session, actor: Actor, *, page: int = 1) -> tuple[list[ReaderOut], int]:
    """(readings of this page, how many in all), newest first."""
    require(actor, "privacy.own")
    mine = [each for each in (actor.user_id, actor.expert_id) if each]
    wanted = select(ReadEntry).where(
        col(ReadEntry.subject_kind).in_(("user", "expert")), col(ReadEntry.subject_id).in_(mine)
    )
    found, total = page_of_rows(session, wanted, col(ReadEntry.seq).desc(), page=page)
    readers = sorted({entry.reader_id for entry in found})
    # Who came by a signed link is an expert without an account.
    names = {
        **dict(session.exec(select(Expert.id, Expert.name).where(col(Expert.id).in_(readers))).all()),
        **dict(session.exec(select(User.id, User.name).where(col(User.id).in_(readers))).all()),
    }
    places = _places(session, found)
    shown = [
        ReaderOut(
            at=entry.at,
            reader=names.get(entry.reader_id, "（账号已注销）"),
            places=places[entry.seq],
            what=[WHAT.get(each, each) for each in entry.what.split()],
        )
        for entry in found
    ]
    return shown, total


def _places(session: Session, entries: list[ReadEntry]) -> dict[int | None, list[str]]:
    """Number of the entry → names of the 科协 and organisations the reader worked for at that time."""
    readers = sorted({entry.reader_id for entry in entries})
    posts = session.exec(
        select(Post, Association.name)
        .join(Association, col(Association.id) == col(Post.association_id))
        .where(col(Post.user_id).in_(readers))
    ).all()
    memberships = session.exec(
        select(Membership, Organization.name)
        .join(Organization, col(Organization.id) == col(Membership.organization_id))
        .where(col(Membership.user_id).in_(readers))
    ).all()
    found: dict[int | None, list[str]] = {}
    for entry in entries:
        day = beijing(entry.at).date()
        names = {
            *(n for p, n in posts if p.user_id == entry.reader_id and p.since <= day and day <= (p.until or day)),
            *(
                n
                for m, n in memberships
                if m.user_id == entry.reader_id and m.created_at <= entry.at <= (m.ended_at or entry.at)
            ),
        }
        found[entry.seq] = sorted(names)
    return found
