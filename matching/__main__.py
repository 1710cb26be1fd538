"""``python -m matching``: the command line of the ranking core."""

from __future__ import annotations

import sys

from matching.cli import main

if __name__ == "__main__":
    sys.exit(main())
