"""Turn trained weights into the shipped model: mean over seeds, ONNX, int8 per channel.

    python models/stance/export.py --encoder MINILM RUN/mixed1/weights.pt [RUN/mixed2/weights.pt ...] -o models/stance
    python models/stance/export.py --encoder MINILM --mean RUN/mixed1/weights.pt RUN/mixed2/weights.pt -o RUN/mean.pt

Writes ``stance.onnx`` and ``tokenizer.json``; ``calibrate.py`` then writes the temperatures and the checksum into ``meta.json``.
Needs torch, onnx, onnxruntime, safetensors.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

sys.path.insert(0, str(Path(__file__).resolve().parent))

from network import Stance


def averaged(paths: list[str]) -> dict[str, torch.Tensor]:
    """Mean of the weights of runs that started from the same weights."""
    states = [torch.load(path, weights_only=True) for path in paths]
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


def to_onnx(net: Stance, path: Path) -> None:
    """Write the network in 32-bit floats, rows and length free."""
    shape = torch.ones((2, 12), dtype=torch.int64)
    warnings.filterwarnings("ignore")
    torch.onnx.export(
        net, (shape, shape, shape), str(path), input_names=["ids", "types", "mask"], output_names=["logits", "evidence"],
        dynamic_axes={name: {0: "rows", 1: "length"} for name in ("ids", "types", "mask", "evidence")} | {"logits": {0: "rows"}},
        opset_version=17, dynamo=False,
    )  # fmt: skip


def halve_words(model: onnx.ModelProto) -> None:
    """Keep the word embeddings as 16-bit floats (half the size, no measurable loss; int8 per tensor loses rare words)."""
    graph = model.graph
    largest = max(graph.initializer, key=lambda tensor: int(np.prod(tensor.dims)))
    values = numpy_helper.to_array(largest)
    name = largest.name
    graph.initializer.remove(largest)
    graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), name))
    for node in graph.node:
        if node.op_type == "Gather" and node.input[0] == name:
            result = node.output[0]
            node.output[0] = f"{result}_half"
            cast = helper.make_node("Cast", [f"{result}_half"], [result], to=TensorProto.FLOAT, name=f"{node.name}_cast")
            graph.node.insert(list(graph.node).index(node) + 1, cast)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", nargs="+", metavar="WEIGHTS")
    parser.add_argument("--encoder", required=True, metavar="MINILM")
    parser.add_argument("--mean", action="store_true", help="only write the mean of the weights, to train on from")
    parser.add_argument("-o", "--out", required=True, metavar="DIR")
    arguments = parser.parse_args()
    state, out = averaged(arguments.weights), Path(arguments.out)
    if arguments.mean:
        torch.save(state, out)
        return
    net = Stance(state["words.weight"].shape[0])
    net.load_state_dict(state)
    net.eval()
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch) / "full.onnx", Path(scratch) / "small.onnx"
        to_onnx(net, full)
        quantize_dynamic(full, small, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QInt8)
        model = onnx.load(str(small))
    halve_words(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(out / "stance.onnx"))
    shutil.copyfile(Path(arguments.encoder) / "tokenizer.json", out / "tokenizer.json")


if __name__ == "__main__":
    main()
