"""字典: what this place calls its fields of industry and kinds of service, adds to them, or no longer offers."""

from __future__ import annotations

import json

from sqlmodel import Session

from service.actors import Actor
from service.errors import Conflict, Invalid, NotFound
from service.permissions import require
from service.rules.vocabulary import (
    INDUSTRY_FIELDS,
    SERVICE_TYPES,
    Dictionary,
    dictionary,
    free_industry_code,
    free_service_code,
)
from service.schemas.stored_settings import ChangeOut, DictionaryName, DictionaryOut, ReasonsOut, WordInput, WordOut
from service.services import Services
from service.settings import Settings, Word
from service.stored_settings import present
from service.usecases import setting_rows, words
from service.usecases.concerned import KINDS
from service.usecases.secrecy import refuse_secrets

LABELS = {DictionaryName.INDUSTRY_FIELDS: "产业领域", DictionaryName.SERVICE_TYPES: "服务类别"}
_SHIPPED = {DictionaryName.INDUSTRY_FIELDS: INDUSTRY_FIELDS, DictionaryName.SERVICE_TYPES: SERVICE_TYPES}
_FREE = {DictionaryName.INDUSTRY_FIELDS: free_industry_code, DictionaryName.SERVICE_TYPES: free_service_code}


def dictionary_of(settings: Settings, name: DictionaryName) -> Dictionary:
    """As it holds: for whoever shows or offers its words."""
    return _made(name, getattr(settings, name))


def listed(session: Session, services: Services, actor: Actor) -> list[DictionaryOut]:
    require(actor, "upkeep.view")
    held = present(session, services.environment)
    return [_shown(session, name, getattr(held, name)) for name in DictionaryName]


def change_word(session: Session, services: Services, actor: Actor, which: str, given: WordInput) -> DictionaryOut:
    """Call a word otherwise, offer it or not, or add one (no code). Raises NotFound, Invalid, Conflict, Stale."""
    require(actor, "setting.change")
    if which not in LABELS:
        raise NotFound("没有这部字典。请刷新页面，按页面上的按钮办理。")
    name = DictionaryName(which)
    refuse_secrets({"名称": given.label}, services.settings.secrecy_officer)
    label = words.line(given.label, "label", 40)
    changes: tuple[Word, ...] = getattr(present(session, services.environment), name)
    held = _made(name, changes)
    code = given.code or _FREE[name](held.labels)
    if code is None:
        raise Conflict("不能再增加了。请停用不再需要的，把它改成新的名称。")
    if given.code and code not in held.labels:
        raise Invalid("没有这个代码。请刷新页面，按页面上的按钮办理。", field="code")
    if any(each.label == label and each.code != code for each in held.entries):
        raise Invalid(f"已经有“{label}”了，请换一个名称。", field="label")
    offered = held.offered()
    if not given.is_offered and given.code and set(offered) == {code}:
        raise Conflict("至少要留一个可以选用的。")
    new = Word(code=code, label=label, is_offered=given.is_offered or not given.code)
    kept = tuple(each for each in changes if each.code != code)
    # A word as the program has it is no change.
    is_change = not (_SHIPPED[name].get(code) == label and new.is_offered)
    made = (*kept, new) if is_change else kept
    text = json.dumps([each.model_dump() for each in made], ensure_ascii=False)
    setting_rows.store(session, actor, name, text, version=given.version, act="change")
    return _shown(session, name, made)


def reasons(actor: Actor) -> list[ReasonsOut]:
    """What steps ask for, of every lifecycle: part of the procedure, so nobody changes them here."""
    require(actor, "upkeep.view")
    return [
        ReasonsOut(label=f"{kind.lifecycle.label}：{step.label}", reasons=list(step.reasons.values()))
        for kind in KINDS.values()
        for step in kind.lifecycle.transitions
        if step.reasons
    ]


def _made(name: DictionaryName, changes: tuple[Word, ...]) -> Dictionary:
    return dictionary(_SHIPPED[name], ((each.code, each.label, each.is_offered) for each in changes))


def _shown(session: Session, name: DictionaryName, changes: tuple[Word, ...]) -> DictionaryOut:
    change: ChangeOut = setting_rows.change_of(session, name)
    return DictionaryOut(
        **change.model_dump(),
        name=name,
        label=LABELS[name],
        words=[WordOut.model_validate(each, from_attributes=True) for each in _made(name, changes).entries],
    )
