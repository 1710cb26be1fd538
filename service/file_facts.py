"""Facts about files: who may open one is who may read what it belongs to, who may hand one in is who may write that."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from service.actors import Actor
from service.approval_facts import hands_in_scan, sees_approval
from service.case_facts import gives_owners_word, sees_consultation, speaks_for_owner, works_for_holder
from service.facts import Fact, any_of, owns_need, sees_all_of_need, sees_need
from service.models import FileSubject, Side

OF_CONSULTATION = (FileSubject.MINUTES, FileSubject.OUTCOME)


@dataclass(frozen=True)
class FileCase:
    """What files belong to. seen: what its own rules look at: a need, a consultation's Case, an ApprovalCase.

    side: whose word it is, of minutes and outcomes.
    """

    kind: FileSubject
    seen: Any
    side: Side | None = None


def _of(kinds: Collection[FileSubject], fact: Fact) -> Fact:
    """The fact about what the file belongs to, if that is one of these kinds."""

    def holds(actor: Actor, case: FileCase) -> bool:
        return case.kind in kinds and fact(actor, case.seen)

    holds.__name__ = f"（{'、'.join(kinds)}：{fact.__name__}）"
    return holds


def speaks_for_its_side(actor: Actor, case: FileCase) -> bool:
    if case.kind not in OF_CONSULTATION:
        return False
    return (gives_owners_word if case.side is Side.OWNER else works_for_holder)(actor, case.seen)


sees_what_it_belongs_to = any_of(
    _of([FileSubject.NEED], sees_need),
    _of(OF_CONSULTATION, sees_consultation),
    _of([FileSubject.APPROVAL], sees_approval),
)
# Minutes and evidence are between the two sides and the staff who handle the case: not for a 技术经理人 who looks on,
# nor for those who passed the need on.
opens_file = any_of(
    _of([FileSubject.NEED], sees_need),
    _of(OF_CONSULTATION, any_of(works_for_holder, speaks_for_owner)),
    _of([FileSubject.APPROVAL], sees_approval),
)
sees_where_it_is_handed_in = any_of(
    _of([FileSubject.NEED], sees_all_of_need),
    _of(OF_CONSULTATION, sees_consultation),
    _of([FileSubject.APPROVAL], sees_approval),
)
changes_files = any_of(
    _of([FileSubject.NEED], owns_need), speaks_for_its_side, _of([FileSubject.APPROVAL], hands_in_scan)
)
