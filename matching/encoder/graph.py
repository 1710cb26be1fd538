"""Builds the encoder's ONNX graph straight from the container: no torch, no export, no fp32 copy of the embeddings.

Input ``input_ids`` (1, s) int64: one text, no padding and no mask. Dynamic int8 quantisation takes one scale for all
that is in a batch, so in a batch the vector of a text would depend on its neighbours; alone it is a function of the
text. Two single-threaded workers on one session are also faster than padded batches (116 against 92 texts/s of 150
characters on two cores).

Outputs: ``embedding`` (1, h) float32 of unit length; ``tokens`` (1, s, h) float32, the weighted states of the tokens,
whose sum over some of the tokens, brought to unit length, is the vector of that part of the text (late chunking).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from matching.encoder.container import BLOCK, Container, Vocabulary
from matching.encoder.quantise import LayerNorm, norm_reach, projection_reach, quantise

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

Floats = NDArray[np.float32]

# Arora, Liang, Ma: A simple but tough-to-beat baseline for sentence embeddings, ICLR 2017: a token weighs a / (a + p).
# Against the plain mean nDCG@10 on experts rose from .525 to .543.
SIF_A = 1e-4
# Not 0, so that a text of special tokens alone has a vector; far below the rounding of any other text.
_EOS_WEIGHT = 1e-6
_OPSET, _IR_VERSION = 18, 10
_MICROSOFT = "com.microsoft"


class _Graph:
    """Nodes and weights in the making; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []

    def weight(self, name: str, values: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    # Any: an attribute is whatever its operator takes.
    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        return self.split(kind, inputs, [output], domain, **attributes)[0]

    def split(self, kind: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> list[str]:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return outputs


class _Builder:
    def __init__(self, container: Container, *, exact: bool) -> None:
        self.container = container
        self.exact = exact
        self.graph = _Graph()

    def product(self, x: str, weights: Floats, reach: Floats, name: str, bias: str | None = None) -> str:
        """``x @ weights.T (+ bias)``; weights: (outputs, inputs), reach: see quantise.py, used by int8 only."""
        if self.exact:
            y = self.graph.node("MatMul", [x, self.graph.weight(f"{name}.w", weights.T)], f"{name}.product")
            return y if bias is None else self.graph.node("Add", [y, bias], f"{name}.sum")
        matrix = quantise(weights, reach)
        x = self.graph.node("Mul", [x, self.graph.weight(f"{name}.smooth", matrix.input_factors)], f"{name}.smoothed")
        inputs = [
            x,
            self.graph.weight(f"{name}.w", matrix.weights),
            self.graph.weight(f"{name}.scales", matrix.scales),
            self.graph.weight(f"{name}.zeros", np.zeros(len(matrix.scales), np.int8)),
        ]
        if bias is not None:
            inputs.append(bias)
        return self.graph.node("DynamicQuantizeMatMul", inputs, f"{name}.product", _MICROSOFT)

    def norm(self, name: str) -> LayerNorm:
        return LayerNorm(self.container.vector(f"{name}.w"), self.container.vector(f"{name}.b"))

    def embeddings(self) -> str:
        """(1, s, h): word + position + type, normalised. The words stay 4-bit: 48 MB instead of 366."""
        c, g = self.container, self.graph
        words = c.blocks("emb.word", c.vocabulary_rows, c.hidden)
        word = g.node(
            "GatherBlockQuantized",
            [g.weight("words.w", words.packed), "input_ids", g.weight("words.scales", words.scales)],
            "words",
            _MICROSOFT,
            gather_axis=0,
            quantize_axis=1,
            block_size=BLOCK,
            bits=4,
        )
        # There is only one segment, so its vector is part of every position's.
        table = c.vector("emb.pos").reshape(c.positions, c.hidden) + c.vector("emb.type")[: c.hidden]
        length = g.node("Slice", [g.node("Shape", ["input_ids"], "shape"), "one", "two", "zero"], "length")
        position = g.node("Slice", [g.weight("positions.w", table), "zero", length, "zero"], "positions")
        added = g.node("Add", [word, position], "embedded")
        norm = self.norm("emb.ln")
        inputs = [added, g.weight("emb.ln.gain", norm.gain), g.weight("emb.ln.bias", norm.bias)]
        return g.node("LayerNormalization", inputs, "layer0.x", epsilon=c.epsilon)

    def layer(self, x: str, before: LayerNorm, at: int) -> tuple[str, LayerNorm]:
        """One transformer layer; before: the LayerNorm that made x. Returns the output and its LayerNorm."""
        c, g, p = self.container, self.graph, f"l{at}"
        h, ff = c.hidden, c.feed_forward
        projections = {n: c.matrix(f"{p}.{n}.w", h, h) for n in "qkv"}
        biases = {n: c.vector(f"{p}.{n}.b") for n in "qkv"}
        qkv_bias = g.weight(f"{p}.qkv.bias", np.concatenate(list(biases.values())))
        qkv = self.product(x, np.concatenate(list(projections.values())), norm_reach(before), f"{p}.qkv", qkv_bias)
        parts = g.split("Split", [qkv], [f"{p}.q", f"{p}.k", f"{p}.v"], axis=2, num_outputs=3)
        attended = g.node("MultiHeadAttention", parts, f"{p}.attended", _MICROSOFT, num_heads=c.heads)
        reach = projection_reach(projections["v"], biases["v"], before, gelu=False)
        attended = self.product(attended, c.matrix(f"{p}.ao.w", h, h), reach, f"{p}.ao")
        middle_norm = self.norm(f"{p}.aln")
        middle = self.add_and_norm(attended, x, middle_norm, f"{p}.ao", f"{p}.aln")

        widen, widen_bias = c.matrix(f"{p}.fi.w", ff, h), c.vector(f"{p}.fi.b")
        wide = self.product(middle, widen, norm_reach(middle_norm), f"{p}.fi")
        wide = g.node("BiasGelu", [wide, g.weight(f"{p}.fi.bias", widen_bias)], f"{p}.gelu", _MICROSOFT)
        reach = projection_reach(widen, widen_bias, middle_norm, gelu=True)
        narrow = self.product(wide, c.matrix(f"{p}.fo.w", h, ff), reach, f"{p}.fo")
        after = self.norm(f"{p}.oln")
        return self.add_and_norm(narrow, middle, after, f"{p}.fo", f"{p}.oln"), after

    def add_and_norm(self, x: str, skip: str, norm: LayerNorm, bias_of: str, name: str) -> str:
        g = self.graph
        weights = [
            g.weight(f"{name}.gain", norm.gain),
            g.weight(f"{name}.bias", norm.bias),
            g.weight(f"{bias_of}.bias", self.container.vector(f"{bias_of}.b")),
        ]
        return g.node(
            "SkipLayerNormalization", [x, skip, *weights], f"{name}.y", _MICROSOFT, epsilon=self.container.epsilon
        )

    def pooling(self, x: str) -> None:
        c, g = self.container, self.graph
        table = g.weight("token_weights", token_weights(c.vocabulary, c.vocabulary_rows))
        weights = g.node("Unsqueeze", [g.node("Gather", [table, "input_ids"], "token_weight", axis=0), "two"], "weight")
        tokens = g.node("Mul", [x, weights], "tokens")
        total = g.node("ReduceSum", [tokens, "one"], "total", keepdims=0)
        g.node("LpNormalization", [total], "embedding", axis=1, p=2)


def token_weights(vocabulary: Vocabulary, rows: int) -> Floats:
    """(rows,) float32: a / (a + p(piece)), p from the tokenizer's own unigram scores; (nearly) 0 for special pieces."""
    # Special pieces are the only ones with a log score of 0.
    special = vocabulary.scores == 0
    weights = SIF_A / (SIF_A + np.exp(vocabulary.scores.astype(np.float64)))
    weights[special] = 0
    weights[vocabulary.eos] = _EOS_WEIGHT
    return np.concatenate([weights, np.zeros(rows - len(weights))]).astype(np.float32)


def build_graph(container: Container, *, exact: bool, advance: Callable[[], None] = lambda: None) -> ModelProto:
    """The whole model; exact: fp32 products instead of int8 ones. advance is called after each layer.

    Needs ONNX Runtime (contrib operators of ``com.microsoft``); opset 18.
    """
    from onnx import TensorProto, helper

    builder = _Builder(container, exact=exact)
    for name, value in (("zero", 0), ("one", 1), ("two", 2)):
        builder.graph.weight(name, np.array([value], np.int64))
    x, norm = builder.embeddings(), builder.norm("emb.ln")
    for at in range(container.layers):
        x, norm = builder.layer(x, norm, at)
        advance()
    builder.pooling(x)
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        builder.graph.nodes,
        "encoder",
        [info("input_ids", TensorProto.INT64, [1, "s"])],
        [
            info("embedding", TensorProto.FLOAT, [1, container.hidden]),
            info("tokens", TensorProto.FLOAT, [1, "s", container.hidden]),
        ],
        builder.graph.weights,
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="kechuang")
    model.ir_version = _IR_VERSION
    return model
