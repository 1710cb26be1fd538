"""What a person can understand and act on; everything else is a bug and stays a 500.

Every message is Chinese and says what to do. The class decides the HTTP status, ``code`` is for programs.
"""

from __future__ import annotations

from collections.abc import Mapping


class AppError(Exception):
    """field: the form field it is about; details: further facts for the answer, never personal data of others."""

    status = 500
    code = "error"

    def __init__(self, message: str, *, field: str | None = None, details: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.details = dict(details or {})


class NotSignedIn(AppError):
    status = 401
    code = "not_signed_in"


class Forbidden(AppError):
    """The thing is visible to this person, the act is not theirs."""

    status = 403
    code = "forbidden"


class PasswordChangeRequired(Forbidden):
    """This installation lets nobody work with a password that somebody else chose."""

    code = "password_change_required"


class NotFound(AppError):
    """There is no such thing, or this person must not learn whether there is."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "没有找到，或者您无权查看。请检查链接，或联系发给您链接的人。") -> None:
        super().__init__(message)


class Conflict(AppError):
    """Not now: the wrong state, not ready, or changed by somebody else meanwhile."""

    status = 409
    code = "conflict"


class Stale(Conflict):
    """Somebody else saved first. details: version, and per field what is stored now (``theirs``)."""

    code = "stale"


class Gone(AppError):
    """It was there, and is over: a link past its time."""

    status = 410
    code = "gone"


class InProgress(Conflict):
    """The same request is being handled at this moment."""

    code = "in_progress"


class Invalid(AppError):
    status = 422
    code = "invalid"


class KeyReused(Invalid):
    """A key that makes repeating safe stands for another request already."""

    code = "key_reused"


class SecrecySuspected(Invalid):
    """A mark of a state or work secret was found; nothing of the text was kept anywhere."""

    code = "secrecy_suspected"


class TooMany(AppError):
    status = 429
    code = "too_many"


class NotReady(AppError):
    """The database or the disk is in no state to serve anybody."""

    status = 503
    code = "not_ready"


class Busy(AppError):
    """The database is locked or full; the same request may be sent again."""

    status = 503
    code = "busy"
