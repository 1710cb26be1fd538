"""All measurements in their order, or some of them by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matching.bench import building, encoding, latency, processes
from matching.bench.corpus import Material, material
from matching.bench.result import Section
from matching.bench.size import Size
from matching.encoder.protocol import Encoder

Measure = Callable[[Encoder, Material, Size, Callable[[str], None]], list[Section]]

# A name given to --only; "latency" measures the evidence too, over the same corpora.
MEASURES: dict[str, Measure] = {
    "encoding": encoding.measure,
    "latency": latency.measure,
    "start": processes.measure_start,
    "memory": processes.measure_memory,
    "building": building.measure,
}


def run(encoder: Encoder, size: Size, names: Sequence[str], say: Callable[[str], None]) -> list[Section]:
    """The sections of the named measures. say: told what is going on."""
    say(f"读取并编码 {size.material} 段真实文本")
    found = material(encoder, size.material)
    return [section for name in names for section in MEASURES[name](encoder, found, size, say)]
