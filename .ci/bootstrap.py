"""Prepare everything that `make demo` and `make test` need, in ``.venv``; standard library only.

Three steps, each skipped while what it depends on is unchanged (noted in ``.venv/.bootstrap.json``):
torch first, because its build differs from machine to machine and cannot be in a hash lock; then
``requirements.lock`` with ``--require-hashes``; then this project itself, editable.

``KC_TORCH_INDEX`` may name an additional package index with CPU builds of torch; it is used for torch alone.
"""

import glob
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".bootstrap.json"
LOCK = ROOT / "requirements.lock"
PYPROJECT = ROOT / "pyproject.toml"
OLDEST = (3, 11)
NEW_ENOUGH = ("python3.11", "python3.12", "python3.13", "python3.14")


def say(chinese, english):
    print("[setup] " + chinese + " / " + english, flush=True)


def stop(chinese, english):
    print("\n[setup] " + chinese + "\n[setup] " + english, file=sys.stderr, flush=True)
    sys.exit(1)


def continue_with_a_newer_python():
    """Replace this process by a Python that is new enough, or explain what to install."""
    for name in NEW_ENOUGH:
        found = shutil.which(name)
        if found and subprocess.run([found, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0:
            os.execv(found, [found, *sys.argv])
    version = platform.python_version()
    stop(
        "需要 Python 3.11 或更新的版本，现在是 " + version + "。请先安装，再执行 make PYTHON=python3.11 …。",
        "Python 3.11 or newer is needed, this is " + version + ". Install one, then run make PYTHON=python3.11 …",
    )


def one_at_a_time():
    """Hold a lock until this process ends, so that two terminals do not install into one folder."""
    handle = PYPROJECT.open("rb")
    try:
        import fcntl
    except ImportError:  # Windows: two set-ups at once are simply not guarded there.
        return handle
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("另一个安装正在进行，等待", "another set-up is running, waiting")
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def venv_python():
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_venv():
    """Create ``.venv``, or create it anew when its interpreter is gone or too old."""
    probe = "import sys, pip; sys.exit(sys.version_info[:2] < %r)" % (OLDEST,)
    if venv_python().exists():
        if subprocess.run([venv_python(), "-c", probe], capture_output=True).returncode == 0:
            return
        say("虚拟环境已失效，重新建立", "the virtual environment is broken, making it anew")
    else:
        say("建立虚拟环境 .venv", "making the virtual environment .venv")
    result = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if result.returncode:
        stop(
            "无法建立虚拟环境。Debian/Ubuntu 上请先安装 python3-venv。",
            "The virtual environment could not be made. On Debian/Ubuntu install python3-venv first.",
        )


def read_stamp():
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def digest(*parts):
    return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()


def torch_pin():
    """The exact torch requirement of pyproject.toml, its single home."""
    import tomllib

    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    return next(spec for spec in project["dependencies"] if spec.startswith("torch=="))


def reachable(url):
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=5).close()
    except urllib.error.HTTPError:  # It answers, only not to HEAD.
        return True
    except (OSError, ValueError):
        return False
    return True


def pip(*arguments):
    result = subprocess.run([str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", *arguments])
    if result.returncode:
        stop(
            "安装失败，原因见上。多半是软件包索引连不上：请检查网络、代理和 PIP_INDEX_URL，然后重新执行同一条命令。",
            "Installing failed, see above. Most likely the package index cannot be reached: check network, proxy and "
            "PIP_INDEX_URL, then run the same command again; finished steps are kept.",
        )


def install_torch(pin):
    """Install torch unless the pinned version is there already, in whatever build."""
    version = pin.split("==")[1]
    probe = "import importlib.metadata as m, sys; sys.exit(m.version('torch').split('+')[0] != %r)" % version
    if subprocess.run([str(venv_python()), "-c", probe], capture_output=True).returncode == 0:
        return
    say("安装 " + pin + "（约 200 MB 起）", "installing " + pin + " (200 MB or more)")
    pip(pin, *extra_index(version))


def extra_index(version):
    """pip arguments for the index in KC_TORCH_INDEX, where it makes a difference.

    Only Linux on x86-64 gets a CUDA build of several gigabytes by default. A dead index would cost minutes of
    retries, therefore it is asked first.
    """
    index = os.environ.get("KC_TORCH_INDEX", "").strip()
    folders = os.environ.get("PIP_FIND_LINKS", "").split()
    local = any(glob.glob(os.path.join(folder, "torch-%s*cpu*.whl" % version)) for folder in folders)
    if not index or local or sys.platform != "linux" or platform.machine() != "x86_64":
        return []
    if not reachable(index):
        say("KC_TORCH_INDEX 连不上，改用默认索引", "KC_TORCH_INDEX cannot be reached, using the default index")
        return []
    return ["--extra-index-url", index, "--retries", "1", "--timeout", "60"]


def steps():
    """(name, key of everything it depends on, what to do), in order."""
    pin = torch_pin()
    interpreter = subprocess.check_output([str(venv_python()), "-VV"], text=True)
    lock = LOCK.read_text("utf-8")
    return [
        ("torch", digest(pin, interpreter), lambda: install_torch(pin)),
        ("lock", digest(pin, interpreter, lock), lambda: pip("--require-hashes", "-r", str(LOCK))),
        (
            "project",
            digest(interpreter, str(ROOT), PYPROJECT.read_text("utf-8")),
            lambda: pip("--no-deps", "-e", str(ROOT)),
        ),
    ]


def main():
    if sys.version_info[:2] < OLDEST:
        continue_with_a_newer_python()
    guard = one_at_a_time()
    make_venv()
    done = read_stamp()
    started = time.monotonic()
    pending = [step for step in steps() if done.get(step[0]) != step[1]]
    for name, key, act in pending:
        say("安装步骤：" + name, "install step: " + name)
        act()
        done[name] = key
        STAMP.write_text(json.dumps(done, indent=1), "utf-8")
    if pending:
        seconds = "%.0f" % (time.monotonic() - started)
        say("安装完成，用时 " + seconds + " 秒", "set-up finished in " + seconds + " s")
    guard.close()


if __name__ == "__main__":
    main()
