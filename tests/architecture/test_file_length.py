from __future__ import annotations

import warnings

from tests.architecture.repository import files, name

AIM = 300
LIMIT = 400


def test_no_python_file_is_longer_than_400_lines() -> None:
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in files("*.py")}

    too_long = {path: lines for path, lines in lengths.items() if lines > LIMIT}
    long = {path: lines for path, lines in lengths.items() if AIM < lines <= LIMIT}

    if long:
        warnings.warn(f"longer than the {AIM} lines we aim at: {long}", stacklevel=1)
    assert too_long == {}
