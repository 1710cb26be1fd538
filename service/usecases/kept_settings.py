"""Deadlines, what stands in the footer and the other settings of the catalogue, changed by administrators."""

from __future__ import annotations

import json
import re

from sqlmodel import Session

from service.actors import Actor
from service.errors import Conflict, Invalid
from service.permissions import require
from service.rules.characters import half_width
from service.rules.phone import check_phone
from service.schemas.stored_settings import ChangeOut, SettingInput, SettingOut, Value, VersionInput
from service.services import Services
from service.stored_settings import present, value_of
from service.usecases import setting_rows, words
from service.usecases.secrecy import refuse_secrets
from service.usecases.setting_catalogue import Kind, Knob, knob_of, knobs

_BETWEEN = re.compile(r"[\s,，、;；]+")
_MOST_NUMBERS = 6


def listed(session: Session, services: Services, actor: Actor) -> list[SettingOut]:
    """As they hold now, in the order of the catalogue."""
    require(actor, "upkeep.view")
    rows = setting_rows.rows(session)
    changes = setting_rows.changes(session, rows.values())
    holding = present(session, services.environment)
    return [
        _shown(
            knob,
            value_of(services.environment, knob.name),
            value_of(holding, knob.name),
            changes.get(knob.name, ChangeOut()),
            is_stored=knob.name in rows and rows[knob.name].value is not None,
        )
        for knob in knobs()
    ]


def change(session: Session, services: Services, actor: Actor, name: str, given: SettingInput) -> SettingOut:
    """It holds from the next request and the next job on; clocks that run keep the moment they were given.

    Raises NotFound (no such setting), Invalid (out of bounds), Stale.
    """
    require(actor, "setting.change")
    knob = knob_of(name)
    refuse_secrets({knob.label: _text(given.value)}, services.settings.secrecy_officer)
    value = checked(knob, given.value)
    text = json.dumps(value, ensure_ascii=False)
    setting_rows.store(session, actor, name, text, version=given.version, act="change")
    return _one(session, services, actor, name)


def restore(session: Session, services: Services, actor: Actor, name: str, given: VersionInput) -> SettingOut:
    """恢复默认: what the environment says holds again. Raises Conflict if it does already."""
    require(actor, "setting.change")
    knob = knob_of(name)
    if given.version == 0:
        raise Conflict(f"“{knob.label}”没有改过，现在就是默认值。")
    setting_rows.store(session, actor, name, None, version=given.version, act="restore")
    return _one(session, services, actor, name)


def checked(knob: Knob, given: Value) -> Value:
    """The value as it is stored. Raises Invalid that names the bounds."""
    match knob.kind:
        case Kind.NUMBER:
            return _number(knob, given)
        case Kind.NUMBERS:
            parts = given if isinstance(given, list) else [each for each in _BETWEEN.split(str(given)) if each]
            return _rising([_number(knob, each) for each in parts])
        case Kind.CHOICES:
            return _chosen(knob, given)
    text = words.line(_text(given), "value", knob.most or words.LINE_CHARS)
    if knob.kind is Kind.CHOICE and text not in knob.choices:
        raise Invalid(f"“{knob.label}”请从列表里选。", field="value")
    if len(text) < knob.least and (text or knob.least > 1):
        raise Invalid(f"“{knob.label}”至少 {knob.least} 个字。", field="value")
    if knob.kind is Kind.PHONE and text:
        found = check_phone(text)
        if found.error:
            raise Invalid(found.error, field="value")
        return found.phone
    return text


def _number(knob: Knob, given: Value) -> int:
    text = half_width(str(given)).strip()
    if isinstance(given, list) or not re.fullmatch(r"[0-9]{1,6}", text):
        raise Invalid(f"“{knob.label}”请填整数，{_bounds(knob)}。", field="value")
    if not knob.least <= int(text) <= knob.most:
        why = "这是对个人的承诺，只能更短" if knob.is_promised and int(text) > knob.most else "请改一个数"
        raise Invalid(f"“{knob.label}”填的是 {int(text)}，应当{_bounds(knob)}；{why}。", field="value")
    return int(text)


def _bounds(knob: Knob) -> str:
    return f"在 {knob.least} 到 {knob.most} {knob.unit}之间"


def _rising(numbers: list[int]) -> list[int]:
    if not 1 <= len(numbers) <= _MOST_NUMBERS:
        raise Invalid(f"请填 1 到 {_MOST_NUMBERS} 个数，用顿号隔开，例如 30、90、180。", field="value")
    if numbers != sorted(set(numbers)):
        raise Invalid("几个数要从小到大，不能重复，例如 30、90、180。", field="value")
    return numbers


def _chosen(knob: Knob, given: Value) -> list[str]:
    picked = [str(each) for each in (given if isinstance(given, list) else [given]) if str(each)]
    unknown = [each for each in picked if each not in knob.choices]
    if unknown:
        raise Invalid(f"“{knob.label}”请从列表里选。", field="value")
    return [each for each in knob.choices if each in picked]


def _text(given: Value) -> str:
    return "、".join(str(each) for each in given) if isinstance(given, list) else str(given)


def _one(session: Session, services: Services, actor: Actor, name: str) -> SettingOut:
    return next(each for each in listed(session, services, actor) if each.name == name)


def _shown(knob: Knob, default: Value, value: Value, change: ChangeOut, *, is_stored: bool) -> SettingOut:
    return SettingOut(
        **change.model_dump(),
        name=knob.name,
        label=knob.label,
        group=knob.group,
        kind=knob.kind,
        unit=knob.unit,
        help=knob.help,
        least=knob.least,
        most=knob.most,
        choices=dict(knob.choices),
        default=_plain(default),
        value=_plain(value),
        default_words=in_words(knob, default),
        value_words=in_words(knob, value),
        is_stored=is_stored,
    )


def _plain(value: Value | tuple[int | str, ...]) -> Value:
    found: Value = list(value) if isinstance(value, tuple) else value  # type: ignore[assignment]  # of one kind each
    return found


def in_words(knob: Knob, value: Value | tuple[int | str, ...]) -> str:
    """As a person reads it."""
    many = value if isinstance(value, list | tuple) else [value]
    text = "、".join(knob.choices.get(str(each), str(each)) for each in many)
    if knob.unit and text:
        return f"{text} {knob.unit}"
    return text or ("都不要" if knob.kind is Kind.CHOICES else "没有填")
