"""How personal data is shown to those who may not see it: on the server, before it leaves it.

A mask never fails: what cannot be recognised is hidden whole.
"""

from __future__ import annotations

import unicodedata

from service.rules.phone import is_mobile, landline_parts, normalise_phone

HIDDEN = "****"


def mask_name(name: str) -> str:
    """张*, 张*某, 才**吉: the first and the last character stay, of two only the first; · counts like any character."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) < 3:
        return name[:1] + "*" if len(name) == 2 else "*" * len(name)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_phone(phone: str) -> str:
    """138****1234 and 0971-****678; an extension is not shown."""
    phone = normalise_phone(phone)
    if is_mobile(phone):
        return f"{phone[:3]}****{phone[-4:]}"
    landline = landline_parts(phone)
    if landline is None:
        return HIDDEN if phone else ""
    return f"{landline.area}-{'*' * (len(landline.number) - 3)}{landline.number[-3:]}"


def mask_mail(address: str) -> str:
    """w***@example.cn, however long the part before @ is."""
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain):
        return HIDDEN if address.strip() else ""
    return f"{local[0]}***@{domain}"
