"""Texts to vectors. Importing this is quick: the libraries behind it are imported when a model is loaded."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from matching.encoder.protocol import Encoder, Role, Span, Vectors
from matching.settings import KEYWORD, MatchingSettings

if TYPE_CHECKING:
    from matching.encoder.sentence import SentenceEncoder

__all__ = ["Encoder", "Role", "Span", "Vectors", "open_encoder"]


def open_encoder(settings: MatchingSettings) -> SentenceEncoder | None:
    """The encoder that the settings ask for, None for keyword mode; the model itself is loaded by its first use.

    If the bundled model has never been prepared here, it is (some seconds, with a bar where stderr is a terminal). One
    that is there but damaged is not repaired silently: its first use raises. Raises ModelUnavailable if there is no
    usable one.
    """
    if settings.encoder == KEYWORD:
        return None
    from matching.encoder.centring import find_centring
    from matching.encoder.prepare import model_folder, prepare
    from matching.encoder.sentence import SentenceEncoder
    from matching.encoder.source import find_source

    source = find_source(settings)
    if source.is_bundled and not model_folder(settings).exists():
        prepare(settings, progress=sys.stderr.isatty())
    centring = find_centring(source.fingerprint, source.prompts, settings.data_dir)
    return SentenceEncoder(source, centring, settings.cores, threads_were_set=settings.threads > 0)
