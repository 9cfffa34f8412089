"""The stance model at work: pairs in, calibrated probabilities and the place of the evidence out.

One pair is one run of the network. Batches would be no faster on one core, and an int8 network scales its activations by
the largest value in the batch: alone, a pair gets the same answer whatever stands beside it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from pipeline.language import model_path
from pipeline.stance.pairs import FUNCTION_WORDS, TEXT, Pair, batch, encode, load_tokenizer
from pipeline.stance.polarity import doubted

if TYPE_CHECKING:
    from collections.abc import Callable

    from onnxruntime import InferenceSession

LABELS = ("favour", "against", "none")
"""Order of the probabilities everywhere in this room."""

CUE_SHARE = 0.4
"""A neighbour of the strongest word belongs to the cue when it weighs at least this share of it."""

MAX_CUE_WORDS = 8
"""A longer cue points at nothing."""

FUNCTION_WEIGHT = 0.4
"""What a closed-class word counts beside a content word when the cue is picked: alone it tells the reader nothing."""

MAX_CHARACTERS = 20_000
"""A text is cut here before it is tokenised: about forty times what the network reads."""

DECIMALS = 4
"""Of a probability; beyond them processors differ."""


@dataclass(frozen=True)
class Reading:
    """Probabilities of favour, against and none (sum 1), and the half-open offsets in the text of the words that weighed most."""

    favour: float
    against: float
    none: float
    cue: tuple[int, int] | None

    @property
    def label(self) -> str:
        """The likeliest label."""
        return LABELS[int(np.argmax((self.favour, self.against, self.none)))]


@lru_cache(maxsize=1)
def meta() -> dict:
    """What ``models/stance/meta.json`` says: file, sha256, temperatures."""
    return json.loads(model_path("stance", "meta.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def session() -> InferenceSession:
    """The network, loaded once a process, on one thread: parallelism is over partitions."""
    import onnxruntime

    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model_path("stance", meta()["file"])), options, providers=["CPUExecutionProvider"])


def _sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(x, -30, 30))))


def calibrated(gate: float, polarity: float) -> tuple[float, float, float]:
    """Probabilities of favour, against and none of the two logits, each scaled as ``meta.json`` says.

    The scales and shifts are fitted on development data (Platt 1999), one pair of numbers a head.
    """
    scale = meta()["calibration"]
    taken = _sigmoid(scale["gate"][0] * gate + scale["gate"][1])
    side = _sigmoid(scale["polarity"][0] * polarity + scale["polarity"][1])
    favour, against = round(taken * side, DECIMALS), round(taken * (1 - side), DECIMALS)
    return favour, against, round(1 - favour - against, DECIMALS)


def cue(pair: Pair, evidence: np.ndarray, text: str) -> tuple[int, int] | None:
    """Offsets of the words of ``text`` that the network leaned on.

    Parameters
    ----------
    evidence : float array of shape (tokens,), weights that sum to 1.

    Returns
    -------
    Half-open span of whole words around the heaviest, or None for a text without words.
    """
    words: list[list[float]] = []  # start, end, weight
    for (start, end), kind, weight in zip(pair.offsets, pair.types, evidence.tolist(), strict=True):
        if start < 0 or kind != TEXT:
            continue
        if words and words[-1][1] == start and text[start].isalnum() and text[start - 1].isalnum():
            words[-1][1:] = [end, words[-1][2] + weight]
        elif any(character.isalnum() for character in text[start:end]):
            words.append([start, end, weight])
    if not words:
        return None
    told = [word[2] * (FUNCTION_WEIGHT if text[int(word[0]) : int(word[1])].lower() in FUNCTION_WORDS else 1) for word in words]
    best = first = last = max(range(len(words)), key=lambda i: told[i])
    floor = CUE_SHARE * told[best]
    while last - first + 1 < MAX_CUE_WORDS:
        before, after = (told[first - 1] if first else 0.0), (told[last + 1] if last + 1 < len(words) else 0.0)
        if max(before, after) < floor or max(before, after) == 0:
            break
        first, last = (first - 1, last) if before >= after else (first, last + 1)
    return int(words[first][0]), int(words[last][1])


def read(texts: Sequence[str], targets: Sequence[str], *, progress: Callable[[int], None] | None = None) -> list[Reading]:
    """The stance of each text towards its target; equal pairs are read once.

    Parameters
    ----------
    texts, targets : equally many strings.
    progress : called with the number of distinct pairs done, every 64.

    Returns
    -------
    One reading a pair, in order.
    """
    keys = [(text[:MAX_CHARACTERS], target) for text, target in zip(texts, targets, strict=True)]
    distinct = list(dict.fromkeys(keys))
    tokenizer = load_tokenizer(model_path("stance", "tokenizer.json"))
    known: dict[tuple[str, str], Reading] = {}
    for first in range(0, len(distinct), 64):
        part = distinct[first : first + 64]
        encoded = encode(tokenizer, [text for text, _ in part], [target for _, target in part])
        for key, pair in zip(part, encoded, strict=True):
            ids, types, mask = batch([pair])
            logits, evidence = session().run(None, {"ids": ids, "types": types, "mask": mask})
            gate, polarity = (float(value) for value in logits[0])
            favour, against, none = calibrated(gate, polarity)
            if doubted(*key) and favour > against:
                favour, against = against, favour
            known[key] = Reading(favour, against, none, cue(pair, evidence[0], key[0]))
        if progress is not None:
            progress(first + len(part))
    return [known[key] for key in keys]
