"""docs/performance.md: the tables, the machine, the command."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from matching.bench.result import Row, Section

FLAGS = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16")
PACKAGES = ("numpy", "scipy", "onnxruntime", "torch", "sentence-transformers", "tokenizers", "faiss-cpu")


@dataclass(frozen=True)
class Machine:
    """load: mean number of processes wanting a core, over the last 15 minutes; others' work makes times longer."""

    cores: int
    flags: tuple[str, ...]
    python: str
    packages: tuple[tuple[str, str], ...]
    load: float

    @classmethod
    def this(cls) -> Machine:
        try:
            lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        except OSError:
            lines = []
        known = {flag for line in lines if line.startswith("flags") for flag in line.split()}
        return cls(
            os.cpu_count() or 1,
            tuple(flag for flag in FLAGS if flag in known),
            platform.python_version(),
            tuple((name, version(name)) for name in PACKAGES),
            os.getloadavg()[2],
        )


def render(sections: Sequence[Section], machine: Machine, command: str) -> str:
    """The whole page, ending in a newline."""
    goals = [row for section in sections for row in section.rows if row.reached is not None]
    reached = sum(row.reached is True for row in goals)
    lines = [
        "# 速度与内存 / Speed and memory",
        "",
        f"由 `{command}` 生成，不要手改；有目标的 {len(goals)} 行中达到 {reached} 行。",
        "",
        "每个数都是与同一次运行里的参照之比：两边轮流跑，各取若干轮中最好的一轮（括号里是中位数）。"
        "绝对时间随机器和当时的负载变化，比值才作数。",
    ]
    for section in sections:
        lines += ["", f"## {section.title}", "", section.note, "", *table(section.rows)]
    packages = "、".join(f"{name} {number}" for name, number in machine.packages)
    lines += [
        "",
        "## 环境 / Environment",
        "",
        f"- 处理器：{machine.cores} 核；指令集 {'、'.join(machine.flags) or '未知'}；无 GPU。",
        f"- 测量前后 15 分钟平均负载：{machine.load:.1f}（大于 0 的部分含别的进程）。",
        f"- Python {machine.python}；{packages}。",
        "- 语料：真实句子重新组合成约 100 字的条目；向量由真实向量两两混合、加噪、归一而成；种子固定。",
    ]
    return "\n".join(lines) + "\n"


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of a table of results."""
    found = ["| 项目 | 值 | 参照 | 比值 | 目标 | 达到 |", "|---|---|---|--:|--:|:-:|"]
    for row in rows:
        goal = "" if row.goal is None else f"{'≥' if row.at_least else '≤'} {row.goal:g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        reached = {None: "", True: "是", False: "**否**"}[row.reached]
        found.append(f"| {row.name} | {row.value} | {row.reference} | {ratio} | {goal} | {reached} |")
    return found
