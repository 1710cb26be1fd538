"""What the encoder is measured against: the same weights in padded batches, by ONNX Runtime int8 and by torch bf16.

Both are rebuilt here from the container of the bundled model, so no second model is needed; both sort the texts of a
call by length first, as sentence-transformers does, and tokenise in the time that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from matching.encoder.container import Container
from matching.encoder.graph import build_graph

if TYPE_CHECKING:
    from onnx import ModelProto
    from tokenizers import Tokenizer
    from transformers import BertModel

# (ids (b, s) int64, mask (b, s) int64) → (b, d) float32, unit length.
Model = Callable[[np.ndarray, np.ndarray], np.ndarray]


def encode_padded(model: Model, tokenizer: Tokenizer, texts: Sequence[str], batch: int) -> np.ndarray:
    """(n, d) float32. The shape is the contract of every reference: texts in, vectors out."""
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
    found: list[np.ndarray | None] = [None] * len(ids)
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        width = max(len(ids[at]) for at in chosen)
        padded = np.ones((len(chosen), width), np.int64)
        mask = np.zeros((len(chosen), width), np.int64)
        for row, at in enumerate(chosen):
            padded[row, : len(ids[at])] = ids[at]
            mask[row, : len(ids[at])] = 1
        for at, vector in zip(chosen, model(padded, mask), strict=True):
            found[at] = vector
    return np.stack([vector for vector in found if vector is not None])


def with_padding(model: ModelProto) -> ModelProto:
    """The graph for batches: a second input ``mask`` (b, s) int32 hides the padding from every attention.

    Padding counts for nothing in the pooling, where the weight of a special piece is zero.
    """
    from onnx import TensorProto, helper

    for node in model.graph.node:
        if node.op_type == "MultiHeadAttention":
            node.input.extend(["", "mask"])
    model.graph.input.append(helper.make_tensor_value_info("mask", TensorProto.INT32, ["b", "s"]))
    for value in [*model.graph.input, *model.graph.output]:
        value.type.tensor_type.shape.dim[0].dim_param = "b"
    return model


def padded_onnx(container: Container, cores: int) -> Model:
    """The bundled int8 graph in padded batches, all cores on one batch."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = cores
    options.log_severity_level = 3
    content = with_padding(build_graph(container, exact=False)).SerializeToString()
    session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        found: np.ndarray = session.run(["embedding"], {"input_ids": ids, "mask": mask.astype(np.int32)})[0]
        return found

    return run


def torch_bf16(container: Container, cores: int) -> Model:
    """A BertModel of transformers in bf16 with mean pooling."""
    import torch

    torch.set_num_threads(cores)
    bert = _bert(container)

    def run(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            attention = torch.from_numpy(mask)
            states = bert(input_ids=torch.from_numpy(ids), attention_mask=attention).last_hidden_state.float()
            total = (states * attention[:, :, None]).sum(1)
            found: np.ndarray = torch.nn.functional.normalize(total, dim=1).numpy()
            return found

    return run


def _bert(container: Container) -> BertModel:
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=container.vocabulary_rows,
        hidden_size=container.hidden,
        num_hidden_layers=container.layers,
        num_attention_heads=container.heads,
        intermediate_size=container.feed_forward,
        max_position_embeddings=container.positions,
        layer_norm_eps=container.epsilon,
        hidden_act="gelu",
    )
    # Any: transformers gives neither the constructor nor the conversion a type.
    bert: Any = BertModel(config, add_pooling_layer=False)
    weights = {name: torch.from_numpy(values) for name, values in _weights(container).items()}
    rows = bert.state_dict()["embeddings.token_type_embeddings.weight"].shape[0]
    types = weights["embeddings.token_type_embeddings.weight"]
    weights["embeddings.token_type_embeddings.weight"] = types[:1].repeat(rows, 1)
    missing, unexpected = bert.load_state_dict(weights, strict=False)
    if unexpected or [name for name in missing if not name.endswith("_ids")]:
        raise ValueError(f"weights do not fit BertModel: missing {missing}, unexpected {unexpected}")
    found: BertModel = bert.to(torch.bfloat16).eval()
    return found


def _weights(container: Container) -> dict[str, np.ndarray]:
    c, h, ff = container, container.hidden, container.feed_forward
    found = {
        "embeddings.word_embeddings.weight": c.matrix("emb.word", c.vocabulary_rows, h),
        "embeddings.position_embeddings.weight": c.vector("emb.pos").reshape(c.positions, h),
        "embeddings.token_type_embeddings.weight": c.vector("emb.type").reshape(-1, h),
        "embeddings.LayerNorm.weight": c.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": c.vector("emb.ln.b"),
    }
    products = {
        "q": ("attention.self.query", h, h),
        "k": ("attention.self.key", h, h),
        "v": ("attention.self.value", h, h),
        "ao": ("attention.output.dense", h, h),
        "fi": ("intermediate.dense", ff, h),
        "fo": ("output.dense", h, ff),
    }
    for layer in range(c.layers):
        prefix = f"encoder.layer.{layer}"
        for short, (name, outputs, inputs) in products.items():
            found[f"{prefix}.{name}.weight"] = c.matrix(f"l{layer}.{short}.w", outputs, inputs)
            found[f"{prefix}.{name}.bias"] = c.vector(f"l{layer}.{short}.b")
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            found[f"{prefix}.{name}.weight"] = c.vector(f"l{layer}.{short}.w")
            found[f"{prefix}.{name}.bias"] = c.vector(f"l{layer}.{short}.b")
    return found
