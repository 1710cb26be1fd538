"""Texts per second of the bundled encoder, beside padded batches of the same weights."""

from __future__ import annotations

from collections.abc import Callable

from matching.bench.corpus import Material
from matching.bench.references import Model, encode_padded, padded_onnx, torch_bf16
from matching.bench.result import Row, Section, per_second
from matching.bench.size import Size
from matching.bench.timing import Call, Timing, take_turns
from matching.encoder.container import locate, open_container
from matching.encoder.protocol import Encoder
from matching.encoder.tokenizer import build_tokenizer

GOAL = 0.9
LENGTHS = (20, 150, 600)
BATCHES = (16, 32)
_PROMPT = "passage: "


def texts_of(found: Material, length: int, count: int) -> list[str]:
    """Real text cut to this many characters."""
    whole = "".join(found.texts)
    return [(whole[at * length :] + whole)[:length] for at in range(count)]


def measure(encoder: Encoder, found: Material, size: Size, say: Callable[[str], None]) -> list[Section]:
    say("重建参照模型（ONNX int8 补齐批、torch bf16）")
    container = open_container(locate())
    tokenizer = build_tokenizer(container.vocabulary)
    cores = _cores()
    models = {"ONNX int8": padded_onnx(container, cores), "torch bf16": torch_bf16(container, cores)}

    def padded(model: Model, texts: list[str], batch: int) -> Call:
        prompted = [_PROMPT + text for text in texts]
        return lambda: encode_padded(model, tokenizer, prompted, batch)

    rows = []
    samples = {f"{length} 字": texts_of(found, length, size.texts) for length in LENGTHS}
    samples["真实条目，长短不一"] = found.texts[:: max(1, len(found.texts) // (2 * size.texts))][: 2 * size.texts]
    for label, texts in samples.items():
        say(f"编码 {label}")
        contestants: dict[str, list[Call]] = {"ours": [lambda texts=texts: encoder.encode_document(texts)]}  # type: ignore[misc]
        for name, model in models.items():
            for batch in BATCHES:
                contestants[f"{name}，每批 {batch}"] = [padded(model, texts, batch)]
        timed = take_turns(contestants, size.slow_rounds)
        rows.append(_row(label, timed, len(texts)))
    note = (
        f"encode_document 每次 {size.texts} 条（真实条目 {2 * size.texts} 条），"
        "对同一权重的补齐批（16、32 条）中最快的一种；都含分词，参照不含归一文本与居中。"
    )
    return [Section("encoding", "编码 / encoding", note, rows)]


def _row(label: str, timed: dict[str, Timing], count: int) -> Row:
    ours = timed.pop("ours")
    fastest = min(timed, key=lambda name: timed[name].best)
    others = "；".join(f"{name} {count / timing.best:.1f}/s" for name, timing in timed.items() if name != fastest)
    reference = f"{fastest} {per_second(timed[fastest], count)}（其余：{others}）"
    return Row(label, per_second(ours, count), reference, timed[fastest].best / ours.best, GOAL, at_least=True)


def _cores() -> int:
    from matching.settings import MatchingSettings

    return MatchingSettings.from_env().cores
