"""Options and steps that several commands share."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from matching.encoder import open_encoder
from matching.encoder.protocol import Encoder
from matching.index import Index, build_index
from matching.records import Document
from matching.settings import MatchingSettings

T = TypeVar("T")


def add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        type=Path,
        required=True,
        metavar="FILE",
        help="专家、团队、学会、成果，每行一个 JSON / parties, one JSON object per line",
    )


def add_queries(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--queries",
        type=Path,
        required=True,
        metavar="FILE",
        help="需求，每行一个 JSON / needs, one JSON object per line",
    )


def add_encoder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--encoder",
        metavar="NAME|PATH|keyword",
        help="编码器：bundled（默认，离线自带）、模型文件夹、模型名，或 keyword（只按词匹配） / "
        "encoder: bundled (default, offline), a model folder or hub name, or keyword (words only)",
    )


def settings_of(parsed: argparse.Namespace) -> MatchingSettings:
    """Settings of the environment with the command's encoder, if it names one."""
    settings = MatchingSettings.from_env()
    chosen: str | None = getattr(parsed, "encoder", None)
    return replace(settings, encoder=chosen) if chosen else settings


def encoder_of(parsed: argparse.Namespace) -> Encoder | None:
    """None in keyword mode. Raises ModelUnavailable (exit code 3) if the encoder cannot be used."""
    return open_encoder(settings_of(parsed))


def built_index(documents: Sequence[Document], encoder: Encoder | None) -> Index:
    """An index in memory, with a progress bar on a terminal."""
    from tqdm import tqdm

    with tqdm(total=len(documents), desc="建立索引 / indexing", unit="条", disable=not sys.stderr.isatty()) as bar:
        return build_index(documents, encoder, progress=bar.update)


def shown(values: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """The values, with a progress bar on a terminal."""
    from tqdm import tqdm

    yield from tqdm(values, total=total, desc=label, unit="条", disable=not sys.stderr.isatty())


def warn_on_stderr() -> None:
    """Warnings of the library become lines a person sees."""
    logging.basicConfig(level=logging.WARNING, format="提示：%(message)s", stream=sys.stderr)
