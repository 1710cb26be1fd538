"""The files of this repository, as the architecture tests see them."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "build", "dist", "__pycache__"}


def files(pattern: str = "*") -> list[Path]:
    """Files that are tracked, or would be by `git add .`; without git, all but the usual places of made things."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    else:
        found = [ROOT / name for name in listed.split("\0") if name]
    return sorted(path for path in found if path.match(pattern) and path.is_file())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
