"""The bundled model as a sentence-transformers module.

sentence-transformers' own ONNX backend needs optimum, which cannot be installed beside version 6.2; and it pads.
Importing this file imports torch (seconds): only ``sentence.py`` does, when a model is loaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from matching.encoder.manifest import FILE_NAME
from matching.encoder.prepare import MODEL_FILE, TOKENIZER_FILE
from matching.encoder.runtime import TextRunner
from matching.encoder.tokenizer import MAX_TOKENS


class OnnxEncoder(InputModule):
    """Texts in, ``sentence_embedding`` (n, d) float32 of unit length out.

    folder: as ``prepare`` made it. Signatures with Any are those of sentence-transformers.
    """

    config_keys: list[str] = []  # noqa: RUF012 -- sentence-transformers declares it so; all configuration is the folder
    save_in_root = True

    def __init__(self, folder: str | Path, cores: int | None = None, fingerprint: str | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.runner = TextRunner(Path(folder), cores or os.cpu_count() or 1, fingerprint)
        self.tokenizer = self.runner.tokenizer

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """input_ids: a list of lists, because texts are not padded to one length."""
        return {"input_ids": self.runner.ids([(prompt or "") + text for text in inputs])}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        features["sentence_embedding"] = torch.from_numpy(self.runner.vectors(features["input_ids"]))
        return features

    def get_embedding_dimension(self) -> int:
        return self.runner.dimension

    @property
    def max_seq_length(self) -> int:
        return MAX_TOKENS

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Copies the model with a manifest, so that the copy is checked on load as well.

        sentence-transformers writes its own configuration files beside it, so only the model's are in the manifest.
        """
        own = {name: self.runner.manifest.files[name] for name in (MODEL_FILE, TOKENIZER_FILE)}
        for name in own:
            shutil.copyfile(self.runner.folder / name, Path(output_path) / name)
        manifest = replace(self.runner.manifest, files=own)
        (Path(output_path) / FILE_NAME).write_text(manifest.to_json(), "utf-8")

    @classmethod
    def load(cls, model_name_or_path: str, subfolder: str = "", *args: Any, **kwargs: Any) -> OnnxEncoder:
        return cls(Path(model_name_or_path) / subfolder)
