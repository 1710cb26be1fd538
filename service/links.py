"""Links that carry their own proof: sixteen bytes that name a row, and a keyed digest over them and their purpose.

Whoever holds the link may do the one thing it is for; what it is for, for whom and how long stands in the row, so that
a link can be taken back, and shown again by staff without being stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

_ID_BYTES, _PROOF_BYTES, _KEY_BYTES = 16, 16, 32


class Links:
    """key: at least 32 secret bytes; with another key every link given out before is void."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise ValueError("the key is too short")
        self._key = key

    def token(self, link_id: str, purpose: str) -> str:
        """link_id: 32 hex digits. The token is 43 characters that may stand in a URL."""
        raw = bytes.fromhex(link_id)
        return _spelled(raw + self._proof(raw, purpose))

    def link_id(self, token: str, purpose: str) -> str | None:
        """The row a token names, None if it is not one of ours or for something else."""
        try:
            found = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        # The last character has bits to spare: without this, three other spellings of a link would open it too.
        if token != _spelled(found):
            return None
        raw, proof = found[:_ID_BYTES], found[_ID_BYTES:]
        return raw.hex() if hmac.compare_digest(proof, self._proof(raw, purpose)) else None

    def _proof(self, raw: bytes, purpose: str) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + raw, hashlib.sha256)[:_PROOF_BYTES]


def _spelled(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def key_in(file: Path) -> bytes:
    """The key of this installation, made at the first call; readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        draft.touch(0o600)
        draft.write_bytes(secrets.token_bytes(_KEY_BYTES))
        try:
            # Fails where another process was first: its key is the one.
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_bytes()
