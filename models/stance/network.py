"""The stance network: a MiniLM encoder that reads (target, text), a gate head and a polarity head.

Written out (110 lines) rather than imported, because plain matrix products train twice as fast on one core as the library's
attention, and because the third token type and the evidence pooling are ours.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

WIDTH, HEADS, INNER, LAYERS = 384, 12, 1536, 6
EPS = 1e-12


class Layer(nn.Module):
    def __init__(self, width: int = WIDTH, heads: int = HEADS, inner: int = INNER, eps: float = EPS) -> None:
        super().__init__()
        self.width, self.heads = width, heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, inner), nn.Linear(inner, width)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=eps), nn.LayerNorm(width, eps=eps)

    def forward(self, x: torch.Tensor, bias: torch.Tensor, dropout: float) -> torch.Tensor:
        rows, length, _ = x.shape
        size = self.width // self.heads
        q, k, v = self.qkv(x).view(rows, length, 3, self.heads, size).permute(2, 0, 3, 1, 4).unbind(0)
        weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)) * (1 / math.sqrt(size)) + bias, -1)
        mixed = torch.matmul(weights, v).permute(0, 2, 1, 3).reshape(rows, length, self.width)
        x = self.norm1(x + F.dropout(self.out(mixed), dropout, self.training))
        return self.norm2(x + F.dropout(self.down(F.gelu(self.up(x))), dropout, self.training))


class Stance(nn.Module):
    """Logits of gate and polarity, shape (rows, 2), and the weight of each token as evidence, shape (rows, length)."""

    def __init__(self, vocabulary: int = 30522, positions: int = 512, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, WIDTH)
        self.positions = nn.Embedding(positions, WIDTH)
        self.types = nn.Embedding(3, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.ask = nn.Linear(WIDTH, WIDTH)
        self.mix = nn.Linear(3 * WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, 2)
        self.dropout = dropout

    def encoded(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """A vector a token, shape (rows, length, width)."""
        length = ids.shape[1]
        where = torch.arange(length, device=ids.device)
        x = self.norm(self.words(ids) + self.positions(where)[None] + self.types(types))
        bias = ((1 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        return x

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.encoded(ids, types, mask)
        shown = mask.to(x.dtype)
        first = x[:, 0]
        named = (types == 2).to(x.dtype) * shown
        about = (types == 0).to(x.dtype) * shown
        # where the text does not name the target, its own tokens stand in
        pick = torch.where(named.sum(1, keepdim=True) > 0, named, about)
        target = (x * pick[:, :, None]).sum(1) / pick.sum(1, keepdim=True).clamp(min=1)
        open_to = shown * (types == 1).to(x.dtype)
        scores = (x * self.ask(target)[:, None, :]).sum(2) * (1 / math.sqrt(self.ask.in_features)) + (1 - open_to) * -1e4
        evidence = torch.softmax(scores, -1)
        read = (x * evidence[:, :, None]).sum(1)
        pooled = torch.tanh(self.mix(F.dropout(torch.cat([first, target, read], 1), self.dropout, self.training)))
        return self.head(F.dropout(pooled, self.dropout, self.training)).float(), evidence.float()


def from_minilm(folder: str | Path, dropout: float = 0.1) -> Stance:
    """The network with the encoder of a BERT-shaped MiniLM (``model.safetensors``); the heads start at random."""
    from safetensors.torch import load_file

    old = load_file(str(Path(folder) / "model.safetensors"))
    old = {name.removeprefix("bert."): value.float() for name, value in old.items()}
    net = Stance(old["embeddings.word_embeddings.weight"].shape[0], dropout=dropout)
    kinds = old["embeddings.token_type_embeddings.weight"]
    new = {
        "words.weight": old["embeddings.word_embeddings.weight"],
        "positions.weight": old["embeddings.position_embeddings.weight"],
        # the encoder was trained with type 0 only: all three start there
        "types.weight": torch.stack([kinds[0], kinds[0], kinds[0]]) + torch.randn(3, WIDTH) * 0.01,
        "norm.weight": old["embeddings.LayerNorm.weight"],
        "norm.bias": old["embeddings.LayerNorm.bias"],
    }
    names = {
        "out": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    for i in range(LAYERS):
        for part in ("weight", "bias"):
            prefix = f"encoder.layer.{i}."
            new[f"layers.{i}.qkv.{part}"] = torch.cat(
                [old[f"{prefix}attention.self.{which}.{part}"] for which in ("query", "key", "value")]
            )
            for ours, theirs in names.items():
                new[f"layers.{i}.{ours}.{part}"] = old[f"{prefix}{theirs}.{part}"]
    missing, unexpected = net.load_state_dict(new, strict=False)
    if unexpected or any(name.split(".")[0] not in ("ask", "mix", "head") for name in missing):
        raise ValueError(f"The encoder in {folder} must be a 6-layer BERT of width {WIDTH}. Missing: {missing[:3]}.")
    return net
