"""What can go wrong in matching, in words a person can act on.

Every message is Chinese and says what to do; the class decides the exit code of the command line.
"""

from __future__ import annotations


class MatchingError(Exception):
    """Something a person can understand and act on. Everything else is a bug."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(MatchingError):
    """A file, line, field or argument that cannot be used."""


class ModelUnavailable(MatchingError):
    """No usable encoder; keyword mode would still rank."""

    exit_code = 3


class IndexDamaged(MatchingError):
    """A snapshot whose files do not agree with its manifest, or cannot be read."""


class FingerprintMismatch(MatchingError):
    """Vectors of two different encoders would be mixed; the index has to be rebuilt."""
