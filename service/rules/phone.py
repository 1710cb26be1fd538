"""Mobile and landline numbers of the mainland: one stored form for each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from service.rules.characters import half_width, without_blanks

Kind = Literal["mobile", "landline"]

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
# Area codes of three digits are 010 and 02x; all others have four.
_LANDLINE_PARTS = re.compile(r"(010|02[0-9]|0[0-9]{3}|0[0-9]{2}(?=-))-?([0-9]{7,8})(?:-([0-9]{1,6}))?")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_EXTENSION = re.compile(r"(转|分机|[Ee][Xx][Tt]\.?)")


@dataclass(frozen=True)
class PhoneCheck:
    """phone: as stored, 13800001234 or 0971-1234567-801. kind is None when there is an error."""

    phone: str
    kind: Kind | None
    error: str | None = None


@dataclass(frozen=True)
class Landline:
    area: str
    number: str
    extension: str | None


def normalise_phone(text: str) -> str:
    """Half width, without blanks and +86, one dash between the parts of a landline and none in a mobile number."""
    phone = _EXTENSION.sub("-", without_blanks(half_width(text)).translate(_DASHES))
    phone = re.sub(r"^(\+|00)86-?(?=[01])", "", phone)
    phone = re.sub(r"^[(]([0-9]{3,4})[)]-?", r"\1-", phone)
    if _MOBILE.fullmatch(phone.replace("-", "")):
        return phone.replace("-", "")
    parts = landline_parts(phone)
    if parts is None:
        return phone
    return "-".join(part for part in (parts.area, parts.number, parts.extension) if part)


def landline_parts(phone: str) -> Landline | None:
    """Area code, number and extension; None for anything but a landline number."""
    parts = _LANDLINE_PARTS.fullmatch(phone)
    return Landline(parts[1], parts[2], parts[3]) if parts else None


def is_mobile(phone: str) -> bool:
    return _MOBILE.fullmatch(phone) is not None


def check_phone(text: str) -> PhoneCheck:
    phone = normalise_phone(text)
    if not phone:
        return PhoneCheck(phone, None, "请填写电话：11 位手机号，或带区号的固定电话。")
    if is_mobile(phone):
        return PhoneCheck(phone, "mobile")
    if _LANDLINE.fullmatch(phone) and landline_parts(phone):
        return PhoneCheck(phone, "landline")
    return PhoneCheck(
        phone, None, "电话格式不对。请填 11 位手机号（如 13800001234），或带区号的固定电话（如 0971-1234567）。"
    )


def check_mobile(text: str) -> PhoneCheck:
    """For what needs a mobile number: a code is sent to it, or a person signs in with it."""
    phone = normalise_phone(text)
    if is_mobile(phone):
        return PhoneCheck(phone, "mobile")
    return PhoneCheck(phone, None, "这里要填手机号：11 位数字，以 13—19 开头。")
