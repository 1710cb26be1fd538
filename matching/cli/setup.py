"""`prepare`, `dictionary`: what set-up and maintainers run."""

from __future__ import annotations

import argparse

from matching.cli.options import add_encoder, settings_of
from matching.encoder.prepare import prepare
from matching.text import dictionary


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `prepare` and `dictionary`."""
    preparing = commands.add_parser("prepare", help="导出自带的编码模型（一次） / export the bundled encoder, once")
    add_encoder(preparing)
    preparing.set_defaults(handler=_prepare)
    writing = commands.add_parser("dictionary", help="由领域分类生成词典 / write the dictionary from the taxonomy")
    writing.set_defaults(handler=_dictionary)


def _prepare(parsed: argparse.Namespace) -> int:
    folder = prepare(settings_of(parsed), progress=True)
    print(f"编码模型就绪：{folder}")
    return 0


def _dictionary(_: argparse.Namespace) -> int:
    dictionary.WORDS.write_text(dictionary.generate(), encoding="utf-8")
    print(f"已写出 {dictionary.WORDS.name}：{len(dictionary.taxonomy_words())} 个词。")
    return 0
