"""Run every test at full size and write what came out to docs/proof.md; `make prove` measures before it calls this.

    python .ci/prove.py [sized|rest]

In two parts, each with a section of its own: the tests that have a full size (they ask for `proved`), then all others.
Nothing is judged here: the document repeats pytest's own summary line, the commit and the machine it ran on.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "proof.md"
WRITTEN = {"docs/quality.md", "docs/performance.md", "docs/proof.md"}  # by `make prove` itself
TESTS = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
HEAD = (
    "# 验证记录 / Proof\n\n"
    "由 `make prove` 生成：先跑质量与速度测量，再以完整规模跑全部测试。\n"
    "Written by `make prove`, after measuring quality and speed, from all tests at full size.\n"
    "质量见 [quality.md](quality.md)，速度见 [performance.md](performance.md)。\n"
)


@dataclass(frozen=True)
class Part:
    title: str
    chosen: tuple[str, ...]


PARTS = {
    "sized": Part("以完整规模证明的 / shown at full size", ("--dist", "load", "-m", "sized")),
    "rest": Part("其余测试 / all other tests", ("--dist", "loadfile", "-m", "not sized")),
}


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def run_tests(part: Part, told: Path) -> tuple[int, str]:
    """Exit code and last line of the test run; the output is shown while it runs.

    told: where tests write what they showed at full size, a sentence a line.
    """
    environment = os.environ | {"KC_PROVE": "1", "KC_PROVED": str(told)}
    command = [*TESTS, *part.chosen]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line.strip())
    return process.returncode, next((line for line in reversed(lines) if line), "no output")


def section(part: Part, summary: str, code: int, seconds: float, shown: list[str]) -> str:
    changed = [line for line in git("status", "--porcelain").splitlines() if line.split()[-1] not in WRITTEN]
    commit = git("rev-parse", "--verify", "--quiet", "HEAD") or "none"
    rows = [
        ("提交 / commit", f"`{commit}`" + (" + uncommitted changes" if changed else "")),
        ("测试 / tests", f"`{summary}`（exit code {code}）"),
        ("用时 / duration", f"{seconds:.0f} s"),
        ("机器 / machine", f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"),
        ("Python", platform.python_version()),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    listed = "".join(f"- {line}\n" for line in shown)
    return f"## {part.title}\n\n| | |\n|---|---|\n{table}\n" + (f"\n{listed}" if listed else "")


def known_sections() -> dict[str, str]:
    """By title, of the document as it stands: only the part that was run is written anew."""
    parts = TARGET.read_text("utf-8").split("\n## ")[1:] if TARGET.exists() else []
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


def prove(part: Part) -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.txt"
        told.touch()
        code, summary = run_tests(part, told)
        shown = sorted(told.read_text("utf-8").splitlines())
    found = known_sections() | {part.title: section(part, summary, code, time.monotonic() - started, shown)}
    ordered = [found[each.title] for each in PARTS.values() if each.title in found]
    TARGET.write_text("\n".join([HEAD, *ordered]), "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {summary}")
    return code


def main(arguments: list[str]) -> int:
    if not set(arguments) <= set(PARTS):
        print(__doc__, file=sys.stderr)
        return 2
    return max(prove(PARTS[name]) for name in arguments or PARTS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
