"""Nothing that bears a mark of a state or work secret gets past this point."""

from __future__ import annotations

from collections.abc import Mapping

from service.errors import SecrecySuspected
from service.rules.secrecy import find_secrecy_marks


def refuse_secrets(texts: Mapping[str, str], officer: str) -> None:
    """Called before anything is stored, indexed, logged or sent. texts: label of the field → what was written.

    Raises SecrecySuspected naming the field and whom to call, never repeating the text.
    """
    for label, text in texts.items():
        if find_secrecy_marks(text):
            raise SecrecySuspected(
                f"“{label}”中出现了密级标志，内容没有保存。本平台不受理涉密内容："
                f"请立即停止填写，不要用网络传送，并与{officer}联系。",
                field=label,
            )
