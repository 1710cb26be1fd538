"""Write requirements.lock anew from pyproject.toml; needs the program ``uv`` (not a dependency of the project).

torch, and what only torch needs, stays out: its build differs from machine to machine, see .ci/bootstrap.py.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ONLY_FOR_TORCH = ("torch", "mpmath", "networkx", "setuptools", "sympy")
OPTIONS = ["--quiet", "--generate-hashes", "--universal", "--python-version", "3.11", "--extra", "test"]
PLAIN = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]


def main() -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("需要 uv，请先安装。 / The program uv is needed, install it first.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        overrides = Path(folder) / "overrides.txt"
        overrides.write_text("torch; sys_platform == 'never'\n", "utf-8")
        left_out = [part for name in ONLY_FOR_TORCH for part in ("--no-emit-package", name)]
        command = [uv, "pip", "compile", *OPTIONS, *PLAIN, *left_out, "--override", str(overrides)]
        return subprocess.run([*command, "pyproject.toml", "-o", "requirements.lock"], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
