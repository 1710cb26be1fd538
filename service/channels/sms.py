"""SMS through a gateway. Which one a province has is its affair: ours speaks plain JSON, others can be put beside."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Protocol

from service.channels import Undelivered
from service.settings import SmsSettings


class Sms(Protocol):
    def send(self, mobile: str, text: str) -> None:
        """Returns once the gateway has taken it. Raises Undelivered."""


class JsonGateway:
    """Posts {"mobile", "text"} with a bearer token; any answer of the 200s means that it was taken."""

    def __init__(self, settings: SmsSettings) -> None:
        self._settings = settings

    def send(self, mobile: str, text: str) -> None:
        headers = {"content-type": "application/json; charset=utf-8"}
        token = self._settings.token.get_secret_value()
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = json.dumps({"mobile": mobile, "text": text}, ensure_ascii=False).encode()
        request = urllib.request.Request(self._settings.url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self._settings.timeout_seconds):
                return
        except urllib.error.HTTPError as error:
            # 400 and 422 are about this message; anything else the gateway or we can set right.
            raise Undelivered(f"HTTP {error.code}", is_final=error.code in (400, 422)) from None
        except OSError as error:
            raise Undelivered(f"{type(error).__name__}: {error}") from None


def sms_of(settings: SmsSettings) -> Sms | None:
    """None where SMS is off, which is the default."""
    return JsonGateway(settings) if settings.url else None
