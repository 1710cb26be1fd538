"""Ways out of the platform: mail and SMS. They know nothing of notices, only of words and where these go."""

from __future__ import annotations


class Undelivered(Exception):
    """is_final: trying again would not help, because of the address or of what was sent."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
